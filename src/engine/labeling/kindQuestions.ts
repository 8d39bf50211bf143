import { chooseByGroups } from '../../core/labeling/neighbourhoods';
import type { Random } from '../../core/labeling/random';
import type { Relation, Verdict } from '../../core/verdicts/verdict';
import type { ContentPairKey, QuestionsParams } from '../../protocol/labeling';
import { cosine } from '../distances/cosine';
import { embeddingCosine, embeddingOf } from '../index/embeddings';
import type { ScanView } from '../session/scanResult';

/** The different pictures of a scan, as the present model sees them. */
export interface SeenPictures {
  readonly contents: readonly string[];
  /** An image of each. */
  readonly images: readonly number[];
  /** Of two places in `contents`. */
  distance(one: number, other: number): number;
  /** Where a model of the relation draws the line; the starter, which is of none, draws none. */
  readonly threshold?: number;
}

/** By the scan's model where it is one of this relation, else by the starter encoder; undefined where there is neither. */
export function kindsOfView({ places, data }: ScanView, relation: Relation): SeenPictures | undefined {
  const all = [...places].sort(([x], [y]) => (x < y ? -1 : 1));
  const own = data.model?.model.description.relation === relation ? data.model : undefined;
  const isSeen = (content: string): boolean => {
    if (own) return own.embeddings.has(content);
    const signature = data.rows.signatureOf(content);
    return signature !== undefined && embeddingCosine(signature, signature) !== undefined;
  };
  const seen = all.filter(([content]) => isSeen(content));
  if (seen.length < 2) return undefined;
  const contents = seen.map(([content]) => content);
  // Looked up once: audits compare a million pairs.
  const vectors = contents.map(content => own?.embeddings.get(content) ?? embeddingOf(data.rows.signatureOf(content)!).slice());
  const { between } = own?.model.distance ?? cosine;
  return {
    contents,
    images: seen.map(([, [image]]) => image),
    ...(own && { threshold: own.model.description.threshold }),
    distance: (one, other) => between(vectors[one], vectors[other]),
  };
}

export interface KindPair {
  /** Images, by index. */
  readonly first: number;
  readonly second: number;
  readonly reason: 'place' | 'new-region';
}

/** The next pairs to ask about, from what the person said of this relation. Audits are not learned from, and so place no picture. */
export function chooseKindPairs(
  { contents, images, distance }: SeenPictures,
  verdicts: readonly Verdict[],
  { relation, except, last }: Pick<QuestionsParams, 'relation' | 'except' | 'last'>,
  count: number,
  random: Random,
): readonly KindPair[] {
  const placeOf = new Map(contents.map((content, place) => [content, place]));
  const keyOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
  const pairKey = ([a, b]: ContentPairKey): string => keyOf(a, b);
  const excluded = new Set(except.map(pairKey));
  const answered = verdicts.flatMap(({ relation: of, verdict, images: shown, audit }) => {
    if (of !== relation || shown.length !== 2 || verdict === 'ignore') return [];
    const [a, b] = shown.map(({ content }) => placeOf.get(content));
    if (a === undefined || b === undefined || a === b) return [];
    excluded.add(keyOf(shown[0].content, shown[1].content));
    return audit ? [] : [{ a, b, similar: verdict === 'similar' }];
  });
  const state = {
    count: contents.length,
    distance,
    answered,
    isExcluded: (a: number, b: number) => excluded.has(keyOf(contents[a], contents[b])),
    last: (last ?? []).flatMap(content => placeOf.get(content) ?? []),
  };
  return chooseByGroups(state, count, random).map(({ a, b, reason }) => ({ first: images[a], second: images[b], reason }));
}
