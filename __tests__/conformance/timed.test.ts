import { Mux } from '@mux/mux-node';
import { Environment, LogLevel, Paddle } from '@paddle/paddle-node-sdk';
import { encodeSignatureHeader, isValidSignature } from '@sanity/webhook';
import { verifySlackRequest } from '@slack/bolt';
import { WorkOS } from '@workos-inc/node';
import { AwsLambdaReceiver } from '@zoom/rivet/chatbot';
import { mux, paddle, sanity, slack, workos, zoom } from 'hooklatch';
import { describeVendor } from './harness';
import { NOW, ours, signOurs, theirs, type Vendor } from './sides';

const SECRET = 'hush-hush-Ünïcode-0123456789';
const secrets = { secret: SECRET, otherSecret: `${SECRET}0` } as const;

describeVendor({
  ...secrets,
  provider: slack,
  package: '@slack/bolt',
  sdkVerify: ({ headers, body }, signingSecret) =>
    verifySlackRequest({
      signingSecret,
      body,
      headers: {
        'x-slack-signature': headers['x-slack-signature']!,
        'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
      },
      nowMilliseconds: NOW,
    }),
  refusal: /signature mismatch$|or request is stale$/,
  window: 'past',
});

const paddleApi = new Paddle('pdl_sdbx_hooklatch', {
  environment: Environment.sandbox,
  logLevel: LogLevel.none,
});
const paddleVendor: Vendor = {
  ...secrets,
  provider: paddle,
  package: '@paddle/paddle-node-sdk',
  sdkVerify: ({ headers, body }, secret) =>
    paddleApi.webhooks.isSignatureValid(body, secret, headers['paddle-signature']!),
  window: 'past',
};
describeVendor(paddleVendor);

const { webhooks: muxWebhooks } = new Mux({ tokenId: 'id', tokenSecret: 'secret' });
// eslint-disable-next-line @typescript-eslint/dot-notation -- private in its types
const signMux = muxWebhooks['computeSignature'].bind(muxWebhooks);
describeVendor({
  ...secrets,
  provider: mux,
  package: '@mux/mux-node',
  sdkVerify: ({ headers, body }, secret) => muxWebhooks.verifySignature(body, { ...headers }, secret),
  sdkSign: async (body, secret, now) => ({
    'mux-signature': `t=${now / 1000},v1=${await signMux(`${now / 1000}.${body}`, secret)}`,
  }),
  refusal: /^No signatures found matching|^Webhook timestamp is too old$/,
  window: 'past',
});

const sanityVendor: Vendor = {
  ...secrets,
  provider: sanity,
  package: '@sanity/webhook',
  sdkVerify: ({ headers, body }, secret) =>
    isValidSignature(body, headers['sanity-webhook-signature']!, secret),
  sdkSign: async (body, secret, now) => ({
    'sanity-webhook-signature': await encodeSignatureHeader(body, now, secret),
  }),
  window: 'none',
};
describeVendor(sanityVendor);

// The libraries of WorkOS and Zoom parse the body and write it anew. The senders sign what they send, so that both
// sides agree only on JSON as JSON.stringify writes it; what differs is below.
const rewritten = (body: string): string => JSON.stringify(JSON.parse(body));
const otherContent = (): string => '{"event":"another"}';

const { webhooks: workosWebhooks } = new WorkOS('sk_test_hooklatch');
const workosVendor: Vendor = {
  ...secrets,
  provider: workos,
  package: '@workos-inc/node',
  sdkVerify: ({ headers, body }, secret) =>
    workosWebhooks.verifyHeader({
      payload: JSON.parse(body) as Record<string, unknown>,
      sigHeader: headers['workos-signature']!,
      secret,
    }),
  sdkSign: async (body, secret, now) => ({
    'workos-signature': `t=${now},v1=${await workosWebhooks.computeSignature(now, JSON.parse(body), secret)}`,
  }),
  refusal: /does not match the expected signature hash|^Timestamp outside the tolerance zone$/,
  window: 'past',
  prepare: rewritten,
  tamper: otherContent,
};
describe('as JSON.stringify writes it', () => {
  describeVendor(workosVendor);
});

const zoomVendor: Vendor = {
  ...secrets,
  provider: zoom,
  package: '@zoom/rivet',
  sdkVerify: async ({ headers, body }, webhooksSecretToken) => {
    const receive = new AwsLambdaReceiver({ webhooksSecretToken }).start() as (
      event: object,
      context: object,
    ) => Promise<{ statusCode: number; body: string }>;
    const answer = await receive({ headers, body, isBase64Encoded: false }, {});
    if (answer.statusCode !== 200) throw new Error(answer.body);
  },
  refusal: /Failed to verify event originated from Zoom/,
  window: 'none',
  prepare: (body) => `{"event":"meeting.started","payload":${rewritten(body)}}`,
  tamper: otherContent,
};
describe('as JSON.stringify writes it', () => {
  beforeAll(() => jest.spyOn(console, 'debug').mockImplementation());
  afterAll(() => jest.restoreAllMocks());
  describeVendor(zoomVendor);
});

describe('libraries that write the body anew', () => {
  beforeAll(() => jest.spyOn(console, 'debug').mockImplementation());
  afterAll(() => jest.restoreAllMocks());
  const vendors = [workosVendor, zoomVendor];

  it.each(vendors)('$package refuses numbers and escapes that verify() takes as sent', async (vendor) => {
    const body = '{"event":"a","n":1.0,"text":"\\u00e9 \\/"}';
    const signed = signOurs(vendor.provider, body, SECRET);
    expect(await theirs(vendor, signed)).toMatchObject({ accepted: false });
    expect(ours(vendor.provider, signed, SECRET).accepted).toBe(true);
  });

  it.each(vendors)('$package accepts bytes that were not signed; verify() refuses them', async (vendor) => {
    const signed = signOurs(vendor.provider, '{"event":"a"}', SECRET);
    const changed = { ...signed, body: '{"event":"b","event" : "\\u0061"}\n' };
    expect(await theirs(vendor, changed)).toMatchObject({ accepted: true });
    expect(ours(vendor.provider, changed, SECRET).reason).toBe('ERR_WEBHOOK_SIGNATURE');
  });
});

describe('headers with several items', () => {
  it('both take the header of WorkOS with a space behind the comma', async () => {
    const { headers, body } = signOurs(workos, '{"event":"a"}', SECRET);
    const spaced = { 'workos-signature': headers['workos-signature']!.replace(',', ', ') };
    expect(await theirs(workosVendor, { headers: spaced, body })).toMatchObject({ accepted: true });
    expect(ours(workos, { headers: spaced, body }, SECRET).accepted).toBe(true);
  });

  it('Paddle’s library looks at the last signature only; verify() at all of them', async () => {
    const { headers, body } = signOurs(paddle, '{}', SECRET);
    const two = { 'paddle-signature': `${headers['paddle-signature']!};h1=${'0'.repeat(64)}` };
    expect(await theirs(paddleVendor, { headers: two, body })).toMatchObject({ accepted: false });
    expect(ours(paddle, { headers: two, body }, SECRET).accepted).toBe(true);
  });

  it('Sanity’s library knows one signature; verify() takes a second one beside it', async () => {
    const { headers, body } = signOurs(sanity, '{}', SECRET);
    const two = {
      'sanity-webhook-signature': `${headers['sanity-webhook-signature']!},v1=${'A'.repeat(43)}`,
    };
    expect(await theirs(sanityVendor, { headers: two, body })).toMatchObject({ accepted: false });
    expect(ours(sanity, { headers: two, body }, SECRET).accepted).toBe(true);
  });
});
