import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { WebhookError } from './errors';
import {
  A_FUNCTION,
  A_SIZE,
  checkOptions,
  describe,
  integerBetween,
  oneOf,
  type OptionCheck,
  type OptionChecks,
} from './options';
import { planOf } from './core/plan';
import type { Provider } from './core/provider';
import { A_SCHEMA, type StandardSchema } from './core/schema';
import { A_URL, TOLERANCE } from './core/verify';
import { allowIps, IP_RANGES } from './middleware/allow-ips';
import { answerRefusal } from './middleware/answer';
import { answerHandshakes, VERIFY_TOKEN } from './middleware/answer-handshakes';
import { captureRawBody, type CaptureRawBodyOptions } from './middleware/capture-raw-body';
import { checkHeaders } from './middleware/check-headers';
import { makeRecorder, type OnDecision } from './middleware/decisions';
import { beginExchange, refusalOf, type Exchange } from './middleware/exchange';
import { limitRate, RATE_LIMIT, type LimitRateOptions } from './middleware/limit-rate';
import { rejectDuplicates, type DuplicatesOptions } from './middleware/reject-duplicates';
import { HTTPS, requireHttps, type RequireHttpsOptions } from './middleware/require-https';
import { onResponseEnd } from './middleware/response-end';
import {
  makeEventRoutes,
  ROUTE_OPTIONS,
  routeEvents,
  type RouteEventsOptions,
} from './middleware/route-events';
import { A_PROVIDER, ALTERNATIVES } from './middleware/scheme';
import { beginTrace, traces } from './middleware/trace';
import { validatePayload } from './middleware/validate-payload';
import {
  PARSE,
  SECRET_OPTIONS,
  verifySignature,
  type VerifySignatureOptions,
} from './middleware/verify-signature';
import { warn, warnOnce } from './middleware/warnings';

export interface WebhookGuardOptions
  extends Omit<VerifySignatureOptions, 'parse'>, CaptureRawBodyOptions, RequireHttpsOptions {
  /** Largest body, in bytes or as `'1mb'`. @default the provider's, else '1mb' */
  readonly bodyLimit?: number | string | undefined;
  /** Addresses and CIDR ranges that may send, IPv4 and IPv6. @default all */
  readonly allowIps?: readonly string[] | undefined;
  /** Options of express-rate-limit: how often one address may fail authentication. @default no limit */
  readonly rateLimit?: LimitRateOptions | undefined;
  /** How copies of a delivery are known and where; `false` handles them again. @default in memory */
  readonly duplicates?: DuplicatesOptions | false | undefined;
  /** Status of a delivery that was handled, or that nobody answered. @default 200 */
  readonly acknowledge?: number | undefined;
  /**
   * Router: after this time the answer is 503. Guard: after it a claim is no longer renewed.
   * @default 25000, or what the provider waits
   */
  readonly handlerTimeoutMs?: number | undefined;
  /** What the sender repeats in its challenge by GET, as it is set there (Meta). */
  readonly verifyToken?: string | undefined;
  /** What the payload must fit; what the schema makes of it is the payload. A router has one for each event. */
  readonly schema?: StandardSchema | undefined;
  /** Status of every failed authentication. @default the provider's */
  readonly refusalStatus?: 401 | 403 | undefined;
  /** `'report'` lets pass what is not authentic, with `webhook.verified` false. @default 'enforce' */
  readonly mode?: 'enforce' | 'report' | undefined;
  /** Called with every decision, the private record of what was done and why. */
  readonly onDecision?: OnDecision | undefined;
  /** `'next'` hands a `WebhookError` to Express instead of answering. @default 'respond' */
  readonly errors?: 'respond' | 'next' | undefined;
}

export interface WebhookRouterOptions<Payloads extends object = Record<string, unknown>>
  extends
    Omit<WebhookGuardOptions, 'provider' | 'schema'>,
    Omit<RouteEventsOptions<Payloads>, 'also'>,
    Pick<VerifySignatureOptions, 'parse'> {}

/** A request handler that can be wound down. */
export interface WebhookMiddleware extends RequestHandler {
  /** From now on new deliveries are answered 503; resolves when those in flight have ended. */
  drain(): Promise<void>;
}

const DUPLICATES_OPTION: OptionCheck = {
  accepts: (value) =>
    value === false || (typeof value === 'object' && value !== null && !Array.isArray(value)),
  expects: 'an object of options or false',
};

const COMMON_CHECKS: OptionChecks = {
  provider: A_PROVIDER,
  ...SECRET_OPTIONS,
  also: ALTERNATIVES,
  toleranceSeconds: TOLERANCE,
  bodyLimit: A_SIZE,
  bodyTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  https: HTTPS,
  allowIps: IP_RANGES,
  rateLimit: RATE_LIMIT,
  duplicates: DUPLICATES_OPTION,
  acknowledge: ROUTE_OPTIONS.acknowledge,
  handlerTimeoutMs: ROUTE_OPTIONS.handlerTimeoutMs,
  publicUrl: A_URL,
  verifyToken: VERIFY_TOKEN,
  refusalStatus: oneOf(401, 403),
  mode: oneOf('enforce', 'report'),
  onDecision: A_FUNCTION,
  errors: oneOf('respond', 'next'),
  clock: A_FUNCTION,
};

const GUARD_CHECKS: OptionChecks = { ...COMMON_CHECKS, schema: A_SCHEMA };
const ROUTER_CHECKS: OptionChecks = { ...COMMON_CHECKS, ...ROUTE_OPTIONS, parse: PARSE };

/**
 * Verifies webhooks on a route: sets `req.webhook`, and `req.body` to the payload, then calls the next handler.
 * Refuses everything else. Throws a `TypeError` for wrong options.
 */
export function webhookGuard(options: WebhookGuardOptions): WebhookMiddleware {
  const checked = checkOptions('webhookGuard()', options, GUARD_CHECKS);
  const { run, drain } = compose(checked, guardSteps(checked, methodsOf(checked)));
  function webhookGuardMiddleware(req: Request, res: Response, next: NextFunction): void {
    run(req, res, next);
  }
  return Object.assign(webhookGuardMiddleware, { drain });
}

/**
 * Verifies webhooks and hands each to the handler of its event, then acknowledges it. Throws a `TypeError` for wrong
 * options, and for events that nothing can tell apart. `Payloads` has the type of the payload of each event; without
 * it, that comes from the provider, from the schemas, or is unknown.
 */
export function webhookRouter<Payloads extends object = Record<string, unknown>>(
  options: WebhookRouterOptions<Payloads>,
): WebhookMiddleware;
export function webhookRouter(options: WebhookRouterOptions): WebhookMiddleware {
  const checked = checkOptions('webhookRouter()', options, ROUTER_CHECKS);
  const { provider, also, events, resolveEvent, acknowledge, unknownEvent, handlerTimeoutMs } = checked;
  const routing = { provider, also, events, resolveEvent, acknowledge, unknownEvent, handlerTimeoutMs };
  const route = routeEvents({ ...routing, also: also?.map((scheme) => ({ provider: scheme.provider })) });
  const named = providersOf(checked).some(({ event }) => event !== undefined);
  const methods = named ? methodsOf(checked) : makeEventRoutes(routing).methods;
  const { run, drain } = compose(checked, [...guardSteps(checked, methods), route]);
  function webhookRouterMiddleware(req: Request, res: Response, next: NextFunction): void {
    run(req, res, next);
  }
  return Object.assign(webhookRouterMiddleware, { drain });
}

/** The steps of a guard, in the order in which a delivery passes them. */
function guardSteps(
  options: WebhookGuardOptions & Pick<WebhookRouterOptions, 'parse'>,
  methods: readonly string[],
): readonly RequestHandler[] {
  const { provider, also, secret, maxSecretAgeDays, secretTimeoutMs, toleranceSeconds } = options;
  const {
    bodyTimeoutMs,
    publicUrl,
    parse,
    clock,
    https,
    acknowledge,
    verifyToken,
    duplicates = {},
    schema,
  } = options;
  const bodyLimit = options.bodyLimit ?? provider.bodyLimit;
  const handlerTimeoutMs = options.handlerTimeoutMs ?? provider.handlerTimeoutMs;
  const secrets = { secret, maxSecretAgeDays, secretTimeoutMs };
  const { handshakes = [] } = provider;
  const tries = handshakes.flatMap(({ when }) => when.method ?? []);
  const answering = handshakes.length === 0 ? [] : [answerHandshakes({ provider, verifyToken })];
  return [
    allowMethods([...methods, ...tries]),
    requireHttps({ https }),
    ...(options.allowIps === undefined ? [] : [allowIps(options.allowIps)]),
    ...(options.rateLimit === undefined ? [] : [limitRate(options.rateLimit)]),
    ...answering,
    checkHeaders({ provider, also, toleranceSeconds, clock }),
    captureRawBody({ bodyLimit, bodyTimeoutMs }),
    verifySignature({ provider, ...secrets, also, toleranceSeconds, publicUrl, parse, clock }),
    ...answering,
    ...(duplicates === false
      ? []
      : [rejectDuplicates({ ...duplicates, toleranceSeconds, acknowledge, handlerTimeoutMs })]),
    ...(schema === undefined ? [] : [validatePayload({ schema, handlerTimeoutMs })]),
  ];
}

/** Runs the steps of one request, then answers and records, or hands over to Express. */
function compose(
  options: WebhookGuardOptions,
  steps: readonly RequestHandler[],
): { run: RequestHandler; drain: () => Promise<void> } {
  const { provider, refusalStatus = provider.refusal.status, errors = 'respond', clock = Date.now } = options;
  const { handlerTimeoutMs = provider.handlerTimeoutMs ?? 25_000 } = options;
  const refusal = { ...provider.refusal, status: refusalStatus };
  const recorder = makeRecorder(options.onDecision);
  const report = options.mode === 'report';
  const flights = makeFlights();
  if (report) {
    warn(`a guard of ${provider.name} has the mode 'report': deliveries that are not authentic are let in`);
  }

  function run(req: Request, res: Response, next: NextFunction): void {
    const exchange = beginExchange(req, { now: clock(), provider: provider.name, refusal, report });
    const trace = traces.hasSubscribers ? beginTrace(req, res, exchange, options) : undefined;
    let refused: WebhookError | undefined;
    let recorded = false;
    const record = (status: number): void => {
      if (recorded) return;
      recorded = true;
      recorder.record(req, exchange, status, refused);
    };
    const conclude = (error: WebhookError): void => {
      refused = error;
      if (errors === 'next') {
        next(error);
        return;
      }
      answerRefusal(req, res, error);
      if (recorded) recorder.recordLate(error);
      else record(res.statusCode);
    };
    const land = flights.begin();
    onResponseEnd(
      res,
      (status) => {
        whenSettled(exchange, () => {
          land?.();
          record(status);
          trace?.end(status, refused);
        });
      },
      (status) => recorder.answered(req, exchange, status, refused),
    );
    if (land === undefined) {
      conclude(refusalOf(req, 'ERR_WEBHOOK_DRAINING'));
      return;
    }
    const abandon = (): void => {
      land();
      refused ??= refusalOf(req, 'ERR_WEBHOOK_TIMEOUT');
      record(refused.status);
    };
    // A handler that sees its client leave need not end the answer: nobody waits for it longer than for any other.
    const watch = (): void => {
      if (!res.writableEnded) setTimeout(abandon, handlerTimeoutMs).unref();
    };
    if (res.closed) watch();
    else res.once('close', watch);
    runSteps(trace?.watch(steps) ?? steps, req, res, (thrown) => {
      if (thrown === undefined) next();
      else conclude(thrown instanceof WebhookError ? thrown : unexpected(req, thrown));
    });
  }
  return { run, drain: flights.drain };
}

function whenSettled({ claim }: Exchange, listener: () => void): void {
  if (claim === undefined) listener();
  else claim.whenSettled(listener);
}

/** Counts the deliveries in flight, so that one can wait for their end. */
function makeFlights(): {
  /** Gives what ends this flight; `undefined` where no more may begin. */
  begin: () => (() => void) | undefined;
  drain: () => Promise<void>;
} {
  let count = 0;
  let draining = false;
  const waiting: (() => void)[] = [];
  return {
    begin() {
      if (draining) return undefined;
      count += 1;
      let landed = false;
      return () => {
        if (landed) return;
        landed = true;
        count -= 1;
        if (count === 0) for (const resolve of waiting.splice(0)) resolve();
      };
    },
    drain() {
      draining = true;
      return count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** Calls the steps one after the other; `done` is called once, with what a step threw or handed on. */
function runSteps(
  steps: readonly RequestHandler[],
  req: Request,
  res: Response,
  done: (thrown?: unknown) => void,
): void {
  let index = 0;
  let over = false;
  const isOver = (): boolean => over;
  const next = (thrown?: unknown): void => {
    if (over) return;
    const step = thrown === undefined ? steps[index++] : undefined;
    if (step === undefined) {
      over = true;
      done(thrown);
      return;
    }
    try {
      void step(req, res, next);
    } catch (error) {
      // What happens behind the last step is not ours to catch.
      if (isOver()) throw error;
      next(error ?? new Error('undefined was thrown'));
    }
  };
  next();
}

/** The first step: can any sender here use this method? */
function allowMethods(methods: readonly string[]): RequestHandler {
  return function allowMethodsMiddleware(req, _res, next) {
    next(methods.includes(req.method) ? undefined : refusalOf(req, 'ERR_WEBHOOK_METHOD'));
  };
}

function unexpected(req: Request, thrown: unknown): WebhookError {
  warnOnce('unexpected', `a webhook could not be received: ${describe(thrown)}`);
  return refusalOf(req, 'ERR_WEBHOOK_SETUP', thrown);
}

function providersOf({ provider, also = [] }: WebhookGuardOptions): readonly Provider[] {
  return [provider, ...also.map((scheme) => scheme.provider)];
}

function methodsOf(options: WebhookGuardOptions): readonly string[] {
  return providersOf(options).flatMap((provider) => planOf(provider).provider.methods);
}
