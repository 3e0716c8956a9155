import {
  A_FUNCTION,
  AN_OBJECT,
  checkOptions,
  describeThrown,
  integerBetween,
  type OptionCheck,
} from '../options';
import { warnOnce } from '../request/warnings';
import type { AttemptEnd } from './attempt';

/** When a delivery whose handler has failed is handled again. */
export interface RetryOptions {
  /** After so many a delivery is dead. @default 15 */
  readonly attempts?: number | undefined;
  /** The delay after the first attempt; it doubles with each. @default 5000 */
  readonly firstMs?: number | undefined;
  /** The longest delay. @default 3600000 */
  readonly maxMs?: number | undefined;
  /** Says the delay in milliseconds after a failed attempt; `undefined` for the usual one. */
  readonly delayMs?: ((attempt: number, error: unknown) => number | undefined) | undefined;
}

/** The numbers of the option `retry`, as a thread can take them. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The option `retry`, as the app's own thread uses it. */
export interface RetrySettings {
  readonly retry: RetryPolicy;
  readonly delayMs: RetryOptions['delayMs'];
}

/** The future of a delivery after an attempt. */
export interface Next {
  readonly state: 'done' | 'waiting' | 'dead';
  /** From now to the next attempt; 0 where there is none. */
  readonly delayMs: number;
}

export const LONGEST_MS = 2 ** 31 - 1;

const CHECKS = {
  attempts: integerBetween(1, 1000, 'attempts'),
  firstMs: integerBetween(1, LONGEST_MS, 'milliseconds'),
  maxMs: integerBetween(1, LONGEST_MS, 'milliseconds'),
  delayMs: A_FUNCTION,
};

export const RETRY: OptionCheck = {
  accepts: (value) => AN_OBJECT.accepts(value),
  expects: 'an object with "attempts", "firstMs", "maxMs" or "delayMs"',
};

/** Checks the option `retry` and fills in its defaults. */
export function makeRetryPolicy(where: string, options: RetryOptions = {}): RetryPolicy {
  const {
    attempts = 15,
    firstMs = 5000,
    maxMs = 3_600_000,
  } = checkOptions(`${where}: option "retry"`, options, CHECKS);
  return { attempts, firstMs, maxMs };
}

/**
 * The delay after an attempt: doubled each time up to the longest, less up to a quarter at random, so that deliveries
 * that failed together do not come back together.
 */
export function backOff({ firstMs, maxMs }: RetryPolicy, attempt: number, random = Math.random()): number {
  const wholeMs = Math.min(maxMs, firstMs * 2 ** (attempt - 1));
  return Math.round(wholeMs * (1 - random / 4));
}

/** Decides by the end of an attempt, the given one of those that are allowed, what becomes of its delivery. */
export function decideNext(settings: RetrySettings, attempt: number, end: AttemptEnd): Next {
  if (end.state === 'done') return { state: 'done', delayMs: 0 };
  if (end.state === 'dead' || attempt >= settings.retry.attempts) return { state: 'dead', delayMs: 0 };
  return { state: 'waiting', delayMs: findDelay(settings, attempt, end) };
}

function findDelay(
  { retry, delayMs }: RetrySettings,
  attempt: number,
  { retryAfterMs, thrown }: AttemptEnd,
): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  try {
    const asked: unknown = delayMs?.(attempt, thrown);
    if (typeof asked === 'number' && asked >= 0 && Number.isFinite(asked)) return Math.round(asked);
  } catch (error) {
    warnOnce(
      'retry-delay',
      `the option "retry.delayMs" threw: ${describeThrown(error)}; the usual delay is taken`,
    );
  }
  return backOff(retry, attempt);
}
