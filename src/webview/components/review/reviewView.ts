import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { reviewKeyOf } from '../../../protocol/labelReview';
import type { LabelQuestion } from '../../../protocol/labelReview';
import type { PanelAction } from '../../../protocol/panel';
import type { ReviewAction, ReviewSnapshot } from '../../../protocol/panelReview';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { foundText, questionText, reviewedText, reviewName, spokenText } from '../../state/review';
import { fileName } from '../../state/format';
import { StoreController } from '../../state/storeController';
import { pageStyles, progressStyles, sharedStyles } from '../../styles/shared';
import { Announce } from '../announce';
import { button } from '../controls/button';
import type { EmptyAction } from '../emptyState';
import '../emptyState';
import { icon } from '../icon';
import type { IconName } from '../icon';
import type { AnswerEvent, AnswerKind } from './reviewRow';
import './reviewRow';

/** The host shows so many at first, and so many more each time. */
const pageLength = 30;

/** Doubtful labels, the worst first, each answered with one key. */
@customElement('twinlint-review-view')
export class ReviewView extends LitElement {
  static override styles = [
    sharedStyles,
    progressStyles,
    pageStyles,
    css`
      h1 {
        margin: 0;
        font-size: inherit;
        font-weight: 600;
      }
      progress {
        max-width: 240px;
      }
      .found,
      .problem {
        flex-basis: 100%;
        margin: 0;
      }
      ol {
        flex: 1;
        min-height: 0;
        display: flex;
        flex-direction: column;
        gap: 8px;
        margin: 0;
        padding: 8px 12px;
        overflow-y: auto;
        list-style: none;
      }
      li {
        flex: none;
        border-radius: 4px;
      }
      li:focus-visible {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
      .more {
        align-self: center;
      }
      twinlint-empty-state {
        flex: 1;
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  @state() private current = 0;
  /** Answered a moment ago; the host's list has them still. */
  @state() private leaving: ReadonlySet<string> = new Set();
  private focusAfterUpdate = false;
  private shown: ReviewSnapshot | null = null;
  private listed: ReadonlySet<string> = new Set();
  /** What was taken back comes into the list again, and is gone to. */
  private isUndoing = false;
  /** Settles with the last action. */
  private acting: Promise<void> = Promise.resolve();

  constructor() {
    super();
    new StoreController(this);
  }

  focusStart(): void {
    this.rowAt(this.current)?.focus();
    if (this.questions.length > 0) return;
    const empty = this.renderRoot.querySelector('twinlint-empty-state')?.shadowRoot?.querySelector<HTMLElement>('vscode-button');
    (empty ?? this.renderRoot.querySelector<HTMLElement>('#back'))?.focus();
  }

  override firstUpdated(): void {
    this.focusStart();
  }

  private get review(): ReviewSnapshot | null {
    return this.store.snapshot?.review ?? null;
  }

  private get questions(): readonly LabelQuestion[] {
    return (this.review?.questions ?? []).filter(question => !this.leaving.has(reviewName(question)));
  }

  override willUpdate(_changed: PropertyValues<this>): void {
    const { review } = this;
    if (review !== this.shown && !this.store.busy) {
      this.shown = review;
      const names = review?.questions.map(reviewName) ?? [];
      const back = this.isUndoing ? names.findIndex(name => !this.listed.has(name)) : -1;
      this.listed = new Set(names);
      // What has left the list may come back, by an undo.
      this.leaving = new Set([...this.leaving].filter(name => this.listed.has(name)));
      if (back >= 0) {
        [this.current, this.isUndoing] = [back, false];
        this.focusAfterUpdate = true;
      }
    }
    this.current = Math.max(0, Math.min(this.current, this.questions.length - 1));
  }

  override render(): TemplateResult {
    const { review, store } = this;
    return html`<header>
        ${button({ id: 'back', label: t('Back to the List (Escape)'), icon: 'arrow-left', look: 'icon', onClick: () => void store.showList() })}
        <h1>${t('Review Labels')}</h1>
        ${review?.state === 'ready' ? this.progress(review) : nothing}
        ${button({ id: 'undo', label: t('Undo (Z)'), icon: 'discard', look: 'icon', disabled: store.busy, onClick: () => void this.undo() })}
        ${review?.state === 'ready' ? html`<p class="found dim" id="found">${foundText(review)}</p>` : nothing}
        ${
          review?.problem === undefined
            ? nothing
            : html`<p class="problem" role="alert">${icon('warning')}<span>${review.problem}</span></p>`
        }
      </header>
      ${this.content()}`;
  }

  override updated(): void {
    if (!this.focusAfterUpdate) return;
    this.focusAfterUpdate = false;
    this.focusStart();
  }

  /** Takes the last answer back; the app's Z comes here, too. */
  async undo(): Promise<void> {
    // Who answers fast takes back fast: the answer under way first.
    await this.acting;
    this.leaving = new Set();
    this.isUndoing = true;
    if (await this.act({ kind: 'undo' })) this.say(t('Undone.'));
    else this.isUndoing = false;
  }

  private progress(review: ReviewSnapshot): TemplateResult {
    const { reviewed, total } = review.progress;
    const text = reviewedText(review);
    return html`<span id="reviewed">${text}</span>
      ${total === 0 ? nothing : html`<progress max=${total} .value=${reviewed} aria-label=${text}></progress>`}`;
  }

  private content(): TemplateResult {
    const { review } = this;
    switch (review?.state) {
      case undefined:
        return html`<div aria-busy="true"></div>`;
      case 'no-scan':
        return this.empty('search', t('No scan yet'), t('Labels can be judged once the images are scanned.'), [
          { label: t('Scan Workspace'), run: () => void this.store.act({ kind: 'scanWorkspace' }) },
        ]);
      case 'untrusted':
        return this.empty(
          'warning',
          t('This workspace is not trusted'),
          t('Twinlint moves no image and writes no answer here.'),
          [],
        );
      case 'not-judged':
        return review.isJudging
          ? this.empty('search', t('Labels are being judged'), t('The doubtful ones appear here when that is done.'), [])
          : this.empty(
              'search',
              t('No labels were judged yet'),
              t('Twinlint trains small networks on parts of the images and asks them about the others. That takes minutes.'),
              [{ label: t('Find Wrong Labels'), run: () => void this.act({ kind: 'judge' }) }],
            );
      case 'ready':
        return this.questions.length > 0 ? this.list(review) : this.nothingLeft(review);
    }
  }

  private nothingLeft({ skipped }: ReviewSnapshot): TemplateResult {
    const none = t('No label is left to review');
    const again = { label: t('Show What Was Skipped'), run: () => void this.act({ kind: 'again' }) };
    return this.empty(
      'check',
      none,
      skipped > 0 ? t('{0} were skipped.', skipped) : t('Find wrong labels again after images have changed.'),
      skipped > 0 ? [again] : [],
    );
  }

  private list({ isCalibrated, questions }: ReviewSnapshot): TemplateResult {
    return html`<ol aria-label=${t('Labels to review, the worst first')} @keydown=${this.keyDown}>
      ${repeat(
        this.questions,
        reviewName,
        (question, index) =>
          html`<li
            data-index=${index}
            tabindex=${index === this.current ? 0 : -1}
            aria-label=${spokenText(question, isCalibrated)}
            aria-current=${index === this.current ? 'true' : nothing}
            @focusin=${() => {
              this.current = index;
            }}
          >
            <twinlint-review-row
              .question=${question}
              .previews=${this.store.previews}
              .isCalibrated=${isCalibrated}
              .busy=${this.store.busy}
              ?current=${index === this.current}
              @answer=${(event: AnswerEvent) => void this.answer(question, event.answer)}
            ></twinlint-review-row>
          </li>`,
      )}
      ${
        questions.length >= pageLength
          ? html`<li class="more">
              ${button({ id: 'more', label: t('Show More'), onClick: () => void this.act({ kind: 'more' }) })}
            </li>`
          : nothing
      }
    </ol>`;
  }

  private empty(sign: IconName, heading: string, text: string, actions: readonly EmptyAction[]): TemplateResult {
    return html`<twinlint-empty-state
      .sign=${sign}
      .heading=${heading}
      .text=${text}
      .actions=${actions}
    ></twinlint-empty-state>`;
  }

  private async answer(question: LabelQuestion, kind: AnswerKind): Promise<void> {
    this.isUndoing = false;
    const name = reviewName(question);
    // A pick may be called off: the row stays until it is made.
    if (kind !== 'other') this.leaving = new Set([...this.leaving, name]);
    this.focusAfterUpdate = true;
    const done = await this.act({ kind, image: reviewKeyOf(question) });
    this.focusAfterUpdate = true;
    if (!done) {
      this.leaving = new Set([...this.leaving].filter(each => each !== name));
      return;
    }
    // The host's list may be ahead of its answer: what it no longer holds has left already.
    const isListed = this.review?.questions.some(each => reviewName(each) === name) === true;
    this.leaving = new Set([...this.leaving].filter(each => each !== name).concat(isListed ? [name] : []));
    const next = this.questions.at(Math.min(this.current, this.questions.length - 1));
    const told = this.answerText(question, kind);
    this.say(next ? t('{0}. Next: {1}. {2}', told, fileName(next.image), questionText(next)) : told);
  }

  private answerText({ suggested }: LabelQuestion, kind: AnswerKind): string {
    const texts: Readonly<Record<AnswerKind, string>> = {
      accept: t('Relabeled to {0}', suggested),
      other: t('Relabeled'),
      right: t('The label is remembered as right'),
      skip: t('Skipped'),
    };
    return texts[kind];
  }

  private act(action: ReviewAction): Promise<boolean> {
    return this.send({ kind: 'review', action });
  }

  /** One after the other: whoever presses keys faster than the host writes loses none of them. */
  private send(action: PanelAction): Promise<boolean> {
    const done = this.acting.then(() => this.store.act(action));
    this.acting = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  private say(text: string): void {
    this.dispatchEvent(new Announce(text));
  }

  private rowAt(index: number): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`li[data-index="${index}"]`);
  }

  private moveTo(index: number): void {
    const target = Math.max(0, Math.min(index, this.questions.length - 1));
    if (index > target && (this.review?.questions.length ?? 0) >= pageLength) void this.act({ kind: 'more' });
    this.current = target;
    const row = this.rowAt(target);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  }

  /** A key for the list, also where nothing has the focus. */
  keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const question = this.questions.at(this.current);
    const onButton = event.composedPath().some(target => target instanceof HTMLElement && target.localName === 'vscode-button');
    if (!question || (onButton && [' ', 'Enter'].includes(event.key))) return;
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: this.current - 1,
      ArrowDown: this.current + 1,
      Home: 0,
      End: this.questions.length - 1,
    };
    const answers: Readonly<Record<string, AnswerKind>> = { a: 'accept', r: 'right', l: 'other', ' ': 'skip' };
    const key = event.key.toLowerCase();
    if (moves[event.key] !== undefined) this.moveTo(moves[event.key]);
    else if (answers[key]) void this.answer(question, answers[key]);
    else if (key === 'o' || key === 'enter') void this.send({ kind: 'openImage', image: question.image });
    else return;
    event.preventDefault();
  }
}
