import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { ImageRecord } from '../../core/dataset/image';
import type { LabelSuspect } from '../../core/findings/labelSuspects';
import type { ScanParams } from '../../protocol/engine';
import { isSuspect } from '../../protocol/labels';
import type { Judgement } from '../../protocol/labels';
import { writeWhole } from '../store/writeWhole';

const places = v.array(v.number());
const fileSchema = v.object({
  roots: v.array(v.string()),
  isCalibrated: v.boolean(),
  labels: v.array(
    v.object({
      root: v.number(),
      path: v.string(),
      content: v.string(),
      at: v.optional(v.object({ file: v.string(), line: v.number(), column: v.number() })),
      box: v.optional(v.pipe(v.tuple([v.number(), v.number(), v.number(), v.number()]), v.readonly())),
      label: v.string(),
      suggested: v.string(),
      score: v.number(),
      votes: v.optional(v.object({ suggested: v.number(), asked: v.number() })),
      nearest: v.optional(v.object({ given: places, suggested: places })),
    }),
  ),
});

/** A rated label with the content that its image had; `nearest` are places among these. */
export type KeptLabel = Readonly<v.InferOutput<typeof fileSchema>['labels'][number]>;

export interface KeptJudgement {
  readonly labels: readonly KeptLabel[];
  readonly isCalibrated: boolean;
}

/**
 * What a judging said of every label. A doubt lasts as long as its image holds the same content under the same label, and for kept scans
 * also beyond this process: judging takes minutes.
 */
export class JudgedLabels {
  #roots: readonly string[] = [];
  #kept: KeptJudgement | undefined;
  /** By image: several where boxes are judged. */
  #suspects: ReadonlyMap<string, readonly KeptLabel[]> = new Map();
  #saving: Promise<unknown> = Promise.resolve();

  /** @param folder where they are kept; always safe to delete */
  constructor(private readonly folder: string) {}

  /** All of it; undefined where no labels were judged. */
  get judgement(): KeptJudgement | undefined {
    return this.#kept;
  }

  /** Takes up what was judged of a scan's roots; what can't be read is none. */
  async load(params: ScanParams): Promise<void> {
    const roots = rootsOf(params);
    if (roots.join('\0') === this.#roots.join('\0')) return;
    this.#roots = roots;
    this.#take(undefined);
    if (!params.keep) return;
    try {
      const parsed = v.parse(fileSchema, JSON.parse(await readFile(this.#fileOf(roots), 'utf8')));
      if (parsed.roots.join('\0') === roots.join('\0')) this.#take(parsed);
    } catch {
      // None, or damaged: the labels can be judged again.
    }
  }

  /** Replaces all; no labels take it back. Images that are gone meanwhile are left out. */
  set({ labels, isCalibrated }: Judgement, images: readonly ImageRecord[], params: ScanParams): void {
    const contentOf = new Map(images.map(image => [keyOf(image), image.content]));
    const placeOf = new Map<number, number>();
    const known = labels.flatMap((label, i) => {
      const content = contentOf.get(keyOf(label));
      if (content === undefined) return [];
      placeOf.set(i, placeOf.size);
      return [{ label, content }];
    });
    const placed = (list: readonly number[]): number[] => list.flatMap(i => placeOf.get(i) ?? []);
    const kept = known.map(({ label: { nearest, ...label }, content }) => ({
      ...label,
      content,
      ...(nearest && { nearest: { given: placed(nearest.given), suggested: placed(nearest.suggested) } }),
    }));
    this.#roots = rootsOf(params);
    this.#take(labels.length > 0 ? { labels: kept, isCalibrated } : undefined);
    if (params.keep) this.#save();
  }

  /** Forgets it for good. */
  clear(): void {
    const isThere = this.#kept !== undefined;
    this.#take(undefined);
    if (isThere) this.#save();
  }

  /** The doubts that still hold; undefined where no labels were judged. */
  of(images: readonly ImageRecord[]): LabelSuspect[] | undefined {
    if (!this.#kept) return undefined;
    return images.flatMap(image =>
      (this.#suspects.get(keyOf(image)) ?? []).flatMap((found): LabelSuspect[] => {
        const { suggested, score, votes, at, label } = found;
        const box = found.box && at && { numbers: found.box, label, at };
        if (found.content !== image.content || (!box && label !== image.label) || image.problem) return [];
        return [{ image: image.index, suggested, score, ...(box && { box }), ...(votes && { votes }) }];
      }),
    );
  }

  /** Settles when what was set is on disk. */
  async saved(): Promise<void> {
    await this.#saving;
  }

  #take(kept: KeptJudgement | undefined): void {
    this.#kept = kept;
    const suspects = new Map<string, KeptLabel[]>();
    for (const label of kept?.labels.filter(isSuspect) ?? []) {
      const own = suspects.get(keyOf(label));
      if (own) own.push(label);
      else suspects.set(keyOf(label), [label]);
    }
    this.#suspects = suspects;
  }

  #save(): void {
    const file = this.#fileOf(this.#roots);
    const bytes = this.#kept && Buffer.from(JSON.stringify({ roots: this.#roots, ...this.#kept }));
    // Where that fails it lasts as long as this process.
    const write = (): Promise<void> => (bytes ? writeWhole(file, bytes) : rm(file, { force: true })).catch(() => undefined);
    this.#saving = this.#saving.then(write);
  }

  #fileOf(roots: readonly string[]): string {
    return path.join(this.folder, `${createHash('sha256').update(roots.join('\0')).digest('hex').slice(0, 32)}.labels.json`);
  }
}

const rootsOf = ({ roots }: ScanParams): string[] => roots.map(root => root.path);
const keyOf = ({ root, path: file }: { readonly root: number; readonly path: string }): string => `${root}\0${file}`;
