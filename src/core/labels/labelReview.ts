import { LEAST_SUSPICION } from '../findings/labelSuspects';
import { numberOf } from '../labeling/random';
import type { Interval } from '../metrics/interval';
import type { AuditRecord, Verdict } from '../verdicts/verdict';
import {
  AUDIT_EVERY,
  drawLabelAudit,
  endOfEscaped,
  estimateWrongLabels,
  labelStrata,
  LEAST_AUDITS,
  shareFound,
} from './labelAudits';
import type { AuditedLabel, JudgedCount, LabelStratum } from './labelAudits';

/** A label that a judging has rated. */
export interface RatedLabel {
  readonly root: number;
  readonly path: string;
  readonly content: string;
  readonly label: string;
  readonly suggested: string;
  /** 0…1, higher = more doubtful. */
  readonly score: number;
}

/** `wrong`: a person gave the image another label, and it no longer carries this one. */
type Answer = 'right' | 'wrong';

export interface ReviewQuestion<T> {
  readonly row: T;
  /** Drawn at random, to measure with; to be kept with the answer. */
  readonly audit?: AuditRecord;
  /** Of an audit: what a verdict says already, with the label that is right. Nothing to ask, only to be written down again as an audit. */
  readonly known?: { readonly correct: string };
}

export interface ReviewProgress {
  /** Of the doubtful labels: how many have an answer, and how many there are. */
  readonly reviewed: number;
  readonly total: number;
  readonly audits: number;
  /** Wrong labels that a person has found so far, by whatever way. */
  readonly found: number;
}

export interface ReviewEstimate {
  /** How many labels were wrong before the first was corrected. */
  readonly wrong: Interval;
  /** Absent where none is expected to be wrong. */
  readonly share?: Interval;
}

const keyOf = ({ content, path }: { readonly content: string; readonly path: string }): string => `${content}\n${path}`;

/**
 * Which labels to look at next, and what the answers say. All of it follows from what was judged, the images and the verdicts, so a
 * review goes on where it was left, in any window.
 */
export class LabelReview<T extends RatedLabel> {
  /** Worst first, without those that nobody can answer any more: moved or deleted since, and without an answer. */
  readonly #rows: readonly T[];
  readonly #answers: readonly (Answer | undefined)[];
  /** Where there is an answer: the label that is right. */
  readonly #correct: readonly string[];
  readonly #audits: ReadonlyMap<number, AuditRecord>;
  readonly #suspects: number;
  readonly #strata: readonly LabelStratum[];
  readonly #corrected: number;

  /** @param isThere whether the image still lies there, with that content and that label */
  constructor(rated: readonly T[], isThere: (row: T) => boolean, verdicts: readonly Verdict[]) {
    const said = labelVerdicts(verdicts);
    const ranked = [...rated].sort((a, b) => b.score - a.score || a.root - b.root || (a.path < b.path ? -1 : 1));
    const frame = ranked.flatMap(row => {
      const verdict = said.here.get(keyOf(row)) ?? said.corrected.get(`${row.content}\n${row.label}`);
      const answer = verdict && answerOf(verdict, row, isThere(row));
      const correct = answer === 'wrong' ? verdict!.label! : row.label;
      return answer !== undefined || isThere(row) ? [{ row, answer, correct, audit: answer && verdict?.audit }] : [];
    });
    this.#rows = frame.map(({ row }) => row);
    this.#answers = frame.map(({ answer }) => answer);
    this.#correct = frame.map(({ correct }) => correct);
    this.#audits = new Map(frame.flatMap(({ audit }, i) => (audit ? [[i, audit] as const] : [])));
    this.#suspects = this.#rows.filter(({ score }) => score >= LEAST_SUSPICION).length;
    this.#strata = labelStrata(this.#rows.length, this.#suspects);
    const keys = new Set(rated.map(row => `${row.content}\n${row.label}`));
    this.#corrected = [...said.corrected.keys()].filter(key => keys.has(key)).length;
  }

  /**
   * The next questions: the worst first, and every so often an audit. After the doubtful ones come as many that just escaped suspicion (few
   * wrong labels may be too few for any to seem likely), then audits only. Audits that an answer is known of are among them up to the
   * first that is open: those drawn after it have to wait, or the known ones would weigh too much.
   * @param count how many to ask
   * @param isSkipped put off for now
   */
  next(count: number, isSkipped: (row: T) => boolean): ReviewQuestion<T>[] {
    const ranked = this.#openRanked(isSkipped);
    const drawn = new Set(this.#audits.keys());
    const questions = new Map<number, ReviewQuestion<T>>();
    let asked = 0;
    let next = 0;
    let isWaiting = false;
    while (asked < count) {
      while (next < ranked.rows.length && questions.has(ranked.rows[next])) next++;
      const worst = ranked.rows.at(next);
      const isDue = worst === undefined || drawn.size < Math.floor((ranked.done + next) / (AUDIT_EVERY - 1));
      const draw = isDue ? drawLabelAudit(this.#strata, drawn, row => this.#lotOf(row)) : undefined;
      const row = draw?.row ?? worst;
      if (row === undefined) break;
      if (draw) drawn.add(row);
      const known = this.#answers[row] && { correct: this.#correct[row] };
      // One that waits in the list already is answered by the time that it is drawn.
      if (isSkipped(this.#rows[row]) || questions.has(row) || (known && isWaiting)) continue;
      if (!known) asked++;
      if (!known && draw) isWaiting = true;
      const audit = draw && { probability: draw.probability };
      questions.set(row, { row: this.#rows[row], ...(audit && { audit }), ...(known && { known }) });
    }
    return [...questions.values()];
  }

  get progress(): ReviewProgress {
    const answered = this.#answers.slice(0, this.#suspects).filter(answer => answer !== undefined).length;
    const wrong = this.#answers.filter(answer => answer === 'wrong').length;
    return { reviewed: answered, total: this.#suspects, audits: this.#audits.size, found: wrong + this.#corrected };
  }

  /** Undefined while there are too few audits. */
  estimate(): ReviewEstimate | undefined {
    if (this.#audits.size < LEAST_AUDITS) return undefined;
    const audits: AuditedLabel[] = [...this.#audits].map(([row, { probability }]) => ({
      row,
      isWrong: this.#answers[row] === 'wrong',
      probability,
    }));
    const judged: JudgedCount[] = this.#strata.map(({ from, to }) => {
      const answers = this.#answers.slice(from, to);
      const count = (of: Answer): number => answers.filter(answer => answer === of).length;
      return { wrong: count('wrong'), right: count('right') };
    });
    const now = estimateWrongLabels(audits, this.#strata, judged);
    const add = this.#corrected;
    const wrong = { value: now.value + add, low: now.low + add, high: now.high + add };
    const share = shareFound(this.progress.found, wrong);
    return { wrong, ...(share && { share }) };
  }

  /** Random, whatever else is done with contents, and the same in every window. */
  #lotOf(row: number): number {
    const text = keyOf(this.#rows[row]);
    let hash = 0x811c9dc5;
    // FNV-1a: Fowler, Noll and Vo, http://www.isthe.com/chongo/tech/comp/fnv/.
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return numberOf(hash >>> 0);
  }

  /** What is asked for its rank, without an answer, and how many have one, or were put off, that were no audits. */
  #openRanked(isSkipped: (row: T) => boolean): { readonly rows: readonly number[]; readonly done: number } {
    const rows: number[] = [];
    let done = 0;
    const end = endOfEscaped(this.#rows.length, this.#suspects);
    for (let row = 0; row < end; row++) {
      if (this.#answers[row] === undefined && !isSkipped(this.#rows[row])) rows.push(row);
      else if (!this.#audits.has(row)) done++;
    }
    return { rows, done };
  }
}

interface SaidOfLabels {
  /** By content and the path at that time. */
  readonly here: ReadonlyMap<string, Verdict>;
  /** By content and the label that it was given. */
  readonly corrected: ReadonlyMap<string, Verdict>;
}

function labelVerdicts(verdicts: readonly Verdict[]): SaidOfLabels {
  const here = new Map<string, Verdict>();
  const corrected = new Map<string, Verdict>();
  for (const verdict of verdicts) {
    if (verdict.relation !== 'same-class' || verdict.images.length !== 1) continue;
    const [image] = verdict.images;
    if (verdict.verdict === 'ignore' || verdict.verdict === 'relabel') here.set(keyOf(image), verdict);
    if (verdict.verdict === 'relabel') corrected.set(`${image.content}\n${verdict.label}`, verdict);
  }
  return { here, corrected };
}

/** A relabeling that was undone is no answer; one that was done before the labels were judged says that they are right now. */
function answerOf({ verdict, label }: Verdict, row: RatedLabel, isThere: boolean): Answer | undefined {
  if (verdict === 'ignore' || label === row.label) return 'right';
  return isThere ? undefined : 'wrong';
}
