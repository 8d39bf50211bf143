import { commands as vscodeCommands, Uri, window, workspace } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { commands } from '../../core/commands';
import { displayPath } from '../../core/findings/findingMessage';
import type { Finding } from '../../core/findings/finding';
import { cardMarkdown } from '../../core/report/cardReport';
import { CardRequest } from '../../protocol/card';
import { PairRequest, type PairRow } from '../../protocol/engine';
import type { PanelAction, PanelView } from '../../protocol/panel';
import type { SuggestAction } from '../../protocol/panelSuggest';
import type { ReviewAction } from '../../protocol/panelReview';
import type { TrainingAction } from '../../protocol/panelTraining';
import type { Actions } from '../actions/actions';
import type { Engine } from '../engineProcess/engine';
import { statusText } from '../engineProcess/statusText';
import type { ParamsSource, ScanController } from '../scan/scanController';
import type { ScanFlow } from '../scan/scanFlow';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import { areOnDisk, tellLeftOut, tellNoFolder } from './onDisk';
import { activeImage, diskFolders, isUri, pickFolder, pickImageFile, shownPath, urisOf, type FindingPicker } from './picking';
import { ImageSearch, specsOf } from './imageSearch';
import type { CheckCommand } from '../checks/checkFlow';
import type { FileCommand } from '../actions/fileActions';
import type { LabelingCommand } from '../labeling/labeling';
import type { TrainingCommand } from '../training/training';
import type { Handlers } from './register';

export interface HandlerParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly flow: ScanFlow;
  readonly source: ParamsSource;
  readonly picker: FindingPicker;
  readonly actions: Actions;
  readonly messenger: Messenger;
  readonly log: LogOutputChannel;
  /** Opens the panel on something, or on what it showed. */
  readonly showPanel: (view: PanelView | undefined, preserveFocus: boolean) => void;
  readonly setThreshold: (threshold: number, settled: boolean) => void;
  /** Takes what checks found out of Problems. */
  readonly clearChecks: () => void;
  readonly actOnTraining: (action: TrainingAction) => Promise<boolean>;
  readonly actOnReview: (action: ReviewAction) => Promise<boolean>;
  readonly actOnSuggestions: (action: SuggestAction) => Promise<boolean>;
}

/** What each command does. */
export class CommandHandlers {
  private readonly search: ImageSearch;

  constructor(private readonly parts: HandlerParts) {
    this.search = new ImageSearch(parts);
  }

  table(): Omit<
    Handlers,
    TrainingCommand | LabelingCommand | 'findWrongLabels' | 'reviewLabels' | 'suggestLabels' | FileCommand | CheckCommand
  > {
    const { scans, actions, log, showPanel } = this.parts;
    return {
      findSimilarImages: (...args) => this.findSimilarImages(urisOf(args)),
      findSimilarToImage: (...args) => this.search.findSimilar(urisOf(args)[0]),
      findRegion: (...args) => this.search.markRegion(urisOf(args)[0]),
      scanWorkspace: () => this.scanWorkspace(),
      rescan: () => this.rescan(),
      cancelScan: () => scans.cancel(),
      openPairs: () => showPanel(undefined, false),
      showMap: () => this.showMap(),
      clearFilter: () => this.clearFilter(),
      openPair: id => this.openPair(id),
      showTwins: (...args) => this.showTwins(urisOf(args)[0]),
      compareSelected: (...args) => this.compareSelected(urisOf(args)),
      notDuplicate: (...args) => this.withTwin(urisOf(args)[0], pair => actions.notDuplicate(pair)),
      undoVerdict: () => actions.undoVerdict(),
      keepThis: (...args) => this.keepThis(urisOf(args)[0]),
      openBoth: (...args) => this.withTwin(urisOf(args)[0], pair => actions.openBoth(pair)),
      undoTrash: () => actions.undoTrash(),
      restoreFromTrash: () => actions.restoreFromTrash(),
      setThreshold: value => this.setThreshold(value),
      showCard: () => this.showCard(),
      clearFindings: () => {
        this.parts.clearChecks();
        return scans.clear();
      },
      showEngineStatus: () => this.showEngineStatus(),
      restartEngine: () => this.restartEngine(),
      showLog: () => log.show(),
    };
  }

  /** The panel's actions; resolves to whether it was done. */
  async act(action: PanelAction): Promise<boolean> {
    const { session, scans, actions, showPanel } = this.parts;
    switch (action.kind) {
      case 'notDuplicate':
        return actions.notDuplicate(action.pair);
      case 'keepAndTrash':
        return actions.keepAndTrash(action.keep, action.trash);
      case 'openBoth':
        return actions.openBoth(action.pair);
      case 'openImage':
        return actions.openImage(action.image);
      case 'revealImage':
        return actions.revealImage(action.image);
      case 'findSimilar':
        return this.search.findSimilar(session.uriOf(action.image));
      case 'markRegion':
        return this.search.markRegion(session.uriOf(action.image));
      case 'searchRegion':
        return this.search.searchRegion(action.image, action.box);
      case 'compare':
        showPanel({ kind: 'compare', pair: action.pair }, false);
        return true;
      case 'compareImages':
        return this.compare(action.images.map(image => session.fsPathOf(image)) as [string, string]);
      case 'showGrid':
        showPanel({ kind: 'grid' }, false);
        return true;
      case 'showMap':
        showPanel({ kind: 'map' }, false);
        return true;
      case 'undoTrash':
        return actions.undoTrash();
      case 'undoVerdict':
        return actions.undoVerdict();
      case 'scanWorkspace':
        void this.scanWorkspace();
        return true;
      case 'cancelScan':
        scans.cancel();
        return true;
      case 'labelPairs':
        await vscodeCommands.executeCommand(commands.labelPairs.id);
        return true;
      case 'training':
        return this.parts.actOnTraining(action.action);
      case 'review':
        return this.parts.actOnReview(action.action);
      case 'suggest':
        return this.parts.actOnSuggestions(action.action);
    }
  }

  async findSimilarImages(uris: readonly Uri[]): Promise<void> {
    const { messenger, flow } = this.parts;
    const { t } = messenger;
    let chosen = uris;
    if (chosen.length === 0) {
      const picked = await pickFolder(t);
      if (!picked) return;
      chosen = [picked];
    }
    if (!areOnDisk(chosen, messenger)) return;
    await flow.run(specsOf(chosen));
  }

  async scanWorkspace(): Promise<void> {
    const folders = diskFolders();
    if (folders.length === 0) {
      tellNoFolder(this.parts.messenger);
      return;
    }
    tellLeftOut(this.parts.messenger);
    await this.parts.flow.run(specsOf(folders.map(folder => folder.uri)));
  }

  /** In English, whatever the editor's language: it is meant for the data set's README. */
  async showCard(): Promise<void> {
    const { engine, session, messenger } = this.parts;
    const threshold = session.state?.threshold;
    const card = threshold === undefined ? null : await engine.request(CardRequest, { threshold });
    if (!card) {
      messenger.info(messenger.t('Nothing has been scanned yet. Scan a folder first, then ask for its card.'));
      return;
    }
    const title = session.roots.map(({ name }) => name).join(', ');
    await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content: cardMarkdown(card, title) }));
  }

  /** Without a scan it begins one: a map is of something. */
  private async showMap(): Promise<void> {
    const { session, showPanel } = this.parts;
    if (!session.state) await this.scanWorkspace();
    if (session.state) showPanel({ kind: 'map' }, false);
  }

  private async clearFilter(): Promise<void> {
    const { session, scans, messenger } = this.parts;
    if (session.state?.summary.filtered === undefined) messenger.info(messenger.t('All images are shown already.'));
    else await scans.setFilter(session.state.summary.edition, null);
  }

  async rescan(): Promise<void> {
    const { scans, flow } = this.parts;
    const specs = scans.specs();
    if (specs.length === 0) return this.scanWorkspace();
    await flow.run(specs);
  }

  async openPair(id: unknown): Promise<void> {
    const { messenger, picker } = this.parts;
    if (typeof id !== 'string') {
      const finding = await picker.pick(await picker.pairFindings(undefined), undefined);
      if (finding) await this.openPair(finding.id);
      return;
    }
    const pair = await this.pairOf(id);
    if (pair) this.parts.showPanel({ kind: 'compare', pair }, false);
    else messenger.info(messenger.t('This pair is no longer there: it was settled, or one of its files has changed.'));
  }

  async showTwins(clicked: Uri | undefined): Promise<void> {
    await this.withTwin(clicked, pair => {
      this.parts.showPanel({ kind: 'compare', pair }, false);
      return Promise.resolve(true);
    });
  }

  async compareSelected(uris: readonly Uri[]): Promise<void> {
    const { messenger } = this.parts;
    const { t } = messenger;
    const chosen = [...uris];
    if (chosen.length === 0) chosen.push(...[activeImage()].filter(uri => uri !== undefined));
    while (chosen.length < 2) {
      const picked = await pickImageFile(t, chosen.length === 0 ? t('Choose the first image') : t('Choose the second image'));
      if (!picked) return;
      chosen.push(picked);
    }
    if (chosen.length > 2) {
      messenger.info(t('Select two images to compare; {0} are selected.', chosen.length));
      return;
    }
    if (!areOnDisk(chosen, messenger)) return;
    await this.compare([chosen[0].fsPath, chosen[1].fsPath]);
  }

  private async compare(paths: readonly [string, string]): Promise<boolean> {
    const { engine, session, scans, flow, messenger, showPanel } = this.parts;
    if (!paths.every(path => session.covers(path))) {
      const specs = specsOf([...paths.map(path => Uri.joinPath(Uri.file(path), '..')), ...this.sessionUris()]);
      if (!(await flow.run(specs, true))) return false;
    } else {
      await scans.ready();
    }
    const pair = await engine.request(PairRequest, { paths });
    if (!pair) {
      messenger.warn(
        messenger.t(
          '{0} and {1} cannot be compared: one of them is not a readable image.',
          ...paths.map(path => displayPath(path)),
        ),
      );
      return false;
    }
    showPanel({ kind: 'compare', pair }, false);
    return true;
  }

  private async keepThis(clicked: Uri | undefined): Promise<void> {
    const { picker, messenger, session } = this.parts;
    const { t } = messenger;
    let uri = clicked ?? activeImage();
    const findings = await picker.pairFindings(uri);
    if (!uri) {
      const finding = await picker.pick(findings, undefined);
      const images = finding ? [finding, finding.related[0]] : [];
      const kept = await window.showQuickPick(
        images.map(image => ({ label: displayPath(image.path), image })),
        { placeHolder: t('Choose the image to keep') },
      );
      if (!finding || !kept) return;
      uri = session.uriOf(kept.image);
      await this.keepAmong(uri, [finding]);
      return;
    }
    if (findings.length === 0) {
      this.tellNoFinding(uri);
      return;
    }
    const chosen = await picker.pickMany(findings, uri, t('Choose the twins that go to the trash'));
    if (chosen.length > 0) await this.keepAmong(uri, chosen);
  }

  private async keepAmong(uri: Uri, findings: readonly Finding[]): Promise<void> {
    const { actions, session } = this.parts;
    const pairs = (await Promise.all(findings.map(finding => this.pairOf(finding.id)))).filter(pair => pair !== null);
    if (pairs.length === 0) return;
    const isKept = (image: PairRow['a']): boolean => session.fsPathOf(image) === uri.fsPath;
    const keep = [pairs[0].a, pairs[0].b].find(isKept);
    if (keep) {
      await actions.keepAndTrash(
        keep,
        pairs.map(pair => (isKept(pair.a) ? pair.b : pair.a)),
      );
    }
  }

  /** Runs something on one pair of an image, asking which where there are several. */
  private async withTwin(clicked: Uri | undefined, run: (pair: PairRow) => Promise<boolean>): Promise<void> {
    const { picker } = this.parts;
    const uri = clicked ?? activeImage();
    const findings = await picker.pairFindings(uri);
    if (findings.length === 0) {
      this.tellNoFinding(uri);
      return;
    }
    const finding = await picker.pick(findings, uri);
    const pair = finding && (await this.pairOf(finding.id));
    if (pair) await run(pair);
  }

  private async pairOf(findingId: string): Promise<PairRow | null> {
    const { engine, scans } = this.parts;
    return (await scans.ready()) ? engine.request(PairRequest, { findingId }) : null;
  }

  private async setThreshold(value: unknown): Promise<void> {
    const { session, messenger, setThreshold } = this.parts;
    const { t } = messenger;
    const { state } = session;
    if (!state) {
      messenger.info(t('There is no scan yet. Run "Twinlint: Find Similar Images" on a folder first.'));
      return;
    }
    const { radius, defaultThreshold } = state.summary;
    if (typeof value === 'number' && Number.isFinite(value)) {
      setThreshold(value, true);
      return;
    }
    const isValid = (text: string): boolean => text.trim() !== '' && Number(text) >= 0 && Number(text) <= radius;
    const typed = await window.showInputBox({
      title: t('Distance under which a pair is reported'),
      prompt: t('0 to {0}. The default for these images is {1}.', radius, Number(defaultThreshold.toFixed(4))),
      value: String(Number(state.threshold.toFixed(4))),
      validateInput: text => (isValid(text) ? undefined : t('Type a number from 0 to {0}.', radius)),
    });
    if (typed !== undefined && isValid(typed)) setThreshold(Number(typed), true);
  }

  private async showEngineStatus(): Promise<void> {
    const { engine, session, messenger } = this.parts;
    const content = await statusText(engine, session, messenger.t);
    await window.showTextDocument(await workspace.openTextDocument({ content, language: 'plaintext' }));
  }

  private async restartEngine(): Promise<void> {
    const { engine, scans, messenger } = this.parts;
    await engine.restart();
    await scans.ready();
    messenger.info(messenger.t('The engine was restarted.'));
  }

  /** The folders of the present scan, so that it grows instead of being replaced. */
  private sessionUris(): Uri[] {
    return this.parts.session.roots.flatMap(root =>
      root.only.length === 0 ? [Uri.file(root.path)] : root.only.map(folder => Uri.joinPath(Uri.file(root.path), folder)),
    );
  }

  private tellNoFinding(uri: Uri | undefined): void {
    const { messenger, session } = this.parts;
    const { t } = messenger;
    if (!session.state) messenger.info(t('There is no scan yet. Run "Twinlint: Find Similar Images" on a folder first.'));
    else if (isUri(uri)) messenger.info(t('{0} has no twin at the current threshold.', shownPath(uri)));
    else messenger.info(t('There are no pairs at the current threshold.'));
  }
}
