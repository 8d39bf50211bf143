import { describe, expect, it } from 'vitest';
import { parseStrokes } from '../../../../src/core/checks/strokes';
import { noteText } from '../../../../src/core/dataset/note';

const rows = (line: (i: number) => string, count = 10): string => Array.from({ length: count }, (_, i) => line(i)).join('\n');
const strokesOf = (text: string) => {
  const read = parseStrokes(text);
  if ('problem' in read) throw new Error(noteText(read.problem));
  return read.strokes;
};
const problemOf = (text: string): string => {
  const read = parseStrokes(text);
  return 'problem' in read ? noteText(read.problem) : 'none';
};

describe('pen strokes in a .csv', () => {
  it('are found by the names of their columns, whatever else there is', () => {
    const { x, y, time, pressure, touch } = strokesOf(
      `tilt,Y,X,Pressure,timestamp,pen_up\n${rows(i => `9,${2 * i},${i},0.5,${10 * i},${i === 3 ? 1 : 0}`)}`,
    );
    expect([...x]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(y[4]).toBe(8);
    expect(time[4]).toBe(40);
    expect(pressure?.[2]).toBe(0.5);
    expect([...touch]).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 1, 1]);
  });

  it('need no names: x, y, pressure, touch; and part fields by semicolons or tabs as well', () => {
    expect([...strokesOf(rows(i => `${i};${i * i};0.3;1`)).y].slice(0, 3)).toEqual([0, 1, 4]);
    const plain = strokesOf(rows(i => `${i}\t${-i}`));
    expect(plain.pressure).toBeUndefined();
    expect([...plain.time].slice(0, 3)).toEqual([0, 1, 2]);
    expect(new Set(plain.touch)).toEqual(new Set([1]));
  });

  it('lift the pen where a new stroke begins', () => {
    expect([...strokesOf(`stroke,x,y\n${rows(i => `${i < 5 ? 1 : 2},${i},0`)}`).touch]).toEqual([0, 1, 1, 1, 1, 0, 1, 1, 1, 1]);
  });

  it('leave out blank lines, and read files of Windows', () => {
    expect(strokesOf(`\uFEFFx,y\r\n\r\n${rows(i => `${i},1`).replaceAll('\n', '\r\n')}\r\n`).x.length).toBe(10);
  });

  it.each([
    ['no rows', '', 'the file has no rows'],
    ['blank lines only', '\n \n', 'the file has no rows'],
    [
      'a table of something else',
      `name,age\n${rows(i => `a${i},${i}`)}`,
      'columns x and y (named in the first row, or the first two) are needed, but there is name, age',
    ],
    ['one column', rows(i => String(i)), 'columns x and y'],
    [
      'a word among numbers',
      `x,y\n${rows(i => (i === 4 ? '4,oops' : `${i},1`))}`,
      'line 6 has “oops” where a number is expected',
    ],
    ['a gap', `x,y\n${rows(i => (i === 4 ? '4,' : `${i},1`))}`, 'line 6 has no value for y. Fill the gap, or remove the line.'],
    ['a short line', `x,y,p\n${rows(i => (i === 4 ? '4,1' : `${i},1,1`))}`, 'line 6 has no value for pressure'],
    ['infinite numbers', `x,y\n${rows(i => (i === 4 ? '4,NaN' : `${i},1`))}`, 'line 6 has “NaN”'],
    ['few points', `x,y\n${rows(i => `${i},1`, 5)}`, 'there are 5 points, and at least 8 are needed'],
    ['a pen that rests', rows(() => '3,3'), 'all points are at one place'],
    ['time that goes backwards', `t,x,y\n${rows(i => `${i === 6 ? 0 : i},${i},1`)}`, 'in line 8 time goes backwards'],
  ])('are refused with a reason: %s', (_, text, reason) => {
    expect(problemOf(text)).toContain(reason);
  });
});
