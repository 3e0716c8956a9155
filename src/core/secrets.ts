import { describe, describeType } from '../options';
import { decodeText } from './encoding';
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
  /** What the sender would sign with it; only for schemes with a shared key. */
  readonly compute: (content: SignedContent) => Buffer;
}

const SECRET_KEYS = ['id', 'value', 'createdAt', 'notBefore', 'notAfter'];
const SHORT_SECRET_BYTES = 16;

/**
 * Checks and prepares the secrets of a provider. Throws a `TypeError` for anything that is not a usable secret;
 * no message shows a value. `warn` is called once for each secret of less than 16 bytes.
 */
export function prepareSecrets(
  provider: Provider,
  option: unknown,
  warn: (message: string) => void,
): readonly PreparedSecret[] {
  const list: readonly unknown[] = Array.isArray(option) ? option : [option];
  if (list.length === 0) {
    throw new TypeError('option "secret" must hold at least one secret, got an empty list');
  }
  const secrets = list.map((secret) => prepareSecret(provider, secret, warn));
  const ids = secrets.map(({ id }) => id);
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double !== undefined) {
    throw new TypeError(
      `option "secret" has two secrets with the id ${describe(double)}: give each its own "id"`,
    );
  }
  const newest = secrets.reduce((one, other) => (other.createdAt > one.createdAt ? other : one));
  return secrets.map((secret) => ({ ...secret, isNewest: secret.id === newest.id }));
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
      `option "secret" is not what ${provider.name} uses: expected ${form}. ` +
        'Copy it again from the settings of the sender, without quotes, spaces or line breaks',
    );
  }
  return bytes;
}

function prepareSecret(provider: Provider, option: unknown, warn: (message: string) => void): PreparedSecret {
  const secret = readSecret(option);
  const key = decodeSecret(provider, secret.value);
  if (!isAsymmetric(provider) && key.length < SHORT_SECRET_BYTES) {
    warn(
      `the secret ${describe(secret.id)} of ${provider.name} has ${key.length} bytes: ` +
        `use at least ${SHORT_SECRET_BYTES} random ones`,
    );
  }
  return {
    id: secret.id,
    notBefore: readTime('notBefore', secret.notBefore, -Infinity),
    notAfter: readTime('notAfter', secret.notAfter, Infinity),
    createdAt: readTime('createdAt', secret.createdAt, NaN),
    isNewest: true,
    check: makeCheckOrThrow(provider, key),
    compute: (content) => computeSignature(provider.algorithm, key, content),
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

function readTime(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw new TypeError(`option "secret": "${name}" must be a valid Date, got ${describe(value)}`);
}

function makeCheckOrThrow(provider: Provider, key: Buffer): SignatureCheck {
  try {
    return makeCheck(provider.algorithm, key);
  } catch {
    // The reason that the crypto library gives is left out: it could show parts of the key.
    throw new TypeError(
      `option "secret" of ${provider.name} must be a public key for ${provider.algorithm}, ` +
        'as PEM or as the sender shows it; this one cannot be read as such',
    );
  }
}

function isAsymmetric({ algorithm }: Provider): boolean {
  return algorithm === 'ed25519' || algorithm === 'ecdsa-p256-sha256';
}
