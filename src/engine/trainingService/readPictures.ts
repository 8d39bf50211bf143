import type { ImageProblem } from '../../core/dataset/image';
import type { SignatureMaker } from '../decode/describers';
import { readImageFile } from '../decode/imageFile';
import type { PictureDecoder } from '../decode/pictureDecoder';
import type { Raster } from '../decode/raster';
import { RASTER_SPEC } from '../descriptor/layout';
import type { Shape3 } from '../model/layers/layer';
import { writeNetworkBytes } from '../model/networkBytes';
import { orAborted } from '../session/abort';
import type { Candidate } from './listPictures';

/** What reading a file gave. `content` is empty where it can't be read. */
export interface PictureRead {
  readonly content: string;
  readonly problem?: ImageProblem;
}

export interface PicturesRead {
  /** The input of the network, image after image in the candidates' order; what could not be read is black. */
  readonly bytes: Uint8Array;
  readonly reads: readonly PictureRead[];
}

export interface ReadPicturesInput {
  readonly candidates: readonly Candidate[];
  readonly shape: Shape3;
  /** One a root. */
  readonly maxPixels: readonly number[];
  /** Told of each readable picture's signature, if they are wanted. */
  readonly onSignature?: (content: string, signature: Uint8Array) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Size of a picture, and whether all of it is grey. */
export interface PictureLook {
  readonly width: number;
  readonly height: number;
  readonly isGrey: boolean;
}

/** How many pictures are looked at to choose a network. */
const LOOKS = 48;

/** Reads and decodes pictures to a network's size, several at once. Bytes, not floats: 20,000 photographs at 96 × 96 take 553 MB. */
export class PictureReader {
  readonly #inFlight: number;

  constructor(
    private readonly decoder: PictureDecoder,
    private readonly signatures: SignatureMaker,
    threads: number,
  ) {
    // As in a scan: while one file of each thread is decoded, the next is read or the last described.
    this.#inFlight = 2 * threads + 2;
  }

  /** Rejects with the signal's reason when aborted. */
  async readAll(input: ReadPicturesInput): Promise<PicturesRead> {
    const { candidates, shape, signal } = input;
    const size = shape[0] * shape[1] * shape[2];
    const bytes = new Uint8Array(candidates.length * size);
    const reads = new Array<PictureRead>(candidates.length);
    let done = 0;
    await this.#each(candidates.length, signal, async index => {
      reads[index] = await this.#readOne(index, bytes.subarray(index * size, (index + 1) * size), input);
      input.onProgress(++done, candidates.length);
    });
    return { bytes, reads };
  }

  async #readOne(index: number, into: Uint8Array, input: ReadPicturesInput): Promise<PictureRead> {
    const { file } = input.candidates[index];
    if (file.problem) return { content: '', problem: file.problem };
    const read = await readImageFile(file.absolute, file);
    if ('problem' in read) return { content: '', problem: read.problem };
    const [height, width, channels] = input.shape;
    const path = read.isWhole ? undefined : file.absolute;
    const maxPixels = input.maxPixels[file.root];
    const decoded = await this.decoder.decode(read.bytes, file.absolute, RASTER_SPEC, maxPixels, path, { width, height });
    if ('problem' in decoded) return { content: '', problem: decoded.problem };
    input.signal.throwIfAborted();
    const { raster, input: picture, ...size } = decoded.ok;
    writeNetworkBytes(picture ?? raster, channels, into, 0);
    if (input.onSignature) input.onSignature(read.content, await this.signatures.describe(raster, size));
    return { content: read.content };
  }

  /** A few pictures, spread evenly over the list; unreadable ones give nothing. */
  async look(candidates: readonly Candidate[], maxPixels: readonly number[], signal: AbortSignal): Promise<PictureLook[]> {
    const looks: PictureLook[] = [];
    const count = Math.min(LOOKS, candidates.length);
    await this.#each(count, signal, async k => {
      const { file } = candidates[Math.floor((k * candidates.length) / count)];
      const read = file.problem ? undefined : await readImageFile(file.absolute, file);
      if (!read || 'problem' in read) return;
      const path = read.isWhole ? undefined : file.absolute;
      const decoded = await this.decoder.decode(read.bytes, file.absolute, { side: 32 }, maxPixels[file.root], path);
      if ('problem' in decoded) return;
      const { width, height, raster } = decoded.ok;
      looks.push({ width, height, isGrey: isGrey(raster) });
    });
    return looks;
  }

  async #each(count: number, signal: AbortSignal, job: (index: number) => Promise<void>): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < count) {
        signal.throwIfAborted();
        await job(next++);
      }
    };
    await orAborted(Promise.all(Array.from({ length: Math.min(this.#inFlight, count) }, work)), signal);
  }
}

function isGrey({ data }: Raster): boolean {
  for (let i = 0; i < data.length; i += 3) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}
