import { note, type Note } from '../dataset/note';
import { searchMessages as messages } from './messages';

/** A file of a sequence; its number is the last one in its name. */
export interface FrameFile {
  readonly path: string;
  /** Absent where the name has no number. */
  readonly number?: number;
}

export interface FrameOrder {
  readonly frames: readonly FrameFile[];
  readonly notes: readonly Note[];
}

const parts = (path: string): { readonly pattern: string; readonly number?: number } => {
  const slash = path.lastIndexOf('/') + 1;
  const found = /^(.*?)(\d+)(\D*)$/.exec(path.slice(slash));
  if (!found) return { pattern: path };
  // Leading zeros belong to the number; the extension does not tell sequences apart.
  return { pattern: path.slice(0, slash) + found[1].replace(/\d+$/, ''), number: Number(found[2]) };
};

const byteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const LISTED = 5;

/**
 * The frames of the sequence that `start` belongs to (without one: of the longest), in the order of their numbers; names without numbers
 * in the order of their names. Notes say what was left out, which numbers are missing and which are there twice.
 */
export function orderFrames(paths: readonly string[], start?: string): FrameOrder {
  const notes: Note[] = [];
  const sequences = new Map<string, FrameFile[]>();
  for (const path of [...paths].sort(byteOrder)) {
    const { pattern, number } = parts(path);
    const key = number === undefined ? '' : pattern;
    sequences.set(key, [...(sequences.get(key) ?? []), { path, ...(number !== undefined && { number }) }]);
  }
  let chosen: FrameFile[] = [];
  for (const frames of sequences.values()) {
    const holdsStart = start !== undefined && frames.some(({ path }) => path === start);
    if (holdsStart || (start === undefined && frames.length > chosen.length)) chosen = frames;
  }
  const others = paths.length - chosen.length;
  if (others > 0 && chosen.length > 0) notes.push(note(messages.otherFiles, others, chosen[0].path));
  const frames = [...chosen].sort((a, b) => (a.number ?? 0) - (b.number ?? 0) || byteOrder(a.path, b.path));
  if (frames.length > 1 && frames[0].number === undefined) notes.push(note(messages.noNumbers));
  notes.push(...gapsOf(frames));
  return { frames, notes };
}

function gapsOf(frames: readonly FrameFile[]): Note[] {
  const notes: Note[] = [];
  const twice = frames.filter(({ number }, i) => i > 0 && number !== undefined && number === frames[i - 1].number);
  if (twice.length > 0) notes.push(note(messages.twice, twice.length, twice[0].path));
  const gaps: string[] = [];
  let missing = 0;
  // Every fifth frame is no gap, but a step.
  const step = smallestStep(frames);
  for (let i = 1; i < frames.length; i++) {
    const [before, after] = [frames[i - 1].number ?? 0, frames[i].number ?? 0];
    if (after - before <= step) continue;
    missing += Math.round((after - before) / step) - 1;
    gaps.push(after - before === 2 * step ? `${before + step}` : `${before + step}–${after - step}`);
  }
  if (missing > 0) {
    notes.push(note(messages.missing, missing, gaps.slice(0, LISTED).join(', ') + (gaps.length > LISTED ? ' …' : '')));
  }
  return notes;
}

function smallestStep(frames: readonly FrameFile[]): number {
  let step = Infinity;
  for (let i = 1; i < frames.length; i++) {
    const gap = (frames[i].number ?? 0) - (frames[i - 1].number ?? 0);
    if (gap > 0 && gap < step) step = gap;
  }
  return step;
}
