import {
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { CustomContext } from '../../core/custom';
import { decodeText } from '../../core/encoding';
import { describeKeyPair } from '../../core/key-shapes';
import { readPrivateKey, readPublicKey, type AsymmetricAlgorithm } from '../../core/signature';

/** The algorithms of HTTP Message Signatures (RFC 9421, section 3.3) that are supported, by their registered names. */
export type MessageAlgorithm = 'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256';

/** Whether a signature is right for a signature base. The key lives in the closure. */
export type MessageCheck = (base: Buffer, signature: Buffer) => boolean;

/** The signature of a signature base. */
export type MessageSigner = (base: Buffer) => Buffer;

type SecretEncoding = 'utf8' | 'base64';

/** The check with a shared secret, or with a public key as PEM or base64. Throws where the text is no such key. */
export function makeMessageCheck(
  algorithm: MessageAlgorithm,
  encoding: SecretEncoding,
  text: string,
): MessageCheck {
  if (algorithm === 'hmac-sha256') {
    const compute = makeMessageSigner(algorithm, encoding, text);
    return (base, signature) => {
      const computed = compute(base);
      return signature.length === computed.length && timingSafeEqual(signature, computed);
    };
  }
  // It would do, because a public key can be made of it; but then the receiver could sign as well.
  if (text.includes('PRIVATE KEY-----')) throw new TypeError('this is a private key');
  const key = readPublicKey(algorithm, keyBytes(text));
  return (base, signature) => verify(hashOf(algorithm), base, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/**
 * Whether a `keyid` names this secret, and whether the signature is computed with it: once for each signature, with
 * the named secret, or with the first where none has that name. So the time does not tell whether a key is known.
 */
export function matchKey(
  keyid: string | undefined,
  { secretId, secretIds }: Pick<CustomContext, 'secretId' | 'secretIds'>,
): { readonly isNamed: boolean; readonly isTried: boolean } {
  const isNamed = keyid === undefined || keyid === secretId || secretIds.length === 1;
  const isStranger = keyid !== undefined && !secretIds.includes(keyid);
  return { isNamed, isTried: isNamed || (isStranger && secretId === secretIds[0]) };
}

/** The signer with a shared secret, or with a private key as PEM or base64. Throws where the text is no such key. */
export function makeMessageSigner(
  algorithm: MessageAlgorithm,
  encoding: SecretEncoding,
  text: string,
): MessageSigner {
  if (algorithm === 'hmac-sha256') {
    // With a public key for a secret, everybody could sign.
    if (describeKeyPair(text) !== undefined) throw new TypeError('this is a key of another algorithm');
    const key = createSecretKey(decode(text, encoding));
    return (base) => createHmac('sha256', key).update(base).digest();
  }
  const key = readPrivateKey(algorithm, keyBytes(text));
  return (base) => sign(hashOf(algorithm), base, { key, dsaEncoding: 'ieee-p1363' });
}

/** The text of a key that exists nowhere else, as `makeMessageCheck` takes it in either encoding. */
export function makeDummyKey(algorithm: MessageAlgorithm): string {
  if (algorithm === 'hmac-sha256') return randomBytes(48).toString('base64');
  const { publicKey } =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return publicKey.export({ format: 'pem', type: 'spki' }).toString();
}

function hashOf(algorithm: AsymmetricAlgorithm): string | null {
  return algorithm === 'ed25519' ? null : 'sha256';
}

function keyBytes(text: string): Buffer {
  return isPem(text) ? Buffer.from(text) : decode(text, 'base64');
}

function isPem(text: string): boolean {
  return text.startsWith('-----BEGIN ');
}

function decode(text: string, encoding: SecretEncoding): Buffer {
  const bytes = decodeText(text, encoding);
  if (bytes === undefined) throw new TypeError('this is no canonical base64');
  return bytes;
}
