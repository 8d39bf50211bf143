import * as v from 'valibot';
import type { Note } from '../../core/dataset/note';

const text = v.pipe(v.string(), v.minLength(1));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const move = v.object({
  kind: v.literal('move'),
  /** Steps of one unit are done together or not at all: an image with its sidecars and rows. */
  unit: v.number(),
  /** Below the root, with `/`. */
  from: text,
  /** Likewise; in the trash folder it may be absolute. */
  to: text,
  /** SHA-256; of a symlink, of its target's path. */
  content: hash,
  sizeBytes: v.number(),
  modifiedMs: v.number(),
  /** The target, of a symlink. */
  link: v.optional(v.string()),
  /** How many more names the file had. */
  hardLinks: v.optional(v.number()),
});

const splice = v.object({
  /** In UTF-16 units, of the text before any splice. */
  at: v.number(),
  before: v.string(),
  after: v.string(),
  /** What stood before and after it, to find the place again. */
  lead: v.optional(v.string()),
  trail: v.optional(v.string()),
});

const edit = v.object({
  kind: v.literal('edit'),
  unit: v.number(),
  path: text,
  before: v.object({ content: hash, modifiedMs: v.number() }),
  after: v.object({ content: hash }),
  /** In ascending order, apart. */
  splices: v.array(splice),
});

const create = v.object({ kind: v.literal('create'), unit: v.number(), path: text, text: v.string(), content: hash });

const step = v.variant('kind', [move, edit, create]);
const what = v.object({ message: text, args: v.array(v.union([v.string(), v.number()])) });

const plan = v.object({
  kind: v.literal('plan'),
  version: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[0-9a-z]{9}-[0-9a-f]{12}$/)),
  time: text,
  /** Absolute, at that time. */
  root: text,
  host: v.string(),
  what,
  steps: v.array(step),
  /** What must be there for the whole to make sense: the kept files. */
  requires: v.array(v.object({ path: text, content: v.string() })),
  /** The trash entry that this fills. */
  trash: v.optional(v.object({ folder: text, kept: v.object({ path: v.string(), content: v.string() }) })),
  /** Folders that did not exist; they go away with an undo if they are empty then. */
  madeFolders: v.array(text),
});

const run = v.object({ kind: v.literal('run'), direction: v.picklist(['undo', 'redo']), time: text });
const end = v.object({
  kind: v.literal('end'),
  time: text,
  /** The units that are done now. */
  applied: v.union([v.picklist(['all', 'none']), v.array(v.number())]),
});

const line = v.variant('kind', [plan, run, end]);

export type MoveStep = v.InferOutput<typeof move>;
export type EditStep = v.InferOutput<typeof edit>;
export type CreateStep = v.InferOutput<typeof create>;
export type Step = v.InferOutput<typeof step>;
export type Plan = v.InferOutput<typeof plan>;
export type JournalLine = v.InferOutput<typeof line>;
export type Direction = 'do' | 'undo';

/** One action as its file in the journal tells it. */
export interface JournalEntry {
  readonly plan: Plan;
  /** Units that are done now. */
  readonly applied: ReadonlySet<number>;
  /** Which way it was going when it was cut off; absent where it came to its end. */
  readonly interrupted?: Direction;
  /** When it was last begun or ended. */
  readonly lastTime: string;
}

export type EntryState = 'done' | 'undone' | 'partly' | 'interrupted';

export const unitsOf = (plan: Plan): number[] => [...new Set(plan.steps.map(each => each.unit))];

export function stateOf({ plan: { steps }, applied, interrupted }: JournalEntry): EntryState {
  if (interrupted !== undefined) return 'interrupted';
  if (applied.size === 0) return 'undone';
  return steps.every(({ unit }) => applied.has(unit)) ? 'done' : 'partly';
}

/** What an entry's file tells. A last line without its end was never written whole and counts for nothing; undefined without a plan. */
export function parseEntry(content: string): JournalEntry | 'damaged' | undefined {
  const whole = content.slice(0, content.lastIndexOf('\n') + 1);
  if (whole.trim() === '') return undefined;
  const lines: JournalLine[] = [];
  for (const each of whole.split('\n')) {
    if (each === '') continue;
    const parsed = v.safeParse(line, safeJson(each));
    if (parsed.success) lines.push(parsed.output);
    // Cut off by a crash, then ended by the line that was written next.
    else if (lines.length === 0) return 'damaged';
  }
  const [first, ...rest] = lines;
  if (first.kind !== 'plan') return 'damaged';
  let applied: ReadonlySet<number> = new Set();
  let interrupted: Direction | undefined = 'do';
  let lastTime = first.time;
  for (const each of rest) {
    if (each.kind === 'plan') return 'damaged';
    lastTime = each.time;
    if (each.kind === 'run') interrupted = each.direction === 'undo' ? 'undo' : 'do';
    else {
      interrupted = undefined;
      applied = new Set(each.applied === 'all' ? unitsOf(first) : each.applied === 'none' ? [] : each.applied);
    }
  }
  return { plan: first, applied, lastTime, ...(interrupted && { interrupted }) };
}

function safeJson(of: string): unknown {
  try {
    return JSON.parse(of);
  } catch {
    return undefined;
  }
}

/** A step could not be taken; nothing of it was. */
export class StepRefused extends Error {
  constructor(
    readonly note: Note,
    /** Neither place has the file any more. */
    readonly isLost = false,
  ) {
    super(note.message);
    this.name = 'StepRefused';
  }
}
