import type * as Onnx from 'onnxruntime-node';
import { OnnxWriter } from '../compile/onnxWriter';
import { INDEX_DIMENSIONS, VIEW_COUNT } from './vectors';

/** The vectors that queries are compared with. Whole numbers, so that every engine computes the same sums. */
export interface Columns {
  readonly count: number;
  /** Trimmed wholes, transposed: dimensions × count. */
  readonly trimmed: Float32Array;
  /** Untrimmed wholes, transposed: dimensions × count. */
  readonly full: Float32Array;
}

/** A block of query pictures. */
export interface Queries {
  readonly count: number;
  /** views × count × dimensions. */
  readonly views: Float32Array;
  /** Untrimmed: count × dimensions. */
  readonly full: Float32Array;
}

/** For each query the `k` most similar columns: similarity descending, then column number. Both count × k. */
export interface TopK {
  readonly similarities: Float32Array;
  readonly columns: ArrayLike<number | bigint>;
}

/** Similarity = max(max over views of view · trimmed, full · full), and the best k of each row. Same result in every engine. */
export interface TopKEngine {
  readonly name: string;
  /** How many queries one call takes so that it lasts well under 100 ms. */
  blockSize(columnCount: number): number;
  setColumns(columns: Columns): void;
  run(queries: Queries, k: number): Promise<TopK>;
  release(): Promise<void>;
}

/** MatMul + Max + TopK in one graph of ONNX Runtime. Its `run` blocks the thread, hence the small blocks. */
export class OnnxTopK implements TopKEngine {
  readonly name = 'onnxruntime';
  #columns: Record<string, Onnx.Tensor> = {};

  private constructor(
    private readonly runtime: typeof Onnx,
    private readonly session: Onnx.InferenceSession,
  ) {}

  /** @throws where the native library can't be loaded: the caller falls back to {@link PlainTopK}. */
  static async create(threads: number): Promise<OnnxTopK> {
    const runtime = await import('onnxruntime-node');
    const writer = new OnnxWriter();
    const d = INDEX_DIMENSIONS;
    const views = writer.input('views', [VIEW_COUNT, 'queries', d]);
    const full = writer.input('full', ['queries', d]);
    const trimmedColumns = writer.input('trimmedColumns', [d, 'columns']);
    const fullColumns = writer.input('fullColumns', [d, 'columns']);
    const k = writer.input('k', [1], 'int64');
    const ofViews = writer.node('ReduceMax', [writer.node('MatMul', [views, trimmedColumns])], { axes: [0], keepdims: 0 });
    const best = writer.node('Max', [ofViews, writer.node('MatMul', [full, fullColumns])]);
    const [similarities, columns] = writer.nodes('TopK', [best, k], 2, { axis: 1 });
    writer.output('similarities', similarities, ['queries', 'k']);
    writer.output('columns', columns, ['queries', 'k'], 'int64');
    const session = await runtime.InferenceSession.create(writer.build(), {
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      // Idle threads must not spin: the machine is the user's.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return new OnnxTopK(runtime, session);
  }

  blockSize(columnCount: number): number {
    return Math.max(1, Math.min(1024, Math.floor(2_500_000 / columnCount)));
  }

  setColumns({ count, trimmed, full }: Columns): void {
    const tensor = (data: Float32Array) => new this.runtime.Tensor('float32', data, [INDEX_DIMENSIONS, count]);
    this.#columns = { trimmedColumns: tensor(trimmed), fullColumns: tensor(full) };
  }

  async run(queries: Queries, k: number): Promise<TopK> {
    const { Tensor } = this.runtime;
    const result = await this.session.run({
      ...this.#columns,
      views: new Tensor('float32', queries.views, [VIEW_COUNT, queries.count, INDEX_DIMENSIONS]),
      full: new Tensor('float32', queries.full, [queries.count, INDEX_DIMENSIONS]),
      k: new Tensor('int64', BigInt64Array.of(BigInt(k)), [1]),
    });
    return {
      similarities: result.similarities.data as Float32Array,
      columns: result.columns.data as BigInt64Array,
    };
  }

  async release(): Promise<void> {
    this.#columns = {};
    await this.session.release();
  }
}

/** The same in plain JavaScript, for platforms without the native library: correct, some thirty times slower. */
export class PlainTopK implements TopKEngine {
  readonly name = 'plain';
  #columns: Columns = { count: 0, trimmed: new Float32Array(0), full: new Float32Array(0) };

  blockSize(columnCount: number): number {
    return Math.max(1, Math.min(1024, Math.floor(100_000 / columnCount)));
  }

  setColumns(columns: Columns): void {
    this.#columns = columns;
  }

  async run(queries: Queries, k: number): Promise<TopK> {
    const { count, trimmed, full } = this.#columns;
    const similarities = new Float32Array(queries.count * k);
    const columns = new Uint32Array(queries.count * k);
    const best = new Float32Array(count);
    const row = new Float32Array(count);
    const order = new Uint32Array(k);
    for (let q = 0; q < queries.count; q++) {
      product(queries.full, q * INDEX_DIMENSIONS, full, best);
      for (let view = 0; view < VIEW_COUNT; view++) {
        product(queries.views, (view * queries.count + q) * INDEX_DIMENSIONS, trimmed, row);
        for (let j = 0; j < count; j++) if (row[j] > best[j]) best[j] = row[j];
      }
      largest(best, k, order);
      for (let i = 0; i < k; i++) {
        columns[q * k + i] = order[i];
        similarities[q * k + i] = best[order[i]];
      }
    }
    return { similarities, columns };
  }

  async release(): Promise<void> {
    this.#columns = { count: 0, trimmed: new Float32Array(0), full: new Float32Array(0) };
  }
}

function product(vector: Float32Array, offset: number, columns: Float32Array, target: Float32Array): void {
  const count = target.length;
  target.fill(0);
  for (let i = 0; i < INDEX_DIMENSIONS; i++) {
    const factor = vector[offset + i];
    if (factor === 0) continue;
    for (let j = 0, at = i * count; j < count; j++, at++) target[j] += factor * columns[at];
  }
}

/** Indices of the `order.length` largest values, ties by index: insertion into a sorted list. */
function largest(values: Float32Array, k: number, order: Uint32Array): void {
  let length = 0;
  for (let j = 0; j < values.length; j++) {
    const value = values[j];
    if (length === k && value <= values[order[k - 1]]) continue;
    let at = length < k ? length++ : k - 1;
    while (at > 0 && values[order[at - 1]] < value) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = j;
  }
}
