import type { LearnFrom } from '../../core/training/names';
import type { Relation, Verdict } from '../../core/verdicts/verdict';
import type { Words } from '../scan/scanText';

/** One way to learn, as it is offered. */
export interface LearnOption {
  readonly id: 'classes' | 'same-picture-pairs' | 'same-class-pairs' | 'classes-and-pairs' | 'views' | 'views-and-pairs';
  readonly learnFrom: readonly LearnFrom[];
  readonly relation: Relation;
  readonly label: string;
  /** What there is to learn from. */
  readonly description: string;
  /** What the model will be good for. */
  readonly detail: string;
  /** Why it can't be chosen; absent where it can. */
  readonly problem?: string;
}

export interface Learnable {
  readonly classes: number;
  readonly readable: number;
  readonly verdicts: readonly Verdict[];
}

interface Count {
  readonly similar: number;
  readonly different: number;
}

function countPairs(verdicts: readonly Verdict[], relation: Relation): Count {
  const pairs = verdicts.filter(verdict => verdict.relation === relation && verdict.images.length === 2);
  const similar = pairs.filter(({ verdict }) => verdict === 'similar').length;
  return { similar, different: pairs.filter(({ verdict }) => verdict === 'different').length };
}

/** Every way to learn, those that are possible first. What is not says why: a person should learn what to do about it. */
export function learnOptions(from: Learnable, { t, language }: Words): LearnOption[] {
  const n = (count: number): string => count.toLocaleString(language);
  const pairsText = ({ similar, different }: Count): string => {
    const all = similar + different;
    return all === 1
      ? t('1 verdict: {0} similar, {1} different', n(similar), n(different))
      : t('{0} verdicts: {1} similar, {2} different', n(all), n(similar), n(different));
  };
  const classesText = from.classes === 1 ? t('1 class') : t('{0} classes', n(from.classes));
  const imagesText = from.readable === 1 ? t('1 image') : t('{0} images', n(from.readable));
  const picture = countPairs(from.verdicts, 'same-picture');
  const kind = countPairs(from.verdicts, 'same-class');
  const forTwins = t('The model finds altered copies: near-duplicates and leaks between splits.');
  const forLabels = t('The model tells kinds of things apart: it judges labels.');
  const noClasses = from.classes >= 2 ? undefined : t('There are fewer than two class folders.');
  const noneSimilar = ({ similar, different }: Count): string | undefined =>
    similar > 0
      ? undefined
      : different > 0
        ? t('All your verdicts say "different"; at least one pair has to be similar.')
        : t('There are no verdicts of this kind yet.');
  const tooFew = from.readable >= 2 ? undefined : t('There are fewer than two readable images.');
  const option = (of: Omit<LearnOption, 'problem'>, ...problems: (string | undefined)[]): LearnOption => {
    const problem = problems.find(each => each !== undefined);
    return { ...of, ...(problem !== undefined && { problem }) };
  };
  const options = [
    option(
      {
        id: 'classes',
        learnFrom: ['labels'],
        relation: 'same-class',
        label: t('Class folders'),
        description: classesText,
        detail: forLabels,
      },
      tooFew,
      noClasses,
    ),
    option(
      {
        id: 'views',
        learnFrom: ['views'],
        relation: 'same-picture',
        label: t('No labels: altered views of each image'),
        description: imagesText,
        detail: forTwins,
      },
      tooFew,
    ),
    option(
      {
        id: 'same-picture-pairs',
        learnFrom: ['pairs'],
        relation: 'same-picture',
        label: t('My pairs: same picture or not'),
        description: pairsText(picture),
        detail: forTwins,
      },
      tooFew,
      noneSimilar(picture),
    ),
    option(
      {
        id: 'views-and-pairs',
        learnFrom: ['views', 'pairs'],
        relation: 'same-picture',
        label: t('Altered views and my pairs'),
        description: t('{0}, {1}', imagesText, pairsText(picture)),
        detail: forTwins,
      },
      tooFew,
      picture.similar + picture.different > 0 ? undefined : t('There are no verdicts of this kind yet.'),
    ),
    option(
      {
        id: 'same-class-pairs',
        learnFrom: ['pairs'],
        relation: 'same-class',
        label: t('My pairs: same kind of thing or not'),
        description: pairsText(kind),
        detail: forLabels,
      },
      tooFew,
      noneSimilar(kind),
    ),
    option(
      {
        id: 'classes-and-pairs',
        learnFrom: ['labels', 'pairs'],
        relation: 'same-class',
        label: t('Class folders and my pairs'),
        description: t('{0}, {1}', classesText, pairsText(kind)),
        detail: forLabels,
      },
      tooFew,
      noClasses,
      kind.similar + kind.different > 0 ? undefined : t('There are no verdicts of this kind yet.'),
    ),
  ];
  return [...options.filter(each => each.problem === undefined), ...options.filter(each => each.problem !== undefined)];
}

/** The part of a model file's name that says what it learned from. */
export const slugOf = (learnFrom: readonly LearnFrom[]): string =>
  learnFrom.map(each => ({ labels: 'classes', pairs: 'pairs', views: 'views' })[each]).join('-and-');
