import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import express from 'express';
import { fastcomments, github, telehealth, type OnDecision } from 'hooklatch';
import {
  decisionOf,
  freshCopy,
  NOW,
  pause,
  SECRET,
  send,
  signed,
  start,
  startGuard,
  startRouter,
  warnings,
} from '../helpers/http';

const BODY = '{"id":"a body that must not be recorded"}';
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

describe('the decision', () => {
  it.each([
    ['accepted', signed(fastcomments, BODY)],
    ['refused', {}],
    ['refused', signed(fastcomments, 'x')],
  ])('is one flat record with fixed keys (%s)', async (outcome, headers) => {
    const receiver = await startGuard({ provider: fastcomments });
    await send(receiver.port, { method: 'PUT', headers, body: BODY });
    const decision = await decisionOf(receiver);
    expect(Object.keys(decision)).toEqual(KEYS);
    expect(decision.outcome).toBe(outcome);
    const { issues, notes, ...flat } = decision;
    expect([issues, notes]).toEqual([[], []]);
    for (const value of Object.values<unknown>(flat))
      expect(typeof value === 'object' && value !== null).toBe(false);
  });

  it('says what was done with an accepted delivery', async () => {
    const receiver = await startRouter({
      provider: github,
      events: { push: jest.fn() },
      secret: { id: 'mine', value: SECRET },
    });
    const headers = signed(github, BODY, { event: 'push', id: 'abc-1' });
    await send(receiver.port, { path: '/hooks?token=private', headers, body: BODY });
    expect(await decisionOf(receiver)).toEqual({
      time: new Date(NOW).toISOString(),
      provider: 'github',
      outcome: 'accepted',
      code: null,
      status: 200,
      method: 'POST',
      path: '/hooks',
      address: expect.stringContaining('127.0.0.1') as string,
      bytes: BODY.length,
      event: 'push',
      id: 'abc-1',
      secretId: 'mine',
      clockSkewMs: null,
      durationMs: expect.any(Number) as number,
      fingerprint: createHash('sha256').update(BODY).digest('hex').slice(0, 16),
      unsignedRouting: true,
      issues: [],
      notes: [],
    });
  });

  it.each([
    [-2000, -2000],
    [5000, 5000],
    [400_000, 400_000],
  ])('tells the skew of the clocks, also of a delivery outside the window (%d ms)', async (offset, skew) => {
    const receiver = await startGuard({ provider: fastcomments });
    const headers = signed(fastcomments, BODY, { now: NOW - offset });
    await send(receiver.port, { method: 'PUT', headers, body: BODY });
    expect((await decisionOf(receiver)).clockSkewMs).toBe(skew);
  });

  it('holds no secret, signature or body', async () => {
    for (const extra of [{}, { token: SECRET }, { 'X-FastComments-Signature': 'a malformed signature' }]) {
      const receiver = await startGuard({ provider: fastcomments });
      const headers = { ...signed(fastcomments, BODY), ...extra };
      await send(receiver.port, { method: 'PUT', path: '/?token=query', headers, body: BODY });
      const text = JSON.stringify(await decisionOf(receiver));
      const secrets = [SECRET, BODY, 'must not be recorded', 'query', ...Object.values(headers)];
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
  });

  it('cuts text from outside and escapes its control characters', async () => {
    const receiver = await startRouter({ provider: github, events: { push: jest.fn() } });
    const event = `a\u0085b\u009bc${'d'.repeat(1000)}`;
    const headers = signed(github, '{}', { event });
    await send(receiver.port, { path: `/hooks/${'p'.repeat(1000)}`, headers, body: '{}' });
    const decision = await decisionOf(receiver);
    expect(decision.event).toBe(`a\\u0085b\\u009bc${'d'.repeat(251)}`);
    expect(decision.path).toHaveLength(256);
  });

  it('escapes line breaks and terminal codes', async () => {
    const named = await startRouter({
      provider: fastcomments,
      events: { 'a\nb\u001b[31m\u2028\u202e\u200b': { method: 'PUT', handle: jest.fn() } },
    });
    await send(named.port, {
      method: 'PUT',
      path: '/hooks',
      headers: signed(fastcomments, '{}'),
      body: '{}',
    });
    expect((await decisionOf(named)).event).toBe('a\\u000ab\\u001b[31m\\u2028\\u202e\\u200b');
  });

  it('holds the status that the next handler really sent', async () => {
    const receiver = await startGuard(
      { provider: fastcomments },
      [],
      [(_req, res) => void res.sendStatus(418)],
    );
    await send(receiver.port, { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY });
    expect(await decisionOf(receiver)).toMatchObject({ status: 418, outcome: 'accepted', code: null });
  });

  it('calls a delivery failed where the next handler answers 500 or more', async () => {
    const receiver = await startGuard(
      { provider: fastcomments },
      [],
      [(_req, res) => void res.sendStatus(502)],
    );
    await send(receiver.port, { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY });
    expect(await decisionOf(receiver)).toMatchObject({ status: 502, outcome: 'failed', code: null });
  });

  it('is made when the response ends, not before', async () => {
    const startedAt = performance.now();
    const receiver = await startGuard(
      { provider: fastcomments },
      [],
      [
        (_req, res) => {
          res.write('a');
          expect(receiver.decisions).toEqual([]);
          setTimeout(() => res.end(), 30);
        },
      ],
    );
    await send(receiver.port, { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY });
    const { durationMs } = await decisionOf(receiver);
    expect(durationMs).toBeGreaterThan(20);
    expect(durationMs).toBeLessThan(performance.now() - startedAt);
    expect(Math.round(durationMs * 1000) / 1000).toBe(durationMs);
  });
});

describe('option "onDecision"', () => {
  const failing: [string, OnDecision][] = [
    ['throws', () => raise(new Error('full disk'))],
    ['throws undefined', () => raise(undefined)],
    ['rejects', () => Promise.reject(new Error('full disk'))],
    ['gives a thenable that fails', () => ({ then: (_ok: unknown, no: () => void) => no() })],
    ['gives a thenable that throws', () => ({ then: () => raise(new Error('x')) })],
    ['never ends', () => new Promise(() => undefined)],
  ];

  it.each(failing)('changes no answer where it %s', async (how, onDecision) => {
    const fresh = freshCopy();
    const { port } = await start((app) => {
      const options = { provider: fresh.fastcomments, secret: SECRET, clock: () => NOW, onDecision };
      app.use(fresh.webhookGuard(options), (_req, res) => void res.json({}));
    });
    for (const [headers, status] of [
      [signed(fastcomments, BODY), 200],
      [{}, 401],
    ] as const) {
      expect((await send(port, { method: 'PUT', headers, body: BODY })).status).toBe(status);
    }
    await pause(20);
    expect(warnings).toEqual(
      how === 'never ends' ? [] : [expect.stringContaining('"onDecision" threw or rejected')],
    );
    expect(warnings.join()).not.toContain('full disk');
  });
});

describe('a decision that cannot be made', () => {
  const hostile = { [inspect.custom]: (): never => raise('no way to show it') };

  it.each([
    ['no time', NaN, 401],
    ['no time that a calendar has', 8.64e15 + 1, 204],
  ])('changes no answer, and is warned of once, where the clock shows %s', async (_how, now, status) => {
    const fresh = freshCopy();
    const onDecision = jest.fn();
    const onTrace = jest.fn();
    subscribe('hooklatch:trace', onTrace);
    const { port } = await start((app) => {
      const { telehealth: provider } = fresh;
      app.use(fresh.webhookGuard({ provider, secret: SECRET, onDecision, clock: () => now }));
      app.use((_req, res) => void res.sendStatus(204));
    });
    expect((await send(port, { headers: signed(telehealth, BODY), body: BODY })).status).toBe(status);
    expect((await send(port, { body: BODY })).status).toBe(401);
    unsubscribe('hooklatch:trace', onTrace);
    expect(warnings).toEqual([expect.stringContaining('could not be recorded: Invalid time value')]);
    expect([onDecision.mock.calls, onTrace.mock.calls]).toEqual([[], []]);
  });

  it('changes no answer where a handler throws what cannot be printed', async () => {
    const fresh = freshCopy();
    jest.spyOn(console, 'error').mockImplementation((thrown) => void inspect(thrown));
    const env = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      const { port } = await start((app) => {
        const options = { provider: fresh.telehealth, secret: SECRET, clock: () => NOW };
        app.use(fresh.webhookRouter({ ...options, events: { '*': () => raise(hostile) } }));
      });
      expect((await send(port, { headers: signed(telehealth, BODY), body: BODY })).status).toBe(500);
    } finally {
      process.env.NODE_ENV = env;
    }
    expect(warnings).toEqual([expect.stringContaining('no way to show it')]);
  });
});

describe('without onDecision', () => {
  const startFresh = async (handle: () => unknown = jest.fn()) => {
    const fresh = freshCopy();
    return start((app) => {
      const options = { provider: fresh.fastcomments, secret: SECRET, clock: () => NOW };
      app.use(fresh.webhookRouter({ ...options, events: { create: handle } }));
    });
  };
  const sent = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };

  it('prints one hint at the first refusal, and none before', async () => {
    const { port } = await startFresh();
    expect((await send(port, sent)).status).toBe(200);
    expect(warnings).toEqual([]);
    for (const method of ['PUT', 'PUT', 'GET']) await send(port, { method });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^a webhook was refused\. .* set NODE_DEBUG=hooklatch or give .* appears once\.$/,
      ),
    ]);
  });

  it('prints no hint where another warning says what is wrong', async () => {
    const fresh = freshCopy();
    const { port } = await start((app) => {
      app.use(express.json({ type: () => true }));
      app.use(fresh.webhookGuard({ provider: fresh.fastcomments, secret: SECRET, clock: () => NOW }));
    });
    expect((await send(port, sent)).status).toBe(500);
    expect(warnings).toEqual([expect.not.stringContaining('NODE_DEBUG')]);
  });

  it.each([
    ['test', 0],
    ['production', 1],
    ['development', 1],
  ])('prints what a handler threw, as Express would (NODE_ENV=%s)', async (env, times) => {
    const print = jest.spyOn(console, 'error').mockImplementation();
    const cause = new Error('of the handler');
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = env;
    try {
      const { port } = await startFresh(() => raise(cause));
      expect((await send(port, sent)).status).toBe(500);
    } finally {
      process.env.NODE_ENV = before;
    }
    expect(print.mock.calls).toEqual(times === 0 ? [] : [[cause]]);
    expect(warnings).toEqual([]);
  });

  it('prints nothing for a failure that says itself what it is', async () => {
    const { port } = await startRouter({
      provider: fastcomments,
      events: { create: () => new Promise(() => undefined) },
      handlerTimeoutMs: 10,
      onDecision: undefined,
    });
    expect((await send(port, { ...sent, path: '/hooks' })).status).toBe(503);
    await pause(10);
    expect(warnings).toEqual([]);
  });
});

function raise(thrown: unknown): never {
  throw thrown;
}
