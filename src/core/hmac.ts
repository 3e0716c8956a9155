import * as crypto from 'node:crypto';

/** Computes an HMAC over text, body and text. The result is overwritten by the next call. */
export type Hmac = (before: string, body: Buffer | undefined, after: string) => Buffer;

export type HashName = FastHashName | 'sha384' | 'sha512';
/** The hashes with blocks of 64 bytes. */
type FastHashName = 'sha256' | 'sha1';
type OneShotHash = (
  name: FastHashName,
  data: Uint8Array | string,
  encoding: 'latin1' | 'binary' | 'base64url',
) => string;

const BLOCK_BYTES = 64;
const DIGEST_BYTES = { sha256: 32, sha1: 20 } as const;

// Above this size the copy costs more than the call that it saves.
const MAX_COPIED_BYTES = 32 * 1024;

// Room for a pad and the content. It never leaves this file, and the pad in it is overwritten after each use.
const inner = Buffer.alloc(BLOCK_BYTES + MAX_COPIED_BYTES);
// Plain typed arrays on the same bytes: `set` and `fill` of a Buffer look at their arguments first.
const innerBytes = new Uint8Array(inner.buffer, inner.byteOffset, inner.length);
const innerBlock = innerBytes.subarray(0, BLOCK_BYTES);

/**
 * Prepares an HMAC (RFC 2104). Two one-shot hashes over a prepared pad cost about half of `createHmac` for small
 * bodies; they are used where Node has them (20.12) and they agree with it.
 */
export function makeHmac(name: HashName, key: Buffer, hash: OneShotHash | null = USABLE_HASH): Hmac {
  const plain = makePlainHmac(name, key);
  // The longer hashes have other blocks, and few senders.
  return hash === null || name === 'sha384' || name === 'sha512'
    ? plain
    : makeFastHmac(name, key, hash, plain);
}

/** SHA-256 over text and body: in one shot where both are small, which saves half of `createHash`. */
export function sha256(
  text: string,
  body: Buffer | undefined,
  hash: OneShotHash | null = USABLE_HASH,
  encoding: 'binary' | 'base64url' = 'base64url',
): string {
  const bodyBytes = body === undefined ? 0 : body.length;
  if (hash === null || bodyBytes + 3 * text.length > MAX_COPIED_BYTES) {
    return plainSha256(text, body, encoding);
  }
  if (body === undefined) return hash('sha256', text, encoding);
  const textBytes = inner.write(text, 0, 'utf8');
  innerBytes.set(body, textBytes);
  return hash('sha256', innerBytes.subarray(0, textBytes + bodyBytes), encoding);
}

/** The plain way, against which the fast one is checked. */
export function plainSha256(
  text: string,
  body: Buffer | undefined,
  encoding: 'binary' | 'base64url' = 'base64url',
): string {
  const hash = crypto.createHash('sha256').update(text);
  if (body !== undefined) hash.update(body);
  return hash.digest(encoding);
}

/** The plain way, against which the fast one is checked. */
export function makePlainHmac(name: HashName, key: Buffer): Hmac {
  const keyObject = crypto.createSecretKey(key);
  return (before, body, after) => {
    const hmac = crypto.createHmac(name, keyObject);
    if (before !== '') hmac.update(before);
    if (body !== undefined) hmac.update(body);
    if (after !== '') hmac.update(after);
    return hmac.digest();
  };
}

/**
 * The fast way; `plain` takes over where the content is large. As RFC 2104 says it: both pads are the key, filled up with
 * zeros to a block, each byte XOR a constant, and the HMAC is H(outer pad, H(inner pad, content)).
 */
export function makeFastHmac(name: FastHashName, key: Buffer, hash: OneShotHash, plain: Hmac): Hmac {
  const shortKey = key.length > BLOCK_BYTES ? crypto.createHash(name).update(key).digest() : key;
  const innerPad = new Uint8Array(BLOCK_BYTES).fill(0x36);
  // With room for the inner digest behind it, so that the pad is not copied for each call.
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES[name], 0x5c);
  for (const [index, byte] of shortKey.entries()) {
    innerPad[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  const digest = Buffer.alloc(DIGEST_BYTES[name]);

  return (before, body, after) => {
    const bodyBytes = body === undefined ? 0 : body.length;
    // A character is at most three bytes of UTF-8.
    if (bodyBytes + 3 * (before.length + after.length) > MAX_COPIED_BYTES) return plain(before, body, after);
    innerBytes.set(innerPad);
    let end = BLOCK_BYTES;
    if (before !== '') end += inner.write(before, end, 'utf8');
    if (body !== undefined) {
      innerBytes.set(body, end);
      end += bodyBytes;
    }
    if (after !== '') end += inner.write(after, end, 'utf8');
    const innerDigest = hash(name, new Uint8Array(inner.buffer, inner.byteOffset, end), 'latin1');
    innerBlock.fill(0);
    outer.write(innerDigest, BLOCK_BYTES, 'latin1');
    digest.write(hash(name, outer, 'latin1'), 'latin1');
    return digest;
  };
}

/** The hash, if the fast way gives with it what the plain one gives; `null` otherwise. */
export function usableHash(hash: OneShotHash | undefined): OneShotHash | null {
  return hash !== undefined && agrees(hash) ? hash : null;
}

function agrees(hash: OneShotHash): boolean {
  try {
    return (['sha256', 'sha1'] as const).every((name) => {
      const key = Buffer.from('a key to try it with');
      const body = Buffer.from([0, 255, 10, 128]);
      const plain = makePlainHmac(name, key);
      return makeFastHmac(name, key, hash, plain)('1.', body, '.2').equals(plain('1.', body, '.2'));
    });
  } catch {
    return false;
  }
}

// Absent before Node 20.12, whatever the types say.
const USABLE_HASH = usableHash((crypto as unknown as { readonly hash?: OneShotHash }).hash);
