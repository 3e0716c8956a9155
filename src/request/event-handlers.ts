import type { Request, Response } from 'express';
import type { Webhook } from '../core/delivery';
import { getCompiled } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { makeRoutes, type RouteDefinition, type Routes, type RouteTable } from '../core/routes';
import type { StandardSchema } from '../core/schema';

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

/** A handler whose payload is the output of a schema. */
export interface WebhookSchemaDefinition<Payload = unknown> extends Omit<
  RouteDefinition<WebhookHandler>,
  'schema' | 'handle'
> {
  /** A schema that the payload must fit: of zod, valibot, arktype, or any other Standard Schema. */
  readonly schema: StandardSchema<Payload>;
  readonly handle: (webhook: Webhook<NoInfer<Payload>>, req: Request, res: Response) => unknown;
}

/** The handler of one event, alone or with the conditions of its event. */
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

/** The events as a table of handlers: one that is undefined throws there, and a handler with a schema gets its output. */
export function makeTable(events: WebhookEvents): RouteTable<WebhookHandler> {
  return events as RouteTable<WebhookHandler>;
}

/** The options that the routes of a router are made of. */
export interface EventRouteOptions {
  readonly provider: Provider;
  readonly also?: readonly { readonly provider: Provider }[] | undefined;
  readonly events: WebhookEvents;
  readonly resolveEvent?: ResolveEvent | undefined;
}

/** Makes the table of a router, also for what wants to know its methods beforehand. */
export function makeEventRoutes(options: EventRouteOptions): Routes<WebhookHandler> {
  const { provider, also = [], events, resolveEvent } = options;
  const providers = [provider, ...also.map((scheme) => scheme.provider)] as const;
  providers.forEach(getCompiled);
  return makeRoutes(providers, makeTable(events), resolveEvent !== undefined);
}
