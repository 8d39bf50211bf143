import { Uri } from 'vscode';
import type { ImageRecord } from '../../core/dataset/image';
import type { Box } from '../../core/search/box';
import { ScannedImagesRequest } from '../../protocol/curation';
import { NeighboursRequest } from '../../protocol/engine';
import type { PanelView, RegionSearch } from '../../protocol/panel';
import { SearchCropRequest, type SearchCropResult } from '../../protocol/search';
import type { Engine } from '../engineProcess/engine';
import { isCancellation } from '../engineProcess/errors';
import { rootSpecs, type RootSpec } from '../scan/rootSpecs';
import type { ParamsSource, ScanController } from '../scan/scanController';
import type { ScanFlow } from '../scan/scanFlow';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import { showProgress } from '../util/progress';
import { areOnDisk } from './onDisk';
import { activeImage, diskFolders, pickImageFile, shownPath } from './picking';

/** How many neighbours of an image, or images with a region, are shown. */
const shownCount = 48;

export interface ImageSearchParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly scans: ScanController;
  readonly flow: ScanFlow;
  readonly source: ParamsSource;
  readonly messenger: Messenger;
  readonly showPanel: (view: PanelView | undefined, preserveFocus: boolean) => void;
}

/** Folders to scan, below the workspace's where they lie there. */
export const specsOf = (uris: readonly Uri[]): RootSpec[] =>
  rootSpecs(
    uris.map(uri => uri.fsPath),
    diskFolders().map(folder => ({ path: folder.uri.fsPath, name: folder.name })),
  );

/** Searches that start from one image: what is like it, and where a part of it occurs. */
export class ImageSearch {
  constructor(private readonly parts: ImageSearchParts) {}

  async findSimilar(clicked: Uri | undefined): Promise<boolean> {
    const { messenger, showPanel } = this.parts;
    const { t } = messenger;
    const uri = await this.imageOf(clicked, t('Choose the image whose twins are looked for'));
    if (!uri || !(await this.scanned(uri))) return false;
    const found = await this.neighbours(uri, shownCount);
    if (!found) return false;
    showPanel({ kind: 'neighbours', query: found.query, neighbours: found.neighbours }, false);
    if (found.neighbours.length === 0) messenger.info(t('No image is similar to {0}.', shownPath(uri)));
    return true;
  }

  /** Opens the panel on an image, to mark a region of it. */
  async markRegion(clicked: Uri | undefined): Promise<boolean> {
    const { messenger, showPanel } = this.parts;
    const uri = await this.imageOf(clicked, messenger.t('Choose the image that shows what is looked for'));
    if (!uri || !(await this.scanned(uri))) return false;
    const found = await this.neighbours(uri, 1);
    if (!found) return false;
    showPanel({ kind: 'region', query: found.query }, false);
    return true;
  }

  async searchRegion(query: ImageRecord, box: Box): Promise<boolean> {
    const { engine, session, messenger, showPanel } = this.parts;
    const { t } = messenger;
    const { state } = session;
    if (!state) return false;
    const file = query.root < 0 ? query.path : session.fsPathOf(query);
    const title = t('Twinlint: looking for a region of {0}', shownPath(Uri.file(file)));
    try {
      const result = await showProgress({
        title,
        onDidProgress: engine.onDidSearchProgress,
        stage: ({ done, total }) => ({
          message: t('{0} of {1} images', done, total),
          percent: (100 * done) / Math.max(1, total),
        }),
        work: token => engine.request(SearchCropRequest, { file, box, scan: state.params, most: shownCount }, token),
      });
      messenger.notes(result.notes);
      showPanel({ kind: 'region', query, search: await this.withImages(result, box) }, false);
      return true;
    } catch (error) {
      if (!isCancellation(error)) messenger.failure(t('The region could not be looked for.'), error);
      return false;
    }
  }

  /** What the panel shows of an image is what the scan knows of it; images that came since are left out. */
  private async withImages({ hits, searched, found, threshold }: SearchCropResult, box: Box): Promise<RegionSearch> {
    const { images } = (await this.parts.engine.request(ScannedImagesRequest, {})) ?? { images: [] };
    const known = new Map(images.map(image => [`${image.root}/${image.path}`, image]));
    const shown = hits.flatMap(({ root, path, regions, heat }) => {
      const image = known.get(`${root}/${path}`);
      return image ? [{ image, regions, heat }] : [];
    });
    return { box, threshold, searched, found, hits: shown };
  }

  private async imageOf(clicked: Uri | undefined, question: string): Promise<Uri | undefined> {
    const { messenger } = this.parts;
    const uri = clicked ?? activeImage() ?? (await pickImageFile(messenger.t, question));
    return uri && areOnDisk([uri], messenger) ? uri : undefined;
  }

  /** Sees to it that the images around this one are scanned. */
  private async scanned(uri: Uri): Promise<boolean> {
    const { session, scans, flow } = this.parts;
    const folders = diskFolders();
    const home = folders.length > 0 ? folders.map(folder => folder.uri) : [Uri.joinPath(uri, '..')];
    const specs = session.covers(uri.fsPath) ? scans.specs() : specsOf(home);
    const isPresent = session.state !== undefined && sameRoots(specs, scans.specs()) && (await scans.ready());
    // Its results are worth showing too, and what is found is then of the scan that everything else shows.
    return isPresent || (await flow.run(specs, true)) !== undefined;
  }

  private async neighbours(uri: Uri, k: number) {
    const { messenger, session, flow, source, engine, scans } = this.parts;
    const { t } = messenger;
    try {
      const { params } = session.state ? { params: session.state.params } : await source.build(scans.specs());
      const found = await flow.withProgress(t('Twinlint: twins of {0}', shownPath(uri)), false, token =>
        engine.request(NeighboursRequest, { path: uri.fsPath, k, scan: params }, token),
      );
      if (!found.query.problem) return found;
      messenger.warn(t('{0} could not be read, so it has no neighbours.', shownPath(uri)));
    } catch (error) {
      flow.tellFailure(error);
    }
    return undefined;
  }
}

function sameRoots(a: readonly RootSpec[], b: readonly RootSpec[]): boolean {
  const key = (specs: readonly RootSpec[]): string =>
    JSON.stringify(specs.map(({ path, only }) => [path, [...only].sort()]).sort());
  return key(a) === key(b);
}
