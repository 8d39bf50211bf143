import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteText } from '../../../../src/core/dataset/note';
import type { Box } from '../../../../src/core/search/box';
import { overlap } from '../../../../src/core/search/box';
import { defaultScanSettings } from '../../../../src/core/settings/scanSettings';
import type { ScanParams } from '../../../../src/protocol/engine';
import { PictureDecoder } from '../../../../src/engine/decode/pictureDecoder';
import { CropService } from '../../../../src/engine/search/cropService';
import { picture } from '../support/pictures';

const live = new AbortController().signal;
const region: Box = { x: 70, y: 60, width: 90, height: 70 };

let folder: string;
let service: CropService;
const scanOf = (path: string): ScanParams => ({
  roots: [{ path, name: 'data', settings: defaultScanSettings, only: [], filesExclude: [] }],
  verdicts: [],
  keep: false,
  trusted: true,
});
const search = (file: string, box: Box, data = join(folder, 'data')) =>
  service.run({ file: join(data, file), box, scan: scanOf(data), most: 10 }, live);

/** The region of picture 1, larger and paler, in a place of its own in another picture. */
async function planted(seed: number, left: number, top: number, size: { width: number; height: number }): Promise<Buffer> {
  const part = await picture(1)
    .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
    .png()
    .toBuffer();
  const patch = await sharp(part).resize(size.width, size.height, { fit: 'fill' }).linear(0.8, 30).png().toBuffer();
  return sharp(await picture(seed, 400, 300).png().toBuffer())
    .composite([{ input: patch, left, top }])
    .jpeg({ quality: 75 })
    .toBuffer();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twinlint-crop-'));
  const data = join(folder, 'data');
  mkdirSync(join(data, 'more'), { recursive: true });
  for (let seed = 1; seed <= 6; seed++) writeFileSync(join(data, `${seed}.png`), await picture(seed).png().toBuffer());
  writeFileSync(join(data, 'more', 'larger.jpg'), await planted(11, 250, 180, { width: 115, height: 90 }));
  writeFileSync(join(data, 'more', 'smaller.jpg'), await planted(12, 20, 30, { width: 72, height: 56 }));
  service = new CropService({
    decoder: new PictureDecoder(sharp),
    modelPath: 'media/search.weights',
    threads: 2,
    onProgress: () => undefined,
  });
});
afterAll(async () => {
  await service.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('looking for a region', () => {
  it('finds it where it was planted, and in no other image', async () => {
    const { hits, searched, found, width, height } = await search('1.png', region);
    expect({ searched, width, height }).toEqual({ searched: 7, width: 320, height: 240 });
    expect(hits.map(({ path }) => path).sort()).toEqual(['more/larger.jpg', 'more/smaller.jpg']);
    expect(found).toBe(2);
    const placeOf = (path: string): Box => hits.find(hit => hit.path === path)!.regions[0].box;
    expect(overlap(placeOf('more/larger.jpg'), { x: 250, y: 180, width: 115, height: 90 })).toBeGreaterThan(0.7);
    expect(overlap(placeOf('more/smaller.jpg'), { x: 20, y: 30, width: 72, height: 56 })).toBeGreaterThan(0.7);
  });

  it('shows the score over the picture, highest where the region is', async () => {
    const { hits } = await search('1.png', region);
    const { heat, regions, width } = hits.find(({ path }) => path === 'more/larger.jpg')!;
    expect(heat.columns).toBe(48);
    expect(heat.values).toHaveLength(heat.columns * heat.rows);
    const best = heat.values.indexOf(Math.max(...heat.values));
    const x = (((best % heat.columns) + 0.5) * width) / heat.columns;
    expect(Math.abs(x - (regions[0].box.x + regions[0].box.width / 2))).toBeLessThan(15);
  });

  it('says what is wrong with the region or the image', async () => {
    await expect(search('1.png', { x: 0, y: 0, width: 1, height: 1 })).rejects.toThrow('mark at least 11 × 11 pixels');
    await expect(search('1.png', { x: 300, y: 0, width: 40, height: 40 })).rejects.toThrow(
      'does not lie inside the image of 320 × 240',
    );
    await expect(search('none.png', region)).rejects.toThrow('can’t be read');
  });

  it('names images that cannot be searched, and an empty folder', async () => {
    const data = join(folder, 'odd');
    mkdirSync(data);
    writeFileSync(join(data, 'one.png'), await picture(1).png().toBuffer());
    await expect(search('one.png', region, data)).rejects.toThrow('There is no other image to search');
    writeFileSync(join(data, 'broken.png'), 'no picture');
    writeFileSync(join(data, 'tiny.png'), await picture(2, 20, 20).png().toBuffer());
    const { searched, notes } = await search('one.png', region, data);
    expect(searched).toBe(0);
    expect(notes.map(noteText)).toEqual([
      '1 of the images could not be read and were not searched.',
      '1 of the images are smaller than the region at every size it is looked for, or far too large; they were not searched.',
    ]);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const running = service.run(
      { file: join(folder, 'data', '1.png'), box: region, scan: scanOf(join(folder, 'data')), most: 10 },
      stop.signal,
    );
    stop.abort();
    await expect(running).rejects.toThrow('abort');
  });
});

describe('following a box', () => {
  /** A ball with a face runs across; from frame 6 to 8 a wall hides it. */
  const at = (frame: number): Box => ({ x: 20 + frame * 9, y: 60 + Math.round(20 * Math.sin(frame / 2)), width: 48, height: 48 });
  const hidden = [6, 7, 8];

  beforeAll(async () => {
    const frames = join(folder, 'frames');
    mkdirSync(frames);
    const ground = await picture(21, 260, 180).png().toBuffer();
    const ball = await sharp(await picture(22, 96, 96).png().toBuffer())
      .resize(48, 48)
      .png()
      .toBuffer();
    const wall = await sharp({ create: { width: 80, height: 180, channels: 3, background: '#777' } })
      .png()
      .toBuffer();
    for (let frame = 0; frame < 16; frame++) {
      const { x, y } = at(frame);
      const layers = [{ input: ball, left: x, top: y }];
      if (hidden.includes(frame)) layers.push({ input: wall, left: Math.min(180, x - 10), top: 0 });
      const file = sharp(ground)
        .composite(layers)
        .linear(1 - frame * 0.01, 0);
      writeFileSync(join(frames, `frame_${frame}.jpg`), await file.jpeg({ quality: 80 }).toBuffer());
    }
  });

  it('finds it in each frame, in the order of the numbers, and says where it is hidden', async () => {
    const { frames, notes } = await service.track({ scan: scanOf(join(folder, 'frames')), box: at(0) }, live);
    expect(notes).toEqual([]);
    expect(frames.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(frames.filter(({ status }) => status === 'lost').map(({ number }) => number)).toEqual(hidden);
    for (const { number, box } of frames) {
      if (box) expect(overlap(box, at(number!)), `frame ${number}`).toBeGreaterThan(0.6);
    }
  });

  it('also backwards from the frame in which the box was drawn', async () => {
    const { frames } = await service.track({ scan: scanOf(join(folder, 'frames')), box: at(4), start: 'frame_4.jpg' }, live);
    expect(overlap(frames[0].box!, at(0))).toBeGreaterThan(0.6);
    expect(frames[4]).toMatchObject({ score: 1, box: at(4) });
  });

  it('thins: a dropped frame is near the last one kept', async () => {
    const { frames } = await service.track({ scan: scanOf(join(folder, 'frames')), box: at(0), thin: 0.5 }, live);
    const kept = frames.filter(({ change }) => change === undefined || change > 0.5).map(({ number }) => number);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThan(14);
    expect(kept).toEqual(expect.arrayContaining([0, ...hidden]));
  });

  it('says what is wrong with the frames', async () => {
    const frames = join(folder, 'frames');
    await expect(service.track({ scan: scanOf(frames), box: at(0), start: 'x.jpg' }, live)).rejects.toThrow(
      'not one of the images in',
    );
    await expect(service.track({ scan: scanOf(join(folder, 'data')), box: { ...at(0), width: 900 } }, live)).rejects.toThrow(
      'does not lie inside',
    );
    const few = join(folder, 'few');
    mkdirSync(few);
    writeFileSync(join(few, '1.png'), await picture(1).png().toBuffer());
    await expect(service.track({ scan: scanOf(few), box: at(0) }, live)).rejects.toThrow('fewer than two frames');
    writeFileSync(join(few, '2.png'), 'no picture');
    writeFileSync(join(few, '4.png'), await picture(1, 640, 480).png().toBuffer());
    const { frames: seen, notes } = await service.track({ scan: scanOf(few), box: region }, live);
    expect(seen.map(({ status }) => status)).toEqual(['tracked', 'unreadable', 'tracked']);
    expect(overlap(seen[2].box!, { x: 140, y: 120, width: 180, height: 140 })).toBeGreaterThan(0.7);
    expect(notes.map(noteText)).toEqual([
      '1 frame numbers are missing: 3.',
      'Frame 4.png is 640 × 480 pixels large, the first one 320 × 240; the box was scaled along.',
      '1 frames could not be read: 2.png.',
    ]);
  });
});
