import type { Express } from 'express';
import {
  allowIps,
  captureRawBody,
  checkHeaders,
  fastcomments,
  fastcommentsLegacy,
  limitRate,
  requireHttps,
  routeEvents,
  verifySignature,
  webhookErrors,
  webhookGuard,
  webhookRouter,
  type SecretLookup,
  type WebhookGuardOptions,
} from 'hooklatch';
import { NOW, SECRET, send, signed, start, warnings, type Sent } from '../helpers/http';

const BODY = '{"a":1}';
const GENUINE: Sent = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };
const FORGED: Sent = { ...GENUINE, body: '{"a":2}' };
const OTHER = 'a secret of somebody else, long enough';

const clock = (): number => NOW;
const settings = { provider: fastcomments, secret: SECRET, clock, onDecision: jest.fn() };

// Loads express-rate-limit, which cannot be loaded while the prototype is polluted.
limitRate();

/** Runs with more on `Object.prototype`, as a dependency with a hole in it makes it. */
async function polluted<T>(names: Readonly<Record<string, unknown>>, run: () => T | Promise<T>): Promise<T> {
  const shared = Object.prototype as unknown as Record<string, unknown>;
  Object.assign(shared, names);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(names)) Reflect.deleteProperty(shared, name);
  }
}

/** The statuses of a genuine and of a forged delivery, to what was made while the prototype was polluted. */
async function statusesOf(
  names: Readonly<Record<string, unknown>>,
  make: () => (app: Express) => void,
): Promise<number[]> {
  const setUp = await polluted(names, make);
  const { port } = await start(setUp);
  const statuses = [];
  for (const sent of [GENUINE, FORGED]) statuses.push((await send(port, sent)).status);
  return statuses;
}

const guardWith = (more: Partial<WebhookGuardOptions> = {}) => {
  return () => {
    const guard = webhookGuard({ ...settings, ...more });
    return (app: Express): void => {
      app.use(guard, (_req, res) => void res.json({}));
    };
  };
};

const POLLUTIONS: readonly (readonly [string, unknown])[] = [
  ['mode', 'report'],
  ['https', true],
  ['also', [{ provider: fastcommentsLegacy, secret: OTHER }]],
  ['allowIps', ['192.0.2.1']],
  ['rateLimit', { limit: 0, skipSuccessfulRequests: false }],
  ['refusalStatus', 403],
  ['errors', 'next'],
  ['toleranceSeconds', 86_400],
  ['bodyLimit', 1],
  ['bodyTimeoutMs', 1],
  ['acknowledge', 299],
  ['handlerTimeoutMs', 1],
  ['publicUrl', 'nonsense'],
  ['duplicates', false],
  ['secretTimeoutMs', 1],
  ['maxSecretAgeDays', 1],
  ['onDecision', 'nonsense'],
  ['dryRun', true],
  ['limit', Infinity],
  ['report', true],
];

describe('options that a polluted prototype offers', () => {
  it.each(POLLUTIONS)('are none of webhookGuard(): %s', async (name, value) => {
    expect(await statusesOf({ [name]: value }, guardWith())).toEqual([200, 401]);
    expect(warnings).toEqual([]);
  });

  it.each([...POLLUTIONS, ['unknownEvent', 'refuse'], ['resolveEvent', () => 'x']] as const)(
    'are none of webhookRouter(): %s',
    async (name, value) => {
      const make = () => {
        const router = webhookRouter({ ...settings, events: { create: jest.fn() } });
        return (app: Express): void => void app.use(router);
      };
      expect(await statusesOf({ [name]: value }, make)).toEqual([200, 401]);
    },
  );

  it.each(['provider', 'secret'])('do not stand in for the required %s', async (name) => {
    const { [name as 'secret']: value, ...rest } = settings;
    await polluted({ [name]: value }, () => {
      expect(() => webhookGuard(rest as never)).toThrow(TypeError);
      expect(() => verifySignature({ ...rest, onDecision: undefined } as never)).toThrow(TypeError);
    });
  });

  it('are none of the steps', async () => {
    const names = Object.fromEntries(POLLUTIONS);
    const make = () => {
      const steps = [
        requireHttps({}),
        allowIps(['127.0.0.1']),
        limitRate({ limit: 9 }),
        checkHeaders({ provider: fastcomments, clock }),
        captureRawBody({}),
        verifySignature({ provider: fastcomments, secret: SECRET, clock }),
        routeEvents({ provider: fastcomments, events: { create: jest.fn() } }),
      ];
      return (app: Express): void => {
        app.use(...steps);
        app.use(webhookErrors({}));
      };
    };
    expect(await statusesOf(names, make)).toEqual([200, 401]);
  });

  it('are none of the rate limit', async () => {
    const names = { dryRun: true, limit: Infinity, skip: () => true, keyGenerator: () => Math.random() };
    const setUp = await polluted(names, guardWith({ rateLimit: { windowMs: 1000, limit: 0 } }));
    const { port } = await start(setUp);
    await send(port, FORGED);
    expect((await send(port, FORGED)).status).toBe(429);
  });

  it.each([
    ['notBefore', new Date(NOW + 1)],
    ['notAfter', new Date(NOW - 1)],
    ['createdAt', 'nonsense'],
    ['value', OTHER],
  ])('are none of a secret: %s', async (name, value) => {
    const secret = { id: 'mine', value: SECRET };
    expect(await statusesOf({ [name]: value }, guardWith({ secret }))).toEqual([200, 401]);
  });

  it.each(['id', 'value'])('do not stand in for the %s of a secret', async (name) => {
    const { [name as 'id']: value, ...rest } = { id: 'mine', value: SECRET };
    await polluted({ [name]: value }, () => {
      expect(() => webhookGuard({ ...settings, secret: rest as never })).toThrow('option "secret"');
    });
  });

  it('do not stand in for the scope of a look-up', async () => {
    const { port } = await start(
      guardWith({ secret: (() => ({ secrets: SECRET })) as unknown as SecretLookup })(),
    );
    const answer = await polluted({ scope: 'of another' }, () => send(port, GENUINE));
    expect(answer.status).toBe(503);
  });

  it('are none of an alternative scheme', async () => {
    const also = [{ provider: fastcommentsLegacy } as never];
    await polluted({ secret: OTHER }, () => {
      expect(() => webhookGuard({ ...settings, also })).toThrow('option "secret"');
    });
  });

  it('do not matter to a request that comes while the prototype is polluted', async () => {
    const { port } = await start(guardWith()());
    const names = { mode: 'report', verified: true, waived: 'ERR_WEBHOOK_HEADER', isNewest: true };
    const statuses = await polluted(names, async () => [
      (await send(port, GENUINE)).status,
      (await send(port, FORGED)).status,
    ]);
    expect(statuses).toEqual([200, 401]);
  });
});
