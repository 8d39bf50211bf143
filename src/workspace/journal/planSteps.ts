import type { BigIntStats } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { journalMessages as messages } from '../../core/curation/messages';
import { anchored, spliced, type Splice } from '../../core/curation/splices';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { ancestorsOf } from '../../core/dataset/paths';
import { errorCode, hashBytes, hashFile, isGone, toAbsolute } from '../identity';
import { hashText } from './editText';
import type { CreateStep, EditStep, MoveStep } from './entry';
import { linkContent, statOf } from './moveFile';
import { placeOf } from './places';

/** A file as a scan saw it; what is not known is not compared. */
export interface SeenFile {
  /** Below the root, with `/`. */
  readonly path: string;
  /** SHA-256. */
  readonly content?: string;
  readonly sizeBytes?: number;
  readonly modifiedMs?: number;
}

export interface PlannedMove {
  readonly step: Omit<MoveStep, 'unit'>;
  readonly stats: BigIntStats;
}

/** Looks into moves, many at once: it remembers the folders. */
export class MoveChecks {
  private readonly behindLink = new Map<string, boolean>();

  constructor(private readonly root: string) {}

  /** What moving a file takes; or why it stays. Reads it only where the scan's size and time say nothing. */
  async plan(file: SeenFile, to: string): Promise<PlannedMove | Note> {
    const { root } = this;
    const from = file.path;
    const [source, target] = [placeOf(root, from), placeOf(root, to)];
    if (source === undefined) return note(messages.outside, from, from, root);
    if (target === undefined) return note(messages.outside, from, to, root);
    try {
      const stats = await lstat(source, { bigint: true });
      const isLink = stats.isSymbolicLink();
      if (!isLink && !stats.isFile()) return note(messages.notFile, from);
      if ((await this.isBehindLink(from)) || (await this.isBehindLink(to))) return note(messages.behindLink, from);
      if (await statOf(target)) return note(messages.taken, from, to);
      const sizeBytes = Number(stats.size);
      const modifiedMs = Number(stats.mtimeMs);
      const times = { from, to, sizeBytes, modifiedMs };
      if (isLink) {
        const link = await readlink(source);
        const isSameFolder = path.dirname(source) === path.dirname(target);
        if (!path.isAbsolute(link) && !isSameFolder && !to.endsWith('.trashed')) return note(messages.relativeLink, from, to);
        return { step: { kind: 'move', ...times, content: linkContent(link), link }, stats };
      }
      const isAsScanned = file.content && file.sizeBytes === sizeBytes && Math.trunc(file.modifiedMs ?? -1) === modifiedMs;
      const content = isAsScanned ? file.content : await hashOf(source, sizeBytes);
      if (file.content && content !== file.content) return note(messages.changed, from);
      return {
        step: { kind: 'move', ...times, content, ...(stats.nlink > 1n && { hardLinks: Number(stats.nlink) - 1 }) },
        stats,
      };
    } catch (error) {
      return isGone(error) ? note(messages.missing, from) : note(messages.failed, from, errorCode(error) || String(error));
    }
  }

  private async isBehindLink(place: string): Promise<boolean> {
    if (path.isAbsolute(place)) return false;
    for (const folder of ancestorsOf(place)) {
      let known = this.behindLink.get(folder);
      if (known === undefined) {
        known = (await statOf(toAbsolute(this.root, folder)))?.isSymbolicLink() === true;
        this.behindLink.set(folder, known);
      }
      if (known) return true;
    }
    return false;
  }
}

/** Small files are read in one go, which is several times faster. */
const hashOf = async (file: string, sizeBytes: number): Promise<string> =>
  sizeBytes < 1 << 20 ? hashBytes(await readFile(file)) : hashFile(file);

export const isNote = (planned: object): planned is Note => 'message' in planned;

/** Editing a text file whose content was just read; undefined where the splices do not fit it. */
export async function planEdit(
  root: string,
  file: string,
  text: string,
  splices: readonly Splice[],
): Promise<Omit<EditStep, 'unit'> | undefined> {
  const after = spliced(text, splices);
  const place = placeOf(root, file);
  const stats = place === undefined ? undefined : await statOf(place);
  // A link's target may lie anywhere.
  if (after === undefined || !stats?.isFile()) return undefined;
  return {
    kind: 'edit',
    path: file,
    before: { content: hashText(text), modifiedMs: Number(stats.mtimeMs) },
    after: { content: hashText(after) },
    splices: anchored(text, splices),
  };
}

export const planCreate = (file: string, text: string): Omit<CreateStep, 'unit'> => ({
  kind: 'create',
  path: file,
  text,
  content: hashText(text),
});
