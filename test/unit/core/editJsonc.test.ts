import { describe, expect, test } from 'vitest';
import { setJsoncKey } from '../../../src/core/settings/editJsonc';
import { JsonSyntaxError, parseJsonc } from '../../../src/core/settings/jsonc';

describe('setting one key of a settings file', () => {
  test.each([
    ['a new file', '', '{\n  "model": "x"\n}\n'],
    ['an empty object', '{}', '{\n  "model": "x"\n}'],
    ['another key', '{\n  "labels": "none"\n}\n', '{\n  "labels": "none",\n  "model": "x"\n}\n'],
    ['a comma that is there', '{\n    "labels": "none",\n}\n', '{\n    "labels": "none",\n    "model": "x"\n}\n'],
    ['its own value', '{ "model": "old", "turns": true }', '{ "model": "x", "turns": true }'],
    ['a value of another kind', '{ "model": [1, {"a": 2}], "turns": true }', '{ "model": "x", "turns": true }'],
    ['one line', '{ "turns": true }', '{ "turns": true, "model": "x" }'],
    ['a key of the same name deeper down', '{ "a": { "model": 1 } }', '{ "a": { "model": 1 }, "model": "x" }'],
    ['the later of two', '{ "model": 1, "model": 2 }', '{ "model": 1, "model": "x" }'],
    [
      'comments',
      '// ours\n{\n  /* "model": "no" */\n  "exclude": ["a // b"], // kept\n}\n',
      '// ours\n{\n  /* "model": "no" */\n  "exclude": ["a // b"], // kept\n  "model": "x"\n}\n',
    ],
  ])('beside %s', (_, before, after) => {
    expect(setJsoncKey(before, 'model', 'x')).toBe(after);
    expect(parseJsonc(after)).toMatchObject({ model: 'x' });
  });

  test.each([
    ['the only one', '{\n  "model": "x"\n}\n', '{\n  }\n'],
    ['the first', '{\n  "model": "x",\n  "turns": true\n}\n', '{\n  "turns": true\n}\n'],
    ['the last', '{\n  "turns": true,\n  "model": "x"\n}\n', '{\n  "turns": true\n}\n'],
    ['none', '{ "turns": true }', '{ "turns": true }'],
  ])('taken away: %s', (_, before, after) => {
    expect(setJsoncKey(before, 'model', undefined).replace(/\{\n\s+\}/, '{\n  }')).toBe(after);
    expect(parseJsonc(setJsoncKey(before, 'model', undefined))).not.toHaveProperty('model');
  });

  test('what is no JSON, or no object, is refused', () => {
    expect(() => setJsoncKey('{ "a": }', 'model', 'x')).toThrow(JsonSyntaxError);
    expect(() => setJsoncKey('[1]', 'model', 'x')).toThrow(TypeError);
  });

  test('of random files, the other keys keep their values', () => {
    let state = 7;
    const random = (below: number): number => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
    const blanks = ['', ' ', '\n  ', ' // note\n', ' /* { "model": 1 } */ '];
    for (let round = 0; round < 300; round++) {
      const blank = (): string => blanks[random(blanks.length)];
      const keys = ['a', 'model', 'b', 'c"d'].filter(() => random(3) > 0);
      const values = ['1', '"x,}"', '[1, "]"]', '{ "model": null }', 'true'];
      const entries = keys.map(
        key => `${blank()}${JSON.stringify(key)}${blank()}:${blank()}${values[random(values.length)]}${blank()}`,
      );
      const text = `${blank()}{${entries.join(',')}${entries.length > 0 && random(2) ? ',' : ''}${blank()}}${blank()}`;
      const whole = parseJsonc(text) as Record<string, unknown>;
      expect(parseJsonc(setJsoncKey(text, 'model', 'new')), text).toEqual({ ...whole, model: 'new' });
      const { model: _gone, ...rest } = whole;
      expect(parseJsonc(setJsoncKey(text, 'model', undefined)), text).toEqual(rest);
    }
  });
});
