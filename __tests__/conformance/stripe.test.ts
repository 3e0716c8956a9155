import { stripe } from 'hooklatch';
import Stripe from 'stripe';
import { describeVendor } from './harness';
import { PAYLOADS } from './payloads';
import { atTime, NOW, ours, signOurs, type Vendor } from './sides';

const SECRET = `whsec_${Buffer.from('thirty-two-bytes-of-key-material').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another-thirty-two-bytes-of-keys').toString('base64')}`;

const client = new Stripe('sk_test_hooklatch');
const headerOf = (payload: string, secret: string, now: number): string =>
  client.webhooks.generateTestHeaderString({ payload, secret, timestamp: now / 1000 });

const vendor: Vendor = {
  provider: stripe,
  package: 'stripe',
  secret: SECRET,
  otherSecret: OTHER,
  sdkVerify: ({ headers, body }, secret) =>
    client.webhooks.constructEvent(body, headers['stripe-signature']!, secret),
  sdkSign: (body, secret, now) => ({ 'stripe-signature': headerOf(body, secret, now) }),
  refusal: /^No signatures found matching|^Timestamp outside the tolerance zone$/,
  window: 'past',
};

describeVendor(vendor);

describe('stripe', () => {
  const payload = PAYLOADS['plain JSON']!;

  it('has one of several signatures verified, as in a rotation of theirs', () => {
    const [, second] = headerOf(payload, SECRET, NOW).split(',');
    const headers = { 'stripe-signature': `${headerOf(payload, OTHER, NOW)},${second!}` };
    expect(ours(stripe, { headers, body: payload }, SECRET).accepted).toBe(true);
  });

  it.each(Object.keys(PAYLOADS))('gives the event that was signed: %s', async (name) => {
    const { headers, body } = signOurs(stripe, PAYLOADS[name]!, SECRET);
    const construct = (secret: string): unknown =>
      client.webhooks.constructEvent(body, headers['stripe-signature']!, secret);
    await atTime(NOW, () => {
      expect(construct(SECRET)).toEqual(JSON.parse(body));
      expect(() => construct(OTHER)).toThrow(Stripe.errors.StripeSignatureVerificationError);
    });
  });

  it('takes the last of two timestamps; verify() refuses two', async () => {
    const { headers, body } = signOurs(stripe, payload, SECRET);
    const twice = { 'stripe-signature': `t=1,${headers['stripe-signature']!}` };
    await atTime(NOW, () => {
      expect(client.webhooks.constructEvent(body, twice['stripe-signature'], SECRET)).toBeTruthy();
    });
    expect(ours(stripe, { headers: twice, body }, SECRET).reason).toBe('ERR_WEBHOOK_HEADER');
  });
});
