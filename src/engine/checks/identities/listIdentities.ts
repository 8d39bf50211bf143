import path from 'node:path';
import { identityMessages as messages } from '../../../core/checks/identityMessages';
import { imageKindOf } from '../../../core/dataset/imageFiles';
import { note, NoteError } from '../../../core/dataset/note';
import type { ScanRoot } from '../../../protocol/engine';
import { walkImages } from '../../../workspace/walk';
import { orAborted } from '../../session/abort';
import type { ListedFile } from '../../session/fileList';
import { sameFileOf } from '../../session/fileList';
import type { CheckContext } from '../checkContext';
import type { Medium } from './medium';

/** A file of an identity. */
export interface IdentityFile {
  readonly file: ListedFile;
  /** The number of the identity. */
  readonly identity: number;
  /** Others are compared with it. */
  readonly isReference: boolean;
  /** It is compared with its identity's (other) references. */
  readonly isJudged: boolean;
}

type ListContext = Pick<CheckContext, 'signal' | 'report' | 'onNote'>;

export interface Identities {
  readonly medium: Medium;
  /** Names of the folders, by the identities' numbers. */
  readonly names: readonly string[];
  readonly files: readonly IdentityFile[];
}

/** Folders, directly below an identity's, whose files are known to be its own. */
const REFERENCE_FOLDERS = new Set(['references', 'reference', 'refs', 'ref']);
const isStrokes = (name: string): boolean => name.toLowerCase().endsWith('.csv');

/**
 * Every folder directly below the root is an identity; whatever lies below it is its files. Those in its folder `references` (or `ref`) are what the
 * others are compared with; without one each is compared with all others.
 * @throws NoteError where there is nothing to compare; the signal's reason when aborted
 */
export async function listIdentities(root: ScanRoot, context: ListContext): Promise<Identities> {
  const { onNote } = context;
  const found = await listFiles(root, context);
  if (found.length === 0) throw new NoteError(note(messages.nothing));
  const loose = found.filter(({ path: at }) => !at.includes('/'));
  const inside = found.filter(({ path: at }) => at.includes('/'));
  if (inside.length === 0) throw new NoteError(note(messages.noFolders));
  if (loose.length > 0) onNote(note(messages.looseFiles, loose.length, loose[0].path));
  const ofStrokes = inside.filter(({ path: at }) => isStrokes(at));
  const ofImages = inside.filter(({ path: at }) => !isStrokes(at));
  if (ofStrokes.length > 0 && ofImages.length > 0) onNote(note(messages.bothMedia, ofImages.length, ofStrokes.length));
  const medium: Medium = ofStrokes.length > ofImages.length ? 'strokes' : 'images';
  const files = medium === 'strokes' ? ofStrokes : ofImages;
  const names = [...new Set(files.map(({ path: at }) => at.slice(0, at.indexOf('/'))))];
  const numberOf = new Map(names.map((name, i) => [name, i]));
  const references = files.map(({ path: at }) => {
    const [, folder, ...below] = at.split('/');
    return below.length > 0 && REFERENCE_FOLDERS.has(folder.toLowerCase());
  });
  const identities = files.map(({ path: at }) => numberOf.get(at.slice(0, at.indexOf('/')))!);
  const haveReferences = new Set(identities.filter((_, i) => references[i]));
  return {
    medium,
    names,
    files: files.map((file, i) => ({
      file,
      identity: identities[i],
      isReference: references[i] || !haveReferences.has(identities[i]),
      isJudged: !references[i],
    })),
  };
}

async function listFiles(root: ScanRoot, { signal, report, onNote }: ListContext): Promise<ListedFile[]> {
  report('list', 0);
  const { trashFolder, exclude } = root.settings;
  const walk = async (): Promise<ListedFile[]> => {
    const files: ListedFile[] = [];
    const entries = walkImages({
      root: root.path,
      only: root.only,
      exclude,
      filesExclude: root.filesExclude,
      skip: trashFolder === 'auto' || trashFolder === '' ? [] : [path.resolve(root.path, trashFolder)],
      isWanted: name => imageKindOf(name) !== undefined || isStrokes(name),
      signal,
      onNote,
    });
    for await (const entry of entries) files.push({ ...entry, root: 0 });
    return files;
  };
  const files = await orAborted(walk(), signal);
  const standIn = sameFileOf(files);
  return files.filter((_, i) => standIn[i] === i);
}
