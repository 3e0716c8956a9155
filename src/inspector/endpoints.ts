import { cutQuery } from '../core/address';
import { A_SECRET, A_URL } from '../core/checks';
import { METHODS, type Method, type Provider } from '../core/provider';
import type { Secret } from '../core/secret-option';
import { makeRoutes } from '../core/routes';
import { makeTable, type WebhookEvents } from '../request/event-handlers';
import { AN_OBJECT, checkOptions, describe, required, type OptionChecks } from '../options';

/** A route of the app, as the page knows it: deliveries are replayed to these and to nothing else. */
export interface InspectorEndpoint {
  /** The address of the route on this machine: `http://localhost:3000/webhooks/github`. */
  readonly url: string;
  readonly provider: Provider;
  /** Signs test deliveries: the private key where the scheme has one. @default no test deliveries */
  readonly secret?: string | Secret | undefined;
  /** The option `events` of the router, for the table of events and methods. @default the provider's */
  readonly events?: WebhookEvents | undefined;
  /** The address as the sender knows it, or its origin alone; for schemes that sign it. @default that of `url` */
  readonly publicUrl?: string | undefined;
}

/** One row of the table of events and methods. */
export interface EventRow {
  /** `'*'` for the rest. */
  readonly event: string;
  readonly methods: readonly Method[];
  readonly path: string;
}

/** An endpoint that was checked. */
export interface Endpoint {
  readonly url: URL;
  readonly provider: Provider;
  readonly secret: string | Secret | undefined;
  readonly publicUrl: string | undefined;
  readonly events: readonly EventRow[];
}

const CHECKS: OptionChecks = {
  url: required(A_URL),
  provider: required(AN_OBJECT),
  secret: A_SECRET,
  events: AN_OBJECT,
  publicUrl: A_URL,
};

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Checks the option `endpoints`. Throws a `TypeError` for addresses that are not on this machine. */
export function readEndpoint(option: InspectorEndpoint): Endpoint {
  const { url: address, provider, secret, events, publicUrl } = checkOptions('endpoint', option, CHECKS);
  const url = new URL(address);
  if (url.protocol !== 'http:' || !LOOPBACK.test(url.hostname) || url.search + url.hash !== '') {
    throw new TypeError(
      `option "endpoints": "url" must be an http:// address of this machine without a query, got ${describe(address)}`,
    );
  }
  return { url, provider, secret, publicUrl, events: listRows(provider, events) };
}

/** The endpoint that receives a path: the one that is mounted deepest. */
export function endpointFor(endpoints: readonly Endpoint[], path: string): Endpoint | undefined {
  const pathname = cutQuery(path);
  return endpoints
    .filter(({ url }) => `${pathname}/`.startsWith(url.pathname.replace(/\/?$/, '/')))
    .sort((one, other) => other.url.pathname.length - one.url.pathname.length)[0];
}

/** The address of an event: some have a path of their own below the mount. */
export function readAddress({ url, events }: Endpoint, event: string | undefined): URL {
  const path = events.find((row) => row.event === event)?.path ?? '/';
  const address = new URL(url);
  if (path !== '/') address.pathname = address.pathname.replace(/\/$/, '') + path;
  return address;
}

function listRows(provider: Provider, events: WebhookEvents | undefined): readonly EventRow[] {
  if (events === undefined) {
    const known = Object.entries(provider.events ?? { '*': provider.methods });
    return known.map(([event, methods]) => ({ event, methods, path: '/' }));
  }
  // The router itself says which methods it takes; that something tells events apart is its business.
  const table = makeTable(events);
  const routes = makeRoutes([provider], table, true);
  return Object.entries(table).map(([event, route]) => ({
    event,
    methods: METHODS.filter(
      (method) => typeof routes.byName(event === '*' ? undefined : event, method) !== 'string',
    ),
    path: typeof route === 'function' ? '/' : (route.path ?? '/'),
  }));
}
