import express, { type ErrorRequestHandler, type Response } from 'express';
import { connect } from 'node:net';
import {
  captureRawBody,
  fastcomments,
  memoryStore,
  rejectDuplicates,
  routeEvents,
  verifySignature,
  webhookErrors,
  webhookGuard,
  type Decision,
  type DuplicateStore,
  type RejectDuplicatesOptions,
  type Webhook,
} from 'hooklatch';
import {
  eventually,
  fakeTimeouts,
  freshCopy,
  NOW,
  pause,
  requestText,
  SECRET,
  send,
  signed,
  start,
  warnings,
} from '../../helpers/http';
import { makeGate, storeWith } from '../../helpers/handling';
import { typeErrorOf } from '../../helpers/type-error';

const provider = fastcomments;
const sent = { method: 'PUT', headers: signed(provider, '{}'), body: '{}' };

/** The step in an app of its own, behind those that it needs. */
async function startAlone(options?: RejectDuplicatesOptions, handle = jest.fn()) {
  const decisions: Decision[] = [];
  const { port } = await start((app) => {
    app.use(captureRawBody(), verifySignature({ provider, secret: SECRET, clock: () => NOW }));
    app.use(rejectDuplicates(options));
    app.use(routeEvents({ provider, events: { create: handle } }));
    app.use(webhookErrors({ onDecision: (decision) => decisions.push(decision) }));
  });
  const deliver = async (): Promise<number> => {
    const { status } = await send(port, sent);
    await pause(5);
    return status;
  };
  return { port, deliver, decisions, handle };
}

describe('rejectDuplicates(), alone', () => {
  it('handles a delivery once, and acknowledges its copies', async () => {
    const { deliver, handle } = await startAlone();
    expect([await deliver(), await deliver()]).toEqual([200, 200]);
    expect(handle).toHaveBeenCalledTimes(1);
  });

  it('puts a copy off while the first is being handled', async () => {
    const gate = makeGate();
    const handle = jest.fn(() => gate.opened);
    const { store, calls } = storeWith();
    const { port, deliver, decisions } = await startAlone({ store }, handle);
    const first = send(port, sent);
    await eventually(() => handle.mock.calls.length === 1);
    expect(await deliver()).toBe(409);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_IN_PROGRESS', outcome: 'duplicate' }]);
    gate.open();
    expect((await first).status).toBe(200);
    const owners = calls.filter(([method]) => method === 'claim').map(([, , owner]) => owner);
    expect(new Set(owners).size).toBe(2);
  });

  it('tells bodies of one second apart that another parser has read', async () => {
    const handle = jest.fn();
    const { port } = await start((app) => {
      app.use(express.raw({ type: () => true }));
      app.use(verifySignature({ provider, secret: SECRET, clock: () => NOW }), rejectDuplicates());
      app.use((req, res) => {
        handle(req.webhook!.rawBody.toString());
        res.end();
      });
    });
    for (const body of ['1', '2', '1']) {
      await send(port, { ...sent, headers: signed(provider, body), body });
      await pause(5);
    }
    expect(handle.mock.calls).toEqual([['1'], ['2']]);
  });

  it('says what is wrong with a key of your own', async () => {
    const errors: unknown[] = [];
    const { port } = await start((app) => {
      app.use(captureRawBody(), verifySignature({ provider, secret: SECRET, clock: () => NOW }));
      app.use(rejectDuplicates({ key: () => 7 as never }));
      const keep: ErrorRequestHandler = (error, _req, res, next) => {
        errors.push(error);
        if (res.headersSent) next(error);
        else res.sendStatus(500);
      };
      app.use(keep);
    });
    expect((await send(port, sent)).status).toBe(500);
    expect(errors).toEqual([
      new TypeError('option "duplicates": "key" must give a string or undefined, got 7'),
    ]);
  });

  it('acknowledges copies as it is told', async () => {
    const { deliver } = await startAlone({ acknowledge: 204 });
    expect([await deliver(), await deliver()]).toEqual([200, 204]);
  });

  it('remembers for as long as its window says', async () => {
    const { store, calls } = storeWith();
    const { deliver } = await startAlone({ store, toleranceSeconds: 900 });
    await deliver();
    expect(calls.at(-1)!.slice(3)).toEqual([960_000, 960_000]);
  });

  it('hands a failure of the store to the next error handler', async () => {
    const { store } = storeWith({ claim: () => Promise.reject(new Error('down')) });
    const { deliver, decisions, handle } = await startAlone({ store });
    expect(await deliver()).toBe(503);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_STORE', outcome: 'failed' }]);
    expect(handle).not.toHaveBeenCalled();
  });

  it('stops renewing a claim at its own deadline', async () => {
    const { store, count } = storeWith();
    const { port } = await start((app) => {
      app.use(captureRawBody(), verifySignature({ provider, secret: SECRET, clock: () => NOW }));
      app.use(rejectDuplicates({ store, leaseMs: 1000, handlerTimeoutMs: 1 }));
      app.use((_req, res) => void pause(400).then(() => res.end()));
    });
    expect((await send(port, sent)).status).toBe(200);
    expect(count('renew')).toBe(0);
  });

  it('gives back a claim that was granted after 800 ms, so that the retry is handled', async () => {
    const inner = memoryStore();
    const gate = makeGate();
    const claim: DuplicateStore['claim'] = async (...args) => {
      if (count('claim') === 1) await gate.opened;
      return inner.claim(...args);
    };
    const { store, count } = storeWith({ claim }, inner);
    const { port, deliver, handle } = await startAlone({ store });
    fakeTimeouts();
    const first = send(port, sent);
    while (count('claim') === 0) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(800);
    expect((await first).status).toBe(503);
    jest.useRealTimers();
    gate.open();
    await eventually(() => count('release') === 1);
    expect([await deliver(), handle.mock.calls.length]).toEqual([200, 1]);
  });

  it('gives back a claim where something else has answered meanwhile', async () => {
    const answered = makeGate();
    const inner = memoryStore();
    const claim: DuplicateStore['claim'] = async (...args) => {
      await answered.opened;
      return inner.claim(...args);
    };
    const { store, count } = storeWith({ claim }, inner);
    const handle = jest.fn();
    const { port } = await start((app) => {
      app.use(captureRawBody(), verifySignature({ provider, secret: SECRET, clock: () => NOW }));
      app.use((_req, res, next) => {
        next();
        res.status(503).end();
        answered.open();
      });
      app.use(rejectDuplicates({ store }), handle);
    });
    expect((await send(port, sent)).status).toBe(503);
    await eventually(() => count('release') === 1);
    expect(handle).not.toHaveBeenCalled();
  });

  it('gives back what it was granted where the second key is not to be had', async () => {
    const parsedSignature = ['claimed', 'nonsense'];
    const { store, calls } = storeWith({ claim: () => parsedSignature.shift() as never });
    const { deliver } = await startAlone({ store, key: () => 'own' });
    expect(await deliver()).toBe(503);
    const [first, second, ...rest] = calls.map(([method, key]) => [method, key]);
    expect(rest).toEqual([
      ['release', first![1]],
      ['release', second![1]],
    ]);
  });

  it.each<[string, (res: Response) => unknown]>([
    ['at once', (res) => res.end(Buffer.alloc(2 ** 24))],
    ['later', (res) => pause(10).then(() => res.end(Buffer.alloc(2 ** 24)))],
    ['after a third of the lease', (res) => pause(400).then(() => res.end(Buffer.alloc(2 ** 24)))],
  ])('runs no delivery again whose answer, given %s, its sender does not read', async (_when, answer) => {
    const { store, count } = storeWith();
    const handle = jest.fn();
    const { port } = await start((app) => {
      app.use(captureRawBody(), verifySignature({ provider, secret: SECRET, clock: () => NOW }));
      app.use(rejectDuplicates({ store, leaseMs: 1000 }), (_req, res) => (handle(), void answer(res)));
    });
    const socket = connect(port, '127.0.0.1').pause();
    const lines = Object.entries(sent.headers).map((pair) => pair.join(': '));
    socket.write(`${requestText('PUT', [...lines, 'Content-Length: 2'])}{}`);
    await eventually(() => count('complete') === 1);
    expect((await send(port, sent)).status).toBe(200);
    expect(handle).toHaveBeenCalledTimes(1);
    socket.destroy();
  });

  it.each<[number, keyof DuplicateStore]>([
    [204, 'complete'],
    [500, 'release'],
  ])('tells each of several claims that the answer was %d', async (status, method) => {
    const stores = [storeWith(), storeWith(), storeWith()] as const;
    const [first, second, third] = stores;
    const guard = { provider, secret: SECRET, clock: () => NOW, onDecision: jest.fn() };
    const { port } = await start((app) => {
      app.use(webhookGuard({ ...guard, duplicates: { store: first.store } }));
      app.use(webhookGuard({ ...guard, duplicates: { store: second.store } }));
      app.use(rejectDuplicates({ store: third.store }), (_req, res) => void res.sendStatus(status));
    });
    expect((await send(port, sent)).status).toBe(status);
    await eventually(() => stores.every(({ count }) => count(method) === 1));
    for (const { calls } of stores) expect(calls.map(([name]) => name)).toEqual(['claim', method]);
  });

  it('answers 500 where nothing was verified before it, and names the line that is missing', async () => {
    const copy = freshCopy();
    const { port } = await start((app) => app.use(copy.rejectDuplicates(), copy.webhookErrors()));
    expect((await send(port, sent)).status).toBe(500);
    expect(warnings).toContain(
      'rejectDuplicates() found no verified webhook: mount verifySignature() before it',
    );
  });

  it.each<[string, Partial<DuplicateStore>, string]>([
    ['takes too long', { claim: () => new Promise(() => undefined) }, 'it took too long'],
    ['answers nonsense', { claim: () => 'OK' as never }, "claim() answered 'OK'"],
  ])('warns once of a store that %s', async (_what, changes, text) => {
    const copy = freshCopy();
    const { store, count } = storeWith(changes);
    const { port } = await start((app) => {
      app.use(copy.captureRawBody());
      app.use(copy.verifySignature({ provider: copy.fastcomments, secret: SECRET, clock: () => NOW }));
      app.use(copy.rejectDuplicates({ store }), copy.webhookErrors({ onDecision: jest.fn() }));
    });
    fakeTimeouts();
    for (const times of [1, 2]) {
      const answer = send(port, sent);
      while (count('claim') < times) await new Promise((resolve) => setImmediate(resolve));
      jest.advanceTimersByTime(800);
      expect((await answer).status).toBe(503);
    }
    expect(warnings).toEqual([`the store of the option "duplicates" failed: ${text}`]);
  });

  it('answers 500 where something of your own has verified, rather than handle every copy', async () => {
    const { store, calls } = storeWith();
    const [handle, onDecision] = [jest.fn(), jest.fn()];
    const { port } = await start((app) => {
      app.use((req, _res, next) => {
        req.webhook = { verified: true } as Webhook;
        next();
      });
      app.use(rejectDuplicates({ store }), handle, webhookErrors({ onDecision }));
    });
    expect([(await send(port, sent)).status, calls]).toEqual([500, []]);
    expect(handle).not.toHaveBeenCalled();
    expect(onDecision.mock.calls[0]).toMatchObject([{ code: 'ERR_WEBHOOK_SETUP', outcome: 'failed' }]);
  });

  it('leaves alone what only the mode report has let in', async () => {
    const { store, calls } = storeWith();
    const handle = jest.fn();
    const { port } = await start((app) => {
      app.use(webhookGuard({ provider, secret: SECRET, mode: 'report', duplicates: { store } }));
      app.use((_req, res) => (handle(), res.end()));
    });
    for (let times = 0; times < 2; times += 1) {
      expect((await send(port, { method: 'PUT', body: '{}' })).status).toBe(200);
    }
    expect([handle.mock.calls.length, calls]).toEqual([2, []]);
  });
});

describe('the options of rejectDuplicates()', () => {
  const store = memoryStore();

  it.each<[object, string]>([
    [{ store: {} }, 'option "store" must be memoryStore(), redisStore(), or an object with claim, complete'],
    [{ store: { ...store, renew: undefined } }, 'option "store" must be memoryStore()'],
    [{ store: 'memory' }, 'option "store" must be memoryStore()'],
    [{ leaseMs: 999 }, 'option "leaseMs" must be milliseconds (an integer from 1000 to 3600000)'],
    [{ leaseMs: '30s' }, 'option "leaseMs" must be milliseconds'],
    [{ ttlMs: 0 }, 'option "ttlMs" must be milliseconds'],
    [{ key: 'id' }, 'option "key" must be a function'],
    [{ toleranceSeconds: 0 }, 'option "toleranceSeconds" must be a number of seconds'],
    [{ acknowledge: 302 }, 'option "acknowledge" must be a status of success'],
    [{ handlerTimeoutMs: 0 }, 'option "handlerTimeoutMs" must be milliseconds'],
    [{ lease: 5 }, 'rejectDuplicates(): unknown option "lease"; the options are store, leaseMs, ttlMs, key'],
    [[], 'rejectDuplicates(): expects an options object'],
  ])('refuse %j', (options, message) => {
    expect(typeErrorOf(() => rejectDuplicates(options))).toContain(message);
  });

  it.each<[unknown, string]>([
    [true, 'webhookGuard(): option "duplicates" must be an object of options or false, got true'],
    [null, 'option "duplicates" must be an object of options or false, got null'],
    [[], 'option "duplicates" must be an object of options or false'],
    [{ store: null }, 'option "store" must be memoryStore()'],
    [{ leaseMs: 1 }, 'option "leaseMs" must be milliseconds'],
    [{ ttl: 5 }, 'unknown option "ttl"'],
  ])('refuse %j for duplicates in a guard', (duplicates, message) => {
    const options = { provider, secret: SECRET, duplicates: duplicates as never };
    expect(typeErrorOf(() => webhookGuard(options))).toContain(message);
  });

  it('take an explicit undefined as absent', () => {
    const none = { store: undefined, leaseMs: undefined, ttlMs: undefined, key: undefined };
    const options = { toleranceSeconds: undefined, acknowledge: undefined, handlerTimeoutMs: undefined };
    expect(rejectDuplicates({ ...none, ...options })).toEqual(expect.any(Function));
    expect(webhookGuard({ provider, secret: SECRET, duplicates: none })).toEqual(expect.any(Function));
  });
});
