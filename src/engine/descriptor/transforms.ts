/**
 * The eight symmetries of a square, as numbers: what a picture may have gone through besides small changes.
 * A transform is "mirror left-right first (odd bit of the pair below), then turn clockwise".
 */
export const TRANSFORM_NONE = 0;
/** Mirrored left-right. */
export const TRANSFORM_MIRROR = 1;
/** Turned clockwise by 90°, 180° and 270°. */
export const TRANSFORM_TURN_90 = 2;
export const TRANSFORM_TURN_180 = 3;
export const TRANSFORM_TURN_270 = 4;
/** Mirrored left-right, then turned clockwise by 90°, 180° (= mirrored top-bottom) and 270°. */
export const TRANSFORM_MIRROR_TURN_90 = 5;
export const TRANSFORM_FLIP = 6;
export const TRANSFORM_MIRROR_TURN_270 = 7;

export interface TransformOptions {
  /** Also find pictures mirrored left-right or top-bottom. */
  readonly mirrors: boolean;
  /** Also find pictures turned by 90°, 180° and 270° (and mirrored as well, when `mirrors` is on). */
  readonly turns: boolean;
}

/** The transforms to try, identity first. */
export function transformsOf({ mirrors, turns }: TransformOptions): number[] {
  const list = [TRANSFORM_NONE];
  if (mirrors) list.push(TRANSFORM_MIRROR, TRANSFORM_FLIP);
  if (turns) list.push(TRANSFORM_TURN_90, TRANSFORM_TURN_180, TRANSFORM_TURN_270);
  if (mirrors && turns) list.push(TRANSFORM_MIRROR_TURN_90, TRANSFORM_MIRROR_TURN_270);
  return list;
}

const QUARTER_TURNS = [0, 0, 1, 2, 3, 1, 2, 3];

/**
 * Where a transformed picture's pixels come from, as a linear map of centred coordinates (x right, y down):
 * source = [a b; c d] · target.
 */
export function sourceMap(transform: number): readonly [number, number, number, number] {
  const mirrored = transform === TRANSFORM_MIRROR || transform >= TRANSFORM_MIRROR_TURN_90;
  // Undo the turn first (a clockwise quarter turn takes (x, y) to (−y, x)), then the mirror.
  const turns: [number, number, number, number][] = [
    [1, 0, 0, 1],
    [0, 1, -1, 0],
    [-1, 0, 0, -1],
    [0, -1, 1, 0],
  ];
  const [a, b, c, d] = turns[QUARTER_TURNS[transform]];
  return mirrored ? [-a, -b, c, d] : [a, b, c, d];
}

/** The transform that undoes another: mirrors and half turns are their own inverse, quarter turns swap. */
export function inverseTransform(transform: number): number {
  if (transform === TRANSFORM_TURN_90) return TRANSFORM_TURN_270;
  if (transform === TRANSFORM_TURN_270) return TRANSFORM_TURN_90;
  return transform;
}

/** Copies a square plane, transformed. */
export function transformPlane(plane: ArrayLike<number>, side: number, transform: number, target: Float32Array): void {
  const [a, b, c, d] = sourceMap(transform);
  const middle = (side - 1) / 2;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const u = x - middle;
      const v = y - middle;
      target[y * side + x] = plane[(c * u + d * v + middle) * side + (a * u + b * v + middle)];
    }
  }
}

/** Turns swap width and height. */
export const swapsAxes = (transform: number): boolean => QUARTER_TURNS[transform] % 2 === 1;
