import {
  captureRawBody,
  fastcomments,
  memoryStore,
  sign,
  standardWebhooks,
  verifySignature,
  webhookErrors,
  type SecretLookup,
  type SecretOption,
  type WebhookGuardOptions,
} from 'hooklatch';
import {
  decisionOf,
  freshCopy,
  NOW,
  SECRET,
  send,
  signed,
  start,
  startGuard,
  startRouter,
  warnings,
} from '../helpers/http';

const BODY = '{"a":1}';
const HEADERS = signed(fastcomments, BODY);
const SENT = { method: 'PUT', path: '/hooks', headers: HEADERS, body: BODY };

const never = (): Promise<never> => new Promise(() => undefined);

const guardWith = (secret: SecretLookup, more: Partial<WebhookGuardOptions> = {}) =>
  startGuard({ provider: fastcomments, secret, ...more });

describe('a look-up of secrets', () => {
  const FINDING: [string, SecretLookup][] = [
    ['a text', () => only(SECRET)],
    ['a promise of a text', async () => only(SECRET)],
    ['a thenable', () => ({ then: (found: (given: object) => void) => found(only(SECRET)) }) as never],
    ['a secret', () => only({ id: 'x', value: SECRET })],
    ['several', async () => only(['another that is long enough', { id: 'x', value: SECRET }])],
    ['secrets with a scope', () => ({ secrets: SECRET, scope: 'tenant' })],
    [
      'a promise of secrets with a scope',
      async () => ({ secrets: [{ id: 'x', value: SECRET }], scope: 'a' }),
    ],
  ];

  it.each(FINDING)('may give %s', async (_what, secret) => {
    const receiver = await guardWith(secret);
    expect((await send(receiver.port, SENT)).status).toBe(200);
    expect((await send(receiver.port, { ...SENT, body: '{}' })).status).toBe(401);
    const router = await startRouter({ provider: fastcomments, secret, events: { create: jest.fn() } });
    expect((await send(router.port, SENT)).status).toBe(200);
  });

  it.each<[string, SecretLookup]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['an empty list', () => []],
    ['a promise of undefined', async () => undefined],
    ['a promise of null', async () => null],
    ['no secrets with a scope', () => ({ secrets: [], scope: 'tenant' })],
    ['undefined with a scope', async () => ({ secrets: undefined, scope: 'tenant' })],
    ['null with a scope', () => ({ secrets: null, scope: 'tenant' })],
    ['none with a blank scope', () => ({ secrets: [], scope: '' })],
    ['none without a scope', () => ({ secrets: [] }) as never],
    ['one that is over', () => only({ id: 'x', value: SECRET, notAfter: new Date(0) })],
  ])('that finds none (%s) is refused as any stranger is', async (_what, secret) => {
    const receiver = await guardWith(secret);
    const answer = await send(receiver.port, SENT);
    expect(answer.status).toBe(401);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_SIGNATURE', secretId: null });
    const known = await startGuard({ provider: fastcomments });
    expect(answer.fingerprint).toBe((await send(known.port, { ...SENT, body: '{}' })).fingerprint);
    expect(receiver.webhooks).toEqual([]);
    expect(warnings).toEqual([]);
  });

  const FAULTY: [string, unknown][] = [
    ['an empty text', ''],
    ['a blank text', ' \n'],
    ['a number', 7],
    ['true', true],
    ['a Buffer', Buffer.from(SECRET)],
    ['a function', () => SECRET],
    ['an object that is no secret', { secret: SECRET }],
    ['a secret without id', { value: SECRET }],
    ['a secret without value', { id: 'x' }],
    ['a secret whose time is no Date', { id: 'x', value: SECRET, notAfter: 'tomorrow' }],
    ['a secret that ends before it begins', timed(2, 1)],
    ['a list with nothing in it that is one', [SECRET, undefined]],
    ['the same id twice', [SECRET, SECRET]],
  ];

  const FAILING: [string, () => unknown][] = [
    ['throws', () => raise(new Error(`no vault for ${SECRET}`))],
    ['throws undefined', () => raise(undefined)],
    ['throws a text', () => raise('down')],
    ['rejects', () => Promise.reject(new Error('no vault'))],
    ['rejects with null', async () => raise(null)],
    ['hangs', never],
    ...FAULTY.map(([what, secrets]): [string, () => unknown] => [`gives ${what}`, () => secrets]),
    ...FAULTY.map(([what, secrets]): [string, () => unknown] => [
      `gives ${what} with a scope`,
      async () => ({ secrets, scope: 'tenant' }),
    ]),
    ['gives a scope that is no text', () => ({ secrets: SECRET, scope: 7 })],
    ['gives a scope that is empty', () => ({ secrets: SECRET, scope: '' })],
    ['gives a scope that is blank', async () => ({ secrets: SECRET, scope: ' ' })],
    ['gives no scope', async () => ({ secrets: SECRET })],
    ['gives a thenable that throws', () => ({ then: () => raise(new Error('x')) })],
  ];

  it.each(FAILING)('that %s is answered 503, never open', async (_how, secret) => {
    const fresh = freshCopy();
    const codes: unknown[] = [];
    const handle = jest.fn((_req, res) => res.json({}));
    const { port } = await start((app) => {
      const options = { provider: fresh.fastcomments, clock: () => NOW, secretTimeoutMs: 20 };
      const onDecision = (decision: { code: unknown; outcome: unknown }): void => {
        codes.push(decision.code, decision.outcome);
      };
      app.use(fresh.webhookGuard({ ...options, secret: secret as SecretLookup, onDecision }), handle);
    });
    const answer = await send(port, SENT);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.text).toBe('{"error":"Service Unavailable"}\n');
    expect((await send(port, { ...SENT, body: '{}' })).status).toBe(503);
    expect(codes.slice(0, 2)).toEqual(['ERR_WEBHOOK_SECRET', 'failed']);
    expect(handle).not.toHaveBeenCalled();
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the look-up of the option "secret" .* answered 503; .*"onDecision" gets what was thrown/,
      ),
    ]);
    expect(warnings.join()).not.toContain(SECRET);
  });

  it('gives what it threw to onDecision, and to nobody else', async () => {
    const thrown = new Error('no vault');
    const receiver = await guardWith(() => raise(thrown));
    const answer = await send(receiver.port, SENT);
    expect(answer.text).not.toContain('vault');
    await decisionOf(receiver);
    expect(receiver.causes).toEqual([thrown]);
    expect(JSON.stringify(receiver.decisions)).not.toContain('vault');
  });

  it('is waited for as long as secretTimeoutMs says, and its late answer is dropped', async () => {
    let answerLate: (secret: string) => void = jest.fn();
    const late = new Promise<string>((resolve) => (answerLate = resolve)).then(only);
    const receiver = await guardWith(() => late, { secretTimeoutMs: 50 });
    const before = performance.now();
    expect((await send(receiver.port, SENT)).status).toBe(503);
    expect(performance.now() - before).toBeGreaterThan(45);
    answerLate(SECRET);
    await late;
    expect((await decisionOf(receiver)).outcome).toBe('failed');
    expect(receiver.webhooks).toEqual([]);
  });

  it('gets method, url, headers and params, and never the body', async () => {
    const calls: unknown[] = [];
    const lookup: SecretLookup = (delivery, req) => {
      calls.push([{ ...delivery }, req.params]);
      return only(SECRET);
    };
    const { port } = await start((app) => {
      app.all(
        '/tenants/:tenant',
        captureRawBody(),
        verifySignature({ provider: fastcomments, secret: lookup, clock: () => NOW }),
        (_req, res) => void res.json({}),
      );
      app.use(webhookErrors({ onDecision: jest.fn() }));
    });
    const url = '/tenants/acme?a=b';
    expect((await send(port, { ...SENT, path: url })).status).toBe(200);
    expect(calls).toEqual([
      [
        {
          method: 'PUT',
          url,
          headers: expect.objectContaining({ 'x-fastcomments-timestamp': String(NOW / 1000) }),
          rawHeaders: expect.arrayContaining(['X-FastComments-Timestamp', String(NOW / 1000)]),
        },
        { tenant: 'acme' },
      ],
    ]);
    expect(JSON.stringify(calls)).not.toContain('body');
  });

  it('is not made for what is refused before the body', async () => {
    const lookup = jest.fn(() => only(SECRET));
    const { port } = await guardWith(lookup);
    for (const sent of [
      { ...SENT, headers: {} },
      { ...SENT, headers: signed(fastcomments, BODY, { now: NOW - 301_000 }) },
      { ...SENT, method: 'GET' },
    ]) {
      await send(port, sent);
    }
    expect(lookup).not.toHaveBeenCalled();
  });

  it('keeps tenants apart where its scope says so', async () => {
    const secret: SecretLookup = ({ url }) => ({ secrets: SECRET, scope: url });
    const receiver = await guardWith(secret);
    for (const path of ['/a', '/b', '/a']) await send(receiver.port, { ...SENT, path });
    expect(receiver.decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'duplicate']);
  });

  it('keeps the deliveries of the only tenant together, however their secret was found', async () => {
    const duplicates = { store: memoryStore() };
    const outcomes = [];
    const ways = [SECRET, () => only(SECRET), async () => only([SECRET])];
    for (const secret of ways) {
      const receiver = await startGuard({ provider: fastcomments, secret, duplicates });
      await send(receiver.port, SENT);
      outcomes.push((await decisionOf(receiver)).outcome);
    }
    expect(outcomes).toEqual(['accepted', 'duplicate', 'duplicate']);
  });

  it.each<[string, unknown]>([
    ['a text', SECRET],
    ['a secret', { id: 'x', value: SECRET }],
    ['several', [SECRET, { id: 'x', value: SECRET }]],
    ['secrets alone', { secrets: SECRET }],
    ['an explicit undefined', { secrets: SECRET, scope: undefined }],
  ])('shares no tenant in silence: %s without a scope is answered 503, and told', async (_what, found) => {
    const fresh = freshCopy();
    const causes: unknown[] = [];
    const handle = jest.fn();
    const { port } = await start((app) => {
      const options = { provider: fresh.fastcomments, clock: () => NOW, secret: () => found as never };
      app.use(
        fresh.webhookGuard({ ...options, onDecision: (_decision, cause) => causes.push(cause) }),
        handle,
      );
    });
    for (let times = 0; times < 2; times += 1) expect((await send(port, SENT)).status).toBe(503);
    expect(handle).not.toHaveBeenCalled();
    const text =
      /return \{ secrets, scope \}, where scope names the tenant, or is false where there is one tenant only/;
    expect(warnings).toEqual([expect.stringMatching(text)]);
    expect(String(causes[0])).toMatch(text);
    expect(warnings.join()).not.toContain(SECRET);
  });

  it.each([
    ['a number', 7],
    ['true', true],
    ['null', null],
    ['a list', ['tenant']],
  ])('takes %s for no scope', async (_what, scope) => {
    const receiver = await guardWith(() => ({ secrets: SECRET, scope }) as never);
    expect((await send(receiver.port, SENT)).status).toBe(503);
    expect(String(receiver.causes[0])).toContain('must be a string that is not blank, or false');
  });

  it('tells the operator of a scope that is no text', async () => {
    const receiver = await guardWith(() => ({ secrets: SECRET, scope: 7 }) as never);
    await send(receiver.port, SENT);
    await decisionOf(receiver);
    expect(String(receiver.causes[0])).toContain('the "scope" of a look-up must be a string');
  });

  it('warns once of a short secret', async () => {
    const fresh = freshCopy();
    const { port } = await start((app) => {
      const options = { provider: fresh.fastcomments, clock: () => NOW, onDecision: jest.fn() };
      app.use(fresh.webhookGuard({ ...options, secret: () => only({ id: 'brief', value: 'short' }) }));
    });
    for (const body of ['1', '2']) {
      const headers = sign(fastcomments, { secret: 'short', now: NOW }, { body: Buffer.from(body) });
      expect((await send(port, { method: 'PUT', headers, body })).status).toBe(404);
    }
    expect(warnings).toEqual([expect.stringContaining("the secret 'brief' of fastcomments has 5 bytes")]);
  });

  it('is held to the form that the provider uses', async () => {
    const receiver = await startGuard({
      provider: standardWebhooks,
      secret: () => only('no base64 at all!'),
    });
    const headers = signed(standardWebhooks, BODY, { secret: 'c2VjcmV0' });
    expect((await send(receiver.port, { headers, body: BODY })).status).toBe(503);
    expect(String(receiver.causes[0])).toContain('is not what standard-webhooks uses');
    expect(String(receiver.causes[0])).not.toContain('no base64');
  });
});

/** Secrets of the only tenant. */
function only(secrets: SecretOption): { secrets: SecretOption; scope: false } {
  return { secrets, scope: false };
}

function timed(notBefore: number, notAfter: number): object {
  return { id: 'x', value: SECRET, notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

function raise(thrown: unknown): never {
  throw thrown;
}
