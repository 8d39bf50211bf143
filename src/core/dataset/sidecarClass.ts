/**
 * The class that a small text file beside an image holds: `cat.txt` with `tabby`, `cat.json` with `{"label": "tabby"}`. What else stands
 * in such files is told apart: boxes (YOLO rows, LabelMe's shapes) and captions are no classes.
 */
import { columnFor, scalarText, type LabelColumns } from './labelColumns';

export type SidecarContent =
  | { readonly kind: 'class'; readonly label: string; readonly split?: string; readonly key?: string }
  | { readonly kind: 'boxes' | 'caption' | 'several' | 'empty' | 'broken' | 'unknown' };

const longestClass = 60;
const mostWords = 4;
/** Keys of annotation formats that hold shapes: LabelMe, COCO, CVAT, Label Studio. */
const shapeKeys = ['shapes', 'annotations', 'objects', 'boxes', 'bbox', 'bboxes', 'regions'];

export function sidecarContent(name: string, text: string, columns: LabelColumns): SidecarContent {
  const content = text.replace(/^\uFEFF/, '').trim();
  if (content === '') return { kind: 'empty' };
  return name.toLowerCase().endsWith('.json') ? jsonContent(content, columns) : textContent(content);
}

function textContent(content: string): SidecarContent {
  const lines = content.split(/\r\n|\n|\r/).map(line => line.trim());
  if (lines.every(line => line === '' || isYoloRow(line))) return { kind: 'boxes' };
  if (lines.length > 1) return { kind: lines.length <= 20 && lines.every(isClassName) ? 'several' : 'caption' };
  return isClassName(content) ? { kind: 'class', label: content } : { kind: 'caption' };
}

/** `0 0.5 0.5 0.2 0.2`: a class number and at least four coordinates. */
const isYoloRow = (line: string): boolean => /^\S+(?:\s+-?\d*\.?\d+(?:[eE][+-]?\d+)?){4,}$/.test(line);

/** Tags and sentences are no names of classes. */
const isClassName = (line: string): boolean =>
  line.length <= longestClass && line.split(/\s+/).length <= mostWords && !/[,;!?"]|\.$/.test(line);

function jsonContent(content: string, columns: LabelColumns): SidecarContent {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return { kind: 'broken' };
  }
  const plain = scalarText(value);
  if (plain !== undefined) return isClassName(plain) ? { kind: 'class', label: plain } : { kind: 'caption' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'unknown' };
  const object = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(object);
  const key = columnFor('label', names, columns);
  const label = key === undefined ? undefined : scalarText(object[key]);
  if (key === undefined || label === undefined) {
    if (key !== undefined && Array.isArray(object[key])) return { kind: 'several' };
    return { kind: shapeKeys.some(each => Array.isArray(object[each])) ? 'boxes' : 'unknown' };
  }
  const splitKey = columnFor('split', names, columns);
  const split = splitKey === undefined ? undefined : scalarText(object[splitKey]);
  return { kind: 'class', label, key, ...(split !== undefined && { split }) };
}
