import type { Options as RateLimitOptions } from 'express-rate-limit';
import {
  A_FUNCTION,
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  integerBetween,
  type OptionCheck,
  type OptionChecks,
} from '../options';

type Taken =
  | 'windowMs'
  | 'limit'
  | 'keyGenerator'
  | 'skip'
  | 'skipSuccessfulRequests'
  | 'store'
  | 'passOnStoreError'
  | 'requestPropertyName'
  | 'validate'
  | 'logger';

type TakenOptions = { readonly [Name in Taken]?: RateLimitOptions[Name] | undefined };

/** The options of express-rate-limit, less those that would make refusals differ or change what counts. */
export interface LimitRateOptions extends TakenOptions {
  /**
   * How many deliveries beyond the limit are still verified in a window, so that a genuine one gets through whoever
   * has failed from its address; of them, what fails is answered 429. Never for tokens, which can be guessed.
   * @default 10000
   */
  readonly budget?: number | undefined;
  /** Records what would be refused, and lets it pass. @default false */
  readonly dryRun?: boolean | undefined;
}

/** The check of the option `rateLimit`; what is in it is checked by `limitRate()`. */
export const RATE_LIMIT: OptionCheck = { ...AN_OBJECT, expects: 'options of express-rate-limit' };

const A_SWITCH: OptionCheck = {
  accepts: (value) => typeof value === 'boolean',
  expects: 'true or false',
};

const CHECKS: OptionChecks = {
  windowMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  limit: {
    accepts: (value) => typeof value === 'function' || isLimit(value),
    expects: 'a number from 0, or a function that gives one',
  },
  keyGenerator: A_FUNCTION,
  skip: A_FUNCTION,
  skipSuccessfulRequests: A_SWITCH,
  store: {
    accepts: (value) =>
      AN_OBJECT.accepts(value) && typeof (value as { readonly get?: unknown }).get === 'function',
    expects: 'a store of express-rate-limit that has a "get", to be looked at before the body is read',
    // A client in the wrong place has its password in it.
    secret: true,
  },
  passOnStoreError: A_SWITCH,
  requestPropertyName: A_TEXT,
  validate: {
    accepts: (value) => typeof value === 'boolean' || AN_OBJECT.accepts(value),
    expects: 'true, false or an object of switches',
  },
  logger: AN_OBJECT,
  dryRun: A_SWITCH,
  budget: { accepts: isLimit, expects: 'a number from 0' },
};

/** Options of express-rate-limit that are fixed here. */
const FIXED = [
  'handler',
  'message',
  'statusCode',
  'standardHeaders',
  'legacyHeaders',
  'headers',
  'identifier',
  'retryAfter',
  'max',
  'ipv6Subnet',
  'skipFailedRequests',
  'requestWasSuccessful',
];

/** Whether a value may be a number of failures. */
export function isLimit(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

/** Checks the options; throws a `TypeError` that names the wrong one. */
export function checkRateOptions(options: LimitRateOptions): LimitRateOptions {
  const where = 'option "rateLimit"';
  const fixed = AN_OBJECT.accepts(options)
    ? Object.keys(options).find((name) => FIXED.includes(name))
    : undefined;
  if (fixed !== undefined) {
    throw new TypeError(
      `${where}: "${fixed}" cannot be set here. Every refusal looks the same, and failures are what counts; the ` +
        'limit is "limit", and addresses are grouped by "keyGenerator"',
    );
  }
  return checkOptions(where, options, CHECKS);
}
