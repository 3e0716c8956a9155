import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { WebhookError } from './errors';
import {
  A_FUNCTION,
  A_SIZE,
  checkOptions,
  describe,
  integerBetween,
  oneOf,
  type OptionChecks,
} from './options';
import { planOf } from './core/plan';
import type { Provider } from './core/provider';
import { A_SECRET, A_URL, TOLERANCE } from './core/verify';
import { answerRefusal } from './middleware/answer';
import { captureRawBody, type CaptureRawBodyOptions } from './middleware/capture-raw-body';
import { checkHeaders } from './middleware/check-headers';
import { makeRecorder, type OnDecision } from './middleware/decisions';
import { beginExchange, refusalOf } from './middleware/exchange';
import { onResponseEnd } from './middleware/response-end';
import {
  makeEventRoutes,
  ROUTE_OPTIONS,
  routeEvents,
  type RouteEventsOptions,
} from './middleware/route-events';
import { A_PROVIDER, ALTERNATIVES } from './middleware/scheme';
import { verifySignature, type VerifySignatureOptions } from './middleware/verify-signature';
import { warnOnce } from './middleware/warnings';

export interface WebhookGuardOptions extends VerifySignatureOptions, CaptureRawBodyOptions {
  /** Status of every failed authentication. @default the provider's */
  readonly refusalStatus?: 401 | 403 | undefined;
  /** Called with every decision, the private record of what was done and why. */
  readonly onDecision?: OnDecision | undefined;
  /** `'next'` hands a `WebhookError` to Express instead of answering. @default 'respond' */
  readonly errors?: 'respond' | 'next' | undefined;
}

export interface WebhookRouterOptions
  extends WebhookGuardOptions, Omit<RouteEventsOptions, 'provider' | 'also'> {}

const GUARD_CHECKS: OptionChecks = {
  provider: A_PROVIDER,
  secret: A_SECRET,
  also: ALTERNATIVES,
  toleranceSeconds: TOLERANCE,
  bodyLimit: A_SIZE,
  bodyTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  publicUrl: A_URL,
  refusalStatus: oneOf(401, 403),
  onDecision: A_FUNCTION,
  errors: oneOf('respond', 'next'),
  clock: A_FUNCTION,
};

const ROUTER_CHECKS: OptionChecks = { ...GUARD_CHECKS, ...ROUTE_OPTIONS };

/**
 * Verifies webhooks on a route: sets `req.webhook`, and `req.body` to the payload, then calls the next handler.
 * Refuses everything else. Throws a `TypeError` for wrong options.
 */
export function webhookGuard(options: WebhookGuardOptions): RequestHandler {
  checkOptions('webhookGuard()', options, GUARD_CHECKS);
  const run = compose(options, [allowMethods(methodsOf(options)), ...guardSteps(options)]);
  return function webhookGuardMiddleware(req, res, next) {
    run(req, res, next);
  };
}

/**
 * Verifies webhooks and hands each to the handler of its event, then acknowledges it. Throws a `TypeError` for wrong
 * options, and for events that nothing can tell apart.
 */
export function webhookRouter(options: WebhookRouterOptions): RequestHandler {
  checkOptions('webhookRouter()', options, ROUTER_CHECKS);
  const { provider, also, events, resolveEvent, acknowledge, unknownEvent, handlerTimeoutMs } = options;
  const routing = { provider, also, events, resolveEvent, acknowledge, unknownEvent, handlerTimeoutMs };
  const route = routeEvents({ ...routing, also: also?.map((scheme) => ({ provider: scheme.provider })) });
  const named = providersOf(options).some(({ event }) => event !== undefined);
  const methods = named ? methodsOf(options) : makeEventRoutes(routing).methods;
  const run = compose(options, [allowMethods(methods), ...guardSteps(options), route]);
  return function webhookRouterMiddleware(req, res, next) {
    run(req, res, next);
  };
}

/** The steps of a guard, in the order in which a delivery passes them. */
function guardSteps(options: WebhookGuardOptions): readonly RequestHandler[] {
  const { provider, also, secret, toleranceSeconds, bodyTimeoutMs, publicUrl, clock } = options;
  const bodyLimit = options.bodyLimit ?? provider.bodyLimit;
  return [
    checkHeaders({ provider, also, toleranceSeconds, clock }),
    captureRawBody({ bodyLimit, bodyTimeoutMs }),
    verifySignature({ provider, secret, also, toleranceSeconds, publicUrl, clock }),
  ];
}

/** Runs the steps of one request, then answers and records, or hands over to Express. */
function compose(options: WebhookGuardOptions, steps: readonly RequestHandler[]): RequestHandler {
  const { provider, refusalStatus = provider.refusal.status, errors = 'respond', clock = Date.now } = options;
  const refusal = { ...provider.refusal, status: refusalStatus };
  const recorder = makeRecorder(options.onDecision);

  return function run(req: Request, res: Response, next: NextFunction): void {
    const exchange = beginExchange(req, clock(), provider.name, refusal);
    let refused: WebhookError | undefined;
    let recorded = false;
    const record = (status: number): void => {
      if (recorded) return;
      recorded = true;
      recorder.record(req, exchange, status, refused);
    };
    if (recorder.active) onResponseEnd(res, record);
    runSteps(steps, req, res, (thrown) => {
      if (thrown === undefined) {
        next();
        return;
      }
      refused = thrown instanceof WebhookError ? thrown : unexpected(req, thrown);
      if (errors === 'next') {
        next(refused);
        return;
      }
      answerRefusal(req, res, refused);
      if (recorded) recorder.recordLate(refused);
      else record(res.statusCode);
    });
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
