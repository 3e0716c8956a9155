import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import {
  captureRawBody,
  checkHeaders,
  fastcomments,
  fastcommentsLegacy,
  getWebhook,
  medplum,
  routeEvents,
  verifySignature,
  WebhookError,
  webhookErrors,
  webhookGuard,
  type Decision,
  type Provider,
} from 'hooklatch';
import {
  eventually,
  freshCopy,
  NOW,
  requestText,
  SECRET,
  send,
  signed,
  start,
  talk,
  warnings,
} from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const BODY = '{"a":1}';
const clock = (): number => NOW;
const delivery = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };

/** The steps as plain Express middleware, one after the other. */
async function startSteps(steps: readonly RequestHandler[], last: readonly ErrorRequestHandler[] = []) {
  const decisions: Decision[] = [];
  const { port } = await start((app) => {
    for (const step of steps) app.use(step);
    for (const step of last) app.use(step);
    app.use(webhookErrors({ onDecision: (decision) => decisions.push(decision) }));
  });
  return { port, decisions };
}

const stepsFor = (provider: Provider, handle: () => void = jest.fn()): RequestHandler[] => [
  checkHeaders({ provider, clock }),
  captureRawBody({ bodyLimit: 100, bodyTimeoutMs: 50 }),
  verifySignature({ provider, secret: SECRET, clock }),
  routeEvents({ provider, events: { '*': handle } }),
];

describe('the steps, each mounted alone', () => {
  it('verify, route and acknowledge together', async () => {
    const handle = jest.fn();
    const { port, decisions } = await startSteps(stepsFor(fastcomments, handle));
    expect((await send(port, delivery)).status).toBe(200);
    expect(handle).toHaveBeenCalledWith(
      expect.objectContaining({ provider: 'fastcomments', payload: { a: 1 }, verified: true }),
      expect.anything(),
      expect.anything(),
    );
    expect(decisions).toEqual([]);
  });

  it.each([
    ['ERR_WEBHOOK_HEADER', 401, fastcomments, { headers: {} }],
    ['ERR_WEBHOOK_TIMESTAMP', 401, fastcomments, { headers: signed(fastcomments, BODY, { now: 1e12 }) }],
    ['ERR_WEBHOOK_SIGNATURE', 401, fastcomments, { body: '{}' }],
    ['ERR_WEBHOOK_BODY_SIZE', 413, fastcomments, { body: 'x'.repeat(101) }],
    ['ERR_WEBHOOK_BODY_SIZE', 403, medplum, { headers: signed(medplum, BODY), body: 'x'.repeat(101) }],
    ['ERR_WEBHOOK_METHOD', 403, medplum, { headers: signed(medplum, BODY), method: 'PUT' }],
  ])('hand %s to webhookErrors(), which answers %d', async (code, status, provider, sent) => {
    const { port, decisions } = await startSteps(stepsFor(provider));
    const answer = await send(port, { ...delivery, ...sent });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/^\{"error":"[A-Z][A-Za-z ]+"\}\n$/);
    expect(decisions).toMatchObject([{ code, status, outcome: 'refused', provider: provider.name }]);
  });

  it('answer like the guard, header by header', async () => {
    const { port } = await startSteps(stepsFor(fastcomments));
    const guard = await start((app) => {
      app.use(webhookGuard({ provider: fastcomments, secret: SECRET, onDecision: jest.fn() }));
    });
    const sent = { method: 'PUT', body: BODY };
    expect((await send(port, sent)).fingerprint).toBe((await send(guard.port, sent)).fingerprint);
  });

  it('try the other schemes without checkHeaders() too', async () => {
    const also = [{ provider: fastcommentsLegacy, secret: 'the older shared token' }];
    const seen: string[] = [];
    const { port, decisions } = await startSteps([
      captureRawBody(),
      verifySignature({ provider: fastcomments, secret: SECRET, also, clock }),
      (req, res) => void res.json(seen.push(getWebhook(req).provider)),
    ]);
    expect((await send(port, { ...delivery, headers: { token: 'the older shared token' } })).status).toBe(
      200,
    );
    expect((await send(port, delivery)).status).toBe(200);
    expect(seen).toEqual(['fastcomments-legacy', 'fastcomments']);
    const both = { ...signed(fastcomments, '{}'), token: 'the older shared token' };
    expect((await send(port, { ...delivery, headers: both })).status).toBe(401);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_SIGNATURE' }]);
  });

  it('hold the window without checkHeaders() too', async () => {
    const { port, decisions } = await startSteps([
      captureRawBody(),
      verifySignature({ provider: fastcomments, secret: SECRET, clock }),
    ]);
    const headers = signed(fastcomments, BODY, { now: NOW - 301_000 });
    expect((await send(port, { ...delivery, headers })).status).toBe(401);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_TIMESTAMP' }]);
  });

  it('pay no regard to headers that were checked for a provider of no concern', async () => {
    const { port, decisions } = await startSteps([
      checkHeaders({ provider: fastcommentsLegacy }),
      captureRawBody(),
      verifySignature({ provider: fastcomments, secret: SECRET, clock }),
    ]);
    expect((await send(port, { ...delivery, headers: { token: 'x' } })).status).toBe(401);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_HEADER' }]);
  });

  it.each([
    ['ERR_WEBHOOK_BODY_SIZE', 413, 'x'.repeat(2000), {}],
    ['ERR_WEBHOOK_ENCODING', 415, 'x', { 'Content-Encoding': 'gzip' }],
  ])('answer %s where captureRawBody() stands alone', async (code, status, body, headers) => {
    const { port, decisions } = await startSteps([captureRawBody({ bodyLimit: '1kb' })]);
    expect((await send(port, { body, headers })).status).toBe(status);
    expect(decisions).toMatchObject([{ code, provider: '', bytes: null, clockSkewMs: null }]);
  });

  it('give captureRawBody() alone the bytes as req.body', async () => {
    const { port } = await startSteps([captureRawBody(), (req, res) => void res.send(req.body)]);
    expect((await send(port, { body: 'ab\u0000c' })).text).toBe('ab\u0000c');
  });

  it('answer a stalled upload', async () => {
    const { port } = await startSteps(stepsFor(fastcomments));
    const lines = Object.entries(delivery.headers).map((pair) => pair.join(': '));
    expect(await talk(port, [requestText('PUT', [...lines, 'Content-Length: 9']), '1'])).toContain('408 ');
  });
});

describe('the steps, in the wrong order', () => {
  it.each([
    ['verifySignature() before captureRawBody()', 'no raw body', [0, 2, 1, 3]],
    ['no captureRawBody()', 'mount captureRawBody() before it', [0, 2, 3]],
    ['routeEvents() before verifySignature()', 'mount verifySignature() before it', [0, 1, 3, 2]],
    ['routeEvents() alone', 'routeEvents() found no verified webhook', [3]],
  ])('answer 500 with one warning (%s)', async (_what, text, order) => {
    const fresh = freshCopy();
    const provider = fresh.fastcomments;
    const steps = [
      fresh.checkHeaders({ provider, clock }),
      fresh.captureRawBody(),
      fresh.verifySignature({ provider, secret: SECRET, clock }),
      fresh.routeEvents({ provider, events: { '*': jest.fn() } }),
    ];
    const codes: unknown[] = [];
    const { port } = await start((app) => {
      for (const index of order) app.use(steps[index]!);
      app.use(fresh.webhookErrors({ onDecision: ({ code }) => codes.push(code) }));
    });
    expect((await send(port, delivery)).status).toBe(500);
    expect((await send(port, delivery)).status).toBe(500);
    expect(codes).toEqual(['ERR_WEBHOOK_SETUP', 'ERR_WEBHOOK_SETUP']);
    expect(warnings).toEqual([expect.stringContaining(text)]);
  });
});

describe('webhookErrors()', () => {
  it('names itself where an option is wrong', () => {
    const message = typeErrorOf(() => webhookErrors({ onDecision: 'print' as never }));
    expect(message).toContain('webhookErrors(): option "onDecision" must be a function');
  });

  it('lets other errors pass', async () => {
    const other = new Error('of somebody else');
    const { port, decisions } = await startSteps([
      () => {
        throw other;
      },
    ]);
    const errors: unknown[] = [];
    const passing = await start((app) => {
      app.use(() => {
        throw other;
      });
      app.use(webhookErrors());
      const last: ErrorRequestHandler = (error, _req, res, next) => {
        errors.push(error);
        if (res.headersSent) next(error);
        else res.sendStatus(418);
      };
      app.use(last);
    });
    expect((await send(passing.port)).status).toBe(418);
    expect(errors).toEqual([other]);
    expect((await send(port)).status).toBe(500);
    expect(decisions).toEqual([]);
  });

  it('answers a WebhookError that no step has made', async () => {
    const { port, decisions } = await startSteps([
      (_req, _res, next) => next(new WebhookError('ERR_WEBHOOK_SIGNATURE')),
    ]);
    expect((await send(port)).status).toBe(401);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_SIGNATURE', status: 401, provider: '' }]);
  });

  it('answers a status that has no name', async () => {
    const { port } = await startSteps([
      (_req, _res, next) => next(new WebhookError('ERR_WEBHOOK_SIGNATURE', 499)),
    ]);
    expect(await send(port)).toMatchObject({ status: 499, text: '{"error":"Error"}\n' });
  });

  it('records the status that went out where a handler answered and then threw', async () => {
    const { port, decisions } = await startSteps([
      ...stepsFor(fastcomments).slice(0, 3),
      routeEvents({
        provider: fastcomments,
        events: {
          create: (_webhook, _req, res) => {
            res.status(202).json({});
            throw new Error('behind it');
          },
        },
      }),
    ]);
    expect((await send(port, delivery)).status).toBe(202);
    await eventually(() => decisions.length === 1);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_HANDLER', status: 202, outcome: 'failed' }]);
  });
});

describe('keepRawBody, in front of the steps', () => {
  it('is all that captureRawBody() needs', async () => {
    const { keepRawBody } = freshCopy();
    const { port } = await startSteps([express.json({ verify: keepRawBody }), ...stepsFor(fastcomments)]);
    expect(
      (
        await send(port, {
          ...delivery,
          headers: { ...delivery.headers, 'Content-Type': 'application/json' },
        })
      ).status,
    ).toBe(200);
  });
});
