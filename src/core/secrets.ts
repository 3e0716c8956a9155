import { describe, describeType } from '../options';
import type { Eventually } from '../eventually';
import type { CustomScheme, CustomVerdict } from './custom';
import type { Delivery } from './delivery';
import { decodeText } from './encoding';
import { planOf } from './plan';
import type { Provider } from './provider';
import { computeSignature, makeCheck, type SignatureCheck, type SignedContent } from './signature';

/** A secret with a name of your own, so that several can be told apart while one replaces another. */
export interface Secret {
  /** Appears in decisions; never the secret itself. */
  readonly id: string;
  /** The text as the sender's settings show it. For asymmetric schemes the public key. */
  readonly value: string;
  /** When it was made: for the report of its age, and to know the newest of several. */
  readonly createdAt?: Date | undefined;
  /** Used from this time on. */
  readonly notBefore?: Date | undefined;
  /** Used until this time. */
  readonly notAfter?: Date | undefined;
}

/** One secret, or several that are valid at once. A plain string is one with the id `default`. */
export type SecretOption = string | Secret | readonly (string | Secret)[];

/** A secret made ready: its check, and when it may be used. The value itself is in the closure of the check. */
export interface PreparedSecret {
  readonly id: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Milliseconds since 1970, or `NaN` where nobody said. */
  readonly createdAt: number;
  /** The newest of its list: by `createdAt`, else the first. A match with another is reported. */
  readonly isNewest: boolean;
  readonly check: SignatureCheck;
  /** Runs the function of a scheme that is not data. */
  readonly verify: (
    scheme: CustomScheme,
    delivery: Delivery,
    now: number,
    toleranceMs: number,
  ) => Eventually<CustomVerdict | undefined>;
  /** What the sender would sign with it; only for schemes with a shared key. */
  readonly compute: (content: SignedContent) => Buffer;
}

const SECRET_KEYS = ['id', 'value', 'createdAt', 'notBefore', 'notAfter'];
const SHORT_SECRET_BYTES = 16;

// Marks of a slip in copying. A secret that has one may still be right, so this warns and does not refuse.
const ODDITIES: readonly { readonly pattern: RegExp; readonly looks: string }[] = [
  {
    pattern: /^(?!-----BEGIN )\s|(?<!-----)\s$/,
    looks: 'has white space at an end, which is part of the key',
  },
  { pattern: /^(["']).*\1$/s, looks: 'is in quotes, which are part of the key' },
  { pattern: /^\$\{?[A-Z][A-Z0-9_]*\}?$/, looks: 'looks like the name of a variable that was not filled in' },
];

// What is often pasted in the place of a secret. The text itself is never shown.
const MISTAKES: readonly { readonly pattern: RegExp; readonly looks: string }[] = [
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, looks: 'a private key, which only the sender has' },
  { pattern: /-----BEGIN CERTIFICATE-----/, looks: 'a certificate' },
  { pattern: /-----BEGIN [A-Z ]*PUBLIC KEY-----/, looks: 'a public key' },
  { pattern: /^https?:\/\//, looks: 'an address' },
  { pattern: /^whsk_/, looks: 'a private key of Standard Webhooks, which only the sender has' },
  { pattern: /^whpk_/, looks: 'a public key of Standard Webhooks' },
  { pattern: /^whsec_/, looks: 'a secret of Standard Webhooks or Stripe' },
  { pattern: /^(sk|rk|pk)_(live|test)_/, looks: 'an API key' },
  { pattern: /^\$/, looks: 'the name of a variable that was not filled in' },
  { pattern: /^["']|["']$/, looks: 'text in quotes' },
  { pattern: /^\s|\s$/, looks: 'text with white space at an end' },
  { pattern: /^[0-9a-fA-F]{32,}$/, looks: 'hexadecimal text' },
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
  const secrets = listSecrets(option).map((secret) => prepareSecret(provider, secret, warn));
  const newest = secrets.reduce((one, other) => (other.createdAt > one.createdAt ? other : one));
  return secrets.map((secret) => ({ ...secret, isNewest: secret.id === newest.id }));
}

/** The secrets of an option, checked but not yet read. Throws a `TypeError` that shows none. */
export function listSecrets(option: unknown): readonly Secret[] {
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

/** The bytes that a secret's text stands for. Throws a `TypeError` that does not show the text. */
export function decodeSecret(provider: Provider, value: string, privateKey = false): Buffer {
  const { encoding, prefix, privatePrefix } = provider.secret;
  if (isAsymmetric(provider) && value.trimStart().startsWith('-----BEGIN ')) {
    return Buffer.from(value.trim(), 'utf8');
  }
  const removed = privateKey ? (privatePrefix ?? prefix) : prefix;
  const text = removed !== undefined && value.startsWith(removed) ? value.slice(removed.length) : value;
  const plain = provider.secret.otherwise !== undefined && text === value;
  const bytes = decodeText(text, plain ? 'utf8' : encoding);
  if (bytes === undefined) {
    const form = prefix === undefined ? encoding : `${encoding}, with or without "${prefix}" in front`;
    throw new TypeError(
      `option "secret" is not what ${provider.name} uses: expected ${form}. ${guess(value)}` +
        'Copy it again from the settings of the sender, without quotes, spaces or line breaks',
    );
  }
  return bytes;
}

function prepareSecret(provider: Provider, secret: Secret, warn: (message: string) => void): PreparedSecret {
  const oddity = ODDITIES.find(({ pattern }) => pattern.test(secret.value));
  if (oddity !== undefined) warn(`the secret ${describe(secret.id)} of ${provider.name} ${oddity.looks}`);
  const times = {
    id: secret.id,
    notBefore: readTime('notBefore', secret.notBefore, -Infinity),
    notAfter: readTime('notAfter', secret.notAfter, Infinity),
    createdAt: readTime('createdAt', secret.createdAt, NaN),
    isNewest: true,
  };
  const { custom } = planOf(provider);
  if (custom !== undefined) return { ...times, ...prepareCustom(provider, custom, secret.value) };

  const key = decodeSecret(provider, secret.value);
  if (!isAsymmetric(provider) && key.length < SHORT_SECRET_BYTES) {
    warn(
      `the secret ${describe(secret.id)} of ${provider.name} has ${key.length} bytes: ` +
        `use at least ${SHORT_SECRET_BYTES} random ones`,
    );
  }
  return {
    ...times,
    check: makeCheckOrThrow(provider, key, secret.value),
    compute: (content) => computeSignature(provider.algorithm, key, content),
    verify: () => undefined,
  };
}

/** A secret for a scheme that is not data: what its `readSecret` makes of the text stays in the closure. */
function prepareCustom(
  provider: Provider,
  custom: CustomScheme,
  value: string,
): Pick<PreparedSecret, 'check' | 'compute' | 'verify'> {
  let key: never;
  try {
    // Only the functions of the same provider see it, and they have its type.
    key = custom.readSecret(value) as never;
  } catch {
    throw new TypeError(`option "secret" is not what ${provider.name} uses: its "readSecret" refused it`);
  }
  return {
    check: () => false,
    compute: () => Buffer.alloc(0),
    verify: (scheme, delivery, now, toleranceMs) => scheme.verify(delivery, { key, now, toleranceMs }),
  };
}

function readSecret(option: unknown): Secret {
  if (typeof option === 'object' && option !== null && !Array.isArray(option)) {
    const unknown = Object.keys(option).find((key) => !SECRET_KEYS.includes(key));
    if (unknown !== undefined) {
      throw new TypeError(
        `option "secret": unknown key "${unknown}"; a secret has ${SECRET_KEYS.join(', ')}`,
      );
    }
    const { id, value, createdAt, notBefore, notAfter } = option as Partial<Secret>;
    if (typeof id !== 'string' || id.trim() === '') {
      throw new TypeError(`option "secret": "id" must be a string that is not blank, got ${describe(id)}`);
    }
    return { id, value: checkValue(value), createdAt, notBefore, notAfter };
  }
  return { id: 'default', value: checkValue(option) };
}

function checkValue(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new TypeError(
    `option "secret" must be a string that is not blank, got ${describeType(value)}. ` +
      'If it comes from an environment variable, check that the variable is set',
  );
}

/** A sentence about what seems to have been pasted; empty where nothing is known. */
function guess(value: string): string {
  const mistake = MISTAKES.find(({ pattern }) => pattern.test(value));
  return mistake === undefined ? '' : `It looks like ${mistake.looks}. `;
}

function readTime(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw new TypeError(`option "secret": "${name}" must be a valid Date, got ${describe(value)}`);
}

function makeCheckOrThrow(provider: Provider, key: Buffer, value: string): SignatureCheck {
  try {
    return makeCheck(provider.algorithm, key);
  } catch {
    // The reason that the crypto library gives is left out: it could show parts of the key.
    throw new TypeError(
      `option "secret" of ${provider.name} must be a public key for ${provider.algorithm}, ` +
        `as PEM or as the sender shows it; this one cannot be read as such. ${guess(value)}`.trimEnd(),
    );
  }
}

function isAsymmetric({ algorithm }: Provider): boolean {
  return algorithm === 'ed25519' || algorithm === 'ecdsa-p256-sha256';
}
