import { scalarText } from '../dataset/labelColumns';
import type { JsonRange } from './jsonElements';
import { scalarPlace } from './scalarPlace';

export interface CocoLabels {
  /** A category's name → its id as JSON. */
  readonly categories: ReadonlyMap<string, string>;
  /** One an element of `images`: the category of its annotation and where that stands; undefined where there is none, or more than one. */
  readonly labels: readonly ({ readonly text: string; readonly range: JsonRange } | undefined)[];
}

/** @param arrays where the elements of the outermost arrays stand */
export function cocoLabels(text: string, arrays: ReadonlyMap<string, readonly JsonRange[]>): CocoLabels {
  const recordAt = ({ start, end }: JsonRange): Readonly<Record<string, unknown>> => {
    const value: unknown = JSON.parse(text.slice(start, end));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  };
  const names = new Map<unknown, string>();
  const categories = new Map<string, string>();
  for (const range of arrays.get('categories') ?? []) {
    const { id, name } = recordAt(range);
    const label = scalarText(name);
    if (label === undefined || id === undefined) continue;
    names.set(id, label);
    categories.set(label, JSON.stringify(id));
  }
  /** Image id → its only annotation; undefined from the second on. */
  const single = new Map<unknown, JsonRange | undefined>();
  for (const range of arrays.get('annotations') ?? []) {
    const { image_id: image } = recordAt(range);
    single.set(image, single.has(image) ? undefined : range);
  }
  const labels = (arrays.get('images') ?? []).map(image => {
    const range = single.get(recordAt(image).id);
    if (!range) return undefined;
    const { category_id: category } = recordAt(range);
    const label = names.get(category);
    const place = scalarPlace(text.slice(range.start, range.end), 'category_id', category, range.start);
    return label !== undefined && place ? { text: label, range: place } : undefined;
  });
  return { categories, labels };
}
