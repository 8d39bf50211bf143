import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ImageRecord } from '../../core/dataset/image';
import type { GroupRow } from '../../protocol/engine';
import { t } from '../l10n';
import { distanceText, filePath, formatCount } from '../state/format';
import type { Previews } from '../state/previews';
import { sharedStyles } from '../styles/shared';
import { button } from './controls/button';
import { icon } from './icon';
import { nameLine, nameStyles } from './names';
import './thumbnail';

const memberWidth = 124;
const memberGap = 6;

/** One group: the image that a clean-up keeps, then its members, nearest first. Members scroll sideways; only those in view exist. */
@customElement('twinlint-group-row')
export class GroupRowElement extends LitElement {
  static override styles = [
    sharedStyles,
    nameStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 4px;
        padding: 6px 8px;
        border: 1px solid var(--edge);
        border-radius: 4px;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
        min-width: 0;
        min-height: 28px;
      }
      .head .what {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .head .bulk {
        flex: none;
      }
      @media (max-width: 480px) {
        .head {
          flex-direction: column;
          align-items: stretch;
          gap: 2px;
        }
      }
      .members {
        flex: 1;
        min-height: 0;
        overflow-x: auto;
        overflow-y: hidden;
        overflow-anchor: none;
        position: relative;
      }
      .track {
        position: relative;
        height: 100%;
      }
      .member {
        position: absolute;
        inset-block: 0;
        inset-inline-start: 0;
        width: ${memberWidth}px;
        display: flex;
        flex-direction: column;
        gap: 2px;
        padding: 2px;
        border: 1px solid transparent;
        border-radius: 3px;
        cursor: pointer;
        line-height: 1.35;
      }
      .member.kept {
        border-color: var(--vscode-charts-green, var(--vscode-foreground));
      }
      .member.indirect {
        border: 1px dashed var(--vscode-descriptionForeground);
      }
      .member:hover {
        --dim: var(--vscode-foreground);
        background: var(--vscode-list-hoverBackground);
      }
      .member:focus-visible {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: -2px;
      }
      .member twinlint-thumbnail {
        flex: 1;
      }
      .note {
        display: flex;
        gap: 4px;
        align-items: center;
        font-size: 0.9em;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
        font-variant-numeric: tabular-nums;
      }
      .note .icon {
        font-size: 12px;
        width: 12px;
        height: 12px;
      }
    `,
  ];

  @property({ attribute: false }) group: GroupRow | undefined;
  @property({ attribute: false }) previews!: Previews;
  /** It holds the list's one tab stop. */
  @property({ type: Boolean }) current = false;
  @property({ type: Boolean }) busy = false;
  /** Which member the keyboard is on; 0 is the kept image. */
  @state() member = 0;
  @state() private scrollStart = 0;
  @state() private width = 600;
  private observer: ResizeObserver | undefined;

  get memberImage(): ImageRecord | undefined {
    return this.imageAt(this.member);
  }

  private imageAt(member: number): ImageRecord | undefined {
    return member === 0 ? this.group?.keep : this.group?.members[member - 1]?.image;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver(() => {
      this.width = this.clientWidth;
    });
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('group') && this.member > (this.group?.members.length ?? 0)) this.member = 0;
  }

  override render(): TemplateResult {
    const { group } = this;
    if (!group) return html`<div class="head dim" role="gridcell">${t('Loading')}</div>`;
    const count = group.members.length + 1;
    const step = memberWidth + memberGap;
    const first = Math.max(0, Math.floor(this.scrollStart / step) - 2);
    const end = Math.min(count, Math.ceil((this.scrollStart + this.width) / step) + 2);
    const shown = new Set(Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i));
    shown.add(this.member);
    return html`${this.head(group)}
      <div class="members" role="presentation" @scroll=${this.scrolled} @keydown=${this.keyDown}>
        <div class="track" role="presentation">
          ${repeat(
            [...shown].sort((a, b) => a - b),
            member => member,
            member => this.cell(group, member),
          )}
        </div>
      </div>`;
  }

  override updated(): void {
    const step = memberWidth + memberGap;
    const track = this.renderRoot.querySelector<HTMLElement>('.track');
    track?.style.setProperty('width', `${((this.group?.members.length ?? 0) + 1) * step}px`);
    for (const cell of this.renderRoot.querySelectorAll<HTMLElement>('.member')) {
      cell.style.setProperty('transform', `translateX(${Number(cell.dataset.member) * step}px)`);
    }
  }

  async focusMember(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-member="${this.member}"]`)?.focus({ preventScroll: true });
  }

  private head(group: GroupRow): TemplateResult {
    const direct = group.members.filter(member => member.direct && !member.image.reference).length;
    const listed = group.members.length + 1;
    const size =
      listed < group.size
        ? t('{0} of {1} images', formatCount(listed), formatCount(group.size))
        : t('{0} images', formatCount(group.size));
    const label = direct === 1 ? t('Keep First, Trash 1 Other') : t('Keep First, Trash {0} Others', formatCount(direct));
    return html`<div class="head">
      <span class="what" role="gridcell" title=${filePath(group.keep)}
        >${size}<span class="dim"> · ${filePath(group.keep)}</span></span
      >
      <span class="bulk" role="gridcell"
        >${button({
          label,
          icon: 'trash',
          shortcut: '1',
          title: t('Moves the images that are under the threshold to the first one itself; those marked "not direct" stay. (1)'),
          disabled: direct === 0 || this.busy,
          tabIndex: this.current ? 0 : -1,
          onClick: () => this.dispatchEvent(new Event('keep-group')),
        })}</span
      >
    </div>`;
  }

  private cell(group: GroupRow, member: number): TemplateResult {
    const image = this.imageAt(member)!;
    const fact = member === 0 ? undefined : group.members[member - 1];
    const note = fact
      ? fact.direct
        ? distanceText(fact.distance)
        : fact.distance >= 1
          ? t('not direct')
          : t('{0}, not direct', distanceText(fact.distance))
      : t('kept');
    const tooltip =
      fact && !fact.direct ? t('Joined through other images: its own distance to the first one is over the threshold.') : nothing;
    return html`<div
      class="member ${fact ? (fact.direct ? '' : 'indirect') : 'kept'}"
      role="gridcell"
      data-member=${member}
      aria-colindex=${member + 3}
      title=${tooltip}
      tabindex=${this.current && member === this.member ? 0 : -1}
      @click=${() => this.dispatchEvent(new CustomEvent('open-member', { detail: member }))}
      @focus=${() => {
        this.member = member;
      }}
    >
      <twinlint-thumbnail aria-hidden="true" .image=${image} .previews=${this.previews}></twinlint-thumbnail>
      ${nameLine(image)}
      <span class="note dim">${fact ? (fact.direct ? nothing : icon('link')) : icon('check')}${note}</span>
    </div>`;
  }

  private readonly scrolled = (event: Event): void => {
    this.scrollStart = (event.currentTarget as HTMLElement).scrollLeft;
  };

  private keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.group?.members.length ?? 0;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: this.member - 1,
      ArrowRight: this.member + 1,
      Home: 0,
      End: last,
    };
    if (moves[event.key] === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.member = Math.max(0, Math.min(moves[event.key], last));
    const strip = this.renderRoot.querySelector<HTMLElement>('.members')!;
    const step = memberWidth + memberGap;
    if (this.member * step < strip.scrollLeft) strip.scrollLeft = this.member * step;
    else if ((this.member + 1) * step > strip.scrollLeft + strip.clientWidth) {
      strip.scrollLeft = (this.member + 1) * step - strip.clientWidth;
    }
    void this.focusMember();
  }
}
