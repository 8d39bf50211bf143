import { doubtOf } from '../../../core/checks/checkScore';
import type { Modality } from '../../../core/checks/modalityNames';
import { byModality, modalities } from '../../../core/checks/modalityNames';
import type { OddChances } from '../../../core/checks/oddOfThree';
import { oddOfThree } from '../../../core/checks/oddOfThree';
import { twoGroups } from '../../../core/checks/twoGroups';
import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import { SeededRandom } from '../../samplers/random';
import type { FoldViews } from '../branches/crossFit';
import type { CheckContext } from '../checkContext';
import type { Judged, LikenessView } from '../judgeMatches';
import { judgeMatches, ranksIn } from '../judgeMatches';
import type { ModalityRows } from './likenessBlocks';
import { LikenessBlocks } from './likenessBlocks';

/** What is known of one sample. */
export interface ModalityJudgement extends OddChances {
  /** The chance, but where chances are equal the one that fits worse is higher. */
  readonly doubt: number;
  /** The sample whose member of the odd modality fits clearly better. */
  readonly better?: number;
}

export interface JudgedModalities {
  /** One a sample. */
  readonly judgements: readonly ModalityJudgement[];
  /** Of what was learned whether it belongs to another. */
  readonly known: readonly Modality[];
  /** By modality: the chance that an own member fits the two others better than a stranger's; ½ = nothing was learned. */
  readonly auc: Readonly<Record<Modality, number>>;
  /** By modality, the estimated share of samples in which it alone is wrong. */
  readonly share: Readonly<Record<Modality, number>>;
}

/** From this chance on that own members fit better than strangers, networks know something of two modalities. */
const LEAST_AUC = 0.6;
/** Where more than this share seems wrong, rather the networks are. */
const MOST_WRONG = 0.5;
/** Numbers that are held at once, of the samples under judgement with all others. */
const MOST_NUMBERS = 12e6;
const MOST_HELD = 1000;

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
  const pairRanks = byModality(() => new Float64Array(count));
  const random = new SeededRandom(mixSeed(seed, 0x9a125));
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
            if (modalities.indexOf(first) < turn) {
              const view = { held, seconds: count, likeness: (k: number, member: number) => one[k * count + member] };
              const ranks = ranksIn(view, memberOf[second], groups, random);
              held.forEach((sample, k) => (pairRanks[thirdOf(first, second)][sample] = ranks[k]));
            }
            one.forEach((value, at) => (both[at] += value));
          }
          yield { held, seconds: count, likeness: (k, member) => both[k * count + member] };
        }
      }
    };
    const onProgress = (done: number): void => report('judge', (turn + done) / modalities.length);
    judged[second] = await judgeMatches(views(), memberOf[second], groups, mixSeed(seed, turn), signal, onProgress);
  }
  const pairs = byModality(third => twoGroups(pairRanks[third]));
  const learned = modalities.filter(third => pairs[third].auc >= LEAST_AUC && pairs[third].share <= MOST_WRONG);
  const { samples, share } = oddOfThree(Object.fromEntries(learned.map(third => [third, pairs[third]])), count);
  return {
    known: modalities.filter(each => learned.some(third => third !== each)),
    judgements: samples.map((chances, sample): ModalityJudgement => {
      const ranks = learned.map(third => pairRanks[third][sample]);
      const rank = ranks.reduce((sum, each) => sum + each, 0) / Math.max(1, ranks.length);
      const better = chances.odd && judged[chances.odd].judgements[sample].better;
      return { ...chances, doubt: doubtOf(chances.chance, rank), ...(better !== undefined && { better }) };
    }),
    auc: byModality(each => judged[each].groups.auc),
    share,
  };
}

const thirdOf = (first: Modality, second: Modality): Modality => modalities.find(each => each !== first && each !== second)!;
