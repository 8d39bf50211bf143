import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import type { FoldViews } from '../branches/crossFit';
import type { CheckContext } from '../checkContext';
import type { Judged, LikenessView } from '../judgeMatches';
import { judgeMatches, momentsOf } from '../judgeMatches';
import type { ModalityRows } from './likenessBlocks';
import { LikenessBlocks } from './likenessBlocks';
import type { Modality } from './modalityNetworks';
import { modalities } from './modalityNetworks';

/** What is known of one sample. */
export interface ModalityJudgement {
  /** How likely not all three belong together, 0…1. */
  readonly chance: number;
  /** The same, but where chances are equal the one that fits worse is higher. */
  readonly score: number;
  /** The one that fits neither of the others, which fit each other; absent where no two do. */
  readonly odd?: Modality;
  /** The sample whose member of the odd modality fits clearly better. */
  readonly better?: number;
}

export interface JudgedModalities {
  /** One a sample. */
  readonly judgements: readonly ModalityJudgement[];
  /** Of what was learned whether it belongs to the two others. */
  readonly known: readonly Modality[];
  /** By modality: the chance that an own member fits the two others better than a stranger's; ½ = nothing was learned. */
  readonly auc: Readonly<Record<Modality, number>>;
  /** By modality, the estimated share of samples in which it does not fit the others. */
  readonly share: Readonly<Record<Modality, number>>;
}

/** From this chance on that an own member fits better than a stranger's, networks know something of a modality. */
const LEAST_AUC = 0.7;
/** Where more than this share seems wrong, rather the networks are. */
const MOST_WRONG = 0.5;
/** Numbers that are held at once, of the samples under judgement with all others. */
const MOST_NUMBERS = 12e6;
const MOST_HELD = 1000;
/** Two members fit each other where they stand out by as many standard deviations from what strangers reach. */
const AGREE = 1;
/** Less than what two chances differ by. */
const SMALL = 1e-3;

/** Rates for each sample how well each of its three members fits the two others, by networks that had not seen the sample. */
export async function judgeModalities(
  folds: readonly FoldViews<ModalityRows>[],
  memberOf: Readonly<Record<Modality, Int32Array>>,
  groups: Int32Array,
  runtime: Runtime,
  seed: number,
  { signal, report }: CheckContext,
): Promise<JudgedModalities> {
  const count = groups.length;
  const agreements = new Agreements(count);
  const judged = {} as Record<Modality, Judged>;
  for (const [turn, second] of modalities.entries()) {
    const firsts = modalities.filter(each => each !== second);
    const blocks = await Promise.all(firsts.map(first => LikenessBlocks.of(runtime, first, second)));
    const views = async function* (): AsyncGenerator<LikenessView> {
      for (const { held: all, views: networks } of folds) {
        const most = Math.max(64, Math.min(MOST_HELD, Math.floor(MOST_NUMBERS / count)));
        for (let start = 0; start < all.length; start += most) {
          const held = all.subarray(start, start + most);
          const both = new Float32Array(held.length * count);
          for (const [i, first] of firsts.entries()) {
            const one = new Float32Array(held.length * count);
            for (const rows of networks) await blocks[i].add(rows, held, one, signal);
            agreements.note(first, second, held, memberOf[second], one);
            one.forEach((value, at) => (both[at] += value));
          }
          yield { held, seconds: count, likeness: (k, member) => both[k * count + member] };
        }
      }
    };
    const onProgress = (done: number): void => report('judge', (turn + done) / modalities.length);
    judged[second] = await judgeMatches(views(), memberOf[second], groups, mixSeed(seed, turn), signal, onProgress);
  }
  const auc = byModality(each => judged[each].groups.auc);
  const share = byModality(each => judged[each].groups.share);
  const known = modalities.filter(each => auc[each] >= LEAST_AUC && share[each] <= MOST_WRONG);
  return {
    known,
    judgements: Array.from({ length: count }, (_, i) => judgement(i, known, judged, agreements)),
    auc,
    share,
  };
}

const byModality = <T>(value: (of: Modality) => T): Record<Modality, T> => ({
  image: value('image'),
  sound: value('sound'),
  sensors: value('sensors'),
});

/** The odd one is the one outside of the two that fit each other best, if they do. */
function judgement(
  sample: number,
  known: readonly Modality[],
  judged: Readonly<Record<Modality, Judged>>,
  agreements: Agreements,
): ModalityJudgement {
  const of = (each: Modality) => judged[each].judgements[sample];
  const chance = known.reduce((most, each) => Math.max(most, of(each).chance), 0);
  const rank = known.reduce((least, each) => Math.min(least, of(each).rank), 1);
  const doubt = { chance, score: Math.max(0, chance - rank * SMALL) };
  const [odd] = [...known].sort((a, b) => agreements.besides(b, sample) - agreements.besides(a, sample));
  if (odd === undefined || agreements.besides(odd, sample) < AGREE) return doubt;
  const { better } = of(odd);
  return { ...doubt, odd, ...(better !== undefined && { better }) };
}

/** How well two members of a sample fit each other, in standard deviations above what strangers reach. */
class Agreements {
  /** Under the modality that is not of the pair. */
  readonly #sums: Readonly<Record<Modality, Float64Array>>;

  constructor(private readonly count: number) {
    this.#sums = byModality(() => new Float64Array(count));
  }

  /** @param likeness of the held-back samples' first members with all second ones */
  note(first: Modality, second: Modality, held: Int32Array, secondOf: Int32Array, likeness: Float32Array): void {
    const third = modalities.find(each => each !== first && each !== second)!;
    held.forEach((sample, k) => {
      const { mean, deviation } = momentsOf(held.length, n => likeness[k * this.count + secondOf[held[n]]]);
      // Each pair is looked at from both sides.
      this.#sums[third][sample] += (likeness[k * this.count + secondOf[sample]] - mean) / deviation / 2;
    });
  }

  /** Of the two besides a modality. */
  besides(modality: Modality, sample: number): number {
    return this.#sums[modality][sample];
  }
}
