import { inspect } from 'node:util';
import type { ErrorRequestHandler } from 'express';
import {
  fastcomments,
  fastcommentsLegacy,
  limitRate,
  memoryStore,
  verifySignature,
  webhookGuard,
  webhookRouter,
  type SecretLookup,
  type Webhook,
  type WebhookGuardOptions,
  type WebhookRouterOptions,
} from 'hooklatch';
import { freshCopy, NOW, send, signed, start, warnings, type Sent } from '../helpers/http';

const SECRET = 'kept-to-itself-and-shown-to-nobody';
const OLD = 'also-kept-to-itself-but-older-than-that';
const BODY = '{"a":1}';

/** Every way in which a secret could be written down. */
const FORMS = [SECRET, OLD].flatMap((text) => {
  const bytes = Buffer.from(text);
  const spaced = inspect(bytes).slice('<Buffer '.length, -1);
  const numbers = [...bytes.subarray(0, 8)].join(', ');
  return [
    text,
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    spaced,
    numbers,
  ];
});

/** All that can be seen of a value. */
function seen(value: unknown): string {
  const options = { showHidden: true, depth: 20, maxStringLength: null, maxArrayLength: null } as const;
  return [
    inspect(value, options),
    inspect(value, { ...options, getters: true, showProxy: true }),
    JSON.stringify(value),
    value instanceof Error ? `${value.stack} ${String(value)} ${inspect(value.cause, options)}` : '',
  ].join('\n');
}

function expectNoSecret(...values: readonly unknown[]): void {
  for (const value of values) {
    const text = seen(value).toLowerCase();
    for (const form of FORMS) expect(text).not.toContain(form.toLowerCase());
  }
}

const lookup: SecretLookup = async () => ({ secrets: [SECRET, { id: 'old', value: OLD }], scope: 'x' });

const SECRETS: readonly (readonly [string, WebhookGuardOptions['secret']])[] = [
  ['a text', SECRET],
  ['a secret', { id: 'a', value: SECRET, createdAt: new Date(1), notAfter: undefined }],
  ['several', [SECRET, { id: 'old', value: OLD, createdAt: new Date(1), notBefore: new Date(1) }]],
  ['a look-up', lookup],
  ['a look-up that is synchronous', () => ({ secrets: [SECRET, { id: 'old', value: OLD }], scope: 'x' })],
];

const OPTIONS: readonly (readonly [string, Partial<WebhookGuardOptions>])[] = [
  ['nothing else', {}],
  ['also', { also: [{ provider: fastcommentsLegacy, secret: OLD }] }],
  [
    'also with a look-up',
    { also: [{ provider: fastcommentsLegacy, secret: () => ({ secrets: OLD, scope: false }) }] },
  ],
  ['report', { mode: 'report' }],
  ['next', { errors: 'next' }],
  ['guards', { allowIps: ['127.0.0.1'], rateLimit: { limit: 1 }, https: false, bodyLimit: 100 }],
  ['duplicates', { duplicates: { store: memoryStore(), key: () => 'x' } }],
  ['a window', { toleranceSeconds: 5, maxSecretAgeDays: 1, secretTimeoutMs: 10, refusalStatus: 403 }],
];

const CASES = SECRETS.flatMap(([what, secret]) =>
  OPTIONS.map(([which, options]) => [what, which, { secret, ...options }] as const),
);

/** Genuine deliveries, copies, forgeries, and all else that makes errors and decisions. */
const DELIVERIES: readonly Sent[] = [
  { headers: signed(fastcomments, BODY, { secret: SECRET }), body: BODY },
  { headers: signed(fastcomments, BODY, { secret: SECRET }), body: BODY },
  { headers: signed(fastcomments, '{}', { secret: OLD }), body: '{}' },
  { headers: signed(fastcomments, 'x', { secret: SECRET }), body: 'x' },
  { headers: { token: OLD }, body: '{"b":1}' },
  { headers: { token: SECRET }, body: '{}' },
  { headers: { ...signed(fastcomments, BODY), 'X-FastComments-Signature': SECRET }, body: BODY },
  { headers: signed(fastcomments, BODY, { secret: SECRET, now: 1e12 }), body: BODY },
  { headers: signed(fastcomments, BODY, { secret: SECRET }), body: 'x'.repeat(200) },
  { headers: {}, body: '', path: `/?secret=${SECRET}` },
];

describe('what can be seen', () => {
  it('is searched in a way that finds a secret', () => {
    const hidden = Object.defineProperty({}, 'key', { value: Buffer.from(SECRET), enumerable: false });
    const cause = new TypeError('x', { cause: { deep: { down: SECRET } } });
    const inside = { a: { b: { c: { d: [OLD] } } } };
    for (const value of [SECRET, hidden, cause, inside, new Map([[1, SECRET]]), { toJSON: () => OLD }]) {
      expect(() => expectNoSecret(value)).toThrow();
    }
  });

  it.each(CASES)('of a guard with %s and %s is no secret', async (_what, _which, options) => {
    const recorded: unknown[] = [];
    const errors: unknown[] = [];
    const all = { provider: fastcomments, clock: () => NOW, ...options };
    const guard = webhookGuard({ ...all, onDecision: (...given) => recorded.push(given) });
    const handle = ({ payload, ...rest }: Webhook): void => void recorded.push(rest, payload);
    const router = webhookRouter({ ...all, events: { create: handle }, onDecision: jest.fn() });
    const { port } = await start((app) => {
      app.use(guard, (req, res) => {
        recorded.push(req.webhook);
        res.json({});
      });
      const keep: ErrorRequestHandler = (error, _req, res, next) => {
        errors.push(error);
        if (res.headersSent) next(error);
        else res.sendStatus(418);
      };
      app.use(keep);
    });
    for (const sent of DELIVERIES) {
      const answer = await send(port, { method: 'PUT', ...sent });
      expectNoSecret(answer);
    }
    expectNoSecret(guard, router, recorded, errors, warnings);
    expect(recorded.length).toBeGreaterThan(DELIVERIES.length - 1);
    expect(errors.length > 0).toBe(options.errors === 'next');
  });

  it.each<[string, object]>([
    ['secret', { secret: [SECRET, SECRET] }],
    ['secret', { secret: [SECRET, { id: 'default', value: OLD }] }],
    ['secret', { secret: { value: SECRET } }],
    ['secret', { secret: { id: 'x', value: [SECRET] } }],
    ['secret', { secret: { id: 'x', value: SECRET, more: OLD } }],
    ['secret', { secret: { id: 'x', value: SECRET, notAfter: 'soon' } }],
    ['secret', { secret: { id: 'x', value: SECRET, notBefore: new Date(2), notAfter: new Date(1) } }],
    ['secret', { secret: [[SECRET]] }],
    ['secret', { secret: Buffer.from(SECRET) }],
    ['secret', { secret: new Map([['x', SECRET]]) }],
    ['also', { secret: SECRET, also: SECRET }],
    ['also', { secret: SECRET, also: [SECRET] }],
    ['provider', { secret: SECRET, also: [{ secret: OLD }] }],
    ['also', { secret: SECRET, also: { provider: fastcommentsLegacy, secret: OLD } }],
    ['also', { secret: SECRET, also: [{ provider: fastcomments, secret: OLD }] }],
    ['provider', { secret: SECRET, provider: { ...fastcomments, secret: OLD } }],
    ['rateLimit', { secret: SECRET, rateLimit: { store: { password: OLD } } }],
    ['bodyLimit', { secret: SECRET, bodyLimit: 'much' }],
    ['tolerance', { secret: SECRET, tolerance: 5 }],
  ])('of the error about a wrong %s is no secret: %#', (name, options) => {
    for (const make of [webhookGuard, webhookRouter, verifySignature] as ((options: never) => unknown)[]) {
      const events = make === webhookRouter ? { events: { create: jest.fn() } } : {};
      const error = thrownBy(() => make({ provider: fastcomments, ...events, ...options } as never));
      expect(String(error)).toContain(name);
      expectNoSecret(error);
    }
    expectNoSecret(warnings);
  });

  it('of options in the wrong place is no secret', () => {
    for (const make of [webhookGuard, webhookRouter, verifySignature, limitRate]) {
      for (const options of [SECRET, [SECRET]]) expectNoSecret(thrownBy(() => make(options as never)));
    }
  });

  it.each<[string, SecretLookup]>([
    ['throws', () => raise(new Error('no vault'))],
    ['gives nonsense', () => ({ value: SECRET }) as never],
    ['gives one secret twice', () => ({ secrets: [SECRET, SECRET], scope: false })],
    ['gives no scope', () => [SECRET] as never],
    ['gives a scope that is none', () => ({ secrets: SECRET, scope: [OLD] }) as never],
    [
      'gives a short one',
      () => ({ secrets: [SECRET, { id: 'short', value: OLD.slice(0, 9) }], scope: false }),
    ],
  ])('of a look-up that %s is no secret', async (_how, secret) => {
    const fresh = freshCopy();
    const recorded: unknown[] = [];
    const { port } = await start((app) => {
      const options: WebhookRouterOptions = {
        provider: fresh.fastcomments,
        secret,
        clock: () => NOW,
        events: { create: jest.fn() },
        onDecision: (...given) => recorded.push(given),
      };
      app.use(fresh.webhookRouter(options));
    });
    for (const sent of DELIVERIES) expectNoSecret(await send(port, { method: 'PUT', ...sent }));
    expectNoSecret(recorded, warnings);
    expect(recorded).toHaveLength(DELIVERIES.length);
    expect(warnings.length).toBeGreaterThan(0);
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function raise(thrown: unknown): never {
  throw thrown;
}
