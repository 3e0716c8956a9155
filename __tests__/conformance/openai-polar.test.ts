import { webhooks as polarWebhooks } from '@polar-sh/sdk/2026-10';
import { openai, polar } from 'hooklatch';
import OpenAI from 'openai';
import { Webhook } from 'standardwebhooks';
import { describeVendor } from './harness';
import { atTime, DELIVERY_ID, NOW, ours, signOurs, theirs, type Vendor } from './sides';

const WHSEC = `whsec_${Buffer.from('thirty-two-bytes-of-key-material').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another-thirty-two-bytes-of-keys').toString('base64')}`;
const TEXT = 'polar_whs_ovyN6cPrTv56AApvzCaJno08SSmGJmgbWilb33N2JuK';

/** Their signers are servers; a key of any kind is given to the library of the standard as base64. */
const signWith =
  (keyOf: (secret: string) => Buffer): NonNullable<Vendor['sdkSign']> =>
  (body, secret, now) => ({
    'webhook-id': DELIVERY_ID,
    'webhook-timestamp': String(now / 1000),
    'webhook-signature': new Webhook(keyOf(secret).toString('base64')).sign(DELIVERY_ID, new Date(now), body),
  });
const base64Key = (secret: string): Buffer => Buffer.from(secret.replace('whsec_', ''), 'base64');
const textKey = (secret: string): Buffer => Buffer.from(secret, 'utf8');

const client = new OpenAI({ apiKey: 'sk-hooklatch' });
const openaiVendor: Vendor = {
  provider: openai,
  package: 'openai',
  secret: WHSEC,
  otherSecret: OTHER,
  sdkVerify: ({ headers, body }, secret) => client.webhooks.verifySignature(body, headers, secret),
  sdkSign: signWith(base64Key),
  refusal: /does not match the expected signature|Webhook timestamp is too (old|new)/,
  window: 'both',
};
describeVendor(openaiVendor);

describe('openai', () => {
  const one = { 'plain JSON': '{"id":"evt_1","type":"response.completed"}' };

  describe('a secret without whsec_ is text', () => {
    describeVendor({
      ...openaiVendor,
      secret: TEXT,
      otherSecret: `${TEXT}.`,
      sdkSign: signWith(textKey),
      payloads: one,
    });
  });

  it('both take a signature without its version', async () => {
    const { headers, body } = signOurs(openai, one['plain JSON'], WHSEC);
    const bare = { ...headers, 'webhook-signature': headers['webhook-signature']!.replace('v1,', '') };
    expect(await theirs(openaiVendor, { headers: bare, body })).toMatchObject({ accepted: true });
    expect(ours(openai, { headers: bare, body }, WHSEC).accepted).toBe(true);
  });

  it('takes a timestamp that holds the beginning of another body; verify() wants nothing but digits', async () => {
    const signed = await signWith(base64Key)('5.{}', WHSEC, NOW);
    const odd = {
      headers: { ...signed, 'webhook-timestamp': `${signed['webhook-timestamp']!}.5` },
      body: '{}',
    };
    expect(await theirs(openaiVendor, odd)).toMatchObject({ accepted: true });
    expect(ours(openai, odd, WHSEC).reason).toBe('ERR_WEBHOOK_HEADER');
  });
});

const polarVendor: Vendor = {
  provider: polar,
  package: '@polar-sh/sdk',
  secret: WHSEC,
  otherSecret: OTHER,
  sdkVerify: async ({ headers, body }, secret) => {
    try {
      await polarWebhooks.validateEvent(body, headers, secret);
    } catch (error) {
      // It judges the signature first; an event that it does not know was authentic.
      if (!(error as Error).message.startsWith('Unknown webhook event type')) throw error;
    }
  },
  sdkSign: signWith(base64Key),
  refusal: /No matching signature found|Message timestamp too (old|new)/,
  window: 'both',
};

describe('polar, with a secret made since 8 September 2026', () => {
  describeVendor(polarVendor);
});

describe('polar, with an older secret or one of the merchant’s own: text', () => {
  describeVendor({ ...polarVendor, secret: TEXT, otherSecret: `${TEXT}.`, sdkSign: signWith(textKey) });
});

describe('polar', () => {
  const body = '{"type":"a.b"}';

  it('gives the event that was signed', async () => {
    const event = { type: 'order.paid', timestamp: '2026-09-21T14:30:00Z', data: { id: 'Olá ☕' } };
    const signed = signOurs(polar, JSON.stringify(event), WHSEC);
    const given = await atTime(NOW, () =>
      polarWebhooks.validateEvent(signed.body, { ...signed.headers }, WHSEC),
    );
    expect(given).toEqual(event);
  });

  it('tries a whsec_ secret as text too; verify() takes such a one as the base64 of its text', async () => {
    const headers = await signWith(textKey)(body, WHSEC, NOW);
    expect(await theirs(polarVendor, { headers, body })).toMatchObject({ accepted: true });
    expect(ours(polar, { headers, body }, WHSEC).reason).toBe('ERR_WEBHOOK_SIGNATURE');
    expect(ours(polar, { headers, body }, `whsec_${textKey(WHSEC).toString('base64')}`).accepted).toBe(true);
  });

  it('takes a timestamp with a fraction; verify() wants nothing but digits', async () => {
    const { headers } = signOurs(polar, body, WHSEC);
    const odd = { ...headers, 'webhook-timestamp': `${headers['webhook-timestamp']!}.5` };
    expect(await theirs(polarVendor, { headers: odd, body })).toMatchObject({ accepted: true });
    expect(ours(polar, { headers: odd, body }, WHSEC).reason).toBe('ERR_WEBHOOK_HEADER');
  });
});
