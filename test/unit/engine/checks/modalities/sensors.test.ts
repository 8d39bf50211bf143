import { describe, expect, it } from 'vitest';
import { noteText } from '../../../../../src/core/dataset/note';
import { readSensors } from '../../../../../src/engine/checks/modalities/readSensors';
import { agreeColumns, isNote } from '../../../../../src/engine/checks/modalities/sensorColumns';
import { COURSE_POINTS, courseOf } from '../../../../../src/engine/checks/modalities/sensorCourse';

const read = (text: string) => readSensors(new TextEncoder().encode(text));
const shown = (text: string) => read(text).columns.map(({ name, values }) => [name, ...values]);

describe('sensor files', () => {
  it('reads columns with and without a header, and other separators', () => {
    expect(shown('current,voltage\n1,2\n3,4.5\n')).toEqual([
      ['current', 1, 3],
      ['voltage', 2, 4.5],
    ]);
    expect(shown('1,2\n-3e2,.5')).toEqual([
      [undefined, 1, -300],
      [undefined, 2, 0.5],
    ]);
    expect(shown('# a welder\r\nI [A];U [V]\r\n1,5;2\r\n\r\n2,5;3\r\n')).toEqual([
      ['I [A]', 1.5, 2.5],
      ['U [V]', 2, 3],
    ]);
    expect(shown('\uFEFFt\tx\n0\t7\n1\t8\n')).toEqual([
      ['t', 0, 1],
      ['x', 7, 8],
    ]);
    // Channels whose names are numbers: the first column tells.
    expect(shown('t,1,2\n0,5,6\n1,7,8\n')).toEqual([
      ['t', 0, 1],
      ['1', 5, 7],
      ['2', 6, 8],
    ]);
    expect(shown('5\n6\n7')).toEqual([[undefined, 5, 6, 7]]);
  });

  it('fills gaps along the line between their neighbours', () => {
    expect(shown('a,b,c\n,1,nan\n2,2,7\n,3,NaN\nNA,4,8\n8,x,\n9,6,9')).toEqual([
      ['a', 2, 2, 4, 6, 8, 9],
      ['b', 1, 2, 3, 4, 5, 6],
      ['c', 7, 7, 7.5, 8, 8.5, 9],
    ]);
  });

  it('leaves out columns of text and the nothing behind a last separator', () => {
    const { columns, textColumns } = read('time,state,x,\n0,on,1,\n1,off,2,\n');
    expect(columns.map(({ name }) => name)).toEqual(['time', 'x']);
    expect(textColumns).toEqual(['state']);
  });

  it('says what is wrong', () => {
    expect(() => readSensors(Uint8Array.of(0xff, 0x00, 0x01, 0x02))).toThrow('This is no text');
    expect(() => read('')).toThrow('no rows');
    expect(() => read('a,b\n')).toThrow('no rows');
    expect(() => read('a,b\n1,2\n')).toThrow('only 1 row');
    expect(() => read('a,b\n1,2\n3\n4,5\n')).toThrow('Line 3 has 1 columns where the first row has 2');
    expect(() => read('a,b\nx,y\nz,w\n')).toThrow('No column of this file holds numbers');
    expect(() => read('a,b\n1,2\n3,\n4,\n5,\n')).toThrow('The column b has no value');
    expect(() => read('a,b\n1,"2\n3,4\n')).toThrow('quotation mark');
  });
});

describe('the columns of many records', () => {
  const records = (...texts: string[]) => agreeColumns(texts.map(read));

  it('are matched by name, in any order; a record that lacks one is named, what few have is left out', () => {
    const { records: found, count, extra } = records('a,b\n1,2\n3,5', 'b,a\n4,3\n2,1', 'a,c\n1,1\n2,2', 'a,b,d\n5,6,7\n1,2,3');
    expect(count).toBe(2);
    expect(found[1]).toEqual({ values: [Float64Array.of(3, 1), Float64Array.of(4, 2)] });
    expect(isNote(found[2]) && noteText(found[2])).toBe('This file lacks the column b, which most files have.');
    expect(extra).toEqual({ names: ['d'], records: [3] });
  });

  it('are those of the most frequent header where no name is in half of the records', () => {
    const { records: found, count } = records('a\n1\n2', 'b\n4\n3', 'c\n1\n1', 'b\n6\n7', 'd\n1\n3');
    expect(count).toBe(1);
    expect(found.map(isNote)).toEqual([true, false, true, false, true]);
  });

  it('are matched by order where there are no names', () => {
    const { records: found } = records('1,2\n3,5', '4,3\n2,1', '1\n2');
    expect(isNote(found[2]) && noteText(found[2])).toContain('has 1 columns of numbers, most have 2');
  });

  it('know a column of times by its name, or as the first one that rises everywhere', () => {
    const byName = records('x,Time (s)\n1,0\n2,1\n3,5', 'x,Time (s)\n3,0\n2,2\n1,1');
    expect(byName.count).toBe(1);
    expect(byName.records).toEqual([
      { values: [Float64Array.of(1, 2, 3)], times: Float64Array.of(0, 1, 5) },
      { values: [Float64Array.of(3, 2, 1)] },
    ]);
    expect(records('0,5\n1,4', '10,5\n30,2').count).toBe(1);
    expect(records('0,5\n1,4', '10,5\n3,2').count).toBe(2);
    // A single column is the sensor itself.
    expect(records('0\n1', '10\n30').count).toBe(1);
  });
});

describe('a course of sensor values', () => {
  it('holds the mean and the spread of stretches of equal time', () => {
    const long = Float64Array.from({ length: COURSE_POINTS * 4 }, (_, i) => Math.floor(i / 4) + (i % 2 ? 1 : -1));
    const course = courseOf({ values: [long] });
    // The last of the stretches has rows of its own, too.
    const inner = Array.from({ length: 40 }, (_, p) => [course[2 * (p + 5)] - (p + 5), course[2 * (p + 5) + 1]]);
    for (const [mean, deviation] of inner) {
      expect(Math.abs(mean)).toBeLessThan(0.8);
      expect(deviation).toBeGreaterThan(0.9);
    }
  });

  it('lies on the line between few rows, and goes by their times', () => {
    const even = courseOf({ values: [Float64Array.of(0, 64)] });
    expect(even[2 * 10]).toBeCloseTo(10.5, 4);
    const early = courseOf({ values: [Float64Array.of(0, 1, 1)], times: Float64Array.of(0, 0.1, 1) });
    const late = courseOf({ values: [Float64Array.of(0, 1, 1)], times: Float64Array.of(0, 0.9, 1) });
    expect(early[2 * 20]).toBeGreaterThan(0.99);
    expect(late[2 * 20]).toBeLessThan(0.5);
  });
});
