/**
 * Which columns of a table, or keys of a JSON object, say what about an image. A person's own names (the setting `labelColumns`) win
 * over the usual ones.
 */
export const labelFields = ['path', 'label', 'split', 'identity'] as const;
export type LabelField = (typeof labelFields)[number];

/** Field → the name of its column, where it is not a usual one. */
export type LabelColumns = Readonly<Partial<Record<LabelField, string>>>;

/** Names by which a column is known, the first that is there counts; compared without case. */
export const usualColumns: Readonly<Record<LabelField, readonly string[]>> = {
  path: [
    'path',
    'file',
    'filename',
    'file_name',
    'filepath',
    'image',
    'image_path',
    'img',
    'img_path',
    'image_file',
    'image_name',
  ],
  label: ['label', 'class', 'category', 'class_name'],
  split: ['split', 'subset'],
  // None is usual: a person says what may not straddle splits.
  identity: [],
};

/** The name among those that are there which holds a field; undefined where none does. A name of one's own is taken exactly, or without case. */
export function columnFor(field: LabelField, names: readonly string[], columns: LabelColumns): string | undefined {
  const lower = names.map(name => name.trim().toLowerCase());
  const own = columns[field];
  if (own !== undefined) {
    return names.find(name => name.trim() === own) ?? names[lower.indexOf(own.toLowerCase())];
  }
  const at = usualColumns[field].map(name => lower.indexOf(name)).find(index => index >= 0);
  return at === undefined ? undefined : names[at];
}

/** A JSON value as a class or a split: a string that is not empty, a number or a truth value; undefined for others. */
export function scalarText(value: unknown): string | undefined {
  const text =
    typeof value === 'string' ? value.trim() : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  return text === '' ? undefined : text;
}
