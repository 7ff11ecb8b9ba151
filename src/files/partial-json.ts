/** The JSON value that begins at `from` of a text that may end within it: then what is there of it. */
export function partialJson(text: string, from: number): {readonly value: unknown; readonly end: number} {
  return new PartialReader(text, from).read(0);
}

const MAX_DEPTH = 100;
const scalar = /[^\s,\]}]+/y;

class PartialReader {
  private readonly text: string;
  private at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  read(depth: number): {value: unknown; end: number} {
    return {value: this.value(depth), end: this.at};
  }

  private value(depth: number): unknown {
    this.skipBlanks();
    const first = this.text[this.at];
    if (depth > MAX_DEPTH) return this.giveUp();
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') return this.string();
    scalar.lastIndex = this.at;
    const match = scalar.exec(this.text);
    if (match === null) return this.giveUp();
    this.at = scalar.lastIndex;
    return scalarOf(match[0]);
  }

  private object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.at++;
    while (this.more('}')) {
      if (this.text[this.at] !== '"') return this.stop(object);
      const key = this.string();
      this.skipBlanks();
      if (key === undefined || this.text[this.at] !== ':') return this.stop(object);
      this.at++;
      const value = this.value(depth + 1);
      // A plain property of that name would be lost.
      if (value !== undefined && key !== '__proto__') object[key] = value;
    }
    return object;
  }

  private array(depth: number): unknown[] {
    const array: unknown[] = [];
    this.at++;
    while (this.more(']')) {
      const value = this.value(depth + 1);
      if (value !== undefined) array.push(value);
    }
    return array;
  }

  /** Goes behind a comma; false behind the closing bracket and at the end. */
  private more(close: string): boolean {
    this.skipBlanks();
    if (this.text[this.at] === ',') this.at++;
    this.skipBlanks();
    if (this.at >= this.text.length) return false;
    if (this.text[this.at] !== close) return true;
    this.at++;
    return false;
  }

  /** The text of a string; undefined if it is cut. */
  private string(): string | undefined {
    const match = /"(?:[^"\\]|\\.)*"/sy;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (found === null) return this.giveUp();
    this.at = match.lastIndex;
    const text = scalarOf(found[0]);
    return typeof text === 'string' ? text : undefined;
  }

  private skipBlanks(): void {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= 32) this.at++;
  }

  private giveUp(): undefined {
    this.at = this.text.length;
    return undefined;
  }

  private stop<T>(value: T): T {
    this.giveUp();
    return value;
  }
}

function scalarOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
