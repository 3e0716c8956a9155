import type { Response } from 'express';
import { connect } from 'node:net';
import { fastcomments, github, slack, type WebhookHandler, type WebhookRouterOptions } from 'hooklatch';
import { makeGate, storeWith } from '../helpers/handling';
import {
  decisionOf,
  eventually,
  fakeTimeouts,
  pause,
  requestText,
  send,
  signed,
  startRouter,
  talk,
} from '../helpers/http';

const headers = signed(github, '{}', { event: 'push' });

const startWith = (handle: WebhookHandler, options: Partial<WebhookRouterOptions> = {}) =>
  startRouter({ provider: github, events: { push: handle }, ...options });

const deliver = (port: number) => send(port, { path: '/hooks', headers, body: '{}' });

const lines = Object.entries(headers).map((pair) => pair.join(': '));

const never = (): Promise<never> => new Promise(() => undefined);

describe('routeEvents(), when a handler does not end', () => {
  it('answers 503 with Retry-After, and drops its late result', async () => {
    const late: unknown[] = [];
    const slow = async (res: Response): Promise<void> => {
      await pause(100);
      try {
        res.json({ late: true });
      } catch (error) {
        late.push(error);
        throw error;
      }
    };
    const receiver = await startWith((_webhook, _req, res) => slow(res), { handlerTimeoutMs: 20 });
    const answer = await deliver(receiver.port);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.text).toBe('{"error":"Service Unavailable"}\n');
    await eventually(() => late.length === 1 && receiver.decisions.length === 2);
    expect(receiver.decisions).toMatchObject([
      { code: 'ERR_WEBHOOK_TIMEOUT', outcome: 'failed', status: 503 },
      { code: 'ERR_WEBHOOK_HANDLER', outcome: 'failed', status: 503 },
    ]);
  });

  it('answers 503 where resolveEvent does not end', async () => {
    const receiver = await startRouter({
      provider: fastcomments,
      events: { create: jest.fn(), update: jest.fn() },
      resolveEvent: never,
      handlerTimeoutMs: 20,
    });
    const sent = { method: 'PUT', path: '/hooks', headers: signed(fastcomments, '{}'), body: '{}' };
    expect((await send(receiver.port, sent)).status).toBe(503);
  });

  it('runs no handler where resolveEvent ends after the deadline, and handles the next try', async () => {
    const create = jest.fn();
    const update = jest.fn();
    const gate = makeGate();
    const names = [gate.opened.then(() => 'create'), 'update'];
    const receiver = await startRouter({
      provider: fastcomments,
      events: { create, update },
      resolveEvent: async () => names.shift(),
      handlerTimeoutMs: 20,
    });
    const sent = { method: 'PUT', path: '/hooks', headers: signed(fastcomments, '{}'), body: '{}' };
    expect((await send(receiver.port, sent)).status).toBe(503);
    gate.open();
    expect((await send(receiver.port, sent)).status).toBe(200);
    expect(create).not.toHaveBeenCalled();
    expect(update).toHaveBeenCalledTimes(1);
    expect(receiver.decisions).toMatchObject([{ code: 'ERR_WEBHOOK_TIMEOUT' }, { outcome: 'accepted' }]);
  });

  it('cuts an answer that was begun', async () => {
    const receiver = await startWith(
      (_webhook, _req, res) => {
        res.write('a');
        return never();
      },
      { handlerTimeoutMs: 20 },
    );
    await expect(deliver(receiver.port)).rejects.toThrow();
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_TIMEOUT', outcome: 'failed' });
  });

  it.each([
    ['fastcomments', fastcomments, 'PUT', 25_000],
    ['slack', slack, 'POST', 2_500],
  ])('waits as long as %s does', async (_name, provider, method, milliseconds) => {
    const handle = jest.fn(never);
    const events = { [provider === slack ? '*' : 'create']: handle };
    const receiver = await startRouter({ provider, events });
    fakeTimeouts();
    const sent = { method, path: '/hooks', headers: signed(provider, '{}'), body: '{}' };
    const answer = send(receiver.port, sent);
    while (handle.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(milliseconds - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(receiver.decisions).toEqual([]);
    jest.advanceTimersByTime(1);
    expect((await answer).status).toBe(503);
  });
});

describe('routeEvents(), when its deadline has passed and copies are known', () => {
  const startLate = async (handle: WebhookHandler) => {
    const { store, count } = storeWith();
    const options = { handlerTimeoutMs: 20, duplicates: { store } };
    return { ...(await startWith(handle, options)), count };
  };

  it('holds the delivery until the handler has ended, and remembers its success', async () => {
    const gate = makeGate();
    const { port, count } = await startLate(() => gate.opened);
    expect((await deliver(port)).status).toBe(503);
    expect((await deliver(port)).status).toBe(409);
    gate.open();
    await eventually(() => count('complete') === 1);
    expect([(await deliver(port)).status, count('release')]).toEqual([200, 0]);
  });

  it('holds the delivery until the handler has ended, and gives back its failure', async () => {
    const gate = makeGate();
    const { port, count } = await startLate(() => gate.opened.then(() => Promise.reject(new Error('late'))));
    expect((await deliver(port)).status).toBe(503);
    expect((await deliver(port)).status).toBe(409);
    gate.open();
    await eventually(() => count('release') === 1);
    expect(count('complete')).toBe(0);
  });

  it.each([[{}], [false as const]])(
    'gives back at once what no handler has begun with (duplicates: %j)',
    async (duplicates) => {
      const names = [never(), 'create'];
      const create = jest.fn();
      const receiver = await startRouter({
        provider: fastcomments,
        events: { create, update: jest.fn() },
        resolveEvent: () => names.shift(),
        handlerTimeoutMs: 20,
        duplicates,
      });
      const sent = { method: 'PUT', path: '/hooks', headers: signed(fastcomments, '{}'), body: '{}' };
      expect((await send(receiver.port, sent)).status).toBe(503);
      expect((await send(receiver.port, sent)).status).toBe(200);
      expect(create).toHaveBeenCalledTimes(1);
    },
  );

  it('answers 503 where copies are not known, and lives on', async () => {
    const gate = makeGate();
    const { port } = await startWith(() => gate.opened, { handlerTimeoutMs: 20, duplicates: false });
    expect((await deliver(port)).status).toBe(503);
    gate.open();
    expect((await deliver(port)).status).toBe(200);
  });
});

describe('routeEvents(), when the sender leaves early', () => {
  it.each<[string, WebhookHandler, string]>([
    ['acknowledges', () => pause(10), 'accepted'],
    [
      'answers',
      async (_webhook, _req, res) => {
        await pause(10);
        res.json({});
      },
      'accepted',
    ],
    [
      'throws',
      async () => {
        await pause(10);
        throw new Error('late');
      },
      'failed',
    ],
  ])('waits for the handler, which %s', async (_what, handle, outcome) => {
    const receiver = await startWith(async (webhook, req, res) => {
      const left = new Promise((resolve) => res.once('close', resolve));
      socket.destroy();
      await left;
      expect(receiver.decisions).toEqual([]);
      return handle(webhook, req, res);
    });
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(`${requestText('POST', [...lines, 'Content-Length: 2'], '/hooks')}{}`);
    expect((await decisionOf(receiver)).outcome).toBe(outcome);
  });

  it('records an answer that it did not wait for', async () => {
    const receiver = await startWith((_webhook, req, res) => {
      res.write('x'.repeat(2 ** 24));
      res.end();
      req.socket.destroy();
    });
    await expect(
      talk(receiver.port, [`${requestText('POST', [...lines, 'Content-Length: 2'], '/hooks')}{}`]),
    ).resolves.not.toContain('"');
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', status: 200 });
  });
});
