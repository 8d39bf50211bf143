import { expect, test } from 'vitest';
import type { TrackedFrame } from '../../../../src/core/search/track';
import { cocoOf, isKept, trackCsv } from '../../../../src/core/search/track';

const box = { x: 3, y: 4, width: 10, height: 20 };
const size = { width: 100, height: 80 };
const frames: TrackedFrame[] = [
  { path: 'f1.png', number: 1, status: 'tracked', ...size, box, score: 1 },
  { path: 'f2.png', number: 2, status: 'tracked', ...size, box: { ...box, x: 4 }, score: 0.81234567, change: 0.1 },
  { path: 'f3,x.png', number: 3, status: 'lost', ...size, score: 0.2 },
];

test('COCO: one annotation a box, of the image that it is in; lost frames have none', () => {
  const coco = JSON.parse(cocoOf(frames, '1.2.3')) as Record<string, Record<string, unknown>[]>;
  expect(coco.images.map(({ id, file_name, status }) => [id, file_name, status])).toEqual([
    [1, 'f1.png', 'tracked'],
    [2, 'f2.png', 'tracked'],
    [3, 'f3,x.png', 'lost'],
  ]);
  expect(coco.annotations).toHaveLength(2);
  expect(coco.annotations[1]).toMatchObject({
    id: 2,
    image_id: 2,
    category_id: 1,
    bbox: [4, 4, 10, 20],
    area: 200,
    score: 0.812346,
  });
  expect(coco.categories).toEqual([{ id: 1, name: 'object' }]);
});

test('CSV: empty where there is no box; what can go only when asked', () => {
  expect(trackCsv(frames).split('\r\n')).toEqual([
    'frame,path,status,x,y,width,height,score',
    '1,f1.png,tracked,3,4,10,20,1',
    '2,f2.png,tracked,4,4,10,20,0.812346',
    '3,"f3,x.png",lost,,,,,0.2',
    '',
  ]);
  expect(trackCsv(frames, 0.2).split('\r\n').slice(1, 4)).toEqual([
    '1,f1.png,tracked,3,4,10,20,1,,yes',
    '2,f2.png,tracked,4,4,10,20,0.812346,0.1,no',
    '3,"f3,x.png",lost,,,,,0.2,,yes',
  ]);
});

test('frames of which nothing is known are kept', () => {
  expect(frames.map(frame => isKept(frame, 0.1))).toEqual([true, false, true]);
  expect(frames.map(frame => isKept(frame, 0.05))).toEqual([true, true, true]);
});
