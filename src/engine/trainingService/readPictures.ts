import { boxPixels } from '../../core/dataset/boxes';
import { boxContent } from '../../core/findings/boxContent';
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
  /** Of a box: the content of its image, and why it is left out, if it is. */
  readonly image?: string;
  readonly isLeftOut?: 'small' | 'outside';
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
    const intoOf = (index: number): Uint8Array => bytes.subarray(index * size, (index + 1) * size);
    const jobs = jobsOf(candidates);
    await this.#each(jobs.length, signal, async job => {
      const [first, end] = jobs[job];
      if (candidates[first].box) {
        const found = await this.#readBoxes(first, end, intoOf, input);
        found.forEach((read, k) => (reads[first + k] = read));
      } else reads[first] = await this.#readOne(first, intoOf(first), input);
      input.onProgress((done += end - first), candidates.length);
    });
    return { bytes, reads };
  }

  /** All boxes of one image: it is decoded once. */
  async #readBoxes(
    first: number,
    end: number,
    intoOf: (index: number) => Uint8Array,
    input: ReadPicturesInput,
  ): Promise<PictureRead[]> {
    const own = input.candidates.slice(first, end);
    const { file } = own[0];
    const failed = (problem: ImageProblem): PictureRead[] => own.map(() => ({ content: '', problem }));
    if (file.problem) return failed(file.problem);
    const read = await readImageFile(file.absolute, file);
    if ('problem' in read) return failed(read.problem);
    const [height, width, channels] = input.shape;
    const path = read.isWhole ? undefined : file.absolute;
    const maxPixels = input.maxPixels[file.root];
    const boxes = own.map(({ box }) => box!);
    const size = { width, height };
    const decoded = await this.decoder.decodeBoxes(read.bytes, file.absolute, RASTER_SPEC, maxPixels, path, size, boxes);
    if ('problem' in decoded) return failed(decoded.problem);
    input.signal.throwIfAborted();
    const { raster, crops, ...picture } = decoded.ok;
    if (input.onSignature) input.onSignature(read.content, await this.signatures.describe(raster, picture));
    return crops.map((crop, k) => {
      if (typeof crop === 'string') return { content: '', isLeftOut: crop };
      writeNetworkBytes(crop, channels, intoOf(first + k), 0);
      return { content: boxContent(read.content, boxes[k].box), image: read.content };
    });
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
      const { file, box } = candidates[Math.floor((k * candidates.length) / count)];
      const read = file.problem ? undefined : await readImageFile(file.absolute, file);
      if (!read || 'problem' in read) return;
      const path = read.isWhole ? undefined : file.absolute;
      const decoded = await this.decoder.decode(read.bytes, file.absolute, { side: 32 }, maxPixels[file.root], path);
      if ('problem' in decoded) return;
      const { width, height, raster } = decoded.ok;
      const seen = box ? boxPixels(box, decoded.ok) : { width, height };
      if (seen) looks.push({ width: seen.width, height: seen.height, isGrey: isGrey(raster) });
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

/** Runs of candidates that are read at once: the boxes of an image, which stand together, or one picture. */
function jobsOf(candidates: readonly Candidate[]): [first: number, end: number][] {
  const jobs: [number, number][] = [];
  for (let first = 0; first < candidates.length;) {
    let end = first + 1;
    const { file, box } = candidates[first];
    while (box && end < candidates.length && candidates[end].file === file) end++;
    jobs.push([first, end]);
    first = end;
  }
  return jobs;
}

function isGrey({ data }: Raster): boolean {
  for (let i = 0; i < data.length; i += 3) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}
