import compression from 'compression';
import type { RequestHandler, Response } from 'express';
import { request } from 'node:http';
import { github, memoryStore, webhookGuard, webhookRouter } from 'hooklatch';
import type { Decision, DuplicatesOptions, DuplicateStore, WebhookGuardOptions } from 'hooklatch';
import { eventually, NOW, pause, SECRET, send, signed, start, type Answer, type Sent } from './http';

/** What stands around a handler whose deliveries are to be handled once. */
export interface Setting {
  readonly kind: 'router' | 'guard';
  readonly compressed: boolean;
  readonly makeStore: () => DuplicateStore;
  /** A middleware in front of all. */
  readonly before?: RequestHandler;
}

const later = (): DuplicateStore => answeringLater(memoryStore());

export const SETTINGS: readonly (readonly [string, Setting])[] = [
  ['webhookRouter()', { kind: 'router', compressed: false, makeStore: memoryStore }],
  ['webhookGuard()', { kind: 'guard', compressed: false, makeStore: memoryStore }],
  [
    'webhookRouter() with a store that takes its time',
    { kind: 'router', compressed: false, makeStore: later },
  ],
  ['webhookGuard() with a store that takes its time', { kind: 'guard', compressed: false, makeStore: later }],
  ['webhookRouter() behind compression()', { kind: 'router', compressed: true, makeStore: memoryStore }],
  ['webhookGuard() behind compression()', { kind: 'guard', compressed: true, makeStore: memoryStore }],
];

/** Answers, or leaves it to the router; `attempt` counts from 1. */
export type Handle = (res: Response, attempt: number) => unknown;

export interface Handling {
  readonly port: number;
  readonly decisions: Decision[];
  /** How often the handler was run. */
  readonly handled: () => number;
  /** Resolves when so many deliveries have been decided, and the store was told. */
  readonly ended: (count: number) => Promise<void>;
  readonly drain: () => Promise<void>;
  /** Sends one delivery of GitHub; the same one, unless `id` says otherwise. */
  readonly deliver: (sent?: Sent & { readonly id?: string }) => Promise<Answer>;
  /** Sends it, and leaves as soon as something holds. */
  readonly deliverAndLeave: (when: () => boolean) => Promise<void>;
}

const PUSH = { event: 'push' };

/** An app with one handler in the given setting. */
export async function startHandling(
  { kind, compressed, makeStore, before }: Setting,
  handle: Handle,
  duplicates: DuplicatesOptions | false = {},
  more: Partial<WebhookGuardOptions> = {},
): Promise<Handling> {
  let handled = 0;
  const decisions: Decision[] = [];
  const options = {
    provider: github,
    secret: SECRET,
    clock: () => NOW,
    onDecision: (decision: Decision) => decisions.push(decision),
    duplicates: duplicates && { store: makeStore(), ...duplicates },
    ...more,
  };
  const run = (res: Response): unknown => {
    handled += 1;
    return handle(res, handled);
  };
  const receiver =
    kind === 'guard'
      ? webhookGuard(options)
      : webhookRouter({ ...options, events: { '*': (_webhook, _req, res) => run(res) } });
  const { port } = await start((app) => {
    if (compressed) app.use(compression({ threshold: 0 }));
    if (before !== undefined) app.use(before);
    app.use(receiver);
    app.use((_req, res, next) => {
      // A handler behind a guard answers itself; Express 4 does not see a rejection.
      new Promise((resolve) => resolve(run(res))).then(() => res.writableEnded || res.end(), next);
    });
  });

  const deliver: Handling['deliver'] = ({ id = 'delivery', body = '{}', headers, ...sent } = {}) => {
    const own = { ...signed(github, body, { ...PUSH, id }), 'Accept-Encoding': 'gzip' };
    return send(port, { ...sent, headers: { ...own, ...headers }, body });
  };
  const deliverAndLeave: Handling['deliverAndLeave'] = async (when) => {
    const headers = { ...signed(github, '{}', { ...PUSH, id: 'delivery' }), 'Content-Length': 2 };
    const req = request({ port, host: '127.0.0.1', method: 'POST', headers });
    req.on('error', () => undefined);
    req.end('{}');
    await eventually(when);
    req.destroy();
    await pause(20);
  };
  return {
    port,
    decisions,
    handled: () => handled,
    ended: (count) => eventually(() => decisions.length === count),
    drain: () => receiver.drain(),
    deliver,
    deliverAndLeave,
  };
}

/** Something that a handler waits for until the test opens it. */
export function makeGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

type Method = keyof DuplicateStore;
type Call = [method: Method, key: string, owner: string, ...times: number[]];

/** A store that is a memory store but for what is given, and notes what it is asked. */
export function storeWith(changes: Partial<DuplicateStore> = {}, inner = memoryStore()): WatchedStore {
  const calls: Call[] = [];
  const ask =
    <Name extends Method>(name: Name) =>
    (...args: Parameters<DuplicateStore[Name]>): never => {
      calls.push([name, ...(args as unknown as [string, string, ...number[]])]);
      return ((changes[name] ?? inner[name]) as (...all: unknown[]) => never)(...args);
    };
  const store = {
    claim: ask('claim'),
    complete: ask('complete'),
    release: ask('release'),
    renew: ask('renew'),
  };
  return { store, inner, calls, count: (name) => calls.filter((call) => call[0] === name).length };
}

export interface WatchedStore {
  readonly store: DuplicateStore;
  readonly inner: DuplicateStore;
  readonly calls: readonly Call[];
  readonly count: (method: Method) => number;
}

function answeringLater(store: DuplicateStore): DuplicateStore {
  return {
    claim: (...args) => pause(3).then(() => store.claim(...args)),
    complete: (...args) => pause(3).then(() => store.complete(...args)),
    release: (...args) => pause(3).then(() => store.release(...args)),
    renew: (...args) => pause(3).then(() => store.renew(...args)),
  };
}
