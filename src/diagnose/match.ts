import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Algorithm } from '../core/provider';
import {
  computeSignature,
  getHmacHash,
  isAsymmetric,
  makeCheck,
  type SignedContent,
} from '../core/signature';
import type { Difference, Variant } from './findings';

/** The differences of the signature that is right for a key and a content; `undefined` where none is. */
export type Match = (key: Buffer, content: SignedContent) => readonly Difference[] | undefined;

const SHORTEST = 8;
// The digest that has this many bytes.
const HASHES: ReadonlyMap<number, readonly [hash: string, words: string]> = new Map([
  [16, ['md5', 'MD5']],
  [20, ['sha1', 'SHA-1']],
  [32, ['sha256', 'SHA-256']],
  [48, ['sha384', 'SHA-384']],
  [64, ['sha512', 'SHA-512']],
]);

/** Compares the signatures of a delivery with those that a key would make. */
export function makeMatch(algorithm: Algorithm, signatures: readonly Variant<Buffer>[]): Match {
  if (isAsymmetric(algorithm) || algorithm === 'token') {
    return (key, content) => {
      const check = tryCheck(algorithm, key);
      const right = check && signatures.find(({ value }) => check(content, [value]))?.differences;
      return right ?? (algorithm === 'token' ? findOtherCase(signatures, key) : undefined);
    };
  }
  const sizes = [...new Set(signatures.map(({ value }) => value.length))];
  const hash = getHmacHash(algorithm);
  const others = sizes.flatMap((size) => {
    const known = HASHES.get(size);
    return known === undefined || known[0] === hash ? [] : [known];
  });
  return (key, content) => {
    const own =
      hash === undefined ? computeSignature(algorithm, key, content) : computeHmac(hash, key, content);
    const whole = signatures.find(({ value }) => isSame(value, own));
    if (whole !== undefined) return whole.differences;
    const start = signatures.find(({ value }) => isStart(value, own));
    if (start !== undefined)
      return [nameTruncation(start.value, own), ...start.differences.filter(isNoPadding)];
    for (const [other, words] of others) {
      const digest = computeHmac(other, key, content);
      const found = signatures.find(({ value }) => isSame(value, digest));
      if (found !== undefined) return [nameAlgorithm(algorithm, words), ...found.differences];
    }
    return undefined;
  };
}

function findOtherCase(
  signatures: readonly Variant<Buffer>[],
  key: Buffer,
): readonly Difference[] | undefined {
  const lower = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1');
  const found = signatures.find(({ value }) => isSame(lower(value), lower(key)));
  const observed = 'The token is the secret in other letters, upper or lower case.';
  return found && [{ code: 'secret-case', observed }, ...found.differences];
}

/** The same for what is sometimes computed in the place of an HMAC. */
export function matchConstructions(
  signatures: readonly Variant<Buffer>[],
  key: Buffer,
  content: SignedContent,
): readonly Difference[] | undefined {
  for (const { value, differences } of signatures) {
    const [hash] = HASHES.get(value.length) ?? [];
    if (hash === undefined) continue;
    for (const [words, digest] of makeConstructions(hash, key, content)) {
      if (!isSame(value, digest)) continue;
      const observed = `The signature is ${words}, not an HMAC of the content with the secret as the key.`;
      return [{ code: 'signature-construction', observed }, ...differences];
    }
  }
  return undefined;
}

function makeConstructions(
  hash: string,
  key: Buffer,
  { before, body, after }: SignedContent,
): readonly (readonly [string, Buffer])[] {
  const content = Buffer.concat([Buffer.from(before), getBytes(body), Buffer.from(after)]);
  const plain = (...parts: readonly Buffer[]): Buffer =>
    createHash(hash).update(Buffer.concat(parts)).digest();
  return [
    ['a plain hash of the secret and the content', plain(key, content)],
    ['a plain hash of the content and the secret', plain(content, key)],
    ['a plain hash of the content, without any secret', plain(content)],
    ['an HMAC of the secret with the content as the key', createHmac(hash, content).update(key).digest()],
    ['an HMAC over the plain hash of the content', createHmac(hash, key).update(plain(content)).digest()],
    [
      'an HMAC over the plain hash of the content in hexadecimal',
      createHmac(hash, key).update(plain(content).toString('hex')).digest(),
    ],
  ];
}

function computeHmac(hash: string, key: Buffer, { before, body, after }: SignedContent): Buffer {
  return createHmac(hash, key).update(before).update(getBytes(body)).update(after).digest();
}

function getBytes(body: Buffer | undefined): Buffer {
  return body ?? Buffer.alloc(0);
}

function tryCheck(algorithm: Algorithm, key: Buffer): ReturnType<typeof makeCheck> | undefined {
  try {
    return makeCheck(algorithm, key);
  } catch {
    return undefined;
  }
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function isStart(start: Buffer, whole: Buffer): boolean {
  return (
    start.length >= SHORTEST && start.length < whole.length && isSame(start, whole.subarray(0, start.length))
  );
}

// A text that was cut has no padding and an odd number of digits because of that.
function isNoPadding({ code }: Difference): boolean {
  return code !== 'signature-encoding' && code !== 'header-joined';
}

function nameTruncation(start: Buffer, whole: Buffer): Difference {
  return {
    code: 'signature-truncated',
    observed: `The signature has its first ${start.length} bytes of ${whole.length}.`,
  };
}

function nameAlgorithm(algorithm: Algorithm, words: string): Difference {
  return {
    code: 'signature-algorithm',
    observed: `The signature is an HMAC with ${words}, where ${algorithm} is expected.`,
  };
}
