import { rowAt } from '../../core/suggest/prototypes';
import type { Rows } from '../../core/suggest/prototypes';
import { breathe } from '../../workspace/breathe';
import type { Candidate } from '../trainingService/listPictures';
import type { PictureRead, PictureReader } from '../trainingService/readPictures';
import { OUTLINE_SIDE, OUTLINE_SIZE, writeOutlines } from './outlines';
import type { PictureEncoder } from './pictureEncoder';

/** Bytes of pixels that are held at a time, and numbers in one run of the encoder, so that it can be interrupted. */
const CHUNK_BYTES = 32 * 1024 * 1024;
const RUN_NUMBERS = 300_000;
const OUTLINE_SHAPE = [OUTLINE_SIDE, OUTLINE_SIDE, 3] as const;

export interface DescribeInput {
  readonly candidates: readonly Candidate[];
  readonly maxPixels: number;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

/** What is known of pictures: a row a candidate in each; zeros where it could not be read. */
export interface Described {
  readonly outlines: Rows;
  readonly features: Rows;
  readonly reads: readonly PictureRead[];
}

/** Outlines and an encoder's features of pictures, one or more. @throws the signal's reason when aborted */
export async function describePictures(
  reader: PictureReader,
  encoder: PictureEncoder,
  { candidates, maxPixels, onProgress, signal }: DescribeInput,
): Promise<Described> {
  const { input } = encoder;
  const pixelsEach = input[0] * input[1] * input[2];
  const isOutlineShape = OUTLINE_SHAPE.every((length, i) => length === input[i]);
  const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / Math.max(pixelsEach, OUTLINE_SIDE ** 2 * 3)));
  const perRun = Math.max(1, Math.floor(RUN_NUMBERS / pixelsEach));
  const outlines = new Float32Array(candidates.length * OUTLINE_SIZE);
  let features: Rows | undefined;
  const reads: PictureRead[] = [];
  for (let start = 0; start < candidates.length; start += perChunk) {
    const part = candidates.slice(start, start + perChunk);
    const read = (shape: typeof input) =>
      reader.readAll({
        candidates: part,
        shape,
        maxPixels: [maxPixels],
        onProgress: done => onProgress(start + done / 2),
        signal,
      });
    const seen = await read(OUTLINE_SHAPE);
    const { bytes } = isOutlineShape ? seen : await read(input);
    reads.push(...seen.reads);
    const isRead = (k: number): boolean => seen.reads[k].content !== '';
    part.forEach((_, k) => {
      if (isRead(k)) writeOutlines(seen.bytes, k * OUTLINE_SIDE ** 2 * 3, outlines, (start + k) * OUTLINE_SIZE);
    });
    for (let at = 0; at < part.length; at += perRun) {
      await breathe();
      signal.throwIfAborted();
      const count = Math.min(perRun, part.length - at);
      const pixels = Float32Array.from(bytes.subarray(at * pixelsEach, (at + count) * pixelsEach), byte => byte / 255);
      const { values, size } = await encoder.encode(pixels);
      features ??= { values: new Float32Array(candidates.length * size), size };
      for (let k = 0; k < count; k++) {
        if (isRead(at + k)) rowAt(features, start + at + k).set(values.subarray(k * size, (k + 1) * size));
      }
      onProgress(start + (part.length + at + count) / 2);
    }
  }
  return {
    outlines: { values: outlines, size: OUTLINE_SIZE },
    features: features ?? { values: new Float32Array(0), size: 0 },
    reads,
  };
}
