import { isAsymmetric } from '../core/signature';
import { undoBodyTwice, undoBody } from './mistakes/body';
import { fillContent, listContents, type Content } from './mistakes/content';
import { keepValue, type Difference, type Variant } from './findings';
import type { FindingCode } from './fixes';
import { makeMatch, matchConstructions } from './match';
import type { ParsedHeaders } from './read-headers';
import { listKeys, listSenderKeys } from './mistakes/secret';
import { readContentLength, nameSecret, type Subject } from './subject';
import { formatSpan } from './mistakes/time';

const MEGABYTE = 1024 * 1024;
const PAIRS_UP_TO = 64 * 1024;
const PAIRED_CONTENTS = 40;
const PAIRED_KEYS = 24;
// Bytes hashed in one search at most; large bodies are hashed a few times in any case.
const MOST_BYTES = 32 * MEGABYTE;
const LEAST_HASHES = 40;
// The overhead of one attempt in hashed bytes, and that of an asymmetric one.
const OVERHEAD = 2048;
const ASYMMETRIC_OVERHEAD = 64 * 1024;

// Mistakes that have too many forms to be tried in pairs, or are seldom.
const UNUSUAL: readonly FindingCode[] = [
  'body-white-space',
  'body-utf8-replaced',
  'body-inflated',
  'body-compressed',
  'body-length',
  'secret-unset-at-sender',
  'secret-not-filled-in',
];

type Found = readonly Difference[] | undefined;

interface Space {
  readonly keys: readonly Variant<Buffer>[];
  readonly contents: readonly Variant<Content>[];
  readonly bodies: Iterable<Variant<Buffer>>;
  /** The bodies of two mistakes. */
  readonly twice: Iterable<Variant<Buffer>>;
  readonly body: Variant<Buffer>;
  /** How many of the keys are the secrets as they are. */
  readonly plainKeys: readonly Variant<Buffer>[];
}

type Try = (
  body: Variant<Buffer>,
  key: Variant<Buffer>,
  content: Variant<Content>,
) => readonly Difference[] | undefined;

/** Looks for the smallest set of differences with which the signature is right. */
export function search(subject: Subject, reading: ParsedHeaders): readonly Difference[] | undefined {
  const { plan: compiled, delivery } = subject;
  if (reading.signatures.length === 0) return undefined;
  const { algorithm } = compiled.provider;
  const match = makeMatch(algorithm, reading.signatures);
  const asymmetric = isAsymmetric(algorithm);
  const spend = makeBudget(delivery.body.length, asymmetric ? ASYMMETRIC_OVERHEAD : OVERHEAD);
  const attempt: Try = (body, key, content) => {
    if (!spend(body.value.length)) return undefined;
    const found = match(key.value, fillContent(content.value, body.value));
    return found && [...body.differences, ...key.differences, ...found, ...content.differences];
  };
  const space = makeSpace(subject, reading);
  return (
    trySingles(attempt, space) ??
    (asymmetric || algorithm === 'token' ? undefined : tryConstructions(reading, space)) ??
    (delivery.body.length > PAIRS_UP_TO ? undefined : tryPairs(attempt, space))
  );
}

function makeSpace(subject: Subject, reading: ParsedHeaders): Space {
  const { plan: compiled, delivery, secrets } = subject;
  const keys = secrets.flatMap((secret) => {
    const outside = checkValidity(subject, secret);
    return listKeys(compiled.provider, secret).map(({ value, differences }) => ({
      value,
      differences: [...outside, ...differences],
    }));
  });
  return {
    keys: [...keys, ...listSenderKeys(compiled.provider)],
    plainKeys: keys.filter(({ differences }) =>
      differences.every(({ code }) => /expired|not-yet/.test(code)),
    ),
    contents: listContents(subject, reading),
    body: keepValue(delivery.body),
    twice: compiled.coversBody ? undoBodyTwice(delivery.body) : [],
    bodies: compiled.coversBody ? listBodies(delivery.body, readContentLength(delivery)) : [],
  };
}

function trySingles(attempt: Try, { keys, plainKeys, contents, body, bodies }: Space): Found {
  const content = contents.slice(0, 1);
  const withContents = (some: readonly Variant<Content>[]): Found =>
    findFirst(some, (other) => findFirst(plainKeys, (key) => attempt(body, key, other)));
  const withKeys = (): Found =>
    findFirst(content, (one) => findFirst(keys, (key) => attempt(body, key, one)));
  const withBodies = (): Found =>
    findFirst(bodies, (other) =>
      findFirst(content, (one) => findFirst(plainKeys, (key) => attempt(other, key, one))),
    );
  // Of a large body there are few variants, and not everything can be tried.
  return body.value.length > MEGABYTE
    ? (withContents(contents.slice(0, PAIRED_CONTENTS)) ?? withBodies() ?? withKeys())
    : (withContents(contents) ?? withKeys() ?? withBodies());
}

function tryPairs(attempt: Try, { keys, plainKeys, contents, body, bodies, twice }: Space): Found {
  // Pairs are limited to common mistakes.
  const content = contents.slice(0, 1);
  const fewContents = contents.slice(1, PAIRED_CONTENTS);
  const fewKeys = keys.filter(isUsual).slice(0, PAIRED_KEYS);
  const fewBodies = [...bodies].filter(isUsual);
  const tried = (
    some: Iterable<Variant<Buffer>>,
    withKeys: readonly Variant<Buffer>[],
    withContents: readonly Variant<Content>[],
  ): Found =>
    findFirst(some, (other) =>
      findFirst(withKeys, (key) => findFirst(withContents, (one) => attempt(other, key, one))),
    );
  return (
    tried([body], fewKeys, fewContents) ??
    tried(fewBodies, fewKeys, content) ??
    tried(fewBodies, plainKeys, fewContents) ??
    tried(skipKnown(twice, bodies), plainKeys, content)
  );
}

function* skipKnown(
  twice: Iterable<Variant<Buffer>>,
  bodies: Iterable<Variant<Buffer>>,
): Generator<Variant<Buffer>> {
  const known = new Set(Array.from(bodies, ({ value }) => value.toString('latin1')));
  for (const variant of twice) {
    const text = variant.value.toString('latin1');
    if (known.has(text)) continue;
    known.add(text);
    yield variant;
  }
}

/** Whether a value differs, and by a mistake that is tried together with others. */
export function isUsual({ differences }: Variant<unknown>): boolean {
  return differences.length > 0 && !differences.some(({ code }) => UNUSUAL.includes(code));
}

function tryConstructions(
  { signatures }: ParsedHeaders,
  { plainKeys, contents, body }: Space,
): readonly Difference[] | undefined {
  if (body.value.length > MEGABYTE) return undefined;
  return findFirst(contents.slice(0, PAIRED_CONTENTS), ({ value, differences }) =>
    findFirst(plainKeys, (key) => {
      const found = matchConstructions(signatures, key.value, fillContent(value, body.value));
      return found && [...key.differences, ...found, ...differences];
    }),
  );
}

/** The result for the first item that has one. */
export function findFirst<Item>(
  items: Iterable<Item>,
  find: (item: Item) => readonly Difference[] | undefined,
): readonly Difference[] | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The bodies that may have been signed, each once, made when first asked for. */
export function listBodies(body: Buffer, announced?: number): Iterable<Variant<Buffer>> {
  const known = new Map([[body.toString('latin1'), keepValue(body)]]);
  const rest = undoBody(body, announced);
  return {
    *[Symbol.iterator]() {
      yield* known.values();
      for (const variant of rest) {
        const text = variant.value.toString('latin1');
        if (known.has(text)) continue;
        known.set(text, variant);
        yield variant;
      }
    },
  };
}

function makeBudget(size: number, overhead: number): (bytes: number) => boolean {
  let left = Math.max(MOST_BYTES, size * LEAST_HASHES);
  return (bytes) => {
    left -= bytes + overhead;
    return left >= 0;
  };
}

function checkValidity({ now }: Subject, secret: Subject['secrets'][number]): readonly Difference[] {
  const { notBefore, notAfter } = secret;
  if (now > notAfter) {
    const ago = formatSpan(now - notAfter);
    const observed = `${nameSecret(secret)} has signed this delivery, but its "notAfter" was ${ago} ago.`;
    return [{ code: 'secret-expired', observed: observed.replace(/^t/, 'T') }];
  }
  if (now < notBefore) {
    const ahead = formatSpan(notBefore - now);
    const observed = `${nameSecret(secret)} has signed this delivery, but its "notBefore" is ${ahead} ahead.`;
    return [{ code: 'secret-not-yet-valid', observed: observed.replace(/^t/, 'T') }];
  }
  return [];
}
