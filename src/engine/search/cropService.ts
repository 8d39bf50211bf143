import path from 'node:path';
import type { Note } from '../../core/dataset/note';
import { note, NoteError } from '../../core/dataset/note';
import { problemMessage } from '../../core/findings/findingMessage';
import { english } from '../../core/l10n';
import { searchMessages as messages } from '../../core/search/messages';
import type {
  SearchCropParams,
  SearchCropResult,
  SearchHit,
  SearchProgress,
  TrackParams,
  TrackResult,
} from '../../protocol/search';
import type { PictureSize } from '../decode/header';
import type { Outcome, PictureDecoder } from '../decode/pictureDecoder';
import { chooseRuntime } from '../runtime/chooseRuntime';
import { breathe } from '../../workspace/breathe';
import { Turnstile } from '../session/abort';
import { countReports } from '../session/phaseReports';
import { listCandidates } from '../trainingService/listPictures';
import { loadCropModel } from './cropModel';
import type { Template } from './cropSearcher';
import { CropSearcher } from './cropSearcher';
import { aheadOf, readPixels } from './pictureFiles';
import type { SizedPicture } from './pictureFiles';
import { checkRegion, levelsFor, templateSizes } from './searchPlan';
import { DEFAULT_THRESHOLD } from './threshold';
import { trackFrames } from './trackFrames';

export interface CropServiceOptions {
  readonly decoder: PictureDecoder;
  readonly modelPath: string;
  readonly threads: number;
  readonly onProgress: (progress: SearchProgress) => void;
}

/** Places listed of one image. */
const MOST_REGIONS = 5;
const MOST_PIXELS_DEFAULT = 268_402_689;

/** Looks for a region of one image in many. One search or track at a time. */
export class CropService {
  readonly #turns = new Turnstile();
  #searcher: Promise<CropSearcher> | undefined;

  constructor(private readonly options: CropServiceOptions) {}

  /** @throws NoteError for whatever the user can mend; the signal's reason when aborted */
  run(params: SearchCropParams, signal: AbortSignal): Promise<SearchCropResult> {
    return this.#turns.run(() => {
      signal.throwIfAborted();
      return this.#run(params, signal);
    });
  }

  /** Follows a region through a folder of frames. @throws as `run` */
  track(params: TrackParams, signal: AbortSignal): Promise<TrackResult> {
    return this.#turns.run(async () => {
      signal.throwIfAborted();
      const { decoder, onProgress } = this.options;
      return trackFrames(params, { decoder, searcher: await this.#ready(), report: countReports(onProgress), signal });
    });
  }

  async dispose(): Promise<void> {
    const searcher = await this.#searcher?.catch(() => undefined);
    await searcher?.dispose();
  }

  async #run(params: SearchCropParams, signal: AbortSignal): Promise<SearchCropResult> {
    const startedMs = performance.now();
    const notes: Note[] = [];
    const maxPixels = Math.max(MOST_PIXELS_DEFAULT, ...params.scan.roots.map(root => root.settings.maxPixels));
    const searcher = await this.#ready();
    const { template, picture } = await this.#template(searcher, params, maxPixels);
    const listed = await listCandidates(
      params.scan,
      signal,
      of => void notes.push(of),
      () => undefined,
    );
    const own = path.resolve(params.file);
    const others = listed.filter(({ file }) => path.resolve(file.absolute) !== own);
    if (others.length === 0) throw new NoteError(note(messages.nothing, params.scan.roots.map(({ path: at }) => at).join(', ')));
    const threshold = params.threshold ?? DEFAULT_THRESHOLD;
    const [hits, counts]: [SearchHit[], Counts] = [[], { searched: 0, unread: 0, unfit: 0 }];
    const report = countReports(this.options.onProgress);
    // The next picture is read and decoded while one is searched.
    const reads = aheadOf(others, ({ file }) => this.#read(file.absolute, template, maxPixels), 2);
    for (const [index, { file }] of others.entries()) {
      report({ done: index, total: others.length });
      const read = await reads(index);
      signal.throwIfAborted();
      if ('problem' in read) {
        counts.unread++;
        continue;
      }
      const { raster, width, height } = read.ok;
      if (!raster) {
        counts.unfit++;
        continue;
      }
      counts.searched++;
      const { peaks, heat } = await searcher.search(template, { width, height }, raster, MOST_REGIONS, threshold);
      if (peaks.length > 0) hits.push({ root: file.root, path: file.path, width, height, regions: peaks.map(shown), heat });
      await breathe();
    }
    this.options.onProgress({ done: others.length, total: others.length });
    if (counts.unread > 0) notes.push(note(messages.notRead, counts.unread));
    if (counts.unfit > 0) notes.push(note(messages.notFitting, counts.unfit));
    hits.sort((a, b) => b.regions[0].score - a.regions[0].score || (a.path < b.path ? -1 : 1));
    return {
      ...picture,
      threshold,
      hits: hits.slice(0, params.most),
      searched: counts.searched,
      found: hits.length,
      notes,
      elapsedMs: Math.round(performance.now() - startedMs),
    };
  }

  #ready(): Promise<CropSearcher> {
    this.#searcher ??= (async () => {
      const model = await loadCropModel(this.options.modelPath);
      return new CropSearcher(model, (await chooseRuntime('auto', this.options.threads)).runtime);
    })();
    return this.#searcher;
  }

  async #template(
    searcher: CropSearcher,
    { file, box }: SearchCropParams,
    maxPixels: number,
  ): Promise<{ readonly template: Template; readonly picture: PictureSize }> {
    const read = await readPixels(this.options.decoder, file, maxPixels, picture => {
      checkRegion(box, picture);
      return { part: box, size: templateSizes(box).at(-1) };
    });
    if ('problem' in read) throw new NoteError(note(messages.noQuery, file, problemMessage(read.problem, english)));
    const { raster, width, height } = read.ok;
    return { template: await searcher.template(box, raster!), picture: { width, height } };
  }

  /** The picture at its largest level; without a raster where none fits. */
  #read(file: string, { region }: Template, maxPixels: number): Promise<Outcome<SizedPicture>> {
    return readPixels(this.options.decoder, file, maxPixels, picture => {
      const [largest] = levelsFor(region, picture);
      return largest ? { size: { width: largest.width, height: largest.height } } : {};
    });
  }
}

interface Counts {
  searched: number;
  unread: number;
  unfit: number;
}

const shown = ({ box, score }: SearchHit['regions'][number]): SearchHit['regions'][number] => ({
  box,
  score: Math.max(0, Math.min(1, score)),
});
