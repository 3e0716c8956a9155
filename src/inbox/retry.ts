import { A_FUNCTION, AN_OBJECT, checkOptions, integerBetween, type OptionCheck } from '../options';

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
