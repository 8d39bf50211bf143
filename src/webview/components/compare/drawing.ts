import type { TransformName } from '../../../core/pairs/pairColumns';

export type StageMode = 'a' | 'b' | 'difference';

/** Clockwise quarter turns of a transform; a mirroring, where there is one, comes first. */
const quarterTurns = (transform: TransformName): number => {
  const match = /turn-(\d+)$/.exec(transform);
  return match ? Number(match[1]) / 90 : 0;
};

/** Draws a picture turned as `transform` says, filling the whole of a `width` × `height` box. */
function drawTurned(
  context: CanvasRenderingContext2D,
  picture: CanvasImageSource,
  transform: TransformName,
  width: number,
  height: number,
): void {
  const turns = quarterTurns(transform);
  context.save();
  context.translate(width / 2, height / 2);
  context.rotate((turns * Math.PI) / 2);
  if (transform.startsWith('mirror')) context.scale(-1, 1);
  const [w, h] = turns % 2 === 1 ? [height, width] : [width, height];
  context.drawImage(picture, -w / 2, -h / 2, w, h);
  context.restore();
}

/**
 * Draws one picture, the other turned to match it, or |a − b|, all in one frame of `a`'s shape. `gain` (a power of 2) multiplies a
 * difference. Reads no pixels, so pictures of any origin will do.
 */
export function drawStage(
  canvas: HTMLCanvasElement,
  pictures: { readonly a: HTMLImageElement; readonly b: HTMLImageElement },
  transform: TransformName,
  mode: StageMode,
  gain: number,
): void {
  const { a, b } = pictures;
  const width = Math.max(1, a.naturalWidth);
  const height = Math.max(1, a.naturalHeight);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  context.globalCompositeOperation = 'source-over';
  context.clearRect(0, 0, width, height);
  if (mode === 'b') {
    drawTurned(context, b, transform, width, height);
    return;
  }
  if (mode === 'a') {
    context.drawImage(a, 0, 0, width, height);
    return;
  }
  // On black, so that transparency counts as black in both.
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  context.drawImage(a, 0, 0, width, height);
  context.globalCompositeOperation = 'difference';
  drawTurned(context, b, transform, width, height);
  context.globalCompositeOperation = 'lighter';
  for (let doubled = 1; doubled < gain; doubled *= 2) context.drawImage(canvas, 0, 0);
  context.globalCompositeOperation = 'source-over';
}
