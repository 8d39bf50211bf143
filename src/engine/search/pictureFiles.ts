import { readImageFile } from '../decode/imageFile';
import type { PictureSize } from '../decode/header';
import type { Outcome, PictureDecoder, Wanted } from '../decode/pictureDecoder';
import type { Raster } from '../decode/raster';

export type SizedPicture = PictureSize & { readonly raster?: Raster };

/** A file's pixels at the size asked for, or what is wrong with it. @throws NoteError that `sizeFor` throws */
export async function readPixels(
  decoder: PictureDecoder,
  file: string,
  maxPixels: number,
  sizeFor: (picture: PictureSize) => Wanted,
): Promise<Outcome<SizedPicture>> {
  const read = await readImageFile(file);
  if ('problem' in read) return { problem: read.problem, format: '' };
  return decoder.pixels(read.bytes, file, sizeFor, maxPixels, read.isWhole ? undefined : file);
}

/** Starts the work on the next items while one is waited for; to be asked for in their order. */
export function aheadOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>, ahead: number): (index: number) => Promise<R> {
  const started = new Map<number, Promise<R>>();
  return index => {
    for (let i = index; i <= Math.min(items.length - 1, index + ahead); i++) {
      if (started.has(i)) continue;
      const running = work(items[i]);
      // Whoever waits for it hears of its failure; after a cancellation nobody does.
      running.catch(() => undefined);
      started.set(i, running);
    }
    const result = started.get(index)!;
    started.delete(index);
    return result;
  };
}
