import type { DecisionNote } from '../core/delivery';
import type { DuplicateKey } from './duplicate-key';
import { runWithTimeout, type Awaitable } from '../awaitable';
import type { DuplicateStore } from './store';
import { isSuccess } from '../request/response-end';
import type { Lease } from '../request/state';

/** What is held, where, and by whom. */
export interface LeaseTerms {
  readonly store: DuplicateStore;
  readonly keys: readonly DuplicateKey[];
  readonly owner: string;
  readonly leaseMs: number;
  /** Nothing is renewed after this time. */
  readonly handlerTimeoutMs: number;
  /** Where the decision finds what went wrong. */
  readonly notes: DecisionNote[];
}

export const STORE_DEADLINE_MS = 800;
const RETRY_DELAYS_MS = [200, 1000, 5000];

/** Holds what was claimed until the handler has ended, then tells the store how. */
export class HeldLease implements Lease {
  private readonly startedAt = performance.now();
  private readonly listeners: (() => void)[] = [];
  private following = false;
  private settled = false;
  private told = false;
  private released = false;
  private renewal: NodeJS.Timeout | undefined;

  constructor(private readonly holding: LeaseTerms) {}

  holds(store: object, key: string): boolean {
    return store === this.holding.store && this.holding.keys.some((held) => held.key === key);
  }

  follow(): void {
    this.following = true;
  }

  followAnswer(): void {
    this.following = false;
  }

  settle(succeeded: boolean): void {
    if (this.settled) return;
    this.settled = true;
    clearInterval(this.renewal);
    const { keys } = this.holding;
    let left = keys.length;
    const done = (): void => {
      left -= 1;
      if (left === 0) this.finish();
    };
    for (const key of keys) {
      if (succeeded) this.complete(key, done);
      else this.release(key, done);
    }
  }

  defer(): void {
    this.following = true;
    clearInterval(this.renewal);
    this.finish();
  }

  whenSettled(listener: () => void): void {
    if (this.told) listener();
    else this.listeners.push(listener);
  }

  onAnswered(status: number): void {
    if (!this.following) this.settle(isSuccess(status));
  }

  /**
   * The handler has begun and not ended: the claim is renewed from now on. `watchEnd` is called when a third of the lease
   * is over: from then on an answer settles the claim even if its client never reads it. To watch every answer so from
   * the beginning would cost too much.
   */
  keep(watchEnd?: () => void): void {
    if (this.settled) return;
    this.renewal = setInterval(() => {
      watchEnd?.();
      if (!this.settled) this.renew();
    }, this.holding.leaseMs / 3);
    this.renewal.unref();
  }

  private finish(): void {
    this.told = true;
    for (const listener of this.listeners.splice(0)) listener();
  }

  private note(name: DecisionNote): void {
    const { notes } = this.holding;
    if (!notes.includes(name)) notes.push(name);
  }

  private release({ key }: DuplicateKey, done: () => void): void {
    const { store, owner } = this.holding;
    this.released = true;
    releaseKey(store, key, owner, (result) => {
      if (result === 'failed') this.note('release-failed');
      done();
    });
  }

  /** The answer is out: where the store fails now, it is told again while the lease lasts. */
  private complete(wanted: DuplicateKey, done: () => void, tries = 0): void {
    const { store, owner } = this.holding;
    askStore(
      () => store.complete(wanted.key, owner, wanted.ttlMs, wanted.freshMs),
      (result) => {
        if (result === false) this.note('claim-lost');
        if (result === 'failed') {
          this.note('complete-failed');
          const delay = RETRY_DELAYS_MS[tries];
          if (delay !== undefined)
            setTimeout(() => this.complete(wanted, () => undefined, tries + 1), delay).unref();
        }
        done();
      },
    );
  }

  private renew(): void {
    const { store, owner, keys, leaseMs, handlerTimeoutMs } = this.holding;
    if (performance.now() - this.startedAt >= handlerTimeoutMs) {
      clearInterval(this.renewal);
      return;
    }
    for (const { key } of keys) {
      askStore(
        () => store.renew(key, owner, leaseMs),
        (result) => {
          // Where a renewal comes after the completion, the key is done, and not lost.
          if (result === false && !this.settled) this.note('claim-lost');
          // A store of several connections may have renewed what was given back meanwhile.
          if (result !== false && this.released) releaseKey(store, key, owner);
        },
      );
    }
  }
}

/**
 * Gives a key back. A store that fails is told again, because until it knows the sender's next try is put off. `told` is
 * called after the first try.
 */
export function releaseKey(
  store: DuplicateStore,
  key: string,
  owner: string,
  told?: (result: boolean | 'failed') => void,
  tries = 0,
): void {
  askStore(
    () => store.release(key, owner),
    (result) => {
      told?.(result);
      const delay = RETRY_DELAYS_MS[tries];
      if (result !== 'failed' || delay === undefined) return;
      setTimeout(() => releaseKey(store, key, owner, undefined, tries + 1), delay).unref();
    },
  );
}

/** Tells the store something; it answers whether we still held the key, or `'failed'`. */
export function askStore(call: () => Awaitable<boolean>, done: (result: boolean | 'failed') => void): void {
  const fail = (): void => done('failed');
  const succeed = (result: unknown): void => done(typeof result === 'boolean' ? result : 'failed');
  runWithTimeout<unknown>(call, STORE_DEADLINE_MS, { succeed, fail, expire: fail });
}
