import { relative } from 'node:path';
import { FileType, TabInputCustom, TabInputText, Uri, window, workspace } from 'vscode';
import type { WorkspaceFolder } from 'vscode';
import { imageKindOf, readableExtensions } from '../../core/dataset/imageFiles';
import { displayDistance, displayPath } from '../../core/findings/findingMessage';
import { findingKinds } from '../../core/findings/kinds';
import type { Finding } from '../../core/findings/finding';
import type { Translate } from '../../core/l10n';
import { FindingsRequest } from '../../protocol/engine';
import type { Engine } from '../engineProcess/engine';
import type { ScanController } from '../scan/scanController';
import type { Session } from '../session/session';

/** Lists longer than this are of no use in a quick pick. */
const listLimit = 500;

export const isUri = (value: unknown): value is Uri => value instanceof Uri;

/** The URIs that a menu passed: the one clicked, and all that were selected if it is among them. */
export function urisOf(args: readonly unknown[]): Uri[] {
  // A link of ours passes paths.
  if (args.length > 0 && args.every(each => typeof each === 'string')) return args.map(each => Uri.file(each));
  const [clicked, selected] = args;
  const all = Array.isArray(selected) ? selected.filter(isUri) : [];
  if (!isUri(clicked)) return all;
  return all.some(uri => uri.toString() === clicked.toString()) ? all : [clicked];
}

/** Folders of the workspace that lie on disk. */
export const diskFolders = (): WorkspaceFolder[] =>
  (workspace.workspaceFolders ?? []).filter(folder => folder.uri.scheme === 'file');

/** The image in the active tab: an image has no text editor, so the tab is all there is. */
export function activeImage(): Uri | undefined {
  const input: unknown = window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof TabInputCustom || input instanceof TabInputText ? input.uri : undefined;
  return uri?.scheme === 'file' && imageKindOf(uri.path) ? uri : undefined;
}

/** Asks for a folder: a workspace folder, one right below, or any other. */
export async function pickFolder(
  t: Translate,
  placeHolder = t('Choose the folder whose images are compared'),
  openLabel = t('Compare Its Images'),
): Promise<Uri | undefined> {
  const folders = diskFolders();
  const items: { label: string; description?: string; uri?: Uri }[] = [];
  for (const folder of folders) {
    items.push({ label: folder.name, description: t('the whole workspace folder'), uri: folder.uri });
    const entries = await workspace.fs.readDirectory(folder.uri);
    for (const [name, type] of entries.slice(0, listLimit)) {
      if ((type & FileType.Directory) === 0 || name.startsWith('.') || name === 'node_modules') continue;
      items.push({ label: `${folder.name}/${displayPath(name)}`, uri: Uri.joinPath(folder.uri, name) });
    }
  }
  items.push({ label: t('Another folder…') });
  const picked = await window.showQuickPick(items, { placeHolder });
  if (!picked) return undefined;
  if (picked.uri) return picked.uri;
  const chosen = await window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: folders[0]?.uri,
    openLabel,
  });
  return chosen?.[0];
}

/** Asks for an image file of the workspace. */
export async function pickImageFile(t: Translate, placeHolder: string): Promise<Uri | undefined> {
  const pattern = `**/*.{${[...readableExtensions].flatMap(each => [each, each.toUpperCase()]).join(',')}}`;
  const files = await workspace.findFiles(pattern, undefined, listLimit);
  const items = files.map(uri => ({ label: displayPath(workspace.asRelativePath(uri)), uri }));
  const other = { label: t('Another file…'), uri: undefined };
  const picked = await window.showQuickPick([...items.sort((a, b) => (a.label < b.label ? -1 : 1)), other], { placeHolder });
  if (!picked || picked.uri) return picked?.uri;
  const chosen = await window.showOpenDialog({
    defaultUri: diskFolders()[0]?.uri,
    filters: { [t('Images')]: [...readableExtensions] },
  });
  return chosen?.[0];
}

/** Finds the findings that a command is about, asking where there is a choice. */
export class FindingPicker {
  constructor(
    private readonly engine: Engine,
    private readonly session: Session,
    private readonly scans: ScanController,
    private readonly t: Translate,
  ) {}

  /** Findings about two images at the current threshold: on or related to one image, or the worst of all. */
  async pairFindings(uri: Uri | undefined): Promise<readonly Finding[]> {
    const { state } = this.session;
    if (!state || !(await this.scans.ready())) return [];
    const page = await this.engine.request(FindingsRequest, {
      threshold: state.threshold,
      offset: 0,
      limit: listLimit,
      ...(uri && { path: uri.fsPath }),
    });
    return page.findings.filter(finding => finding.related.length > 0);
  }

  /** One of them. `uri` is left out of the labels, as it is one side of each. */
  async pick(findings: readonly Finding[], uri: Uri | undefined): Promise<Finding | undefined> {
    if (findings.length <= 1) return findings[0];
    const picked = await window.showQuickPick(this.items(findings, uri), {
      placeHolder: uri ? this.t('Choose the twin') : this.t('Choose a pair'),
      matchOnDescription: true,
    });
    return picked?.finding;
  }

  /** Some of them, all to begin with. */
  async pickMany(findings: readonly Finding[], uri: Uri, placeHolder: string): Promise<readonly Finding[]> {
    if (findings.length <= 1) return findings;
    const items = this.items(findings, uri).map(item => ({ ...item, picked: true }));
    const picked = await window.showQuickPick(items, { canPickMany: true, placeHolder });
    return picked?.map(item => item.finding) ?? [];
  }

  private items(findings: readonly Finding[], uri: Uri | undefined): { label: string; description: string; finding: Finding }[] {
    return findings.map(finding => {
      const [twin] = finding.related;
      const here = uri !== undefined && this.session.fsPathOf(finding) === uri.fsPath;
      const label = uri
        ? displayPath(here ? twin.path : finding.path)
        : `${displayPath(finding.path)} ↔ ${displayPath(twin.path)}`;
      const kind = this.t(findingKinds[finding.kind].title);
      return { label, description: `${kind} · ${displayDistance(twin.distance)}`, finding };
    });
  }
}

/** A path for people: below the workspace folder where it lies in one. */
export const shownPath = (uri: Uri): string => {
  const folder = workspace.getWorkspaceFolder(uri);
  return displayPath(folder ? relative(folder.uri.fsPath, uri.fsPath) || folder.name : uri.fsPath);
};
