import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FREQUENCIES } from '../../../../src/engine/descriptor/indexVector';
import {
  EMBEDDING_DIMENSIONS,
  FLAG_BLANK,
  INDEX_DIMENSIONS,
  OFFSET_EMBEDDING,
  OFFSET_FLAGS,
  OFFSET_VECTORS,
  SIGNATURE_BYTES,
  VECTOR_COUNT,
} from '../../../../src/engine/descriptor/layout';
import { SignatureTable } from '../../../../src/engine/descriptor/signatureTable';
import type { Candidates, PairTask } from '../../../../src/engine/index/candidates';
import { OnnxTopK, PlainTopK } from '../../../../src/engine/index/topK';
import type { TopKEngine } from '../../../../src/engine/index/topK';
import { defaultVectorCandidateOptions as defaults, VectorCandidates } from '../../../../src/engine/index/vectorCandidates';
import { random } from '../descriptor/scenes';

const off = { mirrors: false, turns: false };
const never = new AbortController().signal;

/** Signatures with random vectors around a few centres, so that some are alike; every tenth repeats the one before (a tie). */
function randomTable(count: number, seed: number): SignatureTable {
  const next = random(seed);
  const table = new SignatureTable();
  const centres = Array.from({ length: 12 }, () => Array.from({ length: INDEX_DIMENSIONS }, () => next() - 0.5));
  let last = new Uint8Array(SIGNATURE_BYTES);
  for (let row = 0; row < count; row++) {
    const signature = new Uint8Array(SIGNATURE_BYTES);
    const vectors = new Int8Array(signature.buffer, OFFSET_VECTORS, VECTOR_COUNT * INDEX_DIMENSIONS);
    const centre = centres[row % centres.length];
    for (let view = 0; view < VECTOR_COUNT; view++) {
      // The last place is padding: 47 frequencies are closed under quarter turns, 48 are not.
      const values = centre.map((v, i) => (i < FREQUENCIES.length ? v + (next() - 0.5) * 1.1 : 0));
      const length = Math.hypot(...values);
      values.forEach((v, i) => (vectors[view * INDEX_DIMENSIONS + i] = Math.round((127 * v) / length)));
    }
    if (row % 10 === 9) signature.set(last);
    table.add(signature);
    last = signature;
  }
  return table;
}

/** The definition, written as loops over all pairs: view · whole in both directions, or untrimmed · untrimmed. */
function cosineOf(table: SignatureTable, a: number, b: number): number {
  const vectors = [a, b].map(row => new Int8Array(table.get(row).buffer, table.get(row).byteOffset + OFFSET_VECTORS));
  const dot = (x: number, y: number): number => {
    let sum = 0;
    for (let i = 0; i < INDEX_DIMENSIONS; i++) sum += vectors[0][x * INDEX_DIMENSIONS + i] * vectors[1][y * INDEX_DIMENSIONS + i];
    return sum / 127 ** 2;
  };
  let best = dot(VECTOR_COUNT - 1, VECTOR_COUNT - 1);
  for (let view = 0; view < VECTOR_COUNT - 1; view++) best = Math.max(best, dot(view, 0), dot(0, view));
  return best;
}

const listed = ({ a, b, transform }: Candidates): string[] => Array.from(a, (row, i) => `${row}-${b[i]}:${transform[i]}`);

class BlocksOf implements TopKEngine {
  readonly name = 'blocks';
  constructor(
    private readonly engine: TopKEngine,
    private readonly size: number,
  ) {}
  blockSize = (): number => this.size;
  setColumns: TopKEngine['setColumns'] = columns => this.engine.setColumns(columns);
  run: TopKEngine['run'] = (queries, k) => this.engine.run(queries, k);
  setEmbeddings: TopKEngine['setEmbeddings'] = (columns, count) => this.engine.setEmbeddings(columns, count);
  runEmbeddings: TopKEngine['runEmbeddings'] = (queries, count, k) => this.engine.runEmbeddings(queries, count, k);
  release = (): Promise<void> => this.engine.release();
}

describe('VectorCandidates', () => {
  const count = 220;
  const table = randomTable(count, 7);
  const self: PairTask = { kind: 'self', rows: table.liveRows() };
  const engines: TopKEngine[] = [new PlainTopK()];
  const find = (engine: TopKEngine, task: PairTask, mostPerPicture = 10_000, leastCosine = 0.6): Promise<Candidates> =>
    new VectorCandidates(engine, { ...defaults, leastCosine, mostPerPicture }).find(table, task, off, () => undefined, never);

  beforeAll(async () => {
    engines.push(await OnnxTopK.create(2), new BlocksOf(new PlainTopK(), 7));
  });
  afterAll(async () => {
    for (const engine of engines) await engine.release();
  });

  it('finds exactly the pairs that loops over all pairs find', async () => {
    const expected: string[] = [];
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) if (cosineOf(table, a, b) >= 0.6) expected.push(`${a}-${b}:0`);
    }
    expect(expected.length).toBeGreaterThan(100);
    expect(expected.length).toBeLessThan((count * count) / 4);
    for (const engine of engines) expect(listed(await find(engine, self)), engine.name).toEqual(expected);
  });

  it('takes the most similar of a crowd, the same in every engine', async () => {
    const all = await find(engines[0], self, 3, 0.3);
    const capped = listed(all);
    for (const engine of engines) expect(listed(await find(engine, self, 3, 0.3)), engine.name).toEqual(capped);
    // Each picture's own three are among them; nobody else's.
    expect(capped.length).toBeLessThanOrEqual(3 * count);
    expect(capped.length).toBeGreaterThanOrEqual((3 * count) / 2);
  });

  it('compares rows with columns, not columns with columns', async () => {
    const rows = Uint32Array.from({ length: 20 }, (_, i) => i * 11);
    const columns = table.liveRows().filter(row => row % 11 !== 0);
    const isRow = new Set(rows);
    const expected: string[] = [];
    for (let a = 0; a < count; a++) {
      for (let b = a + 1; b < count; b++) {
        if (isRow.has(a) !== isRow.has(b) && (rows.includes(a) || rows.includes(b)) && cosineOf(table, a, b) >= 0.6) {
          expected.push(`${a}-${b}:0`);
        }
      }
    }
    expect(expected.length).toBeGreaterThan(10);
    for (const engine of engines) expect(listed(await find(engine, { kind: 'cross', rows, columns }))).toEqual(expected);
  });

  it('leaves blank pictures out', async () => {
    const blank = randomTable(40, 9);
    const before = listed(
      await new VectorCandidates(engines[0], { ...defaults, leastCosine: 0.3, mostPerPicture: 99 }).find(
        blank,
        { kind: 'self', rows: blank.liveRows() },
        off,
        () => undefined,
        never,
      ),
    );
    expect(before.some(pair => pair.startsWith('8-9:'))).toBe(true);
    blank.get(9)[OFFSET_FLAGS] = FLAG_BLANK;
    const after = await new VectorCandidates(engines[0], { ...defaults, leastCosine: 0.3, mostPerPicture: 99 }).find(
      blank,
      { kind: 'self', rows: blank.liveRows() },
      off,
      () => undefined,
      never,
    );
    expect(listed(after)).toEqual(before.filter(pair => !/^9-|-9:/.test(pair)));
  });

  /** Pairs 0–1, 2–3 …: embeddings around one direction each. */
  function embeddedTable(size: number, vectorOf?: (row: number) => number[]): SignatureTable {
    const next = random(3);
    const embedded = new SignatureTable();
    for (let row = 0; row < size; row++) {
      const signature = new Uint8Array(SIGNATURE_BYTES);
      const embedding = new Int8Array(signature.buffer, OFFSET_EMBEDDING, EMBEDDING_DIMENSIONS);
      const around = random(row >> 1);
      const values = Array.from(embedding, () => around() - 0.5 + (next() - 0.5) * 0.5);
      const length = Math.hypot(...values);
      values.forEach((v, i) => (embedding[i] = Math.round((381 * v) / length)));
      const vectors = new Int8Array(signature.buffer, OFFSET_VECTORS, VECTOR_COUNT * INDEX_DIMENSIONS);
      const vector = vectorOf?.(row) ?? [];
      for (let view = 0; view < VECTOR_COUNT; view++) vectors.set(vector, view * INDEX_DIMENSIONS);
      embedded.add(signature);
    }
    return embedded;
  }
  const mirrors = { mirrors: true, turns: false };
  const ignore = (): void => undefined;

  it('adds the nearest by embedding under every transform where none looks better, the same in every engine', async () => {
    // The index vectors are all zeros, so that nothing else is found.
    const size = 60;
    const embedded = embeddedTable(size);
    const expected = Array.from({ length: size / 2 }, (_, i) => [0, 1, 6].map(t => `${2 * i}-${2 * i + 1}:${t}`)).flat();
    const task: PairTask = { kind: 'self', rows: embedded.liveRows() };
    for (const engine of engines) {
      const found = await new VectorCandidates(engine).find(embedded, task, mirrors, ignore, never);
      expect(listed(found), engine.name).toEqual(expected);
    }
  });

  it('adds the nearest by embedding under the transform that looks best, whichever of two is the query', async () => {
    const size = 60;
    const next = random(9);
    const unit = (): number[] => {
      const values = FREQUENCIES.map(() => next() - 0.5);
      const length = Math.hypot(...values);
      return values.map(v => v / length);
    };
    const scenes = Array.from({ length: size / 2 }, unit);
    // The odd ones are mirrored left-right or top-bottom, and too different for a candidate by vectors: cosine about 0.5.
    const embedded = embeddedTable(size, row => {
      const scene = scenes[row >> 1];
      if (row % 2 === 0) return scene.map(v => Math.round(127 * v));
      const noise = unit();
      const isFlipped = row % 4 === 1;
      return scene.map((v, i) => {
        const frequency = isFlipped ? FREQUENCIES[i].down : FREQUENCIES[i].across;
        return Math.round(127 * ((frequency % 2 ? -0.5 : 0.5) * v + 0.85 * noise[i]));
      });
    });
    const expected = Array.from({ length: size / 2 }, (_, i) => `${2 * i}-${2 * i + 1}:${i % 2 === 0 ? 6 : 1}`);
    const rows = embedded.liveRows();
    const first = rows.filter(row => row % 2 === 0);
    const second = rows.filter(row => row % 2 === 1);
    for (const task of [
      { kind: 'self', rows } as const,
      { kind: 'queries', rows: first, columns: second } as const,
      { kind: 'queries', rows: second, columns: first } as const,
    ]) {
      const found = await new VectorCandidates(engines[0]).find(embedded, task, mirrors, ignore, never);
      expect(listed(found)).toEqual(expected);
    }
  });

  it('stops between two blocks when aborted', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    let calls = 0;
    const search = new VectorCandidates(new BlocksOf(new PlainTopK(), 5)).find(
      table,
      self,
      off,
      () => {
        calls++;
        abort.abort(reason);
      },
      abort.signal,
    );
    await expect(search).rejects.toBe(reason);
    expect(calls).toBe(1);
  });
});
