import { describe, expect, it } from 'vitest';
import { INDEX_DIMENSIONS, OFFSET_VECTORS, SIGNATURE_BYTES, VECTOR_COUNT } from '../../../src/engine/descriptor/layout';
import { SignatureTable } from '../../../src/engine/descriptor/signatureTable';
import type { TransformOptions } from '../../../src/engine/descriptor/transforms';
import type { Candidates, PairTask } from '../../../src/engine/index/candidates';
import { PlainTopK } from '../../../src/engine/index/topK';
import { defaultVectorCandidateOptions, VectorCandidates } from '../../../src/engine/index/vectorCandidates';
import { changedCandidates } from '../../../src/engine/session/changedPairs';
import { randomFrom } from './support/random.mjs';

const most = 3;
const signal = new AbortController().signal;

/** The real search, with lists so short that crowds fill them. */
const finder = {
  candidates: (table: SignatureTable, task: PairTask, options: TransformOptions): Promise<Candidates> =>
    new VectorCandidates(new PlainTopK(), { ...defaultVectorCandidateOptions, mostPerPicture: most }).find(
      table,
      task,
      options,
      () => undefined,
      signal,
    ),
};

/** Vectors around one of a few centres: crowds of look-alikes. Spread 0 puts them all in one place. */
function signature(random: () => number, centre: number, spread: number): Uint8Array {
  const ofCentre = randomFrom(centre + 1);
  const bytes = new Uint8Array(SIGNATURE_BYTES);
  const vectors = new Int8Array(bytes.buffer, OFFSET_VECTORS, VECTOR_COUNT * INDEX_DIMENSIONS);
  const base = Array.from({ length: INDEX_DIMENSIONS }, () => ofCentre() - 0.5);
  for (let view = 0; view < VECTOR_COUNT; view++) {
    const vector = base.map(value => value + spread * (random() - 0.5));
    const length = Math.hypot(...vector);
    vector.forEach((value, i) => (vectors[view * INDEX_DIMENSIONS + i] = Math.round((127 * value) / length)));
  }
  return bytes;
}

const keysOf = ({ a, b, transform }: Candidates, wanted: (a: number, b: number) => boolean = () => true): string[] =>
  Array.from(a, (first, i) => ({ first, second: b[i], transform: transform[i] }))
    .filter(({ first, second }) => wanted(first, second))
    .map(({ first, second, transform: t }) => `${first}-${second}/${t}`)
    .sort();

describe('changedCandidates', () => {
  for (const { name, centres, options } of [
    { name: 'crowds that overflow the lists', centres: 12, options: { mirrors: false, turns: false } },
    { name: 'crowds, mirrored and turned', centres: 8, options: { mirrors: true, turns: true } },
    { name: 'hardly any look-alikes', centres: 60, options: { mirrors: false, turns: false } },
  ]) {
    it(`with what was known makes what a full search finds: ${name}`, async () => {
      let renewals = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const random = randomFrom(seed * 101);
        const table = new SignatureTable();
        const before = Array.from({ length: 90 }, () => table.add(signature(random, Math.floor(random() * centres), 0.9)));
        const known = await finder.candidates(table, { kind: 'self', rows: Uint32Array.from(before) }, options);
        const removed = before.filter(() => random() < 0.02);
        const added = Array.from({ length: 2 }, () => table.add(signature(random, Math.floor(random() * centres), 0.9)));
        const rows = Uint32Array.from([...before.filter(row => !removed.includes(row)), ...added]);

        const change = { rows, added: Uint32Array.from(added), removed: Uint32Array.from(removed) };
        const changed = await changedCandidates(finder, table, change, options, signal, most);
        const full = keysOf(await finder.candidates(table, { kind: 'self', rows }, options));
        if (!changed) continue;
        renewals += changed.renewed.size;
        const stands = (row: number): boolean => rows.includes(row) && !changed.renewed.has(row);
        const kept = keysOf(known, (a, b) => stands(a) && stands(b));
        expect([...kept, ...keysOf(changed.candidates)].sort()).toEqual(full);
      }
      // The hard case must have been met where it can be.
      if (centres < 20) expect(renewals).toBeGreaterThan(0);
    });
  }

  it('gives way to a full search where too much changed', async () => {
    const random = randomFrom(5);
    const table = new SignatureTable();
    const before = Array.from({ length: 20 }, () => table.add(signature(random, 0, 0.5)));
    const added = [table.add(signature(random, 0, 0.5))];
    const change = { rows: Uint32Array.from([...before, ...added]), added: Uint32Array.from(added), removed: new Uint32Array(0) };
    expect(await changedCandidates(finder, table, change, { mirrors: false, turns: false }, signal, most)).toBeUndefined();
  });
});
