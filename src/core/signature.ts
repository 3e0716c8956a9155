import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign as signAsymmetric,
  timingSafeEqual,
  verify as verifyAsymmetric,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from 'node:crypto';
import { makeHmac, type HashName } from './hmac';
import type { Algorithm } from './provider';

/** The signed content: text, the exact body bytes (absent where the scheme does not cover them), text. */
export interface SignedContent {
  readonly before: string;
  readonly body: Buffer | undefined;
  readonly after: string;
  /** Whether a plain digest has the secret behind them. @default false: in front */
  readonly secretLast?: boolean;
}

/** The sender signs with a private key, and the secret here is a public one. */
export type AsymmetricAlgorithm = 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-sha1' | 'rsa-sha256' | 'rsa-sha512';

/** How an algorithm with a pair of keys works. */
interface PairScheme {
  /** The digest that is signed; `undefined` where the scheme has its own. */
  readonly digest: string | undefined;
  readonly isRight: (key: KeyObject) => boolean;
  readonly makePair: () => KeyPairKeyObjectResult;
  /** Makes a public key that has no private one; `makePair` does where that is as quick. */
  readonly makeDummy?: () => KeyObject;
}

/** Whether one of the signatures is right. The key material lives in the closure and nowhere else. */
export type SignatureCheck = (content: SignedContent, signatures: readonly Buffer[]) => boolean;

// The DER wrappings of raw Ed25519 keys (RFC 8410).
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
// Postal's keys have 1024 bits, as DKIM has them (RFC 6376, section 3.3.3); what is shorter was factored long ago.
const MIN_RSA_BITS = 1024;

const PAIR_SCHEMES: Readonly<Record<AsymmetricAlgorithm, PairScheme>> = {
  ed25519: {
    digest: undefined,
    isRight: ({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519',
    makePair: () => generateKeyPairSync('ed25519'),
  },
  'ecdsa-p256-sha256': {
    digest: 'sha256',
    isRight: ({ asymmetricKeyDetails }) => asymmetricKeyDetails?.namedCurve === 'prime256v1',
    makePair: () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  },
  'rsa-sha1': describeRsa('sha1'),
  'rsa-sha256': describeRsa('sha256'),
  'rsa-sha512': describeRsa('sha512'),
};

/** RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2), which is what webhooks are signed with. */
function describeRsa(digest: string): PairScheme {
  return {
    digest,
    isRight: ({ asymmetricKeyType, asymmetricKeyDetails }) =>
      asymmetricKeyType === 'rsa' && Number(asymmetricKeyDetails?.modulusLength) >= MIN_RSA_BITS,
    makePair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    makeDummy: makeRsaDummy,
  };
}

// A pair takes up to a second to find. Of a random modulus the factors are not known to us either.
function makeRsaDummy(): KeyObject {
  const modulus = randomBytes(256);
  modulus[0] = 0x80 | Number(modulus[0]);
  modulus[255] = 0x01 | Number(modulus[255]);
  const key = { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' };
  return createPublicKey({ key, format: 'jwk' });
}

/**
 * Prepares the check for one secret. `key` is the decoded secret: raw bytes, or for the asymmetric algorithms a
 * public key as raw Ed25519 bytes, SPKI DER or PEM. Throws where no key can be made of it.
 */
export function makeCheck(algorithm: Algorithm, key: Buffer): SignatureCheck {
  // A scheme that is code decides for itself.
  if (algorithm === 'custom') return () => false;
  if (isAsymmetric(algorithm)) {
    const { digest } = PAIR_SCHEMES[algorithm];
    const publicKey = readPublicKey(algorithm, key);
    return (content, signatures) =>
      matchesAny(signatures, (signature) =>
        verifyAsymmetric(digest, joinContent(content), publicKey, signature),
      );
  }
  if (algorithm === 'token') {
    // Both sides are brought to one length by a keyed digest, so that neither length nor content shows in time.
    const blind = createSecretKey(randomBytes(32));
    const digest = (bytes: Buffer): Buffer => createHmac('sha256', blind).update(bytes).digest();
    const expected = digest(key);
    return (_content, signatures) =>
      matchesAny(signatures, (signature) => timingSafeEqual(expected, digest(signature)));
  }
  const compute = makeDigest(algorithm, key);
  return (content, signatures) => {
    const expected = compute(content);
    return matchesAny(signatures, (signature) => timingSafeEqual(expected, signature));
  };
}

export function isAsymmetric(algorithm: Algorithm): algorithm is AsymmetricAlgorithm {
  return Object.hasOwn(PAIR_SCHEMES, algorithm);
}

/** The signature that a sender would make. For asymmetric algorithms `key` is the private key. */
export function computeSignature(algorithm: Algorithm, key: Buffer, content: SignedContent): Buffer {
  if (algorithm === 'token' || algorithm === 'custom') return key;
  if (isAsymmetric(algorithm)) {
    const { digest } = PAIR_SCHEMES[algorithm];
    return signAsymmetric(digest, joinContent(content), readPrivateKey(algorithm, key));
  }
  // The digest is the scratch of its HMAC, and overwritten by the next one.
  return Buffer.from(makeDigest(algorithm, key)(content));
}

// A failure has tried every signature; a match may end the loop, because only a genuine sender sees that.
function matchesAny(signatures: readonly Buffer[], matches: (signature: Buffer) => boolean): boolean {
  for (const signature of signatures) if (matches(signature)) return true;
  return false;
}

type SharedKeyAlgorithm = Exclude<Algorithm, AsymmetricAlgorithm | 'token' | 'custom'>;

const HASHES: Readonly<Record<SharedKeyAlgorithm, HashName>> = {
  'hmac-sha256': 'sha256',
  'hmac-sha1': 'sha1',
  'hmac-sha384': 'sha384',
  'hmac-sha512': 'sha512',
  sha1: 'sha1',
  sha256: 'sha256',
  sha512: 'sha512',
};

/** Whether it is the digest of secret and content, which is weaker than an HMAC. */
export function isPlainDigest(algorithm: Algorithm): boolean {
  return algorithm === 'sha1' || algorithm === 'sha256' || algorithm === 'sha512';
}

/** The hash of an HMAC; `undefined` for any other algorithm. */
export function getHmacHash(algorithm: Algorithm): HashName | undefined {
  const isHmac = !isAsymmetric(algorithm) && algorithm !== 'token' && algorithm !== 'custom';
  return isHmac && !isPlainDigest(algorithm) ? HASHES[algorithm] : undefined;
}

function makeDigest(algorithm: SharedKeyAlgorithm, key: Buffer): (content: SignedContent) => Buffer {
  const name = HASHES[algorithm];
  if (isPlainDigest(algorithm)) {
    return ({ before, body, after, secretLast = false }) => {
      const hash = createHash(name);
      if (!secretLast) hash.update(key);
      hash.update(before);
      if (body !== undefined) hash.update(body);
      hash.update(after);
      if (secretLast) hash.update(key);
      return hash.digest();
    };
  }
  const hmac = makeHmac(name, key);
  return ({ before, body, after }) => hmac(before, body, after);
}

function joinContent({ before, body, after }: SignedContent): Buffer {
  return Buffer.concat([Buffer.from(before), body ?? Buffer.alloc(0), Buffer.from(after)]);
}

/** A public key as PEM, SPKI, or the raw bytes of Ed25519. Throws where it is none of that kind. */
export function readPublicKey(algorithm: AsymmetricAlgorithm, key: Buffer): KeyObject {
  if (isPem(key)) return assertKind(algorithm, createPublicKey({ key, format: 'pem' }));
  const der = key.length === 32 ? Buffer.concat([ED25519_SPKI, key]) : key;
  return assertKind(algorithm, createPublicKey({ key: der, format: 'der', type: 'spki' }));
}

/** A private key as PEM, PKCS #8, or the raw bytes of Ed25519. Throws where it is none of that kind. */
export function readPrivateKey(algorithm: AsymmetricAlgorithm, key: Buffer): KeyObject {
  if (isPem(key)) return assertKind(algorithm, createPrivateKey({ key, format: 'pem' }));
  // A raw Ed25519 key is the seed of 32 bytes, with or without the public key behind it. No DER is as short.
  const raw = key.length === 32 || key.length === 64;
  const der = raw ? Buffer.concat([ED25519_PKCS8, key.subarray(0, 32)]) : key;
  return assertKind(algorithm, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

function assertKind(algorithm: AsymmetricAlgorithm, key: KeyObject): KeyObject {
  if (!PAIR_SCHEMES[algorithm].isRight(key))
    throw new TypeError(`the key is of another kind than ${algorithm}`);
  return key;
}

function isPem(key: Buffer): boolean {
  return key.subarray(0, 11).toString('latin1') === '-----BEGIN ';
}

/** Makes a key that exists nowhere else, as `makeCheck` takes it. */
export function makeDummyKey(algorithm: Algorithm): Buffer {
  if (!isAsymmetric(algorithm)) return randomBytes(32);
  const { makePair, makeDummy = () => makePair().publicKey } = PAIR_SCHEMES[algorithm];
  return makeDummy().export({ format: 'der', type: 'spki' });
}

/** Makes a pair of keys for trying. */
export function makeKeyPair(algorithm: AsymmetricAlgorithm): KeyPairKeyObjectResult {
  return PAIR_SCHEMES[algorithm].makePair();
}
