/**
 * Does, undoes or does again a stretch of random actions, telling each on stdout; or brings in order what a killed one left. Ends itself at the
 * n-th place between two system calls where it is told to.
 */
import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { note, noteText } from '../../../../src/core/dataset/note';
import { defaultScanSettings } from '../../../../src/core/settings/scanSettings';
import type { Step } from '../../../../src/workspace/journal/entry';
import { Journal } from '../../../../src/workspace/journal/journal';
import { isNote, MoveChecks, planCreate, planEdit } from '../../../../src/workspace/journal/planSteps';
import { moveToTrash } from '../../../../src/workspace/trash/moveToTrash';
import { actionAt, applyAction, firstModel, idOf } from './randomActions.mjs';

interface Task {
  readonly root: string;
  readonly seed: number;
  readonly phase: 'do' | 'undo' | 'redo' | 'recover';
  readonly from: number;
  readonly to: number;
  readonly fault: number | null;
  readonly trashFolder: string;
}
interface Action {
  readonly kind: 'move' | 'trash' | 'edit' | 'create';
  readonly units?: readonly (readonly (readonly [string, string])[])[];
  readonly edit?: { readonly path: string; readonly splice: { at: number; before: string; after: string } };
  readonly keep?: string;
  readonly files?: readonly string[];
  readonly path?: string;
  readonly text?: string;
}

const task = JSON.parse(process.argv[2]) as Task;
const settings = { ...defaultScanSettings, labels: 'none', trashFolder: task.trashFolder };
let left = task.fault ?? Infinity;
const probe = (): void => {
  if (--left <= 0) process.kill(process.pid, 'SIGKILL');
};
const { root } = task;
const journal = new Journal(root, settings, probe);
const tell = (text: string | number): number => writeSync(1, `${text}\n`);

async function perform(action: Action, number: number): Promise<void> {
  const id = idOf(number);
  if (action.kind === 'trash') {
    const files = action.files!.map(file => ({ path: file }));
    const { refused } = await moveToTrash({ root, settings, keep: { root, path: action.keep! }, files, id, probe });
    if (refused.length > 0) throw new Error(refused.map(each => noteText(each.note)).join());
    return;
  }
  const steps: Step[] = [];
  const checks = new MoveChecks(root);
  for (const [unit, moves] of (action.units ?? []).entries()) {
    for (const [from, to] of moves) {
      const planned = await checks.plan({ path: from }, to);
      if (isNote(planned)) throw new Error(noteText(planned));
      steps.push({ ...planned.step, unit });
    }
  }
  if (action.edit) {
    const text = readFileSync(path.join(root, action.edit.path), 'utf8');
    const planned = await planEdit(root, action.edit.path, text, [action.edit.splice]);
    if (!planned) throw new Error(`no edit of ${action.edit.path}`);
    steps.push({ ...planned, unit: 0 });
  }
  if (action.kind === 'create') steps.push({ ...planCreate(action.path!, action.text!), unit: 0 });
  const { refused } = await journal.perform({ id, what: note(action.kind), steps });
  if (refused.length > 0) throw new Error(refused.map(each => noteText(each.note)).join());
}

switch (task.phase) {
  case 'recover':
    for (const told of await journal.recover()) tell(noteText(told));
    break;
  case 'do': {
    const model = firstModel(task.seed);
    for (let number = 0; number < task.to; number++) {
      const action = actionAt(model, task.seed, number) as Action;
      if (number >= task.from) {
        await perform(action, number);
        tell(number);
      }
      applyAction(model, action, number);
    }
    break;
  }
  case 'undo':
  case 'redo': {
    const step = task.phase === 'undo' ? -1 : 1;
    for (let number = task.from; number !== task.to; number += step) {
      const { refused } = await (task.phase === 'undo' ? journal.undo(idOf(number)) : journal.redo(idOf(number)));
      if (refused.length > 0) throw new Error(refused.map(each => noteText(each.note)).join());
      tell(number);
    }
  }
}
tell('end');
