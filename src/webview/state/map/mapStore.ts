import { allFindingKinds, findingKinds } from '../../../core/findings/kinds';
import type { ImageRecord } from '../../../core/dataset/image';
import { noClass, noKind } from '../../../protocol/map';
import type { EmbeddingMap } from '../../../protocol/map';
import { markOf, quietMark } from '../../charts/marks';
import type { MarkStyle } from '../../charts/marks';
import type { Host } from '../../host';
import { t } from '../../l10n';
import { Follower } from '../follower';
import type { MapColour } from '../savedState';

/** One kind of marks: a class, a split, a kind of finding, or none of these. */
export interface Category {
  readonly name: string;
  readonly mark: MarkStyle;
  readonly count: number;
}

/** How each point of a map is marked. */
export interface Marking {
  readonly categories: readonly Category[];
  /** Of each point: its place in `categories`. */
  readonly categoryOf: Uint16Array;
}

export type MapState =
  | { readonly kind: 'none' }
  | { readonly kind: 'drawing'; readonly share: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'ready'; readonly map: EmbeddingMap };

/** What {@link MapStore} needs to know of the scan. */
export interface MapSurroundings {
  /** Of the scan's images; −1 without a scan. */
  readonly edition: () => number;
  readonly generation: () => number;
  readonly threshold: () => number;
  readonly colour: () => MapColour;
  readonly changed: () => void;
}

const keptImages = 500;

/** The map as the page holds it: what was drawn, what of it is hidden and chosen, and where the keyboard is. */
export class MapStore {
  state: MapState = { kind: 'none' };
  /** Categories that the legend has switched off, by name. */
  hidden: ReadonlySet<string> = new Set();
  /** Chosen points, ascending. */
  selection: readonly number[] = [];
  /** The point that the keyboard is at; −1 = none. */
  current = -1;
  private readonly kinds: Follower<number, { readonly kinds: Uint8Array } | null>;
  private readonly images = new Map<number, ImageRecord | null>();
  private readonly asked: Follower<number, ImageRecord | null>;
  private cancelDrawing: () => void = () => undefined;
  private seen: { readonly marking: Marking; readonly hidden: ReadonlySet<string>; readonly visible: Uint8Array } | undefined;
  private marked: { readonly key: string; readonly marking: Marking } | undefined;

  constructor(
    private readonly host: Host,
    private readonly around: MapSurroundings,
  ) {
    this.kinds = new Follower(
      threshold => host.mapKinds({ edition: this.map!.edition, threshold }),
      () => around.changed(),
    );
    this.asked = new Follower(
      image => this.askImage(image),
      () => around.changed(),
    );
    host.onMapProgress(({ share }) => {
      if (this.state.kind === 'drawing') this.become({ kind: 'drawing', share });
    });
  }

  get map(): EmbeddingMap | undefined {
    return this.state.kind === 'ready' ? this.state.map : undefined;
  }

  /** Images came, went or changed since it was drawn. */
  get isStale(): boolean {
    return this.map !== undefined && this.map.edition !== this.around.edition();
  }

  /** Shows the map there is, or draws one. */
  open(): void {
    if (this.state.kind === 'none' && this.around.edition() >= 0) void this.draw();
  }

  async draw(): Promise<void> {
    this.cancelDrawing();
    this.become({ kind: 'drawing', share: 0 });
    const { answer, cancel } = this.host.map();
    let isCancelled = false;
    this.cancelDrawing = () => {
      isCancelled = true;
      cancel();
    };
    try {
      const map = await answer;
      if (isCancelled) return;
      this.selection = [];
      this.current = -1;
      this.images.clear();
      this.marked = undefined;
      this.become(map ? { kind: 'ready', map } : { kind: 'failed', problem: t('The scan is gone. Scan again.') });
    } catch (error) {
      if (!isCancelled) this.become({ kind: 'failed', problem: error instanceof Error ? error.message : String(error) });
    }
  }

  cancel(): void {
    if (this.state.kind !== 'drawing') return;
    this.cancelDrawing();
    this.become({ kind: 'cancelled' });
  }

  /** How the points are marked now. Undefined while what is found on them is not known yet. */
  get marking(): Marking | undefined {
    const { map } = this;
    if (!map) return undefined;
    const colour = this.around.colour();
    if (colour === 'finding') this.followKinds();
    const kinds = this.kinds.answer?.kinds;
    if (colour === 'finding' && kinds?.length !== map.images.length) return undefined;
    const key = `${map.edition} ${colour} ${colour === 'finding' ? this.kindsKey : ''} ${this.kinds.isFresh}`;
    if (this.marked?.key !== key) this.marked = { key, marking: markingOf(map, colour, kinds) };
    return this.marked.marking;
  }

  /** 1 for each point that the legend leaves. */
  visible(): Uint8Array {
    const { marking, hidden } = this;
    if (!marking) return new Uint8Array(this.map?.images.length ?? 0);
    if (this.seen?.marking !== marking || this.seen.hidden !== hidden) {
      const shown = marking.categories.map(({ name }) => Number(!hidden.has(name)));
      this.seen = { marking, hidden, visible: Uint8Array.from(marking.categoryOf, category => shown[category]) };
    }
    return this.seen.visible;
  }

  toggle(category: string): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(category)) hidden.add(category);
    this.hidden = hidden;
    const visible = this.visible();
    this.selection = this.selection.filter(point => visible[point]);
    if (this.current >= 0 && !visible[this.current]) this.current = -1;
    this.around.changed();
  }

  /** The legend begins anew: with other marks, what was switched off is another thing. */
  showAllCategories(): void {
    this.hidden = new Set();
    this.around.changed();
  }

  select(points: readonly number[]): void {
    this.selection = [...new Set(points)].sort((a, b) => a - b);
    this.around.changed();
  }

  moveTo(point: number): void {
    this.current = point;
    this.around.changed();
  }

  /** The image at a point, once it is known: it is asked for. */
  imageAt(point: number): ImageRecord | undefined {
    const image = this.map?.images[point];
    if (image === undefined) return undefined;
    const known = this.images.get(image);
    if (known === undefined) this.asked.want(`${this.map!.edition} ${image}`, image);
    return known ?? undefined;
  }

  /** The same, waiting for it; null where the images are no longer those of the map. */
  async fetchImage(point: number): Promise<ImageRecord | null> {
    const image = this.map?.images[point];
    return image === undefined ? null : (this.images.get(image) ?? this.askImage(image));
  }

  /** The index in the scan of each chosen point's image. */
  selectedImages(): Uint32Array {
    const { map, selection } = this;
    return map ? Uint32Array.from(selection, point => map.images[point]) : new Uint32Array(0);
  }

  private get kindsKey(): string {
    return `${this.around.generation()} ${this.around.threshold()}`;
  }

  private followKinds(): void {
    if (!this.isStale) this.kinds.want(`${this.map!.edition} ${this.kindsKey}`, this.around.threshold());
  }

  private async askImage(image: number): Promise<ImageRecord | null> {
    const record = await this.host.mapImage({ edition: this.map?.edition ?? -1, image });
    this.images.set(image, record);
    if (this.images.size > keptImages) this.images.delete(this.images.keys().next().value!);
    return record;
  }

  private become(state: MapState): void {
    this.state = state;
    this.around.changed();
  }
}

export function markingOf(map: EmbeddingMap, colour: MapColour, kinds: Uint8Array | undefined): Marking {
  switch (colour) {
    case 'label':
      return counted(map.labels, noClass, map.classes, t('No label'));
    case 'split':
      return counted(map.splits, noClass, map.splitNames, t('No split'));
    case 'finding':
      return counted(
        kinds ?? new Uint8Array(0),
        noKind,
        allFindingKinds.map(kind => t(findingKinds[kind].title)),
        t('Nothing found'),
      );
  }
}

/** Names that no point has are left out; the numbers of marks stay with the names. */
function counted(numbers: ArrayLike<number>, none: number, names: readonly string[], noName: string): Marking {
  const counts = new Map<number, number>();
  for (let point = 0; point < numbers.length; point++) counts.set(numbers[point], (counts.get(numbers[point]) ?? 0) + 1);
  const present = [...names.keys()].filter(number => counts.has(number));
  const categories = present.map((number): Category => ({
    name: names[number],
    mark: markOf(number),
    count: counts.get(number)!,
  }));
  if (counts.has(none)) categories.push({ name: noName, mark: quietMark, count: counts.get(none)! });
  const placeOf = new Map(present.map((number, place) => [number, place]));
  const categoryOf = Uint16Array.from(numbers, number => placeOf.get(number) ?? categories.length - 1);
  return { categories, categoryOf };
}
