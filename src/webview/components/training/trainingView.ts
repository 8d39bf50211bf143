import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { TrainingAction, TrainingRun, TrainingSnapshot } from '../../../protocol/panelTraining';
import type { PairRow, ScanNote } from '../../../protocol/engine';
import type { TrainPoint } from '../../../protocol/training';
import { t } from '../../l10n';
import type { PanelStore } from '../../state/panelStore';
import { StoreController } from '../../state/storeController';
import {
  accuracyColumns,
  changeLines,
  decimals,
  durationText,
  etaText,
  isUnderWay,
  learnedFromText,
  lossColumns,
  measuresOf,
  phaseText,
  pointsOf,
} from '../../state/training';
import { progressStyles, sharedStyles } from '../../styles/shared';
import { Announce } from '../announce';
import { button } from '../controls/button';
import { icon } from '../icon';
import './comparison';
import './curves';
import './latestValues';
import './modelList';
import { trainingStyles } from './trainingStyles';

/** Numbers that move ten times a second are said twice a minute. */
const sayEveryMs = 30_000;

/** How a training goes, and the models that came of it. */
@customElement('twinlint-training-view')
export class TrainingView extends LitElement {
  static override styles = [sharedStyles, progressStyles, trainingStyles];

  @property({ attribute: false }) store!: PanelStore;
  private saidAt = -Infinity;
  private saidRun = '';
  private saidCompared = { comparison: '', isFound: false };
  private drawn: readonly TrainPoint[] = [];
  private columns = { loss: lossColumns([]), accuracy: accuracyColumns([]) };

  constructor() {
    super();
    new StoreController(this, () => this.announce());
  }

  focusStart(): void {
    this.renderRoot.querySelector<HTMLElement>('#cancel, #train')?.focus();
  }

  override firstUpdated(): void {
    this.focusStart();
  }

  override render(): TemplateResult {
    const { training } = this;
    const { run } = training;
    const underWay = isUnderWay(run);
    return html`<div class="bar">
        ${button({
          id: 'back',
          label: t('Back to the List (Escape)'),
          icon: 'arrow-left',
          look: 'icon',
          onClick: () => void this.store.showList(),
        })}
        <h1>${t('Training and Models')}</h1>
        ${
          underWay
            ? nothing
            : button({
                id: 'train',
                label: t('Train…'),
                icon: 'mortar-board',
                look: 'primary',
                disabled: training.locked !== null,
                onClick: () => this.act({ kind: 'train' }),
              })
        }
      </div>
      <div class="page">
        ${training.locked === null ? nothing : html`<p class="note">${icon('info')}<span>${training.locked}</span></p>`}
        ${run ? this.runSection(run) : this.introduction()} ${this.change(training)} ${this.comparison(training)}
        <twinlint-model-list .training=${training} .act=${this.act}></twinlint-model-list>
      </div>`;
  }

  private get training(): TrainingSnapshot {
    return this.store.training;
  }

  private introduction(): TemplateResult {
    return html`<p class="dim">
      ${t(
        'A model learns from your images what "the same" means: from class folders, from pairs that you have judged, or from altered views of each image without any labels. Everything stays on this machine.',
      )}
    </p>`;
  }

  private runSection(run: TrainingRun): TemplateResult {
    const points = pointsOf(run);
    if (points !== this.drawn) {
      this.drawn = points;
      this.columns = { loss: lossColumns(points), accuracy: accuracyColumns(points) };
    }
    const { loss, validationLoss, accuracy, validationAccuracy } = measuresOf(points);
    const from = (measure: { readonly newest: number } | undefined): string => (measure ? decimals(measure.newest) : '–');
    return html`<section aria-label=${t('Training of {0}', run.name)}>
      ${isUnderWay(run) ? this.underWay(run) : this.ended(run)}
      ${
        points.length === 0
          ? nothing
          : html`<div class="curves">
                <twinlint-curves
                  .heading=${t('Loss')}
                  .summary=${t('Loss over time, now {0}, on held-back pairs {1}', from(loss), from(validationLoss))}
                  .columns=${this.columns.loss}
                ></twinlint-curves>
                <twinlint-curves
                  .heading=${t('Pair accuracy')}
                  .summary=${t('Pair accuracy over time, now {0}, on held-back pairs {1}', from(accuracy), from(validationAccuracy))}
                  .columns=${this.columns.accuracy}
                  shares
                ></twinlint-curves>
              </div>
              <twinlint-latest-values .points=${points}></twinlint-latest-values>`
      }
      ${this.notes(run.summary?.notes ?? [])}
    </section>`;
  }

  private underWay(run: TrainingRun): TemplateResult {
    const { progress, state } = run;
    const cancelling = state === 'cancelling';
    const phase = cancelling ? t('Ending; the best so far is kept') : phaseText(progress?.phase ?? 'list');
    return html`<div class="strip">
      <span class="what"><strong>${run.name}</strong> <span class="dim">${learnedFromText(run.learnFrom)}</span></span>
      <span class="phase">${phase}</span>
      ${
        progress
          ? html`<progress max="1" .value=${progress.share} aria-label=${phase}></progress>`
          : html`<progress aria-label=${phase}></progress>`
      }
      ${progress?.etaMs === undefined || cancelling ? nothing : html`<span class="dim eta">${etaText(progress.etaMs)}</span>`}
      ${button({
        id: 'cancel',
        label: t('Cancel'),
        title: t('Ends the training and keeps the best so far'),
        icon: 'stop-circle',
        disabled: cancelling,
        onClick: () => this.act({ kind: 'cancel' }),
      })}
    </div>`;
  }

  private ended(run: TrainingRun): TemplateResult {
    const { summary, problem, state } = run;
    if (state === 'failed') {
      return html`<p class="note">
        ${icon('error')}<span><strong>${run.name}</strong>: ${problem}</span>
      </p>`;
    }
    if (!summary) {
      return html`<p class="note">
        ${icon('info')}<span><strong>${run.name}</strong>: ${t('cancelled before there was anything to keep.')}</span>
      </p>`;
    }
    const how = {
      limit: () => t('ready after {0}', durationText(summary.elapsedMs)),
      early: () => t('ready after {0}: it had stopped getting better', durationText(summary.elapsedMs)),
      diverged: () => t('ended after {0}: the loss ran away, the best from before was kept', durationText(summary.elapsedMs)),
      cancelled: () => t('cancelled after {0}, the best so far was kept', durationText(summary.elapsedMs)),
    }[summary.ended]();
    const { metrics } = summary.model;
    const accuracy =
      metrics && summary.before
        ? t('Pair accuracy {0} → {1} on held-back pairs', decimals(summary.before.accuracy), decimals(metrics.accuracy))
        : metrics
          ? t('Pair accuracy {0} on held-back pairs', decimals(metrics.accuracy))
          : '';
    return html`<p class="note">
      ${icon('check')}<span><strong>${run.name}</strong> ${how}. ${accuracy}</span>
    </p>`;
  }

  /** What was chosen by itself, and what else there is to know. */
  private notes(notes: readonly ScanNote[]): TemplateResult | typeof nothing {
    if (notes.length === 0) return nothing;
    return html`<ul class="notes dim">
      ${notes.map(note => html`<li>${t(note.message, ...note.args)}</li>`)}
    </ul>`;
  }

  private change({ change }: TrainingSnapshot): TemplateResult | typeof nothing {
    if (!change) return nothing;
    const name = (model: string | null): string => model ?? t('the built-in measure');
    return html`<section class="change" aria-label=${t('What changed')}>
      <h2>${t('From {0} to {1}', name(change.from), name(change.to))}</h2>
      <ul>
        ${changeLines(change).map(line => html`<li>${line}</li>`)}
        ${
          change.accuracy
            ? html`<li>
                ${t('Pair accuracy {0} → {1} on held-back pairs', decimals(change.accuracy.before), decimals(change.accuracy.after))}
              </li>`
            : nothing
        }
      </ul>
    </section>`;
  }

  private comparison({ compared }: TrainingSnapshot): TemplateResult | typeof nothing {
    if (!compared) return nothing;
    return html`<section aria-label=${t('Comparison')}>
      <twinlint-comparison
        .compared=${compared}
        .show=${(pair: PairRow) => void this.store.compare(pair)}
        .end=${() => this.act({ kind: 'endCompare' })}
      ></twinlint-comparison>
    </section>`;
  }

  private readonly act = (action: TrainingAction): void => {
    void this.store.actOnTraining(action);
  };

  private announce(): void {
    this.announceComparison();
    const { run } = this.training;
    if (!run) return;
    const now = performance.now();
    const state = `${run.id} ${run.state} ${run.progress?.phase ?? ''}`;
    const isNews = state !== this.saidRun;
    if (!isNews && now - this.saidAt < sayEveryMs) return;
    this.saidRun = state;
    this.saidAt = now;
    this.dispatchEvent(new Announce(this.sentence(run)));
  }

  private announceComparison(): void {
    const { compared } = this.training;
    const comparison = compared ? compared.names.join('\n') : '';
    const isFound = compared?.findings.state === 'done';
    const said = this.saidCompared;
    this.saidCompared = { comparison, isFound };
    if (comparison !== said.comparison) {
      if (compared) this.dispatchEvent(new Announce(t('The comparison is above the list of models.')));
    } else if (isFound && !said.isFound) {
      this.dispatchEvent(new Announce(t('What the two models find has been compared.')));
    }
  }

  private sentence(run: TrainingRun): string {
    if (run.state === 'done') return t('The training has ended.');
    if (run.state === 'failed') return t('The training failed: {0}', run.problem ?? '');
    if (run.state === 'stopped') return t('The training was cancelled.');
    if (run.state === 'cancelling') return t('Ending; the best so far is kept');
    const accuracy = measuresOf(pointsOf(run)).validationAccuracy;
    const phase = phaseText(run.progress?.phase ?? 'list');
    return accuracy ? t('{0}, pair accuracy {1}', phase, decimals(accuracy.newest)) : phase;
  }
}
