import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  EMBEDDING_DIMENSIONS,
  FLAG_BLANK,
  FULL_VIEW,
  OFFSET_EMBEDDING,
  OFFSET_FLAGS,
  OFFSET_VECTORS,
} from '../descriptor/layout';
import type { SignatureTable } from '../descriptor/signatureTable';
import { inverseTransform, transformsOf } from '../descriptor/transforms';
import type { TransformOptions } from '../descriptor/transforms';
import { CandidateCollector } from './candidates';
import type { Candidates, CandidateSource, PairTask, Progress } from './candidates';
import { similarityOfEmbeddingCosine } from './embeddings';
import type { ListFloors } from './listFloors';
import type { Columns, Queries, TopK, TopKEngine } from './topK';
import {
  INDEX_DIMENSIONS,
  similarity,
  similarityOfCosine,
  transformedVectors,
  VIEW_COUNT,
  vectorsOf,
  vectorTransform,
  writeVectorAt,
} from './vectors';

export interface VectorCandidateOptions {
  /** Pairs whose best cosine is lower are no candidates. */
  readonly leastCosine: number;
  /** Of pictures with more candidates than this, the most similar are taken: crowds of look-alikes stay affordable. */
  readonly mostPerPicture: number;
  /** The same of the starter's embeddings, where there are any. */
  readonly leastEmbeddingCosine: number;
  readonly mostByEmbedding: number;
}

export const defaultVectorCandidateOptions: VectorCandidateOptions = {
  leastCosine: 0.66,
  mostPerPicture: 32,
  leastEmbeddingCosine: 0.6,
  mostByEmbedding: 8,
};

/** A block of queries against few columns is small enough in time, but must be so in memory, too. */
const SMALLEST_BLOCK_COLUMNS = 2000;

/** The starter ignores mirrors and turns: of its pairs, those transforms count whose cosine is this near to the best one's. */
const TRANSFORM_MARGIN = 0.05;

/**
 * Candidates by whitened low-frequency vectors: every picture's views against every other's whole, exhaustively, a block of
 * rows at a time. Beside them the pictures that the starter encoder finds most similar, under the transforms that the vectors find best.
 * Sums are of whole numbers under 2²⁴, hence exact in float32: the result depends on nothing but the vectors.
 */
export class VectorCandidates implements CandidateSource {
  constructor(
    private readonly engine: TopKEngine,
    private readonly options: VectorCandidateOptions = defaultVectorCandidateOptions,
  ) {}

  async find(
    table: SignatureTable,
    task: PairTask,
    options: TransformOptions,
    onProgress: Progress,
    signal: AbortSignal,
    floors?: ListFloors,
  ): Promise<Candidates> {
    const useful = usefulRows(table);
    const rows = useful(task.rows);
    const passes: [Uint32Array, Uint32Array][] = [[rows, rows]];
    if (task.kind !== 'self') {
      // A crop is found from the picture that was cropped, so each side has its turn as the query.
      const columns = useful(task.columns);
      passes.splice(0, 1, [rows, columns]);
      if (task.kind === 'cross') passes.push([columns, rows]);
    }
    const collector = new CandidateCollector(table.length);
    const transforms = transformsOf(options);
    const total = passes.reduce((sum, [queries, columns]) => sum + queries.length * columns.length, 0) * (transforms.length + 1);
    let done = 0;
    for (const [queries, columns] of passes) {
      if (queries.length === 0 || columns.length === 0) continue;
      const inBlocks = async (search: (part: Uint32Array) => Promise<void>): Promise<void> => {
        const block = this.engine.blockSize(columns.length);
        for (let from = 0; from < queries.length; from += block) {
          // A turn of the event loop, so that messages (cancel!) are read between two blocking runs.
          await nextTurn();
          signal.throwIfAborted();
          const part = queries.subarray(from, from + block);
          await search(part);
          done += part.length * columns.length;
          onProgress(done / total);
        }
      };
      this.engine.setColumns(gatherColumns(table, columns));
      for (const [list, transform] of transforms.entries()) {
        await inBlocks(part => this.#search(table, part, columns, transform, collector, floorSetter(floors, list)));
      }
      const embeddings = gatherEmbeddings(table, columns);
      if (!embeddings) continue;
      this.engine.setEmbeddings(embeddings, columns.length);
      const setFloor = floorSetter(floors, transforms.length);
      await inBlocks(part => this.#searchEmbeddings(table, part, columns, transforms, collector, setFloor));
    }
    return collector.finish();
  }

  /**
   * The rows that list, or would list, any of some columns: those whose similarity reaches the floor. (At the floor itself the order of
   * rows decides; such a row is among them, too.)
   * @throws the signal's reason when aborted
   */
  async listing(
    table: SignatureTable,
    allRows: Uint32Array,
    allColumns: Uint32Array,
    options: TransformOptions,
    floors: ListFloors,
    signal: AbortSignal,
  ): Promise<ReadonlySet<number>> {
    const rows = usefulRows(table)(allRows);
    const columns = usefulRows(table)(allColumns);
    const reached = new Set<number>();
    if (rows.length === 0 || columns.length === 0) return reached;
    const inBlocks = async (list: number, least: number, search: (part: Uint32Array) => Promise<TopK>): Promise<void> => {
      const block = this.engine.blockSize(Math.max(columns.length, SMALLEST_BLOCK_COLUMNS));
      for (let from = 0; from < rows.length; from += block) {
        await nextTurn();
        signal.throwIfAborted();
        const part = rows.subarray(from, from + block);
        // One column each is enough: the most similar one.
        const { similarities } = await search(part);
        part.forEach((row, i) => {
          if (similarities[i] >= Math.max(least, floors.at(row, list))) reached.add(row);
        });
      }
    };
    const transforms = transformsOf(options);
    this.engine.setColumns(gatherColumns(table, columns));
    for (const [list, transform] of transforms.entries()) {
      const least = similarityOfCosine(this.options.leastCosine);
      await inBlocks(list, least, part => this.engine.run(gatherQueries(table, part, transform), 1));
    }
    const embeddings = gatherEmbeddings(table, columns);
    if (!embeddings) return reached;
    this.engine.setEmbeddings(embeddings, columns.length);
    const least = similarityOfEmbeddingCosine(this.options.leastEmbeddingCosine);
    await inBlocks(transforms.length, least, part => this.engine.runEmbeddings(embeddingsOf(table, part), part.length, 1));
    return reached;
  }

  async #searchEmbeddings(
    table: SignatureTable,
    rows: Uint32Array,
    columns: Uint32Array,
    transforms: readonly number[],
    collector: CandidateCollector,
    setFloor: FloorSetter,
  ): Promise<void> {
    const k = Math.min(columns.length, this.options.mostByEmbedding + 1);
    const found = await this.engine.runEmbeddings(embeddingsOf(table, rows), rows.length, k);
    const least = similarityOfEmbeddingCosine(this.options.leastEmbeddingCosine);
    const changes = transforms.map(vectorTransform);
    for (let i = 0; i < rows.length; i++) {
      const query = rows[i];
      let turned: Float32Array[] | undefined;
      setFloor(query, k > this.options.mostByEmbedding ? found.similarities[i * k + k - 1] : -Infinity, least);
      for (let rank = 0; rank < k; rank++) {
        if (found.similarities[i * k + rank] < least) break;
        const other = columns[Number(found.columns[i * k + rank])];
        if (query === other) continue;
        turned ??= changes.map(change => transformedVectors(table.get(query), change));
        for (const at of likelyTransforms(turned, table.get(other))) addPair(collector, query, other, transforms[at]);
      }
    }
  }

  /** Which of the query's transformed vectors are about as similar to another picture as the best one. */
  async #search(
    table: SignatureTable,
    rows: Uint32Array,
    columns: Uint32Array,
    transform: number,
    collector: CandidateCollector,
    setFloor: FloorSetter,
  ): Promise<void> {
    // One more than wanted: a picture is its own best match.
    const k = Math.min(columns.length, this.options.mostPerPicture + 1);
    const found = await this.engine.run(gatherQueries(table, rows, transform), k);
    const least = similarityOfCosine(this.options.leastCosine);
    for (let i = 0; i < rows.length; i++) {
      setFloor(rows[i], k > this.options.mostPerPicture ? found.similarities[i * k + k - 1] : -Infinity, least);
      for (let rank = 0; rank < k; rank++) {
        if (found.similarities[i * k + rank] < least) break;
        const query = rows[i];
        const column = columns[Number(found.columns[i * k + rank])];
        // A symmetric picture is not a copy of itself.
        if (query !== column) addPair(collector, query, column, transform);
      }
    }
  }
}

function embeddingsOf(table: SignatureTable, rows: Uint32Array): Float32Array {
  const embeddings = new Float32Array(rows.length * EMBEDDING_DIMENSIONS);
  let to = 0;
  for (const row of rows) {
    const numbers = table.numbersWith(row);
    const start = table.startOf(row) + OFFSET_EMBEDDING;
    for (let i = 0; i < EMBEDDING_DIMENSIONS; i++) embeddings[to++] = numbers[start + i];
  }
  return embeddings;
}

type FloorSetter = (row: number, similarity: number, least: number) => void;

/** Of one list; rows whose lists were made but are not full have a floor, too. */
const floorSetter =
  (floors: ListFloors | undefined, list: number): FloorSetter =>
  (row, similarity, least) =>
    floors?.setOne(row, list, similarity < least ? -Infinity : similarity);

const usefulRows =
  (table: SignatureTable) =>
  (rows: Uint32Array): Uint32Array =>
    rows.filter(row => (table.numbersWith(row)[table.startOf(row) + OFFSET_FLAGS] & FLAG_BLANK) === 0);

/** Which of a query's transformed vectors are about as similar to another picture as the best one. */
function likelyTransforms(turned: readonly Float32Array[], other: Uint8Array): number[] {
  if (turned.length === 1) return [0];
  const vectors = Float32Array.from(vectorsOf(other));
  const similarities = turned.map(query => similarity(vectors, query));
  const least = Math.max(...similarities) - similarityOfCosine(TRANSFORM_MARGIN);
  return [...similarities.keys()].filter(at => similarities[at] >= least);
}

/** The query was transformed: it is `b` of the pair, unless the order of rows wants it to be `a`. */
function addPair(collector: CandidateCollector, query: number, other: number, transform: number): void {
  if (other < query) collector.add(other, query, transform);
  else collector.add(query, other, inverseTransform(transform));
}

function gatherColumns(table: SignatureTable, rows: Uint32Array): Columns {
  const count = rows.length;
  const trimmed = new Float32Array(INDEX_DIMENSIONS * count);
  const full = new Float32Array(INDEX_DIMENSIONS * count);
  for (let j = 0; j < count; j++) {
    const numbers = table.numbersWith(rows[j]);
    const start = table.startOf(rows[j]) + OFFSET_VECTORS;
    const startOfFull = start + FULL_VIEW * INDEX_DIMENSIONS;
    for (let i = 0, to = j; i < INDEX_DIMENSIONS; i++, to += count) {
      trimmed[to] = numbers[start + i];
      full[to] = numbers[startOfFull + i];
    }
  }
  return { count, trimmed, full };
}

/** Transposed; undefined where no picture has an embedding. */
function gatherEmbeddings(table: SignatureTable, rows: Uint32Array): Float32Array | undefined {
  const count = rows.length;
  const target = new Float32Array(EMBEDDING_DIMENSIONS * count);
  let isThere = false;
  for (let j = 0; j < count; j++) {
    const numbers = table.numbersWith(rows[j]);
    const start = table.startOf(rows[j]) + OFFSET_EMBEDDING;
    let any = 0;
    for (let i = 0, to = j; i < EMBEDDING_DIMENSIONS; i++, to += count) {
      target[to] = numbers[start + i];
      any |= numbers[start + i];
    }
    isThere ||= any !== 0;
  }
  return isThere ? target : undefined;
}

function gatherQueries(table: SignatureTable, rows: Uint32Array, transform: number): Queries {
  const count = rows.length;
  const views = new Float32Array(VIEW_COUNT * count * INDEX_DIMENSIONS);
  const full = new Float32Array(count * INDEX_DIMENSIONS);
  const change = vectorTransform(transform);
  for (let i = 0; i < count; i++) {
    const numbers = table.numbersWith(rows[i]);
    const start = table.startOf(rows[i]) + OFFSET_VECTORS;
    for (let view = 0; view < VIEW_COUNT; view++) {
      writeVectorAt(numbers, start + view * INDEX_DIMENSIONS, change, views, (view * count + i) * INDEX_DIMENSIONS);
    }
    writeVectorAt(numbers, start + FULL_VIEW * INDEX_DIMENSIONS, change, full, i * INDEX_DIMENSIONS);
  }
  return { count, views, full };
}
