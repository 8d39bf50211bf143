import { groupingOf } from '../dataset/identity';
import * as v from 'valibot';
import { labelFields } from '../dataset/labelColumns';
import { workspaceMessages as messages } from '../dataset/messages';
import { note } from '../dataset/note';
import type { Note } from '../dataset/note';
import { findingKinds } from '../findings/kinds';
import { qualityKinds } from '../quality/qualityKinds';
import { defaultScanSettings, labelUnits } from './scanSettings';
import type { ScanSettings } from './scanSettings';

type Key = keyof ScanSettings;

const text = (what: string): v.GenericSchema<string> => v.pipe(v.string(what), v.trim(), v.minLength(1, what));
const glob = text('a glob in quotes');
const globs = v.array(glob, 'a list of globs');
const truth = v.boolean('true or false');
const severity = v.picklist(['error', 'warning', 'information', 'off'], '"error", "warning", "information" or "off"');
const integer = (max: number): v.GenericSchema<number> => {
  const what = `a whole number from 1 to ${max}`;
  return v.pipe(v.number(what), v.integer(what), v.minValue(1, what), v.maxValue(max, what));
};
const limit = (min: number, max: number): v.GenericSchema<number> => {
  const what = `a number from ${min} to ${max}`;
  return v.pipe(v.number(what), v.minValue(min, what), v.maxValue(max, what));
};
const thresholdText = '"auto" or a number from 0 to 1';

const patternText = 'a regular expression, such as "patient(\\d+)"';
const isPattern = (value: string): boolean => {
  try {
    groupingOf(value);
    return true;
  } catch {
    return false;
  }
};

/** Each message completes "… is 7, but must be …". */
const schemas: { readonly [K in Key]: v.GenericSchema<unknown> } = {
  labels: text('"folders", "none", "sidecars" or the path of a file with labels'),
  labelColumns: v.strictObject(
    v.entriesFromList(labelFields, v.optional(text('the name of a column'))),
    `an object with the names of columns for ${labelFields.join(', ')}`,
  ),
  labelUnit: v.picklist(labelUnits, '"images" or "boxes"'),
  classFolders: globs,
  splits: v.record(v.string(), globs, 'an object of split names and their globs'),
  groupBy: v.pipe(v.string(patternText), v.check(isPattern, patternText)),
  pairs: v.picklist(['all', 'across-folders', 'within-folder'], '"all", "across-folders" or "within-folder"'),
  model: text('"auto", "none" or the path of a model'),
  rescoreModel: v.pipe(v.string('the path of a model that judges pairs, or ""'), v.trim()),
  mirrors: truth,
  turns: truth,
  threshold: v.union(
    [v.literal('auto'), v.pipe(v.number(thresholdText), v.minValue(0, thresholdText), v.maxValue(1, thresholdText))],
    thresholdText,
  ),
  maxPixels: integer(4294967295),
  exclude: globs,
  severity: v.object(
    v.entriesFromList(Object.keys(findingKinds), v.optional(severity)),
    'an object of finding kinds and severities',
  ),
  limits: v.object(
    Object.fromEntries(
      Object.entries(qualityKinds).map(([kind, { minimum, maximum }]) => [kind, v.optional(limit(minimum, maximum))]),
    ),
    'an object of finding kinds and limits',
  ),
  maxProblems: integer(1_000_000),
  trashFolder: text('"auto" or the path of a folder'),
};

export const settingKeys = Object.keys(defaultScanSettings) as Key[];

/** Allowed beside the settings: `$schema` for editors. */
const ignoredKeys = new Set(['$schema']);

export interface ParsedSettings {
  readonly settings: Partial<ScanSettings>;
  /** One a key or value that was left out. */
  readonly notes: readonly Note[];
}

/**
 * Checks settings that came from outside. What is wrong is reported with its JSON path and left out (of a list or an object only the
 * wrong element); the rest is used.
 *
 * @param raw A parsed JSON value.
 * @param source Names the place in notes, e.g. `.twinlint/config.json`.
 */
export function parseSettings(raw: unknown, source: string): ParsedSettings {
  const notes: Note[] = [];
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return { settings: {}, notes: [note(messages.configNotObject, source)] };
  }
  const settings: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (ignoredKeys.has(key)) continue;
    if (!isKey(key)) notes.push(unknownKey(source, jsonPath([key]), key, settingKeys));
    else {
      const checked = checkValue(source, key, value, notes);
      if (checked !== undefined) settings[key] = checked;
    }
  }
  return { settings: settings, notes };
}

const isKey = (key: string): key is Key => Object.hasOwn(defaultScanSettings, key);

/** The value without its wrong elements; undefined where nothing of it can be used. */
function checkValue(source: string, key: Key, value: unknown, notes: Note[]): unknown {
  const usable = isByKind(key) ? withoutUnknownKinds(source, key, value, notes) : value;
  const result = v.safeParse(schemas[key], usable);
  if (result.success) return result.output;
  const pruned: unknown = JSON.parse(JSON.stringify(usable));
  const wrong = result.issues.map(issue => ({ path: (issue.path ?? []).map(item => item.key as string | number), issue }));
  for (const { path, issue } of wrong) {
    notes.push(note(messages.configBadValue, source, jsonPath([key, ...path]), brief(issue.input), issue.message));
  }
  // From the back, so that indices of a list stay true.
  for (const { path } of wrong.reverse()) if (path.length === 0 || !remove(pruned, path)) return undefined;
  const rest = v.safeParse(schemas[key], pruned);
  return rest.success ? rest.output : undefined;
}

const kindsOf = { severity: Object.keys(findingKinds), limits: Object.keys(qualityKinds) } as const;
const isByKind = (key: Key): key is keyof typeof kindsOf => Object.hasOwn(kindsOf, key);

function withoutUnknownKinds(source: string, key: keyof typeof kindsOf, value: unknown, notes: Note[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kinds = kindsOf[key];
  return Object.fromEntries(
    Object.entries(value).filter(([kind]) => {
      const isKnown = kinds.includes(kind);
      if (!isKnown) notes.push(unknownKey(source, jsonPath([key, kind]), kind, kinds));
      return isKnown;
    }),
  );
}

function remove(from: unknown, path: readonly (string | number)[]): boolean {
  let at = from as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (Array.isArray(at)) at.splice(last as number, 1);
  else delete at[last];
  return true;
}

function unknownKey(source: string, path: string, key: string, known: readonly string[]): Note {
  const near = known.find(candidate => editDistance(candidate.toLowerCase(), key.toLowerCase()) <= 2);
  return near === undefined
    ? note(messages.configUnknownKey, source, path)
    : note(messages.configUnknownKeyHint, source, path, near);
}

/** `$.severity["near-duplicate"]`, `$.exclude[2]`. */
function jsonPath(keys: readonly (string | number)[]): string {
  const parts = keys.map(key => (typeof key === 'string' && /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`));
  return `$${parts.join('')}`;
}

function brief(value: unknown): string {
  const shown = JSON.stringify(value) ?? typeof value;
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}

/** Levenshtein's distance; the strings are short. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/**
 * One set of settings from layers, the strongest first: for the editor workspace settings, `.twinlint/config.json`, user settings; for
 * the command line options, `.twinlint/config.json`. A layer's value replaces the weaker one's whole, but `severity` and `limits` are merged kind by kind.
 */
export function mergeSettings(...layers: readonly Partial<ScanSettings>[]): ScanSettings {
  const merged: Record<string, unknown> = { ...defaultScanSettings };
  let { severity, limits } = defaultScanSettings;
  for (const layer of layers.toReversed()) {
    for (const [key, value] of Object.entries(layer)) {
      // `auto` asks for what the shared file names: it hides no weaker place's model.
      if (key === 'model' && value === 'auto') continue;
      if (value !== undefined) merged[key] = value;
    }
    severity = { ...severity, ...layer.severity };
    limits = { ...limits, ...layer.limits };
  }
  return { ...(merged as unknown as ScanSettings), severity, limits };
}
