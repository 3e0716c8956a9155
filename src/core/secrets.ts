import { createHash } from 'node:crypto';
import { AN_OBJECT, describe, describeType, ownValue } from '../options';
import type { Awaitable } from '../awaitable';
import type { CustomContext, CustomScheme, CustomVerdict } from './custom';
import type { Delivery } from './delivery';
import { decodeText } from './encoding';
import { describeKeyPair } from './key-shapes';
import { getCompiled } from './compiled-provider';
import { markSecret } from './endpoint';
import type { Provider } from './provider';
import {
  computeSignature,
  isAsymmetric,
  makeCheck,
  makeDummyKey,
  readPublicKey,
  type SignatureCheck,
  type SignedContent,
} from './signature';

/** A secret with a name of your own, so that several can be told apart while one replaces another. */
export interface Secret {
  /** Appears in decisions; never the secret itself. */
  readonly id: string;
  /** The text as the sender's settings show it. For asymmetric schemes the public key. */
  readonly value: string;
  /** When it was made: for the report of its age, and to know the newest of several that are in use. */
  readonly createdAt?: Date | undefined;
  /** Used from this time on. */
  readonly notBefore?: Date | undefined;
  /** Used until this time. */
  readonly notAfter?: Date | undefined;
}

/** One secret, or several that are valid at once. A plain string is one with the id `default`. */
export type SecretOption = string | Secret | readonly (string | Secret)[];

export interface Lifetime {
  readonly id: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Milliseconds since 1970, or `NaN` where nobody said. */
  readonly createdAt: number;
}

/** A secret that was checked, its text not yet decoded. */
export interface ListedSecret extends Lifetime {
  readonly value: string;
}

/** A secret made ready: its check, and when it may be used. The value itself is in the closure of the check. */
export interface PreparedSecret extends Lifetime {
  readonly check: SignatureCheck;
  /** Runs the function of a scheme that is not data. */
  readonly verify: (
    scheme: CustomScheme,
    delivery: Delivery,
    context: Omit<CustomContext<never, never>, 'key'>,
  ) => Awaitable<CustomVerdict | undefined>;
  /** What the sender would sign with it; only for schemes with a shared key. */
  readonly compute: (content: SignedContent) => Buffer;
  /** Tells it from other secrets, in the keys of deliveries. */
  readonly mark: () => string;
}

/** The parts of a prepared secret beside its keys. */
interface Unprepared extends Omit<PreparedSecret, 'compute' | 'mark' | 'verify'> {
  /** The bytes that tell it from other secrets. */
  readonly marked: Buffer;
}

const SECRET_KEYS = ['id', 'value', 'createdAt', 'notBefore', 'notAfter'];
const SHORT_SECRET_BYTES = 16;
const NO_BYTES = Buffer.alloc(0);
const dummyChecks = new WeakSet<SignatureCheck>();

// Marks of a slip in copying. A secret that has one may still be right, so this warns and does not refuse.
const ODDITIES: readonly { readonly pattern: RegExp; readonly looks: string }[] = [
  {
    pattern: /^\s(?!\s*-----BEGIN )|\s$(?<!-----\s+)/,
    looks: 'has white space at an end, which is part of the key',
  },
  { pattern: /^(["']).*\1$/s, looks: 'is in quotes, which are part of the key' },
  { pattern: /^\$\{?[A-Z][A-Z0-9_]*\}?$/, looks: 'looks like the name of a variable that was not filled in' },
];

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

// What is often pasted in the place of a secret. The text itself is never shown.
const MISTAKES: readonly {
  readonly pattern: RegExp;
  readonly looks: string;
  /** For whom it would be no mistake. */
  readonly isRight?: (provider: Provider) => boolean;
}[] = [
  { pattern: PRIVATE_KEY, looks: 'a private key, which only the sender has' },
  { pattern: /-----BEGIN CERTIFICATE-----/, looks: 'a certificate' },
  {
    pattern: /-----BEGIN [A-Z ]*PUBLIC KEY-----/,
    looks: 'a public key',
    isRight: ({ algorithm }) => isAsymmetric(algorithm),
  },
  { pattern: /^https?:\/\//, looks: 'an address' },
  { pattern: /^whsk_/, looks: 'a private key of Standard Webhooks, which only the sender has' },
  { pattern: /^whpk_/, looks: 'a public key of Standard Webhooks' },
  { pattern: /^whsec_/, looks: 'a secret of Standard Webhooks or Stripe' },
  { pattern: /^(sk|rk|pk)_(live|test)_/, looks: 'an API key' },
  { pattern: /^\$/, looks: 'the name of a variable that was not filled in' },
  { pattern: /^["']|["']$/, looks: 'text in quotes' },
  { pattern: /^\s|\s$/, looks: 'text with white space at an end' },
  {
    pattern: /^[0-9a-fA-F]{32,}$/,
    looks: 'hexadecimal text',
    isRight: ({ secret }) => secret.encoding === 'hex',
  },
];

/**
 * Checks and prepares the secrets of a provider. Throws a `TypeError` for anything that is not a usable secret;
 * no message shows a value. `warn` is called once for each secret of less than 16 bytes.
 */
export function prepareSecrets(
  provider: Provider,
  option: unknown,
  warn: (message: string) => void,
): readonly PreparedSecret[] {
  return listSecrets(option).map((secret) => prepareSecret(provider, secret, warn));
}

/** The secrets of an option, checked but not yet decoded. Throws a `TypeError` that shows none. */
export function listSecrets(option: unknown): readonly ListedSecret[] {
  const list: readonly unknown[] = Array.isArray(option) ? option : [option];
  if (list.length === 0) {
    throw new TypeError('option "secret" must hold at least one secret, got an empty list');
  }
  const secrets = list.map(readSecret);
  const ids = secrets.map(({ id }) => id);
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double !== undefined) {
    throw new TypeError(
      `option "secret" has two secrets with the id ${describe(double)}: give each its own "id"`,
    );
  }
  return secrets;
}

/** Whether a secret may be used at a time, its edges included. */
export function isInUse({ notBefore, notAfter }: Lifetime, now: number): boolean {
  return now >= notBefore && now <= notAfter;
}

/**
 * The newest of the secrets that are in use, by `createdAt`, else the first; a match with another is reported. One
 * that waits for its `notBefore` makes no other old. Some secret must be in use, as it is where one has matched.
 */
export function newestAt(secrets: readonly PreparedSecret[], now: number): PreparedSecret {
  return secrets
    .filter((secret) => isInUse(secret, now))
    .reduce((one, other) => (other.createdAt > one.createdAt ? other : one));
}

/** The bytes that a secret's text stands for. Throws a `TypeError` that does not show the text. */
export function decodeSecret(provider: Provider, value: string, privateKey = false): Buffer {
  const { encoding, prefix, privatePrefix, digest } = provider.secret;
  if (isAsymmetric(provider.algorithm) && value.trimStart().startsWith('-----BEGIN ')) {
    return Buffer.from(value.trim());
  }
  const removed = privateKey ? (privatePrefix ?? prefix) : prefix;
  const text = removed !== undefined && value.startsWith(removed) ? value.slice(removed.length) : value;
  const plain = provider.secret.otherwise !== undefined && text === value;
  const bytes = decodeText(text, plain ? 'utf8' : encoding);
  if (bytes === undefined) {
    const form = prefix === undefined ? encoding : `${encoding}, with or without "${prefix}" in front`;
    throw new TypeError(
      `option "secret" is not what ${provider.name} uses: expected ${form}${guess(provider, text)}. ` +
        'Copy it again from the settings of the sender, without quotes, spaces or line breaks',
    );
  }
  refuseKeyPair(provider, value);
  return digest === undefined ? bytes : createHash(digest).update(bytes).digest();
}

/** With a public key or a certificate for a shared secret, everybody could sign; a private one is not ours to have. */
function refuseKeyPair(provider: Provider, value: string): void {
  const looks = isAsymmetric(provider.algorithm) ? undefined : describeKeyPair(value);
  if (looks === undefined) return;
  const wanted = provider.algorithm === 'token' ? 'the token' : 'the secret';
  throw new TypeError(
    `option "secret" is not what ${provider.name} uses: expected ${wanted} that you share with the sender, and this ` +
      `looks like ${looks}. Copy the secret from the settings of the sender`,
  );
}

/** What the `readSecret` of a scheme that is not data makes of a text. Its own message could show the text. */
export function readCustomSecret(
  provider: Provider,
  read: (text: string) => unknown,
  value: string,
): unknown {
  try {
    return read(value);
  } catch {
    throw new TypeError(
      `option "secret" is not what ${provider.name} uses: its "readSecret" refused it${guess(provider, value)}`,
    );
  }
}

/**
 * Makes a dummy secret: its key is random, so nothing matches. It is prepared by the lines that prepare all others, so
 * that it takes as long to the nanosecond.
 */
export function makeDummySecret(provider: Provider): PreparedSecret {
  const { custom } = getCompiled(provider);
  const value = custom?.makeDummySecret() ?? '';
  const always = { notBefore: -Infinity, notAfter: Infinity, createdAt: NaN };
  const key = custom === undefined ? makeDummyKey(provider.algorithm) : NO_BYTES;
  // It signs with another key than it checks with: what it signs, for a handshake say, does not match either.
  const prepared = prepareKey(provider, { id: '', value, ...always }, { key, signingKey: NO_BYTES });
  dummyChecks.add(prepared.check);
  return prepared;
}

/** Whether a secret stands for none: nothing is authentic by it. */
export function isDummy({ check }: PreparedSecret): boolean {
  return dummyChecks.has(check);
}

/** Prepares one secret of a list, as `prepareSecrets` does. */
export function prepareSecret(
  provider: Provider,
  secret: ListedSecret,
  warn: (message: string) => void,
): PreparedSecret {
  const { custom } = getCompiled(provider);
  const key = custom === undefined ? decodeSecret(provider, secret.value) : NO_BYTES;
  const prepared = prepareKey(provider, secret, { key, signingKey: key });
  const oddity = ODDITIES.find(({ pattern }) => pattern.test(secret.value));
  if (oddity !== undefined) warn(`the secret ${describe(secret.id)} of ${provider.name} ${oddity.looks}`);
  // A digest is long, whatever it is made of.
  const { length } = provider.secret.digest === undefined ? key : Buffer.from(secret.value);
  if (custom === undefined && !isAsymmetric(provider.algorithm) && length < SHORT_SECRET_BYTES) {
    warn(
      `the secret ${describe(secret.id)} of ${provider.name} has ${length} bytes: ` +
        `use at least ${SHORT_SECRET_BYTES} random ones`,
    );
  }
  return prepared;
}

function prepareKey(
  provider: Provider,
  secret: ListedSecret,
  { key, signingKey }: { readonly key: Buffer; readonly signingKey: Buffer },
): PreparedSecret {
  const { custom } = getCompiled(provider);
  const ownKey =
    custom === undefined ? undefined : readCustomSecret(provider, custom.readSecret, secret.value);
  const check = makeCheckOrThrow(provider, key, secret.value);
  const marked = custom === undefined ? plainKey(provider, key) : Buffer.from(secret.value.trim());
  return makePrepared(provider, { ...secret, check, marked }, signingKey, ownKey);
}

/** The bytes of a key, the same for each way in which it can be written. */
function plainKey({ algorithm }: Provider, key: Buffer): Buffer {
  return isAsymmetric(algorithm)
    ? readPublicKey(algorithm, key).export({ format: 'der', type: 'spki' })
    : key;
}

function makePrepared(
  { algorithm }: Provider,
  { id, notBefore, notAfter, createdAt, check, marked }: Unprepared,
  key: Buffer,
  ownKey: unknown,
): PreparedSecret {
  return {
    id,
    notBefore,
    notAfter,
    createdAt,
    check,
    mark: () => markSecret(marked),
    compute: (content) => computeSignature(algorithm, key, content),
    // Only the functions of the same provider see its key, and they have its type.
    verify: (scheme, delivery, context) => scheme.verify(delivery, { ...context, key: ownKey as never }),
  };
}

function readSecret(option: unknown): ListedSecret {
  const given = AN_OBJECT.accepts(option) ? (option as object) : { id: 'default', value: option };
  const unknown = Object.keys(given).find((key) => !SECRET_KEYS.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`option "secret": unknown key "${unknown}"; a secret has ${SECRET_KEYS.join(', ')}`);
  }
  const id = ownValue(given, 'id');
  if (typeof id !== 'string' || id.trim() === '') {
    throw new TypeError(`option "secret": "id" must be a string that is not blank, got ${describe(id)}`);
  }
  const value = checkValue(ownValue(given, 'value'));
  const notBefore = readTime('notBefore', ownValue(given, 'notBefore'), -Infinity);
  const notAfter = readTime('notAfter', ownValue(given, 'notAfter'), Infinity);
  if (notBefore > notAfter) {
    throw new TypeError(
      `option "secret": "notAfter" of ${describe(id)} is before its "notBefore", so it would never be used`,
    );
  }
  return {
    id,
    value,
    notBefore,
    notAfter,
    createdAt: readTime('createdAt', ownValue(given, 'createdAt'), NaN),
  };
}

function checkValue(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new TypeError(
    `option "secret" must be a string that is not blank, got ${describeType(value)}. ` +
      'If it comes from an environment variable, check that the variable is set',
  );
}

/** What seems to have been pasted, as one more sentence; empty where nothing is known. */
function guess(provider: Provider, value: string): string {
  const mistake = MISTAKES.find(
    ({ pattern, isRight }) => pattern.test(value) && isRight?.(provider) !== true,
  );
  const looks = mistake?.looks ?? (isAsymmetric(provider.algorithm) ? undefined : describeKeyPair(value));
  return looks === undefined ? '' : `. It looks like ${looks}`;
}

function readTime(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw new TypeError(`option "secret": "${name}" must be a valid Date, got ${describe(value)}`);
}

function makeCheckOrThrow(provider: Provider, key: Buffer, value: string): SignatureCheck {
  // It would do, because a public key can be made of it; but then the receiver could sign as well.
  const isPrivate = isAsymmetric(provider.algorithm) && PRIVATE_KEY.test(value);
  try {
    if (!isPrivate) return makeCheck(provider.algorithm, key);
  } catch {
    // The reason that the crypto library gives is left out: it could show parts of the key.
  }
  throw new TypeError(
    `option "secret" of ${provider.name} must be a public key for ${provider.algorithm}, ` +
      `as PEM or as the sender shows it; this one cannot be read as such${guess(provider, value.trim())}`,
  );
}
