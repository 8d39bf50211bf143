import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, mkdir, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { compareBytes } from '../../core/dataset/paths';
import type { AuditRecord, Relation, Verdict, VerdictImage, VerdictLine } from '../../core/verdicts/verdict';
import { isVerdictLine, mergeVerdictLines, parseVerdictLine } from '../../core/verdicts/verdictLines';
import { errorCode, isGone, isThere } from '../identity';
import { twinlintFolder } from '../twinlintFolder';
import { knownWriterId, writerId } from './writerId';

/** A verdict before it has an id and a time. */
export interface VerdictDraft {
  readonly relation: Relation;
  readonly verdict: Verdict['verdict'];
  readonly images: readonly VerdictImage[];
  /** `relabel`: the label that is right. */
  readonly label?: string;
  readonly audit?: AuditRecord;
}

export interface VerdictRead {
  /** What holds, oldest first. */
  readonly verdicts: readonly Verdict[];
  /** One a broken line or unreadable file. */
  readonly notes: readonly Note[];
}

/** Below the root, with `/`. */
const verdictsPath = '.twinlint/verdicts';
const latestTimeMs = Date.parse('9999-12-31T23:59:59.999Z');

/** The verdicts of one root (docs/VERDICTS.md). Existing lines are never changed. */
export class VerdictStore {
  private readonly root: string;
  private readonly folder: string;
  /** Later than all known lines, whatever their writers' clocks said: a new verdict must win over those its giver saw. */
  private clockMs = 0;
  private hasRead = false;
  /** Given, but not on disk. */
  private pending: VerdictLine[] = [];
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(
    root: string,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.root = path.resolve(root);
    this.folder = path.join(twinlintFolder(this.root), 'verdicts');
  }

  /** Merges the files of all writers. Never rejects because of what is in them. */
  async read(): Promise<VerdictRead> {
    const notes: Note[] = [];
    const lines: VerdictLine[] = [];
    let names: string[] = [];
    try {
      names = (await readdir(this.folder)).filter(name => name.endsWith('.jsonl')).sort(compareBytes);
    } catch (error) {
      if (!isGone(error)) notes.push(note(messages.verdictsUnreadable, verdictsPath, errorCode(error)));
    }
    for (const name of names) await this.readFile(name, lines, notes);
    for (const { time } of lines) this.clockMs = Math.max(this.clockMs, Date.parse(time));
    this.hasRead = true;
    return { verdicts: mergeVerdictLines([...lines, ...this.pending]), notes };
  }

  /** Why the next verdict could not be saved, as far as can be told without writing. */
  async obstacle(): Promise<Note | undefined> {
    const writer = await knownWriterId(this.root);
    const places = [this.folder, twinlintFolder(this.root), this.root];
    if (writer !== undefined) places.unshift(path.join(this.folder, `${writer}.jsonl`));
    for (const place of places) {
      try {
        await access(place, constants.W_OK);
        return undefined;
      } catch (error) {
        // What is not there yet will be made in the folder above.
        if (errorCode(error) !== 'ENOENT') return this.notKept(error);
      }
    }
    return note(messages.answersFolderGone, this.root);
  }

  /**
   * Appends verdicts in one write, on disk when it resolves. Rejects with a {@link NoteError} where they can't be saved; they then hold
   * for this store and are saved along with the next ones.
   *
   * @param hold False: what can't be saved is forgotten, as the person is asked again.
   */
  async add(drafts: readonly VerdictDraft[], hold = true): Promise<readonly VerdictLine[]> {
    return this.append(
      ({ id, time }, { relation, verdict, images, label, audit }) => ({
        id,
        time,
        relation,
        verdict,
        images: images.map(slim),
        ...(label !== undefined && { label }),
        ...(audit && { audit }),
      }),
      drafts,
      hold,
    );
  }

  /** Takes lines back; what held before them holds again. */
  async retract(ids: readonly string[], relation: Relation = 'same-picture'): Promise<readonly VerdictLine[]> {
    return this.append(({ id, time }, retracts) => ({ id, time, relation, verdict: 'retract', images: [], retracts }), ids);
  }

  private async append<T>(
    make: (stamp: { id: string; time: string }, from: T) => VerdictLine,
    from: readonly T[],
    hold = true,
  ): Promise<VerdictLine[]> {
    if (from.length === 0) return [];
    if (!this.hasRead) await this.read();
    const lines = from.map(item => make(this.stamp(), item));
    this.pending.push(...lines);
    const write = this.lastWrite.then(() => this.writePending());
    this.lastWrite = write.catch(() => undefined);
    try {
      await write;
    } catch (error) {
      if (hold) throw this.notSaved(error);
      this.pending = this.pending.filter(line => !lines.includes(line));
      throw new NoteError(await this.notKeptIn(error), { cause: error });
    }
    return lines;
  }

  private stamp(): { id: string; time: string } {
    this.clockMs = Math.min(Math.max(this.nowMs(), this.clockMs + 1), latestTimeMs);
    const id = this.clockMs.toString(36).padStart(9, '0') + randomBytes(5).toString('hex');
    return { id, time: new Date(this.clockMs).toISOString() };
  }

  private async writePending(): Promise<void> {
    const lines = this.pending;
    if (lines.length === 0) return;
    const writer = await writerId(this.root);
    await mkdir(this.folder, { recursive: true });
    await appendLines(path.join(this.folder, `${writer}.jsonl`), lines);
    this.pending = this.pending.filter(line => !lines.includes(line));
  }

  private notSaved(error: unknown): NoteError {
    const message = isReadOnly(error) ? messages.verdictsReadOnly : messages.verdictsNotSaved;
    return new NoteError(note(message, twinlintFolder(this.root), reasonOf(error)), { cause: error });
  }

  private notKept(error: unknown): Note {
    return note(
      isReadOnly(error) ? messages.answersReadOnly : messages.answersNotSaved,
      twinlintFolder(this.root),
      reasonOf(error),
    );
  }

  private async notKeptIn(error: unknown): Promise<Note> {
    return (await isThere(this.root)) ? this.notKept(error) : note(messages.answersFolderGone, this.root);
  }

  private async readFile(name: string, lines: VerdictLine[], notes: Note[]): Promise<void> {
    const shown = `${verdictsPath}/${name}`;
    let number = 0;
    const take = (text: string): void => {
      number++;
      if (text.trim() === '') return;
      // Some editors put a byte order mark before what they save.
      const parsed = parseVerdictLine(text.replace(/^\uFEFF/, ''));
      if (isVerdictLine(parsed)) lines.push(parsed);
      else notes.push(note(messages.verdictBroken, shown, number, parsed.reason));
    };
    let rest = '';
    try {
      // In pieces, so that the event loop gets its turns however long the file is.
      for await (const piece of createReadStream(path.join(this.folder, name), 'utf8')) {
        const texts = (rest + (piece as string)).split('\n');
        rest = texts.pop()!;
        texts.forEach(take);
      }
    } catch (error) {
      if (!isGone(error)) notes.push(note(messages.verdictsUnreadable, shown, errorCode(error)));
    }
    if (rest !== '') take(rest);
  }
}

const isReadOnly = (error: unknown): boolean => ['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error));

const reasonOf = (error: unknown): string => errorCode(error) || (error instanceof Error ? error.message : String(error));

const slim = ({ content, path: hint }: VerdictImage): VerdictImage => ({ content, path: hint });

/** One write at the end of the file, then flushed to disk. A last line that a crash cut off is ended first, and so stays apart. */
async function appendLines(file: string, lines: readonly VerdictLine[]): Promise<void> {
  const handle = await open(file, 'a+');
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const isCutOff = size > 0 && last[0] !== 0x0a;
    const bytes = Buffer.from((isCutOff ? '\n' : '') + lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten !== bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
