import { describe, expect, it } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import { JsonSyntaxError, parseJsonc } from '../../../src/core/settings/jsonc';
import { mergeSettings, parseSettings } from '../../../src/core/settings/parseSettings';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';

const parse = (raw: unknown): { settings: unknown; notes: string[] } => {
  const { settings, notes } = parseSettings(raw, 'config');
  return { settings, notes: notes.map(noteText) };
};

describe('settings from outside', () => {
  it('are taken where they are right, defaults included', () => {
    expect(parse(defaultScanSettings)).toEqual({ settings: defaultScanSettings, notes: [] });
    const all = {
      labels: 'labels.csv',
      classFolders: ['*/cat', '!junk'],
      splits: { train: ['a/**'], holdout: [] },
      pairs: 'across-folders',
      model: '.twinlint/models/mine.twinlint',
      mirrors: true,
      turns: true,
      threshold: 0.25,
      maxPixels: 1,
      exclude: ['thumbs'],
      severity: { 'near-duplicate': 'off', 'split-leak': 'error' },
      maxProblems: 5,
      trashFolder: '../trash',
    };
    expect(parse({ $schema: 'x', ...all })).toEqual({ settings: all, notes: [] });
  });

  it('are reported by JSON path where they are wrong, and the rest is used', () => {
    const { settings, notes } = parse({
      mirrors: 'yes',
      turns: true,
      threshold: 1.5,
      exclude: ['a', 7, 'b', null, ''],
      splits: { train: ['x', 1], test: 'y', val: ['z'] },
      severity: { 'near-duplicat': 'off', 'near-duplicate': 'hint', 'split-leak': 'error' },
      maxPixel: 5,
      colour: 'red',
      maxProblems: 0,
      pairs: 'some',
      labels: '',
      labelColumns: { path: 'img', pat: 'x', label: 7 },
    });
    expect(settings).toEqual({
      turns: true,
      exclude: ['a', 'b'],
      splits: { train: ['x'], val: ['z'] },
      severity: { 'split-leak': 'error' },
      labelColumns: { path: 'img' },
    });
    expect(notes.sort()).toEqual(
      [
        'config: $.mirrors is "yes", but must be true or false. The value was left out.',
        'config: $.threshold is 1.5, but must be "auto" or a number from 0 to 1. The value was left out.',
        'config: $.exclude[1] is 7, but must be a glob in quotes. The value was left out.',
        'config: $.exclude[3] is null, but must be a glob in quotes. The value was left out.',
        'config: $.exclude[4] is "", but must be a glob in quotes. The value was left out.',
        'config: $.splits.train[1] is 1, but must be a glob in quotes. The value was left out.',
        'config: $.splits.test is "y", but must be a list of globs. The value was left out.',
        'config: there is no setting named $.severity["near-duplicat"]; did you mean "near-duplicate"?',
        'config: $.severity["near-duplicate"] is "hint", but must be "error", "warning", "information" or "off". The value was left out.',
        'config: there is no setting named $.maxPixel; did you mean "maxPixels"?',
        'config: there is no setting named $.colour.',
        'config: $.maxProblems is 0, but must be a whole number from 1 to 1000000. The value was left out.',
        'config: $.pairs is "some", but must be "all", "across-folders" or "within-folder". The value was left out.',
        'config: $.labelColumns.label is 7, but must be the name of a column. The value was left out.',
        'config: $.labelColumns.pat is "pat", but must be an object with the names of columns for path, label, split, identity. The value was left out.',
        'config: $.labels is "", but must be "folders", "none", "sidecars" or the path of a file with labels. The value was left out.',
      ].sort(),
    );
  });

  it.each([[null], [[]], ['text'], [3]])('must be an object, not %j', raw => {
    expect(parse(raw)).toEqual({ settings: {}, notes: ['config must hold an object; it was left out.'] });
  });

  it('named like properties of objects are unknown', () => {
    expect(parse(JSON.parse('{"__proto__": {"turns": true}, "constructor": 1, "toString": 2}')).notes).toHaveLength(3);
  });
});

describe('layers', () => {
  it('win over the ones after them, severities kind by kind', () => {
    const merged = mergeSettings(
      { threshold: 0.1, severity: { 'split-leak': 'off' }, mirrors: undefined },
      { threshold: 0.2, mirrors: true, exclude: ['a'], severity: { 'split-leak': 'error', 'near-duplicate': 'warning' } },
      { exclude: ['b'], turns: true },
    );
    expect(merged).toEqual({
      ...defaultScanSettings,
      threshold: 0.1,
      mirrors: true,
      turns: true,
      exclude: ['a'],
      severity: { 'split-leak': 'off', 'near-duplicate': 'warning' },
    });
    expect(mergeSettings()).toEqual(defaultScanSettings);
  });
});

describe('JSON with comments', () => {
  it('reads what JSON.parse reads', () => {
    for (const text of [
      '{}',
      '[]',
      ' [1, -2.5e3, "a\\u00e9\\n\\"", true, false, null, {"a": {"b": []}}] ',
      '"x"',
      '0',
      '{"a":1,"a":2}',
    ]) {
      expect(parseJsonc(text)).toEqual(JSON.parse(text));
    }
  });

  it('allows comments, trailing commas and a byte order mark', () => {
    expect(parseJsonc('\uFEFF// first\n{ "a": [1, /* two */ 2,], // "b": 3\n "c": "http://x", }\n/* end */')).toEqual({
      a: [1, 2],
      c: 'http://x',
    });
  });

  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: a "," or "}" is expected'],
    ['{"a": x}', 'line 1, column 7: a value is expected, not "x"'],
    ['{"a": 01}', 'line 1, column 7: a value is expected, not "01"'],
    ['{"a": [1, 2}', 'line 1, column 12: a "," or "]" is expected'],
    ['{"a": 1', 'line 1, column 8: a "}" is missing'],
    ['{"a":', 'line 1, column 6: the text ends too early'],
    ["{'a': 1}", 'line 1, column 2: a key in double quotes is expected'],
    ['{"a" 1}', 'line 1, column 6: a ":" is expected after the key'],
    ['{"a": "b\n"}', 'line 1, column 7: the string is not closed on its line'],
    ['{"a": "\\q"}', 'line 1, column 7: the string holds an escape that JSON does not know'],
    ['{} {}', 'line 1, column 4: nothing may follow the closing bracket'],
    ['{ /* ', 'line 1, column 3: the comment is not closed'],
    ['', 'line 1, column 1: the text ends too early'],
  ])('says where %j is wrong', (text, message) => {
    expect(() => parseJsonc(text)).toThrow(new JsonSyntaxError(message.replace(/^.*?: /, ''), ...position(message)));
    expect(() => parseJsonc(text)).toThrow(message);
  });

  it('does not run out of stack', () => {
    expect(() => parseJsonc('['.repeat(100_000))).toThrow('nested too deeply');
  });
});

const position = (message: string): [number, number] => {
  const [line, column] = message.match(/\d+/g)!.map(Number);
  return [line, column];
};

describe('the model among the layers of settings', () => {
  it('is the strongest that is named; auto asks for a weaker place’s, none is a choice', () => {
    const merged = (...layers: { model?: string }[]): string => mergeSettings(...layers).model;
    expect(merged()).toBe('auto');
    expect(merged({ model: 'auto' }, { model: 'shared.twinlint' })).toBe('shared.twinlint');
    expect(merged({ model: 'none' }, { model: 'shared.twinlint' })).toBe('none');
    expect(merged({}, { model: 'shared.twinlint' }, { model: 'mine.twinlint' })).toBe('shared.twinlint');
  });
});
