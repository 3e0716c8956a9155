import { isUtf8 } from 'node:buffer';

/** A part of two texts: in both, or in one of them alone. */
export interface DiffPart {
  readonly in: 'both' | 'signed' | 'received';
  readonly text: string;
}

const MAX_BYTES = 64 * 1024;
const WINDOW = 48;
// Texts that differ in more places than this have little in common, and the rest is shown as it is.
const MAX_SEARCHES = 5000;
// So many tokens in a row must be equal for the texts to go on together.
const AGREEING = 3;
const TOKEN = /\s|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;

/**
 * How the received writing of a body differs from the signed one. `undefined` where one is too long, or no text. It
 * looks for the nearest place at which both go on alike, and gives up on texts that have little in common.
 */
export function compareBodies(signed: Buffer, received: Buffer): readonly DiffPart[] | undefined {
  if ([signed, received].some((body) => body.length > MAX_BYTES || !isUtf8(body))) return undefined;
  const [one, other] = [splitText(signed), splitText(received)];
  const parts: DiffPart[] = [];
  const add = (where: DiffPart['in'], tokens: readonly string[]): void => {
    const text = tokens.join('');
    const last = parts.at(-1);
    if (last?.in === where) parts[parts.length - 1] = { in: where, text: last.text + text };
    else if (text !== '') parts.push({ in: where, text });
  };
  let [at, to, searches] = [0, 0, 0];
  while (at < one.length && to < other.length && searches < MAX_SEARCHES) {
    if (one[at] === other[to]) {
      add('both', one.slice(at, at + 1));
      at += 1;
      to += 1;
      continue;
    }
    searches += 1;
    const [skipped, added] = findAgreement(one, at, other, to);
    add('signed', one.slice(at, at + skipped));
    add('received', other.slice(to, to + added));
    at += skipped;
    to += added;
  }
  add('signed', one.slice(at));
  add('received', other.slice(to));
  return parts;
}

type Tokens = readonly string[];

function splitText(body: Buffer): Tokens {
  return body.toString().match(TOKEN) ?? [];
}

/** How many tokens of each text to pass over until both go on alike; one of each where that is not near. */
function findAgreement(one: Tokens, at: number, other: Tokens, to: number): readonly [number, number] {
  // White space that one of them has alone is mostly all that differs there.
  const [space, otherSpace] = [/^\s/.test(String(one[at])), /^\s/.test(String(other[to]))];
  if (space !== otherSpace) return space ? [1, 0] : [0, 1];
  for (let distance = 1; distance <= WINDOW; distance += 1) {
    for (let skipped = 0; skipped <= distance; skipped += 1) {
      if (agree(one, at + skipped, other, to + distance - skipped)) return [skipped, distance - skipped];
    }
  }
  return [1, 1];
}

function agree(one: Tokens, at: number, other: Tokens, to: number): boolean {
  // At the end of a text what is left of it is enough.
  const needed = Math.min(AGREEING, one.length - at, other.length - to);
  for (let index = 0; index < needed; index += 1) if (one[at + index] !== other[to + index]) return false;
  return needed > 0;
}
