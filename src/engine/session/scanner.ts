import type { ImageRecord } from '../../core/dataset/image';
import type { ScanNote, ScanParams } from '../../protocol/engine';
import { DESCRIPTOR_VERSION, SIGNATURE_BYTES } from '../descriptor/layout';
import { SignatureTable } from '../descriptor/signatureTable';
import type { TransformOptions } from '../descriptor/transforms';
import { SignaturePack, writeSignaturePack } from '../store/signaturePack';
import type { KnownFile } from '../store/signaturePack';
import { orAborted } from './abort';
import { classify } from './classify';
import { ContentPairs } from './contentPairs';
import { listRoot, sameFileOf } from './fileList';
import type { ListedFile } from './fileList';
import type { PairSource } from './pairSource';
import type { ProgressReporter } from './progress';
import { ContentRows } from './readStage';
import type { FileReader, ReadFile } from './readStage';
import type { ScanData } from './scanResult';

/** What an earlier scan of the same roots leaves to this one. */
export interface Seed {
  /** Pairs between these contents are known. */
  readonly contents: ReadonlySet<string>;
  readonly pairs: ContentPairs;
  /** Where each content lay, as {@link placementsOf} says: where that matters, a content that moved is compared anew. */
  readonly placements: ReadonlyMap<string, string>;
}

export interface ScanInput {
  readonly params: ScanParams;
  /** The files, where they are known already; else the roots are walked. */
  readonly files?: readonly ListedFile[];
  readonly notes?: readonly ScanNote[];
  /** The result in memory that this one follows: its signatures are taken over, and it is spoilt if this scan succeeds. */
  readonly previous?: ScanData;
  readonly seed?: Seed;
  readonly mustRead?: (file: ListedFile) => boolean;
}

export interface ScannerOptions {
  readonly reader: FileReader;
  readonly pairSource: PairSource;
  /** Folder of signature packs. */
  readonly packFolder: string;
  readonly decoderVersion: string;
  readonly log: (line: string) => void;
}

/** Runs scans: count, decode, join, re-score. Holds nothing between scans. */
export class Scanner {
  readonly #options: ScannerOptions;
  readonly #version: string;

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.#version = `${DESCRIPTOR_VERSION} ${options.decoderVersion}`;
  }

  /** Rejects with the signal's reason when cancelled; the previous result then stands as it was. */
  async scan(input: ScanInput, progress: ProgressReporter, signal: AbortSignal): Promise<ScanData> {
    const { params, previous } = input;
    const notes: ScanNote[] = [...(input.notes ?? [])];
    const files = input.files ?? (await this.list(params, progress, signal, note => notes.push(note)));
    const standIn = sameFileOf(files);
    const rows = previous?.rows ?? new ContentRows(new SignatureTable());
    const added: string[] = [];
    try {
      const reads = await this.#read({ ...input, files }, standIn, rows, added, progress, signal);
      const contents = new Set<string>();
      reads.forEach((read, index) => {
        if (!read.problem && standIn[index] === index) contents.add(read.content);
      });
      const saving =
        previous && added.length === 0 && files.length === previous.files.length
          ? undefined
          : this.#save(params, files, reads, rows);
      const contentPairs = await this.#join(params, files, reads, standIn, contents, rows, input.seed, progress, signal);
      await saving;
      const { labels, splits } = await orAborted(
        classify(params, files, signal, note => notes.push(note)),
        signal,
      );
      signal.throwIfAborted();
      // From here on nothing can fail, so the previous result may give up its rows.
      for (const content of [...rows.contents]) if (!contents.has(content)) rows.remove(content);
      const images = files.map((file, index) => toRecord(file, index, reads[index], params, labels[index], splits[index]));
      return {
        params,
        files,
        reads,
        standIn,
        images,
        rows,
        contentPairs,
        notes,
        elapsedMs: Math.round(progress.elapsedMs),
        scannedAt: new Date().toISOString(),
      };
    } catch (error) {
      if (previous) for (const content of added) rows.remove(content);
      throw error;
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
    input: ScanInput & { readonly files: readonly ListedFile[] },
    standIn: Uint32Array,
    rows: ContentRows,
    added: string[],
    progress: ProgressReporter,
    signal: AbortSignal,
  ): Promise<ReadFile[]> {
    const { params, files, previous } = input;
    const packs = previous ? [] : await Promise.all(params.roots.map(root => this.#openPack(root.path)));
    try {
      return await this.#options.reader.readAll({
        files,
        standIn,
        rows,
        packs,
        maxPixels: params.roots.map(root => root.settings.maxPixels),
        ...(previous && { remembered: rememberedBy(previous) }),
        ...(input.mustRead && { mustRead: input.mustRead }),
        onAdded: content => added.push(content),
        onProgress: (done, total) => progress.report('decode', done, total),
        signal,
      });
    } finally {
      for (const pack of packs) void pack.close().catch(() => undefined);
    }
  }

  async #join(
    params: ScanParams,
    files: readonly ListedFile[],
    reads: readonly ReadFile[],
    standIn: Uint32Array,
    contents: ReadonlySet<string>,
    rows: ContentRows,
    seed: Seed | undefined,
    progress: ProgressReporter,
    signal: AbortSignal,
  ): Promise<ContentPairs> {
    const pairs = new ContentPairs();
    const rowsOf = (of: Iterable<string>): Uint32Array => Uint32Array.from([...of].sort(), content => rows.rowOf(content) ?? 0);
    let fresh: Uint32Array | undefined;
    if (seed) {
      const placements = placementsOf(params, files, reads, standIn);
      const isKnown = (content: string): boolean =>
        contents.has(content) && seed.contents.has(content) && seed.placements.get(content) === placements.get(content);
      pairs.addAll(seed.pairs, isKnown);
      fresh = rowsOf([...contents].filter(content => !isKnown(content)));
      if (fresh.length === 0) return pairs;
    }
    const found = await orAborted(
      this.#options.pairSource.findPairs(
        rows.table,
        rowsOf(contents),
        fresh,
        transformsOf(params),
        (phase, done, total) => progress.report(phase, done, total),
        signal,
      ),
      signal,
    );
    for (let i = 0; i < found.a.length; i++) {
      const a = rows.contentOf(found.a[i]);
      const b = rows.contentOf(found.b[i]);
      if (a !== undefined && b !== undefined) pairs.add(a, b, found.distance[i], found.transform[i]);
    }
    return pairs;
  }

  async #openPack(root: string): Promise<SignaturePack> {
    return SignaturePack.open(this.#options.packFolder, root, this.#version, SIGNATURE_BYTES);
  }

  /** A cache that can't be written costs time at the next scan, nothing else. */
  async #save(params: ScanParams, files: readonly ListedFile[], reads: readonly ReadFile[], rows: ContentRows): Promise<void> {
    for (const [root, { path }] of params.roots.entries()) {
      const old = await this.#openPack(path);
      try {
        const known: KnownFile[] = [];
        const paths = new Set<string>();
        files.forEach((file, index) => {
          if (file.root !== root) return;
          paths.add(file.path);
          const { problem, ...read } = reads[index];
          known.push({ ...read, ...(problem && { problem }), path: file.path, identity: file.identity });
        });
        // A scan of one folder forgets nothing of the others.
        for (const file of old.files) if (!paths.has(file.path) && !isCovered(params, root, file.path)) known.push(file);
        await writeSignaturePack(
          this.#options.packFolder,
          path,
          this.#version,
          SIGNATURE_BYTES,
          known,
          content => rows.signatureOf(content) ?? old.signature(content),
        );
      } catch (error) {
        this.#options.log(`The cache of ${path} could not be written: ${String(error)}`);
      } finally {
        await old.close();
      }
    }
  }
}

/** Whether this scan would have met a file, if it were still there. */
const isCovered = (params: ScanParams, root: number, path: string): boolean => {
  const { only } = params.roots[root];
  return only.length === 0 || only.some(folder => folder === '' || path === folder || path.startsWith(`${folder}/`));
};

const rememberedBy = ({ files, reads }: ScanData): ((file: ListedFile) => ReadFile | undefined) => {
  const byPath = new Map(files.map((file, index) => [file.absolute, index]));
  return file => {
    const index = byPath.get(file.absolute);
    if (index === undefined) return undefined;
    const old = files[index];
    const isSame = old.sizeBytes === file.sizeBytes && old.modifiedMs === file.modifiedMs && old.identity === file.identity;
    return isSame ? reads[index] : undefined;
  };
};

/** Mirrors and turns are looked for where any root asks for them; pairs of the other roots are filtered afterwards. */
export const transformsOf = (params: ScanParams): TransformOptions => ({
  mirrors: params.roots.some(root => root.settings.mirrors),
  turns: params.roots.some(root => root.settings.turns),
});

/**
 * Where each content lies, as far as that decides what it may be compared with. With scope `all` and no reference nothing does, and
 * the map is empty.
 */
export const placementsOf = (
  params: ScanParams,
  files: readonly ListedFile[],
  reads: readonly ReadFile[],
  standIn: Uint32Array,
): Map<string, string> => {
  const placements = new Map<string, string>();
  if (params.roots.every(root => root.settings.pairs === 'all' && root.reference !== true)) return placements;
  const places = new Map<string, Set<string>>();
  files.forEach((file, index) => {
    if (reads[index].problem || standIn[index] !== index) return;
    const place = `${file.root}/${file.path.slice(0, file.path.lastIndexOf('/') + 1)}`;
    const set = places.get(reads[index].content);
    if (set) set.add(place);
    else places.set(reads[index].content, new Set([place]));
  });
  for (const [content, set] of places) placements.set(content, [...set].sort().join('\n'));
  return placements;
};

const toRecord = (
  file: ListedFile,
  index: number,
  read: ReadFile,
  params: ScanParams,
  label: string | undefined,
  split: string | undefined,
): ImageRecord => ({
  index,
  root: file.root,
  path: file.path,
  content: read.content,
  sizeBytes: read.sizeBytes,
  modifiedMs: read.modifiedMs,
  width: read.width,
  height: read.height,
  format: read.format,
  ...(label !== undefined && { label }),
  ...(split !== undefined && { split }),
  ...(read.problem && { problem: read.problem }),
  ...(params.roots[file.root].reference && { reference: true }),
});
