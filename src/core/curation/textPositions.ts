/** Line and character of places in a text, both from 0; lines end with LF, CRLF or CR, as in the editor. */
export function positionsIn(text: string): (offset: number) => [line: number, character: number] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  return offset => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return [low, offset - starts[low]];
  };
}
