/** How a map lies on the screen: place · scale + offset, in pixels; both axes alike. */
export interface Projection {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Share of the screen that stays free around a whole map. */
const margin = 0.06;
/** Times the whole map's scale. */
const closest = 400;
const farthest = 0.4;

/** All of a map in the middle of the screen. @param xy places, x and y in turn */
export function fitted(xy: Float32Array, { width, height }: Size): Projection {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    left = Math.min(left, xy[i]);
    right = Math.max(right, xy[i]);
    top = Math.min(top, xy[i + 1]);
    bottom = Math.max(bottom, xy[i + 1]);
  }
  if (left > right) return { scale: 1, x: width / 2, y: height / 2 };
  // One place, or all in a line, has no extent of its own.
  const least = Math.max(right - left, bottom - top, 1e-6);
  const room = 1 - 2 * margin;
  const scale = Math.min(
    (width * room) / Math.max(right - left, least * 1e-3),
    (height * room) / Math.max(bottom - top, least * 1e-3),
  );
  return {
    scale,
    x: width / 2 - (scale * (left + right)) / 2,
    y: height / 2 - (scale * (top + bottom)) / 2,
  };
}

export const moved = ({ scale, x, y }: Projection, byX: number, byY: number): Projection => ({
  scale,
  x: x + byX,
  y: y + byY,
});

/** Nearer or farther, about a point of the screen that stays where it is. @param whole what shows all, which limits both */
export function zoomed(from: Projection, factor: number, atX: number, atY: number, whole: Projection): Projection {
  const scale = Math.min(whole.scale * closest, Math.max(whole.scale * farthest, from.scale * factor));
  const ratio = scale / from.scale;
  return { scale, x: atX - (atX - from.x) * ratio, y: atY - (atY - from.y) * ratio };
}
