import type { Verdict } from '../core/authenticate';
import { findUniqueId } from '../core/delivery-key';
import type { Webhook } from '../core/delivery';
import { sha256 } from '../core/hmac';
import { describe } from '../options';
import type { RequestState } from '../request/state';
import { duplicateKeys, ownKey, type DuplicateKey } from './duplicate-key';

/** How the keys of a delivery are made. */
export interface DeliveryKeyTerms {
  readonly toleranceMs: number;
  readonly ttlMs: number | undefined;
  /** The option `duplicates.key`. */
  readonly key: ((webhook: Webhook) => string | undefined) | undefined;
}

const DAY_MS = 86_400_000;

/** All keys by which copies of a verified delivery are known: of its signed material, and of the user. */
export function listDeliveryKeys(
  webhook: Webhook,
  verdict: Verdict,
  state: RequestState,
  { toleranceMs, ttlMs, key: makeOwnKey }: DeliveryKeyTerms,
): readonly DuplicateKey[] {
  const { scope, endpoints, now, source } = state;
  const { rawBody: body } = webhook;
  const { provider } = verdict.parsedSignature.compiled;
  const id = findUniqueId(provider, webhook, () => ({ value: webhook.payload }));
  const life = { now, toleranceMs, ttlMs };
  const keys = [...duplicateKeys({ verdict, source, body, id, scope }, endpoints, webhook.key, life)];
  const own: unknown = makeOwnKey?.(webhook);
  if (own !== undefined && typeof own !== 'string') {
    // A promise, say, would make every delivery a copy of the first.
    throw new TypeError(`option "duplicates": "key" must give a string or undefined, got ${describe(own)}`);
  }
  if (own !== undefined && own !== '') {
    for (const endpoint of endpoints) {
      const made = ownKey(provider.name, scope, endpoint, own);
      keys.push({ key: made, ttlMs: ttlMs ?? DAY_MS, freshMs: 0 });
    }
  }
  return scope === '' ? keys : keys.map((made) => ({ ...made, key: `${nameTenant(scope)}:${made.key}` }));
}

/** The tenant as it stands in front of a key, so that a store can see whose records they are. */
function nameTenant(scope: string): string {
  return sha256(`tenant ${scope}`, undefined).slice(0, 12);
}
