import { checkOptions, integerBetween } from '../options';
import type { DuplicateStore } from './store';

export interface MemoryStoreOptions {
  /** Largest number of records, claimed ones included. @default 1000000 */
  readonly maxRecords?: number | undefined;
  /** Milliseconds since 1970, for tests. @default Date.now */
  readonly clock?: (() => number) | undefined;
  /** Milliseconds that never go back, for tests. @default performance.now */
  readonly monotonicClock?: (() => number) | undefined;
}

interface Claim {
  readonly owner: string;
  readonly until: number;
}

const CHECKS = {
  maxRecords: integerBetween(1, 16_000_000, 'a number of records'),
  clock: { accepts: (value: unknown) => typeof value === 'function', expects: 'a function' },
  monotonicClock: { accepts: (value: unknown) => typeof value === 'function', expects: 'a function' },
};

// Of the records that may go, this part goes at once, so that one walk serves many deliveries.
const EVICTED_SHARE = 0.01;

const CLOCK_STEP_MS = 1000;
// Clocks that differ by this much in one step: one of them was set.
const CLOCK_SET_MS = 50;

/**
 * Remembers deliveries in this process: for one process, and for as long as it runs. Where it is full of records that
 * must not be forgotten yet, a claim throws, and the delivery is answered 503.
 */
export function memoryStore(options: MemoryStoreOptions = {}): DuplicateStore {
  const checked = checkOptions('memoryStore()', options, CHECKS);
  const { maxRecords = 1_000_000, clock = Date.now, monotonicClock = () => performance.now() } = checked;
  const now = makeClock(clock, monotonicClock);
  const claims = new Map<string, Claim>();
  // Done records, each with the time until which it is remembered. Those of `fresh` must not be forgotten before.
  const fresh = makeExpiringKeys();
  const rest = makeExpiringKeys();
  let sweptSecond = NaN;
  let warned = false;

  return {
    claim(key, owner, leaseMs) {
      const time = now();
      if (isDone(key, time)) return 'done';
      const held = claims.get(key);
      if (held !== undefined) {
        if (held.until > time) return 'in-progress';
        claims.delete(key);
      }
      fresh.sweep(time);
      rest.sweep(time);
      if (claims.size + fresh.size() + rest.size() >= maxRecords) makeRoom(time);
      claims.set(key, { owner, until: time + leaseMs });
      return 'claimed';
    },
    complete(key, owner, ttlMs, freshMs) {
      const time = now();
      // What this owner still holds is not done, and no record of it is left: the claim has looked.
      if (holderOf(key, time) !== owner && isTaken(key, owner, time)) return false;
      claims.delete(key);
      if (freshMs > 0) fresh.add(key, time + freshMs);
      if (ttlMs > freshMs) rest.add(key, time + ttlMs);
      return true;
    },
    release(key, owner) {
      const held = holderOf(key, now()) === owner;
      // Also where the lease has ended: nobody else will.
      if (claims.get(key)?.owner === owner) claims.delete(key);
      return held;
    },
    renew(key, owner, leaseMs) {
      const time = now();
      if (isTaken(key, owner, time)) return false;
      claims.set(key, { owner, until: time + leaseMs });
      return true;
    },
  };

  function isDone(key: string, time: number): boolean {
    return fresh.has(key, time) || rest.has(key, time);
  }

  function holderOf(key: string, time: number): string | undefined {
    const claim = claims.get(key);
    return claim !== undefined && claim.until > time ? claim.owner : undefined;
  }

  /** Whether it is too late for this owner. */
  function isTaken(key: string, owner: string, time: number): boolean {
    return isDone(key, time) || (holderOf(key, time) ?? owner) !== owner;
  }

  function makeRoom(time: number): void {
    // Records end with a second: in the same one there is nothing more to find.
    const second = Math.floor(time / 1000);
    if (second !== sweptSecond) {
      sweptSecond = second;
      fresh.sweepAll(time);
      rest.sweepAll(time);
      for (const [key, claim] of claims) if (claim.until <= time) claims.delete(key);
    }
    const over = claims.size + fresh.size() + rest.size() - maxRecords + 1;
    if (over <= 0) return;
    const evicted = rest.evict(Math.max(over, Math.floor(rest.size() * EVICTED_SHARE)));
    if (evicted < over) throw new Error('memoryStore() is full of deliveries that could still be fresh');
    if (warned) return;
    warned = true;
    process.emitWarning(
      `memoryStore() is full: of its ${maxRecords} records the oldest are forgotten early. ` +
        'Raise "maxRecords", or use redisStore()',
      'HooklatchWarning',
    );
  }
}

interface ExpiringKeys {
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

function makeExpiringKeys(): ExpiringKeys {
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

/**
 * A clock in milliseconds that moves by the lesser of what the wall clock and the monotonic one moved. Between two
 * readings both have moved at least as far, so a record that is over by it is over by both: a wall clock that is set
 * forward and back does not make it forget early. It is summed up in long steps: of many short ones the lesser is
 * nearly always nothing, because the wall clock counts whole milliseconds.
 */
function makeClock(wall: () => number, monotonic: () => number): () => number {
  let lastWall = wall();
  let lastMonotonic = monotonic();
  let time = 0;
  return () => {
    const wallStep = wall() - lastWall;
    const monotonicStep = monotonic() - lastMonotonic;
    const step = Math.min(wallStep, monotonicStep);
    const wasSet = Math.abs(wallStep - monotonicStep) >= CLOCK_SET_MS;
    if (!wasSet && monotonicStep < CLOCK_STEP_MS) return time + step;
    lastWall += wallStep;
    lastMonotonic += monotonicStep;
    time += step;
    return time;
  };
}
