import { verdictCycles } from '../../core/labeling/cycles';
import { estimateFromAudits, shareFromAudits } from '../../core/labeling/estimate';
import type { AuditedPair } from '../../core/labeling/estimate';
import { nextQuestions } from '../../core/labeling/questions';
import { seededRandom } from '../../core/labeling/random';
import type { Interval } from '../../core/metrics/interval';
import type { Relation, Verdict } from '../../core/verdicts/verdict';
import type { PairRow } from '../../protocol/engine';
import type {
  ContentPairKey,
  EngineQuestion,
  EstimateAnswer,
  EstimateParams,
  QuestionsAnswer,
  QuestionsParams,
} from '../../protocol/labeling';
import type { ScanView } from '../session/scanResult';
import { chooseKindPairs, kindsOfView } from './kindQuestions';

/** How many thresholds are tried on the way to an aim. */
const thresholdSteps = 60;

/** The scan that questions are asked about. */
export interface LabelingSource {
  readonly view: ScanView;
  readonly verdicts: readonly Verdict[];
  /** Near-duplicates under this distance are one group, whatever the slider says: bursts don't change while it moves. */
  readonly groupThreshold: number;
  /** Any two images, by index. */
  pairOf(first: number, second: number): Promise<PairRow | null>;
}

const keyOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/**
 * Chooses what to ask and estimates from the answers, for one scan and its verdicts. Works on the whole pair table, also on pairs that
 * verdicts have settled: leaving those out would bias what audits measure.
 */
export class Labeling {
  readonly #rowOf = new Map<string, number>();

  readonly #groupOf: (image: number) => number;

  constructor(private readonly source: LabelingSource) {
    const { pairs, data } = source.view;
    this.#groupOf = numberedGroups(source);
    for (let row = 0; row < pairs.a.length; row++) {
      this.#rowOf.set(keyOf(data.images[pairs.a[row]].content, data.images[pairs.b[row]].content), row);
    }
  }

  async questions(params: QuestionsParams): Promise<QuestionsAnswer> {
    const { view } = this.source;
    const { pairs } = view;
    const { relation, threshold } = params;
    const answered = this.#answered(relation);
    const except = new Set(params.except.flatMap(key => this.#row(key) ?? []));
    const groupsOf = (row: number): readonly [number, number] => [this.#groupOf(pairs.a[row]), this.#groupOf(pairs.b[row])];
    const asked = new Map<number, number>();
    for (const row of answered.keys()) {
      for (const group of new Set(groupsOf(row))) asked.set(group, (asked.get(group) ?? 0) + 1);
    }
    const audits = this.#audits(relation);
    const last = params.last && this.#row(params.last);
    const chosen = nextQuestions(
      {
        distances: pairs.distance,
        threshold,
        isOpen: row => !answered.has(row) && !except.has(row),
        groupsOf,
        asked,
        count: params.asked,
        audited: audits.map(({ row }) => row),
        auditedSimilar: audits.filter(({ similar }) => similar).map(({ row }) => row),
        cycles: [],
        last: last === undefined ? [] : groupsOf(last),
      },
      params.count,
      seededRandom(params.seed + params.asked),
    );
    const questions = await this.#cycles(params);
    const byGroups = this.#byGroups(params);
    for (const { row, reason, probability } of chosen.slice(0, Math.max(0, params.count - questions.length))) {
      if (reason !== 'audit' && byGroups) {
        const next = byGroups.shift();
        const pair = next && (await this.source.pairOf(next.first, next.second));
        if (pair) questions.push({ pair, reason: next.reason });
        if (next) continue;
      }
      const pair = await this.source.pairOf(pairs.a[row], pairs.b[row]);
      if (!pair) continue;
      const known = reason === 'audit' ? answered.get(row) : undefined;
      questions.push({ pair, reason, ...(probability !== undefined && { probability }), ...(known && { known }) });
    }
    // Where no near pairs are left there are still pictures to compare.
    for (const { first, second, reason } of byGroups ?? []) {
      if (questions.length >= params.count) break;
      const pair = await this.source.pairOf(first, second);
      if (pair) questions.push({ pair, reason });
    }
    return { generation: view.generation, questions, open: pairs.a.length - answered.size };
  }

  estimate({ relation, threshold }: EstimateParams): EstimateAnswer {
    const { pairs, generation } = this.source.view;
    const { precision, recall, audits, under } = estimateFromAudits(this.#audits(relation), pairs.distance, threshold);
    const distancesOf = (wanted: 'similar' | 'different'): Float32Array =>
      Float32Array.from(
        [...this.#answered(relation)].filter(([, verdict]) => verdict === wanted),
        ([row]) => pairs.distance[row],
      ).sort();
    return {
      generation,
      ...(precision && { precision }),
      ...(recall && { recall }),
      audits,
      auditsUnder: under,
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
    const { distance } = this.source.view.pairs;
    if (distance.length === 0) return null;
    const [low, high] = [distance[0], distance[distance.length - 1]];
    const order = Array.from({ length: thresholdSteps + 1 }, (_, k) => low + ((high - low) * k) / thresholdSteps);
    if (aim === 'precision') order.reverse();
    const audits = this.#audits(relation);
    for (const threshold of order) {
      const value = shareFromAudits(audits, distance, threshold)[aim];
      if (value === undefined || value < wanted) continue;
      return { threshold, estimate: estimateFromAudits(audits, distance, threshold)[aim]! };
    }
    return null;
  }

  /** For kinds of pictures: pairs of any images, since near pairs are nearly all alike. Undefined where the table's pairs are asked about. */
  #byGroups(params: QuestionsParams) {
    const { view, verdicts } = this.source;
    const seen = params.relation === 'same-picture' ? undefined : kindsOfView(view, params.relation);
    return seen && [...chooseKindPairs(seen, verdicts, params, params.count, seededRandom(params.seed + params.asked + 1))];
  }

  #row([a, b]: ContentPairKey): number | undefined {
    return this.#rowOf.get(keyOf(a, b));
  }

  #rowOfVerdict({ images }: Verdict): number | undefined {
    return images.length === 2 ? this.#row([images[0].content, images[1].content]) : undefined;
  }

  /** Rows that a verdict of this relation settles. */
  #answered(relation: string): ReadonlyMap<number, 'similar' | 'different'> {
    const answered = new Map<number, 'similar' | 'different'>();
    for (const verdict of this.source.verdicts) {
      const row = this.#rowOfVerdict(verdict);
      if (verdict.relation !== relation || row === undefined) continue;
      if (verdict.verdict === 'similar' || verdict.verdict === 'different') answered.set(row, verdict.verdict);
    }
    return answered;
  }

  #audits(relation: string): readonly AuditedPair[] {
    const { pairs } = this.source.view;
    return this.source.verdicts.flatMap(verdict => {
      const row = this.#rowOfVerdict(verdict);
      if (!verdict.audit || verdict.relation !== relation || row === undefined) return [];
      const { probability } = verdict.audit;
      return [
        {
          row,
          similar: verdict.verdict === 'similar',
          probability,
          group: Math.min(this.#groupOf(pairs.a[row]), this.#groupOf(pairs.b[row])),
        },
      ];
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

/** A number for each image: that of its group, or, where it is in none, its own. */
const numberedGroups = ({ view, groupThreshold }: LabelingSource): ((image: number) => number) => {
  const groupOf = new Map<number, number>();
  view.groups(groupThreshold).forEach(({ keep, members }, number) => {
    for (const image of [keep, ...members.map(member => member.image)]) groupOf.set(image, number);
  });
  return image => groupOf.get(image) ?? view.data.images.length + image;
};
