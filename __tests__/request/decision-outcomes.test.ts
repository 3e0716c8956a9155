import type { Request } from 'express';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  fastcomments,
  memoryStore,
  type Decision,
  type WebhookHandler,
  type WebhookRouterOptions,
} from 'hooklatch';
import { decisionOf, eventually, send, signed, startGuard, startRouter, type Sent } from '../helpers/http';

const BODY = '{"a":1}';
const SENT: Sent = { method: 'PUT', path: '/hooks', headers: signed(fastcomments, BODY), body: BODY };
const CHANNEL = 'hooklatch:decision';

const KEYS = [
  'time',
  'provider',
  'outcome',
  'code',
  'status',
  'method',
  'path',
  'address',
  'bytes',
  'event',
  'id',
  'secretId',
  'clockSkewMs',
  'durationMs',
  'fingerprint',
  'unsignedRouting',
  'issues',
  'notes',
];

const fine: WebhookHandler = jest.fn();
const never = (): Promise<never> => new Promise(() => undefined);

const routerWith = (handle: WebhookHandler, more: Partial<WebhookRouterOptions> = {}) =>
  startRouter({ provider: fastcomments, events: { create: handle }, ...more });

type Case = readonly [
  string,
  Partial<Decision>,
  { handle?: WebhookHandler; options?: Partial<WebhookRouterOptions>; sent?: Sent; before?: Sent },
];

const CASES: readonly Case[] = [
  ['a handled delivery', { outcome: 'accepted', code: null, status: 200 }, {}],
  [
    'a handler that answers 4xx',
    { outcome: 'accepted', code: null, status: 422 },
    { handle: (_webhook, _req, res) => void res.sendStatus(422) },
  ],
  [
    'a handler that answers 5xx',
    { outcome: 'failed', code: null, status: 502 },
    { handle: (_webhook, _req, res) => void res.sendStatus(502) },
  ],
  [
    'a handler that throws',
    { outcome: 'failed', code: 'ERR_WEBHOOK_HANDLER', status: 500 },
    { handle: () => raise(new Error('x')) },
  ],
  [
    'a handler that takes too long',
    { outcome: 'failed', code: 'ERR_WEBHOOK_TIMEOUT', status: 503 },
    { handle: never, options: { handlerTimeoutMs: 20 } },
  ],
  ['a copy', { outcome: 'duplicate', code: null, status: 200, secretId: 'default' }, { before: SENT }],
  [
    'a copy that is acknowledged otherwise',
    { outcome: 'duplicate', code: null, status: 204 },
    { before: SENT, options: { acknowledge: 204 } },
  ],
  [
    'a store that fails',
    { outcome: 'failed', code: 'ERR_WEBHOOK_STORE', status: 503 },
    { options: { duplicates: { store: { ...memoryStore(), claim: () => raise(new Error('down')) } } } },
  ],
  [
    'a stranger',
    { outcome: 'refused', code: 'ERR_WEBHOOK_SIGNATURE', status: 401, secretId: null },
    { sent: { ...SENT, body: '{}' } },
  ],
  [
    'a stranger in the mode report',
    { outcome: 'reported', code: 'ERR_WEBHOOK_SIGNATURE', status: 200, secretId: null },
    { sent: { ...SENT, body: '{}' }, options: { mode: 'report' } },
  ],
  [
    'what a guard keeps out',
    { outcome: 'refused', code: 'ERR_WEBHOOK_HTTPS', status: 403, bytes: null, fingerprint: null },
    { options: { https: true } },
  ],
  [
    'a method that no event uses',
    { outcome: 'refused', code: 'ERR_WEBHOOK_METHOD', status: 403 },
    { sent: { ...SENT, method: 'POST' } },
  ],
];

describe('the outcome', () => {
  it.each(CASES)('of %s is in a record of the same keys: %j', async (_what, expected, set) => {
    const { handle = fine, options = {}, sent = SENT, before } = set;
    const receiver = await routerWith(handle, options);
    if (before !== undefined) {
      await send(receiver.port, before);
      await decisionOf(receiver);
      receiver.decisions.length = 0;
    }
    expect((await send(receiver.port, sent)).status).toBe(expected.status);
    const decision = await decisionOf(receiver);
    expect(decision).toMatchObject(expected);
    expect(Object.keys(decision)).toEqual(KEYS);
    const { issues, notes, ...flat } = decision;
    expect(issues).toEqual([]);
    expect(notes.every((note) => typeof note === 'string')).toBe(true);
    for (const value of Object.values<unknown>(flat)) expect(Object(value)).not.toBe(value ?? undefined);
  });

  it('of a copy of what is being handled is duplicate too', async () => {
    let finish: () => void = fine as () => void;
    const receiver = await routerWith(() => new Promise<void>((resolve) => (finish = resolve)));
    const first = send(receiver.port, SENT);
    await eventually(() => finish !== fine);
    expect((await send(receiver.port, SENT)).status).toBe(409);
    expect(await decisionOf(receiver)).toMatchObject({
      outcome: 'duplicate',
      code: 'ERR_WEBHOOK_IN_PROGRESS',
      status: 409,
    });
    finish();
    expect((await first).status).toBe(200);
  });

  it('is shared by no two records', async () => {
    const receiver = await routerWith(fine, {
      secret: [{ id: 'new', value: 'n'.repeat(20) }, 'x'.repeat(20)],
    });
    for (const body of ['1', '2']) {
      const headers = signed(fastcomments, body, { secret: 'x'.repeat(20) });
      await send(receiver.port, { ...SENT, headers, body });
    }
    expect(receiver.decisions.map(({ notes }) => notes)).toEqual([['old-secret'], ['old-secret']]);
    expect(receiver.decisions[0]!.notes).not.toBe(receiver.decisions[1]!.notes);
  });
});

describe('the channel hooklatch:decision', () => {
  it('carries every decision, and what a handler threw', async () => {
    const messages: unknown[] = [];
    const listener = (message: unknown): void => void messages.push(message);
    const cause = new Error('of the handler');
    subscribe(CHANNEL, listener);
    try {
      const receiver = await routerWith(() => raise(cause));
      await send(receiver.port, SENT);
      await send(receiver.port, { ...SENT, headers: {} });
      expect(messages).toEqual([
        { decision: receiver.decisions[0], cause },
        { decision: receiver.decisions[1], cause: undefined },
      ]);
      expect(receiver.causes).toEqual([cause, undefined]);
    } finally {
      unsubscribe(CHANNEL, listener);
    }
  });

  it('needs no option, and where nobody listens nothing is built', async () => {
    let built = 0;
    const { port } = await startGuard({ provider: fastcomments, onDecision: undefined, duplicates: false }, [
      (req, _res, next) => {
        // Read by nothing but the record.
        Object.defineProperty(req, 'ip', { get: () => `read ${(built += 1)} times` });
        next();
      },
    ]);
    await send(port, SENT);
    await send(port, { ...SENT, headers: {} });
    expect(built).toBe(0);

    const addresses: unknown[] = [];
    const listener = (message: unknown): void => {
      addresses.push((message as { decision: Decision }).decision.address);
    };
    subscribe(CHANNEL, listener);
    try {
      await send(port, SENT);
      await eventually(() => addresses.length === 1);
    } finally {
      unsubscribe(CHANNEL, listener);
    }
    await send(port, SENT);
    expect([built, addresses]).toEqual([1, ['read 1 times']]);
  });

  it('changes no answer, and loses nothing to onDecision, where that fails', async () => {
    const messages: unknown[] = [];
    const listener = (message: unknown): void => void messages.push(message);
    subscribe(CHANNEL, listener);
    try {
      const receiver = await routerWith(fine, { onDecision: () => raise(new Error('full disk')) });
      expect((await send(receiver.port, SENT)).status).toBe(200);
      await eventually(() => messages.length === 1);
    } finally {
      unsubscribe(CHANNEL, listener);
    }
  });
});

describe('the address of a decision', () => {
  it('is cut and escaped where a proxy reports nonsense', async () => {
    const receiver = await startGuard({ provider: fastcomments, https: false }, [
      (req: Request, _res, next) => {
        req.app.set('trust proxy', 1);
        next();
      },
    ]);
    const headers = { ...signed(fastcomments, BODY), 'X-Forwarded-For': `a\u0085${'b'.repeat(999)}` };
    await send(receiver.port, { ...SENT, headers });
    expect((await decisionOf(receiver)).address).toBe(`a\\u0085${'b'.repeat(254)}`);
  });
});

function raise(thrown: unknown): never {
  throw thrown;
}
