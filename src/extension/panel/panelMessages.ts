/** Checks what a page sends: it shows other people's pictures and names, so nothing it says is taken on trust. */
import * as v from 'valibot';
import { allFindingKinds } from '../../core/findings/kinds';
import { transformNames } from '../../core/pairs/pairColumns';
import type { PairsQuery } from '../../protocol/engine';
import type { PanelAction } from '../../protocol/panel';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** As much as a page may ask for at a time. */
const windowLimit = v.pipe(count, v.maxValue(1000));
const distance = v.pipe(v.number(), v.finite());
/** Index and root of an image that is not part of the scan (the one whose neighbours are shown) are −1, its path is absolute. */
const place = v.pipe(v.number(), v.safeInteger(), v.minValue(-1));
const staysBelowRoot = ({ root, path }: { root: number; path: string }): boolean =>
  root < 0 || (path !== '' && !path.startsWith('/') && !path.split('/').includes('..'));
const notBelowRoot = 'not a path below its root';

const imageFields = v.object({
  index: place,
  root: place,
  path: v.string(),
  content: v.string(),
  sizeBytes: v.number(),
  modifiedMs: v.number(),
  width: v.number(),
  height: v.number(),
  format: v.string(),
  label: v.optional(v.string()),
  split: v.optional(v.string()),
  problem: v.optional(
    v.object({
      kind: v.picklist(['unreadable-image', 'unsupported-format', 'not-fetched']),
      reason: v.picklist([
        'empty',
        'truncated',
        'not-an-image',
        'damaged',
        'too-large',
        'no-permission',
        'gone',
        'bad-name',
        'unsupported',
        'pointer',
      ]),
      detail: v.string(),
    }),
  ),
  reference: v.optional(v.boolean()),
});
/** An image as a page may name it. */
export const imageSchema = v.pipe(
  imageFields,
  v.check(value => staysBelowRoot(value), notBelowRoot),
);
export const pairSchema = v.object({
  a: imageSchema,
  b: imageSchema,
  distance,
  transform: v.picklist(transformNames),
  kind: v.nullable(v.picklist(allFindingKinds)),
  findingId: v.string(),
  rank: v.number(),
  verdict: v.optional(v.picklist(['similar', 'different'])),
});
/** Of a model; the host looks whether it is one that it listed. */
const path = v.pipe(v.string(), v.minLength(1));
const trainingAction = v.variant('kind', [
  v.object({ kind: v.picklist(['show', 'train', 'cancel', 'previous', 'builtIn', 'undoDelete', 'endCompare']) }),
  v.object({ kind: v.picklist(['activate', 'compare', 'rename', 'export', 'delete']), path }),
]);
const reviewKey = v.pipe(
  v.object({ root: count, path: v.string(), content: v.string() }),
  v.check(value => staysBelowRoot(value), notBelowRoot),
);
const reviewAction = v.variant('kind', [
  v.object({ kind: v.picklist(['show', 'judge', 'undo', 'more', 'again']) }),
  v.object({ kind: v.picklist(['accept', 'other', 'right', 'skip']), image: reviewKey }),
]);
/** Below the folder to label. */
const suggestPlace = v.pipe(
  v.string(),
  v.check(value => staysBelowRoot({ root: 0, path: value }), notBelowRoot),
);
const suggestAction = v.variant('kind', [
  v.object({ kind: v.picklist(['show', 'undo']) }),
  v.object({
    kind: v.picklist(['accept', 'other']),
    places: v.pipe(v.array(suggestPlace), v.minLength(1), v.maxLength(100_000)),
  }),
  v.object({ kind: v.literal('open'), place: suggestPlace }),
]);
const length = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** The engine looks whether it lies in the image. */
const box = v.object({ x: count, y: count, width: length, height: length });
const action = v.variant('kind', [
  v.object({ kind: v.literal('notDuplicate'), pair: pairSchema }),
  v.object({
    kind: v.literal('keepAndTrash'),
    keep: imageSchema,
    trash: v.pipe(v.array(imageSchema), v.minLength(1), v.maxLength(10_000)),
  }),
  v.object({ kind: v.literal('openBoth'), pair: pairSchema }),
  v.object({ kind: v.literal('openImage'), image: imageSchema }),
  v.object({ kind: v.literal('revealImage'), image: imageSchema }),
  v.object({ kind: v.literal('findSimilar'), image: imageSchema }),
  v.object({ kind: v.literal('markRegion'), image: imageSchema }),
  v.object({ kind: v.literal('searchRegion'), image: imageSchema, box }),
  v.object({ kind: v.literal('compare'), pair: pairSchema }),
  v.object({ kind: v.literal('compareImages'), images: v.tuple([imageSchema, imageSchema]) }),
  v.object({ kind: v.literal('showGrid') }),
  v.object({ kind: v.literal('showMap') }),
  v.object({ kind: v.literal('undoTrash') }),
  v.object({ kind: v.literal('undoVerdict') }),
  v.object({ kind: v.literal('scanWorkspace') }),
  v.object({ kind: v.literal('cancelScan') }),
  v.object({ kind: v.literal('labelPairs') }),
  v.object({ kind: v.literal('training'), action: trainingAction }),
  v.object({ kind: v.literal('review'), action: reviewAction }),
  v.object({ kind: v.literal('suggest'), action: suggestAction }),
]);
const pairsQuery = v.object({
  threshold: distance,
  order: v.picklist(['closest', 'borderline']),
  offset: count,
  limit: windowLimit,
});
const groupsQuery = v.object({ threshold: distance, offset: count, limit: windowLimit });
const preview = v.pipe(
  v.object({ root: place, path: v.string(), side: v.pipe(count, v.minValue(16), v.maxValue(4096)) }),
  v.check(value => staysBelowRoot(value), notBelowRoot),
);
const at = v.object({ threshold: distance });
const aim = v.object({
  aim: v.picklist(['precision', 'recall']),
  value: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
});
const thresholdMove = v.object({ threshold: distance, settled: v.boolean() });

const mapKinds = v.object({ edition: count, threshold: distance });
const mapImage = v.object({ edition: count, image: count });
const filter = v.object({ edition: v.pipe(v.number(), v.safeInteger()), images: v.nullable(v.instance(Uint32Array)) });

export const parseAction = (value: unknown): PanelAction => v.parse(action, value);
export const parsePairsQuery = (value: unknown): PairsQuery => v.parse(pairsQuery, value);
export const parseGroupsQuery = (value: unknown): v.InferOutput<typeof groupsQuery> => v.parse(groupsQuery, value);
export const parsePreview = (value: unknown): v.InferOutput<typeof preview> => v.parse(preview, value);
export const parseAt = (value: unknown): v.InferOutput<typeof at> => v.parse(at, value);
export const parseAim = (value: unknown): v.InferOutput<typeof aim> => v.parse(aim, value);
export const parseMapKinds = (value: unknown): v.InferOutput<typeof mapKinds> => v.parse(mapKinds, value);
export const parseMapImage = (value: unknown): v.InferOutput<typeof mapImage> => v.parse(mapImage, value);
export const parseFilter = (value: unknown): v.InferOutput<typeof filter> => v.parse(filter, value);
/** Undefined where it is no such message: notifications have nobody to tell. */
export function parseThreshold(value: unknown): v.InferOutput<typeof thresholdMove> | undefined {
  const result = v.safeParse(thresholdMove, value);
  return result.success ? result.output : undefined;
}
