import { markColours, quietMark, stampOf } from '../../charts/marks';
import type { MarkStyle, Stamp } from '../../charts/marks';
import { PointRaster } from '../../charts/pointRaster';
import type { Colour } from '../../charts/pointRaster';
import type { Marking } from '../../state/map/mapStore';
import type { Point, Points } from '../../state/map/pointSearch';
import { screenPlace } from '../../state/map/pointSearch';

/** How faint a point is that is not among the chosen ones. */
const asideStrength = 0.22;

export interface Palette {
  readonly ground: Colour;
  readonly quiet: Colour;
  /** In the order of `markColours`. */
  readonly marks: readonly Colour[];
  /** CSS colours of lines. */
  readonly line: string;
  readonly focus: string;
}

/** What stands over the points. */
export interface Overlay {
  /** Of a selection that is being drawn. */
  readonly outline: readonly Point[];
  /** Points with a ring about them. */
  readonly current: number;
  readonly hovered: number;
}

/** Puts a map's points on a canvas; keeps what it can between two frames. */
export class MapDrawing {
  private raster = new PointRaster(1, 1);
  private readonly stamps = new Map<string, Stamp>();

  constructor(private readonly canvas: HTMLCanvasElement) {}

  /**
   * @param points as they lie in CSS pixels
   * @param ratio device pixels of a CSS pixel
   * @param selection chosen points; the others are faint where there are any
   */
  draw(
    points: Points,
    { categories, categoryOf }: Marking,
    selection: readonly number[],
    overlay: Overlay,
    palette: Palette,
    ratio: number,
  ): void {
    const { canvas } = this;
    if (this.raster.width !== canvas.width || this.raster.height !== canvas.height) {
      this.raster = new PointRaster(canvas.width, canvas.height);
    }
    const { raster } = this;
    const { xy, visible, projection } = points;
    const radius = radiusFor(visible.length) * ratio;
    const styles = categories.map(({ mark }) => ({ stamp: this.stamp(mark, radius), colour: colourOf(mark, palette) }));
    const [scale, left, top] = [projection.scale * ratio, projection.x * ratio, projection.y * ratio];
    const put = (point: number, strength: number): void => {
      const { stamp, colour } = styles[categoryOf[point]];
      raster.stamp(xy[2 * point] * scale + left, xy[2 * point + 1] * scale + top, stamp, colour, strength);
    };
    raster.fill(palette.ground);
    const strength = selection.length > 0 ? asideStrength : 1;
    for (let point = 0; point < visible.length; point++) if (visible[point]) put(point, strength);
    for (const point of selection) put(point, 1);
    const context = canvas.getContext('2d', { alpha: false })!;
    context.putImageData(new ImageData(raster.pixels, raster.width, raster.height), 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawOverlay(context, points, overlay, palette);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  private drawOverlay(context: CanvasRenderingContext2D, points: Points, overlay: Overlay, palette: Palette): void {
    const ring = (point: number, reach: number, width: number, colour: string): void => {
      if (point < 0) return;
      const { x, y } = screenPlace(points, point);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.beginPath();
      context.arc(x, y, reach, 0, 2 * Math.PI);
      context.stroke();
    };
    ring(overlay.hovered, 8, 1.5, palette.line);
    ring(overlay.current, 9, 2.5, palette.focus);
    if (overlay.outline.length < 2) return;
    context.lineWidth = 1.5;
    context.strokeStyle = palette.line;
    context.setLineDash([5, 4]);
    context.beginPath();
    for (const { x, y } of overlay.outline) context.lineTo(x, y);
    context.closePath();
    context.stroke();
    context.setLineDash([]);
  }

  private stamp({ shape }: MarkStyle, radius: number): Stamp {
    const key = `${shape} ${radius}`;
    const known = this.stamps.get(key);
    if (known) return known;
    // Sizes change with the screen's scale and the number of points only.
    if (this.stamps.size > 50) this.stamps.clear();
    const made = stampOf(shape, radius);
    this.stamps.set(key, made);
    return made;
  }
}

/** Of a mark, in CSS pixels: the more there are, the smaller. */
const radiusFor = (count: number): number => (count <= 500 ? 4.5 : count <= 3000 ? 3.5 : count <= 12_000 ? 2.75 : 2.25);

const colourOf = ({ colour }: MarkStyle, palette: Palette): Colour =>
  colour === quietMark.colour ? palette.quiet : palette.marks[colour];

/** The theme's colours as a canvas needs them. @param probe an element that may take a colour for a moment */
export function paletteOf(probe: HTMLElement): Palette {
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const css = (variable: string): string => {
    probe.style.setProperty('color', `var(${variable})`);
    const { color } = getComputedStyle(probe);
    probe.style.removeProperty('color');
    return color;
  };
  // Over the ground, as the page shows it: a theme's colour may let it shine through.
  const colour = (variable: string): Colour => {
    for (const each of ['--ground', variable]) {
      pixel.fillStyle = css(each);
      pixel.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  };
  return {
    ground: colour('--ground'),
    quiet: colour('--quiet'),
    marks: markColours.map(name => colour(`--mark-${name}`)),
    line: css('--line'),
    focus: css('--focus'),
  };
}
