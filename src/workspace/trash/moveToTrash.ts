import { stat } from 'node:fs/promises';
import path from 'node:path';
import { extensionOf } from '../../core/dataset/imageFiles';
import { journalMessages } from '../../core/curation/messages';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError, noteText } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { errorCode } from '../identity';
import type { MoveStep } from '../journal/entry';
import { Journal, newEntryId } from '../journal/journal';
import type { Done, Draft } from '../journal/journal';
import { linkContent } from '../journal/moveFile';
import { shownPlace } from '../journal/places';
import type { PlannedMove } from '../journal/planSteps';
import type { Probe } from '../journal/probe';
import { planTravels } from '../sidecars/planTravels';
import { checkFile, checkKeep } from './checks';
import type { CheckedFile, CheckedKeep, ScannedFile } from './checks';
import { manifestOf } from './journaledEntry';
import { storedSuffix } from './manifest';
import type { ManifestFile } from './manifest';
import { makeTrashFolder } from './trashFolder';
import type { TrashSettings } from './trashFolder';

export interface TrashRequest {
  /** Of the files to move; absolute. */
  readonly root: string;
  readonly settings: TrashSettings;
  /** Its root may be another one. */
  readonly keep: ScannedFile & { readonly root: string };
  readonly files: readonly ScannedFile[];
  /** More kept files with theirs, for the same entry; one that can't be kept holds back its own files alone. */
  readonly more?: readonly Pick<TrashRequest, 'keep' | 'files'>[];
  readonly signal?: AbortSignal;
  /** Of the entry to be; absent = a new one. */
  readonly id?: string;
  readonly probe?: Probe;
}

/** One move, as the journal shows it. */
export interface TrashEntry {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly root: string;
  /** The entry's own folder in the trash; absolute. */
  readonly folder: string;
  readonly kept: { readonly path: string; readonly content: string };
  /** Those that are in the trash. */
  readonly files: readonly ManifestFile[];
}

export interface TrashOutcome {
  /** Absent where nothing was moved. */
  readonly entry?: TrashEntry;
  readonly refused: readonly { readonly path: string; readonly note: Note }[];
  /** What else the user should know. */
  readonly notes: readonly Note[];
  /** Lists that lost rows; below the root. */
  readonly edited?: readonly string[];
}

/**
 * Moves files into the trash (docs/TRASH.md). Nothing is deleted, nothing in the trash is overwritten, and each file moves by one
 * rename (to another disk: by a compared copy), after the journal and the manifest that lead it back are on disk. Rejects with a {@link NoteError}, having moved nothing, where the file to
 * keep is not there, not readable or not the scanned one, or where there is no trash folder. Single files are refused with a reason.
 */
export async function moveToTrash(request: TrashRequest): Promise<TrashOutcome> {
  const { signal } = request;
  const root = path.resolve(request.root);
  if (request.files.length === 0) throw new NoteError(note(messages.trashNothing));
  const keep = await checkKeep(path.resolve(request.keep.root), request.keep, signal);
  const refused: { path: string; note: Note }[] = [];
  const movable: CheckedFile[] = [];
  const keeps = [keep];
  const take = async (files: readonly ScannedFile[], kept: CheckedKeep): Promise<void> => {
    for (const file of uniqueByPath(files)) {
      signal?.throwIfAborted();
      const checked = await checkFile(root, file, kept, signal);
      if ('message' in checked) refused.push({ path: file.path, note: checked });
      else movable.push(checked);
    }
  };
  await take(request.files, keep);
  for (const each of request.more ?? []) {
    try {
      const kept = await checkKeep(path.resolve(each.keep.root), each.keep, signal);
      keeps.push(kept);
      await take(each.files, kept);
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      const why = error.note;
      refused.push(...each.files.map(file => ({ path: file.path, note: why })));
    }
  }
  if (movable.length === 0) return { refused, notes: [] };

  const { folder, said } = await makeTrashFolder(root, request.settings);
  const id = request.id ?? newEntryId();
  const entryFolder = path.join(folder, id);
  const place = (file: string, i: number): string => shownPlace(root, path.join(entryFolder, storedName(file, i)));
  const travels = movable.map((file, i) => ({ file, planned: { step: moveStep(file, place(file.path, i)), stats: file.stats } }));
  const along = await planTravels(root, travels, (file, i) => place(file, movable.length + i));
  refused.push(...along.refused);
  const { steps, seen } = along;
  if (steps.length === 0) return { refused, notes: said };
  const kept = { path: request.keep.path, content: request.keep.content ?? '' };
  const done = await perform(new Journal(root, request.settings, request.probe), folder, {
    id,
    what:
      request.more !== undefined
        ? note(journalMessages.trashedGroups, keeps.length)
        : along.images.length === 1
          ? note(journalMessages.movedToTrash, along.images[0])
          : note(journalMessages.movedManyToTrash, along.images.length),
    steps,
    seen,
    requires: keeps.map(each => ({ path: shownPlace(root, each.absolute), content: each.content })),
    trash: { folder: shownPlace(root, folder), kept },
    ...(signal && { signal }),
  });
  refused.push(...refusedImages(done, new Set(along.images)));
  const moved = steps.filter((step): step is MoveStep => step.kind === 'move' && done.entry.applied.has(step.unit));
  for (const each of keeps) await assertKept(each, done, root, request.settings);
  if (moved.length === 0) {
    signal?.throwIfAborted();
    return { refused, notes: said };
  }
  const hardLinks = moved.filter(file => file.hardLinks).map(file => note(messages.trashHardLinks, file.from, file.hardLinks!));
  const { plan } = done.entry;
  const files = manifestOf(root, { ...plan, steps: moved }).files;
  const edited = steps.flatMap(step => (step.kind === 'edit' && done.entry.applied.has(step.unit) ? [step.path] : []));
  const entry = { id, time: plan.time, root, folder: entryFolder, kept, files };
  return { entry, refused, notes: [...said, ...hardLinks], edited };
}

const uniqueByPath = (files: readonly ScannedFile[]): ScannedFile[] => [
  ...new Map(files.map(file => [file.path, file])).values(),
];

async function perform(journal: Journal, trash: string, draft: Draft): Promise<Done> {
  try {
    return await journal.perform(draft);
  } catch (error) {
    if (error instanceof NoteError) throw error;
    throw new NoteError(note(messages.trashNoFolder, trash, errorCode(error)), { cause: error });
  }
}

/** Images whose unit could not be done, each with what stood in its way. */
export function refusedImages({ entry, refused }: Done, images: ReadonlySet<string>): { path: string; note: Note }[] {
  return refused.flatMap(({ unit, step, note: why }) => {
    const own = entry.plan.steps.flatMap(each =>
      each.kind === 'move' && each.unit === unit && images.has(each.from) ? [each.from] : [],
    );
    return own.map(image => ({
      path: image,
      note: step.kind === 'move' && step.from === image ? why : note(journalMessages.withOther, image, noteText(why)),
    }));
  });
}

const moveStep = ({ path: from, content, stats, link }: CheckedFile, to: string): PlannedMove['step'] => ({
  kind: 'move',
  from,
  to,
  content: link === undefined ? content : linkContent(link),
  sizeBytes: Number(stats.size),
  modifiedMs: Number(stats.mtimeMs),
  ...(link !== undefined && { link }),
  ...(link === undefined && stats.nlink > 1n && { hardLinks: Number(stats.nlink) - 1 }),
});

/** Most file systems end at 255 bytes a name. */
const maxNameBytes = 200;

function storedName(file: string, index: number): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const number = String(index + 1).padStart(4, '0');
  if (Buffer.byteLength(name) <= maxNameBytes && !name.includes('\\')) return `${number}-${name}${storedSuffix}`;
  return `${number}.${extensionOf(file).replace(/[^a-z0-9]/g, '')}${storedSuffix}`;
}

/** The kept file may have been reached through a link that was moved: then everything goes back. */
async function assertKept(keep: CheckedKeep, { entry }: Done, root: string, settings: TrashSettings): Promise<void> {
  const isKept = await stat(keep.absolute).then(
    found => found.isFile(),
    () => false,
  );
  if (isKept || entry.applied.size === 0) return;
  await new Journal(root, settings).undo(entry.plan.id);
  const moved = entry.plan.steps.flatMap(step => (step.kind === 'move' ? [step.from] : []));
  throw new NoteError(note(messages.trashKeepLost, keep.shown, moved.join(', ')));
}
