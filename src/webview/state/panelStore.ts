import { countUnder } from '../../core/pairs/countUnder';
import type { GroupRow, PairRow, ScanProgress } from '../../protocol/engine';
import type { ClassesAnswer, EstimateAnswer } from '../../protocol/labeling';
import type { Aim, PanelAction, PanelSnapshot, PanelView } from '../../protocol/panel';
import { noTraining } from '../../protocol/panelTraining';
import type { TrainingAction, TrainingSnapshot } from '../../protocol/panelTraining';
import type { Host } from '../host';
import { t, useBundle } from '../l10n';
import { Follower } from './follower';
import { MapStore } from './map/mapStore';
import { Previews } from './previews';
import { RowPages } from './rowPages';
import type { Page } from './rowPages';
import { parseSavedState } from './savedState';
import type { ListMode, SavedState } from './savedState';

/** How often lists that depend on the threshold follow the handle. */
const followIntervalMs = 80;
/** How long the host may take to come round to the threshold that the page has set, before its own word counts again. */
const settleGraceMs = 1500;
const saveDelayMs = 250;
const resyncDelayMs = 400;
const readyTimeoutMs = 20_000;

const emptyDistances = new Float32Array(0);
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type UndoKind = 'undoVerdict' | 'undoTrash';

const isLook = (action: PanelAction): boolean =>
  action.kind === 'openImage' || (action.kind === 'suggest' && action.action.kind === 'open');

/**
 * The page's state: the host's newest snapshot, and what the page itself owns (selection, scroll, view options, the handle while it
 * is dragged). Components re-render on every `change` event.
 */
export class PanelStore extends EventTarget {
  snapshot: PanelSnapshot | null = null;
  /** Ascending; empty before the first scan. */
  distances: Float32Array = emptyDistances;
  /** Where the handle is. */
  threshold = 0;
  progress: ScanProgress | null = null;
  training: TrainingSnapshot = noTraining;
  /** Why the page has nothing to show, in words. */
  loadError: string | null = null;
  /** What went wrong with the last thing asked for; shown until dismissed or something works. */
  actionError: string | null = null;
  /** An action is under way: no other is taken until it is over. */
  busy = false;
  saved: SavedState;
  readonly previews: Previews;
  readonly pairs: RowPages<PairRow>;
  readonly groups: RowPages<GroupRow>;
  /** What the audits say at the handle. */
  readonly estimate: Follower<number, EstimateAnswer | null>;
  readonly classes: Follower<number, ClassesAnswer | null>;
  readonly map: MapStore;
  /** The last known number of groups; `threshold` tells whether it is up to date. */
  groupTotal: { readonly total: number; readonly threshold: number; readonly generation: number } | null = null;

  private dragging = false;
  private settledAtMs = -Infinity;
  private followTimer: ReturnType<typeof setTimeout> | undefined;
  private followedThreshold = 0;
  private countingGroups = false;
  private pendingView: PanelView | undefined;
  private trustedGeneration: number | undefined;
  private resyncTimer: ReturnType<typeof setTimeout> | undefined;
  private saveTimer: ReturnType<typeof setTimeout> | undefined;
  private thresholdFrame = 0;
  private readonly undoable: UndoKind[] = [];

  constructor(private readonly host: Host) {
    super();
    this.saved = parseSavedState(host.savedState());
    this.previews = new Previews(place => host.preview(place));
    this.estimate = new Follower(
      threshold => host.estimate(threshold),
      () => this.notify(),
    );
    this.classes = new Follower(
      threshold => host.classes(threshold),
      () => this.notify(),
    );
    this.map = new MapStore(host, {
      edition: () => this.snapshot?.summary?.edition ?? -1,
      generation: () => this.generation,
      threshold: () => this.followedThreshold,
      colour: () => this.saved.mapColour,
      changed: () => this.notify(),
    });
    const accepts = (generation: number): boolean => this.accepts(generation);
    this.pairs = new RowPages<PairRow>(() => this.notify(), accepts);
    this.groups = new RowPages<GroupRow>(page => this.groupsCame(page), accepts);
    host.onSnapshot(snapshot => this.take(snapshot));
    host.onProgress(progress => {
      this.progress = progress;
      this.notify();
    });
    host.onTraining(update => {
      this.training = { ...this.training, ...update };
      this.notify();
    });
    host.onFocus(() => this.dispatchEvent(new Event('focusContent')));
  }

  async start(): Promise<void> {
    this.loadError = null;
    this.notify();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(t('The extension does not answer.'))), readyTimeoutMs);
    });
    try {
      this.take(await Promise.race([this.host.ready(), late]));
    } catch (error) {
      this.loadError = wordsOf(error);
      this.notify();
    } finally {
      clearTimeout(timer);
    }
  }

  get view(): PanelView {
    return this.pendingView ?? this.snapshot?.view ?? { kind: 'grid' };
  }

  get generation(): number {
    return this.snapshot?.summary?.generation ?? -1;
  }

  /** The slider's end. */
  get radius(): number {
    return this.snapshot?.summary?.radius ?? 1;
  }

  get hasClasses(): boolean {
    return (this.snapshot?.summary?.classes.length ?? 0) > 0;
  }

  /** What is listed: classes only where there are any. */
  get mode(): ListMode {
    const { mode } = this.saved;
    return mode === 'classes' && this.snapshot && !this.hasClasses ? 'pairs' : mode;
  }

  /** Pairs under the handle, counted here: nobody has to be asked while it moves. */
  get pairCount(): number {
    return countUnder(this.distances, this.threshold);
  }

  /** Null while the number at this threshold is not known. */
  get groupCount(): number | null {
    if (this.pairCount === 0) return 0;
    const known = this.groupTotal;
    return known?.threshold === this.threshold && known.generation === this.generation ? known.total : null;
  }

  get canUndo(): boolean {
    return this.undoable.length > 0 || this.snapshot?.canUndoTrash === true;
  }

  /** The handle moved; `settled` once it is let go. */
  moveThreshold(threshold: number, settled: boolean): void {
    this.threshold = Math.min(this.radius, Math.max(0, threshold));
    this.dragging = !settled;
    if (settled) {
      cancelAnimationFrame(this.thresholdFrame);
      this.thresholdFrame = 0;
      this.settledAtMs = performance.now();
      this.host.setThreshold(this.threshold, true);
    } else if (this.thresholdFrame === 0) {
      // Input events can outrun frames; the host needs no more than the eye.
      this.thresholdFrame = requestAnimationFrame(() => {
        this.thresholdFrame = 0;
        this.host.setThreshold(this.threshold, false);
      });
    }
    this.follow();
    this.notify();
  }

  /**
   * Moves the handle to where the audits expect a precision or recall.
   *
   * @returns false where they expect it nowhere; undefined where that could not be asked
   */
  async aim(aim: Aim, value: number): Promise<boolean | undefined> {
    try {
      const found = await this.host.aim(aim, value);
      if (found) this.moveThreshold(found.threshold, true);
      return found !== null;
    } catch (error) {
      this.actionError = wordsOf(error);
      this.notify();
      return undefined;
    }
  }

  /** Changes what the page remembers. */
  save(change: Partial<SavedState>): void {
    this.saved = { ...this.saved, ...change };
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.host.saveState(this.saved), saveDelayMs);
    this.notify();
  }

  setList(change: Partial<Pick<SavedState, 'mode' | 'order'>>): void {
    this.save({ ...change, ...(change.order && change.order !== this.saved.order ? { selectedPair: 0, pairsScroll: 0 } : {}) });
    this.rekey();
  }

  /** Rows of the list of pairs that are on show. */
  needPairs(from: number, to: number): void {
    this.pairs.ensure(from, Math.min(to, this.pairCount));
  }

  needGroups(from: number, to: number): void {
    this.groups.ensure(from, to);
  }

  /** One pair of the list by its place there, wherever the list is scrolled. */
  async pairAt(index: number): Promise<PairRow | undefined> {
    if (this.pairs.isFresh(index)) return this.pairs.at(index);
    const { followedThreshold: threshold } = this;
    const page = await this.host.pairs({ threshold, order: this.saved.order, offset: index, limit: 1 });
    return page.rows[0];
  }

  /** The pair that has taken a place in the list after its pair was settled; undefined if the list ends before. */
  async pairAfter(place: number, settled: PairRow): Promise<PairRow | undefined> {
    const { threshold } = this;
    const { order } = this.saved;
    try {
      // One settled image can take several pairs with it: then the place may be past the end, and the last pair comes next.
      const ask = (offset: number, limit: number): Promise<{ readonly total: number; readonly rows: readonly PairRow[] }> =>
        this.host.pairs({ threshold, order, offset, limit });
      let page = await ask(place, 2);
      if (page.rows.length === 0 && page.total > 0) page = await ask(page.total - 1, 1);
      const next = page.rows.find(row => row.findingId !== settled.findingId);
      if (next) this.save({ selectedPair: Math.min(place, page.total - 1) });
      return next;
    } catch {
      return undefined;
    }
  }

  /** Shows a view at once; the host, which owns it, hears of it. */
  async show(view: PanelView, action: PanelAction): Promise<void> {
    this.pendingView = view;
    this.notify();
    await this.request(action);
    if (this.pendingView === view) this.pendingView = undefined;
    if (this.snapshot) this.snapshot = { ...this.snapshot, view };
    this.notify();
  }

  compare(pair: PairRow): Promise<void> {
    return this.show({ kind: 'compare', pair }, { kind: 'compare', pair });
  }

  showTraining(): Promise<void> {
    return this.show({ kind: 'training' }, { kind: 'training', action: { kind: 'show' } });
  }

  showMap(): Promise<void> {
    return this.show({ kind: 'map' }, { kind: 'showMap' });
  }

  /** Shows only what touches the images that are chosen on the map (or all again), here and in Problems. */
  async showOnly(what: 'selection' | 'all'): Promise<boolean> {
    const images = what === 'all' ? null : this.map.selectedImages();
    return this.attempt(async () => {
      await this.host.filter({ edition: this.map.map?.edition ?? -1, images });
      return true;
    });
  }

  showReview(): Promise<void> {
    return this.show({ kind: 'review' }, { kind: 'review', action: { kind: 'show' } });
  }

  /** Asked questions and save dialogs take their time: the rest of the page goes on meanwhile. */
  actOnTraining(action: TrainingAction): Promise<boolean> {
    return this.request({ kind: 'training', action });
  }

  showList(): Promise<void> {
    return this.show({ kind: 'grid' }, { kind: 'showGrid' });
  }

  /** Does something to images: one at a time. (Only looking at one is no reason for others to wait.) Resolves to whether it was done. */
  async act(action: PanelAction): Promise<boolean> {
    if (isLook(action)) return this.request(action);
    if (this.busy) return false;
    this.busy = true;
    this.notify();
    const done = await this.request(action);
    this.busy = false;
    if (done && action.kind === 'notDuplicate') this.undoable.push('undoVerdict');
    if (done && action.kind === 'keepAndTrash') this.undoable.push('undoTrash');
    this.notify();
    return done;
  }

  /** Takes back the last thing that was done here, or else the last move to the trash. */
  async undo(): Promise<boolean> {
    if (!this.canUndo || this.busy) return false;
    return this.act({ kind: this.undoable.pop() ?? 'undoTrash' });
  }

  dismissError(): void {
    this.actionError = null;
    this.notify();
  }

  private request(action: PanelAction): Promise<boolean> {
    return this.attempt(() => this.host.act(action));
  }

  private async attempt(work: () => Promise<boolean>): Promise<boolean> {
    try {
      const done = await work();
      this.actionError = null;
      return done;
    } catch (error) {
      this.actionError = wordsOf(error);
      this.notify();
      return false;
    }
  }

  private take(snapshot: PanelSnapshot): void {
    const first = this.snapshot === null;
    if (first || JSON.stringify(snapshot.l10n) !== JSON.stringify(this.snapshot?.l10n)) useBundle(snapshot.l10n);
    this.snapshot = snapshot;
    this.distances = snapshot.distances;
    this.progress = snapshot.progress;
    this.training = snapshot.training;
    this.loadError = null;
    const ownWordCounts = this.dragging || (!first && performance.now() - this.settledAtMs < settleGraceMs);
    if (!ownWordCounts) this.threshold = snapshot.threshold;
    else if (snapshot.threshold === this.threshold) this.settledAtMs = -Infinity;
    if (!this.dragging) this.followedThreshold = this.threshold;
    this.rekey();
    this.notify();
  }

  /** Lists and the number of groups come from the host: they follow the handle a few times a second. */
  private follow(): void {
    if (this.followTimer !== undefined) return;
    this.followTimer = setTimeout(() => {
      this.followTimer = undefined;
      if (this.followedThreshold !== this.threshold) {
        this.followedThreshold = this.threshold;
        this.rekey();
        this.notify();
      }
    }, followIntervalMs);
  }

  private rekey(): void {
    const { generation, host, followedThreshold, radius } = this;
    const { order } = this.saved;
    // In order of distance the threshold only says where the list ends, and the page counts that itself.
    const threshold = order === 'closest' ? radius : followedThreshold;
    this.pairs.setKey({ generation, query: `${order} ${threshold}` }, (offset, limit) =>
      host.pairs({ threshold, order, offset, limit }),
    );
    this.groups.setKey({ generation, query: `${followedThreshold}` }, (offset, limit) =>
      host.groups({ threshold: followedThreshold, offset, limit }),
    );
    if (generation >= 0) this.estimate.want(`${generation} ${followedThreshold}`, followedThreshold);
    if (generation >= 0 && this.mode === 'classes') this.classes.want(`${generation} ${followedThreshold}`, followedThreshold);
    void this.countGroups();
  }

  private groupsCame(page: Page<GroupRow> | undefined): void {
    if (page) this.groupTotal = { total: page.total, threshold: this.followedThreshold, generation: page.generation };
    this.notify();
  }

  /** One question at a time, the newest threshold last. */
  private async countGroups(): Promise<void> {
    if (this.countingGroups || this.generation < 0) return;
    this.countingGroups = true;
    try {
      for (;;) {
        const { followedThreshold: threshold, generation, groupTotal } = this;
        if (groupTotal?.threshold === threshold && groupTotal.generation === generation) break;
        if (this.pairCount === 0) break;
        const page = await this.host.groups({ threshold, offset: 0, limit: 1 });
        // Under the snapshot's name, also where the host is ahead: it will send a new one.
        this.groupTotal = { total: page.total, threshold, generation };
        this.notify();
      }
    } catch {
      // The number stays unknown; the list itself says what is wrong.
    } finally {
      this.countingGroups = false;
    }
  }

  /** A page of another generation means that a newer snapshot is due, or else that the host's own count is off. */
  private accepts(generation: number): boolean {
    if (generation === this.generation || generation === this.trustedGeneration) return true;
    this.resyncTimer ??= setTimeout(() => void this.resync(generation), resyncDelayMs);
    return false;
  }

  private async resync(generation: number): Promise<void> {
    try {
      if (this.generation !== generation) this.take(await this.host.ready());
      if (this.generation !== generation) this.trustedGeneration = generation;
      this.notify();
    } catch (error) {
      this.actionError = wordsOf(error);
      this.notify();
    } finally {
      this.resyncTimer = undefined;
    }
  }

  private notify(): void {
    this.dispatchEvent(new Event('change'));
  }
}
