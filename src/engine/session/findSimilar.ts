import type { ImageRecord } from '../../core/dataset/image';
import { transformNames } from '../../core/pairs/pairColumns';
import type { Neighbour, ScanParams } from '../../protocol/engine';
import type { Raster } from '../decode/raster';
import type { ModelResult } from '../modelScan/modelStage';
import { Embeddings, PictureEmbedder } from '../modelScan/embeddings';
import { orAborted } from './abort';
import { transformsOf } from './join';
import type { PairSource } from './pairSource';
import type { FileReader } from './readStage';
import type { ScanView } from './scanResult';

export interface SimilarImages {
  readonly query: ImageRecord;
  readonly neighbours: readonly Neighbour[];
}

/** A content near the query; `transform` turns it to match. */
interface Near {
  readonly content: string;
  readonly distance: number;
  readonly transform: number;
}

/** The images nearest to one that need not belong to the scan, nearest first: by the scan's model where it has one. */
export async function findSimilar(
  view: ScanView,
  file: string,
  k: number,
  scan: ScanParams,
  { reader, pairSource }: { readonly reader: FileReader; readonly pairSource: PairSource },
  signal: AbortSignal,
): Promise<SimilarImages> {
  const { data } = view;
  const known = view.imageAt(file);
  let query: ImageRecord;
  let signature: Uint8Array | undefined;
  let raster: Raster | undefined;
  if (known !== undefined && !data.images[known].problem) {
    query = data.images[known];
    signature = data.rows.signatureOf(query.content)?.slice();
  } else {
    const maxPixels = Math.max(...scan.roots.map(root => root.settings.maxPixels));
    const read = await orAborted(reader.readSingle(file, maxPixels, data.model?.model), signal);
    query = { ...read.file, index: -1, root: -1, path: file };
    ({ signature, raster } = read);
  }
  if (!signature) return { query, neighbours: [] };
  const vector = data.model && (await vectorOf(data.model, query.content, raster, signal));
  const near =
    data.model && vector && !data.model.scanDistance && data.model.model.description.relation !== 'same-picture'
      ? nearestVectors(data.model, vector, view)
      : await nearestPictures(view, signature, vector, k, scan, pairSource, signal);
  const neighbours: Neighbour[] = [];
  const add = ({ content, distance, transform }: Near): void => {
    for (const index of view.places.get(content) ?? []) {
      if (index === known || (known !== undefined && index === data.standIn[known])) continue;
      neighbours.push({ image: data.images[index], distance, transform: transformNames[transform] });
    }
  };
  // Other copies of the query's bytes come first and take no part in the search.
  add({ content: query.content, distance: 0, transform: 0 });
  for (const each of near) {
    if (neighbours.length >= k) break;
    if (each.content !== query.content) add(each);
  }
  return { query, neighbours: neighbours.slice(0, k) };
}

async function vectorOf(
  { model, embeddings }: ModelResult,
  content: string,
  raster: Raster | undefined,
  signal: AbortSignal,
): Promise<Float32Array | undefined> {
  const known = embeddings.get(content);
  if (known || !raster) return known;
  const own = new Embeddings(model.hash, model.embeddingSize);
  const embedder = new PictureEmbedder(model, own, signal);
  await embedder.add(content, raster);
  await embedder.finish();
  return own.get(content);
}

/** All pictures by the model's own distance. */
function nearestVectors({ model, embeddings }: ModelResult, query: Float32Array, view: ScanView): Near[] {
  const near: Near[] = [];
  for (const content of view.places.keys()) {
    const vector = embeddings.get(content);
    if (vector) near.push({ content, distance: model.distance.between(query, vector), transform: 0 });
  }
  return near.sort(byDistance);
}

/** By the scan's distance: of the aligned pictures and, where the scan's model finds pairs, of its embeddings. */
async function nearestPictures(
  view: ScanView,
  signature: Uint8Array,
  vector: Float32Array | undefined,
  k: number,
  scan: ScanParams,
  source: PairSource,
  signal: AbortSignal,
): Promise<Near[]> {
  const { rows, model } = view.data;
  const classical = await orAborted(source.neighbours(rows.table, signature, k + 1, transformsOf(scan), signal), signal);
  const found = new Map<string, Near>();
  for (const { row, distance, transform } of classical) {
    const content = rows.contentOf(row);
    if (content !== undefined) found.set(content, { content, distance, transform });
  }
  if (!model?.scanDistance || !vector) return [...found.values()];
  const { united } = model.scanDistance;
  const nearest = nearestVectors(model, vector, view);
  const rank = new Map(nearest.map(({ content, distance }) => [content, distance]));
  for (const { content } of nearest.slice(0, k + 1)) {
    const row = rows.rowOf(content);
    if (found.has(content) || row === undefined) continue;
    found.set(content, { content, ...source.measure(rows.table, signature, row, transformsOf(scan)) });
  }
  const both = ({ content, distance, transform }: Near): Near => {
    const own = rank.get(content);
    return { content, transform, distance: own === undefined ? distance : united(own, distance) };
  };
  return Array.from(found.values(), both).sort(byDistance);
}

const byDistance = (a: Near, b: Near): number => a.distance - b.distance || (a.content < b.content ? -1 : 1);
