import { describe, expect, it } from 'vitest';
import { groupByName } from '../../../../src/core/checks/pairNames';

const pairs = (...folders: readonly (readonly string[])[]) => groupByName(folders).groups.map(({ files }) => files.join(' + '));

describe('pairing by name', () => {
  it('takes the path below the folder, without the ending, in any case', () => {
    expect(pairs(['a/1.jpg', 'b/1.jpg', 'x.jpg'], ['B/1.PNG', 'a/1.png'])).toEqual([
      'a/1.jpg + a/1.png',
      'b/1.jpg + B/1.PNG',
      'x.jpg + ',
    ]);
  });

  it('takes off what all names of a folder share, as whole words, where names meet so', () => {
    expect(pairs(['photo_01.jpg', 'photo_02.jpg'], ['mask-01-final.png', 'mask-02-final.png'])).toEqual([
      'photo_01.jpg + mask-01-final.png',
      'photo_02.jpg + mask-02-final.png',
    ]);
    expect(pairs(['01.jpg', '02.jpg', '03.jpg'], ['01_mask.png', '02_mask.png'])).toEqual([
      '01.jpg + 01_mask.png',
      '02.jpg + 02_mask.png',
      '03.jpg + ',
    ]);
    // Not by half words: these are names of their own.
    expect(pairs(['cat1.jpg', 'cat2.jpg'], ['car1.jpg', 'car2.jpg'])).toHaveLength(4);
  });

  it('leaves out files that have the name of another of their folder', () => {
    const { groups, ambiguous } = groupByName([
      ['1.jpg', '1.png', '2.jpg'],
      ['1.png', '2.png'],
    ]);
    expect(groups.map(({ files }) => files)).toEqual([
      ['1.jpg', '1.png'],
      ['2.jpg', '2.png'],
    ]);
    expect(ambiguous).toEqual(['1.png']);
  });

  it('may be of more than two folders', () => {
    expect(pairs(['1.jpg'], ['1.png'], ['1.webp', '2.webp'])).toEqual(['1.jpg + 1.png + 1.webp', ' +  + 2.webp']);
  });
});
