import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LabelQuestion, SeenImage } from '../../../protocol/labelReview';
import type { ReviewAction } from '../../../protocol/panelReview';
import { t } from '../../l10n';
import { fileName, filePath } from '../../state/format';
import type { Previews } from '../../state/previews';
import { evidenceText, isEscaped, questionText } from '../../state/review';
import { sharedStyles } from '../../styles/shared';
import { button } from '../controls/button';
import { icon } from '../icon';
import type { IconName } from '../icon';
import { nameLine, nameStyles } from '../names';
import '../thumbnail';

export type AnswerKind = Extract<ReviewAction, { readonly image: unknown }>['kind'];

/** A person's answer to the row's question. */
export class AnswerEvent extends Event {
  constructor(readonly answer: AnswerKind) {
    super('answer');
  }
}

/** One label: the image, what is said of it, and the images that look most like it in both classes. */
@customElement('twinlint-review-row')
export class ReviewRow extends LitElement {
  static override styles = [
    sharedStyles,
    nameStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: 132px minmax(200px, 1fr) minmax(0, 1.4fr) minmax(0, 1.4fr);
        gap: 6px 14px;
        padding: 8px;
        border: 1px solid var(--edge);
        border-radius: 4px;
      }
      :host([current]) {
        border-color: var(--vscode-focusBorder);
        background: var(--vscode-list-inactiveSelectionBackground, transparent);
      }
      .picture {
        display: flex;
        flex-direction: column;
        gap: 3px;
        min-width: 0;
      }
      .picture twinlint-thumbnail {
        height: 112px;
      }
      .what {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
        gap: 5px;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .what p {
        margin: 0;
      }
      .why {
        display: flex;
        gap: 4px;
      }
      .answers {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin-block-start: auto;
      }
      figure {
        display: flex;
        flex-direction: column;
        gap: 4px;
        min-width: 0;
        margin: 0;
      }
      figcaption {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .near {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 4px;
      }
      .near twinlint-thumbnail {
        height: 96px;
      }
      @media (max-width: 820px) {
        :host {
          grid-template-columns: 112px minmax(0, 1fr);
        }
        .near twinlint-thumbnail {
          height: 72px;
        }
      }
      @media (max-width: 420px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) question!: LabelQuestion;
  @property({ attribute: false }) previews!: Previews;
  @property({ type: Boolean }) isCalibrated = false;
  @property({ type: Boolean, reflect: true }) current = false;
  @property({ type: Boolean }) busy = false;

  override render(): TemplateResult {
    const { question, isCalibrated } = this;
    const { image, label, suggested, audit, nearest, at } = question;
    return html`<div class="picture">
        ${this.picture(question)} ${nameLine(image)}
        ${at ? html`<span class="dim">${t('Line {0} of {1}', at.line, at.file)}</span>` : nothing}
      </div>
      <div class="what">
        <p><strong>${questionText(question)}</strong></p>
        <p class="dim">${evidenceText(question, isCalibrated)}</p>
        ${audit ? this.why('target', t('Drawn at random, to measure how many wrong labels the list misses.')) : nothing}
        ${isEscaped(question) ? this.why('info', t('Not doubtful enough to be reported; among the next in rank.')) : nothing}
        <div class="answers">
          ${this.answer('accept', t('Relabel to {0}', suggested), 'A', true)}
          ${this.answer('right', t('The Label Is Right'), 'R')} ${this.answer('other', t('Other Label…'), 'L')}
          ${this.answer('skip', t('Skip'), t('Space'))}
        </div>
      </div>
      ${this.near(t('Nearest that are {0}', label), nearest.given)}
      ${this.near(t('Nearest that are {0}', suggested), nearest.suggested)}`;
  }

  private picture({ image, part }: SeenImage): TemplateResult {
    return html`<twinlint-thumbnail
      aria-hidden="true"
      title=${filePath(image)}
      .image=${image}
      .crop=${part}
      .previews=${this.previews}
    ></twinlint-thumbnail>`;
  }

  /** Why it is asked about, where that is not plain. */
  private why(sign: IconName, text: string): TemplateResult {
    return html`<p class="why dim">${icon(sign)}<span>${text}</span></p>`;
  }

  private answer(kind: AnswerKind, label: string, key: string, isPrimary = false): TemplateResult {
    return button({
      label,
      look: isPrimary ? 'primary' : 'secondary',
      title: t('{0} ({1})', label, key),
      shortcut: kind === 'skip' ? 'Space' : key.toLowerCase(),
      disabled: this.busy,
      tabIndex: this.current ? 0 : -1,
      onClick: () => this.dispatchEvent(new AnswerEvent(kind)),
    });
  }

  private near(caption: string, seen: readonly SeenImage[]): TemplateResult {
    return html`<figure>
      <figcaption title=${caption}>${caption}</figcaption>
      ${
        seen.length === 0
          ? html`<span class="dim">${t('None is near.')}</span>`
          : html`<div class="near">${seen.map(each => this.picture(each))}</div>
              <span class="visually-hidden">${seen.map(({ image }) => fileName(image)).join(', ')}</span>`
      }
    </figure>`;
  }
}
