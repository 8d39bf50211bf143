import { commands as vscodeCommands, EventEmitter, languages, Uri, workspace } from 'vscode';
import type { Disposable, LogOutputChannel } from 'vscode';
import type { Translate } from '../../core/l10n';
import { FindingsRequest } from '../../protocol/engine';
import { contextKeys, moreScheme, settingRanges } from '../contributions';
import type { Engine } from '../engineProcess/engine';
import type { Session } from '../session/session';
import { LatestThrottle } from '../util/latestThrottle';
import { collectPaths } from './imagesWithFindings';
import { DiagnosticsPublisher, nothingPublished, type Published } from './publisher';
import { diagnosticSource, moreDiagnostic, toDiagnostic } from './toDiagnostics';

/** At most 4 updates a second while the slider moves. */
export const publishIntervalMs = 250;

interface Job {
  readonly threshold: number;
  readonly limit: number;
}

/** Problems, the context key of images with findings, and the document behind "and N more" follow the session. */
export class Diagnostics implements Disposable {
  private readonly collection = languages.createDiagnosticCollection(diagnosticSource);
  private readonly publisher: DiagnosticsPublisher;
  private readonly throttle: LatestThrottle<Job>;
  private readonly emitter = new EventEmitter<Published>();
  private readonly documentEmitter = new EventEmitter<Uri>();
  private readonly disposables: Disposable[] = [];
  private last = nothingPublished;
  private count = 0;
  private readonly moreUri: Uri;
  readonly onDidPublish = this.emitter.event;

  constructor(
    private readonly engine: Engine,
    private readonly session: Session,
    private readonly log: LogOutputChannel,
    private readonly t: Translate,
    private readonly language: string,
  ) {
    this.moreUri = Uri.from({ scheme: moreScheme, path: `/${t('More findings')}` });
    this.publisher = new DiagnosticsPublisher(this.collection, {
      query: query => engine.request(FindingsRequest, query),
      uriOf: finding => session.uriOf(finding),
      toDiagnostic: finding =>
        toDiagnostic(
          finding,
          place => session.uriOf(place),
          t,
          session.roots.map(root => root.name),
        ),
      more: hidden => ({ uri: this.moreUri, diagnostic: moreDiagnostic(hidden, t, language) }),
    });
    this.throttle = new LatestThrottle(publishIntervalMs, job => this.publish(job));
    this.disposables.push(
      this.collection,
      this.throttle,
      this.emitter,
      this.documentEmitter,
      session.onDidChange(() => this.refresh()),
      workspace.registerTextDocumentContentProvider(moreScheme, {
        onDidChange: this.documentEmitter.event,
        provideTextDocumentContent: () => this.moreText(),
      }),
    );
  }

  get published(): Published {
    return this.last;
  }

  /** How many times Problems was written since activation. */
  get updates(): number {
    return this.count;
  }

  get isIdle(): boolean {
    return this.throttle.isIdle;
  }

  whenIdle(): Promise<void> {
    return this.throttle.whenIdle();
  }

  /** Publishes what the session shows now; soon, and never more often than {@link publishIntervalMs}. */
  refresh(): void {
    const { state } = this.session;
    if (!state) {
      this.publisher.clear();
      this.setLast(nothingPublished);
      this.setImages([], false);
      return;
    }
    const asked = Math.max(...state.params.roots.map(root => root.settings.maxProblems));
    const limit = Math.min(asked, settingRanges.maxProblems.maximum);
    this.throttle.push({ threshold: state.threshold, limit });
  }

  /** Takes findings on files away that are gone; the next refresh does it in full. */
  remove(uris: readonly Uri[]): void {
    this.publisher.remove(uris);
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async publish(job: Job): Promise<void> {
    if (!this.session.state) return;
    try {
      const published = await this.publisher.publish(job);
      if (!this.session.state) {
        this.refresh();
        return;
      }
      this.count++;
      this.setLast(published);
      // While the slider is dragged the menus can wait.
      if (this.throttle.isSettling) return;
      const { paths, complete } = await collectPaths(
        query => this.engine.request(FindingsRequest, query),
        job.threshold,
        place => this.session.fsPathOf(place),
        () => this.throttle.isSettling,
      );
      if (!this.throttle.isSettling) this.setImages(paths, !complete);
    } catch (error) {
      this.log.error('Problems could not be updated:', error instanceof Error ? error : String(error));
    }
  }

  private setLast(published: Published): void {
    this.last = published;
    this.documentEmitter.fire(this.moreUri);
    this.emitter.fire(published);
  }

  private setImages(paths: readonly string[], many: boolean): void {
    const keys = Object.fromEntries(paths.map(path => [path, true]));
    void vscodeCommands.executeCommand('setContext', contextKeys.imagesWithFindings, keys);
    void vscodeCommands.executeCommand('setContext', contextKeys.manyImagesWithFindings, many);
  }

  private moreText(): string {
    const number = (value: number): string => value.toLocaleString(this.language);
    const { shown, total } = this.last;
    return [
      this.t('Problems shows the {0} most urgent of {1} findings.', number(shown), number(total)),
      this.t('All of them are in the panel Twinlint: Pairs (command "Twinlint: Open Pairs").'),
      this.t('The setting "twinlint.maxProblems" changes how many Problems shows.'),
      '',
    ].join('\n');
  }
}
