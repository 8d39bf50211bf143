import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import * as v from 'valibot';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { TrainPoint } from '../../protocol/training';
import { writeWhole } from '../store/writeWhole';
import type { Checkpoint } from '../training/checkpoint';

/** First bytes of every file with an interrupted training. */
const MAGIC = Buffer.from('TWINLINT-CHECKPOINT 1\n');
const HASH_BYTES = 32;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const floats = v.record(v.string(), v.instance(Float32Array));
/** Losses are NaN before the first step. */
const anyNumber = v.custom<number>(value => typeof value === 'number');
const metrics = v.object({
  accuracy: anyNumber,
  rocAuc: anyNumber,
  bestThreshold: anyNumber,
  bestAccuracy: anyNumber,
  fittedAccuracy: anyNumber,
  loss: anyNumber,
  score: anyNumber,
});
const contentSchema = v.object({
  settings: v.string(),
  points: v.array(
    v.object({
      step: count,
      elapsedMs: v.number(),
      loss: anyNumber,
      pairAccuracy: anyNumber,
      learningRate: v.number(),
      validation: v.optional(v.object({ loss: anyNumber, accuracy: anyNumber, rocAuc: anyNumber })),
    }),
  ),
  checkpoint: v.object({
    version: v.literal(1),
    step: count,
    elapsedMs: v.number(),
    smoothedLoss: anyNumber,
    smoothedAccuracy: anyNumber,
    lowestLoss: anyNumber,
    rateFactor: v.number(),
    state: v.record(v.string(), v.union([v.instance(Float32Array), v.instance(Int32Array), v.instance(Uint8Array)])),
    averagedAt: count,
    average: v.optional(floats),
    withoutGain: count,
    best: v.optional(v.object({ metrics, step: count, parameters: floats })),
  }),
});

export interface KeptTraining {
  readonly checkpoint: Checkpoint;
  readonly points: readonly TrainPoint[];
}

/**
 * An interrupted training on disk: the magic line, what is kept in V8's serialization (numbers and typed arrays, no code), SHA-256. Made
 * for the same program on the same machine; what can't be read is replaced.
 */
export class CheckpointFile {
  #isTold = false;
  /** Something else stands in its place, which is nobody's to overwrite. */
  #isForeign = false;

  /** @param settings whatever decides how the training goes: a checkpoint of others does not belong */
  constructor(
    private readonly file: string,
    private readonly settings: string,
    private readonly onNote: (of: Note) => void,
  ) {}

  /** What is there to go on from. Tells of one that can't be used. */
  async load(): Promise<KeptTraining | undefined> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.file);
    } catch {
      return undefined;
    }
    this.#isForeign = !bytes.subarray(0, MAGIC.length).equals(MAGIC);
    if (this.#isForeign) {
      this.onNote(note(messages.checkpointForeign, this.file));
      return undefined;
    }
    const kept = contentOf(bytes);
    if (!kept) this.onNote(note(messages.checkpointDamaged, this.file));
    else if (kept.settings !== this.settings) this.onNote(note(messages.checkpointOther, this.file));
    else return kept;
    return undefined;
  }

  /** One that can't be written is told once, and costs nothing else. */
  async save({ checkpoint, points }: KeptTraining): Promise<void> {
    if (this.#isForeign) return;
    const body = Buffer.concat([MAGIC, serialize({ settings: this.settings, points, checkpoint })]);
    try {
      await writeWhole(this.file, Buffer.concat([body, createHash('sha256').update(body).digest()]));
    } catch (error) {
      if (this.#isTold) return;
      this.#isTold = true;
      this.onNote(note(messages.checkpointUnwritable, this.file, (error as NodeJS.ErrnoException).code ?? String(error)));
    }
  }

  /** After the training came to its end. Only a file of ours is touched. */
  async remove(): Promise<void> {
    const bytes = await readFile(this.file).catch(() => undefined);
    if (bytes?.subarray(0, MAGIC.length).equals(MAGIC)) await rm(this.file, { force: true }).catch(() => undefined);
  }
}

function contentOf(bytes: Buffer): (KeptTraining & { readonly settings: string }) | undefined {
  const end = bytes.length - HASH_BYTES;
  if (end < MAGIC.length || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const body = bytes.subarray(0, end);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(end))) return undefined;
  try {
    const parsed = v.safeParse(contentSchema, deserialize(body.subarray(MAGIC.length)));
    if (!parsed.success) return undefined;
    const { settings, points, checkpoint } = parsed.output;
    // What is absent stays absent, as the schema's optional keys do not say.
    return { settings, points: points, checkpoint: checkpoint };
  } catch {
    return undefined;
  }
}
