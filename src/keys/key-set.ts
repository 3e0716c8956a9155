import type { KeyObject } from 'node:crypto';
import type { Awaitable } from '../awaitable';
import { fetchText } from './fetch-text';
import { makeFetchedValues } from './fetched-values';
import { readKeySet, readPublicKey } from './read-keys';

/**
 * Gets the JSON Web Key Set at an address, as text. What it throws is answered 503, so that the sender comes again. It
 * should give up when `signal` is aborted; its late answer is dropped.
 */
export type FetchKeys = (address: string, signal: AbortSignal) => Awaitable<string>;

/**
 * Gets the public key with an id, as PEM, base64 of its SPKI, or a JSON Web Key; `undefined` where there certainly is
 * none. `secret` is the option `secret` of the provider, for senders that want to know who asks.
 */
export type FetchKey = (id: string, signal: AbortSignal, secret: string) => Awaitable<string | undefined>;

/** Keys from key sets, by the address of the set. */
export interface KeySet {
  /** The key with an id; `undefined` where the set has none. */
  readonly find: (address: string, id: string) => Promise<KeyObject | undefined>;
  /** All keys, for a sender that does not say which one it has used. */
  readonly list: (address: string) => Promise<readonly KeyObject[]>;
}

const MAX_BYTES = 262_144;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DEFAULT_TIMEOUT_MS = 4000;
// An id that is not known is reason to read a set again, but not whenever a stranger makes one up.
const REREAD_MS = 60_000;
const STRANGERS = { most: 1, perMs: 60_000 };
// The addresses of sets are not for strangers to choose.
const ADDRESSES = { most: 64, perMs: 60_000 };

/**
 * Keys from the sets at pinned addresses. A set is fetched once for all deliveries that wait for it, and again after an
 * hour, or where an id is unknown and a minute has gone by since the last time. Where that fails, the set before it is
 * used for another day.
 */
export function makeKeySet(
  fetchKeys: FetchKeys = fetchKeySet,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): KeySet {
  const sets = makeFetchedValues({
    fetch: (address, signal) => fetchKeys(address, signal),
    read: readKeySet,
    word: 'key set',
    timeoutMs,
    keepMs: HOUR_MS,
    strangers: ADDRESSES,
  });
  return {
    async find(address, id) {
      const key = (await sets.find(address))?.get(id);
      return key ?? (await sets.renew(address, REREAD_MS))?.get(id);
    },
    list: async (address) => [...((await sets.find(address))?.values() ?? [])],
  };
}

/**
 * Keys that are asked for one by one. Each is kept for a day. Of ids that have never had a key one is asked for in a
 * minute: strangers can make up as many as they like. A delivery with another one is answered 503 meanwhile.
 */
export function makeSingleKeys(
  fetchKey: FetchKey,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): (id: string, secret: string) => Promise<KeyObject | undefined> {
  const keys = makeFetchedValues({
    fetch: fetchKey,
    read: readPublicKey,
    word: 'key',
    timeoutMs,
    keepMs: DAY_MS,
    strangers: STRANGERS,
  });
  return keys.find;
}

/** Gets a key set by HTTPS. That a pinned address has none is a fault of its host. */
export async function fetchKeySet(address: string, signal: AbortSignal): Promise<string> {
  const text = await fetchText(address, signal, { word: 'key set', maxBytes: MAX_BYTES });
  if (text === undefined) throw new Error('the host says that there is no key set');
  return text;
}
