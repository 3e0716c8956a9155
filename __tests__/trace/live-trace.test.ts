import { generateKeyPairSync } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { createServer as createSecureServer, get as getSecurely } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import express, { type Request, type RequestHandler } from 'express';
import {
  defineProvider,
  fastcomments,
  fastcommentsLegacy,
  github,
  hubspotV3,
  keepRawBody,
  meta,
  notion,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  telehealth,
  webhookGuard,
  type SecretLookup,
} from 'hooklatch';
import type { Trace, TraceStep } from '../../src/trace/trace';
import { certify } from '../helpers/certificate';
import { storeWith } from '../helpers/handling';
import {
  decisionOf,
  eventually,
  NOW,
  pause,
  requestText,
  SECRET,
  send,
  signed,
  start,
  startGuard,
  startRouter,
  talk,
} from '../helpers/http';

const BODY = '{"id":"c1","comment":"Olá ☕"}';

const traces: Trace[] = [];
const listener = (trace: unknown): void => void traces.push(trace as Trace);

beforeEach(() => {
  traces.length = 0;
  subscribe('hooklatch:trace', listener);
});
afterEach(() => {
  unsubscribe('hooklatch:trace', listener);
});

async function traceOf(): Promise<Trace> {
  await eventually(() => traces.length > 0);
  return traces.pop()!;
}

const states = ({ steps }: Trace): readonly (readonly [string, TraceStep['state']])[] =>
  steps.map(({ name, state }) => [name, state]);

/** Everything of a trace that can be seen without calling its functions. */
function visible(trace: Trace): string {
  const buffers = [trace.request.body, trace.answer.body].map((bytes) => bytes?.toString('latin1'));
  return [inspect(trace, { depth: null, maxStringLength: null }), JSON.stringify(trace), ...buffers].join(
    '\n',
  );
}

describe('hooklatch:trace', () => {
  it('tells all of a delivery that a guard let through', async () => {
    const { port, decisions } = await startGuard({ provider: fastcomments });
    await send(port, { headers: signed(fastcomments, BODY), body: BODY });
    const trace = await traceOf();
    expect(states(trace)).toEqual([
      ['allow-methods', 'passed'],
      ['require-https', 'passed'],
      ['check-headers', 'passed'],
      ['capture-raw-body', 'passed'],
      ['verify-signature', 'passed'],
      ['reject-duplicates', 'passed'],
      ['handler', 'answered'],
    ]);
    expect(trace.steps.every(({ durationMs }) => durationMs! >= 0)).toBe(true);
    expect(trace).toMatchObject({
      provider: 'fastcomments',
      request: { method: 'POST', url: '/', body: Buffer.from(BODY) },
      secretId: 'default',
      clockSkewMs: 0,
      signed: { before: `${NOW / 1000}.`, body: true, after: '' },
      answer: { status: 200, body: Buffer.from('{"received":true}'), bytes: 17 },
    });
    expect(trace.answer.headers).toContainEqual(['content-type', 'application/json; charset=utf-8']);
    expect({ ...trace.decision, durationMs: 0 }).toEqual({ ...decisions[0]!, durationMs: 0 });
    expect(await trace.diagnose()).toMatchObject({ verified: true });
  });

  it('names the step that refused, and has the body although nothing read it', async () => {
    const { port } = await startGuard({ provider: fastcomments });
    await send(port, { headers: signed(fastcomments, BODY, { now: NOW - 400_000 }), body: BODY });
    const trace = await traceOf();
    expect(states(trace).slice(2)).toEqual([
      ['check-headers', 'failed'],
      ['capture-raw-body', 'skipped'],
      ['verify-signature', 'skipped'],
      ['reject-duplicates', 'skipped'],
    ]);
    expect(trace.steps[2]).toMatchObject({ code: 'ERR_WEBHOOK_TIMESTAMP' });
    expect(trace.steps[3]).toMatchObject({ code: null, durationMs: null });
    expect(trace).toMatchObject({ clockSkewMs: 400_000, secretId: null, answer: { status: 401 } });
    expect(trace.request.body?.toString()).toBe(BODY);
    const names = trace.answer.headers.map(([name]) => name.toLowerCase());
    expect(names).toEqual(expect.arrayContaining(['www-authenticate', 'content-length']));
    expect((await trace.diagnose()).verified).toBe(false);
  });

  it('has the body of an upload that comes slowly, and none where it is cut', async () => {
    const { port } = await startGuard({ provider: telehealth });
    const lines = (length: number): string[] => ['X-Telehealth-Signature: no', `Content-Length: ${length}`];
    await talk(port, [requestText('POST', lines(9)), '{"event"', '}'], 10);
    expect((await traceOf()).request.body?.toString()).toBe('{"event"}');

    const socket = connect(port, '127.0.0.1');
    socket.write(requestText('POST', lines(9)) + '{"ev');
    await pause(50);
    socket.destroy();
    expect((await traceOf()).request.body).toBeUndefined();
  });

  it('has no body where a parser had read it, and an empty one where there was none', async () => {
    const { port } = await startGuard({ provider: github }, [express.json()]);
    const headers = { 'content-type': 'application/json', ...signed(github, BODY) };
    expect((await send(port, { headers, body: BODY })).status).toBe(500);
    const trace = await traceOf();
    expect(trace.request.body).toBeUndefined();
    expect(trace.exact().body).toBeUndefined();
    await send(port);
    expect((await traceOf()).request.body).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['as req.body', express.raw({ type: () => true })],
    ['as req.rawBody', express.json({ type: () => true, verify: keepRawBody })],
  ])('has the body that somebody before the guard has kept %s', async (_where, parser) => {
    const { port } = await startGuard({ provider: github }, [parser]);
    await send(port, { body: BODY });
    expect((await traceOf()).request.body?.toString()).toBe(BODY);
  });

  it('has no body where a parser had read one of unknown length, or somebody wants text', async () => {
    const { port } = await startGuard({ provider: github }, [express.json()]);
    const lines = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    await talk(port, [`${requestText('POST', lines)}2\r\n{}\r\n0\r\n\r\n`]);
    expect((await traceOf()).request.body).toBeUndefined();

    const texts = await startGuard({ provider: github }, [
      (req, _res, next) => {
        req.setEncoding('utf8');
        next();
      },
    ]);
    await send(texts.port, { headers: signed(github, BODY), body: BODY });
    expect((await traceOf()).request.body).toBeUndefined();
  });

  it('comes once, and not again when the request is closed', async () => {
    let closed: Promise<unknown> | undefined;
    const { port } = await startGuard({ provider: github }, [
      (req, _res, next) => {
        closed = new Promise((resolve) => req.once('close', resolve));
        next();
      },
    ]);
    await send(port, { body: BODY });
    await traceOf();
    await closed;
    expect(traces).toEqual([]);
  });

  it('does not keep a refused upload beyond all measure', async () => {
    const { port } = await startGuard({ provider: github });
    await send(port, { body: Buffer.alloc(16 * 1024 ** 2 + 1) });
    expect((await traceOf()).request.body).toBeUndefined();
    await send(port, { body: Buffer.alloc(16 * 1024 ** 2) });
    expect((await traceOf()).request.body).toHaveLength(16 * 1024 ** 2);
  });

  it('says where a router answered, where a copy was, and what a handler did wrong', async () => {
    const handle = jest.fn();
    const { port } = await startRouter({ provider: fastcomments, events: { '*': handle } });
    const delivery = { path: '/hooks', headers: signed(fastcomments, BODY), body: BODY };
    await send(port, delivery);
    expect(states(await traceOf()).at(-1)).toEqual(['route-events', 'answered']);
    await send(port, delivery);
    expect(states(await traceOf()).slice(-2)).toEqual([
      ['reject-duplicates', 'answered'],
      ['route-events', 'skipped'],
    ]);
    handle.mockRejectedValue(new Error('no'));
    await send(port, { path: '/hooks', headers: signed(fastcomments, '{}'), body: '{}' });
    expect((await traceOf()).steps.at(-1)).toMatchObject({ state: 'failed', code: 'ERR_WEBHOOK_HANDLER' });
  });

  it('has what was thrown, with its stack and without a secret', async () => {
    const handle = jest.fn();
    const { port } = await startRouter({ provider: fastcomments, events: { '*': handle } });
    const deliver = async (thrown: unknown, body: string): Promise<string | null> => {
      handle.mockRejectedValue(thrown);
      await send(port, { path: '/hooks', headers: signed(fastcomments, body), body });
      return (await traceOf()).thrown;
    };
    expect(await deliver(new TypeError(`with ${SECRET}`), '{"n":1}')).toMatch(/^TypeError: with •+\n +at /);
    expect(await deliver('a text', '{"n":2}')).toBe("'a text'");
    expect(await deliver(Object.assign(new Error('odd'), { stack: 1 }), '{"n":3}')).toBe('odd');
    expect(await deliver(new Error('x'.repeat(10_000)), '{"n":4}')).toHaveLength(4096);
    handle.mockResolvedValue(undefined);
    await send(port, { path: '/hooks', headers: signed(fastcomments, '{}'), body: '{}' });
    expect((await traceOf()).thrown).toBeNull();
  });

  it('names the event that a refused delivery claims, of its body and of its headers', async () => {
    const { port } = await startGuard({ provider: telehealth });
    const claim = async (body: string, headers: Record<string, string> = {}): Promise<unknown[]> => {
      await send(port, { headers: { 'X-Telehealth-Signature': '0'.repeat(64), ...headers }, body });
      const { claimedEvent, decision } = await traceOf();
      return [claimedEvent, decision.event];
    };
    expect(await claim('{"event":"call.ended"}')).toEqual(['call.ended', null]);
    expect(await claim('no json', { 'X-Telehealth-Event': 'a'.repeat(500) })).toEqual([
      'a'.repeat(256),
      null,
    ]);
    expect(await claim('')).toEqual([null, null]);
    expect(await claim(`{"event":"x","long":"${'x'.repeat(300_000)}"}`)).toEqual([null, null]);
    const body = '{"event":"call.ended"}';
    await send(port, { headers: signed(telehealth, body), body });
    expect(await traceOf()).toMatchObject({ claimedEvent: null, decision: { event: 'call.ended' } });
  });

  it('shows what the mode report waived', async () => {
    const { port } = await startGuard({ provider: telehealth, mode: 'report' });
    await send(port, { body: '{"event":"x"}' });
    const trace = await traceOf();
    expect(trace.steps.find(({ name }) => name === 'check-headers')).toMatchObject({
      state: 'waived',
      code: 'ERR_WEBHOOK_HEADER',
    });
    expect(states(trace).slice(3)).toEqual([
      ['capture-raw-body', 'passed'],
      ['verify-signature', 'passed'],
      ['reject-duplicates', 'passed'],
      ['handler', 'answered'],
    ]);
  });

  it('ends with the last step where that refused', async () => {
    const { store } = storeWith({ claim: () => Promise.reject(new Error('down')) });
    const { port } = await startGuard({ provider: telehealth, duplicates: { store } });
    const body = '{"event":"x"}';
    await send(port, { headers: signed(telehealth, body), body });
    const { steps } = await traceOf();
    expect(steps.at(-1)).toMatchObject({ name: 'reject-duplicates', code: 'ERR_WEBHOOK_STORE' });
  });

  it('tells in milliseconds how long each step took, to the microsecond', async () => {
    const secret: SecretLookup = () => pause(30).then(() => ({ secrets: SECRET, scope: false }));
    const slow: RequestHandler = (_req, res) => void pause(30).then(() => res.end());
    const { port } = await startGuard({ provider: telehealth, secret }, [], [slow]);
    const body = '{"event":"x"}';
    await send(port, { headers: signed(telehealth, body), body });
    const { steps, decision } = await traceOf();
    const times = steps.map(({ name, durationMs }) => [name, durationMs!] as const);
    for (const [name, time] of times) {
      expect(time).toBeLessThan(decision.durationMs + 100);
      if (name === 'verify-signature' || name === 'handler') expect(time).toBeGreaterThan(25);
      expect(Math.round(time * 1000) / 1000).toBe(time);
    }
  });

  it('keeps a step that throws from looking well', async () => {
    const { port } = await startGuard({
      provider: telehealth,
      rateLimit: {
        keyGenerator: () => {
          throw new TypeError('no');
        },
      },
    });
    await send(port, { body: '{}' });
    expect(states(await traceOf()).find(([name]) => name === 'limit-rate')).toEqual(['limit-rate', 'failed']);

    const { port: other } = await startGuard({ provider: telehealth, secret: () => [], https: true }, [
      (req, _res, next) => {
        // Not what Express would have: it makes requireHttps() throw.
        Object.defineProperty(req, 'secure', {
          get: () => {
            throw new TypeError('no');
          },
        });
        next();
      },
    ]);
    await send(other, { body: '{}' });
    expect((await traceOf()).steps[1]).toMatchObject({ state: 'failed', code: 'ERR_WEBHOOK_SETUP' });
  });

  it('leaves the answer to the guard where the body cannot be read', async () => {
    const throwing: RequestHandler = (req, _res, next) => {
      Object.defineProperty(req, 'body', {
        get() {
          throw new Error('of a getter');
        },
      });
      next();
    };
    const receiver = await startGuard({ provider: github }, [throwing]);
    const answer = await send(receiver.port, { headers: signed(github, '{}'), body: '{}' });
    expect([answer.status, answer.text]).toEqual([500, '{"error":"Internal Server Error"}\n']);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_SETUP', outcome: 'failed' });
  });

  it('leaves what is thrown behind the guard to Express', async () => {
    const { port } = await startGuard(
      { provider: telehealth },
      [],
      [
        () => {
          throw new Error('mine');
        },
      ],
    );
    const body = '{"event":"x"}';
    const { status } = await send(port, { headers: signed(telehealth, body), body });
    expect(status).toBe(500);
    expect(states(await traceOf()).slice(-2)).toEqual([
      ['reject-duplicates', 'passed'],
      ['handler', 'failed'],
    ]);
  });

  it('records answers however they are written', async () => {
    const answers: RequestHandler[] = [
      (_req, res) => void res.writeHead(202, ['X-One', '1', 'Set-Cookie', 'session=abc']).end(),
      (_req, res) =>
        void res
          .status(202)
          .setHeader('X-Two', ['a', 'b'])
          .write('aGFs', 'base64', () => res.end('lo')),
      (_req, res) => void res.end(new Uint8Array([0x68, 0x69])),
      (_req, res) => void res.writeHead(202, { 'X-Three': 3 }).end(() => undefined),
      (_req, res) => void res.end(Buffer.alloc(100_000)),
      (_req, res) => void res.write(Buffer.alloc(70_000), () => res.end(Buffer.alloc(10_000))),
      (_req, res) => void res.write(Buffer.alloc(40_000), () => res.end(Buffer.alloc(40_000))),
      (_req, res) =>
        void res.setHeader('X-Four', 'old').writeHead(202, 'Fine', { 'x-four': 'new' }).end('ok'),
    ];
    const seen = [];
    for (const answer of answers) {
      const { port } = await start((app) => {
        app.disable('x-powered-by');
        app.use(webhookGuard({ provider: telehealth, secret: SECRET, duplicates: false }), answer);
      });
      const body = '{"event":"x"}';
      await send(port, { headers: signed(telehealth, body), body });
      const {
        answer: { headers, body: kept, bytes },
      } = await traceOf();
      seen.push([headers, kept.length > 9 ? kept.length : kept.toString(), bytes]);
    }
    expect(seen).toEqual([
      [
        [
          ['X-One', '1'],
          ['Set-Cookie', '••••••••'],
        ],
        '',
        0,
      ],
      [
        [
          ['x-two', 'a'],
          ['x-two', 'b'],
        ],
        'hallo',
        5,
      ],
      [[], 'hi', 2],
      [[['X-Three', '3']], '', 0],
      [[], 65_536, 100_000],
      [[], 65_536, 80_000],
      [[], 65_536, 80_000],
      [[['x-four', 'new']], 'ok', 2],
    ]);
  });
});

describe('the end of a trace', () => {
  it('waits for the rest of the upload', async () => {
    // A look-up takes its time, so that the body is there before anybody wants it.
    const skip = async (): Promise<boolean> => {
      await pause(20);
      return false;
    };
    const { port } = await startGuard({ provider: telehealth, rateLimit: { skip } });
    expect((await send(port, { body: '{"event":"x"}' })).status).toBe(401);
    expect((await traceOf()).request.body?.toString()).toBe('{"event":"x"}');
  });

  it('has no bytes of other events of the request', async () => {
    const skip = (req: Request): boolean => !req.emit('progress', Buffer.from('x')) && false;
    const { port } = await startGuard({ provider: telehealth, rateLimit: { skip } });
    await send(port, { body: '{"event":"x"}' });
    expect((await traceOf()).request.body?.toString()).toBe('{"event":"x"}');
  });

  it('comes for what a draining guard refuses, without a step', async () => {
    const guard = webhookGuard({ provider: telehealth, secret: SECRET });
    const { port } = await start((app) => app.use(guard));
    await guard.drain();
    await send(port, { body: '{}' });
    expect(await traceOf()).toMatchObject({ steps: [], decision: { code: 'ERR_WEBHOOK_DRAINING' } });
  });

  it('counts a step once, whatever happens behind it', async () => {
    const guard = webhookGuard({ provider: telehealth, secret: SECRET });
    const { port } = await start((app) =>
      // With the bytes at hand, all steps run in one go, and what is thrown behind them comes back through each.
      app.use(express.raw({ type: () => true }), (req, res) => {
        const next = (): void => {
          throw new Error('behind');
        };
        try {
          guard(req, res, next);
        } catch {
          res.sendStatus(202);
        }
      }),
    );
    const body = '{"event":"x"}';
    await send(port, { headers: signed(telehealth, body), body });
    expect(states(await traceOf()).slice(-2)[0]).toEqual(['reject-duplicates', 'passed']);
  });
});

describe('a trace', () => {
  it('shows no secret and no signature, and has both in its functions', async () => {
    const { port } = await startGuard({
      provider: fastcomments,
      also: [{ provider: fastcommentsLegacy, secret: [{ id: 'old', value: SECRET }] }],
    });
    const body = JSON.stringify({ id: 'c1', leaked: SECRET, again: SECRET });
    const headers = {
      ...signed(fastcomments, body),
      Token: SECRET,
      Authorization: `Bearer ${SECRET}`,
      Cookie: 'session=0123456789',
      'X-Other': `about ${SECRET}`,
      'X-Some-Signature': 'short',
    };
    await send(port, { path: `/${encodeURI(SECRET)}?apikey=abc&token=def&page=2`, headers, body });
    const trace = await traceOf();
    expect(visible(trace)).not.toContain(SECRET);
    const shown = Object.fromEntries(
      trace.request.rawHeaders.flatMap((text, index, all) =>
        index % 2 === 0 ? [[text, all[index + 1]!]] : [],
      ),
    );
    expect(shown).toMatchObject({
      'X-FastComments-Signature': 'sha256=••••••••',
      'X-FastComments-Timestamp': String(NOW / 1000),
      Token: '••••••••',
      Authorization: '••••••••',
      Cookie: '••••••••',
      'X-Other': 'about ••••••••',
      'X-Some-Signature': 'short',
    });
    expect(trace.request.url).toMatch(/\?apikey=••••••••&token=••••••••&page=2$/);
    expect(trace.request.body).toHaveLength(Buffer.byteLength(body));
    expect(trace.exact()).toMatchObject({
      method: 'POST',
      url: expect.stringContaining('apikey=abc') as string,
    });
    expect(trace.exact().body?.toString()).toBe(body);
    expect(trace.exact().rawHeaders).toContain(SECRET);
    const portable = trace.portable();
    expect(JSON.stringify(portable)).not.toContain(SECRET);
    expect(portable.rawHeaders).toContain(signed(fastcomments, body)['X-FastComments-Signature']);
  });

  it.each([
    ['IPv4', '127.0.0.1', '127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['IPv4 in an IPv6 socket', '::', '127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['IPv6', '::1', '::1', /^http:\/\/\[::1\]:\d+$/],
    ['TLS', '127.0.0.1', '127.0.0.1', /^https:\/\/127\.0\.0\.1:\d+$/],
    ['no network', undefined, undefined, /^http:\/\/localhost:80$/],
  ])('knows its own address by the socket, and not by Host: %s', async (what, own, host, origin) => {
    const provider = telehealth;
    const app = express().use(webhookGuard({ provider, secret: SECRET, onDecision: () => undefined }));
    const { privatePem: key, certificate: cert } = certify('ec');
    const server = what === 'TLS' ? createSecureServer({ key, cert }, app) : createServer(app);
    const path = join(tmpdir(), `hooklatch-${process.pid}.sock`);
    server.listen(own === undefined ? { path } : { host: own, port: 0 });
    await once(server, 'listening');
    const to =
      host === undefined ? { socketPath: path } : { host, port: (server.address() as AddressInfo).port };
    const headers = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' };
    const ask = what === 'TLS' ? getSecurely : get;
    ask({ ...to, headers, rejectUnauthorized: false });
    await eventually(() => traces.length > 0);
    expect(traces[0]!.origin).toMatch(origin);
    server.closeAllConnections();
    server.close();
  });

  it('judges by the provider whose header is there', async () => {
    const { port } = await startGuard({
      provider: fastcomments,
      also: [{ provider: fastcommentsLegacy, secret: 'the older shared token' }],
    });
    await send(port, { headers: { token: 'wrong-token' }, body: BODY });
    const trace = await traceOf();
    expect(trace.provider).toBe('fastcomments-legacy');
    // A token covers nothing.
    expect(trace.signed).toBeNull();
    expect(visible(trace)).not.toContain('wrong-token');
    expect(await trace.resign()).toEqual({ token: 'the older shared token' });
  });

  it('shows no secret that a sender hands over', async () => {
    const handed = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSY';
    const { port } = await startGuard({ provider: notion, onSecret: () => undefined });
    const body = JSON.stringify({ verification_token: handed });
    await send(port, { headers: { 'Content-Type': 'application/json' }, body });
    const trace = await traceOf();
    expect(trace.decision.notes).toEqual(['handshake']);
    expect(visible(trace)).not.toContain(handed);
  });

  it('shows no secret where the event, the id, the address or the signed bytes hold it', async () => {
    const hidden = 'the-secret-of-a-sender';
    const { port } = await startGuard({ provider: github, secret: hidden });
    const headers = signed(github, '{}', { secret: hidden, event: `e-${hidden}`, id: `i-${hidden}` });
    await send(port, { path: `/a/${hidden}`, headers, body: '{}' });
    const trace = await traceOf();
    expect(visible(trace)).not.toContain(hidden);
    expect(trace.decision).toMatchObject({ event: 'e-••••••••', id: 'i-••••••••', path: '/a/••••••••' });

    const urls = await startGuard({ provider: hubspotV3, secret: hidden, publicUrl: 'https://example.org' });
    const publicUrl = `https://example.org/a/${hidden}`;
    await send(urls.port, {
      path: `/a/${hidden}`,
      headers: signed(hubspotV3, '{}', { secret: hidden, publicUrl }),
      body: '{}',
    });
    const other = await traceOf();
    expect(other.decision.outcome).toBe('accepted');
    expect(other.signed?.before).toBe('POSThttps://example.org/a/••••••••');
    expect(await other.resign()).toMatchObject(signed(hubspotV3, '{}', { secret: hidden, publicUrl }));
  });

  it('shows no "verifyToken"', async () => {
    const verifyToken = 'what-the-sender-repeats';
    const { port } = await startGuard({ provider: meta, verifyToken });
    await send(port, { headers: { 'X-Other': verifyToken }, body: '{}' });
    expect(visible(await traceOf())).not.toContain(verifyToken);
  });

  it('diagnoses with the window of the guard, at the time of the delivery, and what came of the body', async () => {
    let now = NOW;
    const options = { provider: fastcomments, toleranceSeconds: 600, clock: () => now };
    const { port } = await startGuard(options);
    const headers = signed(fastcomments, BODY, { now: NOW - 500_000 });
    await send(port, { method: 'PUT', headers, body: BODY });
    now += 3_600_000;
    expect(await (await traceOf()).diagnose()).toMatchObject({ verified: true });

    const lost = await startGuard(options, [express.json({ type: () => true })]);
    await send(lost.port, { method: 'PUT', headers, body: BODY });
    expect(await (await traceOf()).diagnose()).toMatchObject({ verified: false });
  });

  it('shows the address and the id that were signed', async () => {
    const { port } = await startGuard({ provider: hubspotV3, publicUrl: 'https://example.org/' });
    const headers = signed(hubspotV3, '{}', { publicUrl: 'https://example.org/x' });
    await send(port, { path: '/x', headers, body: '{}' });
    const trace = await traceOf();
    expect(trace.signed).toEqual({ before: 'POSThttps://example.org/x', body: true, after: String(NOW) });
    expect(trace.decision.outcome).toBe('accepted');
    expect(await trace.diagnose()).toMatchObject({ verified: true });
  });

  it('says that the body is not signed where it is not', async () => {
    const provider = defineProvider({
      name: 'bodiless',
      algorithm: 'hmac-sha256',
      signature: { header: 'X-Signature', encoding: 'hex' },
      timestamp: { header: 'X-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
      signed: ['{timestamp}', '{method}'],
      secret: { encoding: 'utf8' },
    });
    const { port } = await startGuard({ provider });
    await send(port, { headers: signed(provider, '{}'), body: '{}' });
    expect((await traceOf()).signed).toEqual({ before: `${NOW / 1000}POST`, body: false, after: '' });
  });

  it('says nothing of signed bytes where a scheme is code', async () => {
    const provider = defineProvider({
      name: 'own',
      headers: ['x-own'],
      verify: ({ headers }, { key }) => (headers['x-own'] === key ? {} : undefined),
    });
    const { port } = await startGuard({ provider, clock: undefined });
    await send(port, { headers: { 'X-Own': SECRET }, body: '{}' });
    expect((await traceOf()).signed).toBeNull();
  });
});

describe('resign()', () => {
  it.each([
    ['fastcomments', fastcomments, SECRET],
    ['stripe', stripe, SECRET],
    ['standard-webhooks', standardWebhooks, `whsec_${Buffer.alloc(32, 7).toString('base64')}`],
  ])('makes a stale delivery of %s a good one', async (_name, provider, secret) => {
    let now = NOW;
    const { port } = await startGuard({ provider, secret, clock: () => now });
    const headers = signed(provider, BODY, { secret, now: NOW - 3_600_000 });
    expect((await send(port, { headers, body: BODY })).status).toBe(401);
    const trace = await traceOf();
    now += 1000;
    expect((await send(port, { headers: await trace.resign(), body: BODY })).status).toBe(200);
    const other = Buffer.from('{"type":"other"}');
    expect((await send(port, { headers: await trace.resign(other), body: other })).status).toBe(200);
  });

  it('uses a secret that is valid now, of those that a look-up finds', async () => {
    const secrets = [
      { id: 'past', value: 'past'.repeat(9), notAfter: new Date(NOW - 1) },
      { id: 'future', value: 'future'.repeat(9), notBefore: new Date(NOW + 1) },
      { id: 'now', value: SECRET, notBefore: new Date(0) },
    ];
    for (const scope of ['a', false] as const) {
      const { port } = await startGuard({ provider: telehealth, secret: async () => ({ secrets, scope }) });
      await send(port, { body: '{"event":"x"}' });
      const trace = await traceOf();
      const { 'X-Telehealth-Signature': signature } = signed(telehealth, '{"event":"x"}');
      expect(await trace.resign()).toMatchObject({ 'X-Telehealth-Signature': signature });
      expect((await trace.diagnose()).verified).toBe(false);
    }
  });

  it.each([
    ['from now on', { notBefore: new Date(NOW) }],
    ['until now', { notAfter: new Date(NOW) }],
    ['always', {}],
  ])('uses a secret that is valid %s', async (_when, times) => {
    const secret = [{ id: 'one', value: SECRET, ...times }];
    const { port } = await startGuard({ provider: telehealth, secret });
    await send(port, { body: '{}' });
    const { 'X-Telehealth-Signature': signature } = signed(telehealth, '{}');
    expect(await (await traceOf()).resign()).toMatchObject({ 'X-Telehealth-Signature': signature });
  });

  it('asks the look-up what the guard has asked it', async () => {
    const asked: unknown[] = [];
    const secret: SecretLookup = (delivery, { method }) => {
      asked.push([{ ...delivery }, method]);
      return { secrets: SECRET, scope: false };
    };
    const { port } = await startGuard({ provider: telehealth, secret });
    const headers = signed(telehealth, '{"event":"x"}');
    await send(port, { path: '/a?b=c', headers, body: '{"event":"x"}' });
    await (await traceOf()).resign();
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });

  it('keeps the name of the event', async () => {
    const { port } = await startGuard({ provider: github, clock: undefined });
    await send(port, { headers: signed(github, '{}', { event: 'push' }), body: '{}' });
    expect(await (await traceOf()).resign()).toMatchObject({ 'X-GitHub-Event': 'push' });
  });

  it('rejects where there is no secret, and where only the sender can sign', async () => {
    const { port } = await startGuard({ provider: telehealth, secret: () => null });
    await send(port, { body: '{}' });
    const trace = await traceOf();
    await expect(trace.resign()).rejects.toThrow('no secret for this delivery');
    await expect(trace.diagnose()).rejects.toThrow('no secret for this delivery');

    const { publicKey } = generateKeyPairSync('ed25519');
    const secret = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const { port: other } = await startGuard({ provider: standardWebhooksV1a, secret });
    await send(other, { body: '{}' });
    await expect((await traceOf()).resign()).rejects.toThrow('must be a private key');
  });
});

describe('without a subscriber', () => {
  it('leaves the request and the answer as they are', async () => {
    unsubscribe('hooklatch:trace', listener);
    const own: string[] = [];
    const { port } = await startGuard(
      { provider: telehealth },
      [],
      [
        (req, res, next) => {
          own.push(...['emit'].filter((name) => Object.hasOwn(req, name)));
          own.push(...['writeHead', 'write', 'end'].filter((name) => Object.hasOwn(res, name)));
          next();
        },
      ],
    );
    const body = '{"event":"x"}';
    expect((await send(port, { headers: signed(telehealth, body), body })).status).toBe(200);
    expect(own).toEqual([]);
    expect(traces).toEqual([]);
  });
});
