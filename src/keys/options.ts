import { A_FUNCTION, checkOptions, integerBetween, type OptionChecks } from '../options';
import { makeKeySet, type FetchKey, type FetchKeys, type KeySet } from './key-set';

/** How the key set of a sender is fetched. */
export interface KeySetOptions {
  /** Gets the key set at an address of the sender's. @default by HTTPS, without redirects */
  readonly fetchKeys?: FetchKeys | undefined;
  /** How long that may take; it must be below the option `secretTimeoutMs`. @default 4000 */
  readonly keysTimeoutMs?: number | undefined;
}

/** How the keys of a sender are fetched, which gives them one by one. */
export interface SingleKeyOptions {
  /** Gets the key with an id. @default by HTTPS, without redirects, with the secret as credentials */
  readonly fetchKey?: FetchKey | undefined;
  /** How long that may take; it must be below the option `secretTimeoutMs`. @default 4000 */
  readonly keysTimeoutMs?: number | undefined;
}

const keysTimeoutMs = integerBetween(1, 60_000, 'milliseconds');

export const KEY_SET_CHECKS: OptionChecks = { fetchKeys: A_FUNCTION, keysTimeoutMs };
export const SINGLE_KEY_CHECKS: OptionChecks = { fetchKey: A_FUNCTION, keysTimeoutMs };

/** Makes the key set of a sender, by settings of the user's. Throws a `TypeError` for wrong ones. */
export function readKeySet(where: string, options: KeySetOptions): KeySet {
  const { fetchKeys, keysTimeoutMs } = checkOptions(where, options, KEY_SET_CHECKS);
  return makeKeySet(fetchKeys, keysTimeoutMs);
}
