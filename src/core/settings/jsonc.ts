/** Where and why a text is no JSON. Lines and columns count from 1. */
export class JsonSyntaxError extends Error {
  constructor(
    readonly reason: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(`line ${line}, column ${column}: ${reason}`);
    this.name = 'JsonSyntaxError';
  }
}

/**
 * JSON with comments and trailing commas, as VS Code's own settings files allow them. (`JSON.parse` tells no line, and on some inputs no
 * position at all.) Of a key given twice the last value counts. Throws a {@link JsonSyntaxError}.
 */
export function parseJsonc(text: string): unknown {
  return new Reader(text).read();
}

/** Deeper nesting than any settings file has; keeps a hostile one from exhausting the stack. */
const maxDepth = 200;
const literals: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  read(): unknown {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    const value = this.value(0);
    this.skip();
    if (this.at < this.text.length) this.fail('nothing may follow the closing bracket');
    return value;
  }

  private value(depth: number): unknown {
    this.skip();
    if (depth > maxDepth) this.fail('nested too deeply');
    const next = this.text[this.at];
    if (next === '{') return this.object(depth);
    if (next === '[') return this.array(depth);
    if (next === '"') return this.string();
    const token = /[-+.\w]+/y;
    token.lastIndex = this.at;
    const word = token.exec(this.text)?.[0] ?? '';
    if (Object.hasOwn(literals, word)) {
      this.at += word.length;
      return literals[word];
    }
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) {
      this.at += word.length;
      return Number(word);
    }
    if (next === undefined) this.fail('the text ends too early');
    return this.fail(`a value is expected, not ${JSON.stringify(word || next)}`);
  }

  private object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.at++;
    for (;;) {
      this.skip();
      if (this.take('}')) return Object.fromEntries(entries);
      if (this.text[this.at] !== '"') this.fail(this.atEnd() ? 'a "}" is missing' : 'a key in double quotes is expected');
      const key = this.string();
      this.skip();
      if (!this.take(':')) this.fail('a ":" is expected after the key');
      entries.push([key, this.value(depth + 1)]);
      this.skip();
      if (this.take(',')) continue;
      if (this.take('}')) return Object.fromEntries(entries);
      this.fail(this.atEnd() ? 'a "}" is missing' : 'a "," or "}" is expected');
    }
  }

  private array(depth: number): unknown[] {
    const values: unknown[] = [];
    this.at++;
    for (;;) {
      this.skip();
      if (this.take(']')) return values;
      values.push(this.value(depth + 1));
      this.skip();
      if (this.take(',')) continue;
      if (this.take(']')) return values;
      this.fail(this.atEnd() ? 'a "]" is missing' : 'a "," or "]" is expected');
    }
  }

  private string(): string {
    const token = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y; // eslint-disable-line no-control-regex -- JSON forbids raw control characters
    token.lastIndex = this.at;
    const literal = token.exec(this.text)?.[0];
    if (literal === undefined) this.fail('the string is not closed on its line');
    let value: string;
    try {
      value = JSON.parse(literal) as string;
    } catch {
      this.fail('the string holds an escape that JSON does not know');
    }
    this.at += literal.length;
    return value;
  }

  /** Past white space and comments. */
  private skip(): void {
    const blank = /(?:[ \t\r\n]+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
    blank.lastIndex = this.at;
    this.at += blank.exec(this.text)![0].length;
    if (this.text.startsWith('/*', this.at)) this.fail('the comment is not closed');
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private atEnd(): boolean {
    return this.at >= this.text.length;
  }

  private fail(reason: string): never {
    const before = this.text.slice(0, this.at).split('\n');
    throw new JsonSyntaxError(reason, before.length, before.at(-1)!.length + 1);
  }
}
