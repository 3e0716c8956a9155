/** Keys that are remembered for a time. */
export interface ExpiringKeys {
  /** Whether the record is there; forgets it where its time is over. */
  has(key: string, time: number): boolean;
  /** Adds a record that is not there, behind all others: the oldest are those that were added first. */
  add(key: string, until: number): void;
  size(): number;
  /** Looks at the next few records and forgets those whose time is over. */
  sweep(time: number): void;
  sweepAll(time: number): void;
  /** Forgets the oldest records, and says how many. */
  evict(count: number): number;
}

/** Makes an empty set of such keys. */
export function makeExpiringKeys(): ExpiringKeys {
  const untilByKey = new Map<string, number>();
  // One iterator for many sweeps: a new one would walk over all that was deleted at the front, every time.
  let iterator = untilByKey.entries();
  return {
    has(key, time) {
      const until = untilByKey.get(key);
      if (until === undefined) return false;
      if (until > time) return true;
      untilByKey.delete(key);
      return false;
    },
    add(key, until) {
      // Whole seconds are small integers, which need no memory of their own.
      untilByKey.set(key, Math.ceil(until / 1000) * 1000);
    },
    size: () => untilByKey.size,
    sweep(time) {
      if (untilByKey.size === 0) return;
      for (let looked = 0; looked < 2; looked += 1) {
        const next = iterator.next();
        if (next.done === true) {
          iterator = untilByKey.entries();
          return;
        }
        if (next.value[1] <= time) untilByKey.delete(next.value[0]);
      }
    },
    sweepAll(time) {
      for (const [key, until] of untilByKey) if (until <= time) untilByKey.delete(key);
    },
    evict(count) {
      let evicted = 0;
      for (const key of untilByKey.keys()) {
        if (evicted === count) break;
        untilByKey.delete(key);
        evicted += 1;
      }
      return evicted;
    },
  };
}
