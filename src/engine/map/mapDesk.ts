import { createHash } from 'node:crypto';
import type { ImageRecord } from '../../core/dataset/image';
import { noClass, noKind, type EmbeddingMap } from '../../protocol/map';
import { contentVectors, type ContentVectors } from '../selection/contentVectors';
import type { ScanData, ScanView } from '../session/scanResult';
import type { KeptMaps } from '../store/keptMaps';
import { drawMap, type DrawnMap } from './drawMap';

export interface MapDeskOptions {
  readonly kept: KeptMaps;
  readonly threads: number;
  /** Share of the drawing under way, 0…1. */
  readonly onProgress: (share: number) => void;
  readonly log: (line: string) => void;
}

/** Maps of scans; the last one is held, others come from disk or are drawn. */
export class MapDesk {
  #last: { readonly data: ScanData; readonly map: EmbeddingMap } | undefined;

  constructor(private readonly options: MapDeskOptions) {}

  /** @throws the signal's reason when aborted */
  async map(data: ScanData, edition: number, signal: AbortSignal): Promise<EmbeddingMap> {
    if (this.#last?.data === data) return this.#last.map;
    const vectors = contentVectors(data);
    const map = mapOf(data, edition, vectors, await this.#drawn(vectors, signal));
    this.#last = { data, map };
    return map;
  }

  async #drawn({ data: vectors, size }: ContentVectors, signal: AbortSignal): Promise<DrawnMap> {
    const { kept, threads, onProgress, log } = this.options;
    // Of the numbers themselves, which contents and model make: no map is taken for another's.
    const key = createHash('sha256')
      .update(`${size} `)
      .update(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength))
      .digest();
    const known = await kept.load(key);
    if (known && known.xy.length === (vectors.length / Math.max(1, size)) * 2) return known;
    const drawn = await drawMap(vectors, size, threads, onProgress, signal);
    await kept.save(key, drawn).catch((error: unknown) => log(`The map could not be kept: ${String(error)}`));
    return drawn;
  }
}

function mapOf(data: ScanData, edition: number, vectors: ContentVectors, { xy, laidOut }: DrawnMap): EmbeddingMap {
  const places = new Map(vectors.images.map((index, row) => [data.images[index].content, row]));
  const readable = data.images.filter(({ problem }) => problem === undefined);
  const shown = readable.filter(({ content }) => places.has(content));
  const xyOfRows = new Float32Array(shown.length * 2);
  shown.forEach(({ content }, row) => {
    const place = places.get(content)!;
    xyOfRows.set(xy.subarray(2 * place, 2 * place + 2), 2 * row);
  });
  const [labels, classes] = numbered(shown.map(({ label }) => label));
  const [splits, splitNames] = numbered(shown.map(({ split }) => split));
  return {
    edition,
    images: Uint32Array.from(shown, ({ index }) => index),
    xy: xyOfRows,
    labels,
    splits,
    classes,
    splitNames,
    encoder: vectors.encoder,
    contents: vectors.images.length,
    laidOut,
    leftOut: readable.length - shown.length,
  };
}

/** Names as numbers, and the names in byte order. Beyond what the numbers hold there is none. */
function numbered(names: readonly (string | undefined)[]): [Uint16Array, string[]] {
  const all = [...new Set(names.filter(name => name !== undefined))].sort().slice(0, noClass);
  const numberOf = new Map(all.map((name, number) => [name, number]));
  return [Uint16Array.from(names, name => (name === undefined ? noClass : (numberOf.get(name) ?? noClass))), all];
}

/** The most urgent kind of finding that each row's image is on or takes part in; {@link noKind} without any. */
export function kindsOfRows(view: ScanView, threshold: number, { images }: EmbeddingMap): Uint8Array {
  const kinds = view.table.kindsOfImages(threshold, noKind);
  return Uint8Array.from(images, image => kinds[image]);
}

/** 1 for each image that a filter names by its place: indices change with files, places do not. */
export const maskOf = (images: readonly ImageRecord[], places: ReadonlySet<string>): Uint8Array =>
  Uint8Array.from(images, image => Number(places.has(placeOf(image))));

export const placeOf = ({ root, path }: Pick<ImageRecord, 'root' | 'path'>): string => `${root}\0${path}`;
