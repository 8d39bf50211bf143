import type { Box } from '../../core/search/box';
import { overlap, scaleBox } from '../../core/search/box';
import type { TrackedFrame } from '../../core/search/track';
import { isKept } from '../../core/search/track';
import type { Raster } from '../decode/raster';
import type { CropSearcher, Template } from './cropSearcher';
import { cutRaster } from './cutRaster';

export interface ThinContext {
  readonly searcher: CropSearcher;
  /** A frame's pixels, at any size. */
  readonly read: (index: number) => Promise<Raster | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Adds to each frame its change since the last one that stays when frames that changed no more than `most` are dropped: the larger of
 * 1 − the overlap (IoU) of the two boxes and 1 − the likeness of what is in them.
 */
export async function thinFrames(frames: readonly TrackedFrame[], most: number, context: ThinContext): Promise<TrackedFrame[]> {
  const { searcher, read, signal } = context;
  let kept: { readonly box: Box; readonly template: Template } | undefined;
  const thinned: TrackedFrame[] = [];
  for (const [index, frame] of frames.entries()) {
    signal.throwIfAborted();
    const raster = frame.box && (await read(index));
    if (!frame.box || !raster) {
      // What comes after a gap is compared with nothing before it.
      kept = undefined;
      thinned.push(frame);
      continue;
    }
    const crop = cutRaster(raster, scaleBox(frame.box, raster.width / frame.width));
    const moved = kept ? 1 - overlap(kept.box, frame.box) : 1;
    // Reading what is in the box is only worth it where the box alone does not settle it.
    const change = kept && moved <= most ? Math.max(moved, 1 - (await searcher.likeness(kept.template, crop))) : moved;
    const result = kept ? { ...frame, change } : frame;
    thinned.push(result);
    if (isKept(result, most)) kept = { box: frame.box, template: await searcher.template(frame.box, crop) };
  }
  return thinned;
}
