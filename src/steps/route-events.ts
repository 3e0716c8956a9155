import type { NextFunction, Request, RequestHandler, Response } from 'express';
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
import { runWithTimeout, chain, type Awaitable } from '../awaitable';
import { getCompiled } from '../core/compiled-provider';
import type { Provider, TypedProvider } from '../core/provider';
import { makeRoutes, type Match, type RouteDefinition, type Routes, type RouteTable } from '../core/routes';
import type { StandardSchema } from '../core/schema';
import { acknowledge } from '../request/answer';
import {
  beginHandler,
  deferLeases,
  endHandler,
  hasHandled,
  isRefused,
  leaveToAnswer,
  reportLateFailure,
} from '../request/handler-end';
import { ensureState, refuseWithoutWebhook, makeRefusal, settleLeases } from '../request/state';
import { fitPayload } from '../request/payload-fit';
import { A_PROVIDER, ALTERNATIVES } from '../request/scheme';
import { StoreFailure } from '../request/store-failure';
import { warnOnce } from '../request/warnings';

/**
 * Handles one webhook. When it returns, or its promise resolves, without having answered, the router acknowledges.
 * The payload may be annotated with a type of your own, which nothing checks; a `schema` does.
 */
export type WebhookHandler<Payload = unknown> = {
  bivarianceHack(webhook: Webhook<Payload>, req: Request, res: Response): unknown;
}['bivarianceHack'];

/** A handler with the methods and the path of its event. */
export interface WebhookEventDefinition<Payload = unknown> extends Omit<
  RouteDefinition<WebhookHandler<Payload>>,
  'schema'
> {
  readonly schema?: undefined;
}

/** A handler whose payload is what the schema makes of it. */
export interface WebhookSchemaDefinition<Payload = unknown> extends Omit<
  RouteDefinition<WebhookHandler>,
  'schema' | 'handle'
> {
  /** What the payload must fit: a schema of zod, valibot, arktype, or of anything else that is a Standard Schema. */
  readonly schema: StandardSchema<Payload>;
  readonly handle: (webhook: Webhook<NoInfer<Payload>>, req: Request, res: Response) => unknown;
}

/** What handles one event. */
export type WebhookEvent<Payload = unknown> =
  WebhookHandler<Payload> | WebhookEventDefinition<Payload> | WebhookSchemaDefinition<Payload>;

/**
 * Event type → handler, or a handler with the methods, the path and the schema of its event; `'*'` takes the rest.
 * `Payloads` has the type of the payload of each event.
 */
export type WebhookEvents<Payloads extends object = Record<string, unknown>> = {
  readonly [Event in keyof Payloads]?: WebhookEvent<Payloads[Event]>;
};

/** Names the event of a webhook where provider, method and path do not; `undefined` where it cannot say. */
export type ResolveEvent = (
  webhook: Webhook,
  req: Request,
) => string | undefined | Promise<string | undefined>;

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
   * What to do with a delivery that no handler takes, whether it names an event or none. Acknowledged, its decision has
   * the note `unhandled`; unless the option says so, there is one warning too. @default 'acknowledge'
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

/** The events as a table of handlers: one that is undefined throws there, and a handler with a schema gets its output. */
export function makeTable(events: WebhookEvents): RouteTable<WebhookHandler> {
  return events as RouteTable<WebhookHandler>;
}

/** Makes the table of a router, also for what wants to know its methods beforehand. */
export function makeEventRoutes(options: RouteEventsOptions): Routes<WebhookHandler> {
  const { provider, also = [], events, resolveEvent } = options;
  const providers = [provider, ...also.map((scheme) => scheme.provider)] as const;
  providers.forEach(getCompiled);
  return makeRoutes(providers, makeTable(events), resolveEvent !== undefined);
}

/** Finds the handler of a verified webhook by event, method and path, runs it, and answers. */
export function routeEvents<Payloads extends object = Record<string, unknown>>(
  options: RouteEventsOptions<Payloads>,
): RequestHandler;
export function routeEvents(options: RouteEventsOptions): RequestHandler {
  const checked = checkOptions('routeEvents()', options, CHECKS);
  const { provider, also = [], resolveEvent, unknownEvent } = checked;
  const { status, text } = { status: 200, text: '', ...provider.acknowledge };
  const { acknowledge: acknowledgement = status, handlerTimeoutMs = provider.handlerTimeoutMs ?? 25_000 } =
    checked;
  const routes = makeEventRoutes(checked);
  const naming = new Set(
    [{ provider }, ...also].filter((scheme) => scheme.provider.event).map((scheme) => scheme.provider.name),
  );

  return function routeEventsMiddleware(req: Request, res: Response, next: NextFunction): void {
    const { webhook } = req;
    if (webhook === undefined) {
      next(refuseWithoutWebhook(req, 'routeEvents()'));
      return;
    }
    const state = ensureState(req);
    const run: Run = { begun: false, expired: false, answered: false };
    beginHandler(state);
    runWithTimeout(() => dispatch(webhook, req, res, run), handlerTimeoutMs, {
      succeed: (outcome) => {
        if (outcome === 'handled') {
          acknowledge(res, acknowledgement, text);
          endHandler(state, req, res);
          return;
        }
        // By the sender's next try the schema may be another one.
        if (outcome === 'ERR_WEBHOOK_SCHEMA') settleLeases(state, false);
        else leaveToAnswer(state, res);
        next(makeRefusal(req, outcome));
      },
      fail: (thrown) => {
        settleLeases(state, false);
        next(describeFailure(req, thrown));
      },
      expire: () => {
        run.expired = true;
        run.answered = res.headersSent;
        // Where no handler has begun, none will: the sender's next try is welcome at once.
        if (run.begun) deferLeases(state);
        else settleLeases(state, false);
        if (run.begun && res.writableEnded) state.run?.handlerEnded();
        else next(makeRefusal(req, 'ERR_WEBHOOK_TIMEOUT'));
      },
      late: (succeeded, _outcome, thrown) => {
        // Where no handler had begun, the leases were settled at the deadline.
        if (!run.begun) return;
        // An answer that was given at the deadline, in place of the handler, says nothing of it.
        settleLeases(state, succeeded && (!run.answered || hasHandled(req, res)));
        if (!succeeded) reportLateFailure(state, req, res, describeFailure(req, thrown));
      },
    });
  };

  /** Runs the handler of the webhook, or says why there is none. */
  function dispatch(webhook: Webhook, req: Request, res: Response, run: Run): Awaitable<Outcome> {
    const found = find(webhook, req);
    return chain(found, (match) => {
      if (match === 'unknown') return leaveUnhandled(webhook, req);
      if (typeof match === 'string') return match;
      // The webhook is ours until the handler has it.
      const { event, candidates, schema, handle } = match;
      // What the payload or the method says is more than nothing, where '*' takes what nobody names.
      Object.assign(webhook, { event, candidates: candidates.length > 0 ? candidates : webhook.candidates });
      return chain<boolean, Outcome>(fitPayload(schema, webhook, req), (fits) => {
        if (!fits) return 'ERR_WEBHOOK_SCHEMA';
        // The sender was told to come again: that try is handled, not this one beside it.
        if (run.expired || isRefused(res)) return 'ERR_WEBHOOK_TIMEOUT';
        run.begun = true;
        return chain(handle(webhook, req, res), () => 'handled' as const);
      });
    });
  }

  /** No handler takes the webhook. Acknowledged, it is not sent again: that leaves a trace. */
  function leaveUnhandled(webhook: Webhook, req: Request): Outcome {
    if (unknownEvent === 'refuse') return 'ERR_WEBHOOK_EVENT';
    ensureState(req).notes.push('unhandled');
    if (unknownEvent === undefined) warnOnce(`unhandled ${webhook.provider}`, unhandledWarning(webhook));
    return 'handled';
  }

  function find(webhook: Webhook, req: Request): Awaitable<Match<WebhookHandler>> {
    const { method } = req;
    const { event: named, candidates } = webhook;
    if (named !== undefined) return routes.byName(named, method, candidates);
    if (naming.has(webhook.provider)) {
      return chain(resolve(webhook, req), (event) => routes.byName(event, method, candidates));
    }
    const found = routes.findByRequest(method, req.path);
    if (typeof found === 'string' || 'handle' in found) return found;
    return chain(resolve(webhook, req), (event) => routes.byChoice(event, found.choose, method));
  }

  function resolve(webhook: Webhook, req: Request): Awaitable<string | undefined> {
    // Without types it may say `null`, or something else that is no name.
    return chain(resolveEvent?.(webhook, req), (event) => (typeof event === 'string' ? event : undefined));
  }
}

function unhandledWarning({ provider, event }: Webhook): string {
  const named = event === undefined ? 'that names no event' : `of the event ${describe(event)}`;
  return (
    `a delivery of ${provider} ${named} was acknowledged although no handler takes it, so it is lost. Give the event or ` +
    `'*' a handler, or set "unknownEvent": 'refuse' has it sent again, 'acknowledge' says that it is meant. Decisions ` +
    "have the note 'unhandled'. This warning appears once for each sender"
  );
}

/** How far a delivery has come, for what happens at the deadline. */
interface Run {
  /** The handler was called. */
  begun: boolean;
  /** The deadline has passed. */
  expired: boolean;
  /** An answer was begun before the deadline. */
  answered: boolean;
}

/** The refusal for what a handler has thrown, which may be anything, undefined included. */
function describeFailure(req: Request, thrown: unknown): WebhookError {
  if (isPayloadError(thrown)) return makeRefusal(req, thrown.code);
  if (thrown instanceof StoreFailure) return makeRefusal(req, 'ERR_WEBHOOK_STORE', thrown.cause);
  return makeRefusal(req, 'ERR_WEBHOOK_HANDLER', thrown ?? new Error(String(thrown)));
}

/** Handled, or why it is refused. */
type Outcome = 'handled' | WebhookErrorCode;
