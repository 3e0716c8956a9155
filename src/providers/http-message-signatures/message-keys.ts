import {
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { decodeText } from '../../core/encoding';
import { describeKeyPair } from '../../core/key-shapes';
import { pick } from '../../core/pick';
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
  return (base, signature) =>
    verify(getHashName(algorithm), base, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** The place of a secret where a message names none: each is tried. */
export const ANY = -1;

/**
 * The place of the secret that a signature is tried with, and whether its `keyid` names that one: the only one there
 * is, else the one with that id. Where no id is right the name picks a place. So the time does not tell whether a key
 * is known: some keys take a little longer than others, and the first one would be known for itself.
 */
export function matchKey(
  keyid: string | undefined,
  secretIds: readonly string[],
): { readonly place: number; readonly isNamed: boolean } {
  if (keyid === undefined) return { place: ANY, isNamed: true };
  let place = secretIds.indexOf(pick(secretIds, keyid));
  let matches = Number(secretIds.length === 1);
  // To the end of the list whatever it finds: to leave it sooner is seen in time.
  for (const [index, id] of secretIds.entries()) {
    const isIt = Number(differences(id, keyid) === 0);
    place += isIt * (index - place);
    matches += isIt;
  }
  return { place, isNamed: matches > 0 };
}

/** How much two texts differ: 0 where they are the same. All of the second is looked at, whatever the first is. */
function differences(known: string, given: string): number {
  let found = known.length ^ given.length;
  for (let index = 0; index < given.length; index += 1) {
    found |= known.charCodeAt(index % known.length) ^ given.charCodeAt(index);
  }
  return found;
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
  return (base) => sign(getHashName(algorithm), base, { key, dsaEncoding: 'ieee-p1363' });
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

function getHashName(algorithm: AsymmetricAlgorithm): string | null {
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
