import { createHash } from 'node:crypto';
import { open, rm, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { ImageProblem } from '../../core/dataset/image';
import { BlockWriter, readBlockAt, readBlocks } from './blockFile';

/** What is known of a file that was read: which file it was, and what came of it. */
export interface KnownFile {
  /** Below the root. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly identity: string;
  readonly content: string;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly problem?: ImageProblem;
}

/** Problems that a second look can't change while the file stays the same. Permissions and limits can change without the file. */
const lastingReasons: ReadonlySet<ImageProblem['reason']> = new Set([
  'empty',
  'truncated',
  'not-an-image',
  'damaged',
  'unsupported',
  'pointer',
]);
export const isLasting = (problem: ImageProblem): boolean => lastingReasons.has(problem.reason);

const filesInBlock = 1024;

const problemSchema = v.object({
  kind: v.picklist(['unreadable-image', 'unsupported-format', 'not-fetched']),
  reason: v.picklist([
    ...(['empty', 'truncated', 'not-an-image', 'damaged', 'too-large', 'no-permission'] as const),
    ...(['gone', 'bad-name', 'unsupported', 'pointer'] as const),
  ]),
  detail: v.string(),
});

/** By hand: a schema takes ten times as long, and there is one of these for every file. */
const isKnownFile = (value: unknown): value is KnownFile => {
  if (typeof value !== 'object' || value === null) return false;
  const {
    path: name,
    sizeBytes,
    modifiedMs,
    identity,
    content,
    width,
    height,
    format,
    problem,
  } = value as Record<string, unknown>;
  return (
    [name, identity, content, format].every(text => typeof text === 'string') &&
    [sizeBytes, modifiedMs, width, height].every(number => typeof number === 'number') &&
    (problem === undefined || v.is(problemSchema, problem))
  );
};

const headSchema = v.object({
  version: v.string(),
  root: v.string(),
  signatureBytes: v.number(),
  files: v.custom<KnownFile[]>(value => Array.isArray(value) && value.every(isKnownFile)),
  /** Contents of the signatures in the body, in order. */
  signatures: v.array(v.string()),
});

/** One a root, and one of what came after it was written. */
type Part = 'pack' | 'news.pack';
const parts: readonly Part[] = ['pack', 'news.pack'];
const fileOf = (folder: string, root: string, part: Part): string =>
  path.join(folder, `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.${part}`);

/** News that are more than this share of a pack are put into it. */
const largestNewsShare = 1 / 16;

/** A piece of a pack while it is read. */
export interface PackBlock {
  readonly files: readonly KnownFile[];
  /** The contents whose signatures it holds, in order. */
  readonly signatures: readonly string[];
  /** A view, valid during the call only. */
  signature(slot: number): Uint8Array;
}

/**
 * What earlier scans learnt of one root: for each file which bytes it held (so that one with the same size, time and identity is not
 * read again) and for each content its signature. On disk, one file a root, and beside it a small one of what scans learnt after that was
 * written: both are rewritten whole, and of a large pack that is slow. What the later one says of a file counts.
 */
export class SignaturePack {
  readonly #files = new Map<string, KnownFile>();
  /** Paths of files whose last word is in the news. */
  readonly #news = new Set<string>();
  readonly #byContent = new Map<string, KnownFile>();
  readonly #places = new Map<string, { readonly handle: FileHandle; readonly block: number; readonly slot: number }>();
  readonly #signatureBytes: number;
  readonly #handles: FileHandle[] = [];
  #held: { readonly handle: FileHandle; readonly block: number; readonly body: Buffer } | undefined;

  private constructor(signatureBytes: number) {
    this.#signatureBytes = signatureBytes;
  }

  /**
   * Opens the pack of a root; empty where there is none, or none that can be used.
   * @param version what signatures depend on: those of another version are left out
   * @param onBlock told of each sound block as it is read, so that who needs most of it need not read it twice
   */
  static async open(
    folder: string,
    root: string,
    version: string,
    signatureBytes: number,
    onBlock?: (block: PackBlock) => void,
  ): Promise<SignaturePack> {
    const pack = new SignaturePack(signatureBytes);
    for (const part of parts) {
      const file = fileOf(folder, root, part);
      const handle = await open(file, 'r').catch(() => undefined);
      if (!handle) continue;
      pack.#handles.push(handle);
      try {
        for await (const { head, body, at } of readBlocks(handle, true)) {
          const parsed = v.safeParse(headSchema, head);
          if (!parsed.success) continue;
          const { files, signatures } = parsed.output;
          if (parsed.output.version !== version || parsed.output.root !== root) continue;
          if (parsed.output.signatureBytes !== signatureBytes || body.length !== signatures.length * signatureBytes) continue;
          signatures.forEach((content, slot) => pack.#places.set(content, { handle, block: at, slot }));
          for (const known of files) {
            pack.#files.set(known.path, known);
            pack.#byContent.set(known.content, known);
            if (part === 'news.pack') pack.#news.add(known.path);
          }
          const signature = (slot: number): Uint8Array => body.subarray(slot * signatureBytes, (slot + 1) * signatureBytes);
          onBlock?.({ files, signatures, signature });
        }
        // The clean-up removes packs by the time of last use.
        await utimes(file, new Date(), new Date()).catch(() => undefined);
      } catch {
        // What could be read so far is sound.
      }
    }
    return pack;
  }

  get files(): IterableIterator<KnownFile> {
    return this.#files.values();
  }

  /** What is known of the file at a path, if it is still the same one. */
  unchanged(file: FileStamp): KnownFile | undefined {
    const known = this.#files.get(file.path);
    return known && isSameStamp(known, file) ? known : undefined;
  }

  /** Whether the large part says this of a file, and the news don't say otherwise. */
  hasLong(file: FileStamp, read: Pick<KnownFile, 'content' | 'problem'>): boolean {
    const known = this.unchanged(file);
    const isSaid = known !== undefined && known.content === read.content && known.problem?.reason === read.problem?.reason;
    return isSaid && !this.#news.has(file.path);
  }

  /** Whether the news say something of the file at a path. */
  isNews(path: string): boolean {
    return this.#news.has(path);
  }

  /** Whether so many news are few enough to stay beside the large part. */
  areFew(news: number): boolean {
    return news <= (this.#files.size - this.#news.size) * largestNewsShare;
  }

  /** What is known of a content that some file of this root had. */
  ofContent(content: string): KnownFile | undefined {
    return this.#byContent.get(content);
  }

  /** A copy of a content's signature; undefined where there is none. */
  async signature(content: string): Promise<Uint8Array | undefined> {
    const place = this.#places.get(content);
    if (!place || this.#handles.length === 0) return undefined;
    const { handle, block: at, slot } = place;
    let held = this.#held;
    if (held?.handle !== handle || held.block !== at) {
      const block = await readBlockAt(handle, at).catch(() => undefined);
      if (!block) return undefined;
      this.#held = held = { handle, block: at, body: block.body };
    }
    const from = slot * this.#signatureBytes;
    return new Uint8Array(held.body.subarray(from, from + this.#signatureBytes));
  }

  async close(): Promise<void> {
    this.#held = undefined;
    await Promise.all(this.#handles.splice(0).map(handle => handle.close()));
  }
}

type FileStamp = Pick<KnownFile, 'path' | 'sizeBytes' | 'modifiedMs' | 'identity'>;

/** What tells that a file is still the same one without reading it. */
export const isSameStamp = (a: Omit<FileStamp, 'path'>, b: Omit<FileStamp, 'path'>): boolean =>
  a.sizeBytes === b.sizeBytes && a.modifiedMs === b.modifiedMs && a.identity === b.identity;

/** What a pack is written from. */
export interface PackContents {
  readonly root: string;
  readonly version: string;
  readonly signatureBytes: number;
  readonly files: readonly KnownFile[];
  /** A view is enough; undefined for a content without one. */
  readonly signatureOf: (content: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/** Writes the pack of a root anew; news beside it are over. */
export const writeSignaturePack = async (folder: string, contents: PackContents): Promise<void> => {
  await writePart(folder, 'pack', contents);
  await rm(fileOf(folder, contents.root, 'news.pack'), { force: true });
};

/** Writes what is new since the pack of a root was written; all of it, whatever the news were before. */
export const writePackNews = (folder: string, contents: PackContents): Promise<void> => writePart(folder, 'news.pack', contents);

const writePart = async (
  folder: string,
  part: Part,
  { root, version, signatureBytes, files, signatureOf }: PackContents,
): Promise<void> => {
  const writer = await BlockWriter.create(fileOf(folder, root, part));
  try {
    const written = new Set<string>();
    for (let from = 0; from < files.length; from += filesInBlock) {
      const chunk = files.slice(from, from + filesInBlock);
      const signatures: string[] = [];
      const parts: Uint8Array[] = [];
      for (const { content } of chunk) {
        if (content === '' || written.has(content)) continue;
        written.add(content);
        const signature = await signatureOf(content);
        if (!signature) continue;
        signatures.push(content);
        parts.push(signature);
      }
      await writer.write({ version, root, signatureBytes, files: chunk, signatures }, Buffer.concat(parts));
    }
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
};
