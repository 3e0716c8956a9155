import type { Express } from 'express';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fastcomments,
  requireHttps,
  webhookErrors,
  type Decision,
  type RequireHttpsOptions,
} from 'hooklatch';
import { listen } from '../helpers/app';
import {
  decisionOf,
  freshCopy,
  send,
  signed,
  start,
  startGuard,
  startRouter,
  warnings,
} from '../helpers/http';
import { startEverywhere, statusOf } from '../helpers/network';
import { typeErrorOf } from '../helpers/type-error';

type Https = RequireHttpsOptions['https'];

const FORWARDING = ['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Real-IP'];
const BODY = '{}';

const setUp =
  (https: Https, trustProxy: unknown, decisions: Decision[] = []) =>
  (app: Express): void => {
    if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
    app.use(requireHttps({ https }));
    app.use((_req, res) => void res.json({}));
    app.use(webhookErrors({ onDecision: (decision) => decisions.push(decision) }));
  };

describe('requireHttps()', () => {
  it.each<[number, Https, string, unknown, Record<string, string>]>([
    [403, true, 'a direct connection', undefined, {}],
    [403, true, 'a claim that nobody trusts', undefined, { 'X-Forwarded-Proto': 'https' }],
    [403, true, 'a claim of a stranger', '10.0.0.1', { 'X-Forwarded-Proto': 'https' }],
    [403, true, 'plain HTTP at the proxy', 1, { 'X-Forwarded-Proto': 'http' }],
    [403, true, 'a header that Express does not read', 1, { Forwarded: 'proto=https' }],
    [200, true, 'HTTPS at the proxy', 1, { 'X-Forwarded-Proto': 'https' }],
    [200, true, 'HTTPS at a proxy on this machine', 'loopback', { 'X-Forwarded-Proto': 'https' }],
    [200, true, 'HTTPS at one of the proxies', ['10.0.0.1', '127.0.0.0/8'], { 'X-Forwarded-Proto': 'https' }],
    [200, 'except-loopback', 'a direct connection', undefined, {}],
    [200, undefined, 'a direct connection', undefined, {}],
    [200, undefined, 'a direct connection', 1, {}],
    [200, undefined, 'HTTPS at the proxy', 1, { 'X-Forwarded-Proto': 'https' }],
    [403, undefined, 'plain HTTP at the proxy', 1, { 'X-Forwarded-Proto': 'http' }],
    [403, undefined, 'a proxy that says no protocol', 1, { 'X-Forwarded-For': '192.0.2.1' }],
    [403, undefined, 'a claim of a stranger', '10.0.0.1', { 'X-Forwarded-Proto': 'https' }],
    [200, false, 'a direct connection', undefined, {}],
    [200, false, 'a claim that nobody trusts', undefined, { 'X-Forwarded-Proto': 'http' }],
  ])('answers %d (https: %p, %s, trust proxy: %p)', async (status, https, _what, trust, headers) => {
    const { port } = await start(setUp(https, trust));
    expect((await send(port, { headers })).status).toBe(status);
  });

  it.each(FORWARDING)('lets no loopback connection pass that has the header %s', async (name) => {
    const decisions: Decision[] = [];
    for (const [https, trust, status, code] of [
      ['except-loopback', undefined, 503, 'ERR_WEBHOOK_SETUP'],
      ['except-loopback', 1, 403, 'ERR_WEBHOOK_HTTPS'],
      [true, undefined, 403, 'ERR_WEBHOOK_HTTPS'],
    ] as const) {
      const { port } = await start(setUp(https, trust, decisions));
      const answer = await send(port, { headers: { [name]: '127.0.0.1' } });
      expect([answer.status, answer.headers['retry-after']]).toEqual([
        status,
        status === 503 ? '5' : undefined,
      ]);
      expect(decisions.splice(0)).toMatchObject([{ code, status }]);
    }
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.2'],
    ['::1', '::1'],
  ])('takes for loopback what comes to %s from %s, mapped into IPv6 or not', async (host, from) => {
    const port = await startEverywhere(setUp('except-loopback', undefined));
    expect(await statusOf({ host, port, localAddress: from })).toBe(200);
  });

  it.each([
    [200, '127.8.9.1'],
    [200, '::ffff:127.0.0.1'],
    [200, '::1'],
    [403, '10.0.127.1'],
    [403, '::ffff:10.0.127.1'],
    [403, '2001:db8::1'],
    [403, '::12'],
    [403, '::ffff:1.2.3.4'],
  ])('answers %d to a direct connection from %s', async (status, remoteAddress) => {
    const { port } = await start((app) => {
      app.use((req, _res, next) => {
        Object.defineProperty(req.socket, 'remoteAddress', { value: remoteAddress });
        next();
      });
      setUp('except-loopback', undefined)(app);
    });
    expect((await send(port)).status).toBe(status);
  });

  it.each<[number, Https, Record<string, string>]>([
    [200, 'except-loopback', {}],
    [403, true, {}],
    [503, 'except-loopback', { 'X-Forwarded-Proto': 'http' }],
    [403, true, { 'X-Forwarded-Proto': 'http' }],
  ])('answers %d by a socket file (https: %p, %j)', async (status, https, headers) => {
    const socketPath = join(mkdtempSync(join(tmpdir(), 'hooklatch-')), 'socket');
    await startEverywhere(setUp(https, undefined), socketPath);
    expect(await statusOf({ socketPath, headers })).toBe(status);
  });

  it('takes a connection of the network that has lost its address for no loopback', async () => {
    const { port } = await start((app) => {
      app.use((req, _res, next) => {
        Object.defineProperty(req.socket, 'remoteAddress', { value: undefined });
        next();
      });
      setUp('except-loopback', undefined)(app);
    });
    expect((await send(port)).status).toBe(403);
  });

  it('goes by the connection, not by the address that a proxy reports', async () => {
    const { port } = await start(setUp('except-loopback', 1));
    const headers = { 'X-Forwarded-For': '127.0.0.1', 'X-Forwarded-Proto': 'http' };
    expect((await send(port, { headers })).status).toBe(403);
  });

  it('lets HTTPS itself pass', async () => {
    const psk = Buffer.alloc(32, 7);
    const options = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
    // Keys that both sides share need no certificate.
    const plain = await listen(setUp(true, undefined));
    const [app] = plain.server.listeners('request') as [Parameters<typeof createServer>[1]];
    const server = createServer({ ...options, pskCallback: () => psk }, app);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = {
      ...options,
      pskCallback: () => ({ psk, identity: 'x' }),
      checkServerIdentity: () => undefined,
    };
    const req = request({ port, host: '127.0.0.1', ...client }).end();
    const [res] = (await once(req, 'response')) as [{ statusCode: number; resume: () => void }];
    res.resume();
    expect(res.statusCode).toBe(200);
    server.closeAllConnections();
    server.close();
    await plain.close();
  });

  it.each([[null], [0], [''], ['yes'], ['Except-Loopback'], [{}], [1]])('refuses https: %p', (https) => {
    expect(typeErrorOf(() => requireHttps({ https } as never))).toMatch(
      /^requireHttps\(\): option "https" must be true, false or 'except-loopback', got /,
    );
  });
});

describe('option "https" of a guard and of a router', () => {
  const sent = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };
  const make: [string, (https: Https) => ReturnType<typeof startGuard>][] = [
    ['webhookGuard()', (https) => startGuard({ provider: fastcomments, https })],
    [
      'webhookRouter()',
      (https) => startRouter({ provider: fastcomments, https, events: { create: jest.fn() } }),
    ],
  ];

  it.each(make)('%s refuses plain HTTP before anything of it is checked', async (_name, makeWith) => {
    const strict = await makeWith(true);
    for (const headers of [sent.headers, {}]) {
      expect((await send(strict.port, { ...sent, path: '/hooks', headers })).status).toBe(403);
    }
    expect(strict.decisions).toMatchObject([
      { code: 'ERR_WEBHOOK_HTTPS', outcome: 'refused', bytes: null, clockSkewMs: null },
      { code: 'ERR_WEBHOOK_HTTPS', outcome: 'refused', bytes: null, clockSkewMs: null },
    ]);
  });

  it.each(make)('%s lets a direct loopback connection pass by default', async (_name, makeWith) => {
    const usual = await makeWith(undefined);
    expect((await send(usual.port, { ...sent, path: '/hooks' })).status).toBe(200);
  });

  it.each(make)('%s answers 503 where a proxy was forgotten', async (_name, makeWith) => {
    const usual = await makeWith(undefined);
    const headers = { ...sent.headers, 'X-Forwarded-Proto': 'https' };
    expect((await send(usual.port, { ...sent, path: '/hooks', headers })).status).toBe(503);
    expect(await decisionOf(usual)).toMatchObject({ code: 'ERR_WEBHOOK_SETUP', outcome: 'failed' });
  });

  it('warns once of a proxy that was forgotten, and says what to set', async () => {
    const fresh = freshCopy();
    const { port } = await start((app) => {
      const options = { provider: fresh.fastcomments, secret: 'a secret that is long enough' };
      app.use(fresh.webhookGuard({ ...options, onDecision: jest.fn() }));
    });
    for (const name of FORWARDING) {
      expect((await send(port, { ...sent, headers: { [name]: 'https' } })).status).toBe(503);
    }
    expect(warnings).toEqual([expect.stringContaining("app.set('trust proxy', 1)")]);
  });
});
