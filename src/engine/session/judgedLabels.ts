import type { ImageRecord } from '../../core/dataset/image';
import type { LabelSuspect } from '../../core/findings/labelSuspects';
import type { SuspectedLabel } from '../../protocol/labels';

/** Doubtful labels that a judging found. They last as long as their image holds the same content under the same label. */
export class JudgedLabels {
  #kept: ReadonlyMap<string, { readonly suspect: SuspectedLabel; readonly content: string }> | undefined;

  /** Replaces all; an empty list takes them back. */
  set(suspects: readonly SuspectedLabel[], images: readonly ImageRecord[]): void {
    const byKey = new Map(suspects.map(suspect => [keyOf(suspect), suspect]));
    const kept = images.flatMap(image => {
      const suspect = byKey.get(keyOf(image));
      return suspect ? [[keyOf(image), { suspect, content: image.content }] as const] : [];
    });
    this.#kept = suspects.length > 0 ? new Map(kept) : undefined;
  }

  clear(): void {
    this.#kept = undefined;
  }

  /** Those that still hold; undefined where no labels were judged. */
  of(images: readonly ImageRecord[]): LabelSuspect[] | undefined {
    const kept = this.#kept;
    if (!kept) return undefined;
    return images.flatMap(image => {
      const found = kept.get(keyOf(image));
      if (!found || found.content !== image.content || found.suspect.label !== image.label || image.problem) return [];
      const { suggested, score, votes } = found.suspect;
      return [{ image: image.index, suggested, score, ...(votes && { votes }) }];
    });
  }
}

const keyOf = ({ root, path }: { readonly root: number; readonly path: string }): string => `${root}\0${path}`;
