import type { Webhook } from '../core/delivery';
import { readHeader, type HeaderSource } from '../core/headers';
import type { Verdict } from '../core/authenticate';
import { readBody } from '../core/event-and-id';
import { sha256 } from '../core/hmac';
import type { Provider } from '../core/provider';

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
 * body. `undefined` where the provider's deliveries recur and must not be taken for copies. `id` is what `uniqueId()`
 * says; `toleranceMs` is the window that was applied at `now`.
 */
export function duplicateKey(
  { claims, timestamp, covers }: Verdict,
  source: HeaderSource,
  body: Buffer,
  id: string | undefined,
  scope: string,
  now: number,
  toleranceMs: number,
  ttlOverrideMs: number | undefined,
): DuplicateKey | undefined {
  const { provider } = claims.plan;
  const { duplicates } = provider;
  if (duplicates === false) return undefined;
  const byId = duplicates.key === 'id' && id !== undefined;
  // With a token nothing else is certain to tell two deliveries apart.
  if (duplicates.key === 'id' && !byId && provider.algorithm === 'token') return undefined;
  const unsigned = (duplicates.also ?? []).map((name) => readHeader(source, [name.toLowerCase()]) ?? '');
  const { request = '' } = covers;
  const signed = [claims.timestampText, claims.id, ...(request === '' ? [] : [request])];
  const own = byId ? ['id', id] : ['signed', ...signed];
  // Where nothing that is signed varies, every delivery would be a copy of the first.
  if (!byId && body.length === 0 && [...unsigned, ...signed].every(isBlank)) return undefined;
  const parts = [provider.name, scope, ...unsigned, ...own];
  const key = sha256(joined(parts), byId ? undefined : body);

  const freshMs = timestamp === undefined ? 0 : timestamp + toleranceMs + MARGIN_MS - now;
  const declaredMs = duplicates.ttlSeconds === undefined ? DEFAULT_TTL_MS : duplicates.ttlSeconds * 1000;
  const usualMs = ttlOverrideMs ?? declaredMs;
  // A signed time makes the copies stale by themselves; ids are remembered longer, because retries are signed anew.
  const ttlMs = timestamp !== undefined && !byId ? freshMs : Math.max(freshMs, usualMs);
  return { key, ttlMs, freshMs };
}

/** The id that tells deliveries apart: a signed one, or in the body that came with a token, which signs nothing. */
export function uniqueId({ algorithm, id }: Provider, webhook: Webhook): string | undefined {
  if (algorithm === 'token') {
    return readBody({ value: webhook.payload }, id).only;
  }
  return webhook.trusted.id ? webhook.id : undefined;
}

/** The key that `duplicates.key` of a user makes, apart from all others. */
export function ownKey(provider: string, scope: string, text: string): string {
  // No provider has a name like this.
  return sha256(joined(['key of the user', provider, scope, text]), undefined);
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** With lengths in front, so that no two lists of parts run together to the same text. */
function joined(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return text;
}
