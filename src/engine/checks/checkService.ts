import type { CheckSummary } from '../../core/checks/checkFinding';
import { sortCheckFindings, sortCheckScores } from '../../core/checks/checkFinding';
import type { CheckName } from '../../core/checks/checkKinds';
import type { CheckScore } from '../../core/checks/checkScore';
import type { Note } from '../../core/dataset/note';
import type { CheckParams, CheckPhase, CheckProgress } from '../../protocol/checks';
import { Turnstile } from '../session/abort';
import { msLeft } from '../session/msLeft';
import { PhaseReports } from '../session/phaseReports';
import { checkCaptions } from './captions/checkCaptions';
import type { CheckContext } from './checkContext';
import { checkIdentities } from './identities/checkIdentities';
import { checkModalities } from './modalities/checkModalities';
import { checkPairs } from './pairs/checkPairs';

/** What a check finds; the service puts findings in order and adds notes and time. */
export interface CheckResult extends Omit<CheckSummary, 'notes' | 'elapsedMs' | 'scores'> {
  readonly scores: readonly CheckScore[];
}

/** One a check. @throws NoteError for whatever the user can mend; the signal's reason when aborted */
type CheckRuns = {
  readonly [K in CheckName]: (params: Extract<CheckParams, { check: K }>, context: CheckContext) => Promise<CheckResult>;
};
const runs: CheckRuns = {
  captions: checkCaptions,
  pairs: checkPairs,
  modalities: checkModalities,
  identities: checkIdentities,
};

export interface CheckServiceOptions extends Omit<CheckContext, 'signal' | 'report' | 'onNote'> {
  readonly onProgress: (progress: CheckProgress) => void;
}

/** Runs checks, one at a time. */
export class CheckService {
  readonly #turns = new Turnstile();

  constructor(private readonly options: CheckServiceOptions) {}

  /** @throws NoteError for whatever the user can mend; the signal's reason when aborted */
  run(params: CheckParams, signal: AbortSignal): Promise<CheckSummary> {
    return this.#turns.run(async () => {
      signal.throwIfAborted();
      const startedMs = performance.now();
      const notes: Note[] = [];
      const { onProgress, ...parts } = this.options;
      const context = { ...parts, signal, report: reporter(onProgress), onNote: (of: Note): void => void notes.push(of) };
      // The table's types say that each gets its own parameters.
      const check = runs[params.check] as (params: CheckParams, context: CheckContext) => Promise<CheckResult>;
      const { scores, ...result } = await check(params, context);
      return {
        ...result,
        findings: sortCheckFindings(result.findings),
        ...(params.scores && { scores: sortCheckScores(scores) }),
        notes,
        elapsedMs: Math.round(performance.now() - startedMs),
      };
    });
  }
}

/** Tells each phase's beginning and, now and then, how far it is; of training also how long it will take. */
function reporter(onProgress: (progress: CheckProgress) => void): CheckContext['report'] {
  const reports = new PhaseReports<CheckPhase>();
  return (phase, share) => {
    const lastedMs = reports.due(phase, share);
    if (lastedMs === undefined) return;
    const left = phase === 'train' ? msLeft(share, lastedMs, 0.01) : undefined;
    onProgress({ phase, share, ...(left !== undefined && { etaMs: Math.round(left) }) });
  };
}
