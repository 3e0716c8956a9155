import type { Request } from 'express';
import {
  captureRawBody,
  checkHeaders,
  fastcomments,
  limitRate,
  medplum,
  tokenProvider,
  verifySignature,
  webhookErrors,
  type LimitRateOptions,
} from 'hooklatch';
import {
  freshCopy,
  NOW,
  SECRET,
  send,
  signed,
  start,
  startGuard,
  startRouter,
  warnings,
  type Sent,
} from '../helpers/http';
import { startEverywhere, statusOf } from '../helpers/network';

const BODY = '{"a":1}';
const headed = { provider: fastcomments, clock: () => NOW };
const settings = { ...headed, secret: SECRET };
const forged: Sent = { method: 'PUT', headers: signed(fastcomments, BODY), body: '{"a":2}' };

// What can be guessed.
const token = tokenProvider({ name: 'guessable', header: 'X-Token', methods: ['PUT'] });
const byToken = (text: string): Sent => ({ method: 'PUT', headers: { 'X-Token': text }, body: BODY });
const right = byToken(SECRET);
const wrong = byToken('a wrong one');

let made = 0;

/** A genuine delivery that is no copy of another. */
function genuine(headers: Record<string, string> = {}): Sent {
  made += 1;
  const body = JSON.stringify({ made });
  return { method: 'PUT', headers: { ...signed(fastcomments, body), ...headers }, body };
}

const guardWith = (rateLimit: LimitRateOptions, trustProxy?: unknown) =>
  startGuard({ ...settings, rateLimit, https: false }, [
    (req, _res, next) => {
      if (trustProxy !== undefined) req.app.set('trust proxy', trustProxy);
      next();
    },
  ]);

const tokenGuardWith = (rateLimit: LimitRateOptions) =>
  startGuard({ provider: token, https: false, rateLimit });

const statusesOf = async (port: number, all: readonly Sent[]): Promise<number[]> => {
  const statuses: number[] = [];
  for (const sent of all) statuses.push((await send(port, sent)).status);
  return statuses;
};

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe('limitRate()', () => {
  it('lets fifty genuine deliveries pass at once, whatever the limit', async () => {
    const { port } = await guardWith({ limit: 5 });
    const answers = await Promise.all(times(50, () => send(port, genuine())));
    expect(answers.map(({ status }) => status)).toEqual(times(50, () => 200));
    expect((await send(port, forged)).status).toBe(401);
  });

  it('answers 429 to the seventh after six failures, and to the right token of that address', async () => {
    const { port, decisions } = await tokenGuardWith({ limit: 5 });
    const sent = times(7, () => wrong);
    expect(await statusesOf(port, sent)).toEqual([401, 401, 401, 401, 401, 401, 429]);
    expect((await send(port, right)).status).toBe(429);
    expect(decisions.slice(-2)).toMatchObject([
      { code: 'ERR_WEBHOOK_RATE', outcome: 'refused', status: 429, bytes: null },
      { code: 'ERR_WEBHOOK_RATE', outcome: 'refused', status: 429, bytes: null },
    ]);
  });

  it('answers 429 to failures after six, but never to what is genuine where that cannot be guessed', async () => {
    const { port, decisions } = await guardWith({ limit: 5 });
    const sent = [...times(8, () => forged), genuine(), { method: 'PUT' }, genuine(), forged];
    expect(await statusesOf(port, sent)).toEqual([...times(6, () => 401), ...[429, 429, 200, 429, 200, 429]]);
    expect(decisions[7]).toMatchObject({ code: 'ERR_WEBHOOK_RATE', status: 429, bytes: 7 });
  });

  it.each([
    [undefined, '60'],
    [1500, '2'],
    [3_600_000, '3600'],
  ])('gives one constant answer, with windowMs %p and Retry-After %s', async (windowMs, seconds) => {
    const { port } = await tokenGuardWith({ limit: 0, windowMs });
    const counted = await send(port, wrong);
    expect(Object.keys(counted.headers).filter((name) => /ratelimit/i.test(name))).toEqual([]);
    const answers = [];
    for (const sent of [wrong, right, { method: 'PUT' }]) answers.push(await send(port, sent));
    const [first] = answers;
    expect(first).toMatchObject({ status: 429, text: '{"error":"Too Many Requests"}\n' });
    expect(first!.headers['retry-after']).toBe(seconds);
    expect(Object.keys(first!.headers).filter((name) => /ratelimit/i.test(name))).toEqual([]);
    const late = await guardWith({ limit: 0, windowMs });
    for (const sent of [forged, forged, { method: 'PUT' }]) answers.push(await send(late.port, sent));
    expect(answers.splice(3, 1)).toMatchObject([{ status: 401 }]);
    for (const answer of answers) expect(answer.fingerprint).toBe(first!.fingerprint);
  });

  it('counts every failed authentication, and nothing else', async () => {
    const { port } = await guardWith({ limit: 2 });
    const uncounted: Sent[] = [
      { method: 'GET' },
      { ...genuine(), headers: { ...genuine().headers, 'Content-Encoding': 'gzip' } },
      { ...forged, headers: signed(fastcomments, 'no json'), body: 'no json' },
    ];
    expect(await statusesOf(port, [...uncounted, ...uncounted])).toEqual([403, 415, 400, 403, 415, 400]);
    const stale = { ...forged, headers: signed(fastcomments, BODY, { now: NOW - 301_000 }) };
    const counted: Sent[] = [{ method: 'PUT' }, stale, forged];
    expect(await statusesOf(port, counted)).toEqual([401, 401, 401]);
    expect(await statusesOf(port, counted)).toEqual([429, 429, 429]);
  });

  it('lets an address in again when its window is over', async () => {
    const { port } = await guardWith({ limit: 1, windowMs: 60_000 });
    expect(await statusesOf(port, [forged, forged, forged])).toEqual([401, 401, 429]);
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + 59_000);
    expect((await send(port, forged)).status).toBe(429);
    clock.mockImplementation(() => now + 60_001);
    expect(await statusesOf(port, [genuine(), forged, forged, forged])).toEqual([200, 401, 401, 429]);
  });

  it('notes what it would refuse, and lets it pass, in a dry run', async () => {
    const { port, decisions } = await guardWith({ limit: 0, dryRun: true });
    expect(await statusesOf(port, [genuine(), forged, genuine(), forged])).toEqual([200, 401, 200, 401]);
    expect(decisions.map(({ notes, code }) => [notes, code])).toEqual([
      [[], null],
      [[], 'ERR_WEBHOOK_SIGNATURE'],
      [[], null],
      [['rate-limited'], 'ERR_WEBHOOK_SIGNATURE'],
    ]);
  });

  it('notes of tokens in a dry run that the right one would be refused, too', async () => {
    const { port, decisions } = await tokenGuardWith({ limit: 0, dryRun: true });
    expect(await statusesOf(port, [right, wrong, right, wrong])).toEqual([200, 401, 200, 401]);
    expect(decisions.map(({ notes }) => notes)).toEqual([[], [], ['rate-limited'], ['rate-limited']]);
  });

  it('counts every delivery with skipSuccessfulRequests: false', async () => {
    const { port } = await guardWith({ limit: 2, skipSuccessfulRequests: false });
    expect(await statusesOf(port, [genuine(), forged, genuine()])).toEqual([200, 401, 429]);
  });

  it.each([
    [undefined, 'rateLimit'],
    ['hits', 'hits'],
  ])('leaves what it has counted to the handlers, with requestPropertyName %p', async (given, name) => {
    const rateLimit = { limit: 9, skipSuccessfulRequests: false, requestPropertyName: given };
    const seen: unknown[] = [];
    const { port } = await startGuard(
      { ...settings, rateLimit },
      [],
      [
        (req, _res, next) => {
          seen.push((req as unknown as Record<string, unknown>)[name]);
          next();
        },
      ],
    );
    expect(await statusesOf(port, [genuine(), genuine()])).toEqual([200, 200]);
    expect(seen).toMatchObject([
      { limit: 9, used: 1 },
      { limit: 9, used: 2 },
    ]);
  });

  it('prints nothing of a limit of 0, which blocks after the first failure', async () => {
    const print = (['warn', 'error'] as const).map((name) => jest.spyOn(console, name).mockImplementation());
    const { port } = await guardWith({ limit: 0 });
    expect(await statusesOf(port, [forged, forged])).toEqual([401, 429]);
    expect(print.map(({ mock }) => mock.calls)).toEqual([[], []]);
  });

  it('refuses of a burst only what is over the limit, with skipSuccessfulRequests: false', async () => {
    const { port } = await guardWith({ limit: 5, skipSuccessfulRequests: false });
    const answers = await Promise.all(times(8, () => send(port, genuine())));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  });

  it.each<[string, LimitRateOptions['skip']]>([
    ['says so', (req) => req.headers['x-skip'] === '1'],
    ['promises so', async (req) => req.headers['x-skip'] === '1'],
  ])('neither counts nor refuses what the function skip %s', async (_how, skip) => {
    const { port } = await guardWith({ limit: 0, skip });
    const skipped = { ...forged, headers: { ...forged.headers, 'X-Skip': '1' } };
    expect(await statusesOf(port, [skipped, skipped, genuine()])).toEqual([401, 401, 200]);
    expect(await statusesOf(port, [forged, forged, genuine({ 'X-Skip': '1' })])).toEqual([401, 429, 200]);
  });

  it.each<[string, LimitRateOptions['keyGenerator']]>([
    ['a key', (req) => String(req.headers['x-tenant'])],
    ['a promise of one', async (req) => String(req.headers['x-tenant'])],
  ])('counts by %s of keyGenerator', async (_how, keyGenerator) => {
    const { port } = await guardWith({ limit: 0, keyGenerator });
    const of = (tenant: string): Sent => ({ ...forged, headers: { ...forged.headers, 'X-Tenant': tenant } });
    expect(await statusesOf(port, [of('a'), of('a'), of('b'), of('b')])).toEqual([401, 429, 401, 429]);
  });

  it('counts by address where keyGenerator gives nothing', async () => {
    const { port } = await guardWith({ limit: 0, keyGenerator: () => undefined as never });
    expect(await statusesOf(port, [forged, forged])).toEqual([401, 429]);
  });

  it.each<[string, LimitRateOptions['limit']]>([
    ['gives', (req: Request) => Number(req.headers['x-limit'])],
    ['promises', async (req: Request) => Number(req.headers['x-limit'])],
  ])('goes by the limit that a function %s', async (_how, limit) => {
    const { port } = await guardWith({ limit });
    const of = (most: number): Sent => ({
      ...forged,
      headers: { ...forged.headers, 'X-Limit': String(most) },
    });
    expect(await statusesOf(port, [of(1), of(1), of(1), of(9), of(2)])).toEqual([401, 401, 429, 401, 429]);
  });

  it('is an option of the router too', async () => {
    const { port } = await startRouter({
      ...settings,
      rateLimit: { limit: 0 },
      events: { create: jest.fn() },
    });
    const sent = { ...forged, path: '/hooks' };
    expect(await statusesOf(port, [sent, sent])).toEqual([401, 429]);
  });
});

describe('the address that limitRate() counts by', () => {
  const from = (address: string): Sent => ({
    ...forged,
    headers: { ...forged.headers, 'X-Forwarded-For': address },
  });

  it.each([
    ['2001:db8:0:1200::1', '2001:db8:0:12ff:ffff::9', 429],
    ['2001:db8:0:1200::1', '2001:db8:0:1300::1', 401],
    ['192.0.2.1', '::ffff:192.0.2.1', 429],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', 401],
    ['192.0.2.1', '192.0.2.2', 401],
  ])('takes %s and %s for one (429) or two (401): %d', async (one, other, status) => {
    const { port } = await guardWith({ limit: 0 }, 1);
    expect(await statusesOf(port, [from(one), from(other)])).toEqual([401, status]);
  });

  it('is not one that the sender chooses', async () => {
    const { port } = await guardWith({ limit: 0 });
    expect(await statusesOf(port, [from('192.0.2.1'), from('192.0.2.2')])).toEqual([401, 429]);
    const behind = await guardWith({ limit: 0 }, 1);
    const chains = ['192.0.2.1, 203.0.113.7', '192.0.2.2, 203.0.113.7'].map(from);
    expect(await statusesOf(behind.port, chains)).toEqual([401, 429]);
  });

  it('keeps IPv4 addresses apart on a server of both families', async () => {
    const port = await startEverywhere((app) => {
      app.use(limitRate({ limit: 0 }), checkHeaders(headed));
      app.use(webhookErrors({ onDecision: jest.fn() }));
    });
    const host = '127.0.0.1';
    const statuses = [];
    for (const localAddress of ['127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.2']) {
      statuses.push(await statusOf({ host, port, localAddress }));
    }
    expect(statuses).toEqual([401, 429, 401, 429]);
  });
});

describe('limitRate() and the setting "trust proxy"', () => {
  const startFresh = (trustProxy: unknown) => {
    const fresh = freshCopy();
    return start((app) => {
      app.set('trust proxy', trustProxy);
      app.use(fresh.limitRate(), (_req, res) => void res.json({}));
      app.use(fresh.webhookErrors({ onDecision: jest.fn() }));
    });
  };
  const sent: Sent = { headers: { 'X-Forwarded-For': '192.0.2.1' } };

  it('answers 500 where it trusts anybody, and says why', async () => {
    const { port } = await startFresh(true);
    expect(await send(port, sent)).toMatchObject({
      status: 500,
      text: '{"error":"Internal Server Error"}\n',
    });
    expect(warnings).toEqual([expect.stringContaining('trusts any address')]);
  });

  it('warns where it is off and a proxy seems to be there', async () => {
    const { port } = await startFresh(false);
    expect((await send(port, sent)).status).toBe(200);
    expect(warnings).toEqual([expect.stringContaining('"trust proxy" is off')]);
  });
});

describe('limitRate(), alone', () => {
  it.each([
    ['checkHeaders()', { method: 'PUT' }],
    ['verifySignature()', forged],
  ])('counts what %s refuses', async (_step, sent) => {
    const { port } = await start((app) => {
      app.use(limitRate({ limit: 0 }), checkHeaders(headed), captureRawBody(), verifySignature(settings));
      app.use((_req, res) => void res.json({}));
      app.use(webhookErrors({ onDecision: jest.fn() }));
    });
    expect(await statusesOf(port, [genuine(), sent, sent, genuine()])).toEqual([200, 401, 429, 200]);
  });

  it('leaves the status of the refusal and the time to the steps behind it', async () => {
    const { port } = await start((app) => {
      app.use(limitRate(), checkHeaders({ provider: medplum, clock: () => NOW }));
      app.use(webhookErrors({ onDecision: jest.fn() }));
    });
    const sent = { headers: signed(medplum, BODY, { now: NOW }), body: BODY };
    expect(await statusesOf(port, [{}, sent])).toEqual([403, 404]);
  });

  it('counts what a guard behind it refuses, beside its own limit', async () => {
    const { port } = await startGuard({ ...settings, rateLimit: { limit: 9 } }, [limitRate({ limit: 1 })]);
    expect(await statusesOf(port, [genuine(), forged, forged, forged])).toEqual([200, 401, 401, 429]);
    expect((await send(port, genuine())).status).toBe(200);
  });

  it('leaves its note to a guard behind it', async () => {
    const { port, decisions } = await startGuard(settings, [limitRate({ limit: 0, dryRun: true })]);
    expect(await statusesOf(port, [forged, forged, genuine()])).toEqual([401, 401, 200]);
    expect(decisions.map(({ notes }) => notes)).toEqual([[], ['rate-limited'], []]);
  });
});
