import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { AN_OBJECT } from '../options';

/** Public keys by their ids. */
export type KeysById = ReadonlyMap<string, KeyObject>;

type Fields = Readonly<Record<string, unknown>>;

const MAX_KEYS = 100;

/** A public key as PEM (a certificate too), base64 of its SPKI, or a JSON Web Key. Throws where a text is none. */
export function readPublicKey(text: string): KeyObject {
  const bare = text.trim();
  if (bare.startsWith('{')) return readJsonWebKey(JSON.parse(bare) as Fields);
  // A public key can be made of a private one; but then the receiver could sign as well.
  if (bare.includes('PRIVATE KEY-----')) throw new TypeError('this is a private key');
  if (bare.startsWith('-----BEGIN ')) return createPublicKey(bare);
  return createPublicKey({ key: Buffer.from(bare, 'base64'), format: 'der', type: 'spki' });
}

/**
 * The keys of a JSON Web Key Set (RFC 7517) that can verify signatures. Keys of other kinds are left out, shared and
 * private ones among them. Throws where no key is left: an answer without any is a fault of the server.
 */
export function readKeySet(text: string): KeysById {
  const { keys } = JSON.parse(text) as Fields;
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new TypeError('this is no set of keys');
  const found = new Map<string, KeyObject>();
  for (const [index, key] of (keys as readonly unknown[]).entries()) {
    const read = readUsable(key);
    if (read !== undefined) found.set(readId(key as Fields) ?? `#${index}`, read);
  }
  if (found.size === 0) throw new TypeError('the set holds no key that verifies signatures');
  return found;
}

function readUsable(key: unknown): KeyObject | undefined {
  if (!AN_OBJECT.accepts(key) || (key as Fields).use === 'enc') return undefined;
  try {
    return readJsonWebKey(key as Fields);
  } catch {
    return undefined;
  }
}

function readJsonWebKey(key: Fields): KeyObject {
  if (key.d !== undefined) throw new TypeError('this is a private key');
  return createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
}

function readId({ kid }: Fields): string | undefined {
  return typeof kid === 'string' ? kid : undefined;
}
