import express, { type ErrorRequestHandler, type Response } from 'express';
import {
  github,
  routeEvents,
  verify,
  WebhookError,
  webhookErrors,
  webhookRouter,
  type StandardSchema,
  type WebhookEvents,
  type WebhookHandler,
  type WebhookRouterOptions,
} from 'hooklatch';
import {
  decisionOf,
  eventually,
  NOW,
  pause,
  SECRET,
  send,
  signed,
  start,
  startRouter,
} from '../helpers/http';

const headers = signed(github, '{}', { event: 'push' });

const startWith = (handle: WebhookHandler, options: Partial<WebhookRouterOptions> = {}) =>
  startRouter({ provider: github, events: { push: handle }, ...options });

const failing: StandardSchema = {
  '~standard': { version: 1, validate: () => ({ issues: [{ message: 'no' }] }) },
};

const deliver = (port: number) => send(port, { path: '/hooks', headers, body: '{}' });

function raise(thrown: unknown): never {
  throw thrown;
}

describe('routeEvents(), when it runs a handler', () => {
  it.each<[string, WebhookHandler, number]>([
    ['returns', () => undefined, 200],
    ['returns something', () => ({ ok: false }), 200],
    ['resolves', async () => 'done', 200],
    ['resolves later', () => pause(10), 200],
    ['gives a thenable', () => ({ then: (done: (value: unknown) => void) => done(1) }), 200],
    [
      'gives a thenable whose then() gives nothing',
      () => ({ then: (done: () => void) => void pause(5).then(done) }),
      200,
    ],
    ['sets a status and does not answer', (_webhook, _req, res) => void res.status(418), 200],
    ['answers', (_webhook, _req, res) => void res.status(202).json({}), 202],
    [
      'answers, and resolves later',
      async (_webhook, _req, res) => {
        res.sendStatus(204);
        await pause(10);
      },
      204,
    ],
    ['answers an error of its own', (_webhook, _req, res) => void res.sendStatus(422), 422],
  ])('answers once where it %s', async (_what, handle, status) => {
    const receiver = await startWith(handle, { duplicates: false });
    expect((await deliver(receiver.port)).status).toBe(status);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', status, code: null });
    expect((await deliver(receiver.port)).status).toBe(status);
  });

  it.each([
    [200, '0'],
    [202, '0'],
    [204, undefined],
  ])('acknowledges with %d and no body', async (acknowledge, length) => {
    const receiver = await startWith(jest.fn(), { acknowledge });
    const answer = await deliver(receiver.port);
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([acknowledge, '', length]);
  });

  const thrown = [
    ['an Error', new Error('secret detail')],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'secret detail'],
    ['an object without prototype', Object.create(null)],
    ['a symbol', Symbol('secret detail')],
    ['a WebhookError of its own', new WebhookError('ERR_WEBHOOK_HEADER')],
  ] as const;

  it.each(
    thrown.flatMap(([what, value]) => [
      ['throws', what, value] as const,
      ['rejects with', what, value] as const,
    ]),
  )('answers the constant 500 where it %s %s', async (how, _what, value) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what handlers really do
    const receiver = await startWith(() => (how === 'throws' ? raise(value) : Promise.reject(value)));
    const answer = await deliver(receiver.port);
    expect([answer.status, answer.text]).toEqual([500, '{"error":"Internal Server Error"}\n']);
    expect(await decisionOf(receiver)).toMatchObject({
      code: 'ERR_WEBHOOK_HANDLER',
      outcome: 'failed',
      status: 500,
      event: 'push',
    });
    const cause = value ?? expect.objectContaining({ message: String(value) });
    expect(receiver.causes).toEqual([cause]);
    expect((await deliver(receiver.port)).fingerprint).toBe(answer.fingerprint);
  });

  it('tells a failure of its own from a defect where copies are not known', async () => {
    const receiver = await startWith(() => raise(new Error('mine')), { duplicates: false });
    expect((await deliver(receiver.port)).status).toBe(500);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_HANDLER', outcome: 'failed' });
  });

  it('records the status that went out where it answers and then throws', async () => {
    const cause = new Error('behind the answer');
    const receiver = await startWith((_webhook, _req, res) => {
      res.sendStatus(202);
      throw cause;
    });
    expect((await deliver(receiver.port)).status).toBe(202);
    expect(await decisionOf(receiver)).toMatchObject({
      code: 'ERR_WEBHOOK_HANDLER',
      outcome: 'failed',
      status: 202,
    });
    expect(receiver.causes).toEqual([cause]);
  });

  it('reports a failure long after the answer in its decision, and prints what was thrown where that is not heard', async () => {
    const print = jest.spyOn(console, 'error').mockImplementation();
    const cause = new Error('long behind the answer');
    const env = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      const handle: WebhookEvents[string] = async (_webhook, _req, res) => {
        res.sendStatus(202);
        await pause(50);
        throw cause;
      };
      const receiver = await startWith(handle);
      expect((await deliver(receiver.port)).status).toBe(202);
      const failed = { code: 'ERR_WEBHOOK_HANDLER', outcome: 'failed', status: 202 };
      expect(await decisionOf(receiver)).toMatchObject(failed);
      expect([receiver.causes, print.mock.calls]).toEqual([[cause], []]);
      const unheard = await startWith(handle, { onDecision: undefined });
      expect((await deliver(unheard.port)).status).toBe(202);
      await eventually(() => print.mock.calls.length > 0);
      expect(print.mock.calls).toEqual([[cause]]);
    } finally {
      process.env.NODE_ENV = env;
    }
  });

  it('answers once where it answers twice', async () => {
    const receiver = await startWith((_webhook, _req, res) => {
      res.json({ first: true });
      res.json({ second: true });
    });
    const answer = await deliver(receiver.port);
    expect([answer.status, answer.text]).toEqual([200, '{"first":true}']);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_HANDLER', status: 200 });
  });

  it('cuts the connection where it throws in the middle of its answer', async () => {
    const receiver = await startWith(async (_webhook, _req, res) => {
      res.write('half an ');
      await pause(10);
      throw new Error('and then');
    });
    await expect(deliver(receiver.port)).rejects.toThrow();
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_HANDLER', outcome: 'failed' });
  });

  it('lets it stream', async () => {
    const receiver = await startWith(async (_webhook, _req, res) => {
      for (const piece of ['a', 'b', 'c']) {
        res.write(piece);
        await pause(5);
      }
      res.end();
    });
    expect((await deliver(receiver.port)).text).toBe('abc');
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', status: 200 });
  });

  it('does not answer for one that has begun to', async () => {
    const receiver = await startWith((_webhook, _req, res) => {
      res.write('a');
      setTimeout(() => res.end('b'), 20);
    });
    expect((await deliver(receiver.port)).text).toBe('ab');
  });
});

describe("routeEvents(), with errors: 'next'", () => {
  it('hands the failure of a handler to Express, its cause included', async () => {
    const errors: unknown[] = [];
    const { port } = await start((app) => {
      const options = { provider: github, secret: SECRET, clock: () => NOW, errors: 'next' } as const;
      app.use('/hooks', webhookRouter({ ...options, events: { push: () => raise(new Error('mine')) } }));
      const keep: ErrorRequestHandler = (error, _req, _res, next) => {
        errors.push(error);
        next(error);
      };
      app.use(keep);
      app.use(webhookErrors({ onDecision: jest.fn() }));
    });
    expect((await deliver(port)).status).toBe(500);
    expect(errors).toEqual([
      expect.objectContaining({ code: 'ERR_WEBHOOK_HANDLER', cause: new Error('mine') }),
    ]);
  });
});

describe('routeEvents(), where an error handler of the app answers 200 to what was refused', () => {
  const CASES: readonly (readonly [string, WebhookEvents, number])[] = [
    ['a schema that does not fit', { push: { schema: failing, handle: jest.fn() } }, 2],
    ['a handler that throws', { push: () => raise(new Error('mine')) }, 2],
    ['a handler that rejects', { push: () => Promise.reject(new Error('mine')) }, 2],
    ['an event that nobody handles', { fork: jest.fn() }, 1],
  ];

  it.each(CASES)('of copies of %s it refuses as many as may do better', async (_what, events, tries) => {
    let errors = 0;
    const { port } = await start((app) => {
      const options = { provider: github, secret: SECRET, clock: () => NOW, events } as const;
      app.use('/hooks', webhookRouter({ ...options, errors: 'next', unknownEvent: 'refuse' }));
      const answer: ErrorRequestHandler = (_error, _req, res, next) => {
        errors += 1;
        if (res.headersSent) next();
        else res.sendStatus(200);
      };
      app.use(answer);
    });
    for (let copies = 0; copies < 2; copies += 1) expect((await deliver(port)).status).toBe(200);
    expect(errors).toBe(tries);
  });

  it('gives back what was answered before the handler threw', async () => {
    const handle = jest.fn((_webhook: unknown, _req: unknown, res: Response): never => {
      res.json({});
      throw new Error('behind the answer');
    });
    const { port } = await startWith(handle);
    expect([(await deliver(port)).status, (await deliver(port)).status]).toEqual([200, 200]);
    expect(handle).toHaveBeenCalledTimes(2);
  });
});

describe('routeEvents(), behind something else that verifies', () => {
  const never = (): Promise<never> => new Promise(() => undefined);

  /** The codes of what was refused. */
  async function codesOf(events: WebhookEvents): Promise<unknown[]> {
    const codes: unknown[] = [];
    const { port } = await start((app) => {
      app.use(express.raw({ type: () => true }), (req, _res, next) => {
        const { method, url, headers: given, body } = req as typeof req & { body: Buffer };
        const settings = { provider: github, secret: SECRET, now: NOW };
        verify({ method, url, headers: given, body }, settings).then((webhook) => {
          req.webhook = webhook;
          next();
        }, next);
      });
      app.use(routeEvents({ provider: github, events, handlerTimeoutMs: 20 }));
      const answer: ErrorRequestHandler = (error: WebhookError, _req, res, next) => {
        codes.push(error.code);
        if (res.headersSent) next();
        else res.sendStatus(error.status);
      };
      app.use(answer);
    });
    await deliver(port);
    return codes;
  }

  it.each<[string, NonNullable<WebhookEvents[string]>, string[]]>([
    ['handles', jest.fn(), []],
    ['does not fit', { schema: failing, handle: jest.fn() }, ['ERR_WEBHOOK_SCHEMA']],
    ['throws', () => raise(new Error('mine')), ['ERR_WEBHOOK_HANDLER']],
    ['takes too long', never, ['ERR_WEBHOOK_TIMEOUT']],
    [
      'takes too long to be checked',
      { schema: { '~standard': { ...failing['~standard'], validate: never } }, handle: jest.fn() },
      ['ERR_WEBHOOK_TIMEOUT'],
    ],
  ])('answers for what %s', async (_what, push, codes) => {
    expect(await codesOf({ push })).toEqual(codes);
  });

  it('leaves nothing to catch where a handler ends late', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const ended = jest.fn();
    const late = (): Promise<void> => pause(40).then(ended);
    expect(await codesOf({ push: late })).toEqual(['ERR_WEBHOOK_TIMEOUT']);
    await eventually(() => ended.mock.calls.length === 1);
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
