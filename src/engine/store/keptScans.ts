import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { ScanParams } from '../../protocol/engine';
import { ContentPairs } from '../session/contentPairs';
import type { Seed } from '../session/join';
import { BlockWriter, readBlocks } from './blockFile';

const pairBytes = 4 + 4 + 4 + 1;
const floorBytes = 4;

const headSchema = v.object({
  key: v.string(),
  contents: v.array(v.string()),
  pairs: v.number(),
  /** Lists of candidates of each content, whose floors follow the pairs. */
  lists: v.number(),
});

/** What decides the pairs of a scan: a kept one of other settings is of no use. */
const keyOf = (params: ScanParams, version: string): string =>
  JSON.stringify([
    version,
    params.roots.map(({ path: root, only, reference, settings }) => [
      root,
      only,
      reference === true,
      settings.pairs,
      settings.mirrors,
      settings.turns,
      settings.maxPixels,
    ]),
  ]);

/**
 * The pairs of the last kept scan of each set of roots. Images and signatures are not in here: the walk tells which files there are
 * today, and the signature packs what is in them.
 */
export class KeptScans {
  readonly #folder: string;

  readonly #version: string;

  /** @param version what pairs and their distances depend on, beside the pictures and the settings */
  constructor(folder: string, version: string) {
    this.#folder = folder;
    this.#version = version;
  }

  #fileOf(key: string): string {
    return path.join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.scan`);
  }

  async save(params: ScanParams, seed: Seed): Promise<void> {
    const key = keyOf(params, this.#version);
    const writer = await BlockWriter.create(this.#fileOf(key));
    try {
      const contents = [...seed.contents];
      const numberOf = new Map(contents.map((content, number) => [content, number]));
      const count = seed.pairs.length;
      const lists = contents.length > 0 ? (seed.floorsOf?.(contents[0])?.length ?? 0) : 0;
      const body = Buffer.alloc(count * pairBytes + contents.length * lists * floorBytes);
      for (let i = 0, at = 0; i < count; i++, at += pairBytes) {
        const pair = seed.pairs.at(i);
        body.writeUInt32LE(numberOf.get(pair.a) ?? 0, at);
        body.writeUInt32LE(numberOf.get(pair.b) ?? 0, at + 4);
        body.writeFloatLE(pair.distance, at + 8);
        body.writeUInt8(pair.transform, at + 12);
      }
      contents.forEach((content, number) => {
        const floors = lists > 0 ? seed.floorsOf?.(content) : undefined;
        floors?.forEach((floor, list) => body.writeFloatLE(floor, count * pairBytes + (number * lists + list) * floorBytes));
      });
      await writer.write({ key, contents, pairs: count, lists }, body);
      await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  /** Undefined where there is none, or none that is sound. */
  async load(params: ScanParams): Promise<Seed | undefined> {
    const key = keyOf(params, this.#version);
    const handle = await open(this.#fileOf(key), 'r').catch(() => undefined);
    if (!handle) return undefined;
    try {
      for await (const { head, body } of readBlocks(handle)) {
        const parsed = v.safeParse(headSchema, head);
        if (!parsed.success || parsed.output.key !== key) continue;
        const { contents, pairs: count, lists } = parsed.output;
        const pairsEnd = count * pairBytes;
        if (body.length !== pairsEnd + contents.length * lists * floorBytes) continue;
        const pairs = new ContentPairs();
        for (let at = 0; at < pairsEnd; at += pairBytes) {
          const a = contents[body.readUInt32LE(at)];
          const b = contents[body.readUInt32LE(at + 4)];
          pairs.add(a, b, body.readFloatLE(at + 8), body.readUInt8(at + 12));
        }
        if (lists === 0) return { contents: new Set(contents), pairs };
        const floorsOf = readFloors(contents, body.subarray(pairsEnd), lists);
        return { contents: new Set(contents), pairs, floorsOf };
      }
    } catch {
      // Not readable: then there is none.
    } finally {
      await handle.close();
    }
    return undefined;
  }
}

function readFloors(contents: readonly string[], bytes: Buffer, lists: number): NonNullable<Seed['floorsOf']> {
  const floors = Float32Array.from({ length: contents.length * lists }, (_, i) => bytes.readFloatLE(i * floorBytes));
  const numberOf = new Map(contents.map((content, number) => [content, number]));
  return content => {
    const number = numberOf.get(content);
    return number === undefined ? undefined : floors.subarray(number * lists, (number + 1) * lists);
  };
}
