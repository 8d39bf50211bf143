import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { Metadata, Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSharp } from '../../../src/engine/decode/loadSharp';
import { PictureDecoder } from '../../../src/engine/decode/pictureDecoder';
import type { Decoded } from '../../../src/engine/decode/pictureDecoder';

const maxPixels = 268_402_689;
const spec = { side: 32 };
let decoder: PictureDecoder;
beforeAll(async () => {
  decoder = new PictureDecoder((await loadSharp()).sharp);
});

async function decoded(bytes: Uint8Array, name = 'x'): Promise<Decoded> {
  const outcome = await decoder.decode(bytes, name, spec, maxPixels);
  if ('problem' in outcome) throw new Error(JSON.stringify(outcome.problem));
  return outcome.ok;
}
async function problem(
  bytes: Uint8Array,
  name = 'x',
  limit = maxPixels,
): Promise<{ kind: string; reason: string; format: string }> {
  const outcome = await decoder.decode(bytes, name, spec, limit);
  if (!('problem' in outcome)) throw new Error('It was decoded.');
  return { kind: outcome.problem.kind, reason: outcome.problem.reason, format: outcome.format };
}

/** Left half red, right half blue; 80 × 60. */
const halves = (): Sharp =>
  sharp({ create: { width: 80, height: 60, channels: 3, background: '#f00' } }).composite([
    { input: { create: { width: 40, height: 60, channels: 3, background: '#00f' } }, left: 40, top: 0 },
  ]);
const png = (): Promise<Buffer> => halves().png().toBuffer();
/** Re-reads, as sharp composes last. */
const from = async (): Promise<Sharp> => sharp(await png());

/** The mean colour of the picture's left and right third, top and bottom third. */
function parts({ raster }: Decoded): Record<'left' | 'right' | 'top' | 'bottom', number[]> {
  const mean = (wanted: (x: number, y: number) => boolean): number[] => {
    const sum = [0, 0, 0];
    let count = 0;
    for (let y = 0; y < raster.height; y++) {
      for (let x = 0; x < raster.width; x++) {
        if (!wanted(x, y)) continue;
        count++;
        for (let c = 0; c < 3; c++) sum[c] += raster.data[(y * raster.width + x) * 3 + c];
      }
    }
    return sum.map(value => Math.round(value / count));
  };
  return {
    left: mean(x => x < 10),
    right: mean(x => x >= 22),
    top: mean((_, y) => y < 10),
    bottom: mean((_, y) => y >= 22),
  };
}
const near = (actual: number[], expected: number[], by: number): void =>
  actual.forEach((value, c) =>
    expect(Math.abs(value - expected[c]), `${actual} is not near ${expected}`).toBeLessThanOrEqual(by),
  );

describe('PictureDecoder.decode', () => {
  const encodings: [string, string, () => Promise<Buffer>, number][] = [
    ['JPEG', 'jpeg', async () => (await from()).jpeg({ quality: 95 }).toBuffer(), 20],
    ['progressive JPEG', 'jpeg', async () => (await from()).jpeg({ progressive: true, quality: 95 }).toBuffer(), 20],
    ['CMYK JPEG', 'jpeg', async () => (await from()).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(), 140],
    ['PNG', 'png', png, 2],
    ['16-bit PNG', 'png', async () => (await from()).toColourspace('rgb16').png().toBuffer(), 2],
    ['palette PNG', 'png', async () => (await from()).png({ palette: true, colours: 4 }).toBuffer(), 12],
    ['WebP', 'webp', async () => (await from()).webp({ lossless: true }).toBuffer(), 2],
    ['lossy WebP', 'webp', async () => (await from()).webp({ quality: 95 }).toBuffer(), 25],
    ['GIF', 'gif', async () => (await from()).gif().toBuffer(), 12],
    ['TIFF', 'tiff', async () => (await from()).tiff({ compression: 'lzw' }).toBuffer(), 2],
    ['AVIF', 'avif', async () => (await from()).avif({ quality: 90 }).toBuffer(), 25],
    [
      'SVG',
      'svg',
      async () =>
        Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"><rect width="40" height="60" fill="#f00"/>' +
            '<rect x="40" width="40" height="60" fill="#00f"/></svg>',
        ),
      6,
    ],
  ];
  it.each(encodings)('reads %s', async (_, format, encode, tolerance) => {
    const result = await decoded(await encode());
    expect(result).toMatchObject({ format, width: 80, height: 60 });
    expect(result.raster).toMatchObject({ width: 32, height: 32 });
    expect(result.raster.data).toHaveLength(32 * 32 * 3);
    near(parts(result).left, [255, 0, 0], tolerance);
    near(parts(result).right, [0, 0, 255], tolerance);
  });

  it('reads grey pictures of 8 and 16 bits as three equal channels', async () => {
    const grey = sharp({ create: { width: 20, height: 20, channels: 3, background: '#808080' } });
    for (const file of [
      await grey.clone().toColourspace('b-w').png().toBuffer(),
      await grey.clone().toColourspace('grey16').png().toBuffer(),
    ]) {
      near(parts(await decoded(file)).left, [128, 128, 128], 1);
    }
  });

  it('reads BMP', async () => {
    const header = Buffer.alloc(54);
    header.write('BM', 0, 'latin1');
    header.writeUInt32LE(54, 10);
    header.writeUInt32LE(40, 14);
    header.writeInt32LE(4, 18);
    header.writeInt32LE(2, 22);
    header.writeUInt16LE(24, 28);
    const row = [0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 0, 0];
    const result = await decoded(Buffer.concat([header, Buffer.from([...row, ...row])]));
    expect(result).toMatchObject({ format: 'bmp', width: 4, height: 2 });
    near(parts(result).left, [255, 0, 0], 12);
    near(parts(result).right, [0, 0, 255], 12);
  });

  // EXIF: what is stored as the left column, shown upright.
  it.each([
    [1, 80, 60, 'left'],
    [2, 80, 60, 'right'],
    [3, 80, 60, 'right'],
    [6, 60, 80, 'top'],
    [8, 60, 80, 'bottom'],
  ] as const)('applies EXIF orientation %i', async (orientation, width, height, red) => {
    for (const file of [
      await (await from()).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer(),
      await (await from()).webp({ lossless: true }).withMetadata({ orientation }).toBuffer(),
      await (await from()).png().withMetadata({ orientation }).toBuffer(),
    ]) {
      const result = await decoded(file);
      expect([result.width, result.height]).toEqual([width, height]);
      near(parts(result)[red], [255, 0, 0], 20);
    }
  });

  it('takes the first frame of an animation', async () => {
    const frame = (background: string): Promise<Buffer> =>
      sharp({ create: { width: 40, height: 30, channels: 3, background } })
        .png()
        .toBuffer();
    const frames = [await frame('#f00'), await frame('#00f')];
    for (const file of [
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
      await sharp(frames, { join: { animated: true } })
        .webp({ lossless: true })
        .toBuffer(),
    ]) {
      const result = await decoded(file);
      expect(result).toMatchObject({ width: 40, height: 30 });
      near(parts(result).left, [255, 0, 0], 12);
    }
  });

  it('shows cut-outs on white, and those that would drown in white on black', async () => {
    const cutOut = (fill: string): Buffer =>
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><rect width="20" height="60" fill="${fill}"/></svg>`,
      );
    near(parts(await decoded(cutOut('#a00'))).right, [255, 255, 255], 6);
    near(parts(await decoded(cutOut('#fff'))).right, [0, 0, 0], 6);
    near(parts(await decoded(cutOut('#fff'))).left, [255, 255, 255], 6);
    // The colour stored under transparent pixels counts for nothing.
    const hidden = sharp(Buffer.from([255, 0, 0, 255, 0, 255, 0, 0]), { raw: { width: 2, height: 1, channels: 4 } });
    near(parts(await decoded(await hidden.png().toBuffer())).right, [255, 255, 255], 6);
  });

  it('draws an SVG of absurd size', async () => {
    const huge =
      '<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="50000"><rect width="50000" height="50000" fill="#f00"/></svg>';
    const result = await decoded(Buffer.from(huge));
    expect(result).toMatchObject({ width: 100_000, height: 50_000 });
    near(parts(result).left, [255, 0, 0], 2);
  });

  it('goes by content, not by name', async () => {
    expect((await decoded(await png(), 'photo.jpg')).format).toBe('png');
  });
});

describe('what can not be decoded', () => {
  const unreadable = (reason: string, format = '') => ({ kind: 'unreadable-image', reason, format });

  it('is empty, no image, or unknown', async () => {
    expect(await problem(Buffer.alloc(0))).toEqual(unreadable('empty'));
    expect(await problem(Buffer.from('<html><body>404</body></html>'), 'a.jpg')).toEqual(unreadable('not-an-image'));
    expect(await problem(Buffer.alloc(4096))).toEqual(unreadable('not-an-image'));
  });

  it.each([
    ['jpeg', async () => (await from()).jpeg().toBuffer()],
    ['png', async () => (await from()).png().toBuffer()],
    ['webp', async () => (await from()).webp({ lossless: true }).toBuffer()],
    ['gif', async () => (await from()).gif().toBuffer()],
    ['avif', async () => (await from()).avif().toBuffer()],
    ['tiff', async () => (await from()).tiff().toBuffer()],
  ] as const)('is a %s cut off half-way', async (format, encode) => {
    const whole = await encode();
    expect(await problem(whole.subarray(0, Math.floor(whole.length / 2)))).toEqual(unreadable('truncated', format));
  });

  it('is told in the same words, whatever else fails at the same time', async () => {
    const half = (file: Buffer): Buffer => file.subarray(0, Math.floor(file.length / 2));
    const mangled = await png();
    mangled.fill(0x55, 60, 100);
    const files = {
      png: half(await png()),
      jpeg: half(await (await from()).jpeg().toBuffer()),
      webp: half(await (await from()).webp({ lossless: true }).toBuffer()),
      mangled,
    };
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () =>
        Object.entries(files).map(async ([name, file]) => {
          const outcome = await decoder.decode(file, name, spec, maxPixels);
          return `${name}: ${JSON.stringify('problem' in outcome ? outcome.problem : 'decoded')}`;
        }),
      ).flat(),
    );
    const told = (reason: string): string => JSON.stringify({ kind: 'unreadable-image', reason, detail: '' });
    expect([...new Set(outcomes)].sort()).toEqual([
      `jpeg: ${told('truncated')}`,
      `mangled: ${told('damaged')}`,
      `png: ${told('truncated')}`,
      `webp: ${told('truncated')}`,
    ]);
  });

  it('is cut off, too, where the file is too big to hold', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'twinlint-decode-'));
    try {
      const whole = await (await from()).jpeg().toBuffer();
      const file = path.join(folder, 'half.jpg');
      await writeFile(file, whole.subarray(0, whole.length / 2));
      const outcome = await decoder.decode(whole.subarray(0, 100), file, spec, maxPixels, file);
      expect(outcome).toMatchObject({ problem: { reason: 'truncated', detail: '' } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is damaged inside', async () => {
    const file = await sharp(Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 256)), {
      raw: { width: 64, height: 64, channels: 3 },
    })
      .png()
      .toBuffer();
    file.fill(0x55, 100, 160);
    expect(await problem(file)).toEqual(unreadable('damaged', 'png'));
  });

  it('has more pixels than allowed, whatever the format', async () => {
    const files: [string, Buffer][] = [
      ['png', await (await from()).png().toBuffer()],
      ['jpeg', await (await from()).jpeg().toBuffer()],
      ['tiff', await (await from()).tiff().toBuffer()],
      ['webp', await (await from()).webp().toBuffer()],
      ['gif', await (await from()).gif().toBuffer()],
      ['avif', await (await from()).avif().toBuffer()],
    ];
    for (const [format, file] of files) expect(await problem(file, 'x', 80 * 60 - 1)).toEqual(unreadable('too-large', format));
    for (const [, file] of files) {
      await decoder.decode(file, 'x', spec, 80 * 60).then(outcome => expect(outcome).toHaveProperty('ok'));
    }
  });

  it('is a decompression bomb of 30,000 × 30,000', async () => {
    // One row of zeros, deflated, claims to be all of them: only the header is to be believed.
    const header = Buffer.from(await png());
    header.writeUInt32BE(30_000, 16);
    header.writeUInt32BE(30_000, 20);
    expect(await problem(header)).toEqual(unreadable('too-large', 'png'));
  });

  it.each([
    ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
    ['JPEG XL', Buffer.from([0xff, 0x0a, 1, 2, 3])],
    ['DICOM', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM and more')])],
    ['camera RAW', Buffer.from('II*\0\x10\0\0\0CR\x02\0', 'latin1')],
  ])('is %s, known by name', async (name, bytes) => {
    const outcome = await decoder.decode(bytes, 'x.bin', spec, maxPixels);
    expect(outcome).toMatchObject({ problem: { kind: 'unsupported-format', reason: 'unsupported', detail: name } });
  });

  it('is a RAW file that only its name tells from a TIFF', async () => {
    const tiff = await (await from()).tiff().toBuffer();
    expect(await problem(tiff, 'photo.nef')).toMatchObject({ kind: 'unsupported-format' });
  });

  it('is a pointer to content that is not here', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:' + 'a'.repeat(64) + '\nsize 12345\n';
    expect(await problem(Buffer.from(pointer), 'a.png')).toMatchObject({ kind: 'not-fetched', reason: 'pointer' });
    expect(await problem(Buffer.from('/annex/objects/SHA256E-s1--abc.png\n'), 'a.png')).toMatchObject({ kind: 'not-fetched' });
  });
});

describe('PictureDecoder.preview', () => {
  const preview = async (bytes: Uint8Array, side: number): Promise<Metadata> => {
    const outcome = await decoder.preview(bytes, 'x', side, maxPixels);
    if ('problem' in outcome) throw new Error(outcome.problem.detail);
    return sharp(outcome.ok).metadata();
  };

  it('fits the long side, and never enlarges pixels', async () => {
    expect(await preview(await png(), 40)).toMatchObject({ format: 'webp', width: 40, height: 30 });
    expect(await preview(await png(), 500)).toMatchObject({ width: 80, height: 60 });
  });

  it('draws an SVG at the size asked for', async () => {
    expect(await preview(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"/>'), 100)).toMatchObject({
      width: 100,
      height: 50,
    });
  });

  it('tells why there is none', async () => {
    expect(await decoder.preview(await png(), 'x', 100, 100)).toMatchObject({ problem: { reason: 'too-large' } });
  });
});
