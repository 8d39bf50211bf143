import { createHash } from 'node:crypto';
import { readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { DrawnMap } from '../map/drawMap';
import { writeWhole } from './writeWhole';

/** Raise when maps are drawn differently. */
const version = 1;
const digestBytes = 32;
const headBytes = digestBytes + 8;

/**
 * Maps that were drawn, by what they show: safe to delete. A file: SHA-256 of the rest (32 bytes), u32 points, u32 laid out, then the places
 * (float32, x and y in turn); numbers are little-endian.
 */
export class KeptMaps {
  /** @param folder made where it is missing */
  constructor(private readonly folder: string) {}

  /** @param key everything that a map depends on */
  #fileOf(key: Buffer): string {
    return path.join(this.folder, `${key.toString('hex').slice(0, 32)}-${version}.map`);
  }

  /** Undefined where there is none that is sound. */
  async load(key: Buffer): Promise<DrawnMap | undefined> {
    const file = this.#fileOf(key);
    const bytes = await readFile(file).catch(() => undefined);
    if (
      !bytes ||
      bytes.length < headBytes ||
      !digestOf(key, bytes.subarray(digestBytes)).equals(bytes.subarray(0, digestBytes))
    ) {
      return undefined;
    }
    const count = bytes.readUInt32LE(digestBytes);
    const laidOut = bytes.readUInt32LE(digestBytes + 4);
    if (bytes.length !== headBytes + count * 8) return undefined;
    const xy = Float32Array.from({ length: count * 2 }, (_, i) => bytes.readFloatLE(headBytes + i * 4));
    // The clean-up removes files by the time of last use.
    await utimes(file, new Date(), new Date()).catch(() => undefined);
    return { xy, laidOut };
  }

  async save(key: Buffer, { xy, laidOut }: DrawnMap): Promise<void> {
    const bytes = Buffer.alloc(headBytes + xy.length * 4);
    bytes.writeUInt32LE(xy.length / 2, digestBytes);
    bytes.writeUInt32LE(laidOut, digestBytes + 4);
    xy.forEach((value, i) => bytes.writeFloatLE(value, headBytes + i * 4));
    digestOf(key, bytes.subarray(digestBytes)).copy(bytes);
    await writeWhole(this.#fileOf(key), bytes);
  }
}

/** With the key, of which the name holds only a part. */
const digestOf = (key: Buffer, body: Uint8Array): Buffer => createHash('sha256').update(key).update(body).digest();
