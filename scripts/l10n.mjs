/**
 * Writes l10n/bundle.l10n.json (every text in English), takes translations of texts that are gone out of the other bundles,
 * and names the texts that have none yet.
 *
 *   node scripts/l10n.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allTexts } from './lib/l10nStrings.mjs';

const folder = fileURLToPath(new URL('../l10n/', import.meta.url));
const write = (name, texts) => writeFileSync(`${folder}${name}`, `${JSON.stringify(texts, null, 2)}\n`);

const texts = allTexts();
write('bundle.l10n.json', Object.fromEntries(texts.map(text => [text, text])));
for (const language of ['zh-cn']) {
  const name = `bundle.l10n.${language}.json`;
  const translations = JSON.parse(readFileSync(`${folder}${name}`, 'utf8'));
  const kept = texts.filter(text => translations[text] !== undefined).map(text => [text, translations[text]]);
  write(name, Object.fromEntries(kept));
  for (const text of texts.filter(each => translations[each] === undefined)) console.log(`${language}: ${JSON.stringify(text)}`);
}
