/**
 * The assignment of rows to columns, one each, of the least total cost: the Hungarian method with potentials, O(n²m). Kuhn, "The Hungarian
 * method for the assignment problem", 1955, in the form of shortest augmenting paths (Jonker and Volgenant, 1987).
 *
 * @param costs rows × columns, row after row; columns ≥ rows
 * @returns the column of each row
 */
export function assign(costs: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (columns < rows) throw new RangeError(`${rows} rows cannot have one of ${columns} columns each.`);
  // Row and column 0 stand for none.
  const [u, v] = [new Float64Array(rows + 1), new Float64Array(columns + 1)];
  const rowOf = new Int32Array(columns + 1);
  const before = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    let column = 0;
    const least = new Float64Array(columns + 1).fill(Infinity);
    const isUsed = new Uint8Array(columns + 1);
    do {
      isUsed[column] = 1;
      const at = rowOf[column];
      let [delta, next] = [Infinity, 0];
      for (let j = 1; j <= columns; j++) {
        if (isUsed[j]) continue;
        const reduced = costs[(at - 1) * columns + j - 1] - u[at] - v[j];
        if (reduced < least[j]) [least[j], before[j]] = [reduced, column];
        if (least[j] < delta) [delta, next] = [least[j], j];
      }
      for (let j = 0; j <= columns; j++) {
        if (isUsed[j]) {
          u[rowOf[j]] += delta;
          v[j] -= delta;
        } else least[j] -= delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[before[column]];
      column = before[column];
    }
  }
  const result = new Int32Array(rows);
  for (let j = 1; j <= columns; j++) if (rowOf[j] > 0) result[rowOf[j] - 1] = j - 1;
  return result;
}
