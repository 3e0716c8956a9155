import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type * as RateLimitModuleTypes from 'express-rate-limit';
import type { Options as RateLimitOptions } from 'express-rate-limit';
import {
  A_FUNCTION,
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  describe,
  integerBetween,
  type OptionCheck,
  type OptionChecks,
} from '../options';
import { WebhookError } from '../errors';
import { attempt, type Eventually } from '../awaitable';
import { trustsAnybody, warnOfIgnoredProxy, warnOfPermissiveProxy } from '../request/proxies';
import { exchangeAt, refusalOf } from '../request/state';
import { warnOnce } from '../request/warnings';

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

type RateLimitModule = typeof RateLimitModuleTypes;

const STORE_DEADLINE_MS = 800;
const OVER = Symbol('over the limit');

/** A function among the options failed, which is not for `passOnStoreError` to pass over. */
class OptionFailure extends Error {}

/**
 * Limits how often one address may fail authentication, by express-rate-limit: a look before the body is read, a hit
 * at the failure, so that genuine deliveries are never counted. With `skipSuccessfulRequests: false` every delivery
 * counts. Throws a `TypeError` for options that would make refusals differ.
 */
export function limitRate(options: LimitRateOptions = {}): RequestHandler {
  const {
    windowMs = 60_000,
    limit = 5,
    keyGenerator,
    skip = () => false,
    skipSuccessfulRequests = true,
    passOnStoreError = false,
    dryRun = false,
    // Here a limit of 0 blocks after the first failure: nothing to warn of.
    validate = { limit: false },
    requestPropertyName = 'rateLimit',
    ...own
  } = checkRateOptions(options);
  // Loaded here, so that nobody pays for it who does not use it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { rateLimit, ipKeyGenerator } = require('express-rate-limit') as RateLimitModule;
  const keyOf = (req: Request, res: Response): Promise<string> =>
    fromOption('keyGenerator', () => keyGenerator?.(req, res) ?? ipKeyGenerator(String(req.ip), 56));
  const limiter = rateLimit({
    // What is undefined is left out by express-rate-limit itself.
    ...(own as Partial<RateLimitOptions>),
    validate,
    requestPropertyName,
    windowMs,
    keyGenerator: keyOf,
    limit: limitOf,
    skipSuccessfulRequests: false,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_req, _res, next) => next(OVER),
  });
  const retryAfterSeconds = Math.ceil(windowMs / 1000);

  return function limitRateMiddleware(req: Request, res: Response, next: NextFunction): void {
    if (trustsAnybody(req)) {
      warnOfPermissiveProxy();
      next(refusalOf(req, 'ERR_WEBHOOK_SETUP'));
      return;
    }
    warnOfIgnoredProxy(req);
    const exchange = exchangeAt(req);
    const fail = (thrown: unknown): void => {
      const isSetup = thrown instanceof OptionFailure;
      warnOfFailure(thrown);
      if (passOnStoreError && !isSetup) next();
      else next(refusalOf(req, isSetup ? 'ERR_WEBHOOK_SETUP' : 'ERR_WEBHOOK_STORE'));
    };
    attempt(() => isOver(req, res), STORE_DEADLINE_MS, {
      succeed: (over) => {
        if (over !== 'skipped' && skipSuccessfulRequests) {
          exchange.onFailure.push(() => countFailure(req, res));
        }
        if (over === true && !dryRun) {
          next(new WebhookError('ERR_WEBHOOK_RATE', 429, undefined, retryAfterSeconds));
          return;
        }
        if (over === true) exchange.notes.push('rate-limited');
        next();
      },
      fail,
      expire: () => fail(new Error('it did not answer in time')),
    });
  };

  /** Whether the address of a request is over its limit. */
  async function isOver(req: Request, res: Response): Promise<boolean | 'skipped'> {
    if (await fromOption('skip', () => skip(req, res))) return 'skipped';
    if (!skipSuccessfulRequests) return hit(req, res);
    const seen = await limiter.getKey(await keyOf(req, res));
    return seen !== undefined && seen.totalHits > (await limitOf(req, res));
  }

  function limitOf(req: Request, res: Response): Promise<number> {
    return fromOption('limit', async () => {
      const most = typeof limit === 'function' ? await limit(req, res) : limit;
      if (!isLimit(most)) throw new TypeError(`it gave ${describe(most)}, which is no number from 0`);
      return most;
    });
  }

  /** Never rejects: a failure that could not be counted is refused all the same. */
  function countFailure(req: Request, res: Response): Promise<void> {
    return new Promise((resolve) => {
      const fail = (thrown: unknown): void => {
        warnOfFailure(thrown);
        resolve();
      };
      attempt(() => hit(req, res), STORE_DEADLINE_MS, {
        succeed: () => resolve(),
        fail,
        expire: () => fail(new Error('it did not answer in time')),
      });
    });
  }

  /** Counts a request, and says whether its address is over the limit now. */
  function hit(req: Request, res: Response): Promise<boolean> {
    const info = (): unknown => (req as unknown as Record<string, unknown>)[requestPropertyName];
    const before = info();
    return new Promise((resolve, reject) => {
      // Its promise says nothing: it ends by calling `next`, with what its store threw, which may be undefined.
      void limiter(req, res, (thrown?: unknown) => {
        if (thrown === OVER || (thrown === undefined && info() !== before)) resolve(thrown === OVER);
        else reject(thrown instanceof Error ? thrown : new Error(describe(thrown)));
      });
    });
  }
}

function isLimit(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

async function fromOption<T>(name: string, call: () => Eventually<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw new OptionFailure(`"${name}" failed: ${messageOf(thrown)}`);
  }
}

function warnOfFailure(thrown: unknown): void {
  const what =
    thrown instanceof OptionFailure ? 'the option "rateLimit"' : 'the store of the option "rateLimit"';
  warnOnce(what, `${what} failed: ${messageOf(thrown)}`);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : describe(thrown);
}

function checkRateOptions(options: LimitRateOptions): LimitRateOptions {
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
