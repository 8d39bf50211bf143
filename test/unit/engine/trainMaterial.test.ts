import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteText } from '../../../src/core/dataset/note';
import type { Note } from '../../../src/core/dataset/note';
import { verdictPairs } from '../../../src/core/training/verdictPairs';
import type { Verdict } from '../../../src/core/verdicts/verdict';
import type { PairList } from '../../../src/engine/samplers/pairSampler';
import type { Checkpoint } from '../../../src/engine/training/checkpoint';
import { heldBackViews, splitPairs } from '../../../src/engine/training/heldBack';
import { ByteImages } from '../../../src/engine/training/images';
import type { Alteration } from '../../../src/engine/training/images';
import { fittedAccuracy } from '../../../src/engine/training/pairMetrics';
import { arrange } from '../../../src/engine/trainingService/arrange';
import { CheckpointFile } from '../../../src/engine/trainingService/checkpointFile';
import { chooseNetwork } from '../../../src/engine/trainingService/chooseNetwork';
import { Curve } from '../../../src/engine/trainingService/curve';
import type { NearPair } from '../../../src/engine/trainingService/nearGroups';
import { joinNear, UnionFind } from '../../../src/engine/trainingService/nearGroups';
import type { Pictures, Side } from '../../../src/engine/trainingService/pictures';

const pairList = (rows: readonly (readonly [number, number, number])[]): PairList => ({
  a: Int32Array.from(rows, row => row[0]),
  b: Int32Array.from(rows, row => row[1]),
  similar: Uint8Array.from(rows, row => row[2]),
});
const noPairs = pairList([]);

describe('what is held back', () => {
  const pictures = (sides: readonly Side[], more: Partial<Pictures> = {}): Pictures => ({
    images: new ByteImages(new Uint8Array(sides.length), [1, 1, 1]),
    contents: sides.map((_, i) => `content${i}`),
    paths: sides.map((_, i) => `${i}.png`),
    labels: sides.map(() => undefined),
    sides,
    identities: sides.map(() => undefined),
    ...more,
  });
  /** Pictures 2i and 2i + 1 are near-duplicates of each other. */
  const twins = (count: number): NearPair[] =>
    Array.from({ length: count / 2 }, (_, i) => ({ a: 2 * i, b: 2 * i + 1, distance: 0.01 }));

  it('never shares a patient with training', async () => {
    const identities = Array.from({ length: 200 }, (_, i) => `patient ${i % 40}`);
    const { split } = await arrange({
      pictures: pictures(new Array<Side>(200).fill('free'), { identities }),
      samePicture: noPairs,
      seed: 3,
      near: () => Promise.resolve([]),
      isSmall: true,
      onNote: () => undefined,
    });
    const held = new Set([...split.validation].map(i => i % 40));
    expect(held.size).toBeGreaterThan(1);
    expect([...split.training].filter(i => held.has(i % 40))).toEqual([]);
  });

  for (const isSmall of [true, false]) {
    it(`never shares a picture with training, whether near-duplicates are looked for ${isSmall ? 'before' : 'after'}`, async () => {
      const asked: (Int32Array | undefined)[] = [];
      const near = (among?: Int32Array): Promise<NearPair[]> => {
        asked.push(among);
        const wanted = among && new Set(among);
        return Promise.resolve(twins(200).filter(({ a, b }) => !wanted || wanted.has(a) || wanted.has(b)));
      };
      const { split, groups } = await arrange({
        pictures: pictures(new Array<Side>(200).fill('free')),
        samePicture: noPairs,
        seed: 3,
        near,
        isSmall,
        onNote: () => undefined,
      });
      expect(split.validation.length).toBeGreaterThanOrEqual(20);
      const held = new Set([...split.validation].map(i => i >> 1));
      expect([...split.training].filter(i => held.has(i >> 1))).toEqual([]);
      for (const i of split.validation) expect(groups[i]).toBe(groups[i ^ 1]);
      // Before: whole pairs are set aside, so that none is lost. After: twins of those held back are left out.
      if (isSmall) expect(split.training.length + split.validation.length).toBe(200);
      expect(asked).toHaveLength(1);
    });
  }

  it('is the data set’s own validation split; the test split and its near-duplicates are left alone', async () => {
    const sides: Side[] = ['free', 'free', 'free', 'validation', 'test', 'free', 'validation', 'free', 'free', 'free'];
    const notes: Note[] = [];
    const { split } = await arrange({
      pictures: pictures(sides, { validationSplit: 'dev', testSplit: 'test' }),
      samePicture: pairList([[7, 6, 1]]),
      seed: 1,
      // 2 is like 3, which is held back; 5 is like 4, which is tested on; 7 is the same picture as 6, a person said.
      near: () => Promise.resolve([...twins(6)]),
      isSmall: true,
      onNote: of => notes.push(of),
    });
    expect([...split.validation]).toEqual([3, 6]);
    expect([...split.training]).toEqual([0, 1, 8, 9]);
    expect(notes.map(noteText)).toEqual([
      'The split "dev" served for validation.',
      '1 images of the split "test" were not trained on.',
      '3 near-duplicates of held-back images were not trained on.',
    ]);
  });

  it('a chain of look-alikes is no group: only its nearest links count', () => {
    const chain = Array.from({ length: 99 }, (_, i) => ({ a: i, b: i + 1, distance: i % 10 === 0 ? 0.01 : 0.2 }));
    const joined = joinNear(new UnionFind(100), chain);
    expect(joined.largest).toBe(2);
    expect(joined.rootOf(1)).toBe(joined.rootOf(0));
    expect(joined.rootOf(2)).not.toBe(joined.rootOf(1));
    // A few copies of one picture stay together.
    expect(joinNear(new UnionFind(100), chain.slice(0, 5)).largest).toBe(6);
  });

  it('of a person’s pairs, are whole connected parts with both kinds of answers', () => {
    // 30 islands of three pictures: two alike, one not.
    const pairs = pairList(
      Array.from({ length: 30 }, (_, i) => [[3 * i, 3 * i + 1, 1] as const, [3 * i, 3 * i + 2, 0] as const]).flat(),
    );
    const { training, heldBack } = splitPairs(pairs, 5);
    expect(heldBack!.a).toHaveLength(12);
    expect(training.a).toHaveLength(48);
    const learned = new Set([...training.a, ...training.b]);
    expect([...heldBack!.a, ...heldBack!.b].filter(image => learned.has(image))).toEqual([]);
    expect(splitPairs(pairs, 5)).toEqual({ training, heldBack });
    // One picture in all pairs: nothing can be set aside.
    const star = pairList(Array.from({ length: 40 }, (_, i) => [0, i + 1, i % 2] as const));
    expect(splitPairs(star, 5).heldBack).toBeUndefined();
    // Too few to give any away.
    expect(splitPairs(pairList([...Array(10).keys()].map(i => [2 * i, 2 * i + 1, i % 2] as const)), 5).heldBack).toBeUndefined();
  });
});

describe('views of held-back images', () => {
  it('are altered, and pair each image with itself and with another', async () => {
    const bytes = Uint8Array.from({ length: 10 * 4 }, (_, i) => 10 * Math.floor(i / 4));
    const images = new ByteImages(bytes, [2, 2, 1]);
    const brighten: Alteration = (pixels, offset, _shape, random) => {
      const by = random.next() / 100;
      for (let i = offset; i < offset + 4; i++) pixels[i] += 0.5 + by;
    };
    const held = await heldBackViews(images, Int32Array.of(1, 3, 5, 7, 9), [brighten], 4);
    expect(held!.images.count).toBe(10);
    const { a, b, similar } = held!.pairs;
    expect([...similar]).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    similar.forEach((s, k) => expect(a[k] >> 1 === b[k] >> 1, `pair ${k}`).toBe(s === 1));
    const first = new Float32Array(4);
    held!.images.read(0, first, 0);
    expect(first[0]).toBeGreaterThan(0.5);
    // A batch for the loss holds both views of each image, side by side.
    const batch = held!.sampler.batch(0);
    for (let slot = 0; slot < batch.images.length; slot += 2) {
      expect(batch.images[slot + 1]).toBe(batch.images[slot] + 1);
      expect(batch.images[slot] % 2).toBe(0);
    }
    expect(await heldBackViews(images, Int32Array.of(1, 2, 3), [brighten], 4)).toBeUndefined();
  });
});

describe('accuracy at a fitted threshold', () => {
  it('is that of each half at the other half’s threshold', () => {
    // Similar pairs alternate 1, 5; different ones 4, 8: the first half (1; 4) splits at 2.5, the second (5; 8) at 6.5.
    const distances = Float32Array.of(1, 5, 4, 8);
    const similar = Uint8Array.of(1, 1, 0, 0);
    // At 6.5 the first half has 1 right of 2 (4 counts as similar); at 2.5 the second has 1 right of 2.
    expect(fittedAccuracy(distances, similar)).toBe(0.5);
    expect(fittedAccuracy(Float32Array.of(1, 2, 8, 9), similar)).toBe(1);
  });
});

describe('verdicts of a relation', () => {
  it('count with those that imply them', () => {
    const image = (content: string): Verdict['images'][number] => ({ content, path: `${content}.png` });
    const said = (relation: string, verdict: Verdict['verdict'], a: string, b: string): Verdict => ({
      id: `${relation}${verdict}`,
      relation,
      verdict,
      images: [image(a), image(b)],
    });
    const verdicts = [
      said('same-picture', 'similar', 'a', 'b'),
      said('same-picture', 'different', 'a', 'c'),
      said('same-class', 'similar', 'c', 'd'),
      said('same-class', 'different', 'd', 'e'),
      said('sleeves', 'similar', 'e', 'f'),
      said('same-picture', 'similar', 'g', 'g'),
      // Drawn at random to measure with.
      { ...said('same-picture', 'similar', 'h', 'i'), audit: { probability: 0.1 } },
    ];
    const pairs = (relation: string): string[] =>
      verdictPairs(verdicts, relation).map(({ a, b, similar }) => `${a.content}${similar ? '=' : '≠'}${b.content}`);
    expect(pairs('same-picture')).toEqual(['a=b', 'a≠c', 'd≠e']);
    expect(pairs('same-class')).toEqual(['a=b', 'c=d', 'd≠e']);
    expect(pairs('sleeves')).toEqual(['e=f']);
  });
});

describe('the network', () => {
  const look = (side: number, isGrey = false): { width: number; height: number; isGrey: boolean } => ({
    width: side,
    height: side,
    isGrey,
  });
  it('suits the pictures, unless one is asked for', () => {
    expect(chooseNetwork([look(28, true), look(28, true)])).toMatchObject({ network: 'chapter', input: [28, 28, 1] });
    expect(chooseNetwork([look(28, true), look(28)])).toMatchObject({ network: 'small', input: [32, 32, 3] });
    expect(chooseNetwork([look(64), look(64)])).toMatchObject({ network: 'small', input: [64, 64, 3] });
    expect(chooseNetwork([look(500), look(20), look(640)])).toMatchObject({ network: 'photo', input: [96, 96, 3] });
    expect(chooseNetwork([look(640)], undefined, { fromViews: true })).toMatchObject({ network: 'photo', input: [64, 64, 3] });
    expect(chooseNetwork([look(32)], undefined, { fromViews: true })).toMatchObject({ network: 'small', input: [32, 32, 3] });
    const long = { fromLabels: true, seconds: 300, pictures: 8000 };
    expect(chooseNetwork([look(28, true)], undefined, long)).toMatchObject({ network: 'deep', input: [28, 28, 1] });
    expect(chooseNetwork([look(28, true)], undefined, { ...long, seconds: 60 }).network).toBe('chapter');
    expect(chooseNetwork([look(28, true)], undefined, { ...long, pictures: 1000 }).network).toBe('chapter');
    expect(chooseNetwork([look(28, true)], undefined, { ...long, fromLabels: false }).network).toBe('chapter');
    expect(chooseNetwork([look(28)], undefined, long).network).toBe('small');
    expect(chooseNetwork([look(28, true)], 'deep').input).toEqual([28, 28, 1]);
    expect(chooseNetwork([look(28)], 'deep').input).toEqual([32, 32, 3]);
    const asked = chooseNetwork([look(640)], 'chapter');
    expect([asked.network, asked.reason]).toEqual(['chapter', undefined]);
  });
});

describe('curves', () => {
  it('keep at most so many points, the first and the newest among them, evenly spread', () => {
    const curve = new Curve([], 50);
    for (let step = 1; step <= 1237; step++) {
      curve.add({ step, elapsedMs: step, loss: 1, pairAccuracy: 0, learningRate: 0 });
      expect(curve.points.length).toBeLessThanOrEqual(50);
      expect(curve.points.at(-1)!.step).toBe(step);
    }
    const steps = curve.points.map(point => point.step);
    expect(steps[0]).toBe(1);
    const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]);
    expect(new Set(gaps).size).toBe(1);
  });
});

describe('an interrupted training on disk', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-checkpoint-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const checkpoint: Checkpoint = {
    version: 1,
    step: 12,
    elapsedMs: 345.5,
    smoothedLoss: NaN,
    smoothedAccuracy: 0.5,
    lowestLoss: Infinity,
    rateFactor: 1,
    state: { weights: Float32Array.of(1, -2, 3.5) },
    averagedAt: 0,
    withoutGain: 2,
  };
  const points = [{ step: 12, elapsedMs: 345.5, loss: 0.1, pairAccuracy: 0.9, learningRate: 0.001 }];

  it('comes back as it was; damaged or of other settings it is told and left out', async () => {
    const file = path.join(folder, 'deeper', 'training');
    const notes: string[] = [];
    const open = (settings: string): CheckpointFile => new CheckpointFile(file, settings, of => notes.push(of.message));
    expect(await open('one').load()).toBeUndefined();
    expect(notes).toEqual([]);
    await open('one').save({ checkpoint, points });
    expect(await open('one').load()).toMatchObject({ checkpoint, points });
    expect(await open('other').load()).toBeUndefined();
    expect(notes).toEqual(['An interrupted training with other settings or images was found in {0}; it was replaced.']);
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(file, bytes);
    expect(await open('one').load()).toBeUndefined();
    expect(notes).toHaveLength(2);
    await open('one').remove();
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    // Whatever else stands there is nobody's to delete.
    await writeFile(file, 'a letter');
    await open('one').remove();
    const other = open('one');
    expect(await other.load()).toBeUndefined();
    await other.save({ checkpoint, points });
    expect(await readFile(file, 'utf8')).toBe('a letter');
    expect(notes.at(-1)).toContain('is another file');
  });
});
