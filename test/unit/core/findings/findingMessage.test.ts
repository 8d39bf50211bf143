import { describe, expect, test } from 'vitest';
import { deriveFindings } from '../../../../src/core/findings/deriveFindings';
import { displayPath, findingMessage } from '../../../../src/core/findings/findingMessage';
import { english } from '../../../../src/core/l10n';
import type { TransformName } from '../../../../src/core/pairs/pairColumns';
import { imagesOf, inputOf, pairsOf } from './support';

const say = (a: object, b: object, transform: TransformName = 'none', names: string[] = []) => {
  const images = imagesOf({ path: 'train/a.png', ...a }, { path: 'b.png', ...b });
  const equal = images[0].content === images[1].content;
  const pairs = equal ? pairsOf() : pairsOf([0, 1, 0.03149, transform]);
  return deriveFindings(inputOf(images, pairs), 1).findings.map(f => findingMessage(f, english, names))[0];
};

describe('findingMessage', () => {
  test.each([
    ['near', {}, {}, 'none', 'Near-duplicate of b.png (distance 0.031).'],
    ['mirrored', {}, {}, 'mirror', 'Near-duplicate of b.png (distance 0.031, mirrored).'],
    ['turned', {}, {}, 'turn-90', 'Near-duplicate of b.png (distance 0.031, turned by 90°).'],
    ['both', {}, {}, 'mirror-turn-270', 'Near-duplicate of b.png (distance 0.031, mirrored and turned by 270°).'],
    ['exact', { content: 'x' }, { content: 'x' }, 'none', 'Exact copy of b.png.'],
    [
      'conflict',
      { label: 'cat' },
      { label: 'dog' },
      'none',
      'Label conflict: cat here, but dog for its near-duplicate b.png (distance 0.031).',
    ],
    [
      'leak',
      { split: 'train' },
      { split: 'test' },
      'none',
      'Split leak: the same picture is in train (here) and test: b.png (distance 0.031).',
    ],
    [
      'leak of one file with two labels',
      { split: 'train', label: 'cat', content: 'x' },
      { split: 'test', label: 'dog', content: 'x' },
      'none',
      'Split leak: the same file is in train (here) and test: b.png. The labels differ too: cat here, dog there.',
    ],
  ] as const)('%s', (_, a, b, transform, text) => expect(say(a, b, transform)).toBe(text));

  test('a twin in another root is named with its root', () => {
    expect(say({ width: 10 }, { root: 1 }, 'none', ['mine', 'theirs'])).toBe('Near-duplicate of theirs/b.png (distance 0.031).');
  });

  test('a broken file: what is wrong, what to do, and what the decoder said', () => {
    const problem = { kind: 'unreadable-image', reason: 'truncated', detail: 'premature end\nof JPEG' } as const;
    const { findings } = deriveFindings(inputOf(imagesOf({ path: 'a.jpg', problem })), 0);
    expect(findingMessage(findings[0], english)).toBe(
      'Unreadable image: the file is cut off, its end is missing. Fetch it again, or remove it from the data set. (premature end\\nof JPEG)',
    );
  });
});

test('displayPath keeps a path on one line and in the order it is written', () => {
  expect(displayPath('a\nb\tc\u202egnp.exe\u0007 é 图')).toBe('a\\nb\\tc\\u{202e}gnp.exe\\u{7} é 图');
});
