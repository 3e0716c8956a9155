import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as Mocks from 'node-mocks-http';
import type { RequestOptions } from 'node-mocks-http';
import type * as Hooklatch from 'hooklatch';
import { fastcomments, getWebhook, square, webhookGuard, webhookRouter, type Decision } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { eventually, freshCopy, NOW, SECRET, send, signed, warnings } from '../helpers/http';

const BODY = '{"a":1}';
const delivery = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };
const bad = { ...delivery, body: '{"a":2}' };
const settings = { provider: fastcomments, secret: SECRET, clock: () => NOW };
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Bare = (req: object, res: object, next?: (error?: unknown) => void) => void;

/** A server of `node:http` alone. */
async function serve(listener: (req: IncomingMessage, res: ServerResponse) => void): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  closing.push(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const call = (guard: unknown, req: object, res: object, next?: (error?: unknown) => void): void =>
  (guard as Bare)(req, res, next);

describe('a guard on plain node:http', () => {
  async function serveGuard(
    options: Partial<Hooklatch.WebhookGuardOptions> = {},
    library: Pick<typeof Hooklatch, 'webhookGuard' | 'fastcomments'> = { webhookGuard, fastcomments },
  ) {
    const decisions: Decision[] = [];
    const guard = library.webhookGuard({
      ...settings,
      provider: library.fastcomments,
      ...options,
      onDecision: (decision) => decisions.push(decision),
    });
    const port = await serve((req, res) =>
      call(guard, req, res, (error) => {
        res.statusCode = error === undefined ? 200 : 418;
        res.end(error instanceof Error ? error.name : getWebhook(req).rawBody);
      }),
    );
    return { port, decisions };
  }

  it('verifies, refuses, and records address and path', async () => {
    const { port, decisions } = await serveGuard({ rateLimit: { limit: 9 }, allowIps: ['127.0.0.1'] });
    expect(await send(port, { ...delivery, path: '/hook?x=1' })).toMatchObject({ status: 200, text: BODY });
    expect((await send(port, bad)).status).toBe(401);
    await eventually(() => decisions.length === 2);
    expect(decisions[0]).toMatchObject({ outcome: 'accepted', path: '/hook', address: '127.0.0.1' });
    expect(decisions[1]).toMatchObject({ outcome: 'refused', code: 'ERR_WEBHOOK_SIGNATURE', path: '/' });
    expect(warnings).toEqual([]);
  });

  it('knows the address that a sender has signed', async () => {
    const body = '{}';
    const guard = webhookGuard({ provider: square, secret: SECRET, publicUrl: 'https://example.org' });
    const port = await serve((req, res) => call(guard, req, res, () => void res.end()));
    const { headers } = signedRequest(square, { secret: SECRET, body, url: 'https://example.org/a?b=1' });
    expect((await send(port, { path: '/a?b=1', headers, body })).status).toBe(200);
    expect((await send(port, { path: '/a?b=2', headers, body })).status).not.toBe(200);
  });

  it('refuses an address outside "allowIps", whatever a forwarding header says', async () => {
    const { port } = await serveGuard({ allowIps: ['192.0.2.7'], https: false });
    const headers = { ...delivery.headers, 'X-Forwarded-For': '192.0.2.7' };
    expect((await send(port, { ...delivery, headers })).status).toBe(403);
  });

  it('answers 503 to what a proxy forwards, and says which option is missing', async () => {
    const { port } = await serveGuard({}, freshCopy());
    const headers = { ...delivery.headers, 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.7' };
    expect((await send(port, { ...delivery, headers })).status).toBe(503);
    expect((await send(port, { ...delivery, headers })).status).toBe(503);
    expect(warnings).toEqual([expect.stringContaining('give the option https: false')]);
  });

  it('hands over with errors: "next", and answers itself where there is no next', async () => {
    const { port } = await serveGuard({ errors: 'next' });
    expect(await send(port, bad)).toMatchObject({
      status: 418,
      text: expect.stringContaining('WebhookError'),
    });
    const guard = webhookGuard({ ...settings, errors: 'next' });
    const bare = await serve((req, res) => call(guard, req, res));
    expect((await send(bare, bad)).status).toBe(401);
  });

  it('answers 500 where it is called without next, says so once, and gives the delivery back', async () => {
    const fresh = freshCopy();
    const guard = fresh.webhookGuard({ ...settings, provider: fresh.fastcomments });
    const port = await serve((req, res) => call(guard, req, res));
    expect((await send(port, delivery)).status).toBe(500);
    // Not 200, as for a copy of what was handled.
    expect((await send(port, delivery)).status).toBe(500);
    expect(warnings.filter((text) => text.includes('without "next"'))).toHaveLength(1);
  });

  it('serves a router, which needs no next, by event, method and path', async () => {
    const handled: unknown[] = [];
    const router = webhookRouter({
      ...settings,
      events: {
        create: { method: 'PUT', path: '/made', handle: (webhook) => void handled.push(webhook.payload) },
        delete: (webhook) => void handled.push(webhook.event),
      },
    });
    const port = await serve((req, res) => call(router, req, res));
    expect((await send(port, { ...delivery, path: '/made?x' })).status).toBe(200);
    expect((await send(port, { ...bad, path: '/made' })).status).toBe(401);
    expect(handled).toEqual([{ a: 1 }]);
  });
});

describe('a guard in a unit test with node-mocks-http', () => {
  const run = (guard: unknown, given: RequestOptions, emitter = true) =>
    new Promise<{ status: number; text: string; next?: unknown }>((resolve) => {
      // A copy for each: one emitter that was given once is that of all later ones.
      let mocks: typeof Mocks | undefined;
      jest.isolateModules(() => {
        mocks = jest.requireActual<typeof Mocks>('node-mocks-http');
      });
      const { createRequest, createResponse } = mocks!;
      const req = createRequest({ method: 'PUT', url: '/hook', ...given });
      const res = createResponse({ req, ...(emitter && { eventEmitter: EventEmitter }) });
      const end = res.end.bind(res) as (...args: unknown[]) => void;
      res.end = ((...args: unknown[]) => {
        end(...args);
        resolve({ status: res.statusCode, text: res._getData() as string });
      }) as typeof res.end;
      call(guard, req, res, (error) => resolve({ status: 0, text: '', next: error ?? req.webhook?.payload }));
    });
  const given = { headers: delivery.headers };

  it.each<[string, unknown, boolean]>([
    ['a Buffer', Buffer.from(BODY), true],
    ['a Uint8Array', new Uint8Array(Buffer.from(BODY)), true],
    ['text', BODY, true],
    ['a Buffer, and an emitter that hears nothing', Buffer.from(BODY), false],
  ])(
    'hands on a good delivery and answers 401 to a bad one, with a body that is %s',
    async (_what, body, emitter) => {
      const guard = webhookGuard(settings);
      const spoilt =
        typeof body === 'string' ? `${body} ` : Buffer.concat([body as Buffer, Buffer.from(' ')]);
      expect((await run(guard, { ...given, body: body as never }, emitter)).next).toEqual({ a: 1 });
      expect((await run(guard, { ...given, body: spoilt as never }, emitter)).status).toBe(401);
    },
  );

  it('answers 500 at once to a parsed body, and says what to give', async () => {
    const fresh = freshCopy();
    const guard = fresh.webhookGuard({ ...settings, provider: fresh.fastcomments });
    expect((await run(guard, { ...given, body: { a: 1 } })).status).toBe(500);
    expect(warnings).toEqual([expect.stringContaining('In a test, give the body as a Buffer or as text')]);
  });

  it('takes a request without a body as one of no bytes', async () => {
    const guard = webhookGuard({ ...settings, duplicates: false });
    expect((await run(guard, given)).status).toBe(401);
    expect((await run(guard, { headers: signed(fastcomments, '') })).status).not.toBe(401);
  });

  it('refuses by its address what a test says that came from elsewhere', async () => {
    const guard = webhookGuard(settings);
    const body = Buffer.from(BODY) as never;
    expect((await run(guard, { ...given, body, ip: '192.0.2.7' })).status).toBe(403);
    expect((await run(webhookGuard({ ...settings, https: false }), { ...given, body })).next).toEqual({
      a: 1,
    });
    expect((await run(guard, { ...given, body, secure: true })).next).toEqual({ a: 1 });
  });
});

describe('a guard that is given what is no request or response', () => {
  const req = { method: 'PUT', headers: {}, body: Buffer.from(BODY) };

  it.each<[string, unknown, unknown, string]>([
    ['a response of functions that do nothing', req, { status: jest.fn(), json: jest.fn() }, 'response'],
    ['nothing', req, undefined, 'response'],
    ['a context of Azure in place of a request', { req: {} }, new EventEmitter(), 'request'],
  ])('hands a TypeError that names what is missing to next: %s', (_what, request, response, name) => {
    const next = jest.fn();
    call(webhookGuard(settings), request as object, response as object, next);
    expect(next).toHaveBeenCalledTimes(1);
    const [[error]] = next.mock.calls as [[TypeError]];
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(
      new RegExp(`the ${name} is not one of node:http or Express: it has no \\w+`),
    );
  });

  it('throws it where there is no next either', () => {
    expect(() => call(webhookGuard(settings), req, {})).toThrow('it has no on, writeHead, end');
  });

  it('takes hand-made ones that have what an answer needs', () => {
    const res = Object.assign(new EventEmitter(), { writeHead: jest.fn(), end: jest.fn() });
    call(webhookGuard(settings), { ...req, headers: { 'x-a': ['1', '2'] } }, res, jest.fn());
    expect(res.writeHead).toHaveBeenCalledWith(401, expect.anything());
  });

  it.each([null, undefined])('takes a hand-made request whose body is %p as one of no bytes', (body) => {
    const answer = (headers: object): unknown => {
      const res = Object.assign(new EventEmitter(), { writeHead: jest.fn(), end: jest.fn() });
      call(
        webhookGuard({ ...settings, duplicates: false }),
        { method: 'PUT', headers, body },
        res,
        jest.fn(),
      );
      return (res.writeHead.mock.calls as unknown[][])[0]?.[0];
    };
    const lower = (headers: object): object =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value as unknown]),
      );
    expect(answer(lower(delivery.headers))).toBe(401);
    expect(answer(lower(signed(fastcomments, '')))).not.toBe(401);
  });
});
