import { describe } from '../options';
import type { Awaitable } from '../awaitable';
import type { CustomContext, CustomScheme, CustomVerdict } from './custom-scheme';
import type { Delivery } from './delivery';
import { decodeSecret, guessMistake, PRIVATE_KEY, readCustomSecret } from './decode-secret';
import { getCompiled } from './compiled-provider';
import { markSecret } from './endpoint';
import type { Provider } from './provider';
import { isInUse, listSecrets, type Lifetime, type ListedSecret } from './secret-option';
import {
  computeSignature,
  isAsymmetric,
  makeCheck,
  makeDummyKey,
  readPublicKey,
  type SignatureCheck,
  type SignedContent,
} from './signature';

/** A secret made ready: its check, and when it may be used. The value itself is in the closure of the check. */
export interface PreparedSecret extends Lifetime {
  readonly check: SignatureCheck;
  /** Runs the function of a scheme that is not data. */
  readonly verify: (
    scheme: CustomScheme,
    delivery: Delivery,
    context: Omit<CustomContext<never, never>, 'key'>,
  ) => Awaitable<CustomVerdict | undefined>;
  /** Computes the sender's signature; only for schemes with a shared key. */
  readonly compute: (content: SignedContent) => Buffer;
  /** Tells it from other secrets, in the keys of deliveries. */
  readonly mark: () => string;
}

/** The parts of a prepared secret beside its keys. */
interface Unprepared extends Omit<PreparedSecret, 'compute' | 'mark' | 'verify'> {
  /** The bytes that tell it from other secrets. */
  readonly marked: Buffer;
  /** Answers a challenge, for a scheme that is code. */
  readonly answer: ((challenge: string) => string) | undefined;
}

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

/**
 * The newest of the secrets that are in use, by `createdAt`, else the first; a match with another is reported. One
 * that waits for its `notBefore` makes no other old. Some secret must be in use, as it is where one has matched.
 */
export function newestAt(secrets: readonly PreparedSecret[], now: number): PreparedSecret {
  const [only] = secrets;
  if (only !== undefined && secrets.length === 1) return only;
  return secrets
    .filter((secret) => isInUse(secret, now))
    .reduce((one, other) => (other.createdAt > one.createdAt ? other : one));
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
  const write = custom?.answerChallenge;
  const answer = write && ((challenge: string) => write(challenge, secret.value));
  return makePrepared(provider, { ...secret, check, marked, answer }, signingKey, ownKey);
}

/** The bytes of a key, the same for each way in which it can be written. */
function plainKey({ algorithm }: Provider, key: Buffer): Buffer {
  return isAsymmetric(algorithm)
    ? readPublicKey(algorithm, key).export({ format: 'der', type: 'spki' })
    : key;
}

function makePrepared(
  { algorithm }: Provider,
  { id, notBefore, notAfter, createdAt, check, marked, answer }: Unprepared,
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
    compute: (content) =>
      answer === undefined ? computeSignature(algorithm, key, content) : Buffer.from(answer(content.before)),
    // Only the functions of the same provider see its key, and they have its type.
    verify: (scheme, delivery, context) => scheme.verify(delivery, { ...context, key: ownKey as never }),
  };
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
      `as PEM or as the sender shows it; this one cannot be read as such${guessMistake(provider, value.trim())}`,
  );
}
