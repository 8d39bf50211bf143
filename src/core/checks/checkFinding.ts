import type { Note } from '../dataset/note';
import { hash64Hex } from '../findings/findingId';
import type { CheckName, CheckFindingKind } from './checkKinds';
import { allCheckFindingKinds } from './checkKinds';
import type { CheckScore } from './checkScore';
import type { ErrorRatePoint } from './errorRates';

/** What a check found out about one file. Paths are relative to the folder that was checked, with "/". */
export interface CheckFinding {
  /** 16 hex digits, the same in the next run on the same files: see {@link checkFindingId}. */
  readonly id: string;
  readonly kind: CheckFindingKind;
  /** The file to look at first. */
  readonly path: string;
  /** From 1, where the file is a text and one line is meant. */
  readonly line?: number;
  /** The files it is compared with, the most telling first. */
  readonly related: readonly CheckRelated[];
  /** 0…1, higher = worse. */
  readonly score: number;
  /** English, the l10n key, and what fills its placeholders. */
  readonly message: Note;
  /** What might be done, in words. */
  readonly suggestion?: Note;
}

export interface CheckRelated {
  readonly path: string;
  readonly distance?: number;
}

/** A point of the curves of a check's training. */
export interface CheckPoint {
  readonly step: number;
  readonly loss: number;
  readonly rating?: number;
}

/** All that one run of a check found. */
export interface CheckSummary {
  readonly check: CheckName;
  /** What there was to judge: images, groups of files, identities. */
  readonly samples: number;
  /** Those that were judged. */
  readonly judged: number;
  /** Worst first. */
  readonly findings: readonly CheckFinding[];
  /** One for each that was judged, the most doubtful first; only where asked for. */
  readonly scores?: readonly CheckScore[];
  /** Measures of this run, by name; docs say what each is. */
  readonly figures: Readonly<Record<string, number>>;
  readonly curve?: readonly CheckPoint[];
  /** Of a check that verifies: both error rates by ascending threshold. */
  readonly errorRates?: readonly ErrorRatePoint[];
  /** Absent where nothing was trained. */
  readonly trained?: { readonly steps: number; readonly seconds: number; readonly runtime: string };
  readonly notes: readonly Note[];
  readonly elapsedMs: number;
}

/** The id of a finding: of its kind, its path, and what else makes it another finding (contents, partners). */
export const checkFindingId = (kind: CheckFindingKind, path: string, ...parts: readonly string[]): string =>
  hash64Hex(['check', kind, path, ...parts].join('\n'));

/** Most urgent kind first, then the worst, then by path. */
export function sortCheckFindings(findings: readonly CheckFinding[]): CheckFinding[] {
  const urgency = new Map(allCheckFindingKinds.map((kind, i) => [kind, i]));
  const by = (a: CheckFinding, b: CheckFinding): number =>
    urgency.get(a.kind)! - urgency.get(b.kind)! || b.score - a.score || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  return [...findings].sort(by);
}

/** The most doubtful first, then by path. */
export const sortCheckScores = (scores: readonly CheckScore[]): CheckScore[] =>
  [...scores].sort((a, b) => b.doubt - a.doubt || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
