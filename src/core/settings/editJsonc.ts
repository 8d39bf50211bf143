import { parseJsonc } from './jsonc';

/** One token of JSON with comments: white space and comments, a string, a bracket or sign, or anything else. */
const tokens = /(?:[ \t\r\n]+|\/\/[^\n]*|\/\*[^]*?\*\/)+|"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"/]+/y;

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The text of a settings file with one key of its outermost object set, everything else (comments, order, blanks) left as it is.
 *
 * @param text JSON with comments and trailing commas, of an object; empty for a new file. Throws a `JsonSyntaxError` where it is none.
 * @param value Undefined takes the key away.
 */
export function setJsoncKey(text: string, key: string, value: string | number | boolean | undefined): string {
  if (text.trim() === '') return value === undefined ? text : `{\n  ${JSON.stringify(key)}: ${JSON.stringify(value)}\n}\n`;
  const whole = parseJsonc(text);
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) throw new TypeError('The settings are no object.');
  const all = tokensOf(text);
  const found = entryOf(all, key);
  if (value === undefined) return found ? without(text, all, found) : text;
  if (found) return text.slice(0, all[found.value].start) + JSON.stringify(value) + text.slice(all[found.last].end);
  return withNew(text, all, `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
}

/** All but blanks and comments. */
function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    tokens.lastIndex = at;
    const [token] = tokens.exec(text)!;
    if (!/^[ \t\r\n/]/.test(token)) found.push({ text: token, start: at, end: at + token.length });
    at += token.length;
  }
  return found;
}

interface Entry {
  /** Places among the tokens: of the key, and of the value's first and last. */
  readonly name: number;
  readonly value: number;
  readonly last: number;
}

/** The last entry of that key in the outermost object: of a key given twice the last value counts. */
function entryOf(all: readonly Token[], key: string): Entry | undefined {
  let depth = 0;
  let found: Entry | undefined;
  for (let i = 0; i < all.length; i++) {
    const { text } = all[i];
    if (depth === 1 && all[i + 1]?.text === ':' && JSON.parse(text) === key) {
      let last = i + 2;
      for (let inner = 0; ; last++) {
        if ('{['.includes(all[last].text)) inner++;
        else if ('}]'.includes(all[last].text)) inner--;
        if (inner === 0) break;
      }
      found = { name: i, value: i + 2, last };
      i = last;
    } else if ('{['.includes(text)) depth++;
    else if ('}]'.includes(text)) depth--;
  }
  return found;
}

/** With its comma: the one after it, or else the one before. */
function without(text: string, all: readonly Token[], { name, last }: Entry): string {
  const comesAfter = all[last + 1].text === ',';
  const start = !comesAfter && all[name - 1].text === ',' ? all[name - 1].start : all[name].start;
  let end = all[comesAfter ? last + 1 : last].end;
  // The rest of its line goes too, if there is nothing on it.
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const blankBefore = text.slice(lineStart, start).trim() === '';
  const lineEnd = /^[ \t]*\r?\n/.exec(text.slice(end));
  if (blankBefore && lineEnd && comesAfter) end += lineEnd[0].length;
  return text.slice(0, blankBefore && lineEnd && comesAfter ? lineStart : start) + text.slice(end);
}

function withNew(text: string, all: readonly Token[], entry: string): string {
  const close = all.at(-1)!;
  const before = all.at(-2)!;
  const isEmpty = before.text === '{' && all.length === 2;
  const indent = isEmpty ? '  ' : (/\n([ \t]+)$/.exec(text.slice(0, all[1].start))?.[1] ?? '  ');
  const isOneLine = !text.slice(all[0].start, close.start).includes('\n');
  const comma = isEmpty || before.text === ',' ? '' : ',';
  const head = text.slice(0, before.end) + comma;
  const between = text.slice(before.end, close.start);
  if (isOneLine && !isEmpty) {
    return `${head} ${entry}${between.trimEnd() === '' ? between : ` ${between}`}${text.slice(close.start)}`;
  }
  // Comments after the last entry stay with it.
  return `${head}${between.trimEnd()}\n${indent}${entry}\n${text.slice(close.start)}`;
}
