import type { ImageProblem } from '../../core/dataset/image';
import { RASTER_SPEC } from '../descriptor/layout';
import type { SignatureTable } from '../descriptor/signatureTable';
import type { SignatureMaker } from '../decode/describers';
import { readImageFile } from '../decode/imageFile';
import type { PictureSize } from '../decode/header';
import type { PictureDecoder } from '../decode/pictureDecoder';
import type { Raster } from '../decode/raster';
import { isLasting } from '../store/signaturePack';
import type { KnownFile, SignaturePack } from '../store/signaturePack';
import { Breather } from '../../workspace/breathe';
import { orAborted } from './abort';
import type { ListedFile } from './fileList';

/** What a scan knows of a file once it is read: all of an image record but its place, label and split. */
export type ReadFile = Omit<KnownFile, 'path' | 'identity'>;

/** The rows of a signature table by content. */
export class ContentRows {
  readonly #rowOf = new Map<string, number>();
  readonly #contentOf: (string | undefined)[] = [];

  constructor(readonly table: SignatureTable) {}

  rowOf(content: string): number | undefined {
    return this.#rowOf.get(content);
  }

  /** Undefined for a row that holds none. */
  contentOf(row: number): string | undefined {
    return this.#contentOf[row];
  }

  get contents(): IterableIterator<string> {
    return this.#rowOf.keys();
  }

  get size(): number {
    return this.#rowOf.size;
  }

  /** Returns whether the content is new here. */
  add(content: string, signature: Uint8Array): boolean {
    if (this.#rowOf.has(content)) return false;
    const row = this.table.add(signature);
    this.#rowOf.set(content, row);
    this.#contentOf[row] = content;
    return true;
  }

  remove(content: string): void {
    const row = this.#rowOf.get(content);
    if (row === undefined) return;
    this.table.remove(row);
    this.#rowOf.delete(content);
    this.#contentOf[row] = undefined;
  }

  signatureOf(content: string): Uint8Array | undefined {
    const row = this.#rowOf.get(content);
    return row === undefined ? undefined : this.table.get(row);
  }
}

/** Who else looks at each picture while it is decoded. */
export interface PictureSink {
  /** Of the pictures it takes. */
  readonly width: number;
  readonly height: number;
  wants(content: string): boolean;
  /** Settles when there is room for more. */
  add(content: string, raster: Raster): Promise<void>;
}

export interface ReadStageInput {
  readonly files: readonly ListedFile[];
  /** `sameFileOf(files)`. */
  readonly standIn: Uint32Array;
  /** One a root. */
  readonly maxPixels: readonly number[];
  /** One a root: what earlier scans knew. */
  readonly packs: readonly SignaturePack[];
  /** What an earlier result in memory knows of an unchanged file. */
  readonly remembered?: (file: ListedFile) => ReadFile | undefined;
  /** Files to read even where size and time say that they are unchanged. */
  readonly mustRead?: (file: ListedFile) => boolean;
  readonly rows: ContentRows;
  /** Files whose picture it wants are decoded even where their signature is known. */
  readonly sink?: PictureSink;
  /** Filled in as files are done, one a file. */
  readonly results: (ReadFile | undefined)[];
  /** Told of each file that had to be opened. */
  readonly onOpened?: () => void;
  /** Told of each content added to `rows`. */
  readonly onAdded?: (content: string) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Messages wait no longer than this. */
const TURN_MS = 15;

/** Reads, hashes, decodes and describes files, several at once. Each file is read once; unchanged ones not at all. */
export class FileReader {
  readonly #decoder: PictureDecoder;
  readonly #inFlight: number;
  readonly #signatures: SignatureMaker;

  constructor(decoder: PictureDecoder, signatures: SignatureMaker, threads: number) {
    this.#decoder = decoder;
    this.#signatures = signatures;
    // Twice the threads: while one file of each is decoded, the next is read or the last described, so that no thread waits.
    this.#inFlight = 2 * threads + 2;
  }

  /** Rejects with the signal's reason at once when cancelled; no row is added after that. */
  async readAll(input: ReadStageInput): Promise<ReadFile[]> {
    const { files, standIn, signal, results } = input;
    let next = 0;
    let done = 0;
    const breather = new Breather(TURN_MS);
    const work = async (): Promise<void> => {
      while (next < files.length) {
        signal.throwIfAborted();
        const index = next++;
        // Promises for every file that is as it was would take longer than all else that is done for it.
        if (standIn[index] === index) {
          results[index] = recallAtHand(files[index], input) ?? (await this.#readOne(files[index], input));
        }
        input.onProgress(++done, files.length);
        await breather.breathe();
      }
    };
    await orAborted(Promise.all(Array.from({ length: this.#inFlight }, work)), signal);
    standIn.forEach((leader, index) => (results[index] ??= results[leader]));
    return results as ReadFile[];
  }

  /** Reads one file that need not belong to a scan. @param input the size at which a network wants it too */
  async readSingle(path: string, maxPixels: number, input?: PictureSize): Promise<Described> {
    const read = await readImageFile(path);
    if ('problem' in read) return { file: unreadable(0, 0, read.problem) };
    return this.#decode(path, read, maxPixels, input);
  }

  async #readOne(file: ListedFile, input: ReadStageInput): Promise<ReadFile> {
    const { rows, signal } = input;
    const pack = input.packs[file.root];
    if (file.problem) return unreadable(file.sizeBytes, file.modifiedMs, file.problem);
    if (!input.mustRead?.(file)) {
      const known = input.remembered?.(file) ?? pack?.unchanged(file);
      if (known && (await this.#recall(known, file.root, input))) return known;
    }
    input.onOpened?.();
    const read = await readImageFile(file.absolute, file);
    signal.throwIfAborted();
    if ('problem' in read) return unreadable(file.sizeBytes, file.modifiedMs, read.problem);
    const seen = pack?.ofContent(read.content);
    if (seen && (await this.#recall(seen, file.root, input))) {
      return { ...seen, sizeBytes: read.sizeBytes, modifiedMs: read.modifiedMs };
    }
    const sink = input.sink?.wants(read.content) === true ? input.sink : undefined;
    const { file: result, signature, raster } = await this.#decode(file.absolute, read, input.maxPixels[file.root], sink);
    signal.throwIfAborted();
    if (sink && raster) await sink.add(result.content, raster);
    signal.throwIfAborted();
    if (signature && rows.add(result.content, signature)) input.onAdded?.(result.content);
    return result;
  }

  /** Whether what is known can be taken as it is: a lasting problem, or a picture whose signature is at hand. */
  async #recall(known: ReadFile, root: number, input: ReadStageInput): Promise<boolean> {
    const { rows, onAdded, signal, packs } = input;
    if (known.problem) return isLasting(known.problem);
    if (!fits(known, root, input)) return false;
    if (rows.rowOf(known.content) !== undefined) return true;
    const signature = await packs[root]?.signature(known.content);
    if (!signature) return false;
    signal.throwIfAborted();
    if (rows.add(known.content, signature)) onAdded?.(known.content);
    return true;
  }

  async #decode(
    path: string,
    read: {
      readonly content: string;
      readonly sizeBytes: number;
      readonly modifiedMs: number;
      readonly bytes: Uint8Array;
      readonly isWhole: boolean;
    },
    maxPixels: number,
    input?: PictureSize,
  ): Promise<Described> {
    const { content, sizeBytes, modifiedMs, bytes, isWhole } = read;
    const outcome = await this.#decoder.decode(
      bytes,
      path,
      RASTER_SPEC,
      maxPixels,
      isWhole ? undefined : path,
      input && { width: input.width, height: input.height },
    );
    const base = { content, sizeBytes, modifiedMs };
    if ('problem' in outcome) return { file: { ...base, width: 0, height: 0, format: outcome.format, problem: outcome.problem } };
    const { width, height, format, raster } = outcome.ok;
    const signature = await this.#signatures.describe(raster, { width, height });
    return { file: { ...base, width, height, format }, signature, ...(outcome.ok.input && { raster: outcome.ok.input }) };
  }
}

/** What is known of an unchanged file whose signature is a row already. */
function recallAtHand(file: ListedFile, input: ReadStageInput): ReadFile | undefined {
  if (file.problem || input.mustRead?.(file)) return undefined;
  const known = input.remembered?.(file) ?? input.packs[file.root]?.unchanged(file);
  if (!known || known.problem || !fits(known, file.root, input)) return undefined;
  return input.rows.rowOf(known.content) === undefined ? undefined : known;
}

/** Whether a picture would be taken today, and nobody else wants to look at it. */
const fits = ({ width, height, content }: ReadFile, root: number, { maxPixels, sink }: ReadStageInput): boolean =>
  // A limit lowered since would refuse the picture today.
  width * height <= maxPixels[root] && sink?.wants(content) !== true;

/** What came of a file: without a signature where it has a problem. */
export interface Described {
  readonly file: ReadFile;
  readonly signature?: Uint8Array;
  /** Where a network's input was asked for. */
  readonly raster?: Raster;
}

const unreadable = (sizeBytes: number, modifiedMs: number, problem: ImageProblem): ReadFile => ({
  content: '',
  sizeBytes,
  modifiedMs,
  width: 0,
  height: 0,
  format: '',
  problem,
});
