import { displayPath } from '../../core/findings/findingMessage';
import type { SuggestedImage, SuggestSnapshot } from '../../protocol/panelSuggest';
import { t } from '../l10n';
import { formatCount, imagesText } from './format';

/** Suggestions of one class, the surest first; without a label those that are unknown. */
export interface SuggestGroup {
  readonly label?: string;
  readonly images: readonly SuggestedImage[];
}

/** By class, in the order of the classes, unknown ones last; classes without any are left out. */
export function groupsOf({ classes, images }: SuggestSnapshot, least: number): readonly SuggestGroup[] {
  const surest = [...images].sort((a, b) => b.confidence - a.confidence || (a.place < b.place ? -1 : 1));
  const known = classes.map(({ label }) => ({
    label,
    images: surest.filter(each => each.label === label && each.confidence >= least),
  }));
  const unknown = { images: surest.filter(each => each.confidence < least) };
  return [...known, unknown].filter(group => group.images.length > 0);
}

export const groupName = ({ label }: SuggestGroup): string => (label === undefined ? t('Unknown') : displayPath(label));

export const percentText = (share: number): string => `${Math.round(100 * share)} %`;

/** By what, and how far it can be trusted. */
export function basisText({ encoder, trial }: SuggestSnapshot): string {
  const by =
    encoder.kind === 'starter'
      ? t('By the encoder that comes with Twinlint.')
      : t('By the model {0} ({1}).', displayPath(encoder.name), encoder.relation);
  if (!trial) return `${by} ${t('There is one reference a class: none to try the others on.')}`;
  const { judged, right, meanConfidence } = trial;
  const tried = t(
    'References judged by the others: {0} of {1} right, mean confidence {2}.',
    right,
    judged,
    percentText(meanConfidence),
  );
  return `${by} ${tried}`;
}

export const leftText = ({ images, accepted }: SuggestSnapshot): string =>
  accepted === 0 ? imagesText(images.length) : t('{0} accepted, {1} left', formatCount(accepted), formatCount(images.length));
