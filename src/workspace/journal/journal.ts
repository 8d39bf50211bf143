import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { journalMessages as messages } from '../../core/curation/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { ancestorsOf } from '../../core/dataset/paths';
import { hashFile, isGone, toAbsolute } from '../identity';
import { beginTrashEntry, settleTrashEntry } from '../trash/journaledEntry';
import type { TrashSettings } from '../trash/trashFolder';
import { appendLine, writeDurably } from './durable';
import { parseEntry, stateOf, unitsOf } from './entry';
import type { Direction, EntryState, JournalEntry, Plan, Step } from './entry';
import { entryFilesOf, journalFoldersOf, makeJournalFolder } from './journalFolder';
import { removeLeftOvers, withLock } from './lock';
import { statOf } from './moveFile';
import { noProbe, type Probe } from './probe';
import { removeMadeFolders, runUnits, type RefusedUnit } from './runUnits';
import { removeTemporaries } from './steps';

/** What is to be done, after all has been looked into. */
export interface Draft {
  readonly id?: string;
  /** For people: what this does. */
  readonly what: Note;
  readonly steps: readonly Step[];
  /** Files as they were then; what has changed since is refused. */
  readonly seen?: ReadonlyMap<Step, BigIntStats>;
  readonly requires?: Plan['requires'];
  readonly trash?: Plan['trash'];
  readonly signal?: AbortSignal;
  /** After each unit. */
  readonly onUnit?: () => void;
}

export interface Done {
  readonly entry: JournalEntry;
  /** Places of this run that hold something else now, below the root: to look at again. */
  readonly changed: readonly string[];
  readonly refused: readonly RefusedUnit[];
}

export interface HistoryItem {
  readonly id: string;
  /** ISO 8601, UTC: when it was done first. */
  readonly time: string;
  readonly lastTime: string;
  readonly what: Note;
  /** Files that it moves, edits or writes. */
  readonly files: number;
  readonly state: EntryState;
}

export const newEntryId = (): string => `${Date.now().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;

/** The actions of one root (docs/ACTIONS.md): each is written down before it is done, and can be undone and done again. */
export class Journal {
  private readonly root: string;

  constructor(
    root: string,
    /** Where the journal lies depends on them. */
    private readonly settings: TrashSettings,
    private readonly probe: Probe = noProbe,
  ) {
    this.root = path.resolve(root);
  }

  /**
   * Does what was planned, each unit whole or not at all. Rejects with a {@link NoteError}, having changed nothing, where it can't be written
   * down or another process is at it. An entry of which nothing could be done is forgotten.
   */
  async perform(draft: Draft): Promise<Done> {
    const folder = await makeJournalFolder(this.root, this.settings);
    return withLock(folder, this.root, async () => {
      const id = draft.id ?? newEntryId();
      const plan: Plan = {
        kind: 'plan',
        version: 1,
        id,
        time: new Date().toISOString(),
        root: this.root,
        host: hostname(),
        what: { message: draft.what.message, args: [...draft.what.args] },
        steps: [...draft.steps],
        requires: [...(draft.requires ?? [])],
        ...(draft.trash && { trash: draft.trash }),
        madeFolders: draft.trash ? [] : await this.missingFolders(draft.steps),
      };
      const file = path.join(folder, `${id}.jsonl`);
      await writeDurably(file, `${JSON.stringify(plan)}\n`, this.probe);
      try {
        await beginTrashEntry(this.root, plan);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      this.probe('begun');
      const { seen, signal, onUnit } = draft;
      const context = {
        root: this.root,
        plan,
        recovering: false,
        probe: this.probe,
        ...(seen && { seen }),
        ...(signal && { signal }),
      };
      const { finished, refused } = await runUnits(plan, new Set(unitsOf(plan)), 'do', context, onUnit);
      if (finished.length === 0) {
        await settleTrashEntry(this.root, plan);
        await removeMadeFolders(plan, this.root);
        await rm(file, { force: true });
        return { entry: { plan, applied: new Set<number>(), lastTime: plan.time }, refused, changed: [] };
      }
      const entry = await this.settle(file, plan, new Set(finished));
      return { entry, refused, changed: placesOf(plan, finished) };
    });
  }

  /** Takes an action back, as far as nothing stands in the way. Rejects with a {@link NoteError} where there is nothing to take back. */
  undo(id: string): Promise<Done> {
    return this.turn(id, 'undo');
  }

  /** Does an action again that was taken back. */
  redo(id: string): Promise<Done> {
    return this.turn(id, 'do');
  }

  /** Newest first; those whose files can't be read are left out. */
  async history(limit = Infinity): Promise<HistoryItem[]> {
    const items: HistoryItem[] = [];
    for (const { file } of await entryFilesOf(this.root)) {
      if (items.length >= limit) break;
      const entry = await readEntry(file);
      if (entry === undefined || entry === 'damaged') continue;
      const { plan, lastTime } = entry;
      const { id, time, what, steps } = plan;
      items.push({ id, time, lastTime, what, files: steps.length, state: stateOf(entry) });
    }
    return items;
  }

  /** What Undo takes back: the action that was done last. */
  async lastDone(): Promise<HistoryItem | undefined> {
    const items = await this.history();
    return newest(items.filter(({ state }) => state === 'done' || state === 'partly'));
  }

  /** What Redo does again: the action that was undone last. */
  async lastUndone(): Promise<HistoryItem | undefined> {
    const items = await this.history();
    return newest(items.filter(({ state }) => state === 'undone'));
  }

  /**
   * Brings in order what a killed process left behind: each unit of an action that was cut off is finished, or, where that can't be, is as it
   * was before. Call it at the start. @returns What was done with each action.
   */
  async recover(): Promise<readonly Note[]> {
    const notes: Note[] = [];
    const open: string[] = [];
    for (const folder of journalFoldersOf(this.root)) await removeLeftOvers(folder, this.root);
    for (const { id, file } of await entryFilesOf(this.root)) {
      const entry = await readEntry(file);
      if (entry === 'damaged') notes.push(note(messages.damaged, id));
      else if (entry === undefined || entry.interrupted !== undefined) open.push(file);
    }
    if (open.length === 0) return notes;
    // Oldest first, as they were done.
    for (const file of open.reverse()) {
      const finish = async (): Promise<void> => {
        // Whoever held the lock may have ended it by now.
        const entry = await readEntry(file);
        if (entry === undefined) await rm(file, { force: true });
        else if (entry !== 'damaged' && entry.interrupted) notes.push(...(await this.finish(file, entry, entry.interrupted)));
      };
      try {
        await withLock(path.dirname(file), this.root, finish);
      } catch (error) {
        // Still under way elsewhere, so nothing was cut off.
        if (!(error instanceof NoteError)) throw error;
        break;
      }
    }
    return notes;
  }

  private async turn(id: string, direction: Direction): Promise<Done> {
    const found = (await entryFilesOf(this.root)).find(each => each.id === id);
    if (!found) throw new NoteError(note(messages.unknown, id, this.root));
    const { file } = found;
    return withLock(path.dirname(file), this.root, async () => {
      const entry = await readEntry(file);
      if (entry === 'damaged' || entry === undefined) throw new NoteError(note(messages.damaged, id));
      if (entry.interrupted) await this.finish(file, entry, entry.interrupted);
      const { plan, applied } = (await readEntry(file)) as JournalEntry;
      const all = unitsOf(plan);
      const units = new Set(direction === 'undo' ? applied : all.filter(unit => !applied.has(unit)));
      if (units.size === 0) throw new NoteError(note(direction === 'undo' ? messages.notDone : messages.notUndone));
      if (direction === 'do') await this.assertRequired(plan);
      const line = { kind: 'run', direction: direction === 'do' ? 'redo' : 'undo', time: new Date().toISOString() };
      await appendLine(file, JSON.stringify(line), this.probe);
      if (direction === 'do') await beginTrashEntry(this.root, plan);
      const context = { root: this.root, plan, recovering: false, probe: this.probe };
      const { finished, refused } = await runUnits(plan, units, direction, context);
      const now = new Set(applied);
      for (const unit of finished) {
        if (direction === 'do') now.add(unit);
        else now.delete(unit);
      }
      // What is in neither place can never be undone, and must not stand in the way of what was done before.
      if (direction === 'undo') for (const { unit, isLost } of refused) if (isLost) now.delete(unit);
      return { entry: await this.settle(file, plan, now), refused, changed: placesOf(plan, finished) };
    });
  }

  private async finish(file: string, { plan, applied }: JournalEntry, direction: Direction): Promise<Note[]> {
    if (plan.host !== hostname() || plan.root !== this.root) {
      // Not begun here: never acted upon by itself. What is where can still be told from the disk, and undone.
      await this.settle(file, plan, new Set(unitsOf(plan)));
      return [];
    }
    const isWanted =
      direction === 'undo' ||
      (await this.assertRequired(plan).then(
        () => true,
        () => false,
      ));
    const goal = isWanted ? direction : 'undo';
    const context = { root: this.root, plan, recovering: true, probe: this.probe };
    if (goal === 'do') await beginTrashEntry(this.root, plan);
    const all = unitsOf(plan);
    // Before an undo some may have been taken back already; they stay so.
    const units = new Set(direction === 'undo' ? applied : all);
    const { finished } = await runUnits(plan, units, goal, context);
    await removeTemporaries(plan, this.root);
    const now = new Set(goal === 'do' ? finished : [...applied].filter(unit => !finished.includes(unit)));
    await this.settle(file, plan, now);
    if (direction === 'undo') return [note(messages.undoFinished, plainWhat(plan))];
    if (now.size === all.length) return [note(messages.finished, plainWhat(plan))];
    if (now.size === 0) return [note(messages.takenBack, plainWhat(plan))];
    const files = plan.steps.filter(({ unit }) => now.has(unit)).length;
    return [note(messages.partly, plainWhat(plan), files, plan.steps.length - files)];
  }

  private async settle(file: string, plan: Plan, applied: ReadonlySet<number>): Promise<JournalEntry> {
    await settleTrashEntry(this.root, plan);
    if (applied.size === 0) await removeMadeFolders(plan, this.root);
    this.probe('settled');
    const time = new Date().toISOString();
    const all = unitsOf(plan);
    const line = {
      kind: 'end',
      time,
      applied: applied.size === 0 ? 'none' : applied.size === all.length ? 'all' : [...applied],
    };
    await appendLine(file, JSON.stringify(line), this.probe);
    return { plan, applied, lastTime: time };
  }

  private async assertRequired(plan: Plan): Promise<void> {
    for (const { path: place, content } of plan.requires) {
      const file = path.isAbsolute(place) ? place : toAbsolute(this.root, place);
      const isThere = await hashFile(file).then(
        now => content === '' || now === content,
        () => false,
      );
      if (!isThere) throw new NoteError(note(messages.keptGone, place));
    }
  }

  /** Folders above the targets that are not there yet. */
  private async missingFolders(steps: readonly Step[]): Promise<string[]> {
    const folders = new Set(steps.flatMap(step => ancestorsOf(step.kind === 'move' ? step.to : step.path)));
    const missing: string[] = [];
    for (const folder of folders) if (!(await statOf(toAbsolute(this.root, folder)))) missing.push(folder);
    return missing;
  }
}

async function readEntry(file: string): Promise<JournalEntry | 'damaged' | undefined> {
  try {
    return parseEntry(await readFile(file, 'utf8'));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const newest = (items: readonly HistoryItem[]): HistoryItem | undefined =>
  items.reduce<HistoryItem | undefined>((best, each) => (best && best.lastTime >= each.lastTime ? best : each), undefined);

/** English, as notes of a recovery name an action; its own message is translated where it stands alone. */
const plainWhat = ({ what }: Plan): string =>
  what.message.replace(/\{(\d+)\}/g, (_, i: string) => String(what.args[Number(i)] ?? ''));

function placesOf(plan: Plan, units: readonly number[]): string[] {
  const set = new Set(units);
  return plan.steps
    .filter(({ unit }) => set.has(unit))
    .flatMap(step => (step.kind === 'move' ? [step.from, step.to] : [step.path]))
    .filter(place => !path.isAbsolute(place));
}
