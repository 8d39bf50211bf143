import { createHash } from 'node:crypto';
import { open, utimes } from 'node:fs/promises';
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

const headSchema = v.object({
  version: v.string(),
  root: v.string(),
  signatureBytes: v.number(),
  files: v.array(
    v.object({
      path: v.string(),
      sizeBytes: v.number(),
      modifiedMs: v.number(),
      identity: v.string(),
      content: v.string(),
      width: v.number(),
      height: v.number(),
      format: v.string(),
      problem: v.optional(
        v.object({
          kind: v.picklist(['unreadable-image', 'unsupported-format', 'not-fetched']),
          reason: v.picklist([
            ...(['empty', 'truncated', 'not-an-image', 'damaged', 'too-large', 'no-permission'] as const),
            ...(['gone', 'bad-name', 'unsupported', 'pointer'] as const),
          ]),
          detail: v.string(),
        }),
      ),
    }),
  ),
  /** Contents of the signatures in the body, in order. */
  signatures: v.array(v.string()),
});

const nameOf = (root: string): string => `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.pack`;

/**
 * What earlier scans learnt of one root: for each file which bytes it held (so that one with the same size, time and identity is not
 * read again) and for each content its signature. On disk, one file a root, rewritten whole.
 */
export class SignaturePack {
  readonly #files = new Map<string, KnownFile>();
  readonly #byContent = new Map<string, KnownFile>();
  readonly #places = new Map<string, { readonly block: number; readonly slot: number }>();
  readonly #signatureBytes: number;
  #handle: FileHandle | undefined;
  #held: { readonly block: number; readonly body: Buffer } | undefined;

  private constructor(signatureBytes: number) {
    this.#signatureBytes = signatureBytes;
  }

  /**
   * Opens the pack of a root; empty where there is none, or none that can be used.
   * @param version what signatures depend on: those of another version are left out
   */
  static async open(folder: string, root: string, version: string, signatureBytes: number): Promise<SignaturePack> {
    const pack = new SignaturePack(signatureBytes);
    const file = path.join(folder, nameOf(root));
    let handle: FileHandle;
    try {
      handle = await open(file, 'r');
    } catch {
      return pack;
    }
    pack.#handle = handle;
    try {
      for await (const { head, body, at } of readBlocks(handle)) {
        const parsed = v.safeParse(headSchema, head);
        if (!parsed.success) continue;
        const { files, signatures } = parsed.output;
        if (parsed.output.version !== version || parsed.output.root !== root) continue;
        if (parsed.output.signatureBytes !== signatureBytes || body.length !== signatures.length * signatureBytes) continue;
        signatures.forEach((content, slot) => pack.#places.set(content, { block: at, slot }));
        for (const known of files) {
          pack.#files.set(known.path, known);
          pack.#byContent.set(known.content, known);
        }
      }
      // The clean-up removes packs by the time of last use.
      await utimes(file, new Date(), new Date()).catch(() => undefined);
    } catch {
      // What could be read so far is sound.
    }
    return pack;
  }

  get files(): IterableIterator<KnownFile> {
    return this.#files.values();
  }

  /** What is known of the file at a path, if it is still the same one. */
  unchanged(file: Pick<KnownFile, 'path' | 'sizeBytes' | 'modifiedMs' | 'identity'>): KnownFile | undefined {
    const known = this.#files.get(file.path);
    const isSame =
      known !== undefined &&
      known.sizeBytes === file.sizeBytes &&
      known.modifiedMs === file.modifiedMs &&
      known.identity === file.identity;
    return isSame ? known : undefined;
  }

  /** What is known of a content that some file of this root had. */
  ofContent(content: string): KnownFile | undefined {
    return this.#byContent.get(content);
  }

  /** A copy of a content's signature; undefined where there is none. */
  async signature(content: string): Promise<Uint8Array | undefined> {
    const place = this.#places.get(content);
    if (!place || !this.#handle) return undefined;
    if (this.#held?.block !== place.block) {
      const block = await readBlockAt(this.#handle, place.block).catch(() => undefined);
      if (!block) return undefined;
      this.#held = { block: place.block, body: block.body };
    }
    const from = place.slot * this.#signatureBytes;
    return new Uint8Array(this.#held.body.subarray(from, from + this.#signatureBytes));
  }

  async close(): Promise<void> {
    this.#held = undefined;
    await this.#handle?.close();
    this.#handle = undefined;
  }
}

/**
 * Writes the pack of a root anew.
 * @param signatureOf a view is enough; undefined for a content without one
 */
export const writeSignaturePack = async (
  folder: string,
  root: string,
  version: string,
  signatureBytes: number,
  files: readonly KnownFile[],
  signatureOf: (content: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>,
): Promise<void> => {
  const writer = await BlockWriter.create(path.join(folder, nameOf(root)));
  try {
    const written = new Set<string>();
    for (let from = 0; from < files.length; from += filesInBlock) {
      const part = files.slice(from, from + filesInBlock);
      const signatures: string[] = [];
      const parts: Uint8Array[] = [];
      for (const { content } of part) {
        if (content === '' || written.has(content)) continue;
        written.add(content);
        const signature = await signatureOf(content);
        if (!signature) continue;
        signatures.push(content);
        parts.push(signature);
      }
      await writer.write({ version, root, signatureBytes, files: part, signatures }, Buffer.concat(parts));
    }
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
};
