import { createHash } from 'node:crypto';
import { sizeOf } from '../compile/graph';

/** What a header says of a block. */
export interface BlockSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

const HASH_BYTES = 32;
const LARGEST_HEADER = 64 * 1024 * 1024;

/**
 * The layout of files of numbers that tell what they are, as of models: the magic line, version (uint32), length of the header (uint32), the header as
 * JSON, all blocks as float32 one after the other, and the SHA-256 of everything before it. Numbers are little-endian. There is no code in it.
 */
export function seal(magic: string, version: number, header: object, blocks: readonly Float32Array[]): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(version, 0);
  numbers.writeUInt32LE(json.length, 4);
  const values = blocks.map(block => Buffer.from(block.buffer, block.byteOffset, block.byteLength));
  const body = Buffer.concat([Buffer.from(magic), numbers, json, ...values]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

export type Unsealed =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged' }
  /** `header` should be JSON; `numbers` are the bytes of the blocks. */
  | { readonly kind: 'sealed'; readonly header: string; readonly numbers: Buffer };

/** @param version the newest that can be read */
export function unseal(magic: string, version: number, bytes: Uint8Array): Unsealed {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fixed = magic.length + 8;
  if (file.length < fixed || file.toString('latin1', 0, magic.length) !== magic) return { kind: 'foreign' };
  const found = file.readUInt32LE(magic.length);
  if (found > version) return { kind: 'newer', version: found };
  const headerBytes = file.readUInt32LE(magic.length + 4);
  const end = file.length - HASH_BYTES;
  if (headerBytes > LARGEST_HEADER || fixed + headerBytes > end) return { kind: 'damaged' };
  const expected = createHash('sha256').update(file.subarray(0, end)).digest();
  if (!expected.equals(file.subarray(end))) return { kind: 'damaged' };
  return {
    kind: 'sealed',
    header: file.toString('utf8', fixed, fixed + headerBytes),
    numbers: file.subarray(fixed + headerBytes, end),
  };
}

/** The blocks that a header names, in its order; undefined where the numbers end too soon. */
export function blocksOf(specs: readonly BlockSpec[], numbers: Buffer): ReadonlyMap<string, Float32Array> | undefined {
  const blocks = new Map<string, Float32Array>();
  let at = 0;
  for (const { name, shape } of specs) {
    const bytes = sizeOf(shape) * 4;
    if (at + bytes > numbers.length) return undefined;
    // A copy: the file's bytes need not lie at a multiple of four.
    blocks.set(name, new Float32Array(Uint8Array.from(numbers.subarray(at, at + bytes)).buffer));
    at += bytes;
  }
  return blocks;
}
