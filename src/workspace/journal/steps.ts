import type { BigIntStats } from 'node:fs';
import { mkdir, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { journalMessages as messages } from '../../core/curation/messages';
import { inverted } from '../../core/curation/splices';
import { note } from '../../core/dataset/note';
import { errorCode, hashFile, isGone } from '../identity';
import { createText, editText, hashText } from './editText';
import type { CreateStep, Direction, EditStep, MoveStep, Plan, Step } from './entry';
import { StepRefused } from './entry';
import { MoveError, moveFile, statOf } from './moveFile';
import { placeOf } from './places';
import type { Probe } from './probe';

export interface StepContext {
  readonly root: string;
  readonly plan: Plan;
  /** Files as they were when they were looked into, by step; only right after planning. */
  readonly seen?: ReadonlyMap<Step, BigIntStats>;
  /** After a crash. */
  readonly recovering: boolean;
  readonly probe: Probe;
  /** Ends the run between two units. */
  readonly signal?: AbortSignal;
}

/** Takes a step, or takes it back. Rejects with a {@link StepRefused}, having done nothing. May be called again after a crash. */
export async function takeStep(step: Step, direction: Direction, context: StepContext): Promise<void> {
  const temporaryName = temporaryNameOf(context.plan, step);
  switch (step.kind) {
    case 'move':
      return takeMove(step, direction, temporaryName, context);
    case 'edit':
      return takeEdit(step, direction, temporaryName, context);
    case 'create':
      return takeCreate(step, direction, temporaryName, context);
  }
}

/** The same after a restart, and for this step alone. */
const temporaryNameOf = (plan: Plan, step: Step): string =>
  `.twinlint-${plan.id}-${hashText(step.kind === 'move' ? step.from : step.path).slice(0, 8)}.part`;

/** Takes away what a killed process had not given its name yet; of all of it there is another copy. */
export async function removeTemporaries(plan: Plan, root: string): Promise<void> {
  for (const step of plan.steps) {
    for (const place of step.kind === 'move' ? [step.from, step.to] : [step.path]) {
      const file = placeOf(root, place);
      if (file !== undefined) {
        await rm(path.join(path.dirname(file), temporaryNameOf(plan, step)), { force: true }).catch(() => undefined);
      }
    }
  }
}

const readOnlyCodes = ['EACCES', 'EPERM', 'EROFS'];

async function takeMove(step: MoveStep, direction: Direction, temporaryName: string, context: StepContext): Promise<void> {
  const { root, plan, probe, recovering } = context;
  const isForward = direction === 'do';
  const [source, target] = isForward ? [step.from, step.to] : [step.to, step.from];
  const [from, to] = [placeOf(root, source), placeOf(root, target)];
  if (from === undefined || to === undefined) throw new StepRefused(note(messages.outside, source, target, root));
  try {
    await moveFile(from, to, step, {
      exclusive: isForward && plan.trash !== undefined,
      temporaryName,
      recovering,
      probe,
      ...(isForward && context.seen?.has(step) && { seen: context.seen.get(step)! }),
    });
  } catch (error) {
    throw await refusedMove(error, step, { isForward, from, to, target });
  }
}

async function refusedMove(
  error: unknown,
  step: MoveStep,
  { isForward, from, to, target }: { isForward: boolean; from: string; to: string; target: string },
): Promise<StepRefused> {
  const { from: shown } = step;
  const problem = error instanceof MoveError ? error.problem : isGone(error) && !(await statOf(from)) ? 'gone' : undefined;
  switch (problem) {
    case 'gone': {
      // Someone has done it already, by hand or from the trash.
      const isLost = !(await statOf(to).catch(() => undefined));
      return new StepRefused(isForward ? note(messages.missing, shown) : note(messages.undoMissing, shown, step.to), isLost);
    }
    case 'changed':
      return new StepRefused(note(isForward ? messages.changed : messages.undoChanged, shown));
    case 'taken':
      return new StepRefused(isForward ? note(messages.taken, shown, target) : note(messages.undoTaken, shown));
    case 'copy':
      return new StepRefused(note(messages.copyDiffers, shown));
    case undefined: {
      const code = errorCode(error) || (error instanceof Error ? error.message : String(error));
      if (!isForward) return new StepRefused(note(messages.undoFailed, shown, code));
      if (!readOnlyCodes.includes(code)) return new StepRefused(note(messages.failed, shown, code));
      return new StepRefused(note(messages.readOnly, shown, path.dirname(from), code));
    }
  }
}

async function takeEdit(step: EditStep, direction: Direction, temporaryName: string, context: StepContext): Promise<void> {
  const { root, probe } = context;
  const file = placeOf(root, step.path);
  if (file === undefined) throw new StepRefused(note(messages.outside, step.path, step.path, root));
  const [from, to] = direction === 'do' ? [step.before, step.after] : [step.after, step.before];
  const edit = {
    splices: direction === 'do' ? step.splices : inverted(step.splices),
    from: from.content,
    to: to.content,
    ...(direction === 'undo' && { modifiedMs: step.before.modifiedMs }),
  };
  let outcome: string;
  try {
    outcome = await editText(file, edit, temporaryName, probe);
  } catch (error) {
    if (isGone(error)) throw new StepRefused(note(messages.editMissing, step.path));
    throw new StepRefused(note(messages.editFailed, step.path, errorCode(error) || String(error)));
  }
  if (outcome === 'changed') {
    throw new StepRefused(note(direction === 'do' ? messages.editChanged : messages.undoEditChanged, step.path));
  }
}

async function takeCreate(step: CreateStep, direction: Direction, temporaryName: string, context: StepContext): Promise<void> {
  const { root, probe } = context;
  const file = placeOf(root, step.path);
  if (file === undefined) throw new StepRefused(note(messages.outside, step.path, step.path, root));
  try {
    const standing = (await statOf(file)) && (await hashFile(file));
    if (direction === 'do') {
      if (standing === step.content && context.recovering) return;
      await mkdir(path.dirname(file), { recursive: true });
      if (standing !== undefined || !(await createText(file, step.text, temporaryName, probe))) {
        throw new StepRefused(note(messages.createTaken, step.path));
      }
    } else if (standing !== undefined) {
      // Ours, to the last byte; the journal can write it again.
      if (standing !== step.content) throw new StepRefused(note(messages.createChanged, step.path));
      await unlink(file);
      probe('created unlinked');
    }
  } catch (error) {
    if (error instanceof StepRefused) throw error;
    throw new StepRefused(note(messages.editFailed, step.path, errorCode(error) || String(error)));
  }
}
