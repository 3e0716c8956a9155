import {
  AN_OBJECT,
  A_FUNCTION,
  A_TEXT,
  checkOptions,
  describe,
  required,
  type OptionChecks,
} from '../options';
import type { WebhookErrorCode } from '../errors';
import { isMethod, METHODS, type Method, type Provider } from './provider';
import { A_SCHEMA, type StandardSchema } from './schema';

/** One entry of the option `events`, all defaults filled in. */
interface Route<Handler> extends Target<Handler> {
  readonly event: string;
  readonly methods: readonly Method[];
  readonly path: string;
}

/** How an event is described where a handler alone is not enough. */
export interface RouteDefinition<Handler> {
  /** @default the provider's */
  readonly method?: Method | readonly Method[] | undefined;
  /** Path below the mount; for senders that name no event. @default '/' */
  readonly path?: string | undefined;
  /** The schema that the payload must fit. */
  readonly schema?: StandardSchema | undefined;
  readonly handle: Handler;
}

export type RouteTable<Handler> = Readonly<Record<string, Handler | RouteDefinition<Handler>>>;

/** The handler of a delivery. */
interface Target<Handler> {
  readonly schema: StandardSchema | undefined;
  readonly handle: Handler;
}

/** Where a delivery goes: to a handler, to none (`'unknown'`, as `unknownEvent` says), or why it is refused. */
export type Match<Handler> =
  | (Target<Handler> & { readonly event: string | undefined; readonly candidates: readonly string[] })
  | 'unknown'
  | WebhookErrorCode;

export interface Routes<Handler> {
  /** The methods that any event uses. */
  readonly methods: readonly Method[];
  /** By the name of the event; `undefined` where the delivery has none, or where a delivery holds several of `candidates`. */
  byName(event: string | undefined, method: string, candidates?: readonly string[]): Match<Handler>;
  /** By method and path, for senders that name no event; several events that share both need `resolve`. */
  findByRequest(method: string, path: string): Match<Handler> | { readonly choose: readonly string[] };
  /** One of the events that `byRequest` left to choose from; `undefined` where that is not known. */
  byChoice(event: string | undefined, choose: readonly string[], method: string): Match<Handler>;
}

type AnyFunction = (...args: never[]) => unknown;

const ROUTE_CHECKS: OptionChecks = {
  method: {
    accepts: (value) => {
      const methods: readonly unknown[] = Array.isArray(value) ? value : [value];
      return methods.length > 0 && methods.every(isMethod);
    },
    expects: `a method or a list of them (${METHODS.join(', ')})`,
  },
  path: {
    accepts: (value) => typeof value === 'string' && /^\/[^?#]*$/.test(value),
    expects: "a path that begins with '/'",
  },
  schema: A_SCHEMA,
  handle: required(A_FUNCTION),
};

/**
 * Checks the option `events` of a router and makes its table. Throws a `TypeError` for methods that the provider
 * does not send, and for events that nothing can tell apart unless `canResolve`.
 */
export function makeRoutes<Handler extends AnyFunction>(
  providers: readonly [Provider, ...Provider[]],
  events: RouteTable<Handler>,
  canResolve: boolean,
): Routes<Handler> {
  if (!AN_OBJECT.accepts(events)) {
    throw new TypeError(`option "events" must be an object of handlers, got ${describe(events)}`);
  }
  for (const [event, route] of Object.entries(events)) {
    checkOptions('option "events"', { [event]: route }, { [event]: A_ROUTE });
  }
  const all = Object.entries(events).map(([event, route]) => makeRoute(providers[0], event, route));
  if (all.length === 0) throw new TypeError('option "events" must have at least one event');
  const rest = all.find(({ event }) => event === '*');
  const routes = all.filter((route) => route !== rest);
  const table = new Map<string | undefined, Route<Handler>>(routes.map((route) => [route.event, route]));
  if (!canResolve && providers.some(({ event }) => event === undefined)) checkApart(routes);
  // A handler that is mounted at one address needs no paths.
  const hasPaths = routes.some(({ path }) => path !== '/');

  const matchRest = (event: string | undefined, method: string): Match<Handler> => {
    if (rest === undefined) return 'unknown';
    if (!allows(rest, method)) return 'ERR_WEBHOOK_METHOD';
    const { schema, handle } = rest;
    return { event, candidates: event === undefined ? [] : [event], schema, handle };
  };
  return {
    methods: [...new Set(all.flatMap(({ methods }) => methods))],
    byName(event, method, candidates = []) {
      const route = table.get(event);
      if (route === undefined) {
        // Acknowledged as unknown, events that have a handler would be lost.
        const isMixed = event === undefined && candidates.some((name) => table.has(name));
        return isMixed && rest === undefined ? 'ERR_WEBHOOK_EVENT' : matchRest(event, method);
      }
      return allows(route, method) ? matchOne(route) : 'ERR_WEBHOOK_METHOD';
    },
    findByRequest(method, path) {
      const here = routes.filter((route) => !hasPaths || route.path === trimSlash(path));
      const matching = here.filter((route) => allows(route, method));
      const [first] = matching;
      if (first !== undefined) {
        // Where '*' takes the rest, even one event has to be told from it.
        const isSure = matching.length === 1 && (rest === undefined || !canResolve);
        return isSure ? matchOne(first) : { choose: matching.map(({ event }) => event) };
      }
      if (rest !== undefined) return canResolve ? { choose: [] } : matchRest(undefined, method);
      return here.length === 0 ? 'ERR_WEBHOOK_EVENT' : 'ERR_WEBHOOK_METHOD';
    },
    byChoice(event, choose, method) {
      const route = table.get(event);
      if (route !== undefined) return choose.includes(route.event) ? matchOne(route) : 'ERR_WEBHOOK_METHOD';
      if (event !== undefined || choose.length === 0) return matchRest(event, method);
      const [first, ...others] = choose.flatMap((name) => table.get(name) ?? []);
      if (first === undefined || !others.every((other) => isSame(first, other))) return 'ERR_WEBHOOK_EVENT';
      const { schema, handle } = first;
      return { event: undefined, candidates: choose, schema, handle };
    },
  };
}

const A_ROUTE = {
  accepts: (value: unknown): boolean => A_FUNCTION.accepts(value) || AN_OBJECT.accepts(value),
  expects: 'a handler, or an object with "handle"',
  required: true as const,
};

function makeRoute<Handler extends AnyFunction>(
  provider: Provider,
  event: string,
  definition: Handler | RouteDefinition<Handler>,
): Route<Handler> {
  if (!A_TEXT.accepts(event)) throw new TypeError(`option "events": the name of an event must not be blank`);
  const given = typeof definition === 'function' ? { handle: definition } : definition;
  const route = checkOptions<RouteDefinition<Handler>>(`event "${event}"`, given, ROUTE_CHECKS);
  if (route.path !== undefined && event === '*') {
    throw new TypeError(
      `event "*": takes what no other event takes, at whatever path, so "path" has no meaning for it; ` +
        'leave it out, or give the event of that path a name',
    );
  }
  if (route.path !== undefined && provider.event !== undefined) {
    throw new TypeError(
      `event "${event}": "path" is for senders that name no event, and ${provider.name} names it`,
    );
  }
  const possible = provider.events?.[event] ?? provider.methods;
  const methods = route.method === undefined ? defaultMethods(provider, event) : [route.method].flat();
  const foreign = methods.find((method) => !possible.includes(method));
  if (foreign !== undefined) {
    throw new TypeError(
      `event "${event}": option "method" must be one that ${provider.name} can send for it ` +
        `(${possible.join(', ')}), got ${describe(foreign)}`,
    );
  }
  const { path = '/', schema, handle } = route;
  return { event, methods, path: trimSlash(path), schema, handle };
}

function defaultMethods(provider: Provider, event: string): readonly Method[] {
  const usual = provider.events?.[event]?.[0];
  if (usual !== undefined) return [usual];
  if (event === '*' || provider.event !== undefined || provider.methods.length === 1) return provider.methods;
  throw new TypeError(
    `event "${event}" is not one of ${provider.name}'s (${Object.keys(provider.events ?? {}).join(', ')}): ` +
      `correct the name, or give it a "method" (${provider.methods.join(', ')})`,
  );
}

function checkApart<Handler>(routes: readonly Route<Handler>[]): void {
  for (const [index, one] of routes.entries()) {
    for (const other of routes.slice(index + 1)) {
      const method = one.methods.find((known) => other.methods.includes(known));
      if (method === undefined || one.path !== other.path || isSame(one, other)) continue;
      throw new TypeError(
        `option "events": "${one.event}" and "${other.event}" both arrive by ${method} and nothing else tells ` +
          'them apart. Give them different methods ("method"), different paths ("path"), a function ' +
          '"resolveEvent" that names the event, or one and the same handler and schema',
      );
    }
  }
}

function matchOne<Handler>({ event, schema, handle }: Route<Handler>): Match<Handler> {
  return { event, candidates: [event], schema, handle };
}

function isSame<Handler>(one: Target<Handler>, other: Target<Handler>): boolean {
  return one.handle === other.handle && one.schema === other.schema;
}

function allows<Handler>(route: Route<Handler>, method: string): boolean {
  return route.methods.some((known) => known === method);
}

function trimSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
