import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../../../src/engine/search/cropEncoder';
import { checkRegion, levelsFor, templateSizes } from '../../../../src/engine/search/searchPlan';
import { gridOf, paddedSize } from '../../../../src/engine/search/searchProgram';

describe('the region', () => {
  const picture = { width: 300, height: 200 };
  const at = (x: number, y: number, width: number, height: number) => () => checkRegion({ x, y, width, height }, picture);

  it('must lie inside the picture and be large enough', () => {
    expect(at(0, 0, 300, 200)).not.toThrow();
    expect(at(280, 0, 30, 20)).toThrow(
      'The region 280,0,30,20 (x, y, width, height) does not lie inside the image of 300 × 200 pixels.',
    );
    expect(at(10, 10, 1, 1)).toThrow(
      'The region of 1 × 1 pixels is too small to be told from others; mark at least 11 × 11 pixels.',
    );
  });

  it('is seen at about one size, and never with fewer than three cells a side', () => {
    for (const region of [
      { width: 500, height: 400 },
      { width: 64, height: 64 },
      { width: 11, height: 11 },
      { width: 300, height: 12 },
    ]) {
      for (const { width, height } of templateSizes(region)) {
        expect(cellsOf(Math.min(width, height))).toBeGreaterThanOrEqual(3);
        expect(width / height / (region.width / region.height)).toBeCloseTo(1, 0);
      }
    }
  });
});

describe('the room around a picture', () => {
  it('lets each template reach each place that it has', () => {
    for (let side = 30; side < 90; side++) {
      const sizes = templateSizes({ width: side, height: 3 * side - 40 }).map(gridOf);
      const [smallest, kernel] = [sizes[0], sizes[sizes.length - 1]];
      for (let width = 150; width < 190; width++) {
        const level = { width, height: 2 * width };
        const places = gridOf(paddedSize(level, smallest, kernel));
        expect(places.width - kernel.width).toBeGreaterThanOrEqual(gridOf(level).width - smallest.width);
        expect(places.height - kernel.height).toBeGreaterThanOrEqual(gridOf(level).height - smallest.height);
      }
    }
  });
});

describe('levels', () => {
  it('show the picture at sizes a factor of the square root of 2 apart', () => {
    const levels = levelsFor({ width: 64, height: 64 }, { width: 400, height: 300 });
    expect(levels.map(({ width }) => width)).toEqual([566, 400, 283]);
  });

  it('are left out where the region does not fit, or the picture would be huge', () => {
    expect(levelsFor({ width: 200, height: 200 }, { width: 150, height: 100 })).toEqual([]);
    expect(levelsFor({ width: 12, height: 12 }, { width: 9000, height: 6000 })).toEqual([]);
  });
});
