import type { Request, RequestHandler, Response } from 'express';
import {
  A_FUNCTION,
  AN_OBJECT,
  checkOptions,
  describe,
  integerBetween,
  oneOf,
  required,
  type OptionChecks,
} from '../options';
import type { Webhook } from '../core/delivery';
import { isPayloadError } from '../core/make-webhook';
import type { WebhookError, WebhookErrorCode } from '../errors';
import {
  chain,
  runWithTimeout,
  type Awaitable,
  type Deadline,
  type Outcome,
  type Settled,
} from '../awaitable';
import type { Provider, TypedProvider } from '../core/provider';
import type { Match, Routes } from '../core/routes';
import { acknowledge } from '../request/answer';
import {
  makeEventRoutes,
  type ResolveEvent,
  type WebhookEvents,
  type WebhookHandler,
} from '../request/event-handlers';
import {
  beginHandler,
  deferLeases,
  endHandler,
  hasHandled,
  isRefused,
  leaveToAnswer,
  reportLateFailure,
} from '../request/handler-end';
import { makeRefusal, refuseWithoutWebhook } from '../request/refuse';
import { settleLeases, type RequestState } from '../request/state';
import { fitPayload } from '../request/payload-fit';
import { A_PROVIDER, ALTERNATIVES } from '../request/scheme';
import { asMiddleware, type Step, type StepResult } from '../request/step';
import { StoreFailure } from '../request/store-failure';
import { warnOnce } from '../request/warnings';

export interface RouteEventsOptions<Payloads extends object = Record<string, unknown>> {
  readonly provider: TypedProvider<Payloads>;
  /** Other providers that are accepted here. */
  readonly also?: readonly { readonly provider: Provider }[] | undefined;
  readonly events: WebhookEvents<Payloads>;
  /** Names the event where provider, method and path do not. */
  readonly resolveEvent?: ResolveEvent | undefined;
  /** Status of a handled delivery that the handler did not answer itself. @default 200 */
  readonly acknowledge?: number | undefined;
  /**
   * Whether a delivery is acknowledged or refused that no handler takes, whether it names an event or none.
   * Acknowledged, its decision has the note `unhandled`; unless the option says so, there is one warning too.
   * @default 'acknowledge'
   */
  readonly unknownEvent?: 'acknowledge' | 'refuse' | undefined;
  /** After this time the answer is 503. @default 25000, or what the provider waits */
  readonly handlerTimeoutMs?: number | undefined;
}

/** The checks of the options that `webhookRouter()` hands on. */
export const ROUTE_OPTIONS = {
  events: required(AN_OBJECT),
  resolveEvent: A_FUNCTION,
  acknowledge: integerBetween(200, 299, 'a status of success'),
  unknownEvent: oneOf('acknowledge', 'refuse'),
  handlerTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
} as const satisfies OptionChecks;

const CHECKS: OptionChecks = { provider: A_PROVIDER, also: ALTERNATIVES, ...ROUTE_OPTIONS };

/** The settings of a router, ready for requests. */
interface Settings {
  readonly routes: Routes<WebhookHandler>;
  /** The names of the providers that name the event of each delivery. */
  readonly naming: ReadonlySet<string>;
  readonly resolveEvent: ResolveEvent | undefined;
  readonly unknownEvent: RouteEventsOptions['unknownEvent'];
  readonly acknowledgement: { readonly status: number; readonly text: string };
  readonly handlerTimeoutMs: number;
}

/** A verified delivery that is to be handled. */
interface Arrival {
  readonly state: RequestState;
  readonly req: Request;
  readonly res: Response;
  readonly webhook: Webhook;
  /** Set when the handler is called. */
  hasBegun: boolean;
}

/** Handled, or the code of the refusal. */
type Dispatched = 'handled' | WebhookErrorCode;

/** Finds the handler of a verified webhook by event, method and path, runs it, and answers. */
export function routeEvents<Payloads extends object = Record<string, unknown>>(
  options: RouteEventsOptions<Payloads>,
): RequestHandler;
export function routeEvents(options: RouteEventsOptions): RequestHandler {
  return asMiddleware(routeEventsStep(options));
}

/** The step of `routeEvents()`. */
export function routeEventsStep(options: RouteEventsOptions): Step {
  const settings = readSettings(checkOptions('routeEvents()', options, CHECKS));

  return function routeEvents(state, req, res) {
    const { webhook } = req;
    if (webhook === undefined) return refuseWithoutWebhook(state, 'routeEvents()');
    const arrival: Arrival = { state, req, res, webhook, hasBegun: false };
    beginHandler(state);
    return chain(
      runWithTimeout((deadline) => dispatch(settings, arrival, deadline), settings.handlerTimeoutMs),
      (outcome) => conclude(settings, arrival, outcome),
    );
  };
}

function readSettings(checked: RouteEventsOptions): Settings {
  const { provider, also = [], resolveEvent, unknownEvent, acknowledge: ownStatus } = checked;
  const { status = 200, text = '' } = provider.acknowledge ?? {};
  const providers = [provider, ...also.map((scheme) => scheme.provider)];
  return {
    routes: makeEventRoutes(checked),
    naming: new Set(providers.filter(({ event }) => event).map(({ name }) => name)),
    resolveEvent,
    unknownEvent,
    acknowledgement: { status: ownStatus ?? status, text },
    handlerTimeoutMs: checked.handlerTimeoutMs ?? provider.handlerTimeoutMs ?? 25_000,
  };
}

/** Runs the handler of the webhook, or says why there is none. */
function dispatch(settings: Settings, arrival: Arrival, deadline: Deadline): Awaitable<Dispatched> {
  const { webhook, req } = arrival;
  return chain(findHandler(settings, webhook, req), (match) => {
    if (match === 'unknown') return leaveUnhandled(settings, arrival);
    if (typeof match === 'string') return match;
    // The webhook is ours until the handler has it.
    const { event, candidates, schema, handle } = match;
    // The candidates of payload or method say more than none, where '*' takes a delivery that names no event.
    Object.assign(webhook, { event, candidates: candidates.length > 0 ? candidates : webhook.candidates });
    if (schema === undefined) return runHandler(handle, arrival, deadline);
    return chain(fitPayload(schema, webhook, req), (fits) =>
      fits ? runHandler(handle, arrival, deadline) : 'ERR_WEBHOOK_SCHEMA',
    );
  });
}

function runHandler(handle: WebhookHandler, arrival: Arrival, deadline: Deadline): Awaitable<Dispatched> {
  const { webhook, req, res } = arrival;
  // The sender was told to come again: that try is handled, not this one beside it.
  if (deadline.hasPassed || isRefused(res)) return 'ERR_WEBHOOK_TIMEOUT';
  arrival.hasBegun = true;
  return chain(handle(webhook, req, res), () => 'handled');
}

/** Answers for the handler, and tells the stores of the delivery how it has ended. */
function conclude(settings: Settings, arrival: Arrival, outcome: Outcome<Dispatched>): StepResult {
  const { state, req, res } = arrival;
  if (outcome.kind === 'expired') return leaveRunning(arrival, outcome.late);
  if (outcome.kind === 'thrown') {
    settleLeases(state, false);
    return refuseFailure(state, outcome.thrown);
  }
  if (outcome.value === 'handled') {
    acknowledge(res, settings.acknowledgement.status, settings.acknowledgement.text);
    endHandler(state, req, res);
    return 'answered';
  }
  // By the sender's next try the schema may be another one.
  if (outcome.value === 'ERR_WEBHOOK_SCHEMA') settleLeases(state, false);
  else leaveToAnswer(state, res);
  return makeRefusal(state, outcome.value);
}

/** The deadline has passed, and the handler goes on. The sender is told to come again, unless it has its answer. */
function leaveRunning(arrival: Arrival, late: PromiseLike<Settled<Dispatched>>): StepResult {
  const { state, req, res, hasBegun } = arrival;
  if (!hasBegun) {
    // No handler will begin any more: the sender's next try is welcome at once.
    settleLeases(state, false);
    return makeRefusal(state, 'ERR_WEBHOOK_TIMEOUT');
  }
  deferLeases(state);
  const wasAnswered = res.headersSent;
  void late.then((settled) => {
    const isWell = settled.kind === 'value';
    // An answer that was given at the deadline, in place of the handler, says nothing of it.
    settleLeases(state, isWell && (!wasAnswered || hasHandled(req, res)));
    if (!isWell) reportLateFailure(state, req, res, refuseFailure(state, settled.thrown));
  });
  if (!res.writableEnded) return makeRefusal(state, 'ERR_WEBHOOK_TIMEOUT');
  state.run?.handlerEnded();
  return 'answered';
}

/** No handler takes the webhook. Acknowledged, it is not sent again: that leaves a trace. */
function leaveUnhandled({ unknownEvent }: Settings, { state, webhook }: Arrival): Dispatched {
  if (unknownEvent === 'refuse') return 'ERR_WEBHOOK_EVENT';
  state.notes.push('unhandled');
  if (unknownEvent === undefined) warnOnce(`unhandled ${webhook.provider}`, describeUnhandled(webhook));
  return 'handled';
}

function findHandler(settings: Settings, webhook: Webhook, req: Request): Awaitable<Match<WebhookHandler>> {
  const { routes, naming } = settings;
  const { method } = req;
  const { event: named, candidates } = webhook;
  if (named !== undefined) return routes.byName(named, method, candidates);
  if (naming.has(webhook.provider)) {
    return chain(askForEvent(settings, webhook, req), (event) => routes.byName(event, method, candidates));
  }
  const found = routes.findByRequest(method, req.path);
  if (typeof found === 'string' || 'handle' in found) return found;
  return chain(askForEvent(settings, webhook, req), (event) => routes.byChoice(event, found.choose, method));
}

function askForEvent(
  { resolveEvent }: Settings,
  webhook: Webhook,
  req: Request,
): Awaitable<string | undefined> {
  // Without types it may say `null`, or something else that is no name.
  return chain(resolveEvent?.(webhook, req), (event) => (typeof event === 'string' ? event : undefined));
}

function describeUnhandled({ provider, event }: Webhook): string {
  const named = event === undefined ? 'that names no event' : `of the event ${describe(event)}`;
  return (
    `a delivery of ${provider} ${named} was acknowledged although no handler takes it, so it is lost. Give the event or ` +
    `'*' a handler, or set "unknownEvent": 'refuse' has it sent again, 'acknowledge' says that it is meant. Decisions ` +
    "have the note 'unhandled'. This warning appears once for each sender"
  );
}

/** The refusal for what a handler has thrown, which may be anything, undefined included. */
function refuseFailure(state: RequestState, thrown: unknown): WebhookError {
  if (isPayloadError(thrown)) return makeRefusal(state, thrown.code);
  if (thrown instanceof StoreFailure) return makeRefusal(state, 'ERR_WEBHOOK_STORE', thrown.cause);
  return makeRefusal(state, 'ERR_WEBHOOK_HANDLER', thrown ?? new Error(String(thrown)));
}
