import type { PairRow } from '../../protocol/engine';
import type { ContentPairKey } from '../../protocol/labeling';
import type { LabelAnswer, LabelingAction, LabelingSnapshot } from '../../protocol/panelLabeling';
import { useBundle } from '../l10n';
import { Previews } from '../state/previews';
import type { LabelingHost } from './labelingHost';

/** Sides that the page shows: the pair itself, and a card of the batch. */
export const pictureSide = 2048;
export const cardSide = 256;
/** A pair that has just taken another's place was not seen by whoever presses a key so soon: people take about 250 ms to react. */
const unseenMs = 300;
/** Pairs behind the asked one whose pictures are fetched ahead. */
const preloaded = 3;

export const keyOf = ({ a, b }: PairRow): ContentPairKey => [a.content, b.content];

/** The labeling page's state: the newest snapshot, what is under way, and which earlier pair is looked at. */
export class LabelingStore extends EventTarget {
  snapshot: LabelingSnapshot | undefined;
  /** Why the host could not be asked. */
  failure: string | undefined;
  busy = false;
  private underWay: Promise<unknown> = Promise.resolve();
  /** Steps back from the asked pair into those answered; 0 = the asked one. */
  back = 0;
  private exchangedMs = -Infinity;
  readonly previews: Previews;

  constructor(private readonly host: LabelingHost) {
    super();
    this.previews = new Previews(place => host.preview(place));
    host.onSnapshot(snapshot => {
      // An answer under way brings a newer one.
      if (this.busy) return;
      const before = this.shown?.pair;
      this.take(snapshot);
      const now = this.shown?.pair;
      if (before && now && String(keyOf(before)) !== String(keyOf(now))) this.exchangedMs = performance.now();
    });
  }

  async start(): Promise<void> {
    await this.run(() => this.host.ready());
  }

  /** The pair on show, and how it was answered, if it was. */
  get shown(): { readonly pair: PairRow; readonly answer?: LabelAnswer } | undefined {
    const { snapshot } = this;
    if (!snapshot) return undefined;
    if (this.back > 0) return snapshot.past.at(-this.back);
    const question = snapshot.questions.at(0);
    return question && { pair: question.pair };
  }

  /** Another pair took the place of the one on show, by itself and only now: an answer would be meant for the one before. */
  get isUnseen(): boolean {
    return performance.now() - this.exchangedMs < unseenMs;
  }

  answer(pairs: readonly PairRow[], answer: LabelAnswer): Promise<boolean> {
    return this.run(async () => {
      const snapshot = await this.host.answer(pairs.map(keyOf), answer);
      this.back = 0;
      return snapshot;
    });
  }

  /** Waits for what is under way: whoever presses Z twice takes two answers back. */
  async undo(): Promise<boolean> {
    while (this.busy) await this.underWay;
    return this.run(async () => {
      const snapshot = await this.host.undo();
      this.back = 0;
      return snapshot;
    });
  }

  setRelation(relation: string): Promise<boolean> {
    return this.run(() => this.host.setRelation(relation));
  }

  async act(action: LabelingAction): Promise<void> {
    try {
      await this.host.act(action);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Looks at the pair answered before (+1) or after (−1) the one on show. */
  browse(step: 1 | -1): void {
    const reach = this.snapshot?.past.length ?? 0;
    const back = Math.min(reach, Math.max(0, this.back + step));
    if (back === this.back) return;
    this.back = back;
    this.changed();
  }

  private run(work: () => Promise<LabelingSnapshot>): Promise<boolean> {
    // One answer at a time: a key pressed twice must not answer the pair that comes next unseen.
    if (this.busy) return Promise.resolve(false);
    this.busy = true;
    const done = this.doing(work);
    this.underWay = done;
    return done;
  }

  private async doing(work: () => Promise<LabelingSnapshot>): Promise<boolean> {
    try {
      this.take(await work());
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  private take(snapshot: LabelingSnapshot): void {
    if (!this.snapshot) useBundle(snapshot.l10n);
    this.snapshot = snapshot;
    this.failure = undefined;
    this.back = Math.min(this.back, snapshot.past.length);
    this.preload(snapshot);
    this.changed();
  }

  /** The next pairs' pictures, so that they are there when they are asked about. */
  private preload({ questions }: LabelingSnapshot): void {
    for (const { pair } of questions.slice(1, 1 + preloaded).reverse()) {
      for (const image of [pair.b, pair.a]) {
        this.previews.load(image, pictureSide, ({ uri }) => {
          // Decoded too: else the frame that shows it would wait for that. A broken one is told where it is shown.
          if (uri !== undefined) {
            this.previews
              .picture(uri)
              .decode()
              .catch(() => undefined);
          }
        });
      }
    }
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}
