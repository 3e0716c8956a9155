import { connect } from 'node:net';
import {
  captureRawBody,
  fastcomments,
  memoryStore,
  rejectDuplicates,
  verifySignature,
  webhookErrors,
  webhookGuard,
  type RejectDuplicatesOptions,
  type WebhookGuardOptions,
} from 'hooklatch';
import { storeWith } from '../../helpers/handling';
import { eventually, NOW, requestText, SECRET, send, signed, start } from '../../helpers/http';

const sent = { method: 'PUT', headers: signed(fastcomments, '{}'), body: '{}' };
const LINES = Object.entries(sent.headers).map((pair) => pair.join(': '));

/** A guard and a store whose time is given, and a copy whose body comes later than its headers. */
async function sendSlowly(more: Partial<WebhookGuardOptions>, bodyAfterMs: number) {
  const time = { now: NOW };
  const handle = jest.fn();
  let arrived = 0;
  const store = memoryStore({ clock: () => time.now, monotonicClock: () => time.now });
  const { port } = await start((app) => {
    app.use((_req, _res, next) => {
      arrived += 1;
      next();
    });
    const options = { provider: fastcomments, secret: SECRET, clock: () => time.now };
    app.use(
      webhookGuard({ ...options, duplicates: { store }, ...more }),
      (_req, res) => (handle(), res.end()),
    );
  });
  expect((await send(port, sent)).status).toBe(200);
  // The last moment at which its time is fresh.
  time.now = NOW + 300_000;
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => (answer += data.toString('latin1')));
  socket.write(requestText('PUT', [...LINES, 'Content-Length: 2']));
  await eventually(() => arrived === 2);
  time.now += bodyAfterMs;
  socket.write('{}');
  await eventually(() => answer.includes('\r\n\r\n'));
  socket.destroy();
  return { status: Number(answer.slice(9, 12)), handled: handle.mock.calls.length };
}

describe('a copy whose body comes late', () => {
  it.each<[string, Partial<WebhookGuardOptions>, number]>([
    ['by default', {}, 29_000],
    ['where bodies may take two minutes', { bodyTimeoutMs: 120_000 }, 119_000],
    ['where secrets may take two minutes', { secretTimeoutMs: 120_000 }, 119_000],
  ])('is known to be one, %s', async (_when, options, bodyAfterMs) => {
    expect(await sendSlowly(options, bodyAfterMs)).toEqual({ status: 200, handled: 1 });
  });
});

describe('the life of a record', () => {
  it.each<[Partial<WebhookGuardOptions>, number]>([
    [{}, 360_000],
    [{ bodyTimeoutMs: 1000, secretTimeoutMs: 1000 }, 360_000],
    [{ bodyTimeoutMs: 120_000 }, 450_000],
    [{ bodyTimeoutMs: 120_000, secretTimeoutMs: 65_000, toleranceSeconds: 60 }, 330_000],
  ])('lasts until no copy can be judged fresh any more: %j', async (options, lifeMs) => {
    const { store, calls } = storeWith();
    const { port } = await start((app) => {
      const settings = { provider: fastcomments, secret: SECRET, clock: () => NOW, duplicates: { store } };
      app.use(webhookGuard({ ...settings, ...options }), (_req, res) => res.end());
    });
    await send(port, sent);
    await eventually(() => calls.length === 2);
    expect(calls[1]!.slice(3)).toEqual([lifeMs, lifeMs]);
  });
});

describe('rejectDuplicates(), alone, behind steps that take longer than it was told', () => {
  /** Lets time pass between the verification and the claim. */
  async function sendThrough(delayMs: number, options: RejectDuplicatesOptions, now = NOW): Promise<number> {
    const { port } = await start((app) => {
      app.use(
        captureRawBody(),
        verifySignature({ provider: fastcomments, secret: SECRET, clock: () => now }),
      );
      app.use((_req, _res, next) => {
        const later = performance.now() + delayMs;
        jest.spyOn(performance, 'now').mockReturnValue(later);
        next();
      });
      app.use(rejectDuplicates(options));
      app.use((_req, res) => void res.sendStatus(202));
      app.use(webhookErrors());
    });
    const { status } = await send(port, sent);
    jest.restoreAllMocks();
    return status;
  }

  it.each<[number, number, RejectDuplicatesOptions, number]>([
    [NOW + 300_000, 39_000, {}, 202],
    [NOW + 300_000, 41_000, {}, 401],
    [NOW, 339_000, {}, 202],
    [NOW, 341_000, {}, 401],
    [NOW + 300_000, 129_000, { bodyTimeoutMs: 120_000 }, 202],
    [NOW + 300_000, 131_000, { bodyTimeoutMs: 120_000 }, 401],
  ])(
    'refuses what could be a copy that was forgotten (%d, %d ms, %j): %d',
    async (now, delayMs, options, status) => {
      expect(await sendThrough(delayMs, options, now)).toBe(status);
    },
  );
});
