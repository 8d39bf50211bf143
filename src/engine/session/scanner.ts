import type { ImageRecord } from '../../core/dataset/image';
import type { ScanNote, ScanParams } from '../../protocol/engine';
import { DESCRIPTOR_VERSION, SIGNATURE_BYTES } from '../descriptor/layout';
import { SignatureTable } from '../descriptor/signatureTable';
import { PictureEmbedder } from '../modelScan/embeddings';
import type { Embeddings } from '../modelScan/embeddings';
import { knownEmbeddings, saveEmbeddings } from '../modelScan/embeddingCache';
import { runModelStage } from '../modelScan/modelStage';
import type { ScanModel, ScanModels } from '../modelScan/scanModel';
import { scanDefects } from '../quality/scanDefects';
import type { ContentFile, PairRescorer, RescoreInput } from '../pairNetworks/rescorePairs';
import { rescorerFor } from '../pairNetworks/scanRescorer';
import type { ScanRescorer } from '../pairNetworks/scanRescorer';
import { isSameStamp, SignaturePack } from '../store/signaturePack';
import type { PackBlock } from '../store/signaturePack';
import { orAborted } from './abort';
import { classify, readLabelTables } from './classify';
import type { FileClass } from './classify';
import { listRoot, sameFileOf } from './fileList';
import type { ListedFile } from './fileList';
import { joinContents, transformsOf } from './join';
import type { Seed } from './join';
import type { PairSource } from './pairSource';
import type { ProgressReporter } from './progress';
import { ContentRows } from './readStage';
import type { FileReader, ReadFile } from './readStage';
import { savePacks } from './savePacks';
import type { RescoredPairs, ScanData } from './scanResult';

export interface ScanInput {
  readonly params: ScanParams;
  /** The files and what the walk had to say, where they are known already; else the roots are walked. */
  readonly files?: readonly ListedFile[];
  readonly walkNotes?: readonly ScanNote[];
  /** The result in memory that this one follows: its signatures are taken over, and it is spoilt if this scan succeeds. */
  readonly previous?: ScanData;
  /** Pairs that an earlier scan of the same roots and settings found. */
  readonly seed?: Seed;
  /** Files to read even where size and time say that they are unchanged. */
  readonly mustRead?: (file: ListedFile) => boolean;
}

export interface ScannerOptions {
  readonly reader: FileReader;
  readonly pairSource: PairSource;
  /** Folder of signature packs. */
  readonly packFolder: string;
  readonly models: ScanModels;
  /** Of embeddings. */
  readonly embeddingFolder: string;
  readonly threads: number;
  /** For scans that name a network to judge pairs again by. */
  readonly pairRescorer: PairRescorer;
  readonly decoderVersion: string;
  readonly log: (line: string) => void;
}

interface ReadInput extends ScanInput {
  readonly files: readonly ListedFile[];
  readonly embedder: PictureEmbedder | undefined;
  readonly packs: readonly SignaturePack[];
}

/** Updates that opened fewer files than this leave the cache as it is: reading those again costs less than writing it all. */
const worthSaving = 200;

/** Runs scans: count, decode, join, re-score. */
export class Scanner {
  readonly #options: ScannerOptions;
  readonly #version: string;
  #unsavedFiles = 0;

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.#version = `${DESCRIPTOR_VERSION} ${options.decoderVersion}`;
  }

  /** Rejects with the signal's reason when cancelled; the previous result then stands as it was. */
  async scan(input: ScanInput, progress: ProgressReporter, signal: AbortSignal): Promise<ScanData> {
    const { params, previous } = input;
    const walkNotes: ScanNote[] = [...(input.walkNotes ?? [])];
    const labelNotes: ScanNote[] = [];
    const onLabelNote = (note: ScanNote): void => void labelNotes.push(note);
    const isAskedFor = !previous && !input.seed;
    const tables = await orAborted(readLabelTables(params, isAskedFor, signal, onLabelNote), signal);
    const files = input.files ?? (await this.list(params, progress, signal, note => walkNotes.push(note)));
    const chosen = await orAborted(this.#options.models.forScan(params, isAskedFor), signal);
    const { rescorer, notes: rescorerNotes } = await orAborted(rescorerFor(params, isAskedFor), signal);
    const embeddings = chosen.model && (await orAborted(this.#embeddingsFor(chosen.model, input), signal));
    const embedder = chosen.model && embeddings && new PictureEmbedder(chosen.model, embeddings, signal);
    const standIn = sameFileOf(files);
    const rows = previous?.rows ?? new ContentRows(new SignatureTable());
    const added: string[] = [];
    const packs = previous ? [] : await orAborted(this.#openPacks({ ...input, files }, rows), signal);
    let saving: Promise<void> = Promise.resolve();
    try {
      const reads = await this.#read({ ...input, files, embedder, packs }, standIn, rows, added, progress, signal);
      if (embedder) await orAborted(embedder.finish(), signal);
      const contents = new Set<string>();
      reads.forEach((read, index) => {
        if (!read.problem && standIn[index] === index) contents.add(read.content);
      });
      if (this.#unsavedFiles >= (previous ? worthSaving : 1)) saving = this.#save(params, files, reads, rows, packs);
      const {
        pairs: contentPairs,
        comparisons,
        floors,
      } = await orAborted(
        joinContents(
          { params, files, reads, standIn, contents, rows, seed: input.seed },
          this.#options.pairSource,
          progress,
          signal,
        ),
        signal,
      );
      await saving;
      if (embedder && embedder.added > 0) await this.#saveEmbeddings(embedder, params, files, reads);
      const classes = await orAborted(classify(params, tables, files, signal, onLabelNote), signal);
      signal.throwIfAborted();
      const images = files.map((file, index) => toRecord(file, index, reads[index], params, classes[index]));
      const model =
        chosen.model &&
        embeddings &&
        (await orAborted(
          runModelStage({
            model: chosen.model,
            embeddings,
            contents,
            classical: contentPairs,
            images,
            measure: {
              source: this.#options.pairSource,
              table: rows.table,
              rowOf: content => rows.rowOf(content),
              transforms: transformsOf(params),
            },
            threads: this.#options.threads,
            onProgress: done => progress.report('rescore', Math.round(done * 1000), 1000),
            signal,
          }),
          signal,
        ));
      const rescored =
        rescorer &&
        (await orAborted(
          this.#rescore(rescorer, previous, {
            pairs: model?.pairs ?? contentPairs,
            fileOf: firstFileOf(images, files),
            params,
            onProgress: done => progress.report('rescore', Math.round(done * 1000), 1000),
            signal,
          }),
          signal,
        ));
      const defects = await orAborted(
        scanDefects({
          images,
          settings: params.roots.map(({ settings }) => settings),
          signatureOf: content => rows.signatureOf(content),
          threads: this.#options.threads,
          signal,
        }),
        signal,
      );
      // From here on nothing can fail, so the previous result may give up its rows.
      for (const content of [...rows.contents]) if (!contents.has(content)) rows.remove(content);
      return {
        params,
        files,
        reads,
        standIn,
        images,
        rows,
        contentPairs,
        ...(floors && { floors }),
        ...(model && { model }),
        ...(rescored && { rescored }),
        defects,
        comparisons,
        walkNotes,
        notes: [...walkNotes, ...labelNotes, ...chosen.notes, ...(model?.notes ?? []), ...rescorerNotes],
        elapsedMs: Math.round(progress.elapsedMs),
        scannedAt: new Date().toISOString(),
      };
    } catch (error) {
      if (previous) for (const content of added) rows.remove(content);
      throw error;
    } finally {
      void saving.then(() => Promise.all(packs.map(pack => pack.close()))).catch(() => undefined);
    }
  }

  /** All files of all roots, in order. */
  async list(
    params: ScanParams,
    progress: ProgressReporter,
    signal: AbortSignal,
    onNote: (note: ScanNote) => void,
  ): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    let count = 0;
    progress.report('count', 0, 0);
    for (const [index, root] of params.roots.entries()) {
      const listing = listRoot(root, index, root.only, signal, onNote, () => progress.report('count', ++count, 0));
      // Not spread into push: 100,000 arguments overflow the stack.
      for (const file of await orAborted(listing, signal)) files.push(file);
    }
    return files;
  }

  async #read(
    input: ReadInput,
    standIn: Uint32Array,
    rows: ContentRows,
    added: string[],
    progress: ProgressReporter,
    signal: AbortSignal,
  ): Promise<ReadFile[]> {
    const { params, files, previous, packs } = input;
    const results = new Array<ReadFile | undefined>(files.length);
    try {
      return await this.#options.reader.readAll({
        files,
        standIn,
        rows,
        packs,
        results,
        maxPixels: params.roots.map(root => root.settings.maxPixels),
        ...(previous && { remembered: rememberedBy(previous) }),
        ...(input.mustRead && { mustRead: input.mustRead }),
        ...(input.embedder && { sink: input.embedder }),
        onOpened: () => this.#unsavedFiles++,
        onAdded: content => added.push(content),
        onProgress: (done, total) => progress.report('decode', done, total),
        signal,
      });
    } catch (error) {
      // What a cancelled scan has read, the next one need not read again.
      if (!previous && this.#unsavedFiles >= worthSaving) void this.#save(params, files, results, rows, []);
      throw error;
    }
  }

  async #rescore(
    { model, path, hash }: ScanRescorer,
    previous: ScanData | undefined,
    input: Omit<RescoreInput, 'model' | 'known'>,
  ): Promise<RescoredPairs> {
    const before = previous?.rescored;
    const { rescored, judged } = await this.#options.pairRescorer.rescore({
      ...input,
      model,
      ...(before?.hash === hash && { known: before.judged }),
    });
    return { pairs: rescored, judged, path, hash, network: model.description.network };
  }

  #embeddingsFor(model: ScanModel, { previous, params }: ScanInput): Promise<Embeddings> {
    const before = previous?.model;
    if (before?.model.hash === model.hash) return Promise.resolve(before.embeddings);
    return knownEmbeddings(
      this.#options.embeddingFolder,
      params.roots.map(root => root.path),
      model,
      this.#version,
    );
  }

  async #saveEmbeddings(
    embedder: PictureEmbedder,
    params: ScanParams,
    files: readonly ListedFile[],
    reads: readonly ReadFile[],
  ): Promise<void> {
    const { embeddingFolder, log } = this.#options;
    for (const [root, { path }] of params.roots.entries()) {
      const contents = new Set(files.flatMap((file, i) => (file.root === root && !reads[i].problem ? [reads[i].content] : [])));
      await saveEmbeddings(embeddingFolder, path, embedder.model, this.#version, embedder.embeddings, contents).catch(
        (error: unknown) => log(`The embeddings of ${path} could not be kept: ${String(error)}`),
      );
    }
  }

  /** Of each root. What is of use in them becomes rows as it is read. */
  #openPacks({ params, files, seed }: Pick<ReadInput, 'params' | 'files' | 'seed'>, rows: ContentRows): Promise<SignaturePack[]> {
    const listed = params.roots.map(() => new Map<string, ListedFile>());
    for (const file of files) listed[file.root].set(file.path, file);
    return Promise.all(
      params.roots.map(({ path }, root) =>
        SignaturePack.open(this.#options.packFolder, path, this.#version, SIGNATURE_BYTES, block =>
          takeOver(block, listed[root], seed, rows),
        ),
      ),
    );
  }

  async #save(
    params: ScanParams,
    files: readonly ListedFile[],
    reads: readonly (ReadFile | undefined)[],
    rows: ContentRows,
    packs: readonly SignaturePack[],
  ): Promise<void> {
    this.#unsavedFiles = 0;
    const { packFolder, log } = this.#options;
    await savePacks({ folder: packFolder, version: this.#version, params, files, reads, rows, packs, log });
  }
}

/**
 * Rows for the signatures of a block whose files are as they were, and of all that the seed's pairs are of: those of pictures that went since
 * are needed to tell what their going changed. Rows that turn out to be of no use go when the scan is done.
 */
function takeOver(block: PackBlock, listed: ReadonlyMap<string, ListedFile>, seed: Seed | undefined, rows: ContentRows): void {
  const wanted = new Set<string>();
  for (const known of block.files) {
    const file = listed.get(known.path);
    if (file && isSameStamp(file, known)) wanted.add(known.content);
  }
  block.signatures.forEach((content, slot) => {
    if (wanted.has(content) || seed?.contents.has(content)) rows.add(content, block.signature(slot));
  });
}

/** By content, the first file that holds it. */
function firstFileOf(images: readonly ImageRecord[], files: readonly ListedFile[]): (content: string) => ContentFile | undefined {
  const first = new Map<string, ContentFile>();
  for (const { index, content, problem, width, height } of images) {
    if (!problem && !first.has(content)) first.set(content, { file: files[index], width, height });
  }
  return content => first.get(content);
}

const rememberedBy = ({ files, reads }: ScanData): ((file: ListedFile) => ReadFile | undefined) => {
  const byPath = new Map(files.map((file, index) => [file.absolute, index]));
  return file => {
    const index = byPath.get(file.absolute);
    if (index === undefined) return undefined;
    const old = files[index];
    return isSameStamp(old, file) ? reads[index] : undefined;
  };
};

const toRecord = (file: ListedFile, index: number, read: ReadFile, params: ScanParams, ofFile: FileClass): ImageRecord => ({
  index,
  root: file.root,
  path: file.path,
  content: read.content,
  sizeBytes: read.sizeBytes,
  modifiedMs: read.modifiedMs,
  width: read.width,
  height: read.height,
  format: read.format,
  ...ofFile,
  ...(read.problem && { problem: read.problem }),
  ...(params.roots[file.root].reference && { reference: true }),
});
