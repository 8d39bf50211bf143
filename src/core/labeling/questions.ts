import { countUnder } from '../pairs/countUnder';
import { auditStrata, countByStratum, drawAudit, surestShares } from './auditDesign';
import type { AuditDraw, AuditPopulation } from './auditDesign';
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

/** What audits are drawn from, and those so far. */
export interface AuditState extends AuditPopulation {
  readonly threshold: number;
  /** Rows that were audited. */
  readonly audited: readonly number[];
  /** Those of them that were similar. */
  readonly auditedSimilar: readonly number[];
}

export interface QuestionState extends OpenPairs, AuditState {
  /** Questions asked so far, of both kinds. */
  readonly count: number;
  /** Groups of the question asked before. */
  readonly last: readonly number[];
}

/** One question in so many is an audit. */
export const auditEvery = 4;

/** Questions of both kinds in turn; ends where there are no others than audits. @param asked questions before these */
export function inTurn<T>(asked: number, count: number, audit: () => T | undefined, other: () => T | undefined): readonly T[] {
  const questions: T[] = [];
  while (questions.length < count) {
    const isAudit = (asked + questions.length) % auditEvery === auditEvery - 1;
    const next = (isAudit ? audit() : undefined) ?? other();
    if (next === undefined) break;
    questions.push(next);
  }
  return questions;
}

/** Draws audits, spread by the answers so far. */
export function auditDraws(
  { distances, threshold, audited, auditedSimilar, design }: AuditState,
  random: Random,
): () => AuditDraw | undefined {
  const within = countUnder(distances, threshold);
  const strata = auditStrata(distances.length, within, design);
  const shares = design.followsAnswers
    ? surestShares(strata, countByStratum(strata, audited), countByStratum(strata, auditedSimilar), within)
    : undefined;
  return () => drawAudit(strata, random, shares);
}

/**
 * The next questions about the pairs of a table: an audit every fourth, uncertain pairs else. An audit drawn on a settled pair needs no
 * answer from the person; it is in the list all the same, marked by `isOpen` being false, so that the caller can log it.
 */
export function nextQuestions(state: QuestionState, count: number, random: Random): readonly Question[] {
  const draw = auditDraws(state, random);
  const uncertain = [...chooseUncertain(state, count, state.last)];
  const audit = (): Question | undefined => {
    const drawn = draw();
    return drawn && { ...drawn, reason: 'audit' };
  };
  return inTurn(state.count, count, audit, () => uncertain.shift());
}
