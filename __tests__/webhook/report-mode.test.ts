import {
  defineProvider,
  fastcomments,
  getWebhook,
  github,
  memoryStore,
  telehealth,
  webhookGuard,
  webhookRouter,
  type DuplicateStore,
  type WebhookGuardOptions,
} from 'hooklatch';
import {
  decisionOf,
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

const BODY = '{"a":1}';
const HEADERS = signed(fastcomments, BODY);
const GENUINE: Sent = { method: 'PUT', path: '/hooks', headers: HEADERS, body: BODY };

const FAILED: [string, string, Sent][] = [
  ['nothing that is signed', 'ERR_WEBHOOK_HEADER', { headers: {} }],
  [
    'a malformed signature',
    'ERR_WEBHOOK_HEADER',
    { headers: { ...HEADERS, 'X-FastComments-Signature': 'x' } },
  ],
  ['a stale timestamp', 'ERR_WEBHOOK_TIMESTAMP', { headers: signed(fastcomments, BODY, { now: 1e12 }) }],
  ['a changed body', 'ERR_WEBHOOK_SIGNATURE', { body: '{"a":2}' }],
];

const guardWith = (more: Partial<WebhookGuardOptions> = {}) =>
  startGuard({ provider: fastcomments, mode: 'report', ...more });

describe("mode 'report'", () => {
  it.each(FAILED)('lets pass %s, and records why it would refuse it', async (_what, code, changes) => {
    const receiver = await guardWith();
    const sent = { ...GENUINE, ...changes };
    expect((await send(receiver.port, sent)).status).toBe(200);
    expect(receiver.webhooks).toMatchObject([
      {
        provider: 'fastcomments',
        verified: false,
        secretId: undefined,
        timestamp: undefined,
        trusted: { event: false, id: false },
        payload: JSON.parse(String(sent.body)),
        candidates: ['create', 'update', 'delete'],
      },
    ]);
    expect(receiver.webhooks[0]?.rawBody.toString()).toBe(sent.body);
    expect(await decisionOf(receiver)).toMatchObject({
      outcome: 'reported',
      code,
      status: 200,
      secretId: null,
      bytes: 7,
    });
  });

  it.each(FAILED)('runs the handlers of a router with %s', async (_what, code, changes) => {
    const verified: boolean[] = [];
    const receiver = await startRouter({
      provider: fastcomments,
      mode: 'report',
      events: { create: (webhook) => verified.push(webhook.verified) },
    });
    expect((await send(receiver.port, { ...GENUINE, ...changes })).status).toBe(200);
    expect(verified).toEqual([false]);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'reported', code });
  });

  it('says event and id as they were sent, and trusts neither', async () => {
    const receiver = await startGuard({ provider: github, mode: 'report' });
    const headers = signed(github, BODY, { event: 'push', id: 'd-1', secret: 'of somebody else entirely' });
    expect((await send(receiver.port, { headers, body: BODY })).status).toBe(200);
    expect(receiver.webhooks).toMatchObject([
      { event: 'push', id: 'd-1', trusted: { event: false, id: false } },
    ]);
    expect(await decisionOf(receiver)).toMatchObject({ unsignedRouting: true });
  });

  it('looks up no secret for what has failed already', async () => {
    const secret = jest.fn(() => ({ secrets: SECRET, scope: false as const }));
    const receiver = await guardWith({ secret });
    const headers = signed(fastcomments, BODY, { now: 1e12 });
    expect((await send(receiver.port, { ...GENUINE, headers })).status).toBe(200);
    expect(secret).not.toHaveBeenCalled();
  });

  it('verifies what is genuine', async () => {
    const receiver = await guardWith();
    expect((await send(receiver.port, GENUINE)).status).toBe(200);
    expect(receiver.webhooks).toMatchObject([{ verified: true, secretId: 'default' }]);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', code: null });
  });

  it.each<[number, string, Sent, Partial<WebhookGuardOptions>]>([
    [413, 'ERR_WEBHOOK_BODY_SIZE', { body: 'x'.repeat(101) }, { bodyLimit: 100 }],
    [415, 'ERR_WEBHOOK_ENCODING', { headers: { 'Content-Encoding': 'gzip' } }, {}],
    [400, 'ERR_WEBHOOK_PAYLOAD', { body: 'no JSON' }, {}],
    [403, 'ERR_WEBHOOK_METHOD', { method: 'GET', body: '' }, {}],
    [403, 'ERR_WEBHOOK_HTTPS', {}, { https: true }],
    [403, 'ERR_WEBHOOK_ADDRESS', {}, { allowIps: ['192.0.2.1'] }],
    [503, 'ERR_WEBHOOK_SECRET', { headers: HEADERS }, { secret: () => ({ secrets: '', scope: false }) }],
    [429, 'ERR_WEBHOOK_RATE', {}, { rateLimit: { limit: 0, skipSuccessfulRequests: false } }],
  ])('waives failed authentication alone, not %d %s', async (status, code, changes, more) => {
    const receiver = await guardWith(more);
    expect((await send(receiver.port, { ...GENUINE, headers: {}, ...changes })).status).toBe(status);
    expect(await decisionOf(receiver)).toMatchObject({
      code,
      status,
      outcome: status === 503 ? 'failed' : 'refused',
    });
    expect(receiver.webhooks).toEqual([]);
  });

  it('does not waive that body and header name different events', async () => {
    const receiver = await startGuard({ provider: telehealth, mode: 'report' });
    const headers = { 'X-Telehealth-Event': 'one' };
    expect((await send(receiver.port, { headers, body: '{"event":"other"}' })).status).toBe(403);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_EVENT', outcome: 'refused' });
  });

  it('calls the outcome failed where the handler fails', async () => {
    const receiver = await startGuard(
      { provider: fastcomments, mode: 'report' },
      [],
      [(_req, res) => void res.sendStatus(500)],
    );
    await send(receiver.port, { ...GENUINE, headers: {} });
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'failed', code: 'ERR_WEBHOOK_HEADER' });
  });

  it('claims nothing, so that a forgery burns no genuine delivery', async () => {
    const memory = memoryStore();
    const parsedSignature: string[] = [];
    const store: DuplicateStore = {
      claim: (key, owner, leaseMs) => {
        parsedSignature.push(key);
        return memory.claim(key, owner, leaseMs);
      },
      complete: (...all) => memory.complete(...all),
      release: (...all) => memory.release(...all),
      renew: (...all) => memory.renew(...all),
    };
    const receiver = await guardWith({ duplicates: { store, key: () => 'the same for all' } });
    const forged = {
      ...GENUINE,
      headers: { ...HEADERS, 'X-FastComments-Signature': `sha256=${'0'.repeat(64)}` },
    };
    for (const sent of [forged, forged]) expect((await send(receiver.port, sent)).status).toBe(200);
    expect(parsedSignature).toEqual([]);
    await send(receiver.port, GENUINE);
    await send(receiver.port, GENUINE);
    expect(receiver.decisions.map(({ outcome }) => outcome)).toEqual([
      'reported',
      'reported',
      'accepted',
      'duplicate',
    ]);
  });

  it('counts no failure against an address', async () => {
    const receiver = await guardWith({ rateLimit: { limit: 0 } });
    for (let times = 0; times < 3; times += 1) {
      expect((await send(receiver.port, { ...GENUINE, headers: {} })).status).toBe(200);
    }
  });

  it('makes getWebhook() throw for what is not verified', async () => {
    const thrown: unknown[] = [];
    const { port } = await start((app) => {
      const options = { provider: fastcomments, secret: SECRET, clock: () => NOW, onDecision: jest.fn() };
      app.use(webhookGuard({ ...options, mode: 'report' }), (req, res) => {
        try {
          getWebhook(req);
          res.json({});
        } catch (error) {
          thrown.push(error);
          res.sendStatus(418);
        }
      });
    });
    expect((await send(port, GENUINE)).status).toBe(200);
    expect((await send(port, { ...GENUINE, headers: {} })).status).toBe(418);
    expect(thrown).toEqual([expect.any(TypeError)]);
    expect(String(thrown[0])).toContain('this request was not verified');
  });

  it('names the scheme whose header came, of several', async () => {
    const other = defineProvider({
      ...fastcomments,
      name: 'other',
      signature: { header: 'X-Other', encoding: 'hex' },
    });
    const receiver = await guardWith({ also: [{ provider: other, secret: SECRET }] });
    const headers = { 'X-FastComments-Timestamp': String(NOW / 1000), 'X-Other': 'ab'.repeat(32) };
    await send(receiver.port, { ...GENUINE, headers });
    expect(receiver.webhooks).toMatchObject([{ provider: 'other', verified: false }]);
    expect(await decisionOf(receiver)).toMatchObject({ provider: 'other', outcome: 'reported' });
  });

  it('warns at start-up, each guard and router', () => {
    const options = { provider: fastcomments, secret: SECRET } as const;
    webhookGuard({ ...options, mode: 'report' });
    webhookRouter({ ...options, mode: 'report', events: { create: jest.fn() } });
    webhookGuard({ ...options, mode: 'enforce' });
    webhookGuard({ ...options, mode: undefined });
    expect(warnings).toEqual([
      "a guard of fastcomments has the mode 'report': deliveries that are not authentic are let in",
      "a guard of fastcomments has the mode 'report': deliveries that are not authentic are let in",
    ]);
  });
});
