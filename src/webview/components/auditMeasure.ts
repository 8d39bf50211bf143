import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Interval } from '../../core/metrics/interval';
import type { EstimateAnswer } from '../../protocol/labeling';
import type { Aim } from '../../protocol/panel';
import { answerColours, answerMark } from '../charts/answerMarks';
import { t } from '../l10n';
import { auditCountText, intervalText, shareText, usefulAudits } from '../state/audits';
import { formatCount } from '../state/format';
import type { PanelStore } from '../state/panelStore';
import { StoreController } from '../state/storeController';
import { sharedStyles } from '../styles/shared';
import { Announce } from './announce';
import { button } from './controls/button';
import { numberField } from './controls/numberField';

/** What the audits say at the handle, and where they would put it. */
@customElement('twinlint-audit-measure')
export class AuditMeasure extends LitElement {
  static override styles = [
    sharedStyles,
    answerColours,
    css`
      :host,
      .row,
      .aim {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 14px;
        align-items: center;
      }
      :host {
        justify-content: space-between;
      }
      .row {
        min-width: 0;
      }
      .key {
        display: inline-flex;
        gap: 5px;
        align-items: center;
        white-space: nowrap;
      }
      .value {
        font-weight: 600;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .early {
        font-weight: 400;
        color: var(--dim);
      }
      .stale {
        opacity: 0.6;
      }
      .aim {
        gap: 4px;
        flex-wrap: nowrap;
      }
      .aim .number {
        --input-min-width: 0;
        width: calc(3em + 20px);
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) store!: PanelStore;
  /** What came of the last aim, where there is something to say. */
  @state() private said: { readonly text: string; readonly threshold: number } | undefined;

  constructor() {
    super();
    new StoreController(this);
  }

  override render(): TemplateResult | typeof nothing {
    const { answer } = this.store.estimate;
    if (!answer) return nothing;
    const isFew = answer.audits < usefulAudits;
    return html`<div class="row">
        ${this.legend(answer)} ${answer.audits > 0 ? this.shares(answer) : nothing}
        <p class="dim" id="audits">${auditCountText(answer)}</p>
        ${isFew ? button({ label: t('Label Pairs'), onClick: () => void this.store.act({ kind: 'labelPairs' }) }) : nothing}
      </div>
      ${
        answer.audits === 0
          ? nothing
          : html`<div class="row">
              ${this.aim('precision', t('Aim for Precision'))} ${this.aim('recall', t('Aim for Recall'))}
            </div>`
      }
      ${this.said && this.said.threshold === this.store.threshold ? html`<p id="aimed">${this.said.text}</p>` : nothing}`;
  }

  /** All answers, as the side bar counts them; the histogram has a place for those of listed pairs. */
  private legend({ answers, similar, different }: EstimateAnswer): TemplateResult | typeof nothing {
    const all = answers.similar + answers.different;
    if (all === 0) return nothing;
    const unlisted = all - similar.length - different.length;
    const title = unlisted > 0 ? t('{0} of them not among the listed pairs', formatCount(unlisted)) : nothing;
    return html`<span class="key" title=${title}>${answerMark('similar')}${t('Similar: {0}', formatCount(answers.similar))}</span
      ><span class="key" title=${title}>${answerMark('different')}${t('Different: {0}', formatCount(answers.different))}</span>`;
  }

  private shares({ precision, recall, audits }: EstimateAnswer): TemplateResult {
    const { isFresh } = this.store.estimate;
    const isEarly = audits < usefulAudits;
    const look = `value ${isFresh ? '' : 'stale'} ${isEarly ? 'early' : ''}`;
    const title = t('At the slider, with 90 % intervals, from audits alone: pairs drawn at random, never learned from.');
    const text = (share: Interval | undefined): string => (share ? intervalText(share) : '–');
    return html`${isEarly ? html`<span class="dim" id="early">${t('Too early to tell:')}</span>` : nothing}<span
        class=${look}
        id="precision"
        title=${title}
        >${t('Precision {0}', text(precision))}</span
      ><span class=${look} id="recall" title=${title}>${t('Recall {0}', text(recall))}</span>`;
  }

  private aim(aim: Aim, label: string): TemplateResult {
    const key = aim === 'precision' ? 'aimPrecision' : 'aimRecall';
    const value = this.store.saved[key];
    return html`<span class="aim"
      >${button({
        id: key,
        label,
        title:
          aim === 'precision'
            ? t('Moves the slider as far right as the precision is expected to be {0} or more', shareText(value))
            : t('Moves the slider as far left as the recall is expected to be {0} or more', shareText(value)),
        onClick: () => void this.aimFor(aim, value),
      })}${numberField({
        label: aim === 'precision' ? t('Precision to aim for') : t('Recall to aim for'),
        value,
        digits: 2,
        min: 0.01,
        max: 1,
        step: 0.01,
        onChange: chosen => this.store.save({ [key]: chosen }),
      })}</span
    >`;
  }

  private async aimFor(aim: Aim, value: number): Promise<void> {
    const done = await this.store.aim(aim, value);
    if (done === undefined) return;
    const wanted = shareText(value);
    const text = done
      ? ''
      : aim === 'precision'
        ? t('At no threshold do the audits let a precision of {0} be expected.', wanted)
        : t('At no threshold do the audits let a recall of {0} be expected.', wanted);
    this.said = text === '' ? undefined : { text, threshold: this.store.threshold };
    // Where the slider has moved its count is said by itself.
    if (text !== '') this.dispatchEvent(new Announce(text));
  }
}
