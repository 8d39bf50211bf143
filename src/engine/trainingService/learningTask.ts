import { note, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { alterationNames } from '../../core/training/names';
import type { AlterationName, LearnFrom } from '../../core/training/names';
import type { Relation } from '../../core/verdicts/verdict';
import type { TrainParams } from '../../protocol/training';

/** What a training is about, checked. */
export interface LearningTask {
  readonly learnFrom: readonly LearnFrom[];
  readonly relation: Relation;
  /** Of the views; with labels or pairs alone, only what was asked for. */
  readonly alterations: readonly AlterationName[];
}

/**
 * A relation says what `similar` means, and mixing them floods a data set with false findings: what learns from classes must never call
 * itself a judge of pictures, nor the other way round.
 * @throws NoteError for what makes no sense together
 */
export function learningTask(params: Pick<TrainParams, 'learnFrom' | 'relation' | 'alterations'>): LearningTask {
  const { learnFrom, alterations } = params;
  const [labels, views] = [learnFrom.includes('labels'), learnFrom.includes('views')];
  if (learnFrom.length === 0) throw new NoteError(note(messages.nothingToLearnFrom));
  if (labels && views) throw new NoteError(note(messages.labelsAndViews));
  const relation = params.relation ?? (labels ? 'same-class' : 'same-picture');
  if (labels && relation === 'same-picture') throw new NoteError(note(messages.labelsRelation));
  if (views && relation !== 'same-picture') throw new NoteError(note(messages.viewsRelation, relation));
  if (views && alterations?.length === 0) throw new NoteError(note(messages.noAlterations));
  return { learnFrom, relation, alterations: alterations ?? (views ? alterationNames : []) };
}
