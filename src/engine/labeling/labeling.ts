import { verdictCycles } from '../../core/labeling/cycles';
import { estimateFromAudits, shareFromAudits } from '../../core/labeling/estimate';
import type { AuditedPair } from '../../core/labeling/estimate';
import { auditDraws, inTurn, nextQuestions } from '../../core/labeling/questions';
import type { AuditState } from '../../core/labeling/questions';
import { seededRandom } from '../../core/labeling/random';
import { countNear, isNearThreshold } from '../../core/labeling/uncertain';
import type { Interval } from '../../core/metrics/interval';
import type { Relation, Verdict } from '../../core/verdicts/verdict';
import type { PairRow } from '../../protocol/engine';
import type { EngineQuestion, EstimateAnswer, EstimateParams, QuestionsAnswer, QuestionsParams } from '../../protocol/labeling';
import type { ScanView } from '../session/scanResult';
import type { AuditPool, AuditPools, KindPool } from './auditPools';
import { chooseKindPairs } from './kindQuestions';

/** How many thresholds are tried on the way to an aim. */
const thresholdSteps = 60;

/** The scan that questions are asked about. */
export interface LabelingSource {
  readonly view: ScanView;
  readonly verdicts: readonly Verdict[];
  /** Near-duplicates under this distance are one group, whatever the slider says: bursts don't change while it moves. */
  readonly groupThreshold: number;
  /** Of the view's data; kept over verdicts. */
  readonly pools: AuditPools;
  /** Any two images, by index. */
  pairOf(first: number, second: number): Promise<PairRow | null>;
}

/** A question before its pair is looked up: images, by index. */
interface Chosen {
  readonly first: number;
  readonly second: number;
  readonly reason: EngineQuestion['reason'];
  readonly probability?: number;
}

interface Answered {
  /** Of the relation's pool; undefined where the pair is not in it. */
  readonly row: number | undefined;
  readonly verdict: 'similar' | 'different';
}

/**
 * Chooses what to ask and estimates from the answers, for one scan and its verdicts. Audits are drawn from, and measure, one population: for
 * copies the whole pair table, also pairs that verdicts have settled (leaving those out would bias what audits measure); for kinds all
 * pairs of pictures.
 */
export class Labeling {
  readonly #groupOf: (image: number) => number;

  constructor(private readonly source: LabelingSource) {
    this.#groupOf = numberedGroups(source);
  }

  async questions(params: QuestionsParams): Promise<QuestionsAnswer> {
    const { view, pools } = this.source;
    const { pairs, generation } = view;
    const { relation, asked, count } = params;
    const questions = await this.#cycles(params);
    const rest = { ...params, asked: asked + questions.length, count: count - questions.length };
    const kinds = pools.kinds(relation);
    const answered = this.#answered(relation);
    for (const { first, second, reason, probability } of kinds ? this.#ofKinds(rest, kinds) : this.#ofTable(rest)) {
      const pair = await this.source.pairOf(first, second);
      if (!pair) continue;
      const known = reason === 'audit' ? answered.get(keyOf(pair.a.content, pair.b.content))?.verdict : undefined;
      questions.push({ pair, reason, ...(probability !== undefined && { probability }), ...(known && { known }) });
    }
    if (kinds) return { generation, questions };
    const isNear = (row: number): boolean => isNearThreshold(pairs.distance[row], params.threshold);
    const settled = [...answered.values()].filter(({ row }) => row !== undefined && isNear(row)).length;
    return { generation, questions, open: countNear(pairs.distance, params.threshold) - settled };
  }

  estimate({ relation, threshold }: EstimateParams): EstimateAnswer {
    const { pools, view } = this.source;
    const pool = pools.of(relation);
    const { distances } = pool.population;
    const answered = [...this.#answered(relation).values()];
    const distancesOf = (wanted: 'similar' | 'different'): Float32Array =>
      Float32Array.from(
        answered.flatMap(({ row, verdict }) => (row !== undefined && verdict === wanted ? distances[row] : [])),
      ).sort();
    const countOf = (wanted: 'similar' | 'different'): number => answered.filter(({ verdict }) => verdict === wanted).length;
    const { precision, recall, audits, under } = estimateFromAudits(
      this.#audits(relation),
      pool.population,
      pool.threshold ?? threshold,
    );
    return {
      generation: view.generation,
      // The starter is a model of no relation: there is nothing to measure before the first.
      ...(precision && pool.isMeasured && { precision }),
      ...(recall && pool.isMeasured && { recall }),
      audits,
      auditsUnder: under,
      answers: { similar: countOf('similar'), different: countOf('different') },
      similar: distancesOf('similar'),
      different: distancesOf('different'),
    };
  }

  /** The largest threshold whose precision, or the smallest whose recall, is estimated at `wanted` or more. */
  thresholdFor(
    relation: Relation,
    aim: 'precision' | 'recall',
    wanted: number,
  ): { readonly threshold: number; readonly estimate: Interval } | null {
    const { population } = this.source.pools.of(relation);
    const { distances } = population;
    if (distances.length === 0) return null;
    const [low, high] = [distances[0], distances[distances.length - 1]];
    const order = Array.from({ length: thresholdSteps + 1 }, (_, k) => low + ((high - low) * k) / thresholdSteps);
    if (aim === 'precision') order.reverse();
    const audits = this.#audits(relation);
    for (const threshold of order) {
      const value = shareFromAudits(audits, population, threshold)[aim];
      if (value === undefined || value < wanted) continue;
      return { threshold, estimate: estimateFromAudits(audits, population, threshold)[aim]! };
    }
    return null;
  }

  /** From the scan's pairs. */
  #ofTable({ relation, threshold, asked: count, except, last, count: wanted, seed }: QuestionsParams): readonly Chosen[] {
    const { pairs } = this.source.view;
    const { near } = this.source.pools;
    const settled = new Set([...this.#answered(relation).values()].map(({ row }) => row));
    for (const [a, b] of except) settled.add(near.rowOf(a, b));
    const groupsOf = (row: number): readonly [number, number] => [this.#groupOf(pairs.a[row]), this.#groupOf(pairs.b[row])];
    const asked = new Map<number, number>();
    for (const { row } of this.#answered(relation).values()) {
      if (row === undefined) continue;
      for (const group of new Set(groupsOf(row))) asked.set(group, (asked.get(group) ?? 0) + 1);
    }
    const lastRow = last && near.rowOf(...last);
    const state = {
      ...this.#auditState(relation, near, threshold),
      isOpen: (row: number) => !settled.has(row),
      groupsOf,
      asked,
      count,
      last: lastRow === undefined ? [] : groupsOf(lastRow),
    };
    return nextQuestions(state, wanted, seededRandom(seed + count)).map(({ row, reason, probability }) => ({
      first: pairs.a[row],
      second: pairs.b[row],
      reason,
      ...(probability !== undefined && { probability }),
    }));
  }

  /** Pairs of any images, since near pairs are nearly all alike. */
  #ofKinds(params: QuestionsParams, pool: KindPool): readonly Chosen[] {
    const { relation, asked, count, seed, threshold } = params;
    const random = seededRandom(seed + asked);
    const chosen = [...chooseKindPairs(pool.seen, this.source.verdicts, params, count, seededRandom(seed + asked + 1))];
    const draw = auditDraws(this.#auditState(relation, pool, pool.threshold ?? threshold), random);
    const audit = (): Chosen | undefined => {
      const drawn = draw();
      if (!drawn) return undefined;
      const [first, second] = pool.pairAt(drawn.row);
      return { first, second, reason: 'audit', probability: drawn.probability * pool.chance };
    };
    return inTurn<Chosen>(asked, count, audit, () => chosen.shift());
  }

  #auditState(relation: Relation, { population }: AuditPool, threshold: number): AuditState {
    const audits = this.#audits(relation);
    return {
      ...population,
      threshold,
      audited: audits.map(({ row }) => row),
      auditedSimilar: audits.filter(({ similar }) => similar).map(({ row }) => row),
    };
  }

  /** Pairs that a verdict of this relation settles, by their contents. */
  #answered(relation: Relation): ReadonlyMap<string, Answered> {
    const pool = this.source.pools.of(relation);
    const answered = new Map<string, Answered>();
    for (const { relation: named, verdict, images } of this.source.verdicts) {
      if (named !== relation || images.length !== 2 || (verdict !== 'similar' && verdict !== 'different')) continue;
      const [a, b] = images.map(({ content }) => content);
      answered.set(keyOf(a, b), { row: pool.rowOf(a, b), verdict });
    }
    return answered;
  }

  #audits(relation: Relation): readonly AuditedPair[] {
    const pool = this.source.pools.of(relation);
    const { places } = this.source.view;
    return this.source.verdicts.flatMap(({ audit, relation: named, verdict, images }) => {
      if (!audit || named !== relation || images.length !== 2) return [];
      const [a, b] = images.map(({ content }) => content);
      const row = pool.rowOf(a, b);
      const [first, second] = [places.get(a)?.[0], places.get(b)?.[0]];
      if (row === undefined || first === undefined || second === undefined) return [];
      const group = Math.min(this.#groupOf(first), this.#groupOf(second));
      return [{ row, similar: verdict === 'similar', probability: audit.probability, group }];
    });
  }

  async #cycles({ relation, settledCycles, count }: QuestionsParams): Promise<EngineQuestion[]> {
    const { view, verdicts } = this.source;
    const settled = new Set(settledCycles);
    const questions: EngineQuestion[] = [];
    for (const { different, similar } of verdictCycles(verdicts, relation)) {
      if (questions.length >= count) break;
      if (settled.has(different.id)) continue;
      const [first, second] = different.images.map(({ content }) => view.places.get(content)?.[0]);
      const pair = first === undefined || second === undefined ? null : await this.source.pairOf(first, second);
      if (!pair) continue;
      const chain = [...new Set(similar.flatMap(({ images }) => images.map(({ path }) => path)))];
      questions.push({ pair, reason: 'cycle', cycle: { id: different.id, paths: chain } });
    }
    return questions;
  }
}

const keyOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** A number for each image: that of its group, or, where it is in none, its own. */
const numberedGroups = ({ view, groupThreshold }: LabelingSource): ((image: number) => number) => {
  const groupOf = new Map<number, number>();
  view.groups(groupThreshold).forEach(({ keep, members }, number) => {
    for (const image of [keep, ...members.map(member => member.image)]) groupOf.set(image, number);
  });
  return image => groupOf.get(image) ?? view.data.images.length + image;
};
