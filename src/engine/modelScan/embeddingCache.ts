import { readEmbeddings, writeEmbeddings } from '../store/embeddingPack';
import { Embeddings } from './embeddings';
import type { ScanModel } from './scanModel';

/** Raise when a picture's way into a network changes: what is kept is then made anew. */
const EMBEDDING_VERSION = 1;

const keyOf = (root: string, { hash }: ScanModel, version: string): string =>
  JSON.stringify([EMBEDDING_VERSION, version, hash, root]);

/** What earlier scans of these roots embedded with a model. @param version of the decoder */
export async function knownEmbeddings(
  folder: string,
  roots: readonly string[],
  model: ScanModel,
  version: string,
): Promise<Embeddings> {
  const embeddings = new Embeddings(model.hash, model.embeddingSize);
  for (const root of roots) {
    await readEmbeddings(folder, keyOf(root, model, version), model.embeddingSize, (content, vector) =>
      embeddings.set(content, vector),
    );
  }
  return embeddings;
}

/** Keeps the embeddings of one root's contents for the next scan, beside those that are known of files not scanned now. */
export async function saveEmbeddings(
  folder: string,
  root: string,
  model: ScanModel,
  version: string,
  embeddings: Embeddings,
  contents: ReadonlySet<string>,
): Promise<void> {
  const key = keyOf(root, model, version);
  const kept = new Map<string, Float32Array>();
  await readEmbeddings(folder, key, model.embeddingSize, (content, vector) => kept.set(content, vector));
  for (const content of contents) {
    const vector = embeddings.get(content);
    if (vector) kept.set(content, vector);
  }
  await writeEmbeddings(folder, key, model.embeddingSize, kept);
}
