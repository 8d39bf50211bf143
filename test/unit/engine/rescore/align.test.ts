import { describe, expect, it } from 'vitest';
import { describe as describePicture } from '../../../../src/engine/descriptor/describe';
import { Aligner } from '../../../../src/engine/rescore/align';
import { evidenceNames } from '../../../../src/engine/rescore/evidence';
import { distanceOf } from '../../../../src/engine/rescore/distance';
import { PairComparer } from '../../../../src/engine/rescore/pairScorer';
import { affine } from '../../../../src/engine/rescore/planes';
import { Prepared } from '../../../../src/engine/rescore/prepared';
import { blobs, frame, render } from '../descriptor/scenes';

const source = { width: 480, height: 480 };

describe('Aligner', () => {
  it('recovers a known affine map', () => {
    const scene = blobs(11, 200);
    // What the template shows at (u, v), in −1 … 1, the image shows at map(u, v).
    const map = [0.92, 0.05, 0.05, -0.04, 0.94, -0.05];
    const image = new Prepared(describePicture(render(scene), source), 0);
    const place = (x: number, y: number): [number, number] => {
      const u = 2 * x - 1;
      const v = 2 * y - 1;
      return [(map[0] * u + map[1] * v + map[2] + 1) / 2, (map[3] * u + map[4] * v + map[5] + 1) / 2];
    };
    const template = new Prepared(describePicture(render(scene, 96, place), source), 0);
    const aligner = new Aligner();
    const before = aligner.correlation(image.fine, template.fine, affine(1, 0, 0, 0, 1, 0));
    const found = aligner.refine(image.fine, template.fine, affine(1, 0, 0, 0, 1, 0), 12);
    expect(before).toBeLessThan(0.97);
    expect(found.correlation).toBeGreaterThan(0.995);
    // A pixel of this level is 2/24 = 0.083 wide: right to a tenth of one.
    map.forEach((value, i) => expect(Math.abs(found.map[i] - value)).toBeLessThan(0.008));
  });
});

describe('PairComparer', () => {
  const scene = blobs(21, 200);
  const other = blobs(22, 200);
  const signatures = [
    render(scene),
    render(scene, 96, (x, y) => [0.87 * x, 0.87 * y]),
    frame(
      render(scene, 96, (x, y) => [(x - 0.1) / 0.85, (y - 0.05) / 0.9]),
      { left: 10, top: 5, right: 5, bottom: 5 },
      [0, 0, 0],
    ),
    render((x, y) => {
      const [r, g, b] = scene(x, y);
      const grey = 0.8 * (0.299 * r + 0.587 * g + 0.114 * b) + 20;
      return [grey, grey, grey];
    }),
    render(scene, 96, (x, y) => [1 - x, y]),
    render(other),
    render(() => [90, 90, 90]),
  ].map(raster => describePicture(raster, source));
  const comparer = new PairComparer(row => signatures[row]);
  const distance = (a: number, b: number, transform = 0): number => {
    const evidence = comparer.compare(a, b, transform);
    return evidence ? distanceOf(evidence) : 1;
  };

  it('puts a crop, a frame and a grey copy much nearer than a stranger', () => {
    for (const copy of [1, 2, 3]) expect(distance(0, copy), `copy ${copy}`).toBeLessThan(0.1);
    expect(distance(0, 5)).toBeGreaterThan(0.5);
  });

  it('sees a mirrored copy only as a mirrored one', () => {
    expect(distance(0, 4)).toBeGreaterThan(0.5);
    expect(distance(0, 4, 1)).toBeLessThan(0.05);
  });

  it('does not depend on which of two comes first', () => {
    for (let a = 0; a < 6; a++) {
      for (let b = 0; b < a; b++) for (const t of [0, 1, 3]) expect(distance(a, b, t)).toBe(distance(b, a, t));
    }
    // A quarter turn is undone by the other one.
    expect(distance(0, 1, 2)).toBe(distance(1, 0, 4));
  });

  it('does not compare blank pictures', () => {
    expect(comparer.compare(6, 6, 0)).toBeUndefined();
  });

  it('gives distances in [0, 1] that are float32, and finite evidence', () => {
    const evidence = comparer.compare(0, 1, 0)!;
    for (const name of evidenceNames) expect(Number.isFinite(evidence[name]), name).toBe(true);
    const value = distanceOf(evidence);
    expect(Math.fround(value)).toBe(value);
    expect(value).toBeGreaterThan(0);
    // Worse agreement of the edges, everything else equal, is further away.
    expect(distanceOf({ ...evidence, edges2: evidence.edges2 - 0.2, edges4: evidence.edges4 - 0.2 })).toBeGreaterThan(value);
    expect(distanceOf({ ...evidence, anisotropy: 0.3 })).toBeGreaterThan(value);
  });
});
