import { describe, expect, it } from 'vitest';
import { columnsOf, groupingOf, identityOf, setsOfIdentities } from '../../../src/core/dataset/identity';
import { identityLeaks } from '../../../src/core/findings/identityLeaks';
import type { ImageRecord } from '../../../src/core/dataset/image';
import { imagesOf, tableOf } from './findings/support';

const identify = (pattern: string, paths: readonly string[]) => paths.map(path => identityOf(groupingOf(pattern).pattern, path));

describe('identities', () => {
  it('are what the first group of a pattern matches, or all that it matches', () => {
    const paths = ['p1/a.png', 'p2/b.png', 'p1/c.png', 'x.png'];
    expect(identify('p(\\d)/', paths)).toEqual(['1', '2', '1', undefined]);
    expect(identify('p\\d', paths)).toEqual(['p1', 'p2', 'p1', undefined]);
    expect(identify('', paths)).toEqual([undefined, undefined, undefined, undefined]);
    expect(() => groupingOf('p(')).toThrow(SyntaxError);
  });

  it('may stand in a column of the label file instead', () => {
    expect(groupingOf('column:patient')).toEqual({ column: 'patient' });
    expect(columnsOf({ labelColumns: { label: 'y' }, groupBy: 'column:patient' })).toEqual({ label: 'y', identity: 'patient' });
    expect(columnsOf({ labelColumns: { label: 'y' }, groupBy: 'p(\\d)' })).toEqual({ label: 'y' });
  });

  it('make sets of the images that share one', () => {
    expect(setsOfIdentities(['1', '2', '1', undefined, undefined])).toEqual([[0, 2]]);
  });
});

describe('identity leaks', () => {
  const image = (path: string, more: Partial<ImageRecord> = {}) => ({
    path,
    split: path.split('/')[0],
    identity: path.split('/')[1],
    ...more,
  });

  it('stand on the images outside of the split that holds most of the identity', () => {
    const images = imagesOf(
      image('train/p1/a.png'),
      image('train/p1/b.png'),
      image('test/p1/c.png'),
      image('train/p2/d.png'),
      image('test/p3/e.png'),
    );
    expect(identityLeaks(images)).toEqual([{ image: 2, identity: 'p1', other: { split: 'train', path: 'train/p1/a.png' } }]);
  });

  it('of equally many, train keeps them', () => {
    const images = imagesOf(image('test/p1/a.png'), image('train/p1/b.png'), image('a/p1/c.png'));
    expect(identityLeaks(images).map(leak => [leak.image, leak.other.split])).toEqual([
      [2, 'train'],
      [0, 'train'],
    ]);
  });

  it('are none across roots, in a reference, without a split, and where a file cannot be read', () => {
    const problem = { kind: 'unreadable-image', reason: 'empty', detail: '' } as const;
    const images = imagesOf(
      image('train/p1/a.png'),
      image('test/p1/b.png', { root: 1 }),
      image('test/p1/c.png', { reference: true }),
      image('test/p1/d.png', { split: undefined }),
      image('test/p1/e.png', { problem }),
    );
    expect(identityLeaks(images)).toEqual([]);
  });

  it('are findings of their own, whatever the threshold', () => {
    const table = tableOf(imagesOf(image('train/p1/a.png'), image('train/p1/b.png'), image('test/p1/c.png')));
    const { findings, counts } = table.page({ threshold: 0, offset: 0, limit: 10 });
    expect(counts).toEqual({ 'identity-leak': 1 });
    expect(findings).toMatchObject([
      {
        kind: 'identity-leak',
        severity: 'warning',
        path: 'test/p1/c.png',
        score: 1,
        related: [],
        details: { splits: ['test', 'train'], identity: { name: 'p1', example: 'train/p1/a.png' } },
      },
    ]);
    expect(findings[0].id).toMatch(/^[0-9a-f]{16}$/);
  });
});
