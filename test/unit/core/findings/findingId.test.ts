import { expect, test } from 'vitest';
import { fileId, hash64Hex, pairId } from '../../../../src/core/findings/findingId';
import { imagesOf } from './support';

/** MurmurHash3_x86_32 over bytes, written from its published description with BigInt, to check the fast one against. */
function murmurBytes(bytes: number[], seed: number): number {
  const m = 0xffffffffn;
  const rot = (x: bigint, r: bigint) => ((x << r) | (x >> (32n - r))) & m;
  let h = BigInt(seed);
  for (let i = 0; i < bytes.length; i += 4) {
    let k = 0n;
    for (let j = 3; j >= 0; j--) k = (k << 8n) | BigInt(bytes[i + j] ?? 0);
    k = (rot((k * 0xcc9e2d51n) & m, 15n) * 0x1b873593n) & m;
    h = (rot(h ^ k, 13n) * 5n + 0xe6546b64n) & m;
  }
  // The length in code units, as the product's docblock says, not in bytes.
  h ^= BigInt(bytes.length / 2);
  h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & m;
  h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & m;
  return Number(h ^ (h >> 16n));
}

test('hash64Hex is MurmurHash3 with two seeds, over code units, the last odd one padded', () => {
  for (const text of ['', 'ab', 'twinlint', '図 ß\u0000x', 'e3b0c44298fc1c14'.repeat(8)]) {
    const bytes = [...Array(text.length).keys()].flatMap(i => [text.charCodeAt(i) & 255, text.charCodeAt(i) >> 8]);
    const hex = (seed: number) => murmurBytes(bytes, seed).toString(16).padStart(8, '0');
    expect(hash64Hex(text)).toBe(hex(0x7f4a7c15) + hex(0x1ce4e5b9));
  }
});

test('half a million near-identical names give as many ids', () => {
  const ids = new Set<string>();
  for (let i = 0; i < 500_000; i++) ids.add(hash64Hex(`file\ndata/train/class_${i % 10}/img_${String(i).padStart(8, '0')}.png`));
  expect(ids.size).toBe(500_000);
});

test('a pair has one id from both sides; equal contents are told apart by their paths and roots', () => {
  const [a, b] = imagesOf({ path: 'a.png' }, { path: 'b.png' });
  expect(pairId(a, b)).toBe(pairId(b, a));
  expect(pairId({ ...a, path: 'c.png' }, b)).toBe(pairId(a, b));
  const [c, d, e] = imagesOf({ path: 'c', content: 'x' }, { path: 'd', content: 'x' }, { path: 'd', content: 'x', root: 1 });
  expect(pairId(c, d)).toBe(pairId(d, c));
  expect(pairId(c, e)).not.toBe(pairId(c, d));
  expect(fileId(e)).not.toBe(fileId(d));
});
