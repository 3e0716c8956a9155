import { once } from 'node:events';
import { generateKeyPairSync } from 'node:crypto';
import express from 'express';
import {
  defineProvider,
  discord,
  fastcomments,
  linear,
  medplum,
  providers,
  sendgrid,
  slack,
  square,
  stripe,
  telehealth,
  verifySync,
  WebhookError,
  webhookRouter,
  type Provider,
  type Webhook,
} from 'hooklatch';
import {
  signedRequest,
  signedWebhook,
  testClock,
  type DeliveryVariant,
  type SignedRequest,
} from 'hooklatch/testing';
import request from 'supertest';
import { HMACS, lower, NOW, secretOf } from './helpers/deliveries';
import { start } from './helpers/http';

const SECRET = secretOf(fastcomments);
const URL_OF = 'https://example.org/hook';

function codeOf(provider: Provider, { method, headers, body }: SignedRequest<string | Buffer>): string {
  const delivery = { method, url: '/hook', headers: lower(headers), body: Buffer.from(body as string) };
  try {
    verifySync(delivery, { provider, secret: secretOf(provider), now: NOW, publicUrl: URL_OF });
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const made = (provider: Provider, variant?: DeliveryVariant): SignedRequest =>
  signedRequest(provider, { secret: secretOf(provider), url: URL_OF, now: NOW, variant });

describe('signedRequest()', () => {
  it('makes a good request of every provider, and each kind of bad one', () => {
    for (const provider of HMACS) {
      const timed = provider.timestamp !== undefined;
      expect([provider.name, codeOf(provider, made(provider))]).toEqual([provider.name, 'none']);
      expect(codeOf(provider, made(provider, 'tampered'))).toBe('ERR_WEBHOOK_SIGNATURE');
      expect(codeOf(provider, made(provider, 'wrong-secret'))).toBe('ERR_WEBHOOK_SIGNATURE');
      expect(codeOf(provider, made(provider, 'unsigned'))).toBe('ERR_WEBHOOK_HEADER');
      for (const variant of ['stale', 'future'] as const) {
        if (timed) expect(codeOf(provider, made(provider, variant))).toBe('ERR_WEBHOOK_TIMESTAMP');
        else expect(() => made(provider, variant)).toThrow(/signs no timestamp/);
      }
    }
  });

  it('serialises an object once and sends those very bytes', () => {
    const { body } = signedRequest(fastcomments, { secret: SECRET, body: { text: 'Zoë', n: 1.0 } });
    expect(body).toBe('{"text":"Zoë","n":1}');
    const text = '{ "a" : 1.0 }\r\n';
    expect(signedRequest(fastcomments, { secret: SECRET, body: text }).body).toBe(text);
    const bytes = signedRequest(telehealth, { secret: SECRET, body: Buffer.from([0xff, 0]) });
    expect(bytes.body).toEqual(Buffer.from([0xff, 0]));
    expect(bytes.headers['Content-Type']).toBe('application/octet-stream');
    expect(signedRequest(telehealth, { secret: SECRET, body: Buffer.from('{}') }).body).toBe('{}');
  });

  it('dates the body where the sender does', () => {
    const { body } = signedRequest(linear, { secret: SECRET, body: { action: 'create' }, now: NOW });
    expect(JSON.parse(body)).toEqual({ action: 'create', webhookTimestamp: NOW });
  });

  it('changes even an empty body, and dates one by RFC 3339', () => {
    expect(signedRequest(telehealth, { secret: SECRET, body: '', variant: 'tampered' }).body).not.toBe('');
    const dated = defineProvider({
      name: 'dated',
      algorithm: 'hmac-sha256',
      signature: { header: 'X-Signature', encoding: 'hex' },
      timestamp: { body: 'sent.at', unit: 'rfc3339', toleranceSeconds: 60 },
      signed: ['{body}'],
      secret: { encoding: 'utf8' },
    });
    const sentAt = '2026-01-01T00:00:00.000Z';
    const { body } = signedRequest(dated, { secret: SECRET, body: {}, now: NOW });
    expect(JSON.parse(body)).toEqual({ sent: { at: sentAt } });
    expect(JSON.parse(signedRequest(dated, { secret: SECRET, now: NOW }).body)).toMatchObject({
      sent: { at: sentAt },
    });
  });

  it('names the content type', () => {
    const type = (provider: Provider, body: string): string =>
      signedRequest(provider, { secret: SECRET, body }).headers['Content-Type']!;
    expect(type(slack, 'token=x')).toBe('application/x-www-form-urlencoded');
    expect(type(slack, '{"a":1}')).toBe('application/json');
    const text = defineProvider({
      name: 'text',
      algorithm: 'hmac-sha256',
      signature: { header: 'X-Signature', encoding: 'hex' },
      signed: ['{body}'],
      secret: { encoding: 'utf8' },
      content: 'text',
    });
    expect(type(text, 'hello')).toBe('text/plain');
  });

  it('names event, method and id', () => {
    const { method, headers } = signedRequest(fastcomments, { secret: SECRET, event: 'delete' });
    expect([method, headers['X-FastComments-Signature']]).toEqual([
      'DELETE',
      expect.stringMatching(/^sha256=/),
    ]);
    const other = signedRequest(telehealth, { secret: SECRET, event: 'x', id: 'id-1', method: 'PUT' });
    expect(other).toMatchObject({ method: 'PUT', headers: { 'X-Telehealth-Delivery': 'id-1' } });
  });

  it('throws for options that make no sense', () => {
    expect(() => signedRequest(square, { secret: SECRET })).toThrow(/"url" is required for square/);
    expect(() => signedRequest(square, { secret: '', url: URL_OF })).toThrow(TypeError);
    expect(() => signedRequest(square, { secret: SECRET, variant: 'late' as 'stale' })).toThrow(/"variant"/);
  });

  it('signs with private keys, and with another one', () => {
    const pair = generateKeyPairSync('ed25519');
    const secret = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const key = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const judged = (variant?: DeliveryVariant): boolean => {
      const { headers, body } = signedRequest(discord, { secret, now: NOW, variant });
      const delivery = { method: 'POST', url: '/', headers: lower(headers), body: Buffer.from(body) };
      try {
        return verifySync(delivery, { provider: discord, secret: key, now: NOW }).verified;
      } catch {
        return false;
      }
    };
    expect([judged(), judged('wrong-secret')]).toEqual([true, false]);
    for (const provider of [sendgrid, providers['standard-webhooks-v1a']!]) {
      expect(signedRequest(provider, { secret: '', variant: 'wrong-secret' }).method).toBe('POST');
    }
  });
});

describe('a signed request, sent for real', () => {
  const clock = testClock(NOW);
  const app = express();
  let received: Webhook[] = [];
  app.use(
    '/hook',
    webhookRouter({
      provider: medplum,
      secret: SECRET,
      clock,
      events: { '*': (webhook) => void received.push(webhook) },
      onDecision: () => undefined,
    }),
  );
  beforeEach(() => (received = []));

  it('is accepted by way of supertest', async () => {
    const { headers, body } = signedRequest(medplum, { secret: SECRET, body: { a: 'é' }, now: clock() });
    await request(app).post('/hook').set(headers).send(body).expect(200);
    expect(received.map(({ payload }) => payload)).toEqual([{ a: 'é' }]);
    await request(app).post('/hook').set(headers).send(body.replace('é', 'e')).expect(403);
  });

  it('is accepted by way of fetch', async () => {
    const { url, server } = await start((outer) => outer.use(app));
    const good = signedRequest(medplum, { secret: SECRET, now: clock() });
    expect((await fetch(`${url}/hook`, good)).status).toBe(200);
    expect((await fetch(`${url}/hook`, made(medplum, 'unsigned'))).status).toBe(403);
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  it('is refused when the clock has moved on', async () => {
    const { headers, body } = signedRequest(medplum, { secret: SECRET, now: clock() });
    clock.advance(300_001);
    await request(app).post('/hook').set(headers).send(body).expect(403);
    clock.advance(-1);
    await request(app).post('/hook').set(headers).send(body).expect(200);
  });
});

describe('testClock()', () => {
  it('stands still until it is told otherwise', () => {
    const clock = testClock();
    expect(clock()).toBe(Date.parse('2026-01-01T00:00:00Z'));
    expect(clock.advance(1500)).toBe(clock());
    expect(testClock(new Date(5))()).toBe(5);
    expect(() => testClock('no time')).toThrow(TypeError);
  });
});

describe('signedWebhook()', () => {
  it('is what a handler gets, with the key that the receiver knows it by', () => {
    const options = { secret: SECRET, body: { id: 'evt_1', type: 'invoice.paid' }, now: NOW };
    const webhook = signedWebhook<{ readonly id: string }>(stripe, options);
    expect([webhook.event, webhook.id, webhook.payload.id]).toEqual(['invoice.paid', 'evt_1', 'evt_1']);
    const { method, headers, body } = signedRequest(stripe, options);
    const delivery = { method, url: '/', headers, body: Buffer.from(body) };
    const settings = { provider: stripe, secret: SECRET, now: NOW };
    expect(webhook.key).toBe(verifySync(delivery, settings).key);
    const named = { endpoint: 'billing', scope: 'tenant' };
    expect(signedWebhook(stripe, { ...options, ...named }).key).toBe(
      verifySync(delivery, { ...settings, ...named }).key,
    );
  });

  it('is verified by the public key where the sender has the private one', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const verifyBy = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(signedWebhook(discord, { secret, verifyBy }).verified).toBe(true);
  });

  it('has the address where it is signed', () => {
    const webhook = signedWebhook(square, { secret: SECRET, url: 'https://example.org/hook' });
    expect(webhook.provider).toBe('square');
  });

  it('throws for what the receiver would refuse', () => {
    expect(() => signedWebhook(stripe, { secret: SECRET, variant: 'stale' })).toThrow(WebhookError);
  });
});
