import type { DecisionNote } from '../core/delivery';
import type { DuplicateKey } from '../core/duplicate-key';
import { attempt, type Eventually } from '../eventually';
import type { DuplicateStore } from '../stores/store';
import type { Claim } from './exchange';

/** What is held, where, and by whom. */
export interface Holding {
  readonly store: DuplicateStore;
  readonly keys: readonly DuplicateKey[];
  readonly owner: string;
  readonly leaseMs: number;
  /** Nothing is renewed after this time. */
  readonly handlerTimeoutMs: number;
  /** Where the decision finds what went wrong. */
  readonly notes: DecisionNote[];
}

/** A claim as the step that made it sees it. */
export interface HeldClaim extends Claim {
  /** The answer has gone out with this status. */
  answered: (status: number) => void;
  /** The handler has begun and not ended: the claim is renewed from now on. */
  keep: () => void;
}

export const STORE_DEADLINE_MS = 800;
const RETRY_DELAYS_MS = [200, 1000, 5000];

/** Holds what was claimed until the handler has ended, then tells the store how. */
export function holdClaim(holding: Holding): HeldClaim {
  const { store, keys, owner, leaseMs, handlerTimeoutMs, notes } = holding;
  const startedAt = performance.now();
  const listeners: (() => void)[] = [];
  let deferred = false;
  let settled = false;
  let told = false;
  let renewal: NodeJS.Timeout | undefined;

  const claim: HeldClaim = {
    settle(succeeded) {
      if (settled) return;
      settled = true;
      clearInterval(renewal);
      let left = keys.length;
      const done = (): void => {
        left -= 1;
        if (left === 0) finish();
      };
      for (const key of keys) {
        if (succeeded) complete(key, done);
        else release(key, done);
      }
    },
    defer() {
      deferred = true;
      clearInterval(renewal);
      finish();
    },
    whenSettled(listener) {
      if (told) listener();
      else listeners.push(listener);
    },
    answered(status) {
      if (!deferred) claim.settle(status >= 200 && status < 300);
    },
    keep() {
      if (settled) return;
      renewal = setInterval(renew, leaseMs / 3);
      renewal.unref();
    },
  };
  return claim;

  function finish(): void {
    told = true;
    for (const listener of listeners.splice(0)) listener();
  }

  function note(name: DecisionNote): void {
    if (!notes.includes(name)) notes.push(name);
  }

  function release({ key }: DuplicateKey, done: () => void): void {
    tell(
      () => store.release(key, owner),
      (result) => {
        if (result === 'failed') note('release-failed');
        done();
      },
    );
  }

  /** The answer is out: where the store fails now, it is told again while the lease lasts. */
  function complete(wanted: DuplicateKey, done: () => void, tries = 0): void {
    tell(
      () => store.complete(wanted.key, owner, wanted.ttlMs, wanted.freshMs),
      (result) => {
        if (result === false) note('claim-lost');
        if (result === 'failed') {
          note('complete-failed');
          const delay = RETRY_DELAYS_MS[tries];
          if (delay !== undefined)
            setTimeout(() => complete(wanted, () => undefined, tries + 1), delay).unref();
        }
        done();
      },
    );
  }

  function renew(): void {
    if (performance.now() - startedAt >= handlerTimeoutMs) {
      clearInterval(renewal);
      return;
    }
    for (const { key } of keys) {
      tell(
        () => store.renew(key, owner, leaseMs),
        (result) => {
          if (result === false) note('claim-lost');
        },
      );
    }
  }
}

/** Tells the store something; it answers whether we still held the key, or `'failed'`. */
export function tell(call: () => Eventually<boolean>, done: (result: boolean | 'failed') => void): void {
  const fail = (): void => done('failed');
  const succeed = (result: unknown): void => done(typeof result === 'boolean' ? result : 'failed');
  attempt<unknown>(call, STORE_DEADLINE_MS, { succeed, fail, expire: fail });
}
