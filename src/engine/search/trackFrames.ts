import type { Note } from '../../core/dataset/note';
import { note, NoteError } from '../../core/dataset/note';
import { scaleBox } from '../../core/search/box';
import { orderFrames } from '../../core/search/frames';
import type { FrameFile } from '../../core/search/frames';
import { searchMessages as messages } from '../../core/search/messages';
import type { TrackedFrame } from '../../core/search/track';
import type { SearchProgress, TrackParams, TrackResult } from '../../protocol/search';
import type { PictureSize } from '../decode/header';
import type { PictureDecoder } from '../decode/pictureDecoder';
import type { Raster } from '../decode/raster';
import { listCandidates } from '../trainingService/listPictures';
import type { CropSearcher } from './cropSearcher';
import { aheadOf, readPixels } from './pictureFiles';
import { checkRegion } from './searchPlan';
import { FIND, HOLD } from './threshold';
import { thinFrames } from './thinFrames';
import { Tracker } from './tracker';

export interface TrackContext {
  readonly decoder: PictureDecoder;
  readonly searcher: CropSearcher;
  readonly report: (progress: SearchProgress) => void;
  readonly signal: AbortSignal;
}

/** Frames are looked at no larger: what is followed is seen 64 pixels large anyhow. */
const LONG_SIDE = 1600;
const LISTED = 3;

/** A frame as it was read: at most {@link LONG_SIDE} long. */
interface Frame extends PictureSize {
  readonly raster: Raster;
  /** Pixels of the raster for one of the image's. */
  readonly scale: number;
}

/** Follows a box through the images of a folder. @throws NoteError for whatever the user can mend; the signal's reason when aborted */
export async function trackFrames(params: TrackParams, context: TrackContext): Promise<TrackResult> {
  const startedMs = performance.now();
  const notes: Note[] = [];
  const { searcher, report, signal } = context;
  const [root] = params.scan.roots;
  const listed = await listCandidates(
    params.scan,
    signal,
    of => void notes.push(of),
    () => undefined,
  );
  const own = new Map(listed.filter(({ file }) => !file.path.includes('/')).map(({ file }) => [file.path, file.absolute]));
  if (params.start !== undefined && !own.has(params.start)) {
    throw new NoteError(note(messages.notAFrame, params.start, root.path));
  }
  const ordered = orderFrames([...own.keys()], params.start);
  notes.push(...ordered.notes);
  const files = ordered.frames;
  if (files.length < 2) throw new NoteError(note(messages.noFrames, root.path));
  const first = Math.max(
    0,
    files.findIndex(({ path }) => path === params.start),
  );
  const read = (file: FrameFile): Promise<Frame | undefined> =>
    readFrame(context.decoder, own.get(file.path)!, root.settings.maxPixels);

  const start = await read(files[first]);
  if (!start) throw new NoteError(note(messages.noQuery, files[first].path, ''));
  checkRegion(params.box, start);
  const results = new Array<TrackedFrame>(files.length);
  const total = files.length;
  let done = 1;
  results[first] = { ...files[first], width: start.width, height: start.height, status: 'tracked', box: params.box, score: 1 };
  const marked = scaleBox(params.box, start.scale);
  const follow = async (path: readonly number[]): Promise<void> => {
    const tracker = await Tracker.start(searcher, start.raster, marked, { hold: HOLD, find: FIND });
    const frames = aheadOf(path, index => read(files[index]), 2);
    for (const [step, index] of path.entries()) {
      report({ done: done++, total });
      const frame = await frames(step);
      signal.throwIfAborted();
      results[index] = frame
        ? await sightOf(tracker, files[index], frame)
        : { ...files[index], width: 0, height: 0, status: 'unreadable' };
    }
  };
  await follow(Array.from({ length: total - first - 1 }, (_, i) => first + 1 + i));
  await follow(Array.from({ length: first }, (_, i) => first - 1 - i));
  noteOdd(results, start, notes);
  const frames =
    params.thin === undefined
      ? results
      : await thinFrames(results, params.thin, { searcher, signal, read: async index => (await read(files[index]))?.raster });
  return { frames, notes, elapsedMs: Math.round(performance.now() - startedMs) };
}

async function readFrame(decoder: PictureDecoder, file: string, maxPixels: number): Promise<Frame | undefined> {
  const read = await readPixels(decoder, file, maxPixels, ({ width, height }) => {
    const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
    return { size: { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) } };
  });
  if ('problem' in read || !read.ok.raster) return undefined;
  const { raster, width, height } = read.ok;
  return { raster, width, height, scale: raster.width / width };
}

async function sightOf(tracker: Tracker, file: FrameFile, { raster, scale, width, height }: Frame): Promise<TrackedFrame> {
  const { status, box, score } = await tracker.next(raster);
  return { ...file, width, height, status, score, ...(box && { box: scaleBox(box, 1 / scale) }) };
}

function noteOdd(frames: readonly TrackedFrame[], first: PictureSize, notes: Note[]): void {
  const size = ({ width, height }: PictureSize): string => `${width} × ${height}`;
  const other = frames.find(frame => frame.status !== 'unreadable' && size(frame) !== size(first));
  if (other) notes.push(note(messages.otherSize, other.path, size(other), size(first)));
  const unread = frames.filter(({ status }) => status === 'unreadable').map(({ path }) => path);
  if (unread.length === 0) return;
  notes.push(
    note(messages.unreadFrames, unread.length, unread.slice(0, LISTED).join(', ') + (unread.length > LISTED ? ' …' : '')),
  );
}
