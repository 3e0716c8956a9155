import type { Eventually } from '../awaitable';

/** What a claim found: it is ours now, somebody else holds it, or the delivery was handled before. */
export type ClaimState = 'claimed' | 'in-progress' | 'done';

/**
 * Where the deliveries that were handled are remembered. A key goes from absent to claimed (by an owner, for a
 * lease) to done (for a time) to absent; only the owner completes, renews or releases. Each call may be synchronous
 * or not; one that throws, rejects or takes too long makes the delivery be answered 503.
 */
export interface DuplicateStore {
  /** Takes the key for `leaseMs`, unless it is claimed or done. */
  claim(key: string, owner: string, leaseMs: number): Eventually<ClaimState>;
  /**
   * Remembers the key as done for `ttlMs`, of which it must not be forgotten for `freshMs` whatever happens. Also
   * where the lease has ended and nobody else has claimed it. `false` where somebody else has it.
   */
  complete(key: string, owner: string, ttlMs: number, freshMs: number): Eventually<boolean>;
  /** Gives the key back. `false` where the owner does not hold it. */
  release(key: string, owner: string): Eventually<boolean>;
  /**
   * Holds the key for another `leaseMs`. Also where the lease has ended and nobody else has claimed it. `false` where
   * somebody else has it, or it is done.
   */
  renew(key: string, owner: string, leaseMs: number): Eventually<boolean>;
}
