import { verifyWebhook } from '@clerk/backend/webhooks';
import { clerk, gitlab, resend, standardWebhooks, svix } from 'hooklatch';
import { Resend } from 'resend';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describeVendor } from './harness';
import { PAYLOADS } from './payloads';
import {
  atTime,
  DELIVERY_ID,
  NOW,
  ours,
  signOurs,
  theirs,
  URL_OF_HOOK,
  type Fields,
  type Vendor,
} from './sides';

const SECRET = `whsec_${Buffer.from('thirty-two-bytes-of-key-material').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another-thirty-two-bytes-of-keys').toString('base64')}`;
const secrets = { secret: SECRET, otherSecret: OTHER } as const;

const standard: Pick<Vendor, 'package' | 'sdkVerify' | 'sdkSign' | 'refusal' | 'window'> = {
  package: 'standardwebhooks',
  sdkVerify: ({ headers, body }, secret) => {
    new Webhook(secret).verify(body, headers);
    return true;
  },
  sdkSign: (body, secret, now) => ({
    'webhook-id': DELIVERY_ID,
    'webhook-timestamp': String(now / 1000),
    'webhook-signature': new Webhook(secret).sign(DELIVERY_ID, new Date(now), body),
  }),
  refusal: /No matching signature found|Message timestamp too (old|new)/,
  window: 'both',
};

const reference: Vendor = { provider: standardWebhooks, ...secrets, ...standard };
describeVendor(reference);

// GitLab publishes no verifier; its documentation says that it signs by this standard.
describeVendor({ provider: gitlab, ...secrets, ...standard });

const signBySvix: NonNullable<Vendor['sdkSign']> = (body, secret, now) => ({
  'svix-id': DELIVERY_ID,
  'svix-timestamp': String(now / 1000),
  'svix-signature': new SvixWebhook(secret).sign(DELIVERY_ID, new Date(now), body),
});

const bySvix = { ...secrets, ...standard, sdkSign: signBySvix };

describeVendor({
  ...bySvix,
  provider: svix,
  package: 'svix',
  sdkVerify: ({ headers, body }, secret) => {
    new SvixWebhook(secret).verify(body, headers);
    return true;
  },
});

// Clerk and Resend have Svix deliver, so that its signer stands for theirs.
describeVendor({
  ...bySvix,
  provider: clerk,
  package: '@clerk/backend',
  sdkVerify: ({ headers, body }, signingSecret) =>
    verifyWebhook(new Request(URL_OF_HOOK, { method: 'POST', headers, body }), { signingSecret }),
});

describeVendor({
  ...bySvix,
  provider: resend,
  package: 'resend',
  sdkVerify: ({ headers, body }, webhookSecret) => {
    const named = { id: headers['svix-id']!, timestamp: headers['svix-timestamp']! };
    new Resend('re_hooklatch').webhooks.verify({
      payload: body,
      headers: { ...named, signature: headers['svix-signature']! },
      webhookSecret,
    });
    return true;
  },
});

describe('standardwebhooks', () => {
  const body = PAYLOADS['plain JSON']!;
  const mine = signOurs(standardWebhooks, body, SECRET);
  const withHeaders = (fields: Fields): typeof mine => ({ headers: { ...mine.headers, ...fields }, body });

  it.each(Object.keys(PAYLOADS))('gives the payload that was signed: %s', async (name) => {
    const payload = PAYLOADS[name]!;
    const { headers } = signOurs(standardWebhooks, payload, SECRET);
    await atTime(NOW, () => {
      expect(new Webhook(SECRET).verify(payload, headers)).toEqual(JSON.parse(payload));
      expect(() => new Webhook(OTHER).verify(payload, headers)).toThrow('No matching signature found');
    });
  });

  it('signs the id too: both refuse another one', async () => {
    const other = withHeaders({ 'webhook-id': 'msg_2' });
    expect(await theirs(reference, other)).toMatchObject({ accepted: false });
    expect(ours(standardWebhooks, other, SECRET).reason).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('both accept one good signature among others', async () => {
    const signature = `v1a,AAAA v1,${'A'.repeat(43)}= ${mine.headers['webhook-signature']!}`;
    const several = withHeaders({ 'webhook-signature': signature });
    expect(await theirs(reference, several)).toMatchObject({ accepted: true });
    expect(ours(standardWebhooks, several, SECRET).accepted).toBe(true);
  });

  it('reads the digits that a timestamp begins with; verify() wants nothing but digits', async () => {
    const odd = withHeaders({ 'webhook-timestamp': `${mine.headers['webhook-timestamp']!}.5` });
    expect(await theirs(reference, odd)).toMatchObject({ accepted: true });
    expect(ours(standardWebhooks, odd, SECRET).reason).toBe('ERR_WEBHOOK_HEADER');
  });
});

describe('svix', () => {
  it('both take the common header names as well as its own', async () => {
    const mine = signOurs(svix, '{"type":"a"}', SECRET);
    const headers = Object.fromEntries(
      Object.entries(mine.headers).map(([name, value]) => [name.replace('svix-', 'webhook-'), value]),
    );
    await atTime(NOW, () => new SvixWebhook(SECRET).verify(mine.body, headers));
    expect(ours(svix, { ...mine, headers }, SECRET).accepted).toBe(true);
  });
});

describe('@clerk/backend', () => {
  it('knows only the names of Svix; verify() takes the common ones too', async () => {
    const { headers, body } = signOurs(standardWebhooks, '{"type":"user.created"}', SECRET);
    const request = new Request(URL_OF_HOOK, { method: 'POST', headers, body });
    await expect(atTime(NOW, () => verifyWebhook(request, { signingSecret: SECRET }))).rejects.toThrow(
      'Missing required webhook headers: svix-id, svix-timestamp, svix-signature',
    );
    expect(ours(clerk, { headers, body }, SECRET).accepted).toBe(true);
  });
});
