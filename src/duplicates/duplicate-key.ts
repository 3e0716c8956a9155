import { joinParts, makeDeliveryKey, type KeySource } from '../core/delivery-key';
import type { EndpointNames } from '../core/endpoint';
import { sha256 } from '../core/hmac';
import type { DuplicatesDefinition, Provider } from '../core/provider';

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

const HOUR_MS = 3_600_000;
const DEFAULT_TTL_MS = 24 * HOUR_MS;

// Clocks of several processes differ a little.
const MARGIN_MS = 60_000;

/**
 * The keys of an authentic delivery, one for each name of the endpoint; none where the provider's deliveries recur and
 * must not be taken for copies. `first` is the key of the first name, which the webhook has already.
 */
export function duplicateKeys(
  source: KeySource,
  [, ...others]: EndpointNames,
  first: string | undefined,
  life: KeyLife,
): readonly DuplicateKey[] {
  const { provider } = source.verdict.parsedSignature.compiled;
  const { duplicates } = provider;
  if (first === undefined || duplicates === false) return [];
  const lasting = measureLife(duplicates, source, { ...life, ttlMs: life.ttlMs ?? usualLifeMs(provider) });
  if (others.length === 0) return [{ key: first, ...lasting }];
  return [first, ...others.map((endpoint) => makeDeliveryKey(source, endpoint))]
    .filter((key) => key !== undefined)
    .map((key) => ({ key, ...lasting }));
}

/**
 * How long a delivery is remembered that no signed time makes stale: as its provider says, or for as long as its sender
 * tries, and an hour for the last try to be answered.
 */
export function usualLifeMs({ duplicates, retries }: Provider): number {
  const ttlSeconds = duplicates === false ? undefined : duplicates.ttlSeconds;
  if (ttlSeconds !== undefined) return ttlSeconds * 1000;
  return Math.max(DEFAULT_TTL_MS, ((retries?.hours ?? 0) + 1) * HOUR_MS);
}

function measureLife(
  { key }: DuplicatesDefinition,
  { verdict: { timestamp }, id }: KeySource,
  { now, toleranceMs, ttlMs }: KeyLife & { readonly ttlMs: number },
): Omit<DuplicateKey, 'key'> {
  const freshMs = timestamp === undefined ? 0 : timestamp + toleranceMs + MARGIN_MS - now;
  // A signed time makes the copies stale by themselves; ids are remembered longer, because retries are signed anew.
  const bySignedTime = timestamp !== undefined && (key === 'signed' || id === undefined);
  return { ttlMs: bySignedTime ? freshMs : Math.max(freshMs, ttlMs), freshMs };
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
