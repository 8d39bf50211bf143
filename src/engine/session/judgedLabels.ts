import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { ImageRecord } from '../../core/dataset/image';
import type { LabelSuspect } from '../../core/findings/labelSuspects';
import type { ScanParams } from '../../protocol/engine';
import type { SuspectedLabel } from '../../protocol/labels';
import { writeWhole } from '../store/writeWhole';

const fileSchema = v.object({
  roots: v.array(v.string()),
  suspects: v.array(
    v.object({
      root: v.number(),
      path: v.string(),
      content: v.string(),
      label: v.string(),
      suggested: v.string(),
      score: v.number(),
      votes: v.optional(v.object({ suggested: v.number(), asked: v.number() })),
    }),
  ),
});
type Kept = v.InferOutput<typeof fileSchema>['suspects'][number];

/**
 * Doubtful labels that a judging found. They last as long as their image holds the same content under the same label, and for kept scans
 * also beyond this process: judging takes minutes.
 */
export class JudgedLabels {
  #roots: readonly string[] = [];
  #kept: ReadonlyMap<string, Kept> | undefined;
  #saving: Promise<unknown> = Promise.resolve();

  /** @param folder where they are kept; always safe to delete */
  constructor(private readonly folder: string) {}

  /** Takes up those of a scan's roots; what can't be read is none. */
  async load(params: ScanParams): Promise<void> {
    const roots = rootsOf(params);
    if (roots.join('\0') === this.#roots.join('\0')) return;
    this.#roots = roots;
    this.#kept = undefined;
    if (!params.keep) return;
    try {
      const parsed = v.parse(fileSchema, JSON.parse(await readFile(this.#fileOf(roots), 'utf8')));
      if (parsed.roots.join('\0') === roots.join('\0')) this.#kept = mapOf(parsed.suspects);
    } catch {
      // None, or damaged: the labels can be judged again.
    }
  }

  /** Replaces all; an empty list takes them back. */
  set(suspects: readonly SuspectedLabel[], images: readonly ImageRecord[], params: ScanParams): void {
    const byKey = new Map(suspects.map(suspect => [keyOf(suspect), suspect]));
    const kept = images.flatMap(image => {
      const suspect = byKey.get(keyOf(image));
      return suspect ? [{ ...suspect, content: image.content }] : [];
    });
    this.#roots = rootsOf(params);
    this.#kept = suspects.length > 0 ? mapOf(kept) : undefined;
    if (params.keep) this.#save(kept);
  }

  /** Forgets them for good. */
  clear(): void {
    if (this.#kept) this.#save([]);
    this.#kept = undefined;
  }

  /** Those that still hold; undefined where no labels were judged. */
  of(images: readonly ImageRecord[]): LabelSuspect[] | undefined {
    const kept = this.#kept;
    if (!kept) return undefined;
    return images.flatMap(image => {
      const found = kept.get(keyOf(image));
      if (!found || found.content !== image.content || found.label !== image.label || image.problem) return [];
      const { suggested, score, votes } = found;
      return [{ image: image.index, suggested, score, ...(votes && { votes }) }];
    });
  }

  /** Settles when what was set is on disk. */
  async saved(): Promise<void> {
    await this.#saving;
  }

  #save(suspects: readonly Kept[]): void {
    const file = this.#fileOf(this.#roots);
    const bytes = Buffer.from(JSON.stringify({ roots: this.#roots, suspects }));
    // Where that fails they last as long as this process.
    const write = (): Promise<void> =>
      (suspects.length > 0 ? writeWhole(file, bytes) : rm(file, { force: true })).catch(() => undefined);
    this.#saving = this.#saving.then(write);
  }

  #fileOf(roots: readonly string[]): string {
    return path.join(this.folder, `${createHash('sha256').update(roots.join('\0')).digest('hex').slice(0, 32)}.labels.json`);
  }
}

const rootsOf = ({ roots }: ScanParams): string[] => roots.map(root => root.path);
const mapOf = (suspects: readonly Kept[]): Map<string, Kept> => new Map(suspects.map(each => [keyOf(each), each]));
const keyOf = ({ root, path: file }: { readonly root: number; readonly path: string }): string => `${root}\0${file}`;
