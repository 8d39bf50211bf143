/**
 * YOLO's label files (docs.ultralytics.com/datasets): a row a box, `class x y width height` (the centre and size as shares of the
 * image's sides), perhaps with a confidence behind, or `class x1 y1 x2 y2 …`, a polygon. Names of the classes stand in `data.yaml` or, one
 * a line, in `classes.txt`.
 */
import { boxFit, type BoxNumbers, type LabelBox } from './boxes';
import { workspaceMessages as messages } from './messages';
import { note } from './note';
import type { Note } from './note';

export interface YoloRows {
  readonly boxes: readonly LabelBox[];
  readonly notes: readonly Note[];
}

/**
 * @param names of the classes by number; empty where no file gives any: then numbers are the names
 * @param hasKeypoints whether points of a pose stand behind the box, instead of a polygon
 */
export function yoloRows(file: string, text: string, names: ReadonlyMap<number, string>, hasKeypoints: boolean): YoloRows {
  const boxes: LabelBox[] = [];
  const notes: Note[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (line.trim() === '') continue;
    const place = index + 1;
    const [first, ...rest] = line.trim().split(/\s+/);
    const numbers = rest.map(Number);
    const box = /^\d+$/.test(first) && numbers.every(Number.isFinite) ? boxOf(numbers, hasKeypoints) : undefined;
    if (!box) {
      notes.push(note(messages.boxMalformed, file, place));
      continue;
    }
    const label = names.size === 0 ? first : names.get(Number(first));
    if (label === undefined) {
      notes.push(note(messages.boxClass, file, place, first, names.size));
      continue;
    }
    const fit = boxFit(box, [1, 1]);
    if (fit === 'reaches-out') notes.push(note(messages.boxReachesOut, file, place));
    if (fit === 'outside') notes.push(note(messages.boxOutside, file, place));
    else boxes.push({ label, box, unit: 'share', at: { file, line: place, column: line.length - line.trimStart().length + 1 } });
  }
  return { boxes, notes };
}

/** Undefined where the numbers are no box. */
function boxOf(numbers: readonly number[], hasKeypoints: boolean): BoxNumbers | undefined {
  const isPolygon = numbers.length >= 6 && numbers.length % 2 === 0 && !hasKeypoints;
  if (isPolygon) {
    const xs = numbers.filter((_, i) => i % 2 === 0);
    const ys = numbers.filter((_, i) => i % 2 === 1);
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    return sized([left, top, Math.max(...xs) - left, Math.max(...ys) - top]);
  }
  if (numbers.length < 4 || (numbers.length > 5 && !hasKeypoints)) return undefined;
  const [x, y, width, height] = numbers;
  return sized([x - width / 2, y - height / 2, width, height]);
}

const sized = (box: BoxNumbers): BoxNumbers | undefined => (box[2] > 0 && box[3] > 0 ? box : undefined);

export interface YoloNames {
  readonly names: ReadonlyMap<number, string>;
  /** Label rows hold the points of a pose. */
  readonly hasKeypoints: boolean;
}

const plain = (text: string): string =>
  text
    .replace(/\s+#.*$/, '')
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2');

/**
 * The `names` of a data.yaml: `[a, b]`, a list of `- a`, or a map of `0: a`, on one line or several. Undefined where there are none. Only so much of
 * YAML is read as such files hold.
 */
export function yoloYaml(text: string): YoloNames | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const at = lines.findIndex(line => /^names\s*:/.test(line));
  if (at < 0) return undefined;
  const names = new Map<number, string>();
  const inline = lines[at].replace(/^names\s*:\s*/, '');
  if (/^[[{]/.test(inline)) {
    const whole = [inline, ...lines.slice(at + 1)].map(line => line.replace(/\s+#.*$/, '')).join(' ');
    const inner = whole.slice(1, whole.indexOf(inline.startsWith('[') ? ']' : '}'));
    const items = inner.match(/(?:"[^"]*"|'[^']*'|[^,"'])+/g) ?? [];
    items
      .filter(item => item.trim() !== '')
      .forEach((item, i) => {
        const pair = inline.startsWith('{') ? /^\s*(\d+)\s*:\s*(.*)$/.exec(item) : null;
        names.set(pair ? Number(pair[1]) : i, plain(pair ? pair[2] : item));
      });
  } else {
    for (const line of lines.slice(at + 1)) {
      if (line.trim() === '' || /^\s*#/.test(line)) continue;
      const item = /^\s*-\s+(.*)$/.exec(line);
      const pair = /^\s+(\d+)\s*:\s*(.*)$/.exec(line);
      if (item) names.set(names.size, plain(item[1]));
      else if (pair) names.set(Number(pair[1]), plain(pair[2]));
      else break;
    }
  }
  return names.size === 0 ? undefined : { names, hasKeypoints: lines.some(line => /^kpt_shape\s*:/.test(line)) };
}

/** A name a line, counted from 0. */
export function yoloNamesList(text: string): ReadonlyMap<number, string> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  return new Map(lines.map((line, i) => [i, line.trim()] as const).filter(([, name]) => name !== ''));
}
