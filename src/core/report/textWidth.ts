/** Characters that a terminal shows two columns wide (Unicode East Asian Width W and F, roughly), and those it shows in none. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zero = /\p{Mn}|\p{Me}|[\u200b\u200c]|\u200d|[\ufe00-\ufe0f]/u;
const columnsOf = (character: string): number => (zero.test(character) ? 0 : wide.test(character) ? 2 : 1);
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** Columns that a text without control characters takes in a terminal. */
export function textWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

export const padToWidth = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - textWidth(text)));

/** The longest start of a text that fits. */
function startOf(characters: readonly string[], columns: number): string {
  let result = '';
  for (const character of characters) {
    columns -= columnsOf(character);
    if (columns < 0) break;
    result += character;
  }
  return result;
}

/** A path cut in its middle to fit; more is left of its end, where the file's name is. */
export function shortenPath(path: string, columns: number): string {
  if (textWidth(path) <= columns) return path;
  const characters = [...path];
  const head = startOf(characters, Math.floor((columns - 1) / 3));
  const tail = startOf(characters.reverse(), columns - 1 - textWidth(head));
  return `${head}…${[...tail].reverse().join('')}`;
}
