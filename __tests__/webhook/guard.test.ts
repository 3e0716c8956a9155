import express, { type RequestHandler } from 'express';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import type * as CheckHeaders from '../../src/steps/check-headers';
import { fastcomments, getWebhook, keepRawBody, webhookGuard, type Decision } from 'hooklatch';
import {
  decisionOf,
  eventually,
  freshCopy,
  NOW,
  SECRET,
  send,
  signed,
  start,
  startGuard,
  startRouter,
  warnings,
} from '../helpers/http';

const BODY = '{"a":1}';
const delivery = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };

describe('webhookGuard()', () => {
  it('sets req.webhook, and req.body to the payload', async () => {
    const { port } = await start((app) => {
      app.put(
        '/route',
        webhookGuard({ provider: fastcomments, secret: SECRET, clock: () => NOW }),
        (req, res) => {
          const { webhook, body } = req as typeof req & { body: unknown };
          expect(getWebhook<{ a: number }>(req).payload.a).toBe(1);
          res.json({ ...webhook, rawBody: webhook!.rawBody.toString(), body });
        },
      );
    });
    const answer = await send(port, { ...delivery, path: '/route' });
    expect(JSON.parse(answer.text)).toEqual({
      provider: 'fastcomments',
      candidates: ['create', 'update', 'delete'],
      key: expect.stringMatching(/^[\w-]{43}$/),
      timestamp: new Date(NOW).toISOString(),
      payload: { a: 1 },
      rawBody: BODY,
      secretId: 'default',
      verified: true,
      trusted: { event: false, id: false },
      body: { a: 1 },
    });
  });

  it('holds no secret that inspection could show', async () => {
    const receiver = await startGuard({ provider: fastcomments });
    await send(receiver.port, delivery);
    const guard = webhookGuard({ provider: fastcomments, secret: SECRET });
    for (const value of [guard, receiver.webhooks[0]]) {
      expect(inspect(value, { depth: 20, showHidden: true })).not.toContain(SECRET);
      expect(JSON.stringify({ value })).not.toContain(SECRET);
    }
  });

  it.each<[string, RequestHandler[]]>([
    ['read by the first', []],
    ['kept by express.json()', [express.json({ verify: keepRawBody })]],
  ])('lets a second guard judge the same bytes: %s', async (_what, before) => {
    const first = webhookGuard({ provider: fastcomments, secret: SECRET, clock: () => NOW });
    const second = { provider: fastcomments };
    const receiver = await startGuard(second, [...before, first]);
    const headers = { ...delivery.headers, 'Content-Type': 'application/json' };
    expect((await send(receiver.port, { ...delivery, headers })).status).toBe(200);
    expect(receiver.webhooks.map(({ rawBody }) => rawBody.toString())).toEqual([BODY]);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', bytes: BODY.length });
  });

  it('is refused by a second guard that wants another secret, or a smaller body', async () => {
    const first = webhookGuard({ provider: fastcomments, secret: SECRET, clock: () => NOW });
    const other = await startGuard({ provider: fastcomments, secret: `${SECRET}!` }, [first]);
    expect((await send(other.port, delivery)).status).toBe(401);
    const small = await startGuard({ provider: fastcomments, bodyLimit: BODY.length - 1 }, [first]);
    expect((await send(small.port, delivery)).status).toBe(413);
  });

  it('can be mounted twice, and in front of another', async () => {
    const guard = webhookGuard({ provider: fastcomments, secret: SECRET, clock: () => NOW });
    const { port } = await start((app) => {
      app.use('/a', guard);
      app.use('/b', guard);
      app.use((_req, res) => void res.json({}));
    });
    for (const path of ['/a', '/b', '/a/deep?x=1']) {
      expect((await send(port, { ...delivery, path })).status).toBe(200);
    }
  });

  it('lets what the next handler throws go where it would go without the guard', async () => {
    const guard = webhookGuard({ provider: fastcomments, secret: SECRET, clock: () => NOW });
    const caught: unknown[] = [];
    const thrown = new Error('of the next handler');
    const { port } = await start((app) => {
      app.use((req, res) => {
        keepRawBody(req, res, Buffer.from(BODY));
        try {
          guard(req, res, () => {
            throw thrown;
          });
        } catch (error) {
          caught.push(error);
          res.sendStatus(418);
        }
      });
    });
    expect((await send(port, delivery)).status).toBe(418);
    expect(caught).toEqual([thrown]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, () => Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('of a step');
      },
    ],
    ['rejects', () => Promise.reject(new Error('of a step'))],
  ])('answers once, and hands over nothing, where a step %s', async (_how, step) => {
    jest.doMock('../../src/steps/check-headers', () => {
      const checkHeadersStep: typeof CheckHeaders.checkHeadersStep = () => step;
      return { checkHeadersStep };
    });
    const fresh = freshCopy();
    jest.dontMock('../../src/steps/check-headers');
    const handle = jest.fn();
    const decisions: Decision[] = [];
    const { port } = await start((app) => {
      const onDecision = (decision: Decision): void => void decisions.push(decision);
      app.use(fresh.webhookGuard({ provider: fresh.fastcomments, secret: SECRET, onDecision }), handle);
    });
    expect((await send(port, delivery)).status).toBe(500);
    await eventually(() => decisions.length > 0);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_SETUP', outcome: 'failed' }]);
    expect(handle).not.toHaveBeenCalled();
    expect(warnings).toEqual([expect.stringContaining('a webhook could not be received: Error: of a step')]);
  });
});

describe('webhookGuard(), where a step throws', () => {
  it.each<[unknown, string]>([
    [new Error('of a getter'), 'Error: of a getter'],
    ['text', "'text'"],
    [null, 'Error: undefined was thrown'],
    [undefined, 'Error: undefined was thrown'],
  ])('answers 500, and warns once of what it was: %p', async (thrown, text) => {
    const { webhookGuard: makeGuard, fastcomments: provider } = freshCopy();
    const handle = jest.fn();
    const { port } = await start((app) => {
      app.use((req, _res, next) => {
        Object.defineProperty(req, 'body', {
          get() {
            throw thrown;
          },
        });
        next();
      });
      app.use(makeGuard({ provider, secret: SECRET, clock: () => NOW, onDecision: jest.fn() }), handle);
    });
    for (let times = 0; times < 2; times += 1) expect((await send(port, delivery)).status).toBe(500);
    expect(handle).not.toHaveBeenCalled();
    expect(warnings.map((warning) => warning.split('\n')[0])).toEqual([
      `a webhook could not be received: ${text}`,
    ]);
  });
});

describe('the channel hooklatch:answer', () => {
  it('tells of an answer once, as soon as it is given', async () => {
    const told: unknown[] = [];
    const listener = (message: unknown): void => void told.push((message as { decision: Decision }).decision);
    subscribe('hooklatch:answer', listener);
    try {
      let atOnce = 0;
      const answering: RequestHandler = (_req, res) => {
        res.status(202).end();
        atOnce = told.length;
      };
      const receiver = await startGuard({ provider: fastcomments }, [], [answering]);
      expect((await send(receiver.port, delivery)).status).toBe(202);
      await decisionOf(receiver);
      expect([atOnce, told]).toMatchObject([1, [{ outcome: 'accepted', status: 202 }]]);
    } finally {
      unsubscribe('hooklatch:answer', listener);
    }
  });
});

describe('webhookGuard(), where several things are wrong', () => {
  const stale = signed(fastcomments, BODY, { now: NOW - 400_000 });
  const encoded = { 'Content-Encoding': 'gzip' };
  const large = 'x'.repeat(101);

  it.each([
    ['ERR_WEBHOOK_METHOD', 403, { method: 'GET', headers: encoded, body: large }],
    ['ERR_WEBHOOK_HEADER', 401, { headers: encoded, body: large }],
    ['ERR_WEBHOOK_TIMESTAMP', 401, { headers: { ...stale, ...encoded }, body: large }],
    ['ERR_WEBHOOK_BODY_SIZE', 413, { headers: { ...delivery.headers, ...encoded }, body: large }],
    ['ERR_WEBHOOK_ENCODING', 415, { headers: { ...delivery.headers, ...encoded }, body: '{}' }],
    ['ERR_WEBHOOK_SIGNATURE', 401, { headers: delivery.headers, body: 'no JSON' }],
    ['ERR_WEBHOOK_PAYLOAD', 400, { headers: signed(fastcomments, 'no JSON'), body: 'no JSON' }],
  ])('finds %s first', async (code, status, sent) => {
    const receiver = await startGuard({ provider: fastcomments, bodyLimit: 100 });
    expect((await send(receiver.port, { method: 'PUT', ...sent })).status).toBe(status);
    expect(await decisionOf(receiver)).toMatchObject({ code, unsignedRouting: false });
  });

  it('answers every 403 alike', async () => {
    const noop = jest.fn();
    const options = {
      provider: fastcomments,
      events: { create: { path: '/a', handle: noop }, update: noop },
    };
    const { port, decisions } = await startRouter(options);
    const answers = await Promise.all([
      send(port, { ...delivery, path: '/hooks', method: 'POST' }),
      send(port, { ...delivery, path: '/hooks/b' }),
      send(port, { ...delivery, path: '/hooks', method: 'DELETE', headers: {} }),
    ]);
    expect(new Set(answers.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(answers[0].status).toBe(403);
    expect(new Set(decisions.map(({ code }) => code))).toEqual(
      new Set(['ERR_WEBHOOK_METHOD', 'ERR_WEBHOOK_EVENT']),
    );
  });
});

describe('getWebhook()', () => {
  it.each([{}, { webhook: undefined }, { webhook: { verified: false } }])(
    'throws where nothing was verified (%j)',
    (req) => {
      expect(() => getWebhook(req as never)).toThrow(TypeError);
      expect(() => getWebhook(req as never)).toThrow('put webhookGuard() in front of the handler');
    },
  );
});
