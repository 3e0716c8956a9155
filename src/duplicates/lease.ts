import type { DecisionNote } from '../core/delivery';
import type { DuplicateKey } from './duplicate-key';
import { chain, runWithTimeout, type Awaitable } from '../awaitable';
import { describe } from '../options';
import type { ClaimState, DuplicateStore } from './store';
import { isSuccess } from '../request/response-end';
import type { Lease } from '../request/state';

/** The keys that are claimed, in which store, by whom and for how long. */
export interface LeaseTerms {
  readonly store: DuplicateStore;
  readonly keys: readonly DuplicateKey[];
  readonly owner: string;
  readonly leaseMs: number;
  /** Nothing is renewed after this time. */
  readonly handlerTimeoutMs: number;
  /** The notes of the decision, for failures of the store. */
  readonly notes: DecisionNote[];
}

export const STORE_DEADLINE_MS = 800;
const RETRY_DELAYS_MS = [200, 1000, 5000];

/** Whether we still held the key, as a store answers; `'failed'` where it gives no such answer in time. */
export type StoreAnswer = boolean | 'failed';

/** Holds what was claimed until the handler has ended, then tells the store how. */
export class HeldLease implements Lease {
  private readonly startedAt = performance.now();
  private readonly listeners: (() => void)[] = [];
  private isFollowing = false;
  private isSettled = false;
  private isFinished = false;
  private isReleased = false;
  private renewal: NodeJS.Timeout | undefined;

  constructor(private readonly terms: LeaseTerms) {}

  holds(store: object, key: string): boolean {
    return store === this.terms.store && this.terms.keys.some((held) => held.key === key);
  }

  follow(): void {
    this.isFollowing = true;
  }

  followAnswer(): void {
    this.isFollowing = false;
  }

  settle(succeeded: boolean): void {
    if (this.isSettled) return;
    this.isSettled = true;
    clearInterval(this.renewal);
    const { keys } = this.terms;
    let left = keys.length;
    const finishLast = (): void => {
      left -= 1;
      if (left === 0) this.finish();
    };
    for (const key of keys) void chain(succeeded ? this.complete(key) : this.release(key), finishLast);
  }

  defer(): void {
    this.isFollowing = true;
    clearInterval(this.renewal);
    this.finish();
  }

  whenSettled(listener: () => void): void {
    if (this.isFinished) listener();
    else this.listeners.push(listener);
  }

  onAnswered(status: number): void {
    if (!this.isFollowing) this.settle(isSuccess(status));
  }

  // To watch every answer from the beginning would cost too much.
  keep(watchEnd?: () => void): void {
    if (this.isSettled || this.renewal !== undefined) return;
    this.renewal = setInterval(() => {
      watchEnd?.();
      if (!this.isSettled) this.renew();
    }, this.terms.leaseMs / 3);
    this.renewal.unref();
  }

  private finish(): void {
    this.isFinished = true;
    for (const listener of this.listeners.splice(0)) listener();
  }

  private note(name: DecisionNote): void {
    const { notes } = this.terms;
    if (!notes.includes(name)) notes.push(name);
  }

  private release({ key }: DuplicateKey): Awaitable<void> {
    const { store, owner } = this.terms;
    this.isReleased = true;
    return chain(releaseKey(store, key, owner), (answer) => {
      if (answer === 'failed') this.note('release-failed');
    });
  }

  /** The answer is out: a store that fails now is told again while the lease lasts. */
  private complete(wanted: DuplicateKey, tries = 0): Awaitable<void> {
    const { store, owner } = this.terms;
    const asked = askStore(() => store.complete(wanted.key, owner, wanted.ttlMs, wanted.freshMs));
    return chain(asked, (answer) => {
      if (answer === false) this.note('claim-lost');
      if (answer !== 'failed') return;
      this.note('complete-failed');
      retry(tries, () => this.complete(wanted, tries + 1));
    });
  }

  private renew(): void {
    const { keys, handlerTimeoutMs } = this.terms;
    if (performance.now() - this.startedAt < handlerTimeoutMs) for (const key of keys) this.renewKey(key);
    else clearInterval(this.renewal);
  }

  private renewKey({ key }: DuplicateKey): void {
    const { store, owner, leaseMs } = this.terms;
    const asked = askStore(() => store.renew(key, owner, leaseMs));
    void chain(asked, (answer) => {
      // Where a renewal comes after the completion, the key is done, and not lost.
      if (answer === false && !this.isSettled) this.note('claim-lost');
      // A store of several connections may have renewed what was given back meanwhile.
      if (answer !== false && this.isReleased) void releaseKey(store, key, owner);
    });
  }
}

/** Claims one key after the other; where one is not to be had, releases those before it. */
export function claimKeys(terms: LeaseTerms, index = 0): Awaitable<ClaimState> {
  const { store, keys, owner, leaseMs } = terms;
  const wanted = keys[index];
  if (wanted === undefined) return 'claimed';
  return chain(store.claim(wanted.key, owner, leaseMs), (outcome) => {
    if (outcome === 'claimed') return claimKeys(terms, index + 1);
    if (!isClaimRefusal(outcome)) throw new TypeError(`claim() answered ${describe(outcome)}`);
    releaseKeys({ ...terms, keys: keys.slice(0, index) });
    return outcome;
  });
}

/** Gives keys back that were claimed in vain. */
export function releaseKeys({ store, keys, owner }: LeaseTerms): void {
  for (const { key } of keys) void releaseKey(store, key, owner);
}

/**
 * Gives a key back, and says how that went. A store that fails is told again later, because until it knows the
 * sender's next try is put off.
 */
export function releaseKey(
  store: DuplicateStore,
  key: string,
  owner: string,
  tries = 0,
): Awaitable<StoreAnswer> {
  return chain(
    askStore(() => store.release(key, owner)),
    (answer) => {
      if (answer === 'failed') retry(tries, () => releaseKey(store, key, owner, tries + 1));
      return answer;
    },
  );
}

/** Asks a store something. Never throws or rejects. */
export function askStore(call: () => Awaitable<boolean>): Awaitable<StoreAnswer> {
  return chain(runWithTimeout<unknown>(call, STORE_DEADLINE_MS), (outcome) =>
    outcome.kind === 'value' && typeof outcome.value === 'boolean' ? outcome.value : 'failed',
  );
}

function retry(tries: number, again: () => unknown): void {
  const delay = RETRY_DELAYS_MS[tries];
  if (delay !== undefined) setTimeout(again, delay).unref();
}

// A store of the user may answer anything.
function isClaimRefusal(outcome: unknown): boolean {
  return outcome === 'in-progress' || outcome === 'done';
}
