import { checkOptions, integerBetween } from '../options';
import { makeExpiringKeys, type ExpiringKeys } from './expiring-keys';
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
  /** By the monotonic clock. */
  readonly until: number;
}

/** The records of one tenant, or of all deliveries that have none. */
interface Share {
  readonly tenant: string;
  readonly claims: Map<string, Claim>;
  /** Done records, each with the time until which it is remembered. These must not be forgotten before. */
  readonly fresh: ExpiringKeys;
  readonly rest: ExpiringKeys;
  /** How many of its records have been counted. */
  size: number;
}

const CHECKS = {
  maxRecords: integerBetween(1, 16_000_000, 'a number of records'),
  clock: { accepts: (value: unknown) => typeof value === 'function', expects: 'a function' },
  monotonicClock: { accepts: (value: unknown) => typeof value === 'function', expects: 'a function' },
};

// Of the records that may go, this part goes at once, so that one walk serves many deliveries.
const EVICTED_SHARE = 0.01;

// Completions in a row of which it is known whose they were, at least: a repeated call comes soon.
const KNOWN_OWNERS = 1000;

// The part of the free records that one tenant may take.
const SHARE = 1 / 8;

const CLOCK_STEP_MS = 1000;
// Clocks that differ by this much in one step: one of them was set.
const CLOCK_SET_MS = 50;

/**
 * Remembers deliveries in this process: for one process, and for as long as it runs. Where it is full of records that
 * must not be forgotten yet, a claim throws, and the delivery is answered 503. A tenant may have an eighth of the
 * records that are still free, so that it does not fill the store for the others.
 */
export function memoryStore(options: MemoryStoreOptions = {}): DuplicateStore {
  const checked = checkOptions('memoryStore()', options, CHECKS);
  const { maxRecords = 1_000_000, clock = readWallClock, monotonicClock = readMonotonicClock } = checked;
  const now = makeClock(clock, monotonicClock());
  const records = new Records(maxRecords);
  const owners = makeOwners();

  return {
    claim(key, owner, leaseMs) {
      const share = records.getShare(key);
      const instant = monotonicClock();
      const time = now(instant);
      if (isDone(share, key, time)) return 'done';
      const holder = findHolder(share, key, instant);
      if (holder !== undefined && holder !== owner) return 'in-progress';
      if (holder === undefined) {
        share.claims.delete(key);
        records.makeRoom(share, time, instant);
      }
      share.claims.set(key, { owner, until: instant + leaseMs });
      records.count(share);
      return 'claimed';
    },
    complete(key, owner, ttlMs, freshMs) {
      const share = records.getShare(key);
      const instant = monotonicClock();
      const time = now(instant);
      const holder = findHolder(share, key, instant);
      // A key that is held is not done: the claim has looked.
      if (holder === undefined && isDone(share, key, time)) return owners.isOf(key, owner);
      if ((holder ?? owner) !== owner) return false;
      share.claims.delete(key);
      if (freshMs > 0) share.fresh.add(key, time + freshMs);
      if (ttlMs > freshMs) share.rest.add(key, time + ttlMs);
      owners.add(key, owner);
      records.count(share);
      return true;
    },
    release(key, owner) {
      const share = records.getShare(key);
      const held = findHolder(share, key, monotonicClock()) === owner;
      // Also where the lease has ended: no other call will.
      if (share.claims.get(key)?.owner === owner) share.claims.delete(key);
      records.count(share);
      return held;
    },
    renew(key, owner, leaseMs) {
      const share = records.getShare(key);
      const instant = monotonicClock();
      if (isDone(share, key, now(instant)) || (findHolder(share, key, instant) ?? owner) !== owner)
        return false;
      share.claims.set(key, { owner, until: instant + leaseMs });
      records.count(share);
      return true;
    },
  };
}

// Read at each call: tests put other clocks in their place.
function readWallClock(): number {
  return Date.now();
}

function readMonotonicClock(): number {
  return performance.now();
}

function isDone({ fresh, rest }: Share, key: string, time: number): boolean {
  return fresh.has(key, time) || rest.has(key, time);
}

function findHolder({ claims }: Share, key: string, instant: number): string | undefined {
  const claim = claims.get(key);
  return claim !== undefined && claim.until > instant ? claim.owner : undefined;
}

/** All records, by tenant, and how many there are. */
class Records {
  private readonly shares = new Map<string, Share>();
  private turn = this.shares.values();
  private total = 0;
  private sweptSeconds = NaN;
  private warned = false;

  constructor(private readonly maxRecords: number) {}

  /** The share that a key belongs to: its tenant stands in front of a colon. */
  getShare(key: string): Share {
    const tenant = key.slice(0, Math.max(0, key.indexOf(':')));
    const known = this.shares.get(tenant);
    if (known !== undefined) return known;
    const [fresh, rest] = [makeExpiringKeys(), makeExpiringKeys()];
    const share = { tenant, claims: new Map<string, Claim>(), fresh, rest, size: 0 };
    this.shares.set(tenant, share);
    return share;
  }

  /** Counts a share again, after each change; forgets one that is empty. */
  count(share: Share): void {
    const size = share.claims.size + share.fresh.size() + share.rest.size();
    this.total += size - share.size;
    share.size = size;
    if (size === 0) this.shares.delete(share.tenant);
  }

  /** Makes room for one more record. Throws where that would take what must not be forgotten. */
  makeRoom(share: Share, time: number, instant: number): void {
    this.sweepSome(share, time);
    if (this.missing(share) > 0) this.sweepAll(time, instant);
    const isMissing = this.missing(share);
    if (isMissing > 0) {
      const { rest } = share;
      const evicted = rest.evict(Math.max(isMissing, Math.floor(rest.size() * EVICTED_SHARE)));
      this.count(share);
      if (evicted < isMissing)
        throw new Error('memoryStore() is full of deliveries that could still be fresh');
      this.warnOfEviction();
    }
    // The share may have been empty, and forgotten.
    this.shares.set(share.tenant, share);
  }

  /**
   * How many records have to go before there is room for another. A tenant has room while it has fewer than an eighth of
   * the records that are free: one that takes all it can get has a ninth of the store, and each next one a ninth of the
   * rest.
   */
  private missing({ tenant, size }: Share): number {
    const free = this.maxRecords - this.total;
    return tenant === '' ? 1 - free : Math.floor((size / SHARE - free) / (1 / SHARE + 1)) + 1;
  }

  /** Forgets a few records whose time is over, of this share and of the next in turn. */
  private sweepSome(share: Share, time: number): void {
    const next = this.turn.next();
    if (next.done === true) this.turn = this.shares.values();
    this.sweep(share, time);
    if (next.value !== undefined && next.value !== share) this.sweep(next.value, time);
  }

  private sweep(share: Share, time: number): void {
    share.fresh.sweep(time);
    share.rest.sweep(time);
    this.count(share);
  }

  private sweepAll(time: number, instant: number): void {
    // Records end with a second: while neither clock has come to another, there is nothing more to find.
    const seconds = Math.floor(time / 1000) + Math.floor(instant / 1000);
    if (seconds === this.sweptSeconds) return;
    this.sweptSeconds = seconds;
    for (const share of this.shares.values()) {
      share.fresh.sweepAll(time);
      share.rest.sweepAll(time);
      for (const [key, claim] of share.claims) if (claim.until <= instant) share.claims.delete(key);
      this.count(share);
    }
  }

  private warnOfEviction(): void {
    if (this.warned) return;
    this.warned = true;
    process.emitWarning(
      `memoryStore() is full: of its ${this.maxRecords} records the oldest are forgotten early. ` +
        'Raise "maxRecords", or use redisStore()',
      'HooklatchWarning',
    );
  }
}

/** Knows whose the latest completions were. */
function makeOwners(): {
  readonly add: (key: string, owner: string) => void;
  readonly isOf: (key: string, owner: string) => boolean;
} {
  let newer = new Map<string, string>();
  let older = newer;
  return {
    add(key, owner) {
      if (newer.size >= KNOWN_OWNERS) {
        older = newer;
        newer = new Map();
      }
      newer.set(key, owner);
    },
    isOf: (key, owner) => (newer.get(key) ?? older.get(key)) === owner,
  };
}

/**
 * A clock in milliseconds, asked with the reading of the monotonic clock, that moves by the lesser of what the wall clock and the monotonic one moved. Between two
 * readings both have moved at least as far, so a record that is over by it is over by both: a wall clock that is set
 * forward and back does not make it forget early. It is summed up in long steps: of many short ones the lesser is
 * nearly always nothing, because the wall clock counts whole milliseconds.
 */
function makeClock(wall: () => number, beginning: number): (instant: number) => number {
  let lastWall = wall();
  let lastMonotonic = beginning;
  let time = 0;
  return (instant) => {
    const wallStep = wall() - lastWall;
    const monotonicStep = instant - lastMonotonic;
    const step = Math.min(wallStep, monotonicStep);
    const wasSet = Math.abs(wallStep - monotonicStep) >= CLOCK_SET_MS;
    if (!wasSet && monotonicStep < CLOCK_STEP_MS) return time + step;
    lastWall += wallStep;
    lastMonotonic += monotonicStep;
    time += step;
    return time;
  };
}
