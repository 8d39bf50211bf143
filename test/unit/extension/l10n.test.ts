import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allTexts, textsIn } from '../../../scripts/lib/l10nStrings.mjs';

const bundle = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../l10n/${name}`, import.meta.url), 'utf8')) as Record<string, string>;
const placeholders = (text: string) => [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();
const texts: readonly string[] = allTexts();

describe('translations', () => {
  test('the English bundle holds every text of the sources, and no other (node scripts/l10n.mjs writes it)', () => {
    expect(bundle('bundle.l10n.json')).toEqual(Object.fromEntries(texts.map(text => [text, text])));
    expect(texts.length).toBeGreaterThan(100);
  });

  test('each has a Chinese one, and none is left over', () => {
    expect(Object.keys(bundle('bundle.l10n.zh-cn.json')).sort()).toEqual([...texts].sort());
  });

  test('with the same placeholders', () => {
    const wrong = Object.entries(bundle('bundle.l10n.zh-cn.json')).filter(
      ([text, translation]) => placeholders(text).join() !== placeholders(translation).join(),
    );
    expect(wrong).toEqual([]);
  });

  test('and in Chinese, but for names and signs', () => {
    const same = Object.entries(bundle('bundle.l10n.zh-cn.json'))
      .filter(([, translation]) => !/\p{Script=Han}/u.test(translation))
      .map(([text]) => text.replace(/\{\d+\}|Twinlint|WebAssembly/g, '').trim())
      .filter(rest => /\p{Letter}{2}/u.test(rest));
    expect(same).toEqual([]);
  });
});

describe('finding texts in sources', () => {
  test('translate calls by any way to reach the function, notes, both sides of a choice, joined strings', () => {
    const source = `
      t('one'); this.t("two"); words.t(\`three\`); note('four', x); messenger.t(a ? 'five' : ('six'));
      l10n.t('se' + 'ven'); t(variable); other('no'); t(\`with \${x}\`);`;
    expect([...textsIn(source)].sort()).toEqual(['five', 'four', 'one', 'seven', 'six', 'three', 'two']);
  });

  test('tables of sentences', () => {
    const source = `export const someMessages = { a: 'x {0}', b: 'y' + 'z' } as const; const other = { c: 'no' };`;
    expect([...textsIn(source)].sort()).toEqual(['x {0}', 'yz']);
  });
});
