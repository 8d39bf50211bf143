/** Checks what the labeling page sends. */
import * as v from 'valibot';
import type { LabelAnswer, LabelingAction } from '../../protocol/panelLabeling';
import type { ContentPairKey } from '../../protocol/labeling';
import { imageSchema, pairSchema } from '../panel/panelMessages';

const key = v.tuple([v.string(), v.string()]);
/** A grid's whole selection. */
const mostPairs = 500;
const answer = v.object({
  pairs: v.pipe(v.array(key), v.minLength(1), v.maxLength(mostPairs)),
  answer: v.picklist(['similar', 'different', 'skip']),
});
const relation = v.object({ relation: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)) });
const action = v.variant('kind', [
  v.object({ kind: v.picklist(['scan', 'train', 'openPairs', 'manageTrust', 'newRelation']) }),
  v.object({ kind: v.literal('compare'), pair: pairSchema }),
  v.object({ kind: v.literal('openImage'), image: imageSchema }),
]);

export const parseAnswer = (value: unknown): { readonly pairs: readonly ContentPairKey[]; readonly answer: LabelAnswer } =>
  v.parse(answer, value);
export const parseRelation = (value: unknown): { readonly relation: string } => v.parse(relation, value);
export const parseLabelingAction = (value: unknown): LabelingAction => v.parse(action, value);
