import { basename, isAbsolute, resolve } from 'node:path';
import { window } from 'vscode';
import type { Uri } from 'vscode';
import { displayPath } from '../../core/findings/findingMessage';
import type { Translate } from '../../core/l10n';
import type { ScanRoot } from '../../protocol/engine';
import { diskFolders, pickFolder, shownPath } from '../commands/picking';
import { rootSpecs } from '../scan/rootSpecs';
import type { ParamsSource } from '../scan/scanController';
import { pathBelow } from '../session/session';
import type { Messenger } from '../util/messages';

/** Where accepted images go. */
export interface ClassHome {
  /** The folder whose journal the moves are in; both others lie in it. Absolute, as all here. */
  readonly root: string;
  /** Gets a folder a class. */
  readonly folder: string;
}

/**
 * A folder as a root of its own, with the settings that hold there: those of its workspace folder, where it lies in one.
 * The model of the settings becomes an absolute path, since theirs is relative to that folder.
 */
export async function rootOfFolder(folder: Uri, source: ParamsSource, messenger: Messenger): Promise<ScanRoot> {
  const holders = diskFolders().map(each => ({ path: each.uri.fsPath, name: each.name }));
  const { params, notes } = await source.build(rootSpecs([folder.fsPath], holders));
  messenger.notes(notes);
  const [holder] = params.roots;
  const { model } = holder.settings;
  const isFile = model !== 'auto' && model !== 'none' && !isAbsolute(model);
  const settings = { ...holder.settings, ...(isFile && { model: resolve(holder.path, model) }) };
  return { ...holder, path: folder.fsPath, name: basename(folder.fsPath), only: [], settings };
}

/** Asks for the folder that holds a folder a class. */
export const pickReferences = (t: Translate): Promise<Uri | undefined> =>
  pickFolder(t, t('Choose the folder with a folder of references for each class'), t('Use as References'));

/** Asks which folder gets the class folders, where there is a choice: one journal must hold both ends of a move. */
export async function pickHome(folder: Uri, references: Uri, t: Translate): Promise<ClassHome | undefined> {
  const own: ClassHome = { root: rootAround(folder.fsPath, folder.fsPath), folder: folder.fsPath };
  const common = diskFolders().find(
    ({ uri }) => pathBelow(uri.fsPath, folder.fsPath) !== undefined && pathBelow(uri.fsPath, references.fsPath) !== undefined,
  );
  const isAbove = pathBelow(folder.fsPath, references.fsPath) !== undefined;
  const root = common?.uri.fsPath ?? (isAbove ? folder.fsPath : undefined);
  if (root === undefined) return own;
  const items = [
    {
      label: t('Class folders in {0}', displayPath(shownPath(folder))),
      description: t('the folder of images to label'),
      home: own,
    },
    {
      label: t('Class folders in {0}', displayPath(shownPath(references))),
      description: t('beside the references'),
      home: { root, folder: references.fsPath },
    },
  ];
  const picked = await window.showQuickPick(items, {
    placeHolder: t('Choose where images go when their suggestion is accepted'),
  });
  return picked?.home;
}

/** The workspace folder that a folder lies in; else itself. */
const rootAround = (folder: string, otherwise: string): string =>
  diskFolders().find(({ uri }) => pathBelow(uri.fsPath, folder) !== undefined)?.uri.fsPath ?? otherwise;
