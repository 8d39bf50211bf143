import type * as Onnx from 'onnxruntime-node';
import { OnnxWriter } from '../compile/onnxWriter';
import { EMBEDDING_DIMENSIONS } from '../descriptor/layout';
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
  /** Embeddings to compare with, transposed: dimensions × count. Whole numbers, too. */
  setEmbeddings(columns: Float32Array, count: number): void;
  /** `queries`: count × dimensions; similarity is the product. */
  runEmbeddings(queries: Float32Array, count: number, k: number): Promise<TopK>;
  release(): Promise<void>;
}

/** MatMul + Max + TopK in one graph of ONNX Runtime. Its `run` blocks the thread, hence the small blocks. */
export class OnnxTopK implements TopKEngine {
  readonly name = 'onnxruntime';
  #columns: Record<string, Onnx.Tensor> = {};
  #embeddings: Onnx.Tensor | undefined;

  private constructor(
    private readonly runtime: typeof Onnx,
    private readonly session: Onnx.InferenceSession,
    private readonly embeddingSession: Onnx.InferenceSession,
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
    const options: Onnx.InferenceSession.SessionOptions = {
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      // Idle threads must not spin: the machine is the user's.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    };
    const session = await runtime.InferenceSession.create(writer.build(), options);
    return new OnnxTopK(runtime, session, await runtime.InferenceSession.create(embeddingGraph(), options));
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
    return topKOf(result);
  }

  setEmbeddings(columns: Float32Array, count: number): void {
    this.#embeddings = new this.runtime.Tensor('float32', columns, [EMBEDDING_DIMENSIONS, count]);
  }

  async runEmbeddings(queries: Float32Array, count: number, k: number): Promise<TopK> {
    const { Tensor } = this.runtime;
    if (!this.#embeddings) throw new Error('embeddings were not set');
    const result = await this.embeddingSession.run({
      queries: new Tensor('float32', queries, [count, EMBEDDING_DIMENSIONS]),
      columns: this.#embeddings,
      k: new Tensor('int64', BigInt64Array.of(BigInt(k)), [1]),
    });
    return topKOf(result);
  }

  async release(): Promise<void> {
    this.#columns = {};
    this.#embeddings = undefined;
    await this.session.release();
    await this.embeddingSession.release();
  }
}

function embeddingGraph(): Uint8Array {
  const writer = new OnnxWriter();
  const queries = writer.input('queries', ['queries', EMBEDDING_DIMENSIONS]);
  const embeddings = writer.input('columns', [EMBEDDING_DIMENSIONS, 'columns']);
  const k = writer.input('k', [1], 'int64');
  const [similarities, columns] = writer.nodes('TopK', [writer.node('MatMul', [queries, embeddings]), k], 2, { axis: 1 });
  writer.output('similarities', similarities, ['queries', 'k']);
  writer.output('found', columns, ['queries', 'k'], 'int64');
  return writer.build();
}

const topKOf = (result: Onnx.InferenceSession.OnnxValueMapType): TopK => ({
  similarities: result.similarities.data as Float32Array,
  columns: (result.columns ?? result.found).data as BigInt64Array,
});

/** The same in plain JavaScript, for platforms without the native library: correct, some thirty times slower. */
export class PlainTopK implements TopKEngine {
  readonly name = 'plain';
  #columns: Columns = { count: 0, trimmed: new Float32Array(0), full: new Float32Array(0) };
  #embeddings = new Float32Array(0);

  blockSize(columnCount: number): number {
    return Math.max(1, Math.min(1024, Math.floor(100_000 / columnCount)));
  }

  setColumns(columns: Columns): void {
    this.#columns = columns;
  }

  async run(queries: Queries, k: number): Promise<TopK> {
    const { count, trimmed, full } = this.#columns;
    const row = new Float32Array(count);
    return collect(queries.count, count, k, (q, best) => {
      product(queries.full, q * INDEX_DIMENSIONS, INDEX_DIMENSIONS, full, best);
      for (let view = 0; view < VIEW_COUNT; view++) {
        product(queries.views, (view * queries.count + q) * INDEX_DIMENSIONS, INDEX_DIMENSIONS, trimmed, row);
        for (let j = 0; j < count; j++) if (row[j] > best[j]) best[j] = row[j];
      }
    });
  }

  setEmbeddings(columns: Float32Array): void {
    this.#embeddings = Float32Array.from(columns);
  }

  async runEmbeddings(queries: Float32Array, count: number, k: number): Promise<TopK> {
    const columns = this.#embeddings;
    return collect(count, columns.length / EMBEDDING_DIMENSIONS, k, (q, best) =>
      product(queries, q * EMBEDDING_DIMENSIONS, EMBEDDING_DIMENSIONS, columns, best),
    );
  }

  async release(): Promise<void> {
    this.#columns = { count: 0, trimmed: new Float32Array(0), full: new Float32Array(0) };
    this.#embeddings = new Float32Array(0);
  }
}

/** The best `k` columns of each query; `score` writes a query's similarity to each column. */
function collect(queries: number, columns: number, k: number, score: (query: number, into: Float32Array) => void): TopK {
  const similarities = new Float32Array(queries * k);
  const found = new Uint32Array(queries * k);
  const best = new Float32Array(columns);
  const order = new Uint32Array(k);
  for (let q = 0; q < queries; q++) {
    score(q, best);
    largest(best, k, order);
    for (let i = 0; i < k; i++) {
      found[q * k + i] = order[i];
      similarities[q * k + i] = best[order[i]];
    }
  }
  return { similarities, columns: found };
}

function product(vector: Float32Array, offset: number, size: number, columns: Float32Array, target: Float32Array): void {
  const count = target.length;
  target.fill(0);
  for (let i = 0; i < size; i++) {
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
