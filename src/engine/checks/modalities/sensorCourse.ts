import type { AgreedRecord } from './sensorColumns';

/** Moments that a record is brought to. */
export const COURSE_POINTS = 64;

/**
 * A record of any length as {@link COURSE_POINTS} stretches of equal time, each with the mean of every column and its standard deviation
 * within the stretch (a ripple that the mean hides). Where fewer rows than stretches are, the mean lies on the straight line between rows.
 * @returns points × 2 columns: the means, then the deviations
 */
export function courseOf({ values, times }: AgreedRecord): Float32Array {
  const rows = values[0].length;
  const at = (row: number): number => (times ? ((times[row] - times[0]) / (times[rows - 1] - times[0])) * (rows - 1) : row);
  const places = Float64Array.from({ length: rows }, (_, row) => at(row));
  const result = new Float32Array(COURSE_POINTS * 2 * values.length);
  // The rows of each stretch: all of [start of point p, start of point p + 1).
  const starts = new Int32Array(COURSE_POINTS + 1).fill(rows);
  for (let point = 0, row = 0; point < COURSE_POINTS; point++) {
    while (row < rows && places[row] < (point * (rows - 1)) / COURSE_POINTS) row++;
    starts[point] = row;
  }
  values.forEach((column, c) => {
    for (let point = 0; point < COURSE_POINTS; point++) {
      const [from, to] = [starts[point], starts[point + 1]];
      let [sum, squares] = [0, 0];
      for (let row = from; row < to; row++) sum += column[row];
      const place = point * 2 * values.length + c;
      if (to === from) {
        result[place] = between(column, places, ((point + 0.5) * (rows - 1)) / COURSE_POINTS);
        continue;
      }
      const mean = sum / (to - from);
      for (let row = from; row < to; row++) squares += (column[row] - mean) ** 2;
      result[place] = mean;
      result[place + values.length] = Math.sqrt(squares / (to - from));
    }
  });
  return result;
}

/** The value at a place between rows, on a straight line. */
function between(column: Float64Array, places: Float64Array, place: number): number {
  let after = 1;
  while (after < places.length - 1 && places[after] < place) after++;
  const share = (place - places[after - 1]) / (places[after] - places[after - 1]);
  return column[after - 1] + (column[after] - column[after - 1]) * Math.min(1, Math.max(0, share));
}
