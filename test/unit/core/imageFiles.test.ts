import { describe, expect, it } from 'vitest';
import { extensionOf, imageKindOf, isLfsPointer } from '../../../src/core/dataset/imageFiles';
import { ancestorsOf, compareBytes, folderOf, isBelow, nameOf } from '../../../src/core/dataset/paths';

describe('image files', () => {
  it('are told by extension, whatever its case', () => {
    expect(extensionOf('a.b/c')).toBe('');
    expect(extensionOf('a/b.tar.GZ')).toBe('gz');
    expect(extensionOf('a/.png')).toBe('');
    expect(imageKindOf('x/y.JPeG')).toBe('readable');
    expect(imageKindOf('x/y.HEIC')).toBe('unsupported');
    expect(imageKindOf('x/y.jpeg.txt')).toBeUndefined();
    expect(imageKindOf('x/._y.jpeg')).toBeUndefined();
  });

  it('may be Git LFS pointers', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const oid = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`;
    expect(isLfsPointer(bytes(pointer))).toBe(true);
    expect(isLfsPointer(bytes(pointer.replaceAll('\n', '\r\n')))).toBe(true);
    expect(isLfsPointer(bytes(pointer.replace('oid', 'old')))).toBe(false);
    expect(isLfsPointer(bytes(pointer.slice(1)))).toBe(false);
    expect(isLfsPointer(bytes(pointer + 'x'.repeat(1024)))).toBe(false);
    expect(isLfsPointer(new Uint8Array(0))).toBe(false);
  });
});

describe('paths', () => {
  it('compare as their UTF-8 bytes do', () => {
    const samples = [
      '',
      'a',
      'a/',
      'a-',
      'b',
      'é',
      '\uFF21',
      '\u{1F600}',
      '\u{10FFFF}',
      'a\u{1F600}',
      'a\uFF21',
      '\uD7FF',
      '\uE000',
    ];
    for (const x of samples) {
      for (const y of samples) {
        expect(Math.sign(compareBytes(x, y)), JSON.stringify([x, y])).toBe(Buffer.compare(Buffer.from(x), Buffer.from(y)));
      }
    }
  });

  it('come apart', () => {
    expect(ancestorsOf('a/b/c.png')).toEqual(['a', 'a/b']);
    expect(ancestorsOf('c.png')).toEqual([]);
    expect([folderOf('a/b/c.png'), folderOf('c.png')]).toEqual(['a/b', '']);
    expect([nameOf('a/b'), nameOf('b')]).toEqual(['b', 'b']);
    expect([isBelow('a/b', 'a'), isBelow('ab', 'a'), isBelow('a', 'a'), isBelow('x', '')]).toEqual([true, false, true, true]);
  });
});
