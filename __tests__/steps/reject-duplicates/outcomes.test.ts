import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import { memoryStore } from 'hooklatch';
import { eventually, pause } from '../../helpers/http';
import { makeGate, SETTINGS, startHandling, storeWith, type Handle } from '../../helpers/handling';

function raise(thrown: unknown): never {
  throw thrown;
}

const ATTEMPTS: readonly [string, Handle, number][] = [
  ['throws', () => raise(new Error('no')), 500],
  ['throws undefined', () => raise(undefined), 500],
  ['rejects', () => Promise.reject(new Error('no')), 500],
  ['rejects later', () => pause(10).then(() => raise('no')), 500],
  ['answers 302', (res) => res.redirect('/elsewhere'), 302],
  ['answers 304', (res) => res.status(304).end(), 304],
  ['answers 404', (res) => res.sendStatus(404), 404],
  ['answers 409', (res) => res.status(409).json({}), 409],
  ['answers 500', (res) => res.sendStatus(500), 500],
  ['answers 503 later', (res) => pause(10).then(() => res.sendStatus(503)), 503],
];

describe.each(SETTINGS)('rejectDuplicates() in %s, when the handler has ended', (_name, setting) => {
  it.each([200, 201, 202, 204, 299])('remembers what was answered %d', async (status) => {
    const handling = await startHandling(setting, (res) => res.status(status).end());
    expect((await handling.deliver()).status).toBe(status);
    await handling.ended(1);
    expect(handling.decisions).toMatchObject([{ outcome: 'accepted', status, notes: [] }]);
  });

  it('knows a copy of what was answered', async () => {
    const handling = await startHandling(setting, async (res) => {
      res.status(201).write('{"text":"in');
      await pause(10);
      res.end(' pieces"}');
    });
    expect((await handling.deliver()).status).toBe(201);
    await handling.ended(1);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  });

  // Express 4 takes undefined for no error.
  const failures = ATTEMPTS.filter(([what]) => setting.kind === 'router' || what !== 'throws undefined');
  it.each(failures)('gives back what it %s, and handles the retry', async (_what, fail, status) => {
    const { store, count } = storeWith({}, setting.makeStore());
    const handle: Handle = (res, attempt) => (attempt === 1 ? fail(res, attempt) : res.end());
    const handling = await startHandling(setting, handle, { store });
    expect((await handling.deliver()).status).toBe(status);
    await eventually(() => count('release') === 1 && handling.decisions.length === 1);
    await pause(5);
    expect(handling.decisions[0]).toMatchObject({ status, notes: [] });
    expect((await handling.deliver()).status).toBe(200);
    await eventually(() => count('complete') === 1);
    expect([handling.handled(), count('release')]).toEqual([2, 1]);
  });

  it('waits for the handler where the client left, and remembers its success', async () => {
    const gate = makeGate();
    const { store, count } = storeWith({}, setting.makeStore());
    const handling = await startHandling(setting, () => gate.opened, { store });
    await handling.deliverAndLeave(() => handling.handled() === 1);
    expect((await handling.deliver()).status).toBe(409);
    gate.open();
    await eventually(() => count('complete') === 1);
    await handling.ended(2);
    expect((await handling.deliver()).status).toBe(200);
    expect([handling.handled(), count('release')]).toEqual([1, 0]);
  });

  it('waits for the handler where the client left, and gives back its failure', async () => {
    const gate = makeGate();
    const { store, count } = storeWith({}, setting.makeStore());
    const handle: Handle = async (res, attempt) => {
      await gate.opened;
      if (attempt === 1) res.sendStatus(500);
      else res.end();
    };
    const handling = await startHandling(setting, handle, { store });
    await handling.deliverAndLeave(() => handling.handled() === 1);
    gate.open();
    await eventually(() => count('release') === 1);
    await handling.ended(1);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(2);
  });

  it('remembers the success of a handler whose client left before it was claimed', async () => {
    const gate = makeGate();
    const inner = setting.makeStore();
    let asked = false;
    const { store, count } = storeWith(
      {
        claim: async (...args) => {
          asked = true;
          await gate.opened;
          return inner.claim(...args);
        },
      },
      inner,
    );
    const handling = await startHandling(setting, (res) => res.json({}), { store });
    await handling.deliverAndLeave(() => asked);
    gate.open();
    await eventually(() => count('complete') === 1);
    await handling.ended(1);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  });

  it('remembers an answer that the client did not wait for', async () => {
    const { store, count } = storeWith({}, setting.makeStore());
    const handling = await startHandling(
      setting,
      (res) => {
        res.end(randomBytes(2 ** 22));
        res.req.socket.destroy();
      },
      { store },
    );
    await expect(handling.deliver()).rejects.toThrow();
    await eventually(() => count('complete') === 1);
    await handling.ended(1);
    expect(handling.decisions).toMatchObject([{ outcome: 'accepted', status: 200 }]);
  });
});

describe.each(SETTINGS)('rejectDuplicates() in %s, when something else answers', (_name, setting) => {
  it('gives the claim back where that was before it was granted, and does not handle it', async () => {
    const inner = setting.makeStore();
    const claim: typeof inner.claim = (...args) => pause(40).then(() => inner.claim(...args));
    const { store, count } = storeWith({ claim }, inner);
    const before: RequestHandler = (_req, res, next) => {
      void pause(10).then(() => res.status(503).end());
      next();
    };
    const handling = await startHandling({ ...setting, before }, (res) => res.end(), { store });
    expect((await handling.deliver()).status).toBe(503);
    await eventually(() => count('release') === 1);
    expect(handling.handled()).toBe(0);
    await handling.ended(1);
  });

  it('goes by the status of an answer that went round it', async () => {
    const { store, count } = storeWith({}, setting.makeStore());
    const before: RequestHandler = (_req, res, next) => {
      res.locals.end = res.end.bind(res);
      next();
    };
    const handle: Handle = (res) => {
      res.statusCode = 418;
      (res.locals.end as () => void)();
    };
    const handling = await startHandling({ ...setting, before }, handle, { store });
    expect((await handling.deliver()).status).toBe(418);
    await eventually(() => count('release') === 1);
  });
});

describe.each(SETTINGS)('rejectDuplicates() in %s, when a handler answers twice', (_name, setting) => {
  it('goes by the status that went out, and not by one that is set later', async () => {
    const handling = await startHandling(setting, (res) => {
      res.status(201).json({});
      res.status(500);
    });
    expect((await handling.deliver()).status).toBe(201);
    await handling.ended(1);
    expect(handling.decisions).toMatchObject([{ outcome: 'accepted', status: 201 }]);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  });

  it('answers once, and lives, where more is written after the end', async () => {
    const handling = await startHandling(setting, (res) => {
      res.end('first');
      res.end('second');
      res.write('third');
    });
    expect((await handling.deliver()).status).toBe(200);
    await handling.ended(1);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  });

  it('answers once, and lives, where more is written long after', async () => {
    const { store, count } = storeWith({}, setting.makeStore());
    const errors: unknown[] = [];
    const handling = await startHandling(
      setting,
      async (res) => {
        res.json({});
        await pause(20);
        try {
          res.status(500).json({});
        } catch (error) {
          errors.push(error);
        }
        res.end('more');
      },
      { store },
    );
    expect((await handling.deliver()).status).toBe(200);
    await eventually(() => errors.length === 1);
    expect([count('complete'), count('release')]).toEqual([1, 0]);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  });
});

const [[, ROUTER]] = SETTINGS as [(typeof SETTINGS)[number]];

describe('webhookRouter(), when its handler fails after it has answered', () => {
  it.each<[string, Handle]>([
    ['throws', (res) => (res.json({}), raise(new Error('too late')))],
    ['rejects', async (res) => (res.json({}), raise(new Error('too late')))],
    ['rejects later', (res) => (res.json({}), pause(10).then(() => raise(new Error('too late'))))],
    ['answers once more', (res) => (res.json({}), res.json({}))],
  ])('gives back what it has answered where it %s, and handles the retry', async (_how, fail) => {
    const { store, count } = storeWith();
    const handle: Handle = (res, attempt) => (attempt === 1 ? fail(res, attempt) : undefined);
    const handling = await startHandling(ROUTER, handle, { store });
    expect((await handling.deliver()).status).toBe(200);
    await handling.ended(1);
    expect(handling.decisions).toMatchObject([
      { outcome: 'failed', code: 'ERR_WEBHOOK_HANDLER', status: 200, notes: [] },
    ]);
    expect((await handling.deliver()).status).toBe(200);
    expect([handling.handled(), count('complete'), count('release')]).toEqual([2, 1, 1]);
  });

  it('gives back what it did not answer to the end', async () => {
    const { store, count } = storeWith({}, memoryStore());
    const handling = await startHandling(
      ROUTER,
      (res, attempt) => {
        if (attempt > 1) return;
        res.write('half');
        throw new Error('no');
      },
      { store },
    );
    await expect(handling.deliver()).rejects.toThrow();
    expect([count('release'), (await handling.deliver()).status]).toEqual([1, 200]);
  });

  it.each<[string, Handle]>([
    ['ends the response', (res) => res.end('late')],
    ['writes to it', (res) => res.write('late')],
  ])('lives where it %s after it was answered for', async (_what, answer) => {
    const gate = makeGate();
    const { store, count } = storeWith();
    const handle: Handle = async (res, attempt) => {
      res.once('finish', gate.open);
      await Promise.race([gate.opened, eventually(() => res.writableEnded)]);
      answer(res, attempt);
    };
    const handling = await startHandling(ROUTER, handle, { store }, { handlerTimeoutMs: 20 });
    expect((await handling.deliver()).status).toBe(503);
    await eventually(() => count('complete') === 1);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  });
});
