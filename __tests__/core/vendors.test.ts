import examples from '@octokit/webhooks-examples';
import { github, sign, standardWebhooks, stripe, verifySync, type Delivery, type Provider } from 'hooklatch';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

const ROOT = join(__dirname, '../..');
const SECRET = 'It’s a Secret to Everybody';
const WHSEC = `whsec_${Buffer.from('thirty-two-bytes-of-key-material').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another-thirty-two-bytes-of-keys').toString('base64')}`;
// The signers and verifiers of two vendors know no clock but the real one.
const NOW = Date.now();
const SECONDS = Math.floor(NOW / 1000);

const PAYLOADS = [
  '{"id":"evt_1","type":"invoice.paid","data":{"name":"Zoë – café ☕ 漢字 👩‍⚕️"}}',
  '{ "id": "evt_1",\r\n\t"amount": 1.0, "text": "\\u00eb \\/ $& $1" }\n',
  JSON.stringify({ id: 'evt_2', text: 'é'.repeat(20_000) }),
];

const accepts = (
  provider: Provider,
  secret: string,
  headers: Delivery['headers'],
  payload: string,
): boolean => {
  const delivery = { method: 'POST', url: '/hook', headers, body: Buffer.from(payload) };
  try {
    return verifySync(delivery, { provider, secret, now: NOW }).verified;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_WEBHOOK_SIGNATURE' });
    return false;
  }
};

describe('stripe', () => {
  const client = new Stripe('sk_test_hooklatch');
  const header = (payload: string, secret: string): string =>
    client.webhooks.generateTestHeaderString({ payload, secret, timestamp: SECONDS });

  it.each(PAYLOADS)('verifies what their SDK signs', (payload) => {
    const headers = { 'stripe-signature': header(payload, WHSEC) };
    expect(accepts(stripe, WHSEC, headers, payload)).toBe(true);
    expect(accepts(stripe, OTHER, headers, payload)).toBe(false);
    expect(accepts(stripe, WHSEC, headers, `${payload} `)).toBe(false);
  });

  it('verifies one of several signatures, as in a rotation of theirs', () => {
    const payload = PAYLOADS[0]!;
    const [, second] = header(payload, WHSEC).split(',');
    const headers = { 'stripe-signature': `${header(payload, OTHER)},${second!}` };
    expect(accepts(stripe, WHSEC, headers, payload)).toBe(true);
  });

  it.each(PAYLOADS)('signs what their SDK verifies', (payload) => {
    const headers = sign(stripe, { secret: WHSEC, now: NOW }, { body: Buffer.from(payload) });
    const construct = (secret: string): unknown =>
      client.webhooks.constructEvent(payload, headers['Stripe-Signature']!, secret);
    expect(construct(WHSEC)).toEqual(JSON.parse(payload));
    expect(() => construct(OTHER)).toThrow(Stripe.errors.StripeSignatureVerificationError);
  });
});

describe('standardwebhooks', () => {
  it.each(PAYLOADS)('verifies what their library signs', (payload) => {
    const headers = {
      'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
      'webhook-timestamp': String(SECONDS),
      'webhook-signature': new Webhook(WHSEC).sign('msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', new Date(NOW), payload),
    };
    expect(accepts(standardWebhooks, WHSEC, headers, payload)).toBe(true);
    expect(accepts(standardWebhooks, OTHER, headers, payload)).toBe(false);
    expect(accepts(standardWebhooks, WHSEC, { ...headers, 'webhook-id': 'msg_2' }, payload)).toBe(false);
  });

  it.each(PAYLOADS)('signs what their library verifies', (payload) => {
    const headers = sign(standardWebhooks, { secret: WHSEC, now: NOW }, { body: Buffer.from(payload) });
    expect(new Webhook(WHSEC).verify(payload, headers)).toEqual(JSON.parse(payload));
    expect(() => new Webhook(OTHER).verify(payload, headers)).toThrow('No matching signature found');
  });
});

// Their library is an ES module, which runs outside the test environment.
const OCTOKIT = `
  import { readFileSync } from 'node:fs';
  import { sign, verify } from '@octokit/webhooks-methods';
  const { secret, deliveries } = JSON.parse(readFileSync(0, 'utf8'));
  const results = deliveries.map(async ({ payload, signature }) => ({
    signature: await sign(secret, payload),
    verified: await verify(secret, payload, signature),
    tampered: await verify(secret, payload + ' ', signature),
  }));
  console.log(JSON.stringify(await Promise.all(results)));
`;

interface OctokitResult {
  readonly signature: string;
  readonly verified: boolean;
  readonly tampered: boolean;
}

describe('@octokit/webhooks-methods', () => {
  const samples = examples.flatMap((event) => event.examples.map((example) => JSON.stringify(example)));
  const payloads = [...PAYLOADS, ...samples];
  let results: readonly OctokitResult[];

  beforeAll(() => {
    const deliveries = payloads.map((payload) => ({
      payload,
      signature: sign(github, { secret: SECRET }, { body: Buffer.from(payload) })['X-Hub-Signature-256'],
    }));
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', OCTOKIT], {
      cwd: ROOT,
      encoding: 'utf8',
      input: JSON.stringify({ secret: SECRET, deliveries }),
    });
    results = JSON.parse(output) as readonly OctokitResult[];
  });

  it('has real payloads, some of them not in ASCII', () => {
    expect(samples.length).toBeGreaterThan(100);
    // eslint-disable-next-line no-control-regex -- all that is ASCII
    expect(samples.some((payload) => /[^\x00-\x7f]/.test(payload))).toBe(true);
    expect(results).toHaveLength(payloads.length);
  });

  it('verifies what their library signs', () => {
    for (const [index, payload] of payloads.entries()) {
      const headers = { 'x-hub-signature-256': results[index]!.signature };
      expect(accepts(github, SECRET, headers, payload)).toBe(true);
      expect(accepts(github, `${SECRET}.`, headers, payload)).toBe(false);
      expect(accepts(github, SECRET, headers, `${payload} `)).toBe(false);
    }
  });

  it('signs what their library verifies', () => {
    expect(results.every(({ verified }) => verified)).toBe(true);
    expect(results.some(({ tampered }) => tampered)).toBe(false);
  });
});
