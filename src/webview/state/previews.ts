import type { ImageRecord } from '../../core/dataset/image';
import type { PreviewAnswer, PreviewPlace } from '../host';

/** As many at a time as the engine decodes at once, about. */
const maxConcurrent = 8;
const maxKept = 3000;
/** Whole pictures that are held, so that they show in the very frame in which they are wanted: two a pair, for the next pairs and the last. */
const maxPictures = 12;

interface Waiting {
  readonly key: string;
  readonly place: PreviewPlace;
  readonly listeners: Set<(answer: PreviewAnswer) => void>;
}

const keyOf = (image: ImageRecord, side: number): string =>
  `${side}\n${image.root}\n${image.content}\n${image.modifiedMs}\n${image.path}`;

/**
 * Addresses of pictures. Newest wishes first: what was scrolled past is not waited for, and a wish that is given up before its turn
 * is never sent.
 */
export class Previews {
  private readonly kept = new Map<string, PreviewAnswer>();
  private readonly waiting = new Map<string, Waiting>();
  private readonly running = new Map<string, Waiting>();
  private readonly pictures = new Map<string, HTMLImageElement>();

  constructor(private readonly ask: (place: PreviewPlace) => Promise<PreviewAnswer>) {}

  /** What is known already, without asking. */
  peek(image: ImageRecord, side: number): PreviewAnswer | undefined {
    return this.kept.get(keyOf(image, side));
  }

  /** Asks for a preview. Returns what gives the wish up. */
  load(image: ImageRecord, side: number, listener: (answer: PreviewAnswer) => void): () => void {
    const key = keyOf(image, side);
    const known = this.kept.get(key);
    if (known) {
      listener(known);
      return () => undefined;
    }
    let wish = this.running.get(key) ?? this.waiting.get(key);
    if (!wish) {
      wish = { key, place: { root: image.root, path: image.path, side }, listeners: new Set() };
      this.waiting.set(key, wish);
    }
    wish.listeners.add(listener);
    this.next();
    return () => {
      wish.listeners.delete(listener);
      if (wish.listeners.size === 0) this.waiting.delete(key);
    };
  }

  /** The picture could not be shown after all, for example as its cache file is gone: the next wish asks again. */
  forget(image: ImageRecord, side: number): void {
    this.kept.delete(keyOf(image, side));
  }

  /** The picture at an address that this gave: one that is held already, or one that begins to load. */
  picture(uri: string): HTMLImageElement {
    const held = this.pictures.get(uri);
    this.pictures.delete(uri);
    const picture = held ?? Object.assign(new Image(), { src: uri });
    this.pictures.set(uri, picture);
    if (this.pictures.size > maxPictures) this.pictures.delete(this.pictures.keys().next().value!);
    return picture;
  }

  /** The picture was damaged or is gone: the next wish loads it again. */
  dropPicture(uri: string): void {
    this.pictures.delete(uri);
  }

  private next(): void {
    while (this.running.size < maxConcurrent && this.waiting.size > 0) {
      const wish = [...this.waiting.values()].at(-1)!;
      this.waiting.delete(wish.key);
      this.running.set(wish.key, wish);
      void this.run(wish);
    }
  }

  private async run(wish: Waiting): Promise<void> {
    let answer: PreviewAnswer;
    try {
      answer = await this.ask(wish.place);
      this.keep(wish.key, answer);
    } catch (error) {
      answer = { problem: error instanceof Error ? error.message : String(error) };
    }
    this.running.delete(wish.key);
    for (const listener of wish.listeners) listener(answer);
    this.next();
  }

  private keep(key: string, answer: PreviewAnswer): void {
    this.kept.set(key, answer);
    if (this.kept.size > maxKept) this.kept.delete(this.kept.keys().next().value!);
  }
}
