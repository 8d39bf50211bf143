/**
 * Reads CSV (RFC 4180) that comes in pieces. Line ends may be LF, CRLF or CR; a byte order mark is skipped; a quote inside an unquoted
 * field stands for itself. Call {@link push} for each piece, then {@link end} once; both give the rows that are complete.
 */
export class CsvReader {
  private rows: string[][] = [];
  private row: string[] = [];
  private field = '';
  private state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  private skipLineFeed = false;
  private isFirst = true;

  constructor(private readonly separator = ',') {}

  push(piece: string): string[][] {
    const text = this.isFirst ? piece.replace(/^\uFEFF/, '') : piece;
    this.isFirst &&= piece === '';
    for (const character of text) this.take(character);
    return this.taken();
  }

  /** `isOpen`: the text ended inside a quoted field, whose row is not given. */
  end(): { readonly rows: string[][]; readonly isOpen: boolean } {
    const isOpen = this.state === 'quoted';
    if (!isOpen && (this.row.length > 0 || this.state !== 'start')) this.endRow();
    return { rows: this.taken(), isOpen };
  }

  private taken(): string[][] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  private take(character: string): void {
    if (this.skipLineFeed) {
      this.skipLineFeed = false;
      if (character === '\n') return;
    }
    if (this.state === 'quoted') {
      if (character === '"') this.state = 'quote';
      else this.field += character;
    } else if (character === '"' && this.state === 'quote') {
      this.field += '"';
      this.state = 'quoted';
    } else if (character === '"' && this.state === 'start') this.state = 'quoted';
    else if (character === this.separator) this.endField();
    else if (character === '\n' || character === '\r') {
      this.skipLineFeed = character === '\r';
      this.endRow();
    } else {
      this.field += character;
      this.state = 'plain';
    }
  }

  private endField(): void {
    this.row.push(this.field);
    this.field = '';
    this.state = 'start';
  }

  private endRow(): void {
    this.endField();
    this.rows.push(this.row);
    this.row = [];
  }
}
