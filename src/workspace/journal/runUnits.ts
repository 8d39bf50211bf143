import { rmdir } from 'node:fs/promises';
import { toAbsolute } from '../identity';
import type { Note } from '../../core/dataset/note';
import type { Direction, Plan, Step } from './entry';
import { StepRefused } from './entry';
import { isMoved } from './standing';
import { takeStep, type StepContext } from './steps';

/** A unit that could not be brought to where it was to go, and is as it was before. */
export interface RefusedUnit {
  readonly unit: number;
  /** The step that stood in the way. */
  readonly step: Step;
  readonly note: Note;
  /** Its files are in neither place any more. */
  readonly isLost: boolean;
}

export interface UnitsRun {
  readonly finished: readonly number[];
  readonly refused: readonly RefusedUnit[];
}

const opposite = (direction: Direction): Direction => (direction === 'do' ? 'undo' : 'do');

/**
 * Brings units to one side, each whole or not at all: where a step is refused, those of its unit before it are taken back. Steps run in order
 * forward and in reverse backward, so that what was done last is undone first.
 */
export async function runUnits(
  plan: Plan,
  units: ReadonlySet<number>,
  direction: Direction,
  context: StepContext,
  onUnit: () => void = () => undefined,
): Promise<UnitsRun> {
  const finished: number[] = [];
  const refused: RefusedUnit[] = [];
  for (const [unit, steps] of stepsByUnit(plan)) {
    if (!units.has(unit)) continue;
    if (context.signal?.aborted) break;
    const ordered = direction === 'do' ? steps : [...steps].reverse();
    const taken: Step[] = [];
    let current = ordered[0];
    try {
      for (const step of ordered) {
        current = step;
        if (await stands(step, direction, context)) continue;
        await takeStep(step, direction, context);
        taken.push(step);
      }
      finished.push(unit);
    } catch (error) {
      if (!(error instanceof StepRefused)) throw error;
      refused.push({ unit, step: current, note: error.note, isLost: error.isLost });
      // After a crash nobody knows what was taken before, so all are asked.
      const back = context.recovering ? ordered : taken;
      for (const step of [...back].reverse()) {
        await takeStep(step, opposite(direction), { ...context, recovering: true }).catch((failure: unknown) => {
          if (!(failure instanceof StepRefused)) throw failure;
        });
      }
    }
    onUnit();
  }
  return { finished, refused };
}

/** Moves that were made already, before a crash or by hand: what `takeStep` would call missing. */
async function stands(step: Step, direction: Direction, context: StepContext): Promise<boolean> {
  if (!context.recovering && direction === 'do') return false;
  return step.kind === 'move' && isMoved(step, direction, context.root);
}

export function stepsByUnit(plan: Plan): Map<number, Step[]> {
  const units = new Map<number, Step[]>();
  for (const step of plan.steps) {
    const list = units.get(step.unit);
    if (list) list.push(step);
    else units.set(step.unit, [step]);
  }
  return units;
}

/** Folders of a plan that are empty again. */
export async function removeMadeFolders(plan: Plan, root: string): Promise<void> {
  for (const folder of [...plan.madeFolders].sort((a, b) => b.length - a.length)) {
    // Not recursive: a folder that something has come into stays.
    await rmdir(toAbsolute(root, folder)).catch(() => undefined);
  }
}
