import type { Provider } from 'hooklatch';
import { generateKeyPairSync } from 'node:crypto';
import { SECRET } from './http';

const ED25519 = generateKeyPairSync('ed25519');
const P256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface Keys {
  /** What the sender signs with, as its provider writes it. */
  readonly secret: string;
  /** What the receiver verifies with: the same text, or the public key. */
  readonly verifyBy: string;
}

/** Keys for a provider that is data, made of one shared text where the scheme has a shared key. */
export function keysFor({ algorithm, secret, signature }: Provider, text = SECRET): Keys {
  const { encoding, prefix = '', privatePrefix = prefix } = secret;
  if (algorithm === 'ed25519') {
    const seed = ED25519.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
    const point = ED25519.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    return {
      secret: privatePrefix + seed.toString(encoding),
      verifyBy: prefix + point.toString(encoding),
    };
  }
  if (algorithm === 'ecdsa-p256-sha256' || algorithm.startsWith('rsa')) {
    const pair = algorithm.startsWith('rsa') ? RSA : P256;
    return {
      secret: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString(encoding),
      verifyBy: pair.publicKey.export({ format: 'der', type: 'spki' }).toString(encoding),
    };
  }
  const user = signature.scheme === 'Basic' ? 'user:' : '';
  const shared = user + prefix + Buffer.from(text).toString(encoding);
  return { secret: shared, verifyBy: shared };
}

/** The origin that every delivery of the tests has, and the path behind it, for schemes that sign the address. */
export const ORIGIN = 'https://example.org';

/** Whether the option `publicUrl` is needed. */
export const signsUrl = ({ signed }: Provider): boolean => signed.includes('{url}');
