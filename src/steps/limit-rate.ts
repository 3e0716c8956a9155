import type { Request, RequestHandler, Response } from 'express';
import type * as RateLimitModuleTypes from 'express-rate-limit';
import type { Options as RateLimitOptions } from 'express-rate-limit';
import { chain, runWithTimeout, type Awaitable } from '../awaitable';
import { WebhookError } from '../errors';
import { describe, describeThrown } from '../options';
import { makeAddressStore } from '../request/address-store';
import { refusePermissiveProxy, requireAddress } from '../request/client-address';
import type { FailureLimit } from '../request/failure-limits';
import {
  makeHitCounter,
  STORE_DEADLINE_MS,
  tooLate,
  type HitCounter,
  type ReadableStore,
  type Share,
} from '../request/hit-counter';
import { checkRateOptions, isLimit, type LimitRateOptions } from '../request/rate-options';
import { makeRefusal } from '../request/refuse';
import { ensureState } from '../request/state';
import { asMiddleware, type Step } from '../request/step';
import { makeTurns, type TakeTurn } from '../request/turns';
import { warnOnce } from '../request/warnings';

export { RATE_LIMIT, type LimitRateOptions } from '../request/rate-options';

type RateLimitModule = typeof RateLimitModuleTypes;

/** The options with their defaults, and all that is computed from them once. */
interface Settings extends Required<Pick<LimitRateOptions, 'keyGenerator'>> {
  readonly limit: NonNullable<LimitRateOptions['limit']>;
  readonly budget: number;
  readonly skip: NonNullable<LimitRateOptions['skip']>;
  readonly skipSuccessfulRequests: boolean;
  readonly passOnStoreError: boolean;
  readonly dryRun: boolean;
  readonly retryAfterSeconds: number;
  readonly counter: HitCounter;
  readonly takeTurn: TakeTurn;
  readonly groupAddress: (address: string) => string;
}

const DEFAULT_BUDGET = 10_000;
// A network of this size is given to one customer: its addresses count as one.
const IPV6_PREFIX_BITS = 56;

/** A function among the options failed, which is not for `passOnStoreError` to pass over. */
class OptionFailure extends Error {}

/**
 * Limits how often one address may fail authentication, with the stores of express-rate-limit. Genuine deliveries are
 * never counted. Over the limit, what can be guessed (a token) is refused before it is compared; what cannot is still
 * verified, within a `budget` that bounds the cost, and 429 is the answer to failures alone. With
 * `skipSuccessfulRequests: false` every delivery counts, and is refused over the limit. Throws a `TypeError` for
 * options that would make refusals differ.
 */
export function limitRate(options: LimitRateOptions = {}): RequestHandler {
  return asMiddleware(limitRateStep(options));
}

/** The step of `limitRate()`. */
export function limitRateStep(options: LimitRateOptions): Step {
  const settings = readSettings(checkRateOptions(options));

  return function limitRate(state, req, res) {
    const permissive = refusePermissiveProxy(state, req);
    if (permissive !== undefined) return permissive;
    const asked = runWithTimeout(() => askAtArrival(settings, state.limits, req, res), STORE_DEADLINE_MS);
    return chain(asked, (outcome) => {
      if (outcome.kind === 'value') return outcome.value;
      return refuseFailure(settings, req, outcome.kind === 'thrown' ? outcome.thrown : tooLate());
    });
  };
}

function readSettings(options: LimitRateOptions): Settings {
  const { windowMs = 60_000, validate, logger } = options;
  const { store = makeAddressStore(windowMs) } = options;
  // express-rate-limit itself leaves out options that are undefined.
  const passedOn = { validate, logger } as Partial<RateLimitOptions>;
  // Loaded here, so that only its users pay for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { rateLimit, ipKeyGenerator } = require('express-rate-limit') as RateLimitModule;
  // It checks the store and tells it the window; the middleware that it makes is not used.
  rateLimit({ ...passedOn, windowMs, store });
  return {
    limit: options.limit ?? 5,
    budget: options.budget ?? DEFAULT_BUDGET,
    keyGenerator: options.keyGenerator,
    skip: options.skip ?? (() => false),
    skipSuccessfulRequests: options.skipSuccessfulRequests ?? true,
    passOnStoreError: options.passOnStoreError ?? false,
    dryRun: options.dryRun ?? false,
    retryAfterSeconds: Math.ceil(windowMs / 1000),
    // The check of the option demands a `get`.
    counter: makeHitCounter(store as ReadableStore, options.requestPropertyName ?? 'rateLimit'),
    takeTurn: makeTurns(),
    groupAddress: (address) => ipKeyGenerator(address.replace(/%.*/, ''), IPV6_PREFIX_BITS),
  };
}

/** Refuses before the body is read, or adds the limit to the state of the request. */
async function askAtArrival(
  settings: Settings,
  limits: FailureLimit[],
  req: Request,
  res: Response,
): Promise<WebhookError | undefined> {
  if (await fromOption('skip', () => settings.skip(req, res))) return undefined;
  const key = await findKey(settings, req, res);
  if (key instanceof WebhookError) return key;
  const limit = await findLimit(settings, req, res);
  const share = { key, limit };
  if (!settings.skipSuccessfulRequests) {
    return (await settings.counter.hit(req, share)) > limit ? refuseRate(settings, req) : undefined;
  }
  const failures = await settings.counter.count(key);
  limits.push(makeFailureLimit(settings, req, share, failures > limit));
  return failures > limit + settings.budget ? refuseRate(settings, req) : undefined;
}

function makeFailureLimit(settings: Settings, req: Request, share: Share, wasOver: boolean): FailureLimit {
  const { key, limit } = share;
  return {
    refuseGuess: () => (wasOver ? refuseRate(settings, req) : undefined),
    async enter() {
      try {
        const end = await settings.takeTurn(key, limit, () => settings.counter.count(key));
        return end ?? refuseRate(settings, req) ?? endNothing;
      } catch (thrown) {
        return refuseFailure(settings, req, thrown) ?? endNothing;
      }
    },
    async count() {
      try {
        const before = (await settings.counter.hit(req, share)) - 1;
        return before > limit ? refuseRate(settings, req) : undefined;
      } catch (thrown) {
        // A failure that could not be counted is refused all the same.
        warnOfFailure(thrown);
        return undefined;
      }
    },
  };
}

function endNothing(): void {
  // There was no turn.
}

async function findKey(
  { keyGenerator, groupAddress }: Settings,
  req: Request,
  res: Response,
): Promise<string | WebhookError> {
  const own = await fromOption('keyGenerator', () => keyGenerator?.(req, res));
  if (own !== undefined) return own;
  const address = await fromOption('trust proxy', () => requireAddress(ensureState(req), req));
  return typeof address === 'string' ? groupAddress(address) : address;
}

function findLimit({ limit }: Settings, req: Request, res: Response): Promise<number> {
  return fromOption('limit', async () => {
    const most = typeof limit === 'function' ? await limit(req, res) : limit;
    if (!isLimit(most)) throw new TypeError(`it gave ${describe(most)}, which is no number from 0`);
    return most;
  });
}

/** The refusal over the limit; in a dry run a note. */
function refuseRate({ dryRun, retryAfterSeconds }: Settings, req: Request): WebhookError | undefined {
  if (!dryRun) return new WebhookError('ERR_WEBHOOK_RATE', 429, undefined, retryAfterSeconds);
  const { notes } = ensureState(req);
  if (!notes.includes('rate-limited')) notes.push('rate-limited');
  return undefined;
}

/** The refusal where the limit could not be asked, unless the store may fail. */
function refuseFailure(
  { passOnStoreError }: Settings,
  req: Request,
  thrown: unknown,
): WebhookError | undefined {
  warnOfFailure(thrown);
  if (thrown instanceof OptionFailure) return makeRefusal(ensureState(req), 'ERR_WEBHOOK_SETUP');
  return passOnStoreError ? undefined : makeRefusal(ensureState(req), 'ERR_WEBHOOK_STORE');
}

async function fromOption<T>(name: string, call: () => Awaitable<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw new OptionFailure(`"${name}" failed: ${describeThrown(thrown)}`);
  }
}

function warnOfFailure(thrown: unknown): void {
  const culprit =
    thrown instanceof OptionFailure ? 'the option "rateLimit"' : 'the store of the option "rateLimit"';
  warnOnce(culprit, `${culprit} failed: ${describeThrown(thrown)}`);
}
