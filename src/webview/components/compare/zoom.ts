/** How a picture lies in its pane: `scale` 1 fits it, `x` and `y` move it, as parts of the pane's width and height. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const fitted: Zoom = { scale: 1, x: 0, y: 0 };
const maxScale = 64;

const clamp = ({ scale, x, y }: Zoom): Zoom => {
  const reach = (scale - 1) / 2;
  return { scale, x: Math.max(-reach, Math.min(reach, x)), y: Math.max(-reach, Math.min(reach, y)) };
};

/** Zooms by a factor and leaves what is under a point (parts of the pane from its middle) where it is. */
export function zoomAt(zoom: Zoom, factor: number, pointX = 0, pointY = 0): Zoom {
  const scale = Math.max(1, Math.min(maxScale, zoom.scale * factor));
  const by = scale / zoom.scale;
  return clamp({ scale, x: pointX - (pointX - zoom.x) * by, y: pointY - (pointY - zoom.y) * by });
}

export const panBy = (zoom: Zoom, x: number, y: number): Zoom => clamp({ ...zoom, x: zoom.x + x, y: zoom.y + y });
