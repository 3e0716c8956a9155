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
export type AsymmetricAlgorithm = 'ed25519' | 'ecdsa-p256-sha256';

/** Whether one of the signatures is right. The key material lives in the closure and nowhere else. */
export type SignatureCheck = (content: SignedContent, signatures: readonly Buffer[]) => boolean;

// The DER wrappings of raw Ed25519 keys (RFC 8410).
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Prepares the check for one secret. `key` is the decoded secret: raw bytes, or for the asymmetric algorithms a
 * public key as raw Ed25519 bytes, SPKI DER or PEM. Throws where no key can be made of it.
 */
export function makeCheck(algorithm: Algorithm, key: Buffer): SignatureCheck {
  // A scheme that is code decides for itself.
  if (algorithm === 'custom') return () => false;
  if (isAsymmetric(algorithm)) {
    const publicKey = readPublicKey(algorithm, key);
    return (content, signatures) =>
      matchesAny(signatures, (signature) =>
        verifyAsymmetric(getDigestName(algorithm), joinContent(content), publicKey, signature),
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
  return algorithm === 'ed25519' || algorithm === 'ecdsa-p256-sha256';
}

/** The signature that a sender would make. For asymmetric algorithms `key` is the private key. */
export function computeSignature(algorithm: Algorithm, key: Buffer, content: SignedContent): Buffer {
  if (algorithm === 'token' || algorithm === 'custom') return key;
  if (isAsymmetric(algorithm)) {
    return signAsymmetric(getDigestName(algorithm), joinContent(content), readPrivateKey(algorithm, key));
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

function getDigestName(algorithm: AsymmetricAlgorithm): string | undefined {
  return algorithm === 'ed25519' ? undefined : 'sha256';
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
  const right =
    algorithm === 'ed25519'
      ? key.asymmetricKeyType === 'ed25519'
      : key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (!right) throw new TypeError(`the key is of another kind than ${algorithm}`);
  return key;
}

function isPem(key: Buffer): boolean {
  return key.subarray(0, 11).toString('latin1') === '-----BEGIN ';
}

const KEY_PAIRS = {
  ed25519: () => generateKeyPairSync('ed25519'),
  'ecdsa-p256-sha256': () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
} as const;

/** Makes a key that exists nowhere else, as `makeCheck` takes it. */
export function makeDummyKey(algorithm: Algorithm): Buffer {
  if (!isAsymmetric(algorithm)) return randomBytes(32);
  return KEY_PAIRS[algorithm]().publicKey.export({ format: 'der', type: 'spki' });
}
