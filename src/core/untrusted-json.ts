import { isUtf8 } from 'node:buffer';
import { stripMark } from './charset';

/** Texts by their path; `null` for a field that is there and is something else. */
export type ScannedTexts = ReadonlyMap<string, string | null>;

/** Reads the texts of some fields out of a body; `undefined` where it is too large, or is not read strictly. */
export type TextScanner = (body: Buffer) => ScannedTexts | undefined;

interface Field {
  readonly name: Buffer;
  readonly path: string;
  /** Fields inside of it; empty for one that is read itself. */
  readonly inner: readonly Field[];
}

// Senders write far fewer, and each one costs more than its bytes.
const MAX_FIELDS = 64;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Makes a scanner for senders that write their signature into a JSON object. One pass over the bytes builds nothing
 * but the texts at `paths` (`'Message'`, `'signature.token'`), so that a body which is not authentic costs little more
 * than its hash. Where those fields can be, each may be there once, under its plain name, among 64 fields at most;
 * whatever else the body holds is skipped and not checked.
 */
export function makeTextScanner(paths: readonly string[], maxBytes: number): TextScanner {
  const fields = makeFields(paths, '');
  return (body) => {
    if (body.length > maxBytes || !isUtf8(body)) return undefined;
    return new Scan(stripMark(body)).read(fields);
  };
}

/** The object that a body holds, for signers. `undefined` where it is no JSON object. */
export function parseJsonObject(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(stripMark(body).toString());
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function makeFields(paths: readonly string[], before: string): readonly Field[] {
  const names = new Set(paths.map((path) => path.split('.', 1).join()));
  return Array.from(names, (name) => {
    const inner = paths
      .filter((path) => path.startsWith(`${name}.`))
      .map((path) => path.slice(name.length + 1));
    return {
      name: Buffer.from(name),
      path: before + name,
      inner: makeFields(inner, `${before}${name}.`),
    };
  });
}

/** One pass over a body. Each method leaves the position behind what it has read, and answers whether it could. */
class Scan {
  readonly #body: Buffer;
  readonly #texts = new Map<string, string | null>();
  #position = 0;
  /** Whether the string that was read last has a backslash. */
  #isEscaped = false;

  constructor(body: Buffer) {
    this.#body = body;
  }

  read(fields: readonly Field[]): ScannedTexts | undefined {
    if (this.#skipSpace() !== OPEN_OBJECT || !this.#readObject(fields)) return undefined;
    return this.#skipSpace() === undefined ? this.#texts : undefined;
  }

  #readObject(fields: readonly Field[]): boolean {
    this.#position += 1;
    if (this.#skipSpace() === CLOSE_OBJECT) {
      this.#position += 1;
      return true;
    }
    for (let count = 0; count < MAX_FIELDS; count += 1) {
      if (this.#skipSpace() !== QUOTE || !this.#readMember(fields)) return false;
      const end = this.#skipSpace();
      this.#position += 1;
      if (end === CLOSE_OBJECT) return true;
      if (end !== COMMA) return false;
    }
    return false;
  }

  #readMember(fields: readonly Field[]): boolean {
    const start = this.#position + 1;
    // An escape could spell a name that is looked for.
    if (!this.#skipString() || this.#isEscaped) return false;
    const end = this.#position - 1;
    const field = fields.find(({ name }) => this.#isAt(name, start, end));
    if (this.#skipSpace() !== COLON) return false;
    this.#position += 1;
    this.#skipSpace();
    return field === undefined ? this.#skipValue() : this.#readField(field);
  }

  #isAt(name: Buffer, start: number, end: number): boolean {
    return end - start === name.length && this.#body.compare(name, 0, name.length, start, end) === 0;
  }

  #readField({ path, inner }: Field): boolean {
    // Of two, parsers differ in which one counts.
    if (this.#texts.has(path)) return false;
    this.#texts.set(path, null);
    const first = this.#body[this.#position];
    if (inner.length > 0 && first === OPEN_OBJECT) return this.#readObject(inner);
    if (inner.length > 0 || first !== QUOTE) return this.#skipValue();
    const start = this.#position;
    if (!this.#skipString()) return false;
    const text = this.#decode(start, this.#position);
    if (text === undefined) return false;
    this.#texts.set(path, text);
    return true;
  }

  #decode(start: number, end: number): string | undefined {
    if (!this.#isEscaped) return this.#body.toString('utf8', start + 1, end - 1);
    try {
      return JSON.parse(this.#body.toString('utf8', start, end)) as string;
    } catch {
      return undefined;
    }
  }

  #skipString(): boolean {
    const body = this.#body;
    let position = this.#position + 1;
    let isEscaped = false;
    for (;;) {
      const byte = body[position];
      if (byte === undefined || byte < 0x20) return false;
      position += 1;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        isEscaped = true;
        position += 1;
      }
    }
    this.#position = position;
    this.#isEscaped = isEscaped;
    return true;
  }

  #skipValue(): boolean {
    const first = this.#body[this.#position];
    if (first === QUOTE) return this.#skipString();
    return first === OPEN_OBJECT || first === OPEN_LIST ? this.#skipNested() : this.#skipPlain();
  }

  /** An object or a list. Counted and not entered, so that depth costs nothing. */
  #skipNested(): boolean {
    const body = this.#body;
    let position = this.#position;
    let depth = 0;
    do {
      const byte = body[position];
      if (byte === undefined) return false;
      if (byte === QUOTE) {
        this.#position = position;
        if (!this.#skipString()) return false;
        position = this.#position;
        continue;
      }
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
      position += 1;
    } while (depth > 0);
    this.#position = position;
    return true;
  }

  /** A number, or a word. */
  #skipPlain(): boolean {
    const start = this.#position;
    for (;;) {
      const byte = this.#body[this.#position];
      if (byte === undefined || byte <= 0x20 || byte === COMMA || byte === CLOSE_OBJECT) break;
      this.#position += 1;
    }
    return this.#position > start;
  }

  /** The byte behind white space. */
  #skipSpace(): number | undefined {
    const body = this.#body;
    let position = this.#position;
    let byte = body[position];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      position += 1;
      byte = body[position];
    }
    this.#position = position;
    return byte;
  }
}
