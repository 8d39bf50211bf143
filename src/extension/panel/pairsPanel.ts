import { Uri, ViewColumn, window, workspace } from 'vscode';
import type { Disposable, LogOutputChannel, Webview, WebviewOptions, WebviewPanel } from 'vscode';
import type { Translate } from '../../core/l10n';
import type { ScanProgress } from '../../protocol/engine';
import type { MapProgress } from '../../protocol/map';
import type { MessagePort } from '../../protocol/messagePort';
import type { TrainingSnapshot } from '../../protocol/panelTraining';
import { pairsPanelType } from '../contributions';
import { pageHtml } from './html';
import { PanelHost, type PanelServices } from './panelHost';

export interface PanelPlaces {
  readonly extensionUri: Uri;
  readonly cacheUri: Uri;
}

/** The one panel "Twinlint: Pairs". Its page lives only while it is visible, and is told everything anew each time. */
export class PairsPanel implements Disposable {
  private panel: WebviewPanel | undefined;
  private host: PanelHost | undefined;
  private wasVisible = false;
  private readonly disposables: Disposable[] = [];

  constructor(
    private readonly places: PanelPlaces,
    /** Made for each page: pictures are addressed through its webview. */
    private readonly servicesFor: (webview: Webview) => PanelServices,
    private readonly log: LogOutputChannel,
    private readonly t: Translate,
    private readonly language: string,
  ) {
    this.disposables.push(
      window.registerWebviewPanelSerializer(pairsPanelType, {
        deserializeWebviewPanel: panel => {
          this.adopt(panel);
          return Promise.resolve();
        },
      }),
      workspace.onDidChangeWorkspaceFolders(() => {
        if (this.panel) this.panel.webview.options = this.options();
      }),
    );
  }

  get isOpen(): boolean {
    return this.panel !== undefined;
  }

  get isVisible(): boolean {
    return this.panel?.visible ?? false;
  }

  /** Opens it beside the active editor, or brings it to the front where it is. */
  show(preserveFocus: boolean): void {
    if (this.panel) {
      this.panel.reveal(undefined, preserveFocus);
      return;
    }
    const column = window.tabGroups.activeTabGroup.activeTab ? ViewColumn.Beside : ViewColumn.Active;
    this.adopt(
      window.createWebviewPanel(
        pairsPanelType,
        this.t('Twinlint: Pairs'),
        { viewColumn: column, preserveFocus },
        { ...this.options(), retainContextWhenHidden: false, enableFindWidget: false },
      ),
    );
  }

  /** Something that the page shows has changed. */
  refresh(): void {
    if (this.isVisible) this.host?.refresh();
  }

  setProgress(progress: ScanProgress | null): void {
    if (this.isVisible) this.host?.setProgress(progress);
  }

  setMapProgress(progress: MapProgress): void {
    if (this.isVisible) this.host?.setMapProgress(progress);
  }

  setTraining(training: TrainingSnapshot): void {
    if (this.isVisible) this.host?.setTraining(training);
  }

  dispose(): void {
    this.host?.dispose();
    this.panel?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private adopt(panel: WebviewPanel): void {
    if (this.panel && this.panel !== panel) this.panel.dispose();
    this.panel = panel;
    panel.title = this.t('Twinlint: Pairs');
    panel.iconPath = {
      light: Uri.joinPath(this.places.extensionUri, 'media', 'pairs-light.svg'),
      dark: Uri.joinPath(this.places.extensionUri, 'media', 'pairs-dark.svg'),
    };
    panel.webview.options = this.options();
    this.wasVisible = panel.visible;
    this.connect(panel);
    panel.onDidChangeViewState(() => {
      // A hidden page is destroyed: late answers to it must not reach the next one, which counts its requests from 0 again.
      if (this.wasVisible && !panel.visible) this.connect(panel);
      this.wasVisible = panel.visible;
    });
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.host?.dispose();
      this.host = undefined;
      this.panel = undefined;
    });
    panel.webview.html = pageHtml(
      panel.webview,
      Uri.joinPath(this.places.extensionUri, 'dist', 'webview'),
      this.language,
      panel.title,
    );
  }

  private connect(panel: WebviewPanel): void {
    this.host?.dispose();
    const { webview } = panel;
    const port: MessagePort = {
      post: message => void webview.postMessage(message),
      onMessage: listener => webview.onDidReceiveMessage(listener),
    };
    this.host = new PanelHost(port, this.servicesFor(webview), this.log, this.t);
  }

  private options(): WebviewOptions {
    const { extensionUri, cacheUri } = this.places;
    return {
      enableScripts: true,
      localResourceRoots: [
        Uri.joinPath(extensionUri, 'dist'),
        Uri.joinPath(extensionUri, 'media'),
        cacheUri,
        ...(workspace.workspaceFolders ?? []).map(folder => folder.uri),
      ],
    };
  }
}
