import { generateKeyPairSync } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import express, { type RequestHandler } from 'express';
import {
  defineProvider,
  fastcomments,
  fastcommentsLegacy,
  github,
  hubspotV3,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  telehealth,
  webhookGuard,
} from 'hooklatch';
import type { Trace, TraceStep } from '../../src/core/trace';
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
} from '../support/http';

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

  it('has the body that somebody before the guard has kept', async () => {
    const { port } = await startGuard({ provider: github }, [express.raw({ type: () => true })]);
    await send(port, { body: BODY });
    expect((await traceOf()).request.body?.toString()).toBe(BODY);
  });

  it('does not keep a refused upload beyond all measure', async () => {
    const { port } = await startGuard({ provider: github });
    await send(port, { body: Buffer.alloc(17 * 1024 ** 2) });
    expect((await traceOf()).request.body).toBeUndefined();
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

  it('shows what the mode report waived', async () => {
    const { port } = await startGuard({ provider: telehealth, mode: 'report' });
    await send(port, { body: '{"event":"x"}' });
    expect((await traceOf()).steps.find(({ name }) => name === 'check-headers')).toMatchObject({
      state: 'waived',
      code: 'ERR_WEBHOOK_HEADER',
    });
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

  it('rule 20: leaves the answer to the guard where the body cannot be read', async () => {
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
      ['handler', 'answered'],
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
      (_req, res) => void res.write(Buffer.alloc(70_000), () => res.end('more')),
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
      seen.push([
        headers.filter(([name]) => /x-|cookie/i.test(name)),
        kept.length > 9 ? kept.length : kept.toString(),
        bytes,
      ]);
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
      [[], 65_536, 70_004],
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
          void guard(req, res, next);
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
    expect(trace.exact().body?.toString()).toBe(body);
    expect(trace.exact().rawHeaders).toContain(SECRET);
    const portable = trace.portable();
    expect(JSON.stringify(portable)).not.toContain(SECRET);
    expect(portable.rawHeaders).toContain(signed(fastcomments, body)['X-FastComments-Signature']);
  });

  it('judges by the provider whose header is there', async () => {
    const { port } = await startGuard({
      provider: fastcomments,
      also: [{ provider: fastcommentsLegacy, secret: SECRET }],
    });
    await send(port, { headers: { token: 'wrong-token' }, body: BODY });
    const trace = await traceOf();
    expect(trace.provider).toBe('fastcomments-legacy');
    // A token covers nothing.
    expect(trace.signed).toBeNull();
    expect(visible(trace)).not.toContain('wrong-token');
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
    for (const found of [secrets, { secrets, scope: 'a' }]) {
      const { port } = await startGuard({ provider: telehealth, secret: async () => found });
      await send(port, { body: '{"event":"x"}' });
      const trace = await traceOf();
      const { 'X-Telehealth-Signature': signature } = signed(telehealth, '{"event":"x"}');
      expect(await trace.resign()).toMatchObject({ 'X-Telehealth-Signature': signature });
      expect((await trace.diagnose()).verified).toBe(false);
    }
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
