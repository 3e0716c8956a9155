import timeout from 'connect-timeout';
import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import {
  captureRawBody,
  fastcomments,
  rejectDuplicates,
  routeEvents,
  verifySignature,
  webhookErrors,
  type DecisionNote,
} from 'hooklatch';
import { eventually, NOW, pause, SECRET, send, signed, start } from '../helpers/http';
import { makeGate, SETTINGS, startHandling, storeWith, type Handle, type Setting } from '../helpers/handling';

const [[, ROUTER]] = SETTINGS as [(typeof SETTINGS)[number]];
const ROUTERS = SETTINGS.filter(([, { kind }]) => kind === 'router');

const fail = async (): Promise<never> => Promise.reject(new Error('the queue is down'));

/** Answers 503 after a while, whoever is at work. */
const impatient: RequestHandler = (_req, res, next) => {
  setTimeout(() => res.headersSent || res.sendStatus(503), 20);
  next();
};
const withTimeout = timeout('20ms');

/** A router whose first handler waits for a gate, and then ends as it is told. */
async function startWaiting(setting: Setting, end: Handle, more: Parameters<typeof startHandling>[3] = {}) {
  const gate = makeGate();
  const watched = storeWith({}, setting.makeStore());
  const handle: Handle = async (res, attempt) => {
    if (attempt > 1) return;
    await gate.opened;
    await end(res, attempt);
  };
  const handling = await startHandling(setting, handle, { store: watched.store }, more);
  return { ...handling, ...watched, gate };
}

describe.each(ROUTERS)('%s, where the handler answers before it works on', (_name, setting) => {
  const accept: Handle = (res) => res.sendStatus(202);

  async function startAccepting(end: Handle, more?: Parameters<typeof startHandling>[3]) {
    const gate = makeGate();
    const watched = storeWith({}, setting.makeStore());
    const handle: Handle = async (res, attempt) => {
      accept(res, attempt);
      if (attempt > 1) return;
      await gate.opened;
      await end(res, attempt);
    };
    const handling = await startHandling(setting, handle, { store: watched.store }, more);
    return { ...handling, ...watched, gate };
  }

  it('gives the delivery back where it fails, and a decision says why', async () => {
    const { deliver, gate, ended, decisions, handled } = await startAccepting(fail);
    expect((await deliver()).status).toBe(202);
    expect((await deliver()).status).toBe(409);
    gate.open();
    await ended(2);
    expect(decisions[1]).toMatchObject({ outcome: 'failed', code: 'ERR_WEBHOOK_HANDLER', status: 202 });
    expect((await deliver()).status).toBe(202);
    await ended(3);
    expect([handled(), decisions[2]]).toMatchObject([2, { outcome: 'accepted', code: null, status: 202 }]);
  });

  it('holds the delivery until it has worked, and then knows copies', async () => {
    const { deliver, gate, count, drain, handled } = await startAccepting(() => undefined);
    expect((await deliver()).status).toBe(202);
    await pause(20);
    expect([(await deliver()).status, count('complete')]).toEqual([409, 0]);
    gate.open();
    await drain();
    expect([handled(), count('complete'), count('release')]).toEqual([1, 1, 0]);
  });

  it('drains when it has worked, and not when it has answered', async () => {
    const { deliver, gate, drain } = await startAccepting(() => undefined);
    await deliver();
    let drained = false;
    const draining = drain().then(() => (drained = true));
    await pause(30);
    expect(drained).toBe(false);
    gate.open();
    await draining;
  });

  it('renews the hold while it works', async () => {
    const { deliver, gate, count, drain } = await startAccepting(() => undefined);
    const every = jest.spyOn(global, 'setInterval');
    await deliver();
    expect(every.mock.calls.map(([, milliseconds]) => milliseconds)).toContain(10_000);
    gate.open();
    await drain();
    expect(count('renew')).toBe(0);
  });

  it.each<[string, Handle, string]>([
    ['success', () => undefined, 'complete'],
    ['failure', fail, 'release'],
  ])('waits no longer than its time, and hears of a late %s', async (_end, end, verb) => {
    const { deliver, gate, ended, decisions, count, drain } = await startAccepting(end, {
      handlerTimeoutMs: 40,
    });
    expect((await deliver()).status).toBe(202);
    await drain();
    expect(decisions).toMatchObject([{ outcome: 'accepted', code: null, status: 202 }]);
    gate.open();
    await eventually(() => count(verb as 'complete') === 1);
    await ended(verb === 'complete' ? 1 : 2);
    expect(decisions.slice(1)).toMatchObject(
      verb === 'complete' ? [] : [{ outcome: 'failed', code: 'ERR_WEBHOOK_HANDLER', status: 202 }],
    );
  });

  it('sends the answer whole where it fails right behind it', async () => {
    const text = randomBytes(2 ** 18).toString('hex');
    const handle: Handle = (res) => (res.status(202).type('text').send(text), fail());
    const { deliver, ended, decisions } = await startHandling(setting, handle, false);
    const answer = await deliver({ headers: { 'Accept-Encoding': 'identity' } });
    expect([answer.status, answer.text === text]).toEqual([202, true]);
    const packed = await deliver({ id: 'packed' });
    expect(packed.status).toBe(202);
    await ended(2);
    const failed = { outcome: 'failed', code: 'ERR_WEBHOOK_HANDLER', status: 202 };
    expect(decisions).toMatchObject([failed, failed]);
  });

  it('says so in a decision where copies are not known', async () => {
    const handle: Handle = (res) => (res.sendStatus(202), pause(5).then(fail));
    const { deliver, ended, decisions } = await startHandling(setting, handle, false);
    expect((await deliver()).status).toBe(202);
    await ended(1);
    expect(decisions).toMatchObject([{ outcome: 'failed', code: 'ERR_WEBHOOK_HANDLER', status: 202 }]);
  });
});

describe.each<[string, RequestHandler]>([
  ['connect-timeout', withTimeout],
  ['something of the user', impatient],
])('webhookRouter(), where %s answers before the handler has ended', (name, before) => {
  it('runs no second handler beside the first', async () => {
    const { deliver, gate, handled, count } = await startWaiting({ ...ROUTER, before }, () => undefined);
    expect((await deliver()).status).toBe(503);
    expect((await deliver()).status).toBe(409);
    expect([handled(), count('release')]).toEqual([1, 0]);
    gate.open();
    await eventually(() => count('complete') + count('release') === 1);
  });

  it('gives the delivery back where the handler fails', async () => {
    const { deliver, gate, ended, decisions, handled } = await startWaiting({ ...ROUTER, before }, fail);
    expect((await deliver()).status).toBe(503);
    gate.open();
    await ended(1);
    expect(decisions).toMatchObject([{ outcome: 'failed', code: 'ERR_WEBHOOK_HANDLER', status: 503 }]);
    expect([(await deliver()).status, handled()]).toEqual([200, 2]);
  });

  // Only connect-timeout says that the answer was not the handler's.
  it('knows copies where the handler succeeds, if it is said whose answer it was', async () => {
    const { deliver, gate, ended, handled } = await startWaiting({ ...ROUTER, before }, () => undefined);
    expect((await deliver()).status).toBe(503);
    gate.open();
    await ended(1);
    expect([(await deliver()).status, handled()]).toEqual([200, name === 'connect-timeout' ? 1 : 2]);
  });
});

describe('webhookRouter(), where the handler itself answers that it has failed', () => {
  const FAILING: [string, RequestHandler | undefined][] = [
    ['alone', undefined],
    ['behind connect-timeout that has time left', timeout('5s')],
    ['behind connect-timeout that leaves the answer to it', timeout('20ms', { respond: false })],
  ];

  it.each(FAILING)('gives the delivery back when it has worked on, %s', async (_where, before) => {
    const setting = before === undefined ? ROUTER : { ...ROUTER, before };
    const handle: Handle = async (res, attempt) => {
      if (attempt > 1) return;
      await pause(40);
      res.sendStatus(500);
      await pause(20);
    };
    const { store, count } = storeWith();
    const { deliver, ended, handled } = await startHandling(setting, handle, { store });
    expect((await deliver()).status).toBe(500);
    expect((await deliver()).status).toBe(409);
    await ended(2);
    expect([(await deliver()).status, handled(), count('release')]).toEqual([200, 2, 1]);
  });

  it('gives it back where its time is over by then', async () => {
    const gate = makeGate();
    const { store, count } = storeWith();
    const handle: Handle = (res) => (res.sendStatus(500), gate.opened);
    const { deliver, drain } = await startHandling(ROUTER, handle, { store }, { handlerTimeoutMs: 30 });
    expect((await deliver()).status).toBe(500);
    await drain();
    gate.open();
    await eventually(() => count('release') === 1);
    expect(count('complete')).toBe(0);
  });
});

describe('webhookRouter(), where something answers before the handler has begun', () => {
  /** Answers while the store is asked. */
  const startAnswering = (status: number, handle: Handle) => {
    const inner = ROUTER.makeStore();
    const watched = storeWith({ claim: (...args) => pause(30).then(() => inner.claim(...args)) }, inner);
    const before: RequestHandler = (_req, res, next) => {
      setTimeout(() => res.headersSent || res.sendStatus(status), 10);
      next();
    };
    return startHandling({ ...ROUTER, before }, handle, { store: watched.store }).then((handling) => ({
      ...handling,
      ...watched,
    }));
  };

  it('handles the delivery where the sender was told that all is well', async () => {
    const handled = jest.fn();
    const { deliver, count } = await startAnswering(202, handled);
    expect((await deliver()).status).toBe(202);
    await eventually(() => count('complete') === 1);
    expect(handled).toHaveBeenCalledTimes(1);
  });

  it('gives it back where the handler then fails', async () => {
    const { deliver, count, decisions } = await startAnswering(202, fail);
    expect((await deliver()).status).toBe(202);
    await eventually(() => count('release') === 1);
    await eventually(() => decisions.some(({ code }) => code === 'ERR_WEBHOOK_HANDLER'));
  });

  it('does not handle it where the sender was told to come again', async () => {
    const handled = jest.fn();
    const { deliver, count } = await startAnswering(503, handled);
    expect((await deliver()).status).toBe(503);
    await eventually(() => count('release') === 1);
    expect(handled).not.toHaveBeenCalled();
  });

  it('does not handle it beside the next try where that was while the event was asked for', async () => {
    const { store, count } = storeWith();
    const handle = jest.fn();
    const { port } = await start((app) => {
      app.use(impatient, captureRawBody());
      app.use(verifySignature({ provider: fastcomments, secret: SECRET, clock: () => NOW }));
      app.use(rejectDuplicates({ store }));
      const resolveEvent = (): Promise<string> => pause(60).then(() => 'create');
      const events = { create: handle, update: jest.fn() };
      app.use(routeEvents({ provider: fastcomments, events, resolveEvent }), webhookErrors());
    });
    const sent = { method: 'PUT', headers: signed(fastcomments, '{}'), body: '{}' };
    expect((await send(port, sent)).status).toBe(503);
    expect((await send(port, sent)).status).toBe(409);
    await eventually(() => count('release') === 1);
    expect(handle).not.toHaveBeenCalled();
  });
});

describe('a handler that fails when its time is over', () => {
  it('is in a decision of its own, behind that of the deadline', async () => {
    const gate = makeGate();
    const causes: unknown[] = [];
    const decided: [string | null, number, readonly DecisionNote[]][] = [];
    const onDecision = (
      { code, status, notes }: Parameters<NonNullable<Options['onDecision']>>[0],
      cause?: unknown,
    ) => {
      decided.push([code, status, notes]);
      causes.push(cause);
    };
    const handle: Handle = () => gate.opened.then(fail);
    const options = { handlerTimeoutMs: 20, onDecision };
    const { deliver } = await startHandling(ROUTER, handle, {}, options);
    expect((await deliver()).status).toBe(503);
    gate.open();
    await eventually(() => decided.length === 2);
    expect(decided).toEqual([
      ['ERR_WEBHOOK_TIMEOUT', 503, []],
      ['ERR_WEBHOOK_HANDLER', 503, []],
    ]);
    expect(causes[1]).toEqual(new Error('the queue is down'));
  });

  it('is printed where the steps are used alone', async () => {
    const gate = makeGate();
    const errors = jest.spyOn(console, 'error').mockImplementation();
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      const { port } = await start((app) => {
        app.use(
          captureRawBody(),
          verifySignature({ provider: fastcomments, secret: SECRET, clock: () => NOW }),
        );
        const events = { create: () => gate.opened.then(fail) };
        app.use(routeEvents({ provider: fastcomments, events, handlerTimeoutMs: 20 }), webhookErrors());
      });
      const sent = { method: 'PUT', headers: signed(fastcomments, '{}'), body: '{}' };
      expect((await send(port, sent)).status).toBe(503);
      gate.open();
      await eventually(() => errors.mock.calls.length > 0);
      expect(errors.mock.calls).toEqual([[new Error('the queue is down')]]);
    } finally {
      process.env.NODE_ENV = before;
    }
  });
});

type Options = NonNullable<Parameters<typeof startHandling>[3]>;
