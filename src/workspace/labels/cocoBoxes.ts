import { jsonElements } from '../../core/curation/jsonElements';
import { positionsIn } from '../../core/curation/textPositions';
import { boxFit, type BoxNumbers, type LabelBox } from '../../core/dataset/boxes';
import { matchRefs } from '../../core/dataset/labelRows';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';
import { parseCoco, type CocoFields } from './coco';
import type { ReadBoxes } from './readBoxes';
import { RowNotes } from './rowNotes';

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : NaN);

/** The boxes of a COCO file: `bbox` of its annotations, `[left, top, width, height]` in pixels. @throws {NoteError} */
export function cocoBoxes(file: string, text: string, root: string, imagePaths: readonly string[]): ReadBoxes {
  const coco = parseCoco(file, text);
  const notes = new RowNotes(file);
  const ranges = jsonElements(text).get('annotations') ?? [];
  const positionAt = positionsIn(text);
  const named = [...coco.images].filter(([, { file_name: name }]) => typeof name === 'string');
  const refs = named.map(([, { file_name: name }]) => name as string);
  const matches = matchRefs(refs, file, root, imagePaths);
  const missing = matches.flatMap((match, i) => ('missing' in match ? [refs[i]] : []));
  if (missing.length > 0) notes.tell(note(messages.cocoUnmatched, file, missing.length, missing[0]));
  const pathOf = new Map(named.map(([id], i) => [id, matches[i]]));
  const boxes = new Map<string, LabelBox[]>();
  coco.annotations.forEach((annotation, index) => {
    const [line, column] = positionAt(ranges[index]?.start ?? 0);
    const image = coco.images.get(annotation.image_id);
    if (!image) return notes.tell(note(messages.boxNoImage, file, line + 1));
    const label = coco.categories.get(annotation.category_id);
    if (label === undefined) {
      const category = JSON.stringify(annotation.category_id ?? null);
      return notes.tell(note(messages.boxClass, file, line + 1, category, coco.categories.size));
    }
    const box = boxOf(annotation);
    if (!box) return notes.tell(note(messages.boxMalformed, file, line + 1));
    const size = [numberOf(image.width), numberOf(image.height)] as const;
    const fit = size.every(side => side > 0) ? boxFit(box, size) : 'inside';
    if (fit === 'outside') return notes.tell(note(messages.boxOutside, file, line + 1));
    if (fit === 'reaches-out') notes.tell(note(messages.boxReachesOut, file, line + 1));
    const match = pathOf.get(annotation.image_id);
    if (!match || !('image' in match)) return;
    const own = boxes.get(match.image) ?? [];
    boxes.set(match.image, own);
    own.push({ label, box, unit: 'pixel', at: { file, line: line + 1, column: column + 1 } });
  });
  if (boxes.size === 0) throw new NoteError(note(messages.boxesNoneIn, file));
  return { boxes, notes: notes.all() };
}

function boxOf({ bbox }: CocoFields): BoxNumbers | undefined {
  if (!Array.isArray(bbox) || bbox.length !== 4) return undefined;
  const [x, y, width, height] = bbox.map(numberOf);
  return [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0 ? [x, y, width, height] : undefined;
}
