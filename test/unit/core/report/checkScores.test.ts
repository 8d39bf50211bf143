import { expect, test } from 'vitest';
import { sortCheckScores } from '../../../../src/core/checks/checkFinding';
import type { CheckName } from '../../../../src/core/checks/checkKinds';
import type { CheckScore } from '../../../../src/core/checks/checkScore';
import { doubtOf } from '../../../../src/core/checks/checkScore';
import { checkScoresCsv } from '../../../../src/core/report/checkReport';

const linesOf = (check: CheckName, scores?: readonly CheckScore[]): string[] => [
  ...checkScoresCsv({
    check,
    samples: 3,
    judged: 2,
    findings: [],
    figures: {},
    notes: [],
    elapsedMs: 1,
    ...(scores && { scores }),
  }),
];

test('scores of three modalities: each one\u2019s chance to be wrong, and the likeliest', () => {
  const chances = { image: 0.5, sound: 0.25, sensors: 0.125 };
  expect(
    linesOf('modalities', [
      { path: 'a, b.png', doubt: 0.9, chances, odd: 'image', better: 'c.png' },
      { path: 'd.png', doubt: 0.123456789, chances: { image: 0, sound: 0, sensors: 0 } },
    ]),
  ).toEqual([
    'path,doubt,image,sound,sensors,odd,better\r\n',
    '"a, b.png",0.90000000,0.50000000,0.25000000,0.12500000,image,c.png\r\n',
    'd.png,0.12345679,0.00000000,0.00000000,0.00000000,,\r\n',
  ]);
});

test('scores of pairs name the partner; where none were asked for, the header stands alone', () => {
  expect(linesOf('pairs', [{ path: 'a/1.png', partner: 'b/1.png', doubt: 1 }])).toEqual([
    'path,partner,doubt,better\r\n',
    'a/1.png,b/1.png,1.00000000,\r\n',
  ]);
  expect(linesOf('captions')).toEqual(['path,doubt,better\r\n']);
});

test('a doubt is the chance to be wrong; among equal chances, what fits worse is more doubtful', () => {
  expect(doubtOf(1, 0)).toBe(1);
  expect(doubtOf(0, 1)).toBe(0);
  expect(doubtOf(0.5, 0.2)).toBeGreaterThan(doubtOf(0.5, 0.3));
  expect(doubtOf(0.51, 0.9)).toBeGreaterThan(doubtOf(0.5, 0.1));
  const at = (path: string, doubt: number): CheckScore => ({ path, doubt });
  expect(sortCheckScores([at('c', 0.1), at('b', 0.1), at('a', 0.9)]).map(({ path }) => path)).toEqual(['a', 'b', 'c']);
});
