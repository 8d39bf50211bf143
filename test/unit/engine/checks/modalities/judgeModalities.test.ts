import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import type { Modality } from '../../../../../src/core/checks/modalityNames';
import { modalities } from '../../../../../src/core/checks/modalityNames';
import type { FoldViews } from '../../../../../src/engine/checks/branches/crossFit';
import { judgeModalities } from '../../../../../src/engine/checks/modalities/judgeModalities';
import type { ModalityRows } from '../../../../../src/engine/checks/modalities/likenessBlocks';
import { standardized } from '../../../../../src/engine/checks/modalities/modalityData';
import { rowSizeOf } from '../../../../../src/engine/checks/modalities/modalityNetworks';
import { COURSE_POINTS } from '../../../../../src/engine/checks/modalities/sensorCourse';
import { SOUND_SHAPE, soundPictures } from '../../../../../src/engine/checks/modalities/soundPictures';
import { logMel, MEL_BANDS } from '../../../../../src/engine/checks/modalities/logMel';
import { createNodeRuntime } from '../../../../../src/engine/runtime/nodeRuntime';
import { SeededRandom } from '../../../../../src/engine/samplers/random';
import { sine } from './wavFiles';

const COUNT = 200;
const SIZE = 64;
/** A tenth, as many of each modality. */
const WRONG: ReadonlyMap<number, Modality> = new Map(
  Array.from({ length: 18 }, (_, k) => [3 + 11 * k, modalities[k % modalities.length]]),
);

/** What branches say that know a direction of each sample: rows of unit vectors near it; of a wrong member, near another sample's. */
function rowsOf(modality: Modality, noise: number): Float32Array {
  const size = rowSizeOf(modality);
  const rows = new Float32Array(COUNT * size);
  for (let sample = 0; sample < COUNT; sample++) {
    const own = WRONG.get(sample) === modality ? (sample + 60) % COUNT : sample;
    const other = new SeededRandom(sample * 7 + modalities.indexOf(modality));
    for (let start = 0; start < size; start += SIZE) {
      const direction = new SeededRandom(own);
      const vector = Float64Array.from({ length: SIZE }, () => direction.normal() + noise * other.normal());
      const length = Math.hypot(...vector);
      vector.forEach((value, i) => (rows[sample * size + start + i] = value / length));
    }
  }
  return rows;
}

const each = Int32Array.from({ length: COUNT }, (_, i) => i);
const memberOf = { image: each, sound: each, sensors: each };
/** Two folds, whose networks say the same. */
const foldsOf = (rows: ModalityRows): FoldViews<ModalityRows>[] =>
  [0, 1].map(fold => ({ held: each.filter(i => i % 2 === fold), views: [rows] }));
const context = { signal: new AbortController().signal, report: () => undefined } as never;

describe('the judgement of three modalities', () => {
  it('finds the samples that do not belong together, and the odd one of three', async () => {
    const runtime = await createNodeRuntime(1);
    const rows = { image: rowsOf('image', 0.8), sound: rowsOf('sound', 0.8), sensors: rowsOf('sensors', 0.8) };
    const { judgements, known, auc } = await judgeModalities(foldsOf(rows), memberOf, each, runtime, 1, context);
    expect(known).toEqual(modalities);
    for (const modality of modalities) expect(auc[modality]).toBeGreaterThan(0.9);
    const order = [...each].sort((a, b) => judgements[b].doubt - judgements[a].doubt);
    expect(new Set(order.slice(0, WRONG.size))).toEqual(new Set(WRONG.keys()));
    for (const [sample, odd] of WRONG) expect(judgements[sample]).toMatchObject({ odd });
    const reported = [...each].filter(i => judgements[i].chance >= 0.5);
    expect(reported.filter(i => WRONG.has(i)).length).toBeGreaterThanOrEqual(12);
    expect(reported.filter(i => !WRONG.has(i)).length).toBeLessThanOrEqual(4);
  }, 60_000);

  it('leaves out a modality of which nothing was learned', async () => {
    const runtime = await createNodeRuntime(1);
    const rows = { image: rowsOf('image', 0.8), sound: rowsOf('sound', 0.8), sensors: rowsOf('sensors', 50) };
    const { judgements, known, auc } = await judgeModalities(foldsOf(rows), memberOf, each, runtime, 1, context);
    expect(known).toEqual(['image', 'sound']);
    expect(auc.sensors).toBeLessThan(0.65);
    // Image and sound do not fit; nothing tells which of them is wrong.
    for (const [sample, odd] of WRONG) {
      if (odd !== 'sensors') expect(judgements[sample].odd).not.toBe('sensors');
    }
  }, 60_000);
});

describe('what branches are fed with', () => {
  it('sounds on one scale of time, silence behind the shorter ones', () => {
    const sounds = [...Array.from({ length: 9 }, () => sine(1000, 1)), sine(1000, 0.5)].map(logMel);
    const pictures = soundPictures(sounds);
    const [moments, bands] = SOUND_SHAPE;
    expect(bands).toBe(MEL_BANDS);
    const shortest = pictures.subarray(9 * moments * bands);
    expect(Math.max(...shortest.subarray((moments / 2 + 1) * bands))).toBe(-3);
    expect(Math.max(...shortest.subarray(0, (moments / 2 - 1) * bands))).toBeGreaterThan(-1);
    expect(Math.max(...pictures.map(Math.abs))).toBeLessThanOrEqual(3);
  });

  it('columns with mean 0 and deviation 1; one that never changes is 0', () => {
    const courses = [1, 2].map(k => Float32Array.from({ length: COURSE_POINTS * 2 }, (_, i) => (i % 2 ? 7 : k * 100 + i)));
    const values = standardized(courses, 2);
    const first = values.filter((_, i) => i % 2 === 0);
    expect(first.reduce((sum, value) => sum + value, 0) / first.length).toBeCloseTo(0, 5);
    expect(first.reduce((sum, value) => sum + value ** 2, 0) / first.length).toBeCloseTo(1, 4);
    expect(values.filter((_, i) => i % 2 === 1).every(value => value === 0)).toBe(true);
  });
});
