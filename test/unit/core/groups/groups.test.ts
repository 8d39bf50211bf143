import { describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../../../src/core/dataset/image';
import { FindingsTable } from '../../../../src/core/findings/findingsTable';
import { exactGroups } from '../../../../src/core/groups/exactGroups';
import { findGroups } from '../../../../src/core/groups/findGroups';
import { compareKeep } from '../../../../src/core/groups/keepOrder';
import type { Verdict } from '../../../../src/core/verdicts/verdict';
import { imagesOf, inputOf, pairsOf, randomOf, verdictOf } from '../findings/support';

type Rows = [number, number, number][];
const groupsOf = (images: ImageRecord[], rows: Rows, threshold: number, verdicts: Verdict[] = []) => {
  const input = inputOf(images, pairsOf(...rows), verdicts);
  return findGroups({ ...input, table: new FindingsTable(input) }, threshold);
};
const sets = (groups: ReturnType<typeof groupsOf>) =>
  groups.map(g => [g.keep, ...g.members.map(m => m.image)].sort((a, b) => a - b).join(' '));

describe('a chain a – b – c', () => {
  const images = imagesOf({ path: 'a.png', width: 300 }, { path: 'b.png', width: 200 }, { path: 'c.png' });
  const rows: Rows = [
    [0, 1, 0.1],
    [1, 2, 0.15],
    [0, 2, 0.4],
  ];

  test('is one group, but only direct twins of the kept image may be touched', () => {
    expect(groupsOf(images, rows, 0.2)).toEqual([
      {
        keep: 0,
        members: [
          { image: 1, distance: Math.fround(0.1), direct: true },
          { image: 2, distance: Math.fround(0.4), direct: false },
        ],
      },
    ]);
    expect(groupsOf(images, rows.slice(0, 2), 0.2)[0].members[1]).toEqual({ image: 2, distance: 1, direct: false });
  });

  test('is cut at its weakest link where its ends are said to differ', () => {
    expect(sets(groupsOf(images, rows, 0.2, [verdictOf('different', images[0], images[2])]))).toEqual(['0 1']);
    const nearer: Rows = [
      [0, 1, 0.15],
      [1, 2, 0.1],
    ];
    expect(sets(groupsOf(images, nearer, 0.2, [verdictOf('different', images[0], images[2])]))).toEqual(['1 2']);
  });

  test('shrinks with the threshold', () => {
    expect(sets(groupsOf(images, rows, 0.1))).toEqual(['0 1']);
    expect(groupsOf(images, rows, 0.05)).toEqual([]);
  });
});

test('equal files have the distance of their content, and references are never touched', () => {
  const images = imagesOf(
    { path: 'r1.png', root: 1, reference: true, width: 50 },
    { path: 'new.png', content: 'x' },
    { path: 'new2.png', content: 'x' },
    { path: 'r2.png', root: 1, reference: true },
  );
  const [group] = groupsOf(
    images,
    [
      [0, 1, 0.1],
      [1, 3, 0.1],
    ],
    0.2,
  );
  expect(group.keep).toBe(3);
  expect(group.members).toEqual([
    { image: 1, distance: Math.fround(0.1), direct: true },
    { image: 2, distance: Math.fround(0.1), direct: true },
    { image: 0, distance: 1, direct: false },
  ]);
});

/** The definition, word by word: sets of images, pairs nearest first, joined unless a verdict stands between any two. */
function bruteForce(
  images: ImageRecord[],
  rows: [number, number, number][],
  threshold: number,
  apart: [number, number][],
): string[] {
  const copies: [number, number, number][] = exactGroups(images).flatMap(g =>
    g.slice(1).map(i => [g[0], i, 0] as [number, number, number]),
  );
  const ordered = [...rows].sort(
    (x, y) => x[2] - y[2] || Math.min(x[0], x[1]) - Math.min(y[0], y[1]) || Math.max(x[0], x[1]) - Math.max(y[0], y[1]),
  );
  const told = (x: number, y: number) =>
    apart.some(([a, b]) => {
      const same = (i: number, j: number) => images[i].content === images[j].content;
      return (same(a, x) && same(b, y)) || (same(a, y) && same(b, x));
    });
  let parts = images.map((_, i) => [i]);
  for (const [a, b, distance] of [...copies, ...ordered]) {
    if (distance > threshold || told(a, b)) continue;
    const [x, y] = [a, b].map(i => parts.find(part => part.includes(i))!);
    if (x === y || x.some(i => y.some(j => told(i, j)))) continue;
    parts = [...parts.filter(part => part !== x && part !== y), [...x, ...y]];
  }
  return parts.filter(part => part.length > 1).map(part => part.sort((a, b) => a - b).join(' '));
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('random scan %i: as the definition says', seed => {
  const random = randomOf(seed);
  const n = 60;
  const pick = () => Math.floor(random() * n);
  const images = imagesOf(
    ...Array.from({ length: n }, (_, i) => ({
      path: `${i}.png`,
      width: 100 + Math.floor(random() * 5),
      content: `c${i < 12 ? i % 5 : i}`,
    })),
  );
  const firsts = new Set(exactGroups(images).map(g => g[0]));
  const copied = new Set(exactGroups(images).flat());
  const rows = new Map<string, [number, number, number]>();
  const apart: [number, number][] = [];
  while (rows.size < 70 || apart.length < 12) {
    const [a, b] = [pick(), pick()].sort((x, y) => x - y);
    if (images[a].content === images[b].content) continue;
    const stands = (i: number) => !copied.has(i) || firsts.has(i);
    if (rows.size < 70 && stands(a) && stands(b)) rows.set(`${a} ${b}`, [a, b, Math.floor(random() * 16) / 32]);
    else if (apart.length < 12) apart.push([a, b]);
  }
  const verdicts = apart.map(([a, b]) => verdictOf('different', images[a], images[b]));
  for (const threshold of [0, 0.1, 0.25, 0.5]) {
    const groups = groupsOf(images, [...rows.values()], threshold, verdicts);
    expect(sets(groups).sort()).toEqual(bruteForce(images, [...rows.values()], threshold, apart).sort());
    for (const { keep, members } of groups) {
      for (const { image, direct } of members) {
        expect(compareKeep(images[keep], images[image])).toBeLessThan(0);
        const near = [...rows.values()].some(
          ([a, b, d]) =>
            d <= threshold &&
            [images[a].content, images[b].content].sort().join() === [images[keep].content, images[image].content].sort().join(),
        );
        expect(direct).toBe(near || images[keep].content === images[image].content);
      }
    }
  }
});
