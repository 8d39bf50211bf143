import { readFile } from 'node:fs/promises';
import type sharpFactory from 'sharp';
import type { Sharp as SharpInstance, SharpOptions } from 'sharp';
import type { LabelBox } from '../../core/dataset/boxes';
import type { ImageProblem } from '../../core/dataset/image';
import { NoteError } from '../../core/dataset/note';
import type { Box } from '../../core/search/box';
import { decodeBmp, readBmpHeader } from './bmp';
import { cropBoxes, type Crop } from './crops';
import { lacksItsEnd, readEnds } from './fileEnd';
import { flatten } from './flatten';
import { readSize } from './header';
import type { PictureSize } from './header';
import { shrinkRaster } from './networkRaster';
import { WeightedLimiter } from './limiter';
import type { Raster } from './raster';
import { sniff, sniffBytes } from './sniff';
import type { ImageFormat } from './sniff';

export type Sharp = typeof sharpFactory;

/** The square that a descriptor wants: the whole picture squeezed into `side` × `side`. */
export interface RasterSpec {
  readonly side: number;
}

export interface Decoded extends PictureSize {
  readonly format: ImageFormat;
  readonly raster: Raster;
  /** What a network looks at, where one was asked for: of its input's size. */
  readonly input?: Raster;
}

/** What of a picture is wanted, and how large; without a size, nothing. */
export interface Wanted {
  /** Inside the picture, in its pixels, orientation applied; absent: all of it. */
  readonly part?: Box;
  readonly size?: PictureSize;
}

export type Outcome<T> = { readonly ok: T } | { readonly problem: ImageProblem; readonly format: string };

/** Pixels being decoded at once, over all threads: interlaced and progressive files are held whole. */
const pixelsInFlight = 96_000_000;
/** A picture that takes longer is made to be slow; then the scan must go on. */
const timeoutSeconds = 60;
/** An SVG of no stated size is 100 × 100; a stated one may be absurd, and as it is drawn at the size wanted, any will do. */
const svgPixels = false;

/** Turns file contents into small rasters or previews. Does not read files, but for those too big to hold. */
export class PictureDecoder {
  readonly #sharp: Sharp;
  readonly #limiter = new WeightedLimiter(pixelsInFlight);

  constructor(sharp: Sharp) {
    this.#sharp = sharp;
  }

  /**
   * Decodes to the raster that descriptors are made from.
   * @param bytes the whole file, or its beginning where `path` is given and the file is decoded from disk
   * @param input the size of a network's input, to be made of the same picture; depends on the file and this size alone
   */
  async decode(
    bytes: Uint8Array,
    fileName: string,
    spec: RasterSpec,
    maxPixels: number,
    path?: string,
    input?: PictureSize,
  ): Promise<Outcome<Decoded>> {
    return this.#withPicture(bytes, fileName, maxPixels, path, async (picture, size, format) => {
      // The raster is all that a network needs, unless that would show it less than there is: then the picture is squeezed once more.
      const isEnough =
        input?.width === input?.height && Math.min(size.width, size.height) >= spec.side && (input?.width ?? 0) <= spec.side;
      const own = input && !isEnough ? await squeeze(picture.clone(), input) : undefined;
      const raster = await squeeze(picture, { width: spec.side, height: spec.side });
      return { ...size, format, raster, ...(input && { input: own ?? shrinkRaster(raster, input.width) }) };
    });
  }

  /**
   * A part of the picture, or all of it, at the size that `sizeFor` says, known only when the picture's own is.
   * @throws NoteError that `sizeFor` throws
   */
  async pixels(
    bytes: Uint8Array,
    fileName: string,
    sizeFor: (picture: PictureSize) => Wanted,
    maxPixels: number,
    path?: string,
  ): Promise<Outcome<PictureSize & { readonly raster?: Raster }>> {
    return this.#withPicture(bytes, fileName, maxPixels, path, async (picture, own) => {
      const { part, size } = sizeFor(own);
      if (!size) return own;
      const cut = part ? picture.extract({ left: part.x, top: part.y, width: part.width, height: part.height }) : picture;
      return { ...own, raster: await squeeze(cut, size) };
    });
  }

  /** As {@link decode}, with what stands in boxes instead of the whole, each at a network's input size. */
  async decodeBoxes(
    bytes: Uint8Array,
    fileName: string,
    spec: RasterSpec,
    maxPixels: number,
    path: string | undefined,
    input: PictureSize,
    boxes: readonly LabelBox[],
  ): Promise<Outcome<Decoded & { readonly crops: readonly Crop[] }>> {
    return this.#withPicture(bytes, fileName, maxPixels, path, async (picture, size, format) => {
      const raster = await squeeze(picture.clone(), { width: spec.side, height: spec.side });
      const whole = await picture.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
      const crops = await cropBoxes(this.#sharp, { data: whole.data, ...whole.info }, size, boxes, input);
      return { ...size, format, raster, crops };
    });
  }

  /** A WebP at most `side` wide and high, never enlarged (but for drawings, which have no size of their own). */
  async preview(bytes: Uint8Array, fileName: string, side: number, maxPixels: number, path?: string): Promise<Outcome<Buffer>> {
    return this.#withPicture(bytes, fileName, maxPixels, path, (picture, _size, format) =>
      picture
        .resize(side, side, { fit: 'inside', withoutEnlargement: format !== 'svg' })
        .toColourspace('srgb')
        .webp({ quality: 85, effort: 1 })
        .toBuffer(),
    );
  }

  async #withPicture<T>(
    bytes: Uint8Array,
    fileName: string,
    maxPixels: number,
    path: string | undefined,
    use: (picture: SharpInstance, size: PictureSize, format: ImageFormat) => Promise<T>,
  ): Promise<Outcome<T>> {
    if (bytes.length === 0) return failure('unreadable-image', 'empty', 'the file is empty');
    const sniffed = sniff(bytes.subarray(0, sniffBytes), fileName);
    if (sniffed.kind === 'unsupported') return failure('unsupported-format', 'unsupported', sniffed.name);
    if (sniffed.kind === 'pointer') return failure('not-fetched', 'pointer', sniffed.name);
    if (sniffed.kind === 'unknown') return failure('unreadable-image', 'not-an-image', describeStart(bytes));
    const { format } = sniffed;
    try {
      const opened = format === 'bmp' ? openBmp(bytes, path !== undefined) : await this.#open(bytes, format, maxPixels, path);
      const pixels = opened.width * opened.height;
      if (pixels > maxPixels && format !== 'svg') {
        return failure('unreadable-image', 'too-large', `${opened.width} × ${opened.height} pixels`, format);
      }
      const weight = format === 'svg' ? 1_000_000 : pixels;
      return await this.#limiter.run(weight, async () => {
        const picture = opened.picture ? opened.picture() : await this.#openRaw(path ? await readFile(path) : bytes, opened);
        return { ok: await use(picture, { width: opened.width, height: opened.height }, format) };
      });
    } catch (error) {
      // Of whoever uses the picture, not of the picture.
      if (error instanceof NoteError) throw error;
      return failureOf(error, bytes, format, maxPixels, path);
    }
  }

  async #open(bytes: Uint8Array, format: ImageFormat, maxPixels: number, path: string | undefined): Promise<Opened> {
    const options: SharpOptions = {
      // Truncated and damaged pixels are findings; harmless oddities (a bad colour profile, stray bytes) are not.
      failOn: 'error',
      limitInputPixels: format === 'svg' ? svgPixels : maxPixels,
      autoOrient: true,
      pages: 1,
    };
    const source = path ?? bytes;
    const size = readSize(bytes, format) ?? (await this.#askSize(source, options));
    return { ...size, picture: () => this.#sharp(source, options).timeout({ seconds: timeoutSeconds }) };
  }

  async #askSize(source: string | Uint8Array, options: SharpOptions): Promise<PictureSize> {
    const { autoOrient } = await this.#sharp(source, options).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  }

  /** BMP pixels, thinned where the picture is far larger than any use of it. */
  async #openRaw(bytes: Uint8Array, size: PictureSize): Promise<SharpInstance> {
    const shrink = Math.max(1, Math.floor(Math.sqrt((size.width * size.height) / 16_000_000)));
    const { width, height, channels, data } = await decodeBmp(bytes, readBmpHeader(bytes), shrink);
    return this.#sharp(data, { raw: { width, height, channels } });
  }
}

const squeeze = async (picture: SharpInstance, { width, height }: PictureSize): Promise<Raster> => {
  const { data, info } = await picture
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const flat = info.channels === 4 ? flatten(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { width: info.width, height: info.height, data: flat, ...(info.channels === 4 && { isTransparent: true }) };
};

interface Opened extends PictureSize {
  /** Absent for BMP. */
  readonly picture?: () => SharpInstance;
}

/** @param isPart whether these are only the first bytes of the file */
const openBmp = (bytes: Uint8Array, isPart: boolean): Opened => {
  const { width, height } = readBmpHeader(bytes, isPart ? Infinity : bytes.length);
  return { width, height };
};

const failure = (
  kind: ImageProblem['kind'],
  reason: ImageProblem['reason'],
  detail: string,
  format = '',
): { readonly problem: ImageProblem; readonly format: string } => ({ problem: { kind, reason, detail }, format });

/** What the file begins with, for a message like "not an image (begins with “<html>”)". */
const describeStart = (bytes: Uint8Array): string => {
  const start = [...bytes.subarray(0, 16)];
  if (start.every(byte => byte === 0)) return 'the file begins with zero bytes';
  const printable = start.every(byte => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13);
  const text = String.fromCharCode(...start)
    .replace(/\s+/g, ' ')
    .trim();
  if (printable) return `begins with "${text}"`;
  return `begins with bytes ${start
    .slice(0, 8)
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join(' ')}`;
};

/**
 * Only what the file itself shows: libvips keeps one error text for all threads, so that what it says of a picture depends on which
 * others fail at the same time.
 */
const failureOf = async (
  error: unknown,
  bytes: Uint8Array,
  format: ImageFormat,
  maxPixels: number,
  path: string | undefined,
): Promise<{ readonly problem: ImageProblem; readonly format: string }> => {
  const message = error instanceof Error ? error.message : String(error);
  if (format === 'bmp') {
    return failure('unreadable-image', message.startsWith('truncated') ? 'truncated' : 'damaged', message, format);
  }
  // These words are sharp's own, about this picture.
  if (/exceeds pixel limit/.test(message)) {
    return failure('unreadable-image', 'too-large', `more than ${maxPixels} pixels`, format);
  }
  const isCutOff = await readEnds(bytes, path).then(
    ends => lacksItsEnd(ends, format),
    () => false,
  );
  return failure('unreadable-image', isCutOff ? 'truncated' : 'damaged', '', format);
};
