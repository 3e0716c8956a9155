import type * as Qs from 'qs';
import { decodeBytes } from './charset';

/** The fields of a form; a name that is there several times has a list. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

const MAX_NESTED_FIELDS = 1000;
const MAX_DEPTH = 5;
// From here on a number is a key and not a place in a list, which would be mostly empty.
const MAX_INDEX = 100;
const ESCAPE = /%([0-9a-f]{2})/gi;

/**
 * The fields of a form, or `undefined` where its bytes are not of the charset. An escaped text that is not of it
 * stays as it was sent, escapes and all: `caf%E9` is no UTF-8, and U+FFFD in its place would lose what it said.
 */
export function parseForm(body: Buffer, charset: string): FormFields | undefined {
  // One character for each byte, so that escaped and plain bytes of one letter come together again.
  const pairs = body.toString('latin1').split('&');
  const fields = new Map<string, string | string[]>();
  for (const pair of pairs) {
    if (pair === '') continue;
    const mark = pair.indexOf('=');
    const name = decodeField(mark === -1 ? pair : pair.slice(0, mark), charset);
    const value = decodeField(mark === -1 ? '' : pair.slice(mark + 1), charset);
    if (name === undefined || value === undefined) return undefined;
    const earlier = fields.get(name);
    if (earlier === undefined) fields.set(name, value);
    else if (typeof earlier === 'string') fields.set(name, [earlier, value]);
    else earlier.push(value);
  }
  // Own properties only, `__proto__` among them.
  return Object.fromEntries(fields);
}

/**
 * The objects and lists that brackets in names stand for (`data[id]`, `items[]`), as qs reads them, or `undefined` for
 * a form beyond the limits: 1000 fields, 5 brackets in a name. Numbers below 100 are places in a list. qs leaves
 * `__proto__` out.
 */
export function nestFields(fields: FormFields): object | undefined {
  const lengths = Object.values(fields).map((value) => [value].flat().length);
  if (lengths.reduce((sum, length) => sum + length, 0) > MAX_NESTED_FIELDS) return undefined;
  // Only who nests forms loads it; of Express's own dependencies, so that it is there already.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed
  const { parse } = require('qs') as typeof Qs;
  try {
    // Its types know objects of texts only; it also takes lists, and makes them of repeated names itself.
    return parse(fields as Record<string, string>, {
      // Own properties of these names are harmless, and leaving them out would lose a field.
      allowPrototypes: true,
      // A number in brackets can be an id: closing the gaps between places would lose it.
      allowSparse: true,
      arrayLimit: Math.max(MAX_INDEX, ...lengths),
      depth: MAX_DEPTH,
      strictDepth: true,
    });
  } catch {
    return undefined;
  }
}

/** The bytes of a form with its escapes undone, in which the charset of its letters shows. */
export function unescapeForm(text: string): Buffer {
  const plain = text
    .replaceAll('+', ' ')
    .replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

function decodeField(text: string, charset: string): string | undefined {
  const isAscii = !/[\x80-\xff]/.test(text);
  return decodeBytes(unescapeForm(text), charset) ?? (isAscii ? text : undefined);
}
