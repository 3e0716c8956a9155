import type { Request } from 'express';
import type { Store } from 'express-rate-limit';
import { runWithTimeout, type Awaitable } from '../awaitable';
import { describe, describeThrown } from '../options';

/** Under which key a request counts, and how many failures it may have. */
export interface Share {
  readonly key: string;
  readonly limit: number;
}

/** A store of express-rate-limit that is asked within a deadline. All that goes wrong with it is an `Error`. */
export interface HitCounter {
  /** How often the key was hit in its window. */
  readonly count: (key: string) => Promise<number>;
  /** Hits the key, tells the handlers of it as express-rate-limit does, and says how often it was hit now. */
  readonly hit: (req: Request, share: Share) => Promise<number>;
}

/** A store that can be looked at before it is hit. */
export type ReadableStore = Store & Required<Pick<Store, 'get'>>;

export const STORE_DEADLINE_MS = 800;

export function makeHitCounter(store: ReadableStore, propertyName: string): HitCounter {
  return {
    async count(key) {
      const info = await ask(() => store.get(key));
      // The store for Redis gives NaN for a key that is not there.
      return info === undefined || Number.isNaN(info.totalHits) ? 0 : readHits(info.totalHits);
    },
    async hit(req, share) {
      const { totalHits, resetTime } = await ask(() => store.increment(share.key));
      const used = readHits(totalHits);
      const remaining = Math.max(share.limit - used, 0);
      Object.assign(req, { [propertyName]: { ...share, used, remaining, resetTime } });
      return used;
    },
  };
}

/** The error of a deadline that has passed. */
export function tooLate(): Error {
  return new Error('it did not answer in time');
}

async function ask<T>(task: () => Awaitable<T>): Promise<T> {
  const outcome = await runWithTimeout(task, STORE_DEADLINE_MS);
  if (outcome.kind === 'value') return outcome.value;
  if (outcome.kind === 'expired') throw tooLate();
  throw outcome.thrown instanceof Error ? outcome.thrown : new Error(describeThrown(outcome.thrown));
}

function readHits(totalHits: unknown): number {
  if (typeof totalHits === 'number' && totalHits >= 0) return totalHits;
  throw new TypeError(`it gave ${describe(totalHits)} for the number of hits`);
}
