import { describe, expect, test } from 'vitest';
import { markColours, markOf, shapes, stampOf } from '../../../src/webview/charts/marks';
import { PointRaster } from '../../../src/webview/charts/pointRaster';
import { fitted, zoomed } from '../../../src/webview/state/map/projection';
import { nearestPoint, pointsInside, pointTowards, rectangle } from '../../../src/webview/state/map/pointSearch';
import type { Points } from '../../../src/webview/state/map/pointSearch';

const size = { width: 200, height: 100 };

/** Points at places of the screen. */
const pointsAt = (places: readonly (readonly [number, number])[], hidden: readonly number[] = []): Points => ({
  xy: Float32Array.from(places.flat()),
  projection: { scale: 1, x: 0, y: 0 },
  visible: Uint8Array.from(places, (_, i) => Number(!hidden.includes(i))),
});

describe('how a map lies on the screen', () => {
  test.each([
    ['many', [0, 0, 10, 4, 3, 3]],
    ['one', [5, 5]],
    ['two in a line', [0, 1, 7, 1]],
    ['two far apart', [-1e6, 0, 1e6, 3]],
  ])('%s points all fit, with room around them', (_, xy) => {
    const { scale, x, y } = fitted(Float32Array.from(xy), size);
    for (let i = 0; i < xy.length; i += 2) {
      expect(xy[i] * scale + x).toBeGreaterThan(0);
      expect(xy[i] * scale + x).toBeLessThan(size.width);
      expect(xy[i + 1] * scale + y).toBeGreaterThan(0);
      expect(xy[i + 1] * scale + y).toBeLessThan(size.height);
    }
    expect(scale).toBeGreaterThan(0);
  });

  test('zooming leaves what is under the pointer where it is, and has ends', () => {
    const whole = fitted(Float32Array.of(0, 0, 10, 10), size);
    const near = zoomed(whole, 3, 40, 70, whole);
    expect(near.scale / whole.scale).toBeCloseTo(3);
    expect((40 - near.x) / near.scale).toBeCloseTo((40 - whole.x) / whole.scale);
    expect((70 - near.y) / near.scale).toBeCloseTo((70 - whole.y) / whole.scale);
    expect(zoomed(whole, 1e9, 0, 0, whole).scale).toBe(whole.scale * 400);
    expect(zoomed(whole, 1e-9, 0, 0, whole).scale).toBe(whole.scale * 0.4);
  });
});

describe('finding points', () => {
  const points = pointsAt(
    [
      [50, 50],
      [60, 52],
      [90, 50],
      [50, 20],
      [52, 51],
    ],
    [4],
  );

  test('the nearest that is visible and within reach', () => {
    expect(nearestPoint(points, { x: 52, y: 51 })).toBe(0);
    expect(nearestPoint(points, { x: 75, y: 50 }, 5)).toBe(-1);
    expect(nearestPoint(pointsAt([]), { x: 0, y: 0 })).toBe(-1);
  });

  test('the next in a direction, or the same where there is none', () => {
    expect(pointTowards(points, 0, 'right')).toBe(1);
    expect(pointTowards(points, 1, 'right')).toBe(2);
    expect(pointTowards(points, 2, 'right')).toBe(2);
    expect(pointTowards(points, 0, 'up')).toBe(3);
    expect(pointTowards(points, 3, 'down')).toBe(0);
    expect(pointTowards(points, 1, 'left')).toBe(0);
  });

  test('equal files, which lie in one place, are all come by, there and back', () => {
    const same = pointsAt([
      [0, 0],
      [10, 0],
      [10, 0],
      [10, 0],
      [20, 0],
    ]);
    const walk = (from: number, direction: 'left' | 'right'): number[] => {
      const seen = [from];
      while (seen.length < 9) seen.push(pointTowards(same, seen.at(-1)!, direction));
      return seen.slice(0, 5);
    };
    expect(walk(0, 'right')).toEqual([0, 1, 2, 3, 4]);
    expect(walk(4, 'left')).toEqual([4, 3, 2, 1, 0]);
  });

  test('those inside a polygon, also one with a bay, and those in a rectangle with its edge', () => {
    const grid = pointsAt(Array.from({ length: 100 }, (_, i) => [i % 10, Math.floor(i / 10)]));
    expect(pointsInside(grid, rectangle({ x: 5, y: 4 }, { x: 2, y: 3 }))).toEqual([32, 33, 34, 35, 42, 43, 44, 45]);
    const bay = [
      [-0.5, -0.5],
      [2.5, -0.5],
      [2.5, 2.5],
      [1.5, 2.5],
      [1.5, 0.5],
      [0.5, 0.5],
      [0.5, 2.5],
      [-0.5, 2.5],
    ].map(([x, y]) => ({ x, y }));
    expect(pointsInside(grid, bay)).toEqual([0, 1, 2, 10, 12, 20, 22]);
    expect(pointsInside(grid, bay.slice(0, 2))).toEqual([]);
  });
});

describe('marks', () => {
  test('36 classes look different, and neighbours differ in colour and shape', () => {
    const marks = Array.from({ length: 36 }, (_, i) => markOf(i));
    expect(new Set(marks.map(({ shape, colour }) => `${shape} ${colour}`)).size).toBe(shapes.length * markColours.length);
    for (let i = 1; i < 6; i++) {
      expect(marks[i].shape).not.toBe(marks[i - 1].shape);
      expect(marks[i].colour).not.toBe(marks[i - 1].colour);
    }
  });

  test.each(shapes)('a %s covers about as much as a circle, and is whole', shape => {
    const { side, cover } = stampOf(shape, 10);
    const covered = cover.reduce((sum, each) => sum + each / 255, 0);
    expect(covered / (Math.PI * 100)).toBeGreaterThan(0.6);
    expect(covered / (Math.PI * 100)).toBeLessThan(1.1);
    const edge = [...cover.subarray(0, side), ...cover.subarray(-side)];
    expect(edge.every(each => each === 0)).toBe(true);
  });

  test('are stamped over one another, and cut off at the edge', () => {
    const raster = new PointRaster(5, 4);
    raster.fill([10, 20, 30]);
    const full = { side: 3, cover: new Uint8Array(9).fill(255) };
    raster.stamp(0, 0, full, [200, 100, 50]);
    raster.stamp(4, 3, full, [0, 0, 0], 0.5);
    raster.stamp(99, -99, full, [1, 1, 1]);
    const at = (x: number, y: number): number[] => [...raster.pixels.subarray((y * 5 + x) * 4, (y * 5 + x) * 4 + 4)];
    expect(at(1, 1)).toEqual([200, 100, 50, 255]);
    expect(at(2, 1)).toEqual([10, 20, 30, 255]);
    expect(at(4, 3)).toEqual([5, 10, 15, 255]);
  });
});
