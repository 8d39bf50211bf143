/** Shapes of marks: with six colours, 36 classes look different, and neighbours in the list differ in both. */
export const shapes = ['circle', 'square', 'triangle', 'diamond', 'plus', 'cross'] as const;
export type Shape = (typeof shapes)[number];

/** The theme's chart colours; blue, orange and purple first, which most people can tell apart. */
export const markColours = ['blue', 'orange', 'purple', 'yellow', 'green', 'red'] as const;

export interface MarkStyle {
  readonly shape: Shape;
  /** Place in {@link markColours}; −1 = the quiet colour of what has no class. */
  readonly colour: number;
}
export const quietMark: MarkStyle = { shape: 'circle', colour: -1 };

export const markOf = (number: number): MarkStyle => ({
  shape: shapes[(number + Math.floor(number / markColours.length)) % shapes.length],
  colour: number % markColours.length,
});

/** Whether a place is in a shape of about radius 1 about the origin; shapes cover about as much. */
const inShape: Readonly<Record<Shape, (x: number, y: number) => boolean>> = {
  circle: (x, y) => x * x + y * y <= 1,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.88,
  triangle: (x, y) => y <= 0.85 && y >= -1.05 + 1.75 * Math.abs(x),
  diamond: (x, y) => Math.abs(x) + Math.abs(y) <= 1.22,
  plus: (x, y) => Math.min(Math.abs(x), Math.abs(y)) <= 0.38 && Math.max(Math.abs(x), Math.abs(y)) <= 1.15,
  cross: (x, y) => inShape.plus((x + y) * Math.SQRT1_2, (x - y) * Math.SQRT1_2),
};

/** Corner points of the shapes as an SVG path, for the legend: the same forms, radius 1. */
export const shapePath: Readonly<Record<Shape, string>> = {
  circle: 'M-1 0A1 1 0 1 0 1 0A1 1 0 1 0 -1 0Z',
  square: 'M-.88 -.88H.88V.88H-.88Z',
  triangle: 'M0 -1.05L1.086 .85H-1.086Z',
  diamond: 'M0 -1.22L1.22 0L0 1.22L-1.22 0Z',
  plus: 'M-.38 -1.15H.38V-.38H1.15V.38H.38V1.15H-.38V.38H-1.15V-.38H-.38Z',
  cross:
    'M-.544 -1.082L0 -.537L.544 -1.082L1.082 -.544L.537 0L1.082 .544L.544 1.082L0 .537L-.544 1.082L-1.082 .544L-.537 0L-1.082 -.544Z',
};

/** A mark ready to be stamped: how much of each pixel it covers. */
export interface Stamp {
  /** Pixels of a side; odd, so that it has a middle. */
  readonly side: number;
  /** side × side, 0…255. */
  readonly cover: Uint8Array;
}

/** Samples a side of a pixel. */
const samples = 4;

/** @param radius in pixels */
export function stampOf(shape: Shape, radius: number): Stamp {
  const reach = Math.ceil(radius * 1.25);
  const side = 2 * reach + 1;
  const cover = new Uint8Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let hits = 0;
      for (let sample = 0; sample < samples ** 2; sample++) {
        const dx = ((sample % samples) + 0.5) / samples - 0.5;
        const dy = (Math.floor(sample / samples) + 0.5) / samples - 0.5;
        if (inShape[shape]((column - reach + dx) / radius, (row - reach + dy) / radius)) hits++;
      }
      cover[row * side + column] = Math.round((255 * hits) / samples ** 2);
    }
  }
  return { side, cover };
}
