import { countUnder } from '../pairs/countUnder';
import { auditStrata, countByStratum, drawAudit, surestShares } from './auditDesign';
import type { Random } from './random';
import { chooseUncertain } from './uncertain';
import type { OpenPairs, QuestionReason } from './uncertain';

/** A row of the pair table to ask about, and why. */
export interface Question {
  readonly row: number;
  readonly reason: QuestionReason;
  /** Of an audit: the probability it was drawn with, to be kept with the answer. */
  readonly probability?: number;
}

export interface QuestionState extends OpenPairs {
  /** Questions asked so far, of both kinds. */
  readonly count: number;
  /** Rows that were audited, each as often as it was drawn. */
  readonly audited: readonly number[];
  /** Those of them that were similar, likewise; absent: not known, and audits are spread as designed. */
  readonly auditedSimilar?: readonly number[];
  /** Rows of verdicts that run in a circle and were not asked about again. */
  readonly cycles: readonly number[];
  /** Groups of the question asked before. */
  readonly last: readonly number[];
}

/** One question in so many is an audit. */
export const auditEvery = 4;

/**
 * The next questions: cycles first, an audit every fourth, uncertain pairs else. An audit drawn on a settled pair needs no answer from
 * the person; it is in the list all the same, marked by `isOpen` being false, so that the caller can log it.
 */
export function nextQuestions(state: QuestionState, count: number, random: Random): readonly Question[] {
  const { distances, threshold } = state;
  const within = countUnder(distances, threshold);
  const strata = auditStrata(distances.length, within);
  const similar = state.auditedSimilar && countByStratum(strata, state.auditedSimilar);
  const shares = similar && surestShares(strata, countByStratum(strata, state.audited), similar, within);
  const audited = [...state.audited];
  const cycles = state.cycles.slice(0, count);
  const questions: Question[] = cycles.map(row => ({ row, reason: 'cycle' }));
  const taken = new Set(cycles);
  const uncertain = [...chooseUncertain({ ...state, isOpen: row => state.isOpen(row) && !taken.has(row) }, count, state.last)];
  while (questions.length < count) {
    const isAudit = (state.count + questions.length) % auditEvery === auditEvery - 1;
    const draw = isAudit ? drawAudit(strata, countByStratum(strata, audited), random, shares) : undefined;
    if (draw) {
      audited.push(draw.row);
      questions.push({ ...draw, reason: 'audit' });
      continue;
    }
    const next = uncertain.shift();
    if (!next) break;
    questions.push(next);
  }
  return questions;
}
