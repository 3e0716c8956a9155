import { createHash } from 'node:crypto';
import { readHeader, type HeaderSource } from './headers';
import type { Verdict } from './judge';

/** What tells one delivery from every other, and how long it is remembered. */
export interface DuplicateKey {
  readonly key: string;
  readonly ttlMs: number;
  /** The part of `ttlMs` in which the delivery would still be accepted if it came again. */
  readonly freshMs: number;
}

const DEFAULT_TTL_MS = 24 * 3_600_000;

// Clocks of several processes differ a little.
const MARGIN_MS = 60_000;

/**
 * The key of an authentic delivery, made of signed material as its provider declares: the signed id, or timestamp and
 * body. `undefined` where the provider's deliveries recur and must not be taken for copies. `toleranceMs` is the
 * window that was applied at `now`.
 */
export function duplicateKey(
  { claims, timestamp }: Verdict,
  source: HeaderSource,
  body: Buffer,
  ownId: string | undefined,
  scope: string,
  now: number,
  toleranceMs: number,
  ttlOverrideMs: number | undefined,
): DuplicateKey | undefined {
  const { provider } = claims.plan;
  const { duplicates } = provider;
  if (duplicates === false) return undefined;
  const byId = duplicates.key === 'id' && ownId !== undefined;
  // Without a signature there is nothing but the id: bodies alike can be different events.
  if (!byId && provider.algorithm === 'token') return undefined;
  const unsigned = (duplicates.also ?? []).map((name) => readHeader(source, [name.toLowerCase()]) ?? '');
  const parts = [provider.name, scope, ...unsigned, byId ? `id ${ownId}` : `at ${claims.timestampText}`];
  // Lengths in front, so that no two lists of parts run together to the same text.
  const text = parts.map((part) => `${part.length}:${part}`).join('');
  const hash = createHash('sha256').update(text);
  if (!byId) hash.update(body);

  const freshMs = timestamp === undefined ? 0 : timestamp + toleranceMs + MARGIN_MS - now;
  const declaredMs = duplicates.ttlSeconds === undefined ? DEFAULT_TTL_MS : duplicates.ttlSeconds * 1000;
  const usualMs = ttlOverrideMs ?? declaredMs;
  // A signed time makes the copies stale by themselves; ids are remembered longer, because retries are signed anew.
  const ttlMs = timestamp !== undefined && !byId ? freshMs : Math.max(freshMs, usualMs);
  return { key: hash.digest('base64url'), ttlMs, freshMs };
}

/** The key that `duplicates.key` of a user makes, apart from all others. */
export function ownKey(provider: string, scope: string, text: string): string {
  const parts = ['own', provider, scope, text];
  const whole = parts.map((part) => `${part.length}:${part}`).join('');
  return createHash('sha256').update(whole).digest('base64url');
}
