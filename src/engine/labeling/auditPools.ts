import { copiesDesign, kindsDesign } from '../../core/labeling/auditDesign';
import type { AuditPopulation } from '../../core/labeling/auditDesign';
import { PicturePairs } from '../../core/labeling/picturePairs';
import type { Relation } from '../../core/verdicts/verdict';
import type { ScanView } from '../session/scanResult';
import { kindsOfView } from './kindQuestions';
import type { SeenPictures } from './kindQuestions';

/** The pairs that audits of a relation are drawn from, and that they measure. */
export interface AuditPool {
  readonly population: AuditPopulation;
  /** What is on the similar side of the draw; absent for the pairs of the scan, where the slider says so. */
  readonly threshold?: number;
  /** Whether that is a line of a model, of which precision and recall can be told. */
  readonly isMeasured: boolean;
  /** How likely a pair is among the rows at all. */
  readonly chance: number;
  /** Of two contents; undefined where they are no pair of the population. */
  rowOf(a: string, b: string): number | undefined;
  /** Two images, by index. */
  pairAt(row: number): readonly [number, number];
}

export interface KindPool extends AuditPool {
  readonly seen: SeenPictures;
}

/** All pairs of more pictures would take seconds; a million rows have enough on either side of a threshold. */
const MOST_PICTURES = 1500;
/** Without a model, so much of all pairs is drawn from as its similar side: that of ten kinds of like size. */
const UNKNOWN_SHARE = 0.1;

/** What the questions of every relation are drawn from. Of a scan alone, so that no answer builds it anew. */
export class AuditPools {
  #near: AuditPool | undefined;
  readonly #kinds = new Map<Relation | undefined, KindPool | undefined>();

  constructor(private readonly view: ScanView) {}

  /** The pairs that the scan lists. */
  get near(): AuditPool {
    return (this.#near ??= nearPool(this.view));
  }

  /** All pairs of pictures, for a relation that sorts them into kinds; undefined where there is no way to see them. */
  kinds(relation: Relation): KindPool | undefined {
    if (relation === 'same-picture') return undefined;
    // The starter sees all relations alike.
    const key = this.view.data.model?.model.description.relation === relation ? relation : undefined;
    if (!this.#kinds.has(key)) {
      const seen = kindsOfView(this.view, relation);
      this.#kinds.set(key, seen && kindPool(seen));
    }
    return this.#kinds.get(key);
  }

  of(relation: Relation): AuditPool {
    return this.kinds(relation) ?? this.near;
  }
}

const keyOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

function nearPool({ pairs, data: { images } }: ScanView): AuditPool {
  const rowOf = new Map<string, number>();
  for (let row = 0; row < pairs.a.length; row++) {
    rowOf.set(keyOf(images[pairs.a[row]].content, images[pairs.b[row]].content), row);
  }
  return {
    population: { distances: pairs.distance, design: copiesDesign },
    isMeasured: true,
    chance: 1,
    rowOf: (a, b) => rowOf.get(keyOf(a, b)),
    pairAt: row => [pairs.a[row], pairs.b[row]],
  };
}

/** Contents are hashes, so that the first ones in their order are pictures at random, and the same ones whatever else is added. */
export function kindPool(seen: SeenPictures, most = MOST_PICTURES): KindPool {
  const { contents, images, distance, threshold } = seen;
  const all = contents.length;
  const pictures = Math.min(all, most);
  const rows = new PicturePairs(pictures, distance);
  const perRow = (all * (all - 1)) / (pictures * (pictures - 1));
  const placeOf = new Map(contents.map((content, place) => [content, place]));
  const { distances } = rows;
  return {
    seen,
    population: { distances, design: kindsDesign, ...(pictures < all && { sampled: { perRow, pictures } }) },
    threshold: threshold ?? distances[Math.floor(UNKNOWN_SHARE * (distances.length - 1))],
    isMeasured: threshold !== undefined,
    chance: 1 / perRow,
    rowOf: (a, b) => {
      const [one, other] = [placeOf.get(a), placeOf.get(b)];
      if (one === undefined || other === undefined || one === other) return undefined;
      if (one < pictures && other < pictures) return rows.rowOf(one, other);
      // Drawn when there were fewer pictures, or others: it counts where its distance puts it.
      return Math.min(rows.rowOfDistance(distance(one, other)), distances.length - 1);
    },
    pairAt: row => {
      const [one, other] = rows.pairAt(row);
      return [images[one], images[other]];
    },
  };
}
