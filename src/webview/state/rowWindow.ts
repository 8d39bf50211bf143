/** Browsers cannot lay out boxes past some 33 million pixels; longer lists are scrolled in proportion. */
const maxLayoutHeight = 30_000_000;

export interface RowWindowInput {
  readonly scrollTop: number;
  readonly viewportHeight: number;
  readonly rowHeight: number;
  readonly rowCount: number;
  /** Rows drawn beyond both edges. */
  readonly overscan: number;
}

/** Which rows of a long list are drawn, and where. Pixels. */
export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly height: number;
  topOf(row: number): number;
  /** Where to scroll so that the row is wholly seen, moving as little as possible. */
  scrollTopFor(row: number): number;
}

/** Rows of one height: where each stands is arithmetic, so nothing is measured and 200,000 rows cost what 10 do. */
export function rowWindow({ scrollTop, viewportHeight, rowHeight, rowCount, overscan }: RowWindowInput): RowWindow {
  const fullHeight = rowCount * rowHeight;
  const height = Math.min(fullHeight, maxLayoutHeight);
  const scale = height > viewportHeight ? (fullHeight - viewportHeight) / (height - viewportHeight) : 1;
  const top = Math.max(0, Math.min(scrollTop, height - viewportHeight));
  const fullTop = top * scale;
  return {
    first: Math.max(0, Math.floor(fullTop / rowHeight) - overscan),
    end: Math.min(rowCount, Math.ceil((fullTop + viewportHeight) / rowHeight) + overscan),
    height,
    topOf: row => row * rowHeight - fullTop + top,
    scrollTopFor(row) {
      const rowTop = row * rowHeight;
      if (rowTop < fullTop) return rowTop / scale;
      if (rowTop + rowHeight > fullTop + viewportHeight) return (rowTop + rowHeight - viewportHeight) / scale;
      return scrollTop;
    },
  };
}
