import { createHash } from 'node:crypto';
import { open, utimes } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { BlockWriter, readBlocks } from './blockFile';

const headSchema = v.object({ key: v.string(), size: v.number(), contents: v.array(v.string()) });
const vectorsInBlock = 4096;

const fileOf = (folder: string, key: string): string =>
  path.join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.emb`);

/**
 * Embeddings that an earlier scan left, by content. Never rejects: what is missing, of another key, or damaged is left out, and so made anew.
 * @param key what they depend on: root, model, decoder
 */
export async function readEmbeddings(
  folder: string,
  key: string,
  size: number,
  use: (content: string, vector: Float32Array) => void,
): Promise<void> {
  const file = fileOf(folder, key);
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return;
  try {
    for await (const { head, body } of readBlocks(handle)) {
      const parsed = v.safeParse(headSchema, head);
      if (!parsed.success || parsed.output.key !== key || parsed.output.size !== size) continue;
      const { contents } = parsed.output;
      if (body.length !== contents.length * size * 4) continue;
      contents.forEach((content, i) => {
        const vector = new Float32Array(size);
        for (let d = 0; d < size; d++) vector[d] = body.readFloatLE((i * size + d) * 4);
        use(content, vector);
      });
    }
    // The clean-up removes files by the time of last use.
    await utimes(file, new Date(), new Date()).catch(() => undefined);
  } catch {
    // What could be read so far is sound.
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** Writes the file anew. */
export async function writeEmbeddings(
  folder: string,
  key: string,
  size: number,
  entries: Iterable<readonly [string, Float32Array]>,
): Promise<void> {
  const writer = await BlockWriter.create(fileOf(folder, key));
  try {
    let contents: string[] = [];
    let body = Buffer.alloc(vectorsInBlock * size * 4);
    const flush = async (): Promise<void> => {
      await writer.write({ key, size, contents }, body.subarray(0, contents.length * size * 4));
      contents = [];
      body = Buffer.alloc(vectorsInBlock * size * 4);
    };
    for (const [content, vector] of entries) {
      const from = contents.length * size * 4;
      vector.forEach((value, d) => body.writeFloatLE(value, from + d * 4));
      contents.push(content);
      if (contents.length === vectorsInBlock) await flush();
    }
    if (contents.length > 0) await flush();
    await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
