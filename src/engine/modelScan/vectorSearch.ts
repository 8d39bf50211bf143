import { setImmediate as nextTurn } from 'node:timers/promises';
import { OnnxWriter } from '../compile/onnxWriter';

/** For each vector its nearest others, nearest first. */
export interface NearestLists {
  readonly k: number;
  /** count × k numbers of vectors; of a list that is shorter, the rest is `none`. */
  readonly neighbours: Uint32Array;
}

/** In place of a neighbour. */
export const NO_NEIGHBOUR = 0xffffffff;

/** Products summed in one run: well under 100 ms. */
const PRODUCTS_PER_RUN = 250_000_000;

/**
 * The `k` nearest others of every vector by Euclidean distance, exhaustively, a block of queries at a time. The vectors are rounded to whole
 * numbers small enough that float32 holds every sum exactly: the result is the same in any order, with any number of threads and
 * in plain JavaScript. So it serves to find candidates, whose true distances are then worked out.
 *
 * @param vectors count × size
 * @throws the signal's reason when aborted
 */
export async function nearestLists(
  vectors: Float32Array,
  size: number,
  k: number,
  threads: number,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<NearestLists> {
  const count = vectors.length / size;
  const wanted = Math.max(0, Math.min(k, count - 1));
  const neighbours = new Uint32Array(count * wanted).fill(NO_NEIGHBOUR);
  if (wanted === 0) return { k: wanted, neighbours };
  const whole = roundVectors(vectors, scaleOf(vectors, size));
  await searchAll({ queries: whole, table: whole, size, k: wanted + 1, threads }, onProgress, signal, (query, found) => {
    let at = query * wanted;
    for (let rank = 0; rank <= wanted && at < (query + 1) * wanted; rank++) {
      // A vector is its own nearest, unless equal ones push it out.
      if (found[rank] !== query) neighbours[at++] = found[rank];
    }
  });
  return { k: wanted, neighbours };
}

/** For each of some vectors the `k` nearest ones of a table, found as {@link nearestLists} finds them. */
export async function nearestInTable(
  vectors: Float32Array,
  table: Float32Array,
  size: number,
  k: number,
  threads: number,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<NearestLists> {
  const wanted = Math.min(k, table.length / size);
  const neighbours = new Uint32Array((vectors.length / size) * wanted);
  if (neighbours.length === 0) return { k: wanted, neighbours };
  const scale = Math.min(scaleOf(vectors, size), scaleOf(table, size));
  const rounded = { queries: roundVectors(vectors, scale), table: roundVectors(table, scale) };
  await searchAll({ ...rounded, size, k: wanted, threads }, onProgress, signal, (query, found) =>
    neighbours.set(found, query * wanted),
  );
  return { k: wanted, neighbours };
}

interface SearchInput {
  /** Whole numbers: count × size, as the table. */
  readonly queries: Float32Array;
  readonly table: Float32Array;
  readonly size: number;
  readonly k: number;
  readonly threads: number;
}

async function searchAll(
  input: SearchInput,
  onProgress: (done: number) => void,
  signal: AbortSignal,
  use: (query: number, found: Uint32Array) => void,
): Promise<void> {
  const { queries, table, size, k } = input;
  const count = queries.length / size;
  const search = await createSearch(input);
  try {
    const block = Math.max(1, Math.min(1024, Math.floor(PRODUCTS_PER_RUN / table.length)));
    for (let from = 0; from < count; from += block) {
      // A turn of the event loop, so that messages (cancel!) are read between two blocking runs.
      await nextTurn();
      signal.throwIfAborted();
      const to = Math.min(count, from + block);
      const found = await search.run(from, to);
      for (let query = from; query < to; query++) use(query, found.subarray((query - from) * k, (query - from + 1) * k));
      onProgress(to / count);
    }
  } finally {
    await search.dispose();
  }
}

/** What makes numbers whole ones up to a size at which no sum of the search passes 2²⁴. */
function scaleOf(vectors: Float32Array, size: number): number {
  const levels = Math.min(127, Math.floor(Math.sqrt(2 ** 24 / (3 * size))));
  let largest = 0;
  for (const value of vectors) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest > 0 ? levels / largest : 0;
}

const roundVectors = (vectors: Float32Array, scale: number): Float32Array => vectors.map(value => Math.round(value * scale));

interface Search {
  /** (to − from) × k columns, best first; ties by column. */
  run(from: number, to: number): Promise<Uint32Array>;
  dispose(): Promise<void>;
}

/** Nearness of a query q to a column c: 2 q·c − |c|², which orders as −|q − c|² does. */
async function createSearch(input: SearchInput): Promise<Search> {
  const { table, size } = input;
  const count = table.length / size;
  const squares = new Float32Array(count);
  const columns = new Float32Array(size * count);
  for (let j = 0; j < count; j++) {
    for (let d = 0; d < size; d++) {
      const value = table[j * size + d];
      columns[d * count + j] = value;
      squares[j] += value * value;
    }
  }
  try {
    return await onnxSearch(input, columns, squares);
  } catch {
    return plainSearch(input, columns, squares);
  }
}

async function onnxSearch(
  { queries: whole, size, k, threads }: SearchInput,
  columns: Float32Array,
  squares: Float32Array,
): Promise<Search> {
  const runtime = await import('onnxruntime-node');
  const count = squares.length;
  const writer = new OnnxWriter();
  const queries = writer.input('queries', ['queries', size]);
  const tableColumns = writer.input('columns', [size, 'columns']);
  const norms = writer.input('squares', ['columns']);
  const wanted = writer.input('k', [1], 'int64');
  const products = writer.node('MatMul', [queries, tableColumns]);
  const nearness = writer.node('Sub', [writer.node('Add', [products, products]), norms]);
  const [values, found] = writer.nodes('TopK', [nearness, wanted], 2, { axis: 1 });
  writer.output('values', values, ['queries', 'k']);
  writer.output('found', found, ['queries', 'k'], 'int64');
  const session = await runtime.InferenceSession.create(writer.build(), {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    // Idle threads must not spin: the machine is the user's.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const { Tensor } = runtime;
  const feeds = {
    columns: new Tensor('float32', columns, [size, count]),
    squares: new Tensor('float32', squares, [count]),
    k: new Tensor('int64', BigInt64Array.of(BigInt(k)), [1]),
  };
  return {
    run: async (from, to) => {
      const part = new Tensor('float32', whole.subarray(from * size, to * size), [to - from, size]);
      const result = await session.run({ ...feeds, queries: part });
      return Uint32Array.from(result.found.data as BigInt64Array, Number);
    },
    dispose: () => session.release(),
  };
}

function plainSearch({ queries: whole, size, k }: SearchInput, columns: Float32Array, squares: Float32Array): Search {
  const count = squares.length;
  return {
    run: (from, to) => {
      const found = new Uint32Array((to - from) * k);
      const nearness = new Float32Array(count);
      for (let query = from; query < to; query++) {
        for (let j = 0; j < count; j++) nearness[j] = -squares[j];
        for (let d = 0; d < size; d++) {
          const factor = 2 * whole[query * size + d];
          if (factor === 0) continue;
          for (let j = 0, at = d * count; j < count; j++, at++) nearness[j] += factor * columns[at];
        }
        const order = Uint32Array.from(nearness.keys()).sort((x, y) => nearness[y] - nearness[x] || x - y);
        found.set(order.subarray(0, k), (query - from) * k);
      }
      return Promise.resolve(found);
    },
    dispose: () => Promise.resolve(),
  };
}
