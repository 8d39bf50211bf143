import { EventEmitter } from 'vscode';
import type { Disposable, Memento } from 'vscode';
import { isNearThreshold } from '../../core/labeling/uncertain';
import type { Interval } from '../../core/metrics/interval';
import type { Relation, Verdict } from '../../core/verdicts/verdict';
import type { PairRow, ScanNote } from '../../protocol/engine';
import { EstimateRequest, QuestionsRequest } from '../../protocol/labeling';
import type { ContentPairKey, EngineQuestion } from '../../protocol/labeling';
import type { AnsweredPair, LabelAnswer } from '../../protocol/panelLabeling';
import type { VerdictDraft } from '../../workspace/verdicts/verdictStore';
import type { VerdictBook } from '../actions/ports';
import type { Engine } from '../engineProcess/engine';
import type { ScanController } from '../scan/scanController';
import type { Session } from '../session/session';

/** Questions that wait, so that the next pair shows without asking the engine. */
const ahead = 12;
const refillUnder = 8;
const rememberedAnswers = 50;
/** Answers reach Problems, the slider and the engine in one go, at most so often. */
const settleMs = 600;
const stateKey = 'twinlint.labeling';

export interface LabelingParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly verdicts: VerdictBook;
  /** Of the workspace: the relation, how many were asked, what was skipped. */
  readonly state: Memento;
  readonly tellNotes: (notes: readonly ScanNote[]) => void;
  readonly settleMs?: number;
}

interface Kept {
  readonly relation: Relation;
  readonly asked: number;
  readonly seed: number;
  readonly skipped: readonly ContentPairKey[];
  readonly settledCycles: readonly string[];
}

interface Answered extends AnsweredPair {
  readonly question: EngineQuestion;
  readonly rootPath: string;
  /** Of its line; absent for a skipped pair. */
  readonly id?: string;
  /** Its line was read from disk once: where it is there no longer, somebody took it away. */
  readonly wasRead?: boolean;
  /** Answers given with one key have one number. */
  readonly stroke: number;
}

const keyOf = ({ a, b }: PairRow): ContentPairKey => [a.content, b.content];
const sameKey = (x: ContentPairKey, y: ContentPairKey): boolean =>
  (x[0] === y[0] && x[1] === y[1]) || (x[0] === y[1] && x[1] === y[0]);

const pairName = (x: string, y: string): string => (x < y ? `${x} ${y}` : `${y} ${x}`);
const nameOf = ({ a, b }: PairRow): string => pairName(a.content, b.content);

type PairVerdict = Verdict & { readonly verdict: 'similar' | 'different' };

/** Asks about pairs one after the other and keeps the answers. The page only shows what is here. */
export class LabelingDesk implements Disposable {
  private kept: Kept;
  private queue: EngineQuestion[] = [];
  /** Questions that left the queue unanswered a moment ago: the page may still show one, and what is said of it counts. */
  private withdrawn: readonly EngineQuestion[] = [];
  private answers: Answered[] = [];
  private open: number | undefined;
  private estimates: { readonly precision?: Interval; readonly recall?: Interval } = {};
  private strokes = 0;
  /** Pairs whose answers were taken back here: asked about whatever the files say meanwhile. */
  private readonly askedAgain = new Set<string>();
  private refilling: Promise<void> | undefined;
  private settling: ReturnType<typeof setTimeout> | undefined;
  /** One after the other, however long each takes. */
  private settled: Promise<void> = Promise.resolve();
  private readonly emitter = new EventEmitter<void>();
  /** Something that the page shows has changed, not by an answer of it. */
  readonly onDidChange = this.emitter.event;
  private readonly subscription: Disposable;

  constructor(private readonly parts: LabelingParts) {
    this.kept = {
      relation: 'same-picture',
      asked: 0,
      seed: Math.floor(Math.random() * 2 ** 31),
      skipped: [],
      settledCycles: [],
      ...parts.state.get<Partial<Kept>>(stateKey),
    };
    this.subscription = parts.session.onDidChange(({ cause, settled }) => {
      if (!settled) return;
      // Another scan has other pairs; another threshold or model makes others uncertain.
      if (cause === 'threshold') this.withdraw(this.queue);
      if (cause === 'scan' || cause === 'cleared') this.forgetQuestions();
      if (cause === 'cleared') this.answers = [];
      if (cause === 'verdicts') this.followVerdicts();
      if (cause === 'scan') this.noteRead();
      this.emitter.fire();
    });
  }

  get relation(): Relation {
    return this.kept.relation;
  }

  get questions(): readonly EngineQuestion[] {
    return this.queue;
  }

  get past(): readonly AnsweredPair[] {
    return this.answers.map(({ pair, answer }) => ({ pair, answer }));
  }

  get estimate(): { readonly precision?: Interval; readonly recall?: Interval } {
    return this.estimates;
  }

  /** Of the relation, by all writers; what was answered in this window and not yet taken up counts already. */
  counts(): { similar: number; different: number; audits: number; open?: number } {
    const known = this.knownByPair();
    const fresh = this.answers.filter(answered => {
      const older = known.get(nameOf(answered.pair));
      return answered.id !== undefined && answered.wasRead !== true && (!older || older.id < answered.id);
    });
    for (const { pair } of fresh) known.delete(nameOf(pair));
    const own = [...known.values()];
    const threshold = this.parts.session.state?.threshold ?? 0;
    const isNear = ({ pair, answer }: Answered): boolean => answer !== 'skip' && isNearThreshold(pair.distance, threshold);
    const count = (kind: 'similar' | 'different'): number =>
      own.filter(({ verdict }) => verdict === kind).length + fresh.filter(({ answer }) => answer === kind).length;
    return {
      similar: count('similar'),
      different: count('different'),
      audits: own.filter(({ audit }) => audit).length + fresh.filter(({ question }) => question.probability !== undefined).length,
      ...(this.open !== undefined && { open: Math.max(0, this.open - fresh.filter(isNear).length) }),
    };
  }

  /** Relations that verdicts speak of, the usual two first. */
  relations(): readonly Relation[] {
    const named = (this.parts.session.state?.params.verdicts ?? []).map(({ relation }) => relation);
    return [...new Set<Relation>(['same-picture', 'same-class', ...named, this.relation])];
  }

  async setRelation(relation: Relation): Promise<void> {
    if (relation === this.relation) return;
    this.keep({ relation });
    this.forgetQuestions();
    this.answers = [];
    await this.prepare();
  }

  /** Makes sure that there are questions, if there are any left, and estimates. */
  async prepare(): Promise<void> {
    const { session, scans, engine } = this.parts;
    if (!session.state || !(await scans.ready())) return;
    if (this.queue.length < refillUnder) await this.refill();
    const { threshold } = session.state;
    const estimate = await engine.request(EstimateRequest, { relation: this.relation, threshold });
    this.estimates = estimate ? { precision: estimate.precision, recall: estimate.recall } : {};
  }

  /**
   * Writes down what a person says of the waiting (or earlier answered) pairs. On disk when it resolves; pairs whose answer could not be
   * saved are asked about again.
   * @returns what could not be done, to be shown
   */
  async answer(pairs: readonly ContentPairKey[], answer: LabelAnswer): Promise<readonly ScanNote[]> {
    const asked = pairs.flatMap(pair => this.find(pair) ?? []);
    if (asked.length === 0) return [];
    const stroke = ++this.strokes;
    const notes = answer === 'skip' ? [] : await this.write(asked, answer, stroke);
    if (answer === 'skip') this.skip(asked, stroke);
    const answered = this.answers.filter(each => each.stroke === stroke);
    const isAnswered = ({ pair }: EngineQuestion): boolean => answered.some(each => sameKey(keyOf(each.pair), keyOf(pair)));
    this.queue = this.queue.filter(question => !isAnswered(question));
    if (answered.length === 0) return notes;
    for (const { pair } of answered) this.askedAgain.delete(nameOf(pair));
    this.keep({ asked: this.kept.asked + answered.length });
    this.settleSoon();
    if (this.queue.length === 0) await this.prepare();
    else if (this.queue.length < refillUnder) void this.refill().then(() => this.emitter.fire());
    return notes;
  }

  /** Takes the last stroke's answers back and asks about those pairs again. */
  async undo(): Promise<readonly ScanNote[]> {
    const last = this.answers.at(-1);
    if (!last) return [];
    const taken = this.answers.filter(({ stroke }) => stroke === last.stroke);
    this.answers = this.answers.filter(({ stroke }) => stroke !== last.stroke);
    const notes: ScanNote[] = [];
    for (const rootPath of new Set(taken.map(each => each.rootPath))) {
      const ids = taken.flatMap(each => (each.rootPath === rootPath && each.id !== undefined ? [each.id] : []));
      if (ids.length > 0) notes.push(...(await this.parts.verdicts.retractAll(rootPath, ids, this.relation)));
    }
    this.queue = [...taken.map(({ question }) => question), ...this.queue];
    for (const { pair } of taken) this.askedAgain.add(nameOf(pair));
    const isTaken = (key: ContentPairKey): boolean => taken.some(({ pair }) => sameKey(keyOf(pair), key));
    this.keep({ asked: Math.max(0, this.kept.asked - taken.length), skipped: this.kept.skipped.filter(key => !isTaken(key)) });
    this.settleSoon();
    return notes;
  }

  /** Answers that the rest of the window has not heard of yet are told now. */
  async settle(): Promise<void> {
    clearTimeout(this.settling);
    this.settling = undefined;
    this.parts.tellNotes(await this.parts.scans.refreshVerdicts());
  }

  dispose(): void {
    clearTimeout(this.settling);
    this.subscription.dispose();
    this.emitter.dispose();
  }

  private async write(
    asked: readonly EngineQuestion[],
    answer: 'similar' | 'different',
    stroke: number,
  ): Promise<readonly ScanNote[]> {
    const { session, verdicts } = this.parts;
    const notes: ScanNote[] = [];
    for (const root of new Set(asked.map(({ pair }) => pair.a.root))) {
      const ofRoot = asked.filter(({ pair }) => pair.a.root === root);
      const rootPath = session.roots[root].path;
      const saved = await verdicts.add(
        rootPath,
        ofRoot.map(question => this.draft(question, answer)),
        false,
      );
      notes.push(...saved.notes);
      saved.ids.forEach((id, i) => {
        this.remember({ pair: ofRoot[i].pair, question: ofRoot[i], answer, rootPath, stroke, id });
      });
    }
    // Who was asked about a circle and answers the same again stands by it.
    const inCircle = this.answers.filter(each => each.stroke === stroke && each.question.cycle);
    const stoodBy = inCircle.flatMap(({ question }) => (answer === 'different' ? [question.cycle!.id] : []));
    const written = inCircle.map(each => each.id!);
    if (stoodBy.length > 0) this.keep({ settledCycles: [...this.kept.settledCycles, ...stoodBy, ...written] });
    return notes;
  }

  private draft({ pair, probability }: EngineQuestion, verdict: 'similar' | 'different'): VerdictDraft {
    return {
      relation: this.relation,
      verdict,
      images: [pair.a, pair.b].map(({ content, path }) => ({ content, path })),
      ...(probability !== undefined && { audit: { probability } }),
    };
  }

  private skip(asked: readonly EngineQuestion[], stroke: number): void {
    for (const question of asked) {
      const rootPath = this.parts.session.roots[question.pair.a.root].path;
      this.remember({ pair: question.pair, question, answer: 'skip', rootPath, stroke });
    }
    const cycles = asked.flatMap(({ cycle }) => (cycle ? [cycle.id] : []));
    this.keep({
      skipped: [...this.kept.skipped, ...asked.map(({ pair }) => keyOf(pair))].slice(-1000),
      settledCycles: [...this.kept.settledCycles, ...cycles],
    });
  }

  private remember(answered: Answered): void {
    const others = this.answers.filter(({ pair }) => !sameKey(keyOf(pair), keyOf(answered.pair)));
    this.answers = [...others, answered].slice(-rememberedAnswers);
  }

  /**
   * The verdict files have changed: another window or clone wrote, somebody edited them, another branch was checked out. What they say
   * counts: pairs that were answered there are not asked about any more, answers whose lines are gone are no longer remembered.
   */
  private followVerdicts(): void {
    const known = this.knownByPair();
    const isAnswered = ({ pair, cycle, probability }: EngineQuestion): boolean => {
      const verdict = known.get(nameOf(pair));
      // An audit measures with an answer of its own, unless another window's audit drew the pair as well.
      const isMeasured = probability === undefined || verdict?.audit !== undefined;
      return verdict !== undefined && cycle === undefined && isMeasured && !this.askedAgain.has(nameOf(pair));
    };
    this.withdraw(this.queue.filter(isAnswered));
    this.answers = this.answers.flatMap(answered => {
      const verdict = known.get(nameOf(answered.pair));
      if (answered.id === undefined || (!verdict && !answered.wasRead)) return [answered];
      if (!verdict) return [];
      // One that was read before is the newer, or the same.
      if (verdict.id < answered.id && !answered.wasRead) return [answered];
      return [{ ...answered, wasRead: true, answer: verdict.verdict }];
    });
  }

  /** A scan has read the files too: of answers that it found, the files say from now on whether they hold. */
  private noteRead(): void {
    const known = this.knownByPair();
    this.answers = this.answers.map(answered => {
      const verdict = known.get(nameOf(answered.pair));
      const isRead = verdict !== undefined && answered.id !== undefined && verdict.id >= answered.id;
      return isRead ? { ...answered, wasRead: true } : answered;
    });
  }

  /** The verdicts of the relation that were read, by pair. */
  private knownByPair(): Map<string, PairVerdict> {
    const isOwn = (verdict: Verdict): verdict is PairVerdict =>
      verdict.relation === this.relation && verdict.verdict !== 'ignore' && verdict.images.length === 2;
    const own = (this.parts.session.state?.params.verdicts ?? []).filter(isOwn);
    return new Map(own.map(verdict => [pairName(verdict.images[0].content, verdict.images[1].content), verdict]));
  }

  private find(key: ContentPairKey): EngineQuestion | undefined {
    const isIt = ({ pair }: { readonly pair: PairRow }): boolean => sameKey(keyOf(pair), key);
    return this.queue.find(isIt) ?? this.answers.find(isIt)?.question ?? this.withdrawn.find(isIt);
  }

  private withdraw(questions: readonly EngineQuestion[]): void {
    this.queue = this.queue.filter(question => !questions.includes(question));
    this.withdrawn = [...questions, ...this.withdrawn].slice(0, ahead);
  }

  /** Their pairs are of another scan, or the question is another. */
  private forgetQuestions(): void {
    this.queue = [];
    this.withdrawn = [];
  }

  private refill(): Promise<void> {
    this.refilling ??= this.fetch().finally(() => (this.refilling = undefined));
    return this.refilling;
  }

  private async fetch(): Promise<void> {
    const { engine, session } = this.parts;
    const { state } = session;
    if (!state) return;
    const before = this.queue;
    const last = before.at(-1) ?? this.answers.at(-1)?.question;
    const recent = this.answers.map(({ pair }) => keyOf(pair));
    const answer = await engine.request(QuestionsRequest, {
      relation: this.relation,
      threshold: state.threshold,
      count: ahead - before.length,
      asked: this.kept.asked + before.length,
      except: [...this.kept.skipped, ...before.map(({ pair }) => keyOf(pair)), ...recent],
      ...(last && { last: keyOf(last.pair) }),
      settledCycles: this.kept.settledCycles,
      seed: this.kept.seed,
    });
    if (!answer) return;
    this.open = answer.open;
    const questions = answer.questions.map(question => this.withRecentAnswer(question));
    await this.logKnown(questions.filter(({ known }) => known !== undefined));
    for (const question of questions) {
      // Audits are drawn with replacement: the same pair may come twice, or be one that was just answered or skipped.
      const key = keyOf(question.pair);
      const isThere = [...this.queue, ...this.answers].some(({ pair }) => sameKey(keyOf(pair), key));
      if (question.known === undefined && !(isThere && !question.cycle)) this.queue = [...this.queue, question];
    }
  }

  /** What was answered a moment ago, which the engine has not heard of yet. */
  private withRecentAnswer(question: EngineQuestion): EngineQuestion {
    const recent = this.answers.find(({ pair }) => sameKey(keyOf(pair), keyOf(question.pair)));
    if (!recent || recent.answer === 'skip' || question.probability === undefined || question.known) return question;
    return { ...question, known: recent.answer };
  }

  /** An audit that drew a pair with a verdict has its answer: it is written again as an audit, which takes it out of training. */
  private async logKnown(questions: readonly EngineQuestion[]): Promise<void> {
    const { session, verdicts } = this.parts;
    const isAudit = (question: EngineQuestion): boolean =>
      this.answers.some(each => each.question.probability !== undefined && sameKey(keyOf(each.pair), keyOf(question.pair))) ||
      (session.state?.params.verdicts ?? []).some(
        ({ relation, audit, images }: Verdict) =>
          relation === this.relation &&
          audit !== undefined &&
          images.length === 2 &&
          sameKey([images[0].content, images[1].content], keyOf(question.pair)),
      );
    for (const question of questions) {
      if (isAudit(question)) continue;
      await verdicts.add(session.roots[question.pair.a.root].path, [this.draft(question, question.known!)]);
    }
    if (questions.length > 0) {
      this.keep({ asked: this.kept.asked + questions.length });
      this.settleSoon();
    }
  }

  private settleSoon(): void {
    // Not put off by the next answer: whoever answers fast sees the slider move too. What comes while it waits goes along.
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      this.settled = this.settled
        .then(() => this.settle())
        .then(() => this.prepare())
        .then(
          () => this.emitter.fire(),
          () => undefined,
        );
    }, this.parts.settleMs ?? settleMs);
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    void this.parts.state.update(stateKey, this.kept);
  }
}
