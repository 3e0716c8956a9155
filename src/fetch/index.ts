import type { IncomingMessage, ServerResponse } from 'node:http';
import { chain } from '../awaitable';
import type { Delivery, Webhook } from '../core/delivery';
import type { RouteDefinition } from '../core/routes';
import type { StandardSchema } from '../core/schema';
import type { SecretOption } from '../core/secret-option';
import { A_FUNCTION, AN_OBJECT, describe, describeType } from '../options';
import type { SecretLookupResult } from '../request/secret-source';
import { warnOnce } from '../request/warnings';
import type { DuplicatesOptions } from '../steps/reject-duplicates';
import {
  webhookRouter,
  type WebhookInboxRouterOptions,
  type WebhookMiddleware,
  type WebhookRouterOptions,
} from '../webhook';
import { findRequest, makeIncomingRequest, type FetchConnection } from './incoming-request';
import { OutgoingResponse } from './outgoing-response';

export type { FetchConnection } from './incoming-request';

const PLAIN_HTTP =
  'fetchHandler() got a request whose address begins with http:, and nothing tells how the sender came, so it is ' +
  'refused. Say it by the option connection: (request, context) => ({ secure, address }); or, where all that stands in ' +
  'front takes HTTPS alone and in development, give https: false';

/**
 * Handles one webhook. A `Response` that it returns, or resolves to, is the answer; otherwise the delivery is
 * acknowledged.
 */
export type FetchWebhookHandler<Payload = unknown> = {
  bivarianceHack(webhook: Webhook<Payload>, request: Request): unknown;
}['bivarianceHack'];

/** A handler with the methods, the path and the schema of its event. */
export interface FetchEventDefinition<Payload = unknown> extends Omit<
  RouteDefinition<FetchWebhookHandler<Payload>>,
  'schema'
> {
  readonly schema?: StandardSchema<Payload> | undefined;
}

/** Event type → handler, or a handler with the conditions of its event; `'*'` takes the rest. */
export type FetchWebhookEvents<Payloads extends object = Record<string, unknown>> = {
  readonly [Event in keyof Payloads]?:
    FetchWebhookHandler<Payloads[Event]> | FetchEventDefinition<Payloads[Event]>;
};

/** As `SecretLookup`, with the request of fetch. */
export type FetchSecretLookup = (
  delivery: Omit<Delivery, 'body'>,
  request: Request,
) => SecretLookupResult | PromiseLike<SecretLookupResult>;

/** The options in which a function gets the request. */
export interface FetchOptions<Payloads extends object> {
  readonly events: FetchWebhookEvents<Payloads>;
  readonly secret?: SecretOption | FetchSecretLookup | undefined;
  readonly resolveEvent?:
    ((webhook: Webhook, request: Request) => string | undefined | Promise<string | undefined>) | undefined;
  readonly duplicates?:
    | (Omit<DuplicatesOptions, 'handleAgain'> & {
        readonly handleAgain?: ((webhook: Webhook, request: Request) => string | undefined) | undefined;
      })
    | false
    | undefined;
}

export interface ConnectionOption<Context> {
  /**
   * Says how a request came: `context` is the second argument of the handler, such as the server of Bun, the info of Deno
   * or the context of Hono. Behind a proxy, say what the proxy tells. Needed by `allowIps` and `rateLimit`.
   * @default address unknown, HTTPS by the address of the request
   */
  readonly connection?: ((request: Request, context: Context) => FetchConnection) | undefined;
}

/**
 * The options of `webhookRouter()` but for `errors`. Functions in `rateLimit` get a request like one of Node, without
 * Express.
 */
export type FetchHandlerOptions<
  Payloads extends object = Record<string, unknown>,
  Context = unknown,
> = ConnectionOption<Context> &
  FetchOptions<Payloads> &
  Omit<WebhookRouterOptions<Payloads>, 'errors' | keyof FetchOptions<Payloads>>;

/** The options of a handler that stores its deliveries first. */
export type FetchInboxHandlerOptions<
  Payloads extends object = Record<string, unknown>,
  Context = unknown,
> = ConnectionOption<Context> &
  Pick<FetchOptions<Payloads>, 'secret' | 'resolveEvent'> &
  Omit<WebhookInboxRouterOptions<Payloads>, 'errors' | 'secret' | 'resolveEvent'>;

/** Answers a request of fetch. Rejects only with what the option `connection` throws. */
export interface FetchHandler<Context = unknown> {
  (request: Request, context?: Context): Promise<Response>;
  /** From now on new deliveries are answered 503; resolves when those in flight have ended. */
  drain(): Promise<void>;
}

/**
 * Receives webhooks where requests and responses are those of fetch: Hono, route handlers of Next.js, Bun, Deno. The
 * steps, the duplicates and the uniform refusals are those of `webhookRouter()`. It needs `node:crypto` and
 * `node:stream`. Throws a `TypeError` for wrong options.
 */
export function fetchHandler<Payloads extends object = Record<string, unknown>, Context = unknown>(
  options: FetchInboxHandlerOptions<Payloads, Context>,
): FetchHandler<Context>;
export function fetchHandler<Payloads extends object = Record<string, unknown>, Context = unknown>(
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- of a union, handlers behind a spread have no type
  options: FetchHandlerOptions<Payloads, Context>,
): FetchHandler<Context>;
export function fetchHandler(options: FetchHandlerOptions | FetchInboxHandlerOptions): FetchHandler {
  const { connection, ...rest } = checkOwnOptions(options);
  const router = makeRouter(rest);
  const isToldAll = connection !== undefined || rest.https === false;
  const handler = async (request: Request, context: unknown): Promise<Response> => {
    if (!isToldAll && request.url.startsWith('http:')) warnOnce('fetch-http', PLAIN_HTTP);
    const req = makeIncomingRequest(request, connection?.(request, context));
    const res = new OutgoingResponse(req);
    const answer = res.wait();
    // The cast is safe: it has all of a response that the steps use.
    router(req, res as unknown as ServerResponse);
    return answer;
  };
  return Object.assign(handler, { drain: () => router.drain() });
}

function checkOwnOptions<Options extends FetchHandlerOptions | FetchInboxHandlerOptions>(
  options: Options,
): Options {
  if (!AN_OBJECT.accepts(options)) {
    throw new TypeError(`fetchHandler(): expects an options object, got ${describeType(options)}`);
  }
  const { connection, allowIps, rateLimit } = options;
  if (connection !== undefined && !A_FUNCTION.accepts(connection)) {
    throw new TypeError(
      `fetchHandler(): option "connection" must be ${A_FUNCTION.expects}, got ${describe(connection)}`,
    );
  }
  const needsAddress = allowIps === undefined ? 'rateLimit' : 'allowIps';
  if (connection === undefined && (allowIps ?? rateLimit) !== undefined) {
    throw new TypeError(
      `fetchHandler(): option "${needsAddress}" needs "connection", a function that says the address of the sender: ` +
        'connection: (request, context) => ({ address })',
    );
  }
  if (Object.hasOwn(options, 'errors')) {
    throw new TypeError('fetchHandler(): there is no option "errors": every failure is answered');
  }
  return options;
}

type RouterOptions = Omit<FetchHandlerOptions, 'connection'> | Omit<FetchInboxHandlerOptions, 'connection'>;

/** The router of the same options, whose functions get the request of fetch. */
function makeRouter(options: RouterOptions): WebhookMiddleware {
  const { secret, resolveEvent } = options;
  const common = {
    ...(typeof secret === 'function' && {
      secret: (delivery: Omit<Delivery, 'body'>, req: object) => secret(delivery, findRequest(req)),
    }),
    ...(typeof resolveEvent === 'function' && {
      resolveEvent: (webhook: Webhook, req: object) => resolveEvent(webhook, findRequest(req)),
    }),
  };
  if (options.inbox !== undefined)
    return webhookRouter({ ...options, ...common } as WebhookInboxRouterOptions);
  const { duplicates, events } = options as FetchHandlerOptions;
  return webhookRouter({
    ...options,
    ...common,
    events: AN_OBJECT.accepts(events) ? mapEvents(events) : events,
    duplicates: mapDuplicates(duplicates),
  } as WebhookRouterOptions);
}

function mapDuplicates(duplicates: FetchHandlerOptions['duplicates']): WebhookRouterOptions['duplicates'] {
  if (!AN_OBJECT.accepts(duplicates)) return duplicates as false | undefined;
  const { handleAgain, ...rest } = duplicates as Exclude<typeof duplicates, false | undefined>;
  if (typeof handleAgain !== 'function') return { ...rest, handleAgain };
  return { ...rest, handleAgain: (webhook, req) => handleAgain(webhook, findRequest(req)) };
}

/** The same table, with handlers of a router. What is no handler stays, for the router to complain of. */
function mapEvents(events: FetchWebhookEvents): object {
  return Object.fromEntries(
    Object.entries(events).map(([event, given]) => [event, mapEvent(given)] as const),
  );
}

function mapEvent(given: FetchWebhookEvents[string]): unknown {
  if (typeof given === 'function') return wrapHandler(given);
  if (!AN_OBJECT.accepts(given) || typeof given?.handle !== 'function') return given;
  return { ...given, handle: wrapHandler(given.handle) };
}

function wrapHandler(handle: FetchWebhookHandler) {
  return (webhook: Webhook, req: IncomingMessage, res: unknown): unknown =>
    chain(handle(webhook, findRequest(req)), (answer) =>
      answer instanceof Response ? (res as OutgoingResponse).send(answer) : undefined,
    );
}
