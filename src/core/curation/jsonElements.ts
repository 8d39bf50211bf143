/** Where one value stands in a JSON text. */
export interface JsonRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the elements of the arrays stand that are values of the outermost object, by key; with the key `''` those of an outermost
 * array. For texts that `JSON.parse` takes; so that single elements can be taken out of a large file without writing the rest anew.
 */
export function jsonElements(text: string): ReadonlyMap<string, readonly JsonRange[]> {
  const found = new Map<string, JsonRange[]>();
  let at = skipBlank(text, text.startsWith('\uFEFF') ? 1 : 0);
  if (text[at] === '[') {
    found.set('', elementsFrom(text, at).elements);
    return found;
  }
  if (text[at] !== '{') return found;
  at = skipBlank(text, at + 1);
  while (text[at] === '"') {
    const keyEnd = stringEnd(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    at = skipBlank(text, skipBlank(text, keyEnd) + 1);
    if (text[at] === '[') {
      const { elements, end } = elementsFrom(text, at);
      found.set(key, elements);
      at = end;
    } else at = valueEnd(text, at);
    at = skipBlank(text, at);
    if (text[at] !== ',') break;
    at = skipBlank(text, at + 1);
  }
  return found;
}

function elementsFrom(text: string, open: number): { readonly elements: JsonRange[]; readonly end: number } {
  const elements: JsonRange[] = [];
  let at = skipBlank(text, open + 1);
  while (at < text.length && text[at] !== ']') {
    const end = valueEnd(text, at);
    elements.push({ start: at, end });
    at = skipBlank(text, end);
    if (text[at] === ',') at = skipBlank(text, at + 1);
  }
  return { elements, end: at + 1 };
}

function skipBlank(text: string, at: number): number {
  while (at < text.length && ' \t\r\n'.includes(text[at])) at++;
  return at;
}

function stringEnd(text: string, at: number): number {
  for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
  return at + 1;
}

function valueEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at);
  if (text[at] !== '{' && text[at] !== '[') {
    while (at < text.length && !',]} \t\r\n'.includes(text[at])) at++;
    return at;
  }
  let depth = 0;
  while (at < text.length) {
    const c = text[at];
    if (c === '"') {
      at = stringEnd(text, at);
      continue;
    }
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    at++;
    if (depth === 0) return at;
  }
  return at;
}

/** Splices that take elements out of an array, each with its comma. `drop`: ascending indices. */
export function removalsOf(
  text: string,
  elements: readonly JsonRange[],
  drop: readonly number[],
): { at: number; before: string; after: string }[] {
  const splices: { at: number; before: string; after: string }[] = [];
  for (let i = 0; i < drop.length;) {
    let last = i;
    while (last + 1 < drop.length && drop[last + 1] === drop[last] + 1) last++;
    const [a, b] = [drop[i], drop[last]];
    const start = b + 1 < elements.length || a === 0 ? elements[a].start : elements[a - 1].end;
    const end = b + 1 < elements.length ? elements[b + 1].start : elements[b].end;
    splices.push({ at: start, before: text.slice(start, end), after: '' });
    i = last + 1;
  }
  return splices;
}
