import { joinParts, makeDeliveryKeys, type KeySource } from '../core/delivery-key';
import { sha256 } from '../core/hmac';
import type { DuplicatesDefinition } from '../core/provider';

/** The key that tells a delivery from every other, and how long it is remembered. */
export interface DuplicateKey {
  readonly key: string;
  readonly ttlMs: number;
  /** The part of `ttlMs` in which the delivery would still be accepted if it came again. */
  readonly freshMs: number;
}

/** When and under which options a delivery is remembered. */
export interface KeyLife {
  readonly now: number;
  /** The window that was applied at `now`. */
  readonly toleranceMs: number;
  /** The option `ttlMs`. */
  readonly ttlMs: number | undefined;
}

const DEFAULT_TTL_MS = 24 * 3_600_000;

// Clocks of several processes differ a little.
const MARGIN_MS = 60_000;

/**
 * The keys of an authentic delivery, one for each name of the endpoint; none where the provider's deliveries recur and
 * must not be taken for copies. `first` is the key of the first name, which the webhook has already.
 */
export function duplicateKeys(
  source: KeySource,
  endpoints: readonly string[],
  first: string | undefined,
  life: KeyLife,
): readonly DuplicateKey[] {
  const { duplicates } = source.verdict.parsedSignature.compiled.provider;
  if (first === undefined || duplicates === false) return [];
  const lasting = measureLife(duplicates, source, life);
  return [first, ...makeDeliveryKeys(source, endpoints.slice(1))].map((key) => ({ key, ...lasting }));
}

function measureLife(
  { key, ttlSeconds }: DuplicatesDefinition,
  { verdict: { timestamp }, id }: KeySource,
  { now, toleranceMs, ttlMs }: KeyLife,
): Omit<DuplicateKey, 'key'> {
  const freshMs = timestamp === undefined ? 0 : timestamp + toleranceMs + MARGIN_MS - now;
  const declaredMs = ttlSeconds === undefined ? DEFAULT_TTL_MS : ttlSeconds * 1000;
  const usualMs = ttlMs ?? declaredMs;
  // A signed time makes the copies stale by themselves; ids are remembered longer, because retries are signed anew.
  const bySignedTime = timestamp !== undefined && (key === 'signed' || id === undefined);
  return { ttlMs: bySignedTime ? freshMs : Math.max(freshMs, usualMs), freshMs };
}

/** The key that `duplicates.key` of a user makes, apart from all others. */
export function ownKey(provider: string, scope: string, endpoint: string, text: string): string {
  // No provider has a name like this.
  return sha256(joinParts(['key of the user', provider, scope, endpoint, text]), undefined);
}

/** The key under which a delivery that was handled before is handled once more, for a reason that has a name: of the same tenant. */
export function againKey(key: string, reason: string): string {
  const tenant = key.slice(0, key.indexOf(':') + 1);
  return tenant + sha256(joinParts(['again', key, reason]), undefined);
}
