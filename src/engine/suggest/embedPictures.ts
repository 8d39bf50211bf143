import type { Rows } from '../../core/suggest/prototypes';
import type { ScanModel } from '../modelScan/scanModel';
import { breathe } from '../session/abort';
import type { Candidate } from '../trainingService/listPictures';
import type { PictureRead, PictureReader } from '../trainingService/readPictures';

/** Bytes of pixels that are held at a time, and numbers in one run of the encoder, so that it can be interrupted. */
const CHUNK_BYTES = 32 * 1024 * 1024;
const RUN_NUMBERS = 300_000;

export interface EmbedInput {
  readonly candidates: readonly Candidate[];
  readonly maxPixels: number;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

export interface Embedded {
  /** A row a candidate; zeros where it could not be read. */
  readonly rows: Rows;
  readonly reads: readonly PictureRead[];
}

/**
 * The embeddings of pictures, each the sum of that of the picture and of its mirror image, so that which way a thing looks does not matter.
 * @throws the signal's reason when aborted
 */
export async function embedPictures(reader: PictureReader, model: ScanModel, input: EmbedInput): Promise<Embedded> {
  const { candidates, maxPixels, onProgress, signal } = input;
  const { width, height, channels, embeddingSize: size } = model;
  const pixelsEach = width * height * channels;
  const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / pixelsEach));
  const perRun = Math.max(1, Math.floor(RUN_NUMBERS / pixelsEach / 2));
  const values = new Float32Array(candidates.length * size);
  const reads: PictureRead[] = [];
  for (let start = 0; start < candidates.length; start += perChunk) {
    const part = candidates.slice(start, start + perChunk);
    const { bytes, reads: read } = await reader.readAll({
      candidates: part,
      shape: [height, width, channels],
      maxPixels: [maxPixels],
      onProgress: done => onProgress(start + done / 2),
      signal,
    });
    reads.push(...read);
    for (let at = 0; at < part.length; at += perRun) {
      await breathe();
      signal.throwIfAborted();
      const count = Math.min(perRun, part.length - at);
      const pixels = withMirrored(bytes.subarray(at * pixelsEach, (at + count) * pixelsEach), count, [height, width, channels]);
      const made = await model.embed(pixels);
      for (let k = 0; k < count; k++) {
        if (read[at + k].content === '') continue;
        const target = (start + at + k) * size;
        for (let i = 0; i < size; i++) values[target + i] = made[2 * k * size + i] + made[(2 * k + 1) * size + i];
      }
      onProgress(start + (part.length + at + count) / 2);
    }
  }
  return { rows: { values, size }, reads };
}

/** Numbers 0…1 of pictures, each followed by its mirror image. */
function withMirrored(
  bytes: Uint8Array,
  count: number,
  [height, width, channels]: readonly [number, number, number],
): Float32Array {
  const size = height * width * channels;
  const pixels = new Float32Array(2 * count * size);
  for (let k = 0; k < count; k++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = k * size + (y * width + x) * channels;
        const own = 2 * k * size + (y * width + x) * channels;
        const mirrored = (2 * k + 1) * size + (y * width + width - 1 - x) * channels;
        for (let c = 0; c < channels; c++) pixels[own + c] = pixels[mirrored + c] = bytes[from + c] / 255;
      }
    }
  }
  return pixels;
}
