import { Uri, workspace } from 'vscode';
import type { Disposable, LogOutputChannel, Webview, WebviewView, WebviewViewProvider } from 'vscode';
import type { Translate } from '../../core/l10n';
import type { MessagePort } from '../../protocol/messagePort';
import { pageHtml } from '../panel/html';
import type { PanelPlaces } from '../panel/pairsPanel';
import { LabelingHost } from './labelingHost';
import type { LabelingServices } from './labelingHost';

/** The side bar's page. It lives only while it is visible, and is told everything anew each time. */
export class LabelingView implements WebviewViewProvider, Disposable {
  private view: WebviewView | undefined;
  private host: LabelingHost | undefined;
  private readonly disposables: Disposable[] = [];

  constructor(
    private readonly places: PanelPlaces,
    private readonly servicesFor: (webview: Webview) => LabelingServices,
    private readonly log: LogOutputChannel,
    private readonly t: Translate,
    private readonly language: string,
  ) {
    this.disposables.push(
      workspace.onDidChangeWorkspaceFolders(() => {
        if (this.view) this.view.webview.options = this.options();
      }),
    );
  }

  get isVisible(): boolean {
    return this.view?.visible ?? false;
  }

  resolveWebviewView(view: WebviewView): void {
    this.view = view;
    view.webview.options = this.options();
    this.connect(view.webview);
    view.onDidDispose(() => {
      if (this.view !== view) return;
      this.host?.dispose();
      this.host = undefined;
      this.view = undefined;
    });
    const dist = Uri.joinPath(this.places.extensionUri, 'dist', 'webview');
    view.webview.html = pageHtml(view.webview, dist, this.language, this.t('Label Pairs'), 'labeling');
    view.onDidChangeVisibility(() => {
      // A hidden page is destroyed: the next one counts its requests from 0 again.
      if (!view.visible) this.connect(view.webview);
    });
  }

  /** Something that the page shows has changed. */
  refresh(): void {
    if (this.isVisible) this.host?.refresh();
  }

  dispose(): void {
    this.host?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private connect(webview: Webview): void {
    this.host?.dispose();
    const port: MessagePort = {
      post: message => void webview.postMessage(message),
      onMessage: listener => webview.onDidReceiveMessage(listener),
    };
    this.host = new LabelingHost(port, this.servicesFor(webview), this.log, this.t);
  }

  private options(): Webview['options'] {
    const { extensionUri, cacheUri } = this.places;
    return {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(extensionUri, 'dist'), Uri.joinPath(extensionUri, 'media'), cacheUri],
    };
  }
}
