import type { ErrorRequestHandler, Express, Response } from 'express';
import { connect, type Socket } from 'node:net';
import {
  fastcomments,
  memoryStore,
  webhookGuard,
  webhookRouter,
  type Decision,
  type DuplicateStore,
  type WebhookGuardOptions,
  type WebhookMiddleware,
} from 'hooklatch';
import { eventually, NOW, pause, requestText, SECRET, send, signed, start, type Sent } from '../helpers/http';

const BODY = '{"a":1}';
const SENT: Sent = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };
const LINES = Object.entries(signed(fastcomments, BODY)).map((pair) => pair.join(': '));
const WHOLE = `${requestText('PUT', [...LINES, `Content-Length: ${BODY.length}`])}${BODY}`;

type Handle = (res: Response) => unknown;

interface Running {
  readonly port: number;
  readonly decisions: readonly Decision[];
  readonly drain: () => Promise<void>;
  /** How many requests have come so far. */
  readonly arrived: () => number;
}

const settings = { provider: fastcomments, secret: SECRET, clock: () => NOW } as const;

/** A guard or a router in front of a handler. */
const KINDS: readonly (readonly [
  string,
  (app: Express, options: WebhookGuardOptions, handle: Handle) => WebhookMiddleware,
])[] = [
  [
    'webhookGuard()',
    (app, options, handle) => {
      const guard = webhookGuard(options);
      app.use(guard, (_req, res) => void handle(res));
      return guard;
    },
  ],
  [
    'webhookRouter()',
    (app, options, handle) => {
      const router = webhookRouter({ ...options, events: { create: (_webhook, _req, res) => handle(res) } });
      app.use(router);
      return router;
    },
  ],
];

async function run(
  mount: (typeof KINDS)[number][1],
  handle: Handle,
  more: Partial<WebhookGuardOptions> = {},
  setUp: (app: Express) => void = jest.fn(),
): Promise<Running> {
  const decisions: Decision[] = [];
  let drain = (): Promise<void> => Promise.resolve();
  let arrivals = 0;
  const { port } = await start((app) => {
    app.use((_req, _res, next) => {
      arrivals += 1;
      next();
    });
    setUp(app);
    const onDecision = (decision: Decision): void => void decisions.push(decision);
    const middleware = mount(app, { ...settings, onDecision, ...more }, handle);
    drain = () => middleware.drain();
  });
  return { port, decisions, drain, arrived: () => arrivals };
}

/** Begins a delivery and gives the socket, which can be cut. */
function begin(port: number, text = WHOLE): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(text);
  return socket;
}

/** Whether a promise is over by now. */
function watch(promise: Promise<unknown>): () => boolean {
  let over = false;
  void promise.then(() => (over = true));
  return () => over;
}

describe.each(KINDS)('drain() of %s', (_name, mount) => {
  it('resolves at once where nothing is in flight, and refuses what comes with 503', async () => {
    const handle = jest.fn((res: Response) => res.json({}));
    const { port, decisions, drain } = await run(mount, handle);
    expect((await send(port, SENT)).status).toBe(200);
    await drain();
    for (const sent of [SENT, { method: 'PUT' }, { method: 'GET' }]) {
      const answer = await send(port, sent);
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(answer.text).toBe('{"error":"Service Unavailable"}\n');
    }
    expect(decisions.slice(1)).toMatchObject(
      [1, 2, 3].map(() => ({ code: 'ERR_WEBHOOK_DRAINING', outcome: 'failed', bytes: null })),
    );
    expect(handle).toHaveBeenCalledTimes(1);
    await drain();
  });

  it('lets running handlers finish, and resolves when the last one has', async () => {
    const answers: (() => void)[] = [];
    const { port, decisions, drain } = await run(mount, (res) => {
      return new Promise<void>((resolve) => {
        answers.push(() => {
          res.json({ done: true });
          resolve();
        });
      });
    });
    const other = '{"a":2}';
    const first = send(port, SENT);
    const second = send(port, { method: 'PUT', headers: signed(fastcomments, other), body: other });
    await eventually(() => answers.length === 2);
    const isOver = watch(Promise.all([drain(), drain()]));
    expect((await send(port, SENT)).status).toBe(503);
    answers[0]!();
    await Promise.race([first, second]);
    await pause(10);
    expect(isOver()).toBe(false);
    answers[1]!();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    await eventually(isOver);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['failed', 'accepted', 'accepted']);
  });

  it('waits until the store knows how the handler has ended', async () => {
    const memory = memoryStore();
    let complete: (() => void) | undefined;
    const store: DuplicateStore = {
      ...memory,
      complete: (...all) =>
        new Promise((resolve) => {
          complete = () => resolve(memory.complete(...all));
        }),
    };
    const { port, decisions, drain } = await run(mount, (res) => res.json({}), { duplicates: { store } });
    expect((await send(port, SENT)).status).toBe(200);
    await eventually(() => complete !== undefined);
    const isOver = watch(drain());
    await pause(10);
    expect([isOver(), decisions]).toEqual([false, []]);
    complete!();
    await eventually(isOver);
    expect(decisions).toMatchObject([{ outcome: 'accepted', notes: [] }]);
  });

  it('waits for a handler whose client has left', async () => {
    let finish: () => void = () => undefined;
    let left = false;
    const { port, decisions, drain } = await run(mount, (res) => {
      res.on('close', () => (left = true));
      return new Promise<void>((resolve) => {
        finish = () => {
          res.json({});
          resolve();
        };
      });
    });
    const socket = begin(port);
    const idle = finish;
    await eventually(() => finish !== idle);
    socket.destroy();
    await eventually(() => left);
    const isOver = watch(drain());
    await pause(10);
    expect([isOver(), decisions]).toEqual([false, []]);
    finish();
    await eventually(isOver);
    expect(decisions).toMatchObject([{ outcome: 'accepted', status: 200 }]);
  });

  it('waits for no upload whose client has left', async () => {
    const { port, decisions, drain, arrived } = await run(mount, (res) => res.json({}));
    const socket = begin(port, requestText('PUT', [...LINES, 'Content-Length: 100']));
    await eventually(() => arrived() === 1);
    const isOver = watch(drain());
    await pause(10);
    expect(isOver()).toBe(false);
    socket.destroy();
    await eventually(isOver);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_BODY_INCOMPLETE' }]);
  });

  it('answers 503 to a large upload that is on its way, rather than cutting it', async () => {
    const { port, drain } = await run(mount, (res) => res.json({}));
    await drain();
    expect((await send(port, { ...SENT, body: Buffer.alloc(3_000_000) })).status).toBe(503);
  });

  it("hands the error on with errors: 'next'", async () => {
    const { port, drain } = await run(mount, (res) => res.json({}), { errors: 'next' });
    await drain();
    expect((await send(port, SENT)).status).toBe(503);
  });
});

describe('drain(), where an answer never ends', () => {
  const [[, guard], [, router]] = KINDS as [(typeof KINDS)[number], (typeof KINDS)[number]];

  it('resolves at the deadline of a router', async () => {
    const { port, drain, arrived } = await run(router, () => new Promise(() => undefined), {
      handlerTimeoutMs: 30,
    });
    const answer = send(port, SENT);
    await eventually(() => arrived() === 1);
    await drain();
    expect((await answer).status).toBe(503);
  });

  it('resolves at the deadline of a guard, once its client has left', async () => {
    const seen: Response[] = [];
    const { port, decisions, drain } = await run(guard, (res) => seen.push(res), { handlerTimeoutMs: 500 });
    const socket = begin(port);
    await eventually(() => seen.length === 1);
    socket.destroy();
    const isOver = watch(drain());
    await pause(20);
    expect(isOver()).toBe(false);
    await eventually(isOver);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_TIMEOUT', outcome: 'failed', status: 503 }]);
    seen[0]!.end();
    await pause(10);
    expect(decisions).toHaveLength(1);
  });

  it('still waits for others after an answer that was given up has ended', async () => {
    const seen: Response[] = [];
    const { port, decisions, drain } = await run(guard, (res) => seen.push(res), { handlerTimeoutMs: 20 });
    const socket = begin(port);
    await eventually(() => seen.length === 1);
    socket.destroy();
    await eventually(() => decisions.length === 1);
    seen[0]!.sendStatus(500);
    const other = '{"a":2}';
    const second = send(port, { method: 'PUT', headers: signed(fastcomments, other), body: other });
    await eventually(() => seen.length === 2);
    const isOver = watch(drain());
    await pause(10);
    expect(isOver()).toBe(false);
    seen[1]!.end();
    expect((await second).status).toBe(200);
    await eventually(isOver);
  });

  it('resolves where the client has left before the guard was reached', async () => {
    let left = false;
    const { port, decisions, drain, arrived } = await run(
      guard,
      () => undefined,
      { handlerTimeoutMs: 20, errors: 'next' },
      (app) => {
        app.use((_req, res, next) => {
          res.once('close', () => {
            left = true;
            setTimeout(next, 10);
          });
        });
      },
    );
    const socket = begin(port);
    await eventually(() => arrived() === 1);
    socket.destroy();
    await eventually(() => left);
    await eventually(() => decisions.length === 1);
    await drain();
    expect(decisions).toHaveLength(1);
  });

  it.each(KINDS)('resolves where something else has answered before %s was reached', async (_name, mount) => {
    const { port, decisions, drain } = await run(mount, jest.fn(), { handlerTimeoutMs: 20 }, (app) => {
      app.use((_req, res, next) => {
        res.once('close', () => setImmediate(next));
        res.sendStatus(503);
      });
    });
    expect((await send(port, SENT)).status).toBe(503);
    await eventually(() => decisions.length === 1);
    await drain();
    expect(decisions).toHaveLength(1);
  });

  it("keeps the code where Express's own handlers never answer", async () => {
    const { port, decisions, drain, arrived } = await run(
      (app, options) => {
        const middleware = webhookGuard(options);
        app.use(middleware);
        // An error handler is known by its four parameters.
        app.use(Object.defineProperty(jest.fn(), 'length', { value: 4 }) as ErrorRequestHandler);
        return middleware;
      },
      () => undefined,
      { errors: 'next', handlerTimeoutMs: 20 },
    );
    const socket = begin(port, requestText('PUT', ['Content-Length: 0']));
    await eventually(() => arrived() === 1);
    socket.destroy();
    await eventually(() => decisions.length === 1);
    await drain();
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_HEADER', status: 401, outcome: 'refused' }]);
  });
});
