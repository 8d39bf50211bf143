import { jsonElements } from '../../core/curation/jsonElements';
import { cocoLabels } from '../../core/curation/cocoLabels';
import type { ListFile } from '../../core/curation/listFile';
import { scalarPlace } from '../../core/curation/scalarPlace';
import type { TextPlace } from '../../core/dataset/boxes';
import { labelFileKind } from '../../core/dataset/labelSource';
import { folderOf } from '../../core/dataset/paths';
import type { LabelPlace, LabelText } from './labelTexts';
import { classNames } from './readBoxes';

/** A box as a scan saw it. */
export interface SeenBox {
  /** Below the root. */
  readonly image: string;
  readonly at: TextPlace;
  readonly label: string;
}

/**
 * The texts that say the classes of boxes. A box whose row is no longer what the scan saw has no place.
 * @param read A text by its path below the root; undefined where it can't be read.
 */
export async function boxTexts(
  root: string,
  boxes: readonly SeenBox[],
  read: (path: string) => Promise<string | undefined>,
): Promise<readonly LabelText[]> {
  const byFile = new Map<string, SeenBox[]>();
  for (const box of boxes) byFile.set(box.at.file, [...(byFile.get(box.at.file) ?? []), box]);
  const { names } = await classNames(root, new Set([...byFile.keys()].map(folderOf)));
  const numbers = new Map([...names].map(([number, name]) => [name, String(number)]));
  const texts: LabelText[] = [];
  for (const [path, own] of byFile) {
    const text = await read(path);
    if (text === undefined) continue;
    texts.push(labelFileKind(path) === 'json' ? cocoText(path, text, own) : yoloText(path, text, own, numbers));
  }
  return texts;
}

/** The number at the beginning of each row. */
function yoloText(path: string, text: string, boxes: readonly SeenBox[], numbers: ReadonlyMap<string, string>): LabelText {
  const starts = lineStarts(text);
  const places = boxes.flatMap(({ image, at, label }): LabelPlace[] => {
    const start = starts[at.line - 1] + at.column - 1;
    const written = numbers.size === 0 ? label : numbers.get(label);
    if (written === undefined || !/^\s/.test(text.slice(start + written.length)) || !text.startsWith(written, start)) return [];
    return [{ image, at, range: { start, end: start + written.length }, isLabel: true }];
  });
  // Without names the numbers are the classes.
  const file: ListFile = numbers.size === 0 ? { kind: 'paths', rows: [] } : { kind: 'coco', rows: [], categories: numbers };
  return { path, text, file, places };
}

/** The category of each annotation. */
function cocoText(path: string, text: string, boxes: readonly SeenBox[]): LabelText {
  const arrays = jsonElements(text);
  const { categories } = cocoLabels(text, arrays);
  const starts = lineStarts(text);
  const elements = new Map((arrays.get('annotations') ?? []).map(range => [range.start, range]));
  const places = boxes.flatMap(({ image, at, label }): LabelPlace[] => {
    const element = elements.get(starts[at.line - 1] + at.column - 1);
    const category = categories.get(label);
    if (!element || category === undefined) return [];
    const range = scalarPlace(text.slice(element.start, element.end), 'category_id', JSON.parse(category), element.start);
    return range ? [{ image, at, range, isLabel: true }] : [];
  });
  return { path, text, file: { kind: 'coco', rows: [], categories }, places };
}

/** As in core/curation/textPositions.ts; a byte order mark belongs to no line. */
function lineStarts(text: string): readonly number[] {
  const first = text.startsWith('\uFEFF') ? 1 : 0;
  return [first, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
}
