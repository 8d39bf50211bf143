import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture } from '../engine/support/pictures';
import { buildCli } from './buildCli';
import { spawnCli } from './spawnCli';

let cli: string;
let work: string;
const run = (...args: string[]) => spawnCli(cli, args, { env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } }).ended;

beforeAll(async () => {
  cli = await buildCli();
  const media = join(dirname(dirname(cli)), 'media');
  mkdirSync(media);
  for (const file of ['starter.twinmodel', 'search.weights']) copyFileSync(join('media', file), join(media, file));
  work = mkdtempSync(join(tmpdir(), 'twinlint-search-'));
  const data = join(work, 'data');
  mkdirSync(data);
  for (let seed = 1; seed <= 4; seed++) writeFileSync(join(data, `${seed}.png`), await picture(seed).png().toBuffer());
  const part = await picture(1).extract({ left: 70, top: 60, width: 90, height: 70 }).png().toBuffer();
  const host = sharp(await picture(9).png().toBuffer()).composite([{ input: part, left: 190, top: 110 }]);
  writeFileSync(join(data, 'planted.jpg'), await host.jpeg({ quality: 85 }).toBuffer());
  const frames = join(work, 'frames');
  mkdirSync(frames);
  for (let i = 0; i < 5; i++) {
    const frame = sharp(await picture(12).png().toBuffer()).composite([{ input: part, left: 40 + i * 12, top: 50 + i * 4 }]);
    writeFileSync(join(frames, `f${i + 8}.png`), await frame.png().toBuffer());
  }
});
afterAll(() => {
  for (const folder of [work, dirname(dirname(cli))]) rmSync(folder, { recursive: true, force: true });
});

describe('similar --crop', () => {
  const search = (...more: string[]) =>
    run('similar', join(work, 'data/1.png'), join(work, 'data'), '--crop', '70,60,90,70', ...more);

  it('lists the images that show the region, with its place', async () => {
    const { code, stdout } = await search();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Found in 1 of 4 other images \(score 0\.70 or more\), best first:\n {2}planted\.jpg {2}[01]\.\d{3} {2}at \d+,\d+,\d+,\d+\n$/,
    );
  });

  it('as JSON', async () => {
    const { stdout } = await search('--format', 'json');
    const result = JSON.parse(stdout) as {
      hits: { path: string; regions: { box: { x: number; y: number }; score: number }[] }[];
    };
    expect(result).toMatchObject({
      version: 1,
      query: '1.png',
      searched: 4,
      found: 1,
      crop: { x: 70, y: 60, width: 90, height: 70 },
    });
    const [{ path, regions }] = result.hits;
    expect(path).toBe('planted.jpg');
    expect(Math.abs(regions[0].box.x - 190)).toBeLessThan(8);
    expect(Math.abs(regions[0].box.y - 110)).toBeLessThan(8);
  });

  it('as CSV', async () => {
    const rows = (await search('--format', 'csv')).stdout.split('\r\n');
    expect(rows[0]).toBe('path,x,y,width,height,score');
    expect(rows[1]).toMatch(/^planted\.jpg,\d+,\d+,\d+,\d+,[01]\.\d+$/);
  });

  it.each([
    ['1,2,3', '--crop is "1,2,3", but must be left, top, width and height in whole pixels, as in --crop 40,25,120,80'],
    ['0,0,1,1', 'The region of 1 × 1 pixels is too small to be told from others; mark at least 11 × 11 pixels.'],
    ['300,0,90,90', 'The region 300,0,90,90 (x, y, width, height) does not lie inside the image of 320 × 240 pixels.'],
  ])('refuses %s in one line', async (crop, message) => {
    const { code, stderr } = await run('similar', join(work, 'data/1.png'), join(work, 'data'), '--crop', crop);
    expect(code).toBe(2);
    expect(stderr).toBe(`twinlint: ${message}\n`);
  });
});

describe('track', () => {
  const box = ['--box', '40,50,90,70'];

  it('saves COCO boxes, and which frames can go', async () => {
    const [out, keep, drop] = ['track.json', 'keep.txt', 'drop.txt'].map(name => join(work, name));
    const lists = ['--thin', '0.3', '--keep-list', keep, '--drop-list', drop];
    const { code, stdout, stderr } = await run('track', join(work, 'frames'), ...box, '--out', out, ...lists);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^5 frames: in 5 of them the box was followed, \d can go\.\n$/);
    const { images, annotations } = JSON.parse(readFileSync(out, 'utf8')) as {
      images: { file_name: string }[];
      annotations: { bbox: number[] }[];
    };
    expect(images.map(({ file_name }) => file_name)).toEqual(['f8.png', 'f9.png', 'f10.png', 'f11.png', 'f12.png']);
    annotations.forEach(({ bbox: [x, y] }, i) => {
      expect(Math.abs(x - 40 - i * 12), `frame ${i}`).toBeLessThan(8);
      expect(Math.abs(y - 50 - i * 4), `frame ${i}`).toBeLessThan(8);
    });
    const names = [keep, drop].flatMap(file =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(line => line !== ''),
    );
    expect(names.sort()).toEqual(['f10.png', 'f11.png', 'f12.png', 'f8.png', 'f9.png']);
  });

  it('as text', async () => {
    const { stdout } = await run('track', join(work, 'frames'), ...box, '--start', join(work, 'frames', 'f8.png'));
    expect(stdout).toMatch(/^ {2}f8\.png {3}40,50,90,70 {2}1\.000\n {2}f9\.png /);
  });

  it('as CSV', async () => {
    const { stdout: csv } = await run('track', join(work, 'frames'), ...box, '--format', 'csv');
    expect(csv.split('\r\n').slice(0, 2)).toEqual(['frame,path,status,x,y,width,height,score', '8,f8.png,tracked,40,50,90,70,1']);
  });

  it.each([
    [[], 'say which box to follow, as in --box 120,80,64,48 (left, top, width, height in pixels)'],
    [['--box', '0,0,4,4'], 'The region of 4 × 4 pixels is too small to be told from others; mark at least 11 × 11 pixels.'],
    [[...box, '--thin', '2'], '--thin is "2", but must be a number from 0 to 1'],
    [[...box, '--keep-list', 'x.txt'], '--keep-list asks for --thin, as in --thin 0.3'],
    [[...box, '--start', 'no.png'], expect.stringMatching(/^The frame to start from, no\.png, is not one of the images in /)],
  ])('says what is wrong with %j', async (options, message) => {
    const { code, stderr } = await run('track', join(work, 'frames'), ...options);
    expect(code).toBe(2);
    expect({ message: stderr.replace(/^twinlint: (.*)\n$/, '$1') }).toEqual({ message });
  });
});
