import { createHmac } from 'node:crypto';
import {
  dropbox,
  intercom,
  linkedin,
  meta,
  webhookRouter,
  woocommerce,
  type WebhookGuardOptions,
} from 'hooklatch';
import { expectPlain, JSON_TYPE, TEXT } from '../helpers/handshakes';
import { decisionOf, NOW, SECRET, send, signed, start, startGuard } from '../helpers/http';

const TOKEN = 'a verify token & more: é';

/** What Meta asks when an address is set up. */
const asked = (fields: Readonly<Record<string, string>> = {}, more = ''): string => {
  const all = {
    'hub.mode': 'subscribe',
    'hub.verify_token': TOKEN,
    'hub.challenge': '1158201444',
    ...fields,
  };
  return `/hooks?${new URLSearchParams(all).toString()}${more}`;
};

const startMeta = (more: Partial<WebhookGuardOptions> = {}): ReturnType<typeof startGuard> =>
  startGuard({ provider: meta, verifyToken: TOKEN, ...more });

describe('the challenge of Meta', () => {
  it('is echoed where the token is right, as plain text that nothing sniffs', async () => {
    const { port, webhooks, ...receiver } = await startMeta();
    const answer = await send(port, { method: 'GET', path: asked() });
    expect([answer.status, answer.text]).toEqual([200, '1158201444']);
    expectPlain(answer, TEXT);
    expect(webhooks).toEqual([]);
    expect(await decisionOf(receiver)).toMatchObject({
      outcome: 'accepted',
      code: null,
      notes: ['handshake'],
      method: 'GET',
      event: null,
      secretId: null,
      bytes: null,
    });
  });

  it.each([
    ['wrong', asked({ 'hub.verify_token': 'a verify token' })],
    ['empty', asked({ 'hub.verify_token': '' })],
    ['missing', '/hooks?hub.mode=subscribe&hub.challenge=1'],
    ['repeated', asked({}, `&hub.verify_token=${encodeURIComponent(TOKEN)}`)],
    ['no UTF-8', asked({}).replace(encodeURIComponent('é'), '%E9')],
  ])('is refused where the token is %s, without an echo', async (_what, path) => {
    const receiver = await startMeta();
    const answer = await send(receiver.port, { method: 'GET', path });
    expect([answer.status, answer.text]).toEqual([403, '{"error":"Forbidden"}\n']);
    expect(await decisionOf(receiver)).toMatchObject({
      outcome: 'refused',
      code: 'ERR_WEBHOOK_EVENT',
      notes: [],
    });
  });

  it.each([
    ['missing', '/hooks?hub.mode=subscribe&hub.verify_token=a'],
    ['empty', asked({ 'hub.challenge': '' })],
    ['repeated', asked({}, '&hub.challenge=2')],
    ['with markup and spaces', asked({ 'hub.challenge': '<b >x</b>' })],
    ['with line breaks', asked({ 'hub.challenge': 'a\r\nX: b' })],
    ['of other scripts', asked({ 'hub.challenge': 'é' })],
    ['too long', asked({ 'hub.challenge': 'x'.repeat(513) })],
  ])('is refused where the challenge is %s', async (_what, path) => {
    const { port } = await startMeta({ verifyToken: path.includes('token=a&') ? 'a' : TOKEN });
    const answer = await send(port, { method: 'GET', path });
    expect([answer.status, answer.text]).toEqual([403, '{"error":"Forbidden"}\n']);
  });

  it('is never HTML, even where it has markup', async () => {
    const challenge = '<script>alert(1)</script>';
    const { port } = await startMeta();
    const answer = await send(port, { method: 'GET', path: asked({ 'hub.challenge': challenge }) });
    expect(answer.text).toBe(challenge);
    expectPlain(answer, TEXT);
  });

  it('is echoed to its last character where it is long', async () => {
    const { port } = await startMeta();
    const challenge = 'x'.repeat(512);
    expect((await send(port, { method: 'GET', path: asked({ 'hub.challenge': challenge }) })).text).toBe(
      challenge,
    );
  });

  it.each([
    ['no mode', '/hooks'],
    ['another mode', asked({ 'hub.mode': 'unsubscribe' })],
    ['a mode twice', asked({}, '&hub.mode=subscribe')],
  ])('is refused as a method that delivers nothing where it has %s', async (_what, path) => {
    const receiver = await startMeta();
    expect((await send(receiver.port, { method: 'GET', path })).status).toBe(403);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_METHOD' });
  });

  it('is refused where nobody set "verifyToken", whatever token it has', async () => {
    for (const token of ['', 'undefined', 'null', TOKEN]) {
      const receiver = await startGuard({ provider: meta });
      const answer = await send(receiver.port, { method: 'GET', path: asked({ 'hub.verify_token': token }) });
      expect(answer.status).toBe(403);
      expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_EVENT' });
    }
  });

  it('is refused in the mode "report" too', async () => {
    const { port, webhooks } = await startMeta({ mode: 'report' });
    const path = asked({ 'hub.verify_token': 'wrong' });
    expect((await send(port, { method: 'GET', path })).status).toBe(403);
    expect(webhooks).toEqual([]);
  });

  it.each(['//[', '//', '/%', '/hooks?%', '//user@:x?a'])('is refused at the odd path %p', async (path) => {
    const receiver = await startMeta();
    expect((await send(receiver.port, { method: 'GET', path })).status).toBe(403);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_METHOD' });
  });

  it.each(['HEAD', 'PUT', 'DELETE', 'OPTIONS'])('is not asked by %s', async (method) => {
    const receiver = await startMeta();
    expect((await send(receiver.port, { method, path: asked() })).status).toBe(403);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_METHOD' });
  });

  it('leaves deliveries alone: they need a signature, whatever their query asks', async () => {
    const { port, webhooks } = await startMeta();
    expect((await send(port, { path: asked(), body: '{}' })).status).toBe(403);
    expect((await send(port, { path: asked(), headers: signed(meta, '{}'), body: '{}' })).status).toBe(200);
    expect(webhooks).toHaveLength(1);
  });

  it('is answered by a router, whose handlers do not run', async () => {
    const calls: unknown[] = [];
    const events = { '*': (webhook: unknown): unknown => calls.push(webhook) };
    const options = { provider: meta, secret: SECRET, verifyToken: TOKEN, clock: () => NOW, events };
    const { port } = await start((app) => app.use('/hooks', webhookRouter(options)));
    expect((await send(port, { method: 'GET', path: asked() })).text).toBe('1158201444');
    expect(calls).toEqual([]);
  });
});

describe('the challenge of Dropbox', () => {
  const ask = async (path: string, more: Partial<WebhookGuardOptions> = {}) => {
    const receiver = await startGuard({ provider: dropbox, ...more });
    return { ...receiver, answer: await send(receiver.port, { method: 'GET', path }) };
  };

  it('is echoed as plain text that nothing sniffs', async () => {
    const { answer, webhooks, ...receiver } = await ask('/?challenge=abc-DEF_123');
    expect([answer.status, answer.text]).toEqual([200, 'abc-DEF_123']);
    expectPlain(answer, TEXT);
    expect(webhooks).toEqual([]);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', notes: ['handshake'] });
  });

  it.each([
    '/',
    '/?challenge=',
    '/?challenge=a&challenge=b',
    '/?challenge=a%20b',
    '/?Challenge=a',
    '/?x?challenge=a',
  ])('is refused at %s', async (path) => {
    const { answer } = await ask(path);
    expect([answer.status, answer.text]).toEqual([403, '{"error":"Forbidden"}\n']);
  });

  it('needs no "verifyToken"', async () => {
    expect((await ask('/?challenge=a', { verifyToken: 'unused' })).answer.text).toBe('a');
  });
});

describe('the trial of Intercom', () => {
  it('is answered 200 by HEAD, with nothing', async () => {
    const { port, webhooks, ...receiver } = await startGuard({ provider: intercom });
    const answer = await send(port, { method: 'HEAD' });
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0']);
    expect(webhooks).toEqual([]);
    expect(await decisionOf(receiver)).toMatchObject({
      outcome: 'accepted',
      method: 'HEAD',
      notes: ['handshake'],
    });
  });

  it('is not made by GET', async () => {
    const receiver = await startGuard({ provider: intercom });
    expect((await send(receiver.port, { method: 'GET' })).status).toBe(403);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_METHOD' });
  });
});

describe('the ping of WooCommerce', () => {
  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

  it('is answered 200, without a signature, and reaches no handler', async () => {
    const { port, webhooks, ...receiver } = await startGuard({ provider: woocommerce });
    const answer = await send(port, { headers: FORM, body: 'webhook_id=17' });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(webhooks).toEqual([]);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', notes: ['handshake'] });
  });

  it.each([
    ['has another field', FORM, 'webhook_id=17&id=4'],
    ['has it twice', FORM, 'webhook_id=17&webhook_id=18'],
    ['is JSON', { 'Content-Type': 'application/json' }, '{"webhook_id":17}'],
    ['has a wrong signature', { ...FORM, 'X-WC-Webhook-Signature': 'AAAA' }, 'webhook_id=17'],
  ])('is refused where it %s', async (_what, headers, body) => {
    const { port, webhooks } = await startGuard({ provider: woocommerce });
    expect((await send(port, { headers, body })).status).toBe(401);
    expect(webhooks).toEqual([]);
  });
});

describe('the challenge of LinkedIn', () => {
  const CODE = '890e4665-4dfe-4ab1-b689-ed553bceeed0';

  it('is answered with its HMAC', async () => {
    const { port, webhooks } = await startGuard({ provider: linkedin });
    const answer = await send(port, { method: 'GET', path: `/?challengeCode=${CODE}&applicationId=7` });
    const challengeResponse = createHmac('sha256', SECRET).update(CODE).digest('hex');
    expect([answer.status, answer.text]).toEqual([
      200,
      JSON.stringify({ challengeCode: CODE, challengeResponse }),
    ]);
    expectPlain(answer, JSON_TYPE);
    expect(webhooks).toEqual([]);
  });

  it.each(['hmacsha256={"type":"LEAD_ACTION"}', '{}', CODE.slice(1), `${CODE}0`, ''])(
    'is refused where it is %p: no signature of a delivery is given to strangers',
    async (code) => {
      const { port } = await startGuard({ provider: linkedin });
      const path = `/?challengeCode=${encodeURIComponent(code)}`;
      expect((await send(port, { method: 'GET', path })).status).toBe(403);
    },
  );
});
