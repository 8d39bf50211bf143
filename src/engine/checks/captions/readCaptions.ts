import { readFile, stat } from 'node:fs/promises';
import type { CaptionText } from '../../../core/checks/captionText';
import { captionOf } from '../../../core/checks/captionText';
import { decodeText } from '../decodeText';

/** The caption file of one image. `file`: its path below the root, with "/". */
export type CaptionRead =
  | { readonly kind: 'absent' }
  | (CaptionText & { readonly file: string })
  | { readonly kind: 'binary'; readonly file: string }
  | { readonly kind: 'tooLarge'; readonly file: string; readonly sizeBytes: number }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: string };

/** Endings of caption files, in the order they are looked for. */
export const CAPTION_ENDINGS = ['.txt', '.caption'] as const;
/** A caption longer than this is a log, a book or a table. */
const LARGEST_CAPTION_BYTES = 64 * 1024;
const AT_ONCE = 16;

export interface ImagePath {
  /** Below the root, with "/". */
  readonly path: string;
  readonly absolute: string;
}

/** `a/cat` of `a/cat.png`. */
export const withoutExtension = (path: string): string => {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path;
};

/** The captions of images, one an image. @throws the signal's reason when aborted */
export async function readCaptions(
  images: readonly ImagePath[],
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<CaptionRead[]> {
  const reads = new Array<CaptionRead>(images.length);
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    while (next < images.length) {
      signal.throwIfAborted();
      const at = next++;
      reads[at] = await readCaption(images[at]);
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return reads;
}

async function readCaption({ path, absolute }: ImagePath): Promise<CaptionRead> {
  const [base, below] = [
    absolute.slice(0, absolute.length - path.length + withoutExtension(path).length),
    withoutExtension(path),
  ];
  for (const ending of CAPTION_ENDINGS) {
    const [place, file] = [base + ending, below + ending];
    try {
      const { size } = await stat(place);
      if (size > LARGEST_CAPTION_BYTES) return { kind: 'tooLarge', file, sizeBytes: size };
      const text = decodeText(await readFile(place));
      return text === undefined ? { kind: 'binary', file } : { ...captionOf(text), file };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') continue;
      return { kind: 'unreadable', file, reason: code ?? String(error) };
    }
  }
  return { kind: 'absent' };
}
