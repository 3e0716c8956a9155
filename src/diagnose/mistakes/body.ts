import { isUtf8 } from 'node:buffer';
import { compress, inflate } from '../compression';
import { keepValue, makeVariant, type Variant } from '../findings';
import { rewriteJson } from '../json-styles';
import { parseJson } from '../json-text';
import { OTHER_MISTAKES } from './body-forms';
import { END_MISTAKES } from './body-ends';
import { undoMistakes, type BodyMistake } from './mistake';

const MEGABYTE = 1024 * 1024;
const SMALL = 64 * 1024;
const PAIRS_UP_TO = 16 * 1024;
const END_CODES = new Set<string>(END_MISTAKES.map(({ code }) => code));
const MOST_PAIRS = 3000;
/** The bodies that may have been signed; large bodies get the cheap mistakes only. */
export function* undoBody(body: Buffer, announced = body.length): Generator<Variant<Buffer>> {
  const bytes = body.toString('latin1');
  const text = body.length <= MEGABYTE && isUtf8(body) ? body.toString('utf8') : undefined;
  yield* undoAll(END_MISTAKES, bytes, text);
  if (announced < body.length) {
    const says = `The body is longer than its Content-Length: the last ${body.length - announced} bytes were added.`;
    yield makeVariant(body.subarray(0, announced), 'body-length', says);
  }
  if (text !== undefined) yield* rewriteJson(text);
  yield* inflate(body);
  yield* undoAll(OTHER_MISTAKES, bytes, text);
  if (body.length <= SMALL) yield* compress(body);
}

/** The same for two mistakes, one after the other. */
export function* undoBodyTwice(body: Buffer): Generator<Variant<Buffer>> {
  if (body.length > PAIRS_UP_TO) return;
  const bytes = body.toString('latin1');
  const text = isUtf8(body) ? body.toString('utf8') : undefined;
  const known = new Set([bytes]);
  const isJson = text !== undefined && parseJson(text) !== undefined;
  let count = 0;
  for (const outer of undoAll([...OTHER_MISTAKES, ...END_MISTAKES].filter(isShared), bytes, text)) {
    const between = outer.value.toString('latin1');
    if (between === '' || known.has(between)) continue;
    known.add(between);
    // The ends of JSON do not change how it is written again.
    const isEnd = isJson && END_CODES.has(String(outer.differences[0]?.code));
    for (const inner of undoMost(outer.value, between, !isEnd)) {
      count += 1;
      if (count > MOST_PAIRS) return;
      yield { value: inner.value, differences: [...outer.differences, ...inner.differences] };
    }
  }
}

function* undoMost(body: Buffer, bytes: string, again: boolean): Generator<Variant<Buffer>> {
  const text = isUtf8(body) ? body.toString('utf8') : undefined;
  yield* undoAll(END_MISTAKES.filter(isShared), bytes, text);
  if (again && text !== undefined) yield* rewriteJson(text);
  yield* inflate(body);
  yield* undoAll(OTHER_MISTAKES.filter(isShared), bytes, text);
}

function isShared({ alone }: BodyMistake): boolean {
  return alone !== true;
}

function* undoAll(
  mistakes: readonly BodyMistake[],
  bytes: string,
  text: string | undefined,
): Generator<Variant<Buffer>> {
  for (const mistake of mistakes) {
    const received = mistake.isText === true ? text : bytes;
    if (received === undefined || bytes.length > mistake.maxBytes) continue;
    const encoding = mistake.isText === true ? 'utf8' : 'latin1';
    for (const { value, differences } of undoMistakes([mistake], keepValue(received), String)) {
      yield { value: Buffer.from(value, encoding), differences };
    }
  }
}
