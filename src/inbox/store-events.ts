import { chain, type Awaitable } from '../awaitable';
import type { Webhook } from '../core/delivery';
import type { RouteDefinition, RouteTable } from '../core/routes';
import { fit, type StandardSchema } from '../core/schema';
import { PermanentError } from './attempt';
import type { InboxDelivery, InboxHandler } from './inbox';
import { withPayload } from './stored-delivery';

/** The events of a router, with handlers that run after the delivery was stored. */
export type StoredEvents = RouteTable<InboxHandler>;

/** Puts one delivery into the inbox; `target` is the event by whose entry it was found. */
export type StoreTarget<Rest extends readonly unknown[]> = (
  target: string,
  webhook: Webhook,
  ...rest: Rest
) => Awaitable<unknown>;

interface Entry {
  readonly handle: InboxHandler;
  readonly schema: StandardSchema | undefined;
}

/**
 * The same events with handlers that store. Two that share handler and schema share one here as well, so that routing
 * finds what it would find without an inbox. Schemas are for the handlers.
 */
export function storeEvents<Rest extends readonly unknown[]>(
  events: StoredEvents,
  store: StoreTarget<Rest>,
): RouteTable<(webhook: Webhook, ...rest: Rest) => Awaitable<unknown>> {
  const made: (Entry & { readonly store: (webhook: Webhook, ...rest: Rest) => Awaitable<unknown> })[] = [];
  const entries = Object.entries(events).map(([event, route]) => {
    const { handle, schema, ...rest } = asDefinition(route);
    let known = made.find((each) => each.handle === handle && each.schema === schema);
    if (known === undefined) {
      known = { handle, schema, store: (webhook, ...more) => store(event, webhook, ...more) };
      made.push(known);
    }
    return [event, { ...rest, handle: known.store }] as const;
  });
  return Object.fromEntries(entries);
}

/** Throws a `TypeError` for a handler that wants the response, which is long gone when it runs. */
export function checkHandlers(events: StoredEvents): void {
  for (const [event, route] of Object.entries(events)) {
    if (asDefinition(route).handle.length > 2) {
      throw new TypeError(
        `event "${event}": with the option "inbox" a handler is (webhook, delivery): it runs when the delivery was stored ` +
          'and answered, so there is no req and no res any more. delivery.path, .scope and .headers have what is kept of ' +
          'the request; an event whose sender reads the answer needs a router without "inbox"',
      );
    }
  }
}

/** Handles a stored delivery by the events of a router, as they are now. */
export function makeEventHandler(
  events: StoredEvents,
): (webhook: Webhook, delivery: InboxDelivery) => Awaitable<unknown> {
  const entries = new Map(Object.entries(events).map(([event, route]) => [event, asDefinition(route)]));

  return function handleEvent(webhook, delivery) {
    const { target = '*' } = delivery;
    const entry = entries.get(webhook.event ?? target) ?? entries.get(target) ?? entries.get('*');
    if (entry === undefined) {
      // Done, it would be lost without a trace.
      const name = webhook.event ?? target;
      throw new PermanentError(`no handler takes the event "${name}" any more`, {
        code: 'ERR_WEBHOOK_EVENT',
      });
    }
    const { handle, schema } = entry;
    if (schema === undefined) return handle(webhook, delivery);
    return chain(fit(schema, webhook.payload), (result) => {
      if ('value' in result) return handle(withPayload(webhook, result.value), delivery);
      throw new PermanentError(result.issues.join('; '), { code: 'ERR_WEBHOOK_SCHEMA' });
    });
  };
}

function asDefinition(
  route: InboxHandler | RouteDefinition<InboxHandler>,
): RouteDefinition<InboxHandler> & Entry {
  return typeof route === 'function' ? { handle: route, schema: undefined } : { schema: undefined, ...route };
}
