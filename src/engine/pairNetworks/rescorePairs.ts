import type { ScanParams } from '../../protocol/engine';
import { sourceMap, swapsAxes } from '../descriptor/transforms';
import type { Shape3 } from '../model/layers/layer';
import { DISTANCE_SCALE, RADIUS } from '../rescore/distance';
import { chooseRuntime } from '../runtime/chooseRuntime';
import { ContentPairs } from '../session/contentPairs';
import type { ContentPair } from '../session/contentPairs';
import type { ListedFile } from '../session/fileList';
import type { PictureReader } from '../trainingService/readPictures';
import type { PairModel } from './pairModelFile';
import { judgePairs } from './pairLearner';
import { createPairNetwork, isAnySize } from './pairNetworks';

/** A file that holds a content, and the size of its picture. */
export interface ContentFile {
  readonly file: ListedFile;
  readonly width: number;
  readonly height: number;
}

/** What a network said of pairs: log-odds that the two are alike, in the pairs' order; NaN where a picture could not be read. */
export interface JudgedPairs {
  readonly pairs: ContentPairs;
  readonly logOdds: Float32Array;
}

export interface RescoreInput {
  readonly model: PairModel;
  readonly pairs: ContentPairs;
  /** What this very model said before: after a change of some files most pairs are the same. */
  readonly known?: JudgedPairs;
  readonly fileOf: (content: string) => ContentFile | undefined;
  readonly params: ScanParams;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** A network is surer than it may be: so much it can add to what the alignment says, or take off. */
const MOST_LOG_ODDS = 6;
/** Sides of pictures for networks that take any: about equally many pixels, none squashed by more than a fifth. */
const ANY_SIZE: readonly (readonly [number, number])[] = [
  [64, 64],
  [52, 80],
  [80, 52],
  [44, 96],
  [96, 44],
];

/**
 * Judges a scan's pairs again, each by both pictures at once. The scan's distance is a logistic curve of log-odds ({@link DISTANCE_SCALE});
 * the network's log-odds, learned on as many pairs that are alike as are not, are evidence to be added to them (Bayes' rule, as if both were
 * independent, hence the limit). Distances keep their meaning, and pairs may come to lie beyond any threshold.
 */
export class PairRescorer {
  constructor(
    private readonly reader: PictureReader,
    private readonly threads: number,
  ) {}

  /** Pairs whose files can no longer be read keep their distance. @throws the signal's reason when aborted */
  async rescore(input: RescoreInput): Promise<{ readonly rescored: ContentPairs; readonly judged: JudgedPairs }> {
    const { model, pairs, known, fileOf } = input;
    const logOdds = known ? knownLogOdds(pairs, known) : new Float32Array(pairs.length).fill(NaN);
    const bySize = new Map<string, number[]>();
    for (let i = 0; i < pairs.length; i++) {
      if (!Number.isNaN(logOdds[i])) continue;
      const key = this.#shapeFor(model, pairs.at(i), fileOf).join();
      const same = bySize.get(key);
      if (same) same.push(i);
      else bySize.set(key, [i]);
    }
    if (bySize.size > 0) await this.#judge(input, bySize, logOdds);
    const rescored = new ContentPairs();
    for (let i = 0; i < pairs.length; i++) {
      const { a, b, distance, transform } = pairs.at(i);
      const after = Number.isNaN(logOdds[i]) ? distance : withEvidence(distance, logOdds[i]);
      // Beyond the radius nothing is listed.
      if (after <= RADIUS) rescored.add(a, b, after, transform);
    }
    return { rescored, judged: { pairs, logOdds } };
  }

  /** @param bySize places of pairs, by the shape in which their pictures are looked at. Fills in `logOdds`. */
  async #judge(
    { model, pairs, fileOf, params, signal, onProgress }: RescoreInput,
    bySize: ReadonlyMap<string, readonly number[]>,
    logOdds: Float32Array,
  ): Promise<void> {
    const total = [...bySize.values()].reduce((sum, { length }) => sum + length, 0);
    const { runtime } = await chooseRuntime('auto', this.threads);
    let done = 0;
    try {
      for (const [key, chosen] of bySize) {
        const shape = key.split(',').map(Number) as unknown as Shape3;
        const list = chosen.map(i => pairs.at(i));
        const contents = [...new Set(list.flatMap(({ a, b }) => [a, b]))].filter(content => fileOf(content));
        const placeOf = new Map(contents.map((content, i) => [content, i]));
        const { bytes, reads } = await this.reader.readAll({
          candidates: contents.map(content => ({ file: fileOf(content)!.file })),
          shape,
          maxPixels: params.roots.map(root => root.settings.maxPixels),
          onProgress: () => undefined,
          signal,
        });
        const isThere = (content: string): boolean => reads[placeOf.get(content) ?? -1]?.content === content;
        const usable = chosen.filter((_, k) => isThere(list[k].a) && isThere(list[k].b));
        const logits = await judgePairs({
          network: createPairNetwork(model.description.network, shape),
          weights: model.parameters,
          load: program => runtime.load(program),
          count: usable.length,
          read: (k, first, second, offset) => {
            const { a, b, transform } = pairs.at(usable[k]);
            writePicture(bytes, placeOf.get(a)!, shape, 0, first, offset);
            writePicture(bytes, placeOf.get(b)!, shape, transform, second, offset);
          },
          signal,
          onProgress: share => onProgress((done + share * chosen.length) / total),
        });
        usable.forEach((i, k) => (logOdds[i] = logits[k]));
        done += chosen.length;
      }
    } finally {
      await runtime.dispose();
    }
  }

  #shapeFor({ description }: PairModel, { a, b, transform }: ContentPair, fileOf: RescoreInput['fileOf']): Shape3 {
    const [height, width, channels] = description.input;
    const [first, second] = [fileOf(a), fileOf(b)];
    if (!isAnySize(description.network) || !first || !second || swapsAxes(transform)) return [height, width, channels];
    const aspect = (Math.log(first.width / first.height) + Math.log(second.width / second.height)) / 2;
    const misfit = ([h, w]: readonly [number, number]): number => Math.abs(Math.log(w / h) - aspect);
    const [h, w] = ANY_SIZE.reduce((best, size) => (misfit(size) < misfit(best) ? size : best));
    return [h, w, channels];
  }
}

/** What is known of each pair already; NaN where nothing is. */
function knownLogOdds(pairs: ContentPairs, known: JudgedPairs): Float32Array {
  const keyOf = ({ a, b, transform }: ContentPair): string => `${a} ${b} ${transform}`;
  const byKey = new Map<string, number>();
  for (let i = 0; i < known.pairs.length; i++) byKey.set(keyOf(known.pairs.at(i)), known.logOdds[i]);
  return Float32Array.from({ length: pairs.length }, (_, i) => byKey.get(keyOf(pairs.at(i))) ?? NaN);
}

/** The distance of a pair whose log-odds grow by the network's. */
export function withEvidence(distance: number, logOdds: number): number {
  const { middle, scale } = DISTANCE_SCALE;
  const before = middle + scale * Math.log((1 - distance) / Math.max(distance, 1e-9));
  const after = before + Math.min(MOST_LOG_ODDS, Math.max(-MOST_LOG_ODDS, logOdds));
  return Math.fround(1 / (1 + Math.exp((after - middle) / scale)));
}

/** Bytes as numbers 0…1, turned as the scan found them to match; only square pictures are turned by quarters. */
function writePicture(
  bytes: Uint8Array,
  place: number,
  [height, width, channels]: Shape3,
  transform: number,
  into: Float32Array,
  offset: number,
): void {
  const start = place * height * width * channels;
  const [a, b, c, d] = sourceMap(transform);
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x - middleX, y - middleY];
      const from = start + (Math.round(c * u + d * v + middleY) * width + Math.round(a * u + b * v + middleX)) * channels;
      const to = offset + (y * width + x) * channels;
      for (let k = 0; k < channels; k++) into[to + k] = bytes[from + k] / 255;
    }
  }
}
