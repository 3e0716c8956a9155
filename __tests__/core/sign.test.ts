import {
  discord,
  fastcomments,
  github,
  hubspotV3,
  providers,
  shopify,
  sign,
  signBody,
  slack,
  standardWebhooks,
  stripe,
  telehealth,
  tokenProvider,
  twitch,
  verifySync,
} from 'hooklatch';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { keysFor } from '../helpers/keys';
import { typeErrorOf } from '../helpers/type-error';

const NOW = 1_700_000_000_000;
const SECRET = 'a-secret-of-thirty-two-characters';
const BODY = Buffer.from(`{"name":"Zoë ☕","webhookTimestamp":${NOW}}`);
const PUBLIC_URL = 'https://example.org/hook?a=%2Fb';
const hmac = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex');

const ed = generateKeyPairSync('ed25519');
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

describe('sign()', () => {
  it.each(Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom'))(
    'signs as $name, so that it verifies',
    (provider) => {
      const { secret, verifyBy: key } = keysFor(provider);
      const publicUrl = provider.signed.includes('{url}') ? PUBLIC_URL : undefined;
      const headers = sign(provider, { secret, now: NOW, publicUrl }, { body: BODY });
      const delivery = { method: provider.methods[0], url: '/', headers, body: BODY };
      const webhook = verifySync(delivery, { provider, secret: key, now: NOW, publicUrl });
      expect(webhook).toMatchObject({ provider: provider.name, verified: true });
      const tampered = { ...delivery, body: Buffer.concat([BODY, Buffer.from(' ')]) };
      const call = (): unknown => verifySync(tampered, { provider, secret: key, now: NOW, publicUrl });
      if (provider.algorithm === 'token') expect(call).not.toThrow();
      else expect(call).toThrow(expect.objectContaining({ code: 'ERR_WEBHOOK_SIGNATURE' }) as Error);
    },
  );

  it.each([
    [standardWebhooks, 'a.b', "visible ASCII characters and without '.', because standard-webhooks signs it"],
    [standardWebhooks, 'a b', "got 'a b'"],
    [standardWebhooks, 'é', 'visible ASCII'],
    [standardWebhooks, 'a\n', 'visible ASCII'],
    [standardWebhooks, 'x'.repeat(4097), 'at most 4096'],
    [twitch, 'a b', 'visible ASCII characters, because twitch signs it'],
  ])('refuses an id that the receiver would refuse (%#)', (provider, id, message) => {
    const { secret } = keysFor(provider);
    for (const call of [sign, signBody]) {
      const refused = typeErrorOf(() => call(provider, { secret, now: NOW, id }, { body: BODY }));
      expect(refused).toContain(`${call.name}(): option "id" must be`);
      expect(refused).toContain(message);
    }
  });

  it.each([
    [standardWebhooks, 'x'.repeat(4096)],
    [twitch, 'a.b'],
    [github, 'a b'],
  ])('signs with an id that the receiver takes (%#)', (provider, id) => {
    const { secret, verifyBy: key } = keysFor(provider);
    const headers = sign(provider, { secret, now: NOW, id }, { body: BODY });
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    expect(verifySync(delivery, { provider, secret: key, now: NOW }).id).toBe(id);
  });

  it('returns the headers under the names of the sender', () => {
    const settings = { secret: SECRET, now: NOW, id: 'd-1', event: 'push' };
    const body = Buffer.from('{}');
    expect(sign(github, settings, { body })).toEqual({
      'X-GitHub-Delivery': 'd-1',
      'X-GitHub-Event': 'push',
      'X-Hub-Signature-256': `sha256=${hmac('{}')}`,
    });
    expect(sign(fastcomments, settings, { body })).toEqual({
      'X-FastComments-Timestamp': '1700000000',
      'X-FastComments-Signature': `sha256=${hmac('1700000000.{}')}`,
    });
    expect(sign(slack, settings, { body })).toEqual({
      'X-Slack-Request-Timestamp': '1700000000',
      'X-Slack-Signature': `v0=${hmac('v0:1700000000:{}')}`,
    });
  });

  it('writes the timestamp as an item of the signature header', () => {
    expect(sign(stripe, { secret: SECRET, now: NOW }, { body: BODY })).toEqual({
      'Stripe-Signature': `t=1700000000,v1=${hmac(`1700000000.${BODY.toString()}`)}`,
    });
  });

  it('writes an item without timestamp', () => {
    const secret = `whsec_${Buffer.from(SECRET).toString('base64')}`;
    const mac = Buffer.from(hmac('m-1.1700000000.{}'), 'hex').toString('base64');
    expect(sign(standardWebhooks, { secret, now: NOW, id: 'm-1' }, { body: Buffer.from('{}') })).toEqual({
      'webhook-id': 'm-1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${mac}`,
    });
  });

  it('writes the first of several header names', () => {
    expect(Object.keys(sign(shopify, { secret: SECRET }, { body: BODY }))).toEqual([
      'X-Shopify-Webhook-Id',
      'X-Shopify-Hmac-Sha256',
    ]);
  });

  it('writes a token as its own bytes, whatever the alphabet', () => {
    const bearer = tokenProvider({ name: 'own', header: 'Authorization', prefix: 'Bearer ' });
    const wire = Buffer.from('clé').toString('latin1');
    expect(sign(bearer, { secret: 'clé' }, { body: BODY })).toEqual({ Authorization: `Bearer ${wire}` });
  });

  it('makes up an id where none is given, another each time', () => {
    const id = (): string | undefined =>
      sign(telehealth, { secret: SECRET }, { body: BODY })['X-Telehealth-Delivery'];
    expect(id()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(id()).not.toBe(id());
  });

  it('goes by the clock where no time is given', () => {
    const before = Math.floor(Date.now() / 1000);
    const text = sign(fastcomments, { secret: SECRET }, { body: BODY })['X-FastComments-Timestamp'];
    expect(Number(text)).toBeGreaterThanOrEqual(before);
    expect(Number(text)).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it('signs the method of the delivery, else the first of the provider', () => {
    const signature = (method?: string): string | undefined =>
      sign(hubspotV3, { secret: SECRET, now: NOW, publicUrl: PUBLIC_URL }, { body: BODY, method })[
        'X-HubSpot-Signature-v3'
      ];
    expect(signature()).toBe(signature('POST'));
    expect(signature()).not.toBe(signature('GET'));
  });

  it('takes a secret with an id, and signs whatever its times', () => {
    const secret = { id: 'new', value: SECRET, notBefore: new Date(NOW + 1) };
    expect(sign(github, { secret, id: 'a' }, { body: BODY })).toEqual(
      sign(github, { secret: SECRET, id: 'a' }, { body: BODY }),
    );
  });

  it.each([
    ['discord', '00'.repeat(31)],
    ['sendgrid', Buffer.alloc(40).toString('base64')],
    ['discord', ed.publicKey.export({ format: 'pem', type: 'spki' }) as string],
    ['discord', ec.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string],
  ])('of %s, it refuses what is no private key in words of its own', (name, secret) => {
    const provider = providers[name]!;
    expect(typeErrorOf(() => sign(provider, { secret, now: NOW }, { body: BODY }))).toBe(
      `sign(): option "secret" must be a private key for ${provider.algorithm}, as PEM or as ` +
        `${name} writes it; this one cannot be read as such`,
    );
  });

  it('takes private keys as PEM', () => {
    const secret = ed.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    const headers = sign(discord, { secret, now: NOW }, { body: BODY });
    const key = ed.publicKey.export({ format: 'pem', type: 'spki' }) as string;
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    expect(verifySync(delivery, { provider: discord, secret: key, now: NOW }).verified).toBe(true);
  });
});
