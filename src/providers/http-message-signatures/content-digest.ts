import { createHash, timingSafeEqual } from 'node:crypto';
import { bytesAt, readDictionary } from './structured-fields';

// The algorithms of RFC 9530 that are not broken, and what Node calls them.
const HASHES = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
]);

/**
 * Whether a Content-Digest header (RFC 9530) is right for the exact body: it has a SHA-256 or a SHA-512, and each that
 * it has is right. Other digests in it say nothing.
 */
export function matchesContentDigest(header: string, body: Buffer): boolean {
  const dictionary = readDictionary(header);
  if (dictionary === undefined) return false;
  const known = [...HASHES].filter(([name]) => dictionary.has(name));
  const right = known.filter(([name, hash]) => {
    const computed = createHash(hash).update(body).digest();
    const claimed = bytesAt(dictionary, name);
    return claimed?.length === computed.length && timingSafeEqual(claimed, computed);
  });
  return known.length > 0 && right.length === known.length;
}

/** The header that a sender would send with a body. */
export function contentDigest(body: Buffer): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}
