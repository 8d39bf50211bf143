import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import { pairMessages as messages } from '../../../core/checks/pairMessages';
import type { NamedGroup } from '../../../core/checks/pairNames';
import { groupByName } from '../../../core/checks/pairNames';
import { isBelow } from '../../../core/dataset/paths';
import { note, NoteError } from '../../../core/dataset/note';
import type { Note } from '../../../core/dataset/note';
import type { Candidate } from '../../trainingService/listPictures';

/** The pictures of one name in the folder that leads and in another. */
export interface FilePair {
  readonly first: Candidate;
  readonly second: Candidate;
}

/** One folder beside the first. */
export interface FolderPair {
  readonly folder: string;
  readonly pairs: readonly FilePair[];
}

export interface PairedFolders {
  readonly pairings: readonly FolderPair[];
  /** Of files without a partner. */
  readonly findings: readonly CheckFinding[];
}

/** Pictures whose partner is missing are told as long as this share of the folder has one: else the folders are not meant to match. */
const LEAST_MET = 0.5;

/**
 * Files of several folders matched by name, and findings about those that lack a partner.
 * @throws NoteError where the folders are none, or no name is in both
 */
export function pairFolders(
  rootName: string,
  folders: readonly string[],
  candidates: readonly Candidate[],
  onNote: (of: Note) => void,
): PairedFolders {
  if (new Set(folders).size < 2) throw new NoteError(note(messages.fewFolders));
  const inFolder = folders.map(folder => membersOf(folder, rootName, folders, candidates));
  const { groups, ambiguous } = groupByName(inFolder.map(members => [...members.keys()]));
  if (ambiguous.length > 0) onNote(note(messages.ambiguous, ambiguous.length, ambiguous[0]));
  const pairings = folders.slice(1).map((folder, k): FolderPair => {
    const pairs = groups.flatMap(({ files }) => {
      const [first, second] = [inFolder[0].get(files[0] ?? ''), inFolder[k + 1].get(files[k + 1] ?? '')];
      return first && second ? [{ first, second }] : [];
    });
    if (pairs.length === 0) throw new NoteError(note(messages.noneMeet, folders[0], folder));
    return { folder, pairs };
  });
  const findings = folders
    .slice(1)
    .flatMap((_, k) => [...missing(groups, [0, k + 1], folders, inFolder), ...missing(groups, [k + 1, 0], folders, inFolder)]);
  return { pairings, findings };
}

/** The pictures below a folder, by their paths below it. */
function membersOf(
  folder: string,
  rootName: string,
  folders: readonly string[],
  candidates: readonly Candidate[],
): ReadonlyMap<string, Candidate> {
  const around = folders.find(other => other !== folder && isBelow(folder, other));
  if (around !== undefined) throw new NoteError(note(messages.nested, folder, around));
  const members = candidates.filter(({ file }) => isBelow(file.path, folder));
  if (members.length === 0) {
    const there = [...new Set(candidates.map(({ file }) => file.path.split('/').slice(0, -1).join('/') || '.'))].sort();
    const list = there.slice(0, 10).join(', ') + (there.length > 10 ? ' …' : '');
    throw new NoteError(note(messages.noFolder, folder, rootName, list));
  }
  return new Map(members.map(candidate => [candidate.file.path.slice(folder.length + 1), candidate]));
}

/** Of the files of one folder those that have no partner in another, where most have. */
function missing(
  groups: readonly NamedGroup[],
  [here, there]: readonly [number, number],
  folders: readonly string[],
  inFolder: readonly ReadonlyMap<string, Candidate>[],
): CheckFinding[] {
  const own = groups.filter(({ files }) => files[here] !== undefined);
  const lonely = own.filter(({ files }) => files[there] === undefined);
  const met = own.length - lonely.length;
  if (met < LEAST_MET * own.length) return [];
  return lonely.map(({ name, files }) => {
    const { path } = inFolder[here].get(files[here]!)!.file;
    return {
      id: checkFindingId('pair-missing', path, folders[there]),
      kind: 'pair-missing' as const,
      path,
      related: [],
      // The fewer have a partner, the less it is missed.
      score: met / own.length,
      message: note(messages.missing, folders[there], name, met, own.length),
    };
  });
}
