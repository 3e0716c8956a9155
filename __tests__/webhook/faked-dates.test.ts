import type { RequestHandler } from 'express';
import {
  captureRawBody,
  checkHeaders,
  memoryStore,
  stripe,
  verifySignature,
  webhookErrors,
  webhookGuard,
  webhookRouter,
} from 'hooklatch';
import { SECRET, send, signed, start, type Sent } from '../helpers/http';

const options = { provider: stripe, secret: SECRET };
const YEAR_MS = 365 * 86_400_000;
const FIRST = 1_704_067_200_000;
const SECOND = FIRST + YEAR_MS;

/** Everything that asks for the time by itself. */
const RECEIVERS: readonly (readonly [string, () => RequestHandler[]])[] = [
  ['a guard', () => [webhookGuard(options)]],
  ['a router', () => [webhookRouter({ ...options, events: { '*': () => undefined } })]],
  ['the steps', () => [checkHeaders({ provider: stripe }), captureRawBody(), verifySignature(options)]],
  ['the step that verifies', () => [captureRawBody(), verifySignature(options)]],
];

/** How suites fake the date and nothing else, as is usual beside real HTTP; each gives back how to end it. */
const FAKERS: readonly (readonly [string, (now: number) => () => void])[] = [
  [
    // By @sinonjs/fake-timers, as sinon and vitest do it: another class `Date`.
    'a class in the place of Date',
    (now) => {
      jest.useFakeTimers({ now, doNotFake: [...TIMERS] });
      return () => jest.useRealTimers();
    },
  ],
  [
    'a spy on Date.now',
    (now) => {
      const spy = jest.spyOn(Date, 'now').mockImplementation(() => now);
      return () => spy.mockRestore();
    },
  ],
];

const TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

let made = 0;

/** A delivery that is dated by the date of now, faked or not. */
function dated(now = Date.now()): Sent {
  made += 1;
  const body = JSON.stringify({ id: `evt_${made}`, type: 'a.b' });
  return { headers: signed(stripe, body, { now }), body };
}

const startReceiver = (make: () => RequestHandler[]) =>
  start((app) => {
    app.use(...make(), (_req, res) => void res.json({}));
    app.use(webhookErrors({ onDecision: () => undefined }));
  });

describe.each(RECEIVERS)('%s', (_name, make) => {
  it.each(FAKERS)('goes by the date that %s sets after it was made', async (_who, fake) => {
    const { port } = await startReceiver(make);
    const end = fake(FIRST);
    const statuses = [(await send(port, dated())).status, (await send(port, dated(FIRST + YEAR_MS))).status];
    end();
    expect(statuses).toEqual([200, 401]);
    expect((await send(port, dated())).status).toBe(200);
  });

  it.each(FAKERS)(
    'goes by the real date again when %s is gone, though it was made before',
    async (_who, fake) => {
      const end = fake(FIRST);
      const { port } = await startReceiver(make);
      end();
      expect((await send(port, dated())).status).toBe(200);
      expect((await send(port, dated(FIRST))).status).toBe(401);
    },
  );

  it.each(FAKERS)(
    'goes by the second date that %s sets, though it was made under the first',
    async (_who, fake) => {
      const end = fake(FIRST);
      const { port } = await startReceiver(make);
      end();
      const endSecond = fake(SECOND);
      const statuses = [(await send(port, dated())).status, (await send(port, dated(FIRST))).status];
      endSecond();
      expect(statuses).toEqual([200, 401]);
    },
  );
});

describe('memoryStore()', () => {
  it.each(FAKERS)('goes by the date that %s sets after it was made', async (_who, fake) => {
    let wall = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => wall);
    const store = memoryStore();
    const states = [];
    for (const passed of [0, 62_000]) {
      wall += passed;
      const end = fake(FIRST + passed);
      states.push(await store.claim('key', `owner ${passed}`, 1000));
      await store.complete('key', `owner ${passed}`, 60_000, 60_000);
      states.push(await store.claim('key', 'other', 1000));
      end();
    }
    expect(states).toEqual(['claimed', 'done', 'claimed', 'done']);
  });
});
