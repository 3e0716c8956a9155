import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type * as RateLimitModuleTypes from 'express-rate-limit';
import type { Options as RateLimitOptions } from 'express-rate-limit';
import { checkOptions, describe, AN_OBJECT, type OptionCheck } from '../options';
import { WebhookError } from '../errors';
import { attempt } from '../eventually';
import { trustsAnybody, warnOfIgnoredProxy, warnOfPermissiveProxy } from './proxies';
import { exchangeAt, refusalOf } from './exchange';
import { warnOnce } from './warnings';

/** The options of express-rate-limit, less those that would make refusals differ. */
export interface LimitRateOptions extends Partial<
  Omit<
    RateLimitOptions,
    | 'handler'
    | 'message'
    | 'statusCode'
    | 'standardHeaders'
    | 'legacyHeaders'
    | 'headers'
    | 'max'
    | 'ipv6Subnet'
  >
> {
  /** Records what would be refused, and lets it pass. @default false */
  readonly dryRun?: boolean | undefined;
}

/** The check of the option `rateLimit`; express-rate-limit checks what is in it. */
export const RATE_LIMIT: OptionCheck = { ...AN_OBJECT, expects: 'options of express-rate-limit' };

type RateLimitModule = typeof RateLimitModuleTypes;

const OURS = [
  'handler',
  'message',
  'statusCode',
  'standardHeaders',
  'legacyHeaders',
  'headers',
  'max',
  'ipv6Subnet',
];
const STORE_DEADLINE_MS = 800;

/**
 * Limits how often one address may fail authentication, by express-rate-limit: a look before the body is read, a hit
 * at the failure, so that genuine deliveries are never counted. With `skipSuccessfulRequests: false` every delivery
 * counts. Throws a `TypeError` for options that would make refusals differ.
 */
export function limitRate(options: LimitRateOptions = {}): RequestHandler {
  checkRateOptions(options);
  const { dryRun = false, ...own } = options;
  // Loaded here, so that nobody pays for it who does not use it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { rateLimit, ipKeyGenerator } = require('express-rate-limit') as RateLimitModule;
  const {
    keyGenerator = (req: Request) => ipKeyGenerator(req.ip ?? '', 56),
    limit = 5,
    skip = () => false,
    windowMs = 60_000,
    passOnStoreError = false,
    skipSuccessfulRequests = true,
    store,
  } = own;
  if (store !== undefined && !('get' in store)) {
    throw new TypeError(
      'option "rateLimit": the store must have a "get", to be looked at before the body is read',
    );
  }
  const limiter = rateLimit({
    ...own,
    keyGenerator,
    limit,
    skip: () => false,
    skipSuccessfulRequests: false,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_req, _res, next) => next(),
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
    attempt(() => isOver(req, res), STORE_DEADLINE_MS, {
      succeed: (over) => {
        if (over !== 'skipped' && skipSuccessfulRequests) exchange.onFailure = () => countFailure(req, res);
        if (over === true && !dryRun) {
          next(new WebhookError('ERR_WEBHOOK_RATE', 429, undefined, retryAfterSeconds));
          return;
        }
        if (over === true) exchange.notes.push('rate-limited');
        next();
      },
      fail: () => next(passOnStoreError ? undefined : refusalOf(req, 'ERR_WEBHOOK_STORE')),
      expire: () => next(passOnStoreError ? undefined : refusalOf(req, 'ERR_WEBHOOK_STORE')),
    });
  };

  /** Whether the address of a request is over its limit. */
  async function isOver(req: Request, res: Response): Promise<boolean | 'skipped'> {
    if (await skip(req, res)) return 'skipped';
    if (!skipSuccessfulRequests) await hit(req, res);
    const key = await keyGenerator(req, res);
    const seen = await limiter.getKey(key);
    const most = typeof limit === 'function' ? await limit(req, res) : limit;
    return seen !== undefined && seen.totalHits > most;
  }

  /** Never rejects: a failure that could not be counted is refused all the same. */
  function countFailure(req: Request, res: Response): Promise<void> {
    return new Promise((resolve) => {
      const fail = (): void => {
        warnOnce(
          'rate-store',
          'the store of the option "rateLimit" failed; a failed authentication was not counted',
        );
        resolve();
      };
      attempt(() => hit(req, res), STORE_DEADLINE_MS, { succeed: resolve, fail, expire: fail });
    });
  }

  function hit(req: Request, res: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      // Its promise says nothing: it ends by calling `next`, with what its store threw.
      void limiter(req, res, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error(describe(error)));
      });
    });
  }
}

function checkRateOptions(options: LimitRateOptions): void {
  checkOptions('limitRate()', { options }, { options: RATE_LIMIT });
  const foreign = Object.keys(options).find((name) => OURS.includes(name));
  if (foreign !== undefined) {
    throw new TypeError(
      `option "rateLimit": "${foreign}" cannot be set here. Every refusal looks the same; the limit is "limit", and ` +
        'addresses are grouped by "keyGenerator"',
    );
  }
  const { dryRun } = options;
  if (dryRun !== undefined && typeof dryRun !== 'boolean') {
    throw new TypeError(`option "rateLimit": "dryRun" must be true or false, got ${describe(dryRun)}`);
  }
}
