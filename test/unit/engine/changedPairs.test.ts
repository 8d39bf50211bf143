import { describe, expect, it } from 'vitest';
import {
  EMBEDDING_DIMENSIONS,
  EMBEDDING_LENGTH,
  INDEX_DIMENSIONS,
  OFFSET_EMBEDDING,
  OFFSET_VECTORS,
  SIGNATURE_BYTES,
  VECTOR_COUNT,
} from '../../../src/engine/descriptor/layout';
import { SignatureTable } from '../../../src/engine/descriptor/signatureTable';
import { inverseTransform, transformsOf } from '../../../src/engine/descriptor/transforms';
import type { TransformOptions } from '../../../src/engine/descriptor/transforms';
import type { Candidates, PairTask } from '../../../src/engine/index/candidates';
import { ListFloors } from '../../../src/engine/index/listFloors';
import { PlainTopK } from '../../../src/engine/index/topK';
import { defaultVectorCandidateOptions, VectorCandidates } from '../../../src/engine/index/vectorCandidates';
import { changedCandidates } from '../../../src/engine/session/changedPairs';
import type { KnownPair } from '../../../src/engine/session/changedPairs';
import { randomFrom } from './support/random.mjs';

const signal = new AbortController().signal;

/** The real search, with lists so short that crowds fill them. */
const search = (): VectorCandidates =>
  new VectorCandidates(new PlainTopK(), { ...defaultVectorCandidateOptions, mostPerPicture: 3, mostByEmbedding: 2 });
const finder = {
  candidates: (
    table: SignatureTable,
    task: PairTask,
    options: TransformOptions,
    _onProgress: (done: number) => void,
    _signal: AbortSignal,
    floors?: ListFloors,
  ): Promise<Candidates> => search().find(table, task, options, () => undefined, signal, floors),
  listing: (...args: Parameters<VectorCandidates['listing']>) => search().listing(...args),
};
const findAll = (table: SignatureTable, rows: Uint32Array, options: TransformOptions, floors?: ListFloors) =>
  finder.candidates(table, { kind: 'self', rows }, options, () => undefined, signal, floors);

/** Vectors and embeddings around one of a few centres: crowds of look-alikes. */
function signature(random: () => number, centre: number, spread: number): Uint8Array {
  const ofCentre = randomFrom(centre + 1);
  const bytes = new Uint8Array(SIGNATURE_BYTES);
  const vectors = new Int8Array(bytes.buffer, OFFSET_VECTORS, VECTOR_COUNT * INDEX_DIMENSIONS);
  const embedding = new Int8Array(bytes.buffer, OFFSET_EMBEDDING, EMBEDDING_DIMENSIONS);
  const write = (target: Int8Array, base: readonly number[], length: number): void => {
    const vector = base.map(value => value + spread * (random() - 0.5));
    const own = Math.hypot(...vector);
    vector.forEach((value, i) => (target[i] = Math.max(-127, Math.min(127, Math.round((length * value) / own)))));
  };
  const base = (size: number): number[] => Array.from({ length: size }, () => ofCentre() - 0.5);
  const whole = base(INDEX_DIMENSIONS);
  for (let view = 0; view < VECTOR_COUNT; view++) write(vectors.subarray(view * INDEX_DIMENSIONS), whole, 127);
  write(embedding, base(EMBEDDING_DIMENSIONS), EMBEDDING_LENGTH);
  return bytes;
}

/** A made-up distance of each pair and transform, 0 … 1, the same whichever of the two comes first. */
function distanceOf({ a, b, transform }: KnownPair): number {
  const [first, second, turn] = a < b ? [a, b, transform] : [b, a, inverseTransform(transform)];
  return randomFrom(first * 7919 + second * 131 + turn + 1)();
}

/** What a scan would make of candidates: of each pair the nearest transform within a radius. */
function nearPairs({ a, b, transform }: Candidates): Map<string, KnownPair> {
  const near = new Map<string, KnownPair>();
  a.forEach((first, i) => {
    const pair = { a: first, b: b[i], transform: transform[i] };
    const before = near.get(`${pair.a}-${pair.b}`);
    if (distanceOf(pair) <= 0.5 && (!before || distanceOf(pair) < distanceOf(before))) near.set(`${pair.a}-${pair.b}`, pair);
  });
  return near;
}
const textsOf = (pairs: Iterable<KnownPair>): string[] =>
  [...pairs].map(({ a, b, transform }) => `${a}-${b}/${transform}`).sort();

describe('changedCandidates', () => {
  for (const { name, centres, options } of [
    { name: 'crowds that overflow the lists', centres: 12, options: { mirrors: false, turns: false } },
    { name: 'crowds, mirrored and turned', centres: 8, options: { mirrors: true, turns: true } },
    { name: 'hardly any look-alikes', centres: 60, options: { mirrors: false, turns: false } },
  ]) {
    it(`with what was known makes what a full search finds, one change after the other: ${name}`, async () => {
      let partial = 0;
      let fallen = 0;
      for (let seed = 1; seed <= (options.turns ? 3 : 8); seed++) {
        const random = randomFrom(seed * 101);
        const table = new SignatureTable();
        const newRow = (): number => table.add(signature(random, Math.floor(random() * centres), 0.9));
        let rows = Array.from({ length: 150 }, newRow);
        let floors = new ListFloors(transformsOf(options).length + 1);
        let known = [...nearPairs(await findAll(table, Uint32Array.from(rows), options, floors)).values()];
        for (let round = 0; round < 4; round++) {
          const removed = rows.filter(() => random() < 0.01);
          const added = Array.from({ length: round % 3 }, newRow);
          rows = [...rows.filter(row => !removed.includes(row)), ...added];
          const all = Uint32Array.from(rows);
          const change = { rows: all, added: Uint32Array.from(added), removed: Uint32Array.from(removed), known, floors };
          const changed = await changedCandidates(finder, table, change, options, signal);
          const expected = new ListFloors(floors.listCount);
          const full = nearPairs(await findAll(table, all, options, expected));
          if (changed) {
            partial++;
            const standing = known.filter(changed.stands);
            fallen += known.length - standing.length;
            expect(textsOf([...standing, ...nearPairs(changed.candidates).values()])).toEqual(textsOf(full.values()));
            for (const row of rows) expect(floors.of(row)).toEqual(expected.of(row));
          }
          known = [...full.values()];
          floors = expected;
        }
      }
      // The short way must have been taken, and have had something to do.
      expect(partial).toBeGreaterThan(6);
      expect(fallen).toBeGreaterThan(0);
    });
  }

  it('gives way to a full search where too much changed', async () => {
    const random = randomFrom(5);
    const table = new SignatureTable();
    const before = Array.from({ length: 20 }, () => table.add(signature(random, 0, 0.5)));
    const floors = new ListFloors(2);
    const options = { mirrors: false, turns: false };
    await findAll(table, Uint32Array.from(before), options, floors);
    const added = Array.from({ length: 10 }, () => table.add(signature(random, 0, 0.5)));
    const rows = Uint32Array.from([...before, ...added]);
    const change = { rows, added: Uint32Array.from(added), removed: new Uint32Array(0), known: [], floors };
    expect(await changedCandidates(finder, table, change, options, signal)).toBeUndefined();
  });
});
