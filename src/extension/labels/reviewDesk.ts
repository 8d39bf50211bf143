import { workspace } from 'vscode';
import type { Disposable } from 'vscode';
import type { ScanNote } from '../../protocol/engine';
import { LabelReviewRequest, reviewKeyOf } from '../../protocol/labelReview';
import type { LabelQuestion, LabelReviewAnswer, ReviewKey } from '../../protocol/labelReview';
import type { ReviewAction, ReviewSnapshot } from '../../protocol/panelReview';
import type { VerdictDraft } from '../../workspace/verdicts/verdictStore';
import type { FileActions } from '../actions/fileActions';
import type { VerdictBook } from '../actions/ports';
import type { HandlersOf } from '../commands/register';
import type { Engine } from '../engineProcess/engine';
import type { ScanController } from '../scan/scanController';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import type { LabelFlow } from './labelFlow';

/** Questions on the page at first, and how many more each time its end is reached. */
const pageLength = 30;
/** What is undone in one review is done again by hand sooner than remembered any longer. */
const rememberedAnswers = 100;
const noProgress = { reviewed: 0, total: 0, audits: 0, found: 0 };

export interface ReviewDeskParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: Pick<ScanController, 'ready' | 'refreshVerdicts'>;
  readonly verdicts: VerdictBook;
  readonly files: Pick<FileActions, 'giveLabel' | 'pickLabel' | 'table'>;
  readonly flow: Pick<LabelFlow, 'run' | 'isJudging'>;
  readonly messenger: Messenger;
  readonly showPage: () => void;
  /** Something that the page shows has changed. */
  readonly changed: () => void;
}

interface Answered {
  readonly rootPath: string;
  /** Of its lines; none for what was skipped. */
  readonly ids: readonly string[];
  readonly undo?: () => Promise<boolean>;
  readonly skipped?: ReviewKey;
}

const sameKey = (a: ReviewKey, b: ReviewKey): boolean => a.root === b.root && a.path === b.path && a.content === b.content;

/**
 * The review of doubtful labels: one answer at a time, each on disk before the next is asked for. What is left to do follows from the
 * verdict files, so only what was skipped and what can be undone is kept here.
 */
export class ReviewDesk implements Disposable {
  private answer: LabelReviewAnswer | null = null;
  private answered: Answered[] = [];
  private skipped: ReviewKey[] = [];
  private length = pageLength;
  private problem: string | undefined;
  /** Between a move and its verdict the page would show half of an answer: it keeps what it has. */
  private isBusy = false;
  private readonly subscription: Disposable;

  constructor(private readonly parts: ReviewDeskParts) {
    this.subscription = parts.session.onDidChange(({ cause }) => {
      if (cause !== 'cleared') return;
      [this.answered, this.skipped, this.answer] = [[], [], null];
    });
  }

  table(): HandlersOf<'reviewLabels'> {
    return { reviewLabels: () => this.parts.showPage() };
  }

  async snapshot(): Promise<ReviewSnapshot> {
    const { session, flow } = this.parts;
    if (!this.isBusy) await this.ask();
    const { answer, problem } = this;
    const state = !session.state
      ? 'no-scan'
      : !answer || answer.judged === 0
        ? 'not-judged'
        : workspace.isTrusted
          ? 'ready'
          : 'untrusted';
    return {
      state,
      isJudging: flow.isJudging,
      isCalibrated: answer?.isCalibrated ?? false,
      questions: answer?.questions ?? [],
      progress: answer?.progress ?? noProgress,
      skipped: this.skipped.length,
      ...(answer?.estimate && { estimate: answer.estimate }),
      ...(problem !== undefined && { problem }),
    };
  }

  /** Resolves to whether it was done. */
  async act(action: ReviewAction): Promise<boolean> {
    if (action.kind === 'show') {
      this.parts.showPage();
      return true;
    }
    if (action.kind === 'judge') {
      // It takes minutes: the page goes on meanwhile.
      void this.parts.flow.run().finally(() => this.parts.changed());
      this.parts.changed();
      return true;
    }
    if (this.isBusy || !workspace.isTrusted) return false;
    this.isBusy = true;
    this.problem = undefined;
    try {
      return await this.change(action);
    } finally {
      this.isBusy = false;
      this.parts.changed();
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async change(action: ReviewAction): Promise<boolean> {
    switch (action.kind) {
      case 'undo':
        return this.undo();
      case 'more':
        this.length += pageLength;
        return true;
      case 'again':
        this.skipped = [];
        return true;
      case 'accept':
      case 'other':
      case 'right':
      case 'skip': {
        const question = this.answer?.questions.find(each => sameKey(reviewKeyOf(each), action.image));
        return question ? this.settle(question, action.kind) : false;
      }
      default:
        return false;
    }
  }

  private settle(question: LabelQuestion, kind: 'accept' | 'other' | 'right' | 'skip'): Promise<boolean> {
    switch (kind) {
      case 'accept':
        return this.relabel(question, question.suggested);
      case 'other':
        return this.relabelAsPicked(question);
      case 'right':
        return this.remember(question, { verdict: 'ignore' });
      case 'skip':
        this.skipped.push(reviewKeyOf(question));
        this.push({ rootPath: this.rootPathOf(question), ids: [], skipped: reviewKeyOf(question) });
        return Promise.resolve(true);
    }
  }

  private async relabelAsPicked(question: LabelQuestion): Promise<boolean> {
    const label = await this.parts.files.pickLabel(question);
    return label !== undefined && this.relabel(question, label);
  }

  private async relabel(question: LabelQuestion, label: string): Promise<boolean> {
    const done = await this.parts.files.giveLabel(question, label);
    if (!done) return false;
    // The file that says so is open and not saved: until it is, the image would be asked about again.
    if (!done.undo) this.skipped.push(reviewKeyOf(question));
    return this.remember(question, { verdict: 'relabel', label }, done.undo);
  }

  /** Writes down what the person said. What could not be saved holds in this window, and is saved with the next. */
  private async remember(
    question: LabelQuestion,
    said: Pick<VerdictDraft, 'verdict' | 'label'>,
    undo?: () => Promise<boolean>,
  ): Promise<boolean> {
    const { verdicts } = this.parts;
    const rootPath = this.rootPathOf(question);
    const { ids, notes } = await verdicts.add(rootPath, [draftOf(reviewKeyOf(question), said, question.audit)]);
    this.tell(notes);
    this.push({ rootPath, ids, ...(undo && { undo }) });
    await this.refresh();
    return true;
  }

  private async undo(): Promise<boolean> {
    const last = this.answered.pop();
    if (!last) return (await this.parts.files.table().undoAction()) === true;
    const { rootPath, ids, undo, skipped } = last;
    if (undo && !(await undo())) {
      // It stays as it is, and so does what was said of it.
      return false;
    }
    if (skipped) this.skipped = this.skipped.filter(each => !sameKey(each, skipped));
    if (ids.length > 0) this.tell(await this.parts.verdicts.retractAll(rootPath, ids, 'same-class'));
    await this.refresh();
    return true;
  }

  private push(answered: Answered): void {
    this.answered = [...this.answered, answered].slice(-rememberedAnswers);
  }

  private async refresh(): Promise<void> {
    this.parts.messenger.notes(await this.parts.scans.refreshVerdicts());
    await this.ask();
  }

  /** Audits of labels that were judged before need no question, only a line. */
  private async ask(): Promise<void> {
    const { engine, session, scans, verdicts } = this.parts;
    if (!session.state || !(await scans.ready())) {
      this.answer = null;
      return;
    }
    this.answer = await engine.request(LabelReviewRequest, { count: this.length, skipped: this.skipped });
    const known = this.answer?.known ?? [];
    if (known.length === 0 || !workspace.isTrusted) return;
    for (const root of new Set(known.map(each => each.root))) {
      const drafts = known
        .filter(each => each.root === root)
        .map(({ path, content, correct, audit }) =>
          draftOf(
            { path, content },
            correct === undefined ? { verdict: 'ignore' } : { verdict: 'relabel', label: correct },
            audit,
          ),
        );
      const { ids } = await verdicts.add(session.roots[root].path, drafts, false);
      // They cannot be saved: measuring waits, the review goes on.
      if (ids.length === 0) return;
    }
    await scans.refreshVerdicts();
    this.answer = await engine.request(LabelReviewRequest, { count: this.length, skipped: this.skipped });
  }

  private rootPathOf({ image }: LabelQuestion): string {
    return this.parts.session.roots[image.root].path;
  }

  private tell(notes: readonly ScanNote[]): void {
    const { t } = this.parts.messenger;
    if (notes.length > 0) this.problem = notes.map(note => t(note.message, ...note.args)).join(' ');
  }
}

const draftOf = (
  { path, content }: Pick<ReviewKey, 'path' | 'content'>,
  said: Pick<VerdictDraft, 'verdict' | 'label'>,
  audit: LabelQuestion['audit'],
): VerdictDraft => ({ relation: 'same-class', images: [{ content, path }], ...said, ...(audit && { audit }) });
