import { getToleranceMs, type Verdict } from '../core/authenticate';
import type { Webhook } from '../core/delivery';
import { findUniqueId } from '../core/delivery-key';
import { sha256 } from '../core/hmac';
import { describe } from '../options';
import type { RequestState } from '../request/state';
import { duplicateKeys, ownKey, usualLifeMs, type DuplicateKey } from './duplicate-key';

/** The settings that the keys of a delivery are made by. */
export interface KeySettings {
  /** The option `duplicates.key`. */
  readonly makeOwnKey: ((webhook: Webhook) => string | undefined) | undefined;
  readonly ttlMs: number | undefined;
  readonly toleranceSeconds: number | undefined;
  /** The time that the steps in front may take beyond the usual. */
  readonly delayMs: number;
}

const DAY_MS = 86_400_000;
const CLOCKS_MS = 20_000;

/** The keys by which copies of a verified delivery are known, each with how long it is remembered. */
export function listKeys(
  { makeOwnKey, toleranceSeconds, delayMs, ttlMs }: KeySettings,
  webhook: Webhook,
  verdict: Verdict,
  state: RequestState,
): readonly DuplicateKey[] {
  const { scope, endpoints, now, rawBody, source } = state;
  const { compiled } = verdict.parsedSignature;
  const id = findUniqueId(compiled.provider, webhook, () => ({ value: webhook.payload }));
  const received = { verdict, source, body: rawBody ?? webhook.rawBody, id, scope };
  const life = { now, toleranceMs: getToleranceMs(compiled, toleranceSeconds) + delayMs, ttlMs };
  const keys = [...duplicateKeys(received, endpoints, webhook.key, life)];
  const own: unknown = makeOwnKey?.(webhook);
  // A promise, say, would make every delivery a copy of the first.
  if (own !== undefined && typeof own !== 'string') throw new TypeError(describeNotText('key', own));
  if (own !== undefined && own !== '') {
    for (const endpoint of endpoints) {
      const key = ownKey(compiled.provider.name, scope, endpoint.text, own);
      keys.push({ key, ttlMs: ttlMs ?? Math.max(DAY_MS, usualLifeMs(compiled.provider)), freshMs: 0 });
    }
  }
  return scope === '' ? keys : keys.map((made) => ({ ...made, key: `${getTenant(scope)}:${made.key}` }));
}

/** Whether the record of an earlier copy may have ended while this delivery was on its way through the steps. */
export function isTooLate({ ttlMs, freshMs }: DuplicateKey, { startedAt }: RequestState): boolean {
  return freshMs > 0 && ttlMs - (performance.now() - startedAt) < CLOCKS_MS;
}

/** The message about a function of the option that gives no text. */
export function describeNotText(option: string, given: unknown): string {
  return `option "duplicates": "${option}" must give a string or undefined, got ${describe(given)}`;
}

/** The tenant as it stands in front of a key, so that a store can see whose records they are. */
function getTenant(scope: string): string {
  return sha256(`tenant ${scope}`, undefined).slice(0, 12);
}
