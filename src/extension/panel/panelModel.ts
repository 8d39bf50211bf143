import { Uri } from 'vscode';
import type { Webview } from 'vscode';
import type { Translate } from '../../core/l10n';
import { DistancesRequest, GroupsRequest, PairRequest, PairsRequest, PreviewRequest, type PairRow } from '../../protocol/engine';
import { ClassesRequest, EstimateRequest, ThresholdForRequest } from '../../protocol/labeling';
import { MapImageRequest, MapKindsRequest, MapRequest } from '../../protocol/map';
import type { PanelAction, PanelSnapshot, PanelView } from '../../protocol/panel';
import type { SuggestSnapshot } from '../../protocol/panelSuggest';
import type { ReviewSnapshot } from '../../protocol/panelReview';
import type { TrainingSnapshot } from '../../protocol/panelTraining';
import type { Published } from '../diagnostics/publisher';
import type { Engine } from '../engineProcess/engine';
import type { ScanController } from '../scan/scanController';
import type { Place, Session } from '../session/session';
import type { PanelServices } from './panelHost';

export interface PanelModelParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly published: () => Published;
  readonly canUndoTrash: () => boolean;
  /** Takes the slider's place. */
  readonly setThreshold: (threshold: number, settled: boolean) => void;
  readonly training: () => TrainingSnapshot;
  readonly review: () => Promise<ReviewSnapshot>;
  readonly suggest: {
    readonly snapshot: () => SuggestSnapshot | null;
    /** Whether an absolute path is of an image or a reference that the page may show. */
    readonly shows: (path: string) => boolean;
  };
  readonly act: (action: PanelAction) => Promise<boolean>;
  readonly t: Translate;
  /** The translations for the page; null for English. */
  readonly l10n: Readonly<Record<string, string>> | null;
}

/** What the panel's pairs are about, whichever model found them: only models of this relation find pairs at all. */
const relation = 'same-picture';
const noDistances = new Float32Array(0);

/** What the panel shows, and the answers to its page. */
export class PanelModel {
  private current: PanelView = { kind: 'grid' };
  private distances: { readonly generation: number; readonly values: Float32Array } | undefined;

  constructor(private readonly parts: PanelModelParts) {}

  get view(): PanelView {
    return this.current;
  }

  set view(view: PanelView) {
    this.current = view;
  }

  async snapshot(): Promise<PanelSnapshot> {
    const { session, scans, published, l10n, canUndoTrash, training, review, suggest } = this.parts;
    const { state } = session;
    const distances = state ? await this.allDistances(state.summary.generation) : noDistances;
    await this.renewPair();
    const { shown, total } = published();
    return {
      summary: session.state?.summary ?? null,
      distances,
      threshold: session.state?.threshold ?? 0,
      problems: { shown, total },
      progress: scans.progress,
      view: this.current,
      l10n,
      canUndoTrash: canUndoTrash(),
      training: training(),
      review: this.current.kind === 'review' ? await review() : null,
      suggest: this.current.kind === 'suggest' ? suggest.snapshot() : null,
    };
  }

  servicesFor(webview: Webview): PanelServices {
    const { engine, scans, setThreshold, act, t } = this.parts;
    return {
      snapshot: () => this.snapshot(),
      setThreshold,
      pairs: async query => {
        await scans.ready();
        return engine.request(PairsRequest, query);
      },
      groups: async query => {
        await scans.ready();
        return engine.request(GroupsRequest, query);
      },
      preview: async ({ root, path, side }) => {
        const { file, problem } = await engine.request(PreviewRequest, { path: this.fsPathOf({ root, path }), side });
        return file === undefined ? { problem: problem ?? '' } : { uri: webview.asWebviewUri(Uri.file(file)).toString() };
      },
      estimate: async ({ threshold }) =>
        (await scans.ready()) ? engine.request(EstimateRequest, { relation, threshold }) : null,
      classes: async ({ threshold }) => ((await scans.ready()) ? engine.request(ClassesRequest, { relation, threshold }) : null),
      aim: async wish => ((await scans.ready()) ? engine.request(ThresholdForRequest, { relation, ...wish }) : null),
      map: async token => ((await scans.ready()) ? engine.request0(MapRequest, token) : null),
      mapKinds: async of => ((await scans.ready()) ? engine.request(MapKindsRequest, of) : null),
      mapImage: async of => ((await scans.ready()) ? engine.request(MapImageRequest, of) : null),
      filter: async ({ edition, images }) => {
        if (await scans.setFilter(edition, images)) return;
        throw new Error(t('The images have changed since this map was drawn. Draw it again, then choose.'));
      },
      act,
    };
  }

  /** Only scanned images, the one that is the query of what is on show, and those that have suggestions: a page gets to see no other file. */
  private fsPathOf(place: Place): string {
    if (place.root >= 0) return this.parts.session.fsPathOf(place);
    const { view } = this;
    const query = view.kind === 'neighbours' || view.kind === 'region' ? view.query : undefined;
    if (query && query.root < 0 && query.path === place.path) return place.path;
    if (view.kind === 'suggest' && this.parts.suggest.shows(place.path)) return place.path;
    throw new RangeError('The panel asked for a picture that it does not show.');
  }

  private async allDistances(generation: number): Promise<Float32Array> {
    if (this.distances?.generation !== generation) {
      const { engine, scans } = this.parts;
      // Where the scan is gone from the engine the page still opens, and says that there is nothing.
      if (!(await scans.ready())) return noDistances;
      const answer = await engine.request0(DistancesRequest);
      this.distances = { generation: answer.generation, values: answer.distances };
    }
    return this.distances.values;
  }

  /** A pair on show may have been settled, moved to the trash or changed since. */
  private async renewPair(): Promise<void> {
    if (this.current.kind !== 'compare') return;
    const shown: PairRow = this.current.pair;
    const { engine, session } = this.parts;
    if (!session.state) {
      this.current = { kind: 'grid' };
      return;
    }
    const paths = [session.fsPathOf(shown.a), session.fsPathOf(shown.b)] as const;
    const pair = await engine.request(PairRequest, { paths: [paths[0], paths[1]] });
    if (this.current.kind !== 'compare' || this.current.pair !== shown) return;
    this.current = pair ? { kind: 'compare', pair } : { kind: 'grid' };
  }
}
