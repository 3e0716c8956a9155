import type { ClientRateLimitInfo, Store } from 'express-rate-limit';

interface Hits {
  totalHits: number;
  /** When the window began. */
  readonly since: number;
}

/** Addresses in one generation; of two generations none that has failed lately is forgotten. */
export const GENERATION = 50_000;

/**
 * The memory of `limitRate()`, as a store of express-rate-limit that is bounded: a sender that has a network of
 * addresses, as every holder of an IPv6 prefix, must not fill the memory of the process. Two generations of addresses
 * are kept; the older one is forgotten when the newer is full.
 */
export function makeAddressStore(windowMs: number): Store & Required<Pick<Store, 'get'>> {
  let newer = new Map<string, Hits>();
  let older = new Map<string, Hits>();

  return {
    // express-rate-limit warns of a memory that is made anew for every request.
    localKeys: true,
    get: (key) => readInfo(find(key)),
    increment(key) {
      const hits = find(key) ?? { totalHits: 0, since: Date.now() };
      hits.totalHits += 1;
      keep(key, hits);
      return readInfo(hits);
    },
    decrement(key) {
      const hits = find(key);
      if (hits !== undefined) hits.totalHits -= 1;
    },
    resetKey(key) {
      newer.delete(key);
      older.delete(key);
    },
  };

  function find(key: string): Hits | undefined {
    const hits = newer.get(key) ?? older.get(key);
    if (hits === undefined) return undefined;
    const age = Date.now() - hits.since;
    // A clock that was set back ends the window too: it would last for as long as the clock has gone back.
    return age >= 0 && age < windowMs ? hits : undefined;
  }

  function keep(key: string, hits: Hits): void {
    if (newer.size >= GENERATION && !newer.has(key)) {
      older = newer;
      newer = new Map();
    }
    newer.set(key, hits);
  }

  function readInfo(hits: Hits): ClientRateLimitInfo;
  function readInfo(hits: Hits | undefined): ClientRateLimitInfo | undefined;
  function readInfo(hits: Hits | undefined): ClientRateLimitInfo | undefined {
    return hits && { totalHits: hits.totalHits, resetTime: new Date(hits.since + windowMs) };
  }
}
