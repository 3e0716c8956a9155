import type { Awaitable } from '../awaitable';

/** The answer to a claim: it is the owner's now, another holds it, or the delivery was handled before. */
export type ClaimState = 'claimed' | 'in-progress' | 'done';

/**
 * Where the deliveries that were handled are remembered. A key goes from absent to claimed (by an owner, for a
 * lease) to done (for a time) to absent; only the owner completes, renews or releases. A reply can be lost and its
 * command be repeated, so a repeated call of the same owner changes nothing more. Each call may be synchronous or not;
 * one that throws, rejects or takes too long makes the delivery be answered 503.
 */
export interface DuplicateStore {
  /** Takes the key for `leaseMs`, unless it is claimed by another or done. `'claimed'` again for who holds it. */
  claim(key: string, owner: string, leaseMs: number): Awaitable<ClaimState>;
  /**
   * Remembers the key as done for `ttlMs`, of which it must not be forgotten for `freshMs` whatever happens. Also
   * where the lease has ended and no other has claimed it. `true` again, and no change, where this owner has completed
   * it before. `false` where another has it or has completed it.
   */
  complete(key: string, owner: string, ttlMs: number, freshMs: number): Awaitable<boolean>;
  /** Gives the key back. `false` where the owner does not hold it, or has given it back before. */
  release(key: string, owner: string): Awaitable<boolean>;
  /**
   * Holds the key for another `leaseMs`. Also where the lease has ended and no other has claimed it. `false` where
   * another has it, or it is done.
   */
  renew(key: string, owner: string, leaseMs: number): Awaitable<boolean>;
}
