import type { JsonRange } from './jsonElements';

const escaped = (key: string): string => key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Where a key's string, number or truth value stands in the text of a JSON object; undefined where the key or its value is written in a
 * way that can't be told from others.
 * @param offset where the object begins
 */
export function scalarPlace(text: string, key: string, value: unknown, offset: number): JsonRange | undefined {
  const scalar = '"(?:[^"\\\\]|\\\\.)*"|-?\\d[\\d.eE+-]*|true|false';
  const places = [...text.matchAll(new RegExp(`"${escaped(key)}"\\s*:\\s*(${scalar})`, 'g'))]
    .map(match => ({ token: match[1], start: match.index + match[0].length - match[1].length }))
    .filter(({ token }) => JSON.parse(token) === value);
  if (places.length !== 1) return undefined;
  return { start: offset + places[0].start, end: offset + places[0].start + places[0].token.length };
}
