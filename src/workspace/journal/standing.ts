import type { Direction, MoveStep } from './entry';
import { isExpected, statOf } from './moveFile';
import { placeOf } from './places';

/** Whether a move has already been made: nothing stands where it starts, and what it moves stands where it ends. */
export async function isMoved(step: MoveStep, direction: Direction, root: string): Promise<boolean> {
  const [source, target] = direction === 'do' ? [step.from, step.to] : [step.to, step.from];
  const [from, to] = [placeOf(root, source), placeOf(root, target)];
  if (from === undefined || to === undefined || (await statOf(from))) return false;
  const stats = await statOf(to);
  return stats !== undefined && isExpected(to, stats, step);
}
