/** A window of rows as the host answers it. */
export interface Page<Row> {
  readonly generation: number;
  readonly total: number;
  readonly rows: readonly Row[];
}

/** What a list of rows depends on: rows of another key are out of date, though still shown until newer ones are here. */
export interface RowsKey {
  /** Of the scan's result: with another one, numbers no longer mean the same rows. */
  readonly generation: number;
  readonly query: string;
}

const blockSize = 60;
/** Rows far from what is looked at are forgotten. */
const maxBlocks = 40;

/**
 * The rows of a long list, fetched in blocks around what is on show. After a change of its key old rows stay readable (so that
 * nothing flashes) until the new block is here, but are not {@link isFresh}: no action may trust them.
 */
export class RowPages<Row> {
  private key: RowsKey = { generation: -1, query: '' };
  private fetchBlock: (offset: number, limit: number) => Promise<Page<Row>> = () => Promise.reject(new Error('No query yet'));
  private blocks = new Map<number, readonly Row[]>();
  private oldBlocks = new Map<number, readonly Row[]>();
  private pending = new Set<number>();
  private failure: Error | undefined;

  constructor(
    /** Rows, or the reason why there are none, have come. */
    private readonly changed: (page: Page<Row> | undefined) => void,
    /** Whether pages of this generation are of the snapshot's; where they are not, the one who says so sees to a new snapshot. */
    private readonly accepts: (generation: number) => boolean,
  ) {}

  /** The last failed fetch, until one succeeds or the key changes. */
  get error(): Error | undefined {
    return this.failure;
  }

  /** Does nothing where the key is the same. */
  setKey(key: RowsKey, fetchBlock: (offset: number, limit: number) => Promise<Page<Row>>): void {
    if (key.generation === this.key.generation && key.query === this.key.query) return;
    this.key = key;
    this.fetchBlock = fetchBlock;
    if (this.blocks.size > 0) this.oldBlocks = this.blocks;
    this.blocks = new Map();
    this.pending = new Set();
    this.failure = undefined;
  }

  at(index: number): Row | undefined {
    const block = Math.floor(index / blockSize);
    return (this.blocks.get(block) ?? this.oldBlocks.get(block))?.[index - block * blockSize];
  }

  isFresh(index: number): boolean {
    return this.blocks.has(Math.floor(index / blockSize));
  }

  /** Fetches what is missing of the rows `from` (inclusive) to `to` (exclusive). */
  ensure(from: number, to: number): void {
    if (to <= from || this.failure) return;
    const first = Math.floor(from / blockSize);
    const last = Math.floor((to - 1) / blockSize);
    for (let block = first; block <= last; block++) {
      if (!this.blocks.has(block) && !this.pending.has(block)) void this.fetch(block);
    }
    if (this.blocks.size <= maxBlocks) return;
    const middle = (first + last) / 2;
    const nearest = [...this.blocks.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    for (const block of nearest.slice(maxBlocks)) this.blocks.delete(block);
  }

  retry(): void {
    this.failure = undefined;
    this.changed(undefined);
  }

  private async fetch(block: number): Promise<void> {
    const { key, pending } = this;
    pending.add(block);
    try {
      const page = await this.fetchBlock(block * blockSize, blockSize);
      if (this.key !== key) return;
      if (!this.accepts(page.generation)) return;
      this.blocks.set(block, page.rows);
      this.oldBlocks.delete(block);
      this.changed(page);
    } catch (error) {
      if (this.key !== key) return;
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.changed(undefined);
    } finally {
      pending.delete(block);
    }
  }
}
