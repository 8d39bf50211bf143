import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';

/**
 * Cache files are a row of blocks, each with its own checksum, so that they can be written and read in pieces and a damaged one
 * costs a block, not the file:
 * magic `TWLB`, u32 length of the head, u32 length of the body, SHA-256 of head and body (32 bytes), head (JSON), body (bytes).
 * Numbers are little-endian.
 */
const magic = 0x424c5754;
const frameBytes = 44;
/** No block that is written comes near this; a length beyond it is damage. */
const largestBlockBytes = 256 * 1024 * 1024;

export interface Block {
  /** JSON; whoever reads it checks its shape. */
  readonly head: unknown;
  readonly body: Buffer;
  /** Where the block starts in the file, for {@link readBlockAt}. */
  readonly at: number;
}

const digestOf = (head: Uint8Array, body: Uint8Array): Buffer => createHash('sha256').update(head).update(body).digest();

/** Writes blocks to a temporary file beside `file`; `finish` puts it in place in one step. */
export class BlockWriter {
  #at = 0;

  private constructor(
    readonly file: string,
    private readonly temporary: string,
    private readonly handle: FileHandle,
  ) {}

  /** Makes the folder where it is missing. */
  static async create(file: string): Promise<BlockWriter> {
    await mkdir(path.dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    return new BlockWriter(file, temporary, await open(temporary, 'wx'));
  }

  async write(head: unknown, body: Uint8Array): Promise<void> {
    const json = Buffer.from(JSON.stringify(head));
    const frame = Buffer.alloc(12);
    frame.writeUInt32LE(magic, 0);
    frame.writeUInt32LE(json.length, 4);
    frame.writeUInt32LE(body.length, 8);
    const { bytesWritten } = await this.handle.writev([frame, digestOf(json, body), json, body], this.#at);
    const total = frameBytes + json.length + body.length;
    if (bytesWritten !== total) throw new Error(`only ${bytesWritten} of ${total} bytes could be written to ${this.temporary}`);
    this.#at += total;
  }

  async finish(): Promise<void> {
    await this.handle.close();
    await rename(this.temporary, this.file);
  }

  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.temporary, { force: true });
  }
}

/**
 * All sound blocks of a file, in order. A block whose checksum is wrong is passed over; after one whose lengths make no sense the
 * rest is given up.
 * @param isPassing each body is used until the next block is asked for only: they then share their memory, which new memory for each would
 * take as long to get as to fill
 */
export async function* readBlocks(handle: FileHandle, isPassing = false): AsyncGenerator<Block, void, undefined> {
  const { size } = await handle.stat();
  let shared = Buffer.alloc(0);
  const spaceOf = (length: number): Buffer => {
    if (!isPassing) return Buffer.allocUnsafeSlow(length);
    if (shared.length < length) shared = Buffer.allocUnsafeSlow(length);
    return shared.subarray(0, length);
  };
  for (let at = 0; at + frameBytes <= size;) {
    const lengths = await readFrame(handle, at, size);
    if (!lengths) return;
    const block = await readBody(handle, at, lengths, spaceOf);
    if (block) yield block;
    at += frameBytes + lengths.head + lengths.body;
  }
}

/** The block that starts at a place {@link readBlocks} told; undefined where it is no longer sound. */
export const readBlockAt = async (handle: FileHandle, at: number): Promise<Block | undefined> => {
  const lengths = await readFrame(handle, at, (await handle.stat()).size);
  return lengths && (await readBody(handle, at, lengths));
};

interface Lengths {
  readonly head: number;
  readonly body: number;
  readonly digest: Buffer;
}

const readFrame = async (handle: FileHandle, at: number, size: number): Promise<Lengths | undefined> => {
  const frame = await readExactly(handle, at, frameBytes);
  if (!frame || frame.readUInt32LE(0) !== magic) return undefined;
  const head = frame.readUInt32LE(4);
  const body = frame.readUInt32LE(8);
  const fits = head + body <= largestBlockBytes && at + frameBytes + head + body <= size;
  return fits ? { head, body, digest: frame.subarray(12) } : undefined;
};

const readBody = async (
  handle: FileHandle,
  at: number,
  { head, body, digest }: Lengths,
  spaceOf: (length: number) => Buffer = Buffer.allocUnsafeSlow,
): Promise<Block | undefined> => {
  const json = await readExactly(handle, at + frameBytes, head);
  // In a piece of memory of its own, so that it starts at a whole word: copies from there take a third of the time.
  const rest = await readExactly(handle, at + frameBytes + head, body, spaceOf(body));
  if (!json || !rest || !digestOf(json, rest).equals(digest)) return undefined;
  return { head: JSON.parse(json.toString('utf8')) as unknown, body: rest, at };
};

const readExactly = async (
  handle: FileHandle,
  at: number,
  length: number,
  buffer: Buffer = Buffer.allocUnsafeSlow(length),
): Promise<Buffer | undefined> => {
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return buffer;
};
