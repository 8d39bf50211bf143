import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { commands as vscodeCommands, Uri, window, workspace } from 'vscode';
import type { Disposable, Webview } from 'vscode';
import { commands } from '../../core/commands';
import { displayPath } from '../../core/findings/findingMessage';
import { PairRequest, PreviewRequest } from '../../protocol/engine';
import type { PairRow, ScanNote } from '../../protocol/engine';
import type { LabelingAction, LabelingSnapshot } from '../../protocol/panelLabeling';
import type { VerdictBook } from '../actions/ports';
import { areOnDisk } from '../commands/onDisk';
import { diskFolders } from '../commands/picking';
import type { HandlersOf } from '../commands/register';
import { labelingViewType } from '../contributions';
import type { Engine } from '../engineProcess/engine';
import type { ScanController } from '../scan/scanController';
import type { Session } from '../session/session';
import { pathBelow } from '../session/session';
import type { Messenger } from '../util/messages';
import type { LabelingDesk } from './labelingDesk';
import type { LabelingServices } from './labelingHost';

export interface LabelingRoomParts {
  readonly desk: LabelingDesk;
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly verdicts: VerdictBook;
  readonly messenger: Messenger;
  readonly isTraining: () => boolean;
  readonly compare: (pair: PairRow) => void;
  readonly openImage: (pair: PairRow['a']) => Promise<unknown>;
  readonly l10n: Readonly<Record<string, string>> | null;
}

export type LabelingCommand = 'labelPairs' | 'markSimilar' | 'markDifferent';

/** Labeling pairs: what the side bar's page is told and asks for, and the commands beside it. */
export class LabelingRoom implements Disposable {
  private problem: string | undefined;
  /** Why answers can't be saved, as it was when the page was last told everything. */
  private obstacle: string | undefined;

  constructor(private readonly parts: LabelingRoomParts) {}

  table(): HandlersOf<LabelingCommand> {
    return {
      // Without a folder on disk the view is not there, and its container says what to do.
      labelPairs: () =>
        vscodeCommands.executeCommand(
          diskFolders().length > 0 ? `${labelingViewType}.focus` : 'workbench.view.extension.twinlint',
        ),
      markSimilar: (...args) => this.mark('similar', args),
      markDifferent: (...args) => this.mark('different', args),
    };
  }

  async snapshot(): Promise<LabelingSnapshot> {
    const { desk, session, scans } = this.parts;
    if (session.state && workspace.isTrusted && !scans.isScanning) await desk.prepare();
    this.obstacle = session.state && workspace.isTrusted ? await this.whyNotSaved() : undefined;
    const state = !workspace.isTrusted ? 'untrusted' : scans.isScanning ? 'scanning' : session.state ? 'ready' : 'no-scan';
    return this.atHand(state);
  }

  servicesFor(webview: Webview): LabelingServices {
    const { desk, engine, session } = this.parts;
    return {
      snapshot: () => this.snapshot(),
      answer: async (pairs, answer) => {
        if (workspace.isTrusted) {
          const notes = await desk.answer(pairs, answer);
          this.tell(notes);
          if (answer !== 'skip' && notes.length === 0) this.obstacle = undefined;
        }
        return this.shown();
      },
      undo: async () => {
        this.tell(await desk.undo());
        return this.shown();
      },
      setRelation: async relation => {
        await desk.setRelation(relation);
        return this.snapshot();
      },
      preview: async ({ root, path, side }) => {
        const { file, problem } = await engine.request(PreviewRequest, { path: session.fsPathOf({ root, path }), side });
        return file === undefined ? { problem: problem ?? '' } : { uri: webview.asWebviewUri(Uri.file(file)).toString() };
      },
      act: action => this.act(action),
    };
  }

  dispose(): void {
    this.parts.desk.dispose();
  }

  /** The snapshot after an answer: nothing is waited for, so that the next pair shows at once. */
  private shown(): LabelingSnapshot | Promise<LabelingSnapshot> {
    return this.parts.desk.questions.length === 0 ? this.snapshot() : this.atHand('ready');
  }

  private atHand(state: LabelingSnapshot['state']): LabelingSnapshot {
    const { desk, session, isTraining, l10n } = this.parts;
    const problem = this.problem ?? this.obstacle;
    this.problem = undefined;
    return {
      state,
      relation: desk.relation,
      relations: desk.relations(),
      questions: desk.questions,
      past: desk.past,
      counts: desk.counts(),
      ...desk.estimate,
      threshold: session.state?.threshold ?? 0,
      isTraining: isTraining(),
      ...(problem !== undefined && { problem }),
      l10n,
    };
  }

  private tell(notes: readonly ScanNote[]): void {
    if (notes.length > 0) this.problem = this.textOf(notes);
  }

  /** Asked before the first answer, so that none is given in vain. */
  private async whyNotSaved(): Promise<string | undefined> {
    const { session, verdicts } = this.parts;
    const notes = await verdicts.obstacles(session.roots.map(({ path }) => path));
    return notes.length > 0 ? this.textOf(notes) : undefined;
  }

  private textOf(notes: readonly ScanNote[]): string {
    const { t } = this.parts.messenger;
    return notes.map(note => t(note.message, ...note.args)).join(' ');
  }

  private async act(action: LabelingAction): Promise<void> {
    switch (action.kind) {
      case 'scan':
        await vscodeCommands.executeCommand(commands.scanWorkspace.id);
        return;
      case 'train':
        // What was just answered is to be learned from.
        await this.parts.desk.settle();
        await vscodeCommands.executeCommand(commands.train.id);
        return;
      case 'openPairs':
        await vscodeCommands.executeCommand(commands.openPairs.id);
        return;
      case 'manageTrust':
        await vscodeCommands.executeCommand('workbench.trust.manage');
        return;
      case 'newRelation':
        await this.askRelation();
        return;
      case 'compare':
        this.parts.compare(action.pair);
        return;
      case 'openImage':
        await this.parts.openImage(action.image);
    }
  }

  private async askRelation(): Promise<void> {
    const { desk, messenger } = this.parts;
    const { t } = messenger;
    const name = await window.showInputBox({
      title: t('A Relation of Your Own'),
      prompt: t('What makes two images similar? For example: same sleeve length'),
      validateInput: value => (value.trim().length > 100 ? t('At most 100 characters.') : undefined),
    });
    if (name?.trim()) await desk.setRelation(name.trim());
  }

  /** Two images from the Explorer (or the palette: asks for them), said to be similar or different. */
  private async mark(verdict: 'similar' | 'different', args: readonly unknown[]): Promise<void> {
    const { desk, messenger, verdicts, scans } = this.parts;
    const { t } = messenger;
    if (!workspace.isTrusted) {
      messenger.warn(t('This workspace is not trusted: Twinlint shows findings, but writes and moves nothing here.'));
      return;
    }
    const uris = selectedUris(args);
    if (uris.length !== 2) {
      messenger.info(t('Select two images in the Explorer, then choose this command from their context menu.'));
      return;
    }
    if (!areOnDisk(uris, messenger)) return;
    const folder = workspace.getWorkspaceFolder(uris[0]);
    if (folder?.uri.scheme !== 'file') {
      messenger.warn(t('The images lie outside of the workspace: there is no place for what you say of them.'));
      return;
    }
    const { relation } = desk;
    const images = await this.keyed(uris, folder.uri.fsPath);
    const saved = await verdicts.add(folder.uri.fsPath, [{ relation, verdict, images }]);
    messenger.notes(saved.notes);
    messenger.notes(await scans.refreshVerdicts());
    const names = uris.map(uri => displayPath(uri.path.slice(uri.path.lastIndexOf('/') + 1)));
    const text =
      verdict === 'similar'
        ? t('{0} and {1} are remembered as similar ({2}).', names[0], names[1], relationName(relation, t))
        : t('{0} and {1} are remembered as different ({2}).', names[0], names[1], relationName(relation, t));
    const undo = async (): Promise<void> => {
      messenger.notes(await verdicts.retractAll(folder.uri.fsPath, saved.ids, relation));
      messenger.notes(await scans.refreshVerdicts());
    };
    messenger.info(text, ...(saved.ids.length > 0 ? [{ label: t('Undo'), run: undo }] : []));
  }

  /** As verdicts name images. Files that no scan has read are hashed here. */
  private async keyed(uris: readonly Uri[], folder: string): Promise<{ readonly content: string; readonly path: string }[]> {
    const { engine, session, scans } = this.parts;
    const paths: [string, string] = [uris[0].fsPath, uris[1].fsPath];
    const known = session.state && (await scans.ready()) ? await engine.request(PairRequest, { paths }) : null;
    return Promise.all(
      paths.map(async fsPath => {
        const image = known && [known.a, known.b].find(each => session.fsPathOf(each) === fsPath);
        const content =
          image?.content ||
          createHash('sha256')
            .update(await readFile(fsPath))
            .digest('hex');
        return { content, path: pathBelow(folder, fsPath) ?? fsPath };
      }),
    );
  }
}

/** What a relation is called where it is spoken of. */
export const relationName = (relation: string, t: Messenger['t']): string =>
  relation === 'same-picture' ? t('same picture') : relation === 'same-class' ? t('same kind of thing') : relation;

/** The Explorer passes the clicked item and all selected ones. */
const selectedUris = ([, selection]: readonly unknown[]): readonly Uri[] =>
  Array.isArray(selection) ? selection.filter((each): each is Uri => each instanceof Uri) : [];
