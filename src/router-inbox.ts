import type { Request } from 'express';
import type { Webhook } from './core/delivery';
import { makeRoutes, type RouteDefinition, type RouteTable } from './core/routes';
import type { StandardSchema } from './core/schema';
import type { Inbox, InboxDelivery, InboxHandler, WorkOptions } from './inbox/inbox';
import { checkHandlers, makeEventHandler, storeEvents, type StoredEvents } from './inbox/store-events';
import { checkStoredHeaders, STORE_HEADERS } from './inbox/stored-headers';
import {
  A_FUNCTION,
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  integerBetween,
  required,
  type OptionCheck,
} from './options';
import type { Provider } from './core/provider';
import type { DuplicatesOptions } from './steps/reject-duplicates';
import { AN_INBOX, makeStorer, type StorerOptions } from './steps/store-delivery';

/** The option `inbox` of a router, where the inbox alone does not say enough. */
export interface RouterInboxOptions extends WorkOptions, Pick<StorerOptions, 'orderBy' | 'storeHeaders'> {
  /** Where deliveries are stored: `sqliteInbox()`, or another inbox. */
  readonly store: Inbox;
  /** Names the deliveries of this router in the inbox; needed for a second router of one sender. @default the provider's name */
  readonly route?: string | undefined;
}

/** A handler with the methods and the path of its event, for a router with an inbox. */
export interface InboxEventDefinition<Payload = unknown> extends Omit<
  RouteDefinition<InboxHandler<Payload>>,
  'schema'
> {
  readonly schema?: undefined;
}

/** A handler whose payload is what the schema makes of it, for a router with an inbox. */
export interface InboxSchemaDefinition<Payload = unknown> extends Omit<
  RouteDefinition<InboxHandler>,
  'schema' | 'handle'
> {
  /** The payload must fit it; a delivery whose payload does not is dead. */
  readonly schema: StandardSchema<Payload>;
  readonly handle: (webhook: Webhook<NoInfer<Payload>>, delivery: InboxDelivery) => unknown;
}

/** Event type → handler `(webhook, delivery)`, for a router with an inbox; `'*'` takes the rest. */
export type InboxEvents<Payloads extends object = Record<string, unknown>> = {
  readonly [Event in keyof Payloads]?:
    | InboxHandler<Payloads[Event]>
    | InboxEventDefinition<Payloads[Event]>
    | InboxSchemaDefinition<Payloads[Event]>;
};

/** The options of a router, with an inbox. */
export type WithInbox<Options, Payloads extends object> = Omit<
  Options,
  'inbox' | 'events' | 'duplicates' | 'mode'
> & {
  /** Where deliveries are stored before they are acknowledged, and handled after that. */
  readonly inbox: Inbox | RouterInboxOptions;
  readonly events: InboxEvents<Payloads>;
  /** How copies of a delivery are known; `false` stores and handles copies again. */
  readonly duplicates?: Pick<DuplicatesOptions, 'key' | 'ttlMs'> | false | undefined;
};

/** The settings of a router that its inbox needs. */
export interface InboxRouterSettings extends Pick<
  StorerOptions,
  'toleranceSeconds' | 'bodyTimeoutMs' | 'secretTimeoutMs'
> {
  readonly provider: Provider;
  readonly also?: readonly { readonly provider: Provider }[] | undefined;
  readonly events: StoredEvents;
  readonly resolveEvent?: unknown;
  readonly inbox: Inbox | RouterInboxOptions;
  readonly duplicates?: DuplicatesOptions | false | undefined;
  readonly mode?: 'enforce' | 'report' | undefined;
}

/** A router that stores: its table, and what begins to work when all else is set up. */
export interface InboxRouting {
  readonly events: RouteTable<(webhook: Webhook, req: Request) => unknown>;
  readonly work: () => void;
}

export const ROUTER_INBOX: OptionCheck = {
  accepts: (value) => AN_OBJECT.accepts(value),
  expects: 'sqliteInbox(), or an object with "store" and how it is used',
};

const CHECKS = {
  store: required(AN_INBOX),
  route: A_TEXT,
  orderBy: A_FUNCTION,
  storeHeaders: STORE_HEADERS,
  concurrency: integerBetween(1, 1000, 'deliveries at once'),
  attemptTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
};

// These say how a delivery is held while its handler runs, and with an inbox nothing is held.
const NO_STORE = ['store', 'leaseMs', 'handleAgain'] as const;

/** The events as a table of handlers: one that is undefined throws there, and a handler with a schema gets its output. */
export function makeStoredEvents(events: InboxEvents): StoredEvents {
  return events as StoredEvents;
}

/** Sets up the inbox of a router. Throws a `TypeError` for what does not go together with one. */
export function setUpInbox(settings: InboxRouterSettings): InboxRouting {
  const { provider, also = [], events, resolveEvent, inbox, duplicates = {} } = settings;
  const providers = [provider, ...also.map((scheme) => scheme.provider)] as const;
  // The table that stores has no schemas any more, so the one that is given is checked here.
  makeRoutes(providers, events, resolveEvent !== undefined);
  const options = AN_INBOX.accepts(inbox) ? { store: inbox as Inbox } : (inbox as RouterInboxOptions);
  const checked = checkOptions('option "inbox"', options, CHECKS);
  const { store, route = provider.name, orderBy, storeHeaders = [], concurrency, attemptTimeoutMs } = checked;
  checkTogether(settings);
  checkHandlers(events);
  checkStoredHeaders(storeHeaders, providers);
  const { toleranceSeconds, bodyTimeoutMs, secretTimeoutMs } = settings;
  const times = { toleranceSeconds, bodyTimeoutMs, secretTimeoutMs };
  const { key, ttlMs } = duplicates === false ? {} : duplicates;
  const storeOne = makeStorer(
    { inbox: store, route, orderBy, storeHeaders, key, ttlMs, ...times },
    duplicates !== false,
  );

  return {
    events: storeEvents(events, (target, webhook: Webhook, req: Request) => storeOne(webhook, req, target)),
    work: () => store.work(route, makeEventHandler(events), { concurrency, attemptTimeoutMs }),
  };
}

function checkTogether({ duplicates, mode }: InboxRouterSettings): void {
  if (mode === 'report') {
    throw new TypeError(
      `option "mode": 'report' lets in what is not authentic, and with "inbox" a stranger could fill the disk. Rehearse ` +
        'with a router that has no "inbox", or leave "mode" out',
    );
  }
  const wrong = NO_STORE.find((name) => duplicates !== false && duplicates?.[name] !== undefined);
  if (wrong !== undefined) {
    throw new TypeError(
      `option "duplicates": "${wrong}" has no meaning with "inbox", which knows copies by itself; leave it out ` +
        '("key" and "ttlMs" count)',
    );
  }
}
