import { readFile, stat } from 'node:fs/promises';
import type { CaptionText } from '../../../core/checks/captionText';
import { captionOf } from '../../../core/checks/captionText';

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

/** UTF-8, or UTF-16 with its mark. Undefined where the bytes are no text: not UTF-8, or with control characters that no text has. */
function decodeText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const utf16 = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  try {
    const text = new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
