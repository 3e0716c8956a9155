import '@shopify/shopify-api/adapters/web-api';
import HmacValidator from '@adyen/api-library/lib/src/utils/hmacValidator';
import { signatureHelper } from '@kontent-ai/webhook-helper';
import { validateSignature } from '@line/bot-sdk';
import { LATEST_API_VERSION, LogSeverity, shopifyApi } from '@shopify/shopify-api';
import { createSHA256HMAC, HashFormat } from '@shopify/shopify-api/runtime';
import { adyenPlatform, kontent, line, razorpay, shopify, square } from 'hooklatch';
import Razorpay from 'razorpay';
import { WebhooksHelper } from 'square';
import { describeVendor } from './harness';
import { ours, signOurs, theirs, URL_OF_HOOK, type Vendor } from './sides';

const secrets = {
  secret: 'hush-hush-Ünïcode-0123456789',
  otherSecret: 'hush-hush-Ünïcode-012345678',
} as const;

const shopifyVendor: Vendor = {
  ...secrets,
  provider: shopify,
  package: '@shopify/shopify-api',
  sdkVerify: async ({ headers, body }, apiSecretKey) => {
    const api = shopifyApi({
      apiKey: 'key',
      scopes: ['read_products'],
      apiSecretKey,
      hostName: 'example.org',
      apiVersion: LATEST_API_VERSION,
      isEmbeddedApp: true,
      logger: { level: LogSeverity.Error },
    });
    // Beside the signature it wants the names of the shop and of the version.
    const named = { 'x-shopify-api-version': LATEST_API_VERSION, 'x-shopify-shop-domain': 'a.myshopify.com' };
    const rawRequest = new Request(URL_OF_HOOK, { method: 'POST', headers: { ...headers, ...named } });
    const result = await api.webhooks.validate({ rawBody: body, rawRequest });
    if (!result.valid) throw new Error(JSON.stringify(result));
  },
  sdkSign: async (body, secret) => ({
    'x-shopify-hmac-sha256': await createSHA256HMAC(secret, body, HashFormat.Base64),
  }),
  refusal: /^{"valid":false,"reason":"invalid_hmac"}$/,
};
describeVendor(shopifyVendor);

const lineVendor: Vendor = {
  ...secrets,
  provider: line,
  package: '@line/bot-sdk',
  sdkVerify: ({ headers, body }, secret) => validateSignature(body, secret, headers['x-line-signature']!),
};
describeVendor(lineVendor);

const kontentVendor: Vendor = {
  ...secrets,
  provider: kontent,
  package: '@kontent-ai/webhook-helper',
  sdkVerify: ({ headers, body }, secret) =>
    signatureHelper.isValidSignatureFromString(body, secret, headers['x-kontent-ai-signature']!),
  sdkSign: (body, secret) => ({
    'x-kontent-ai-signature': signatureHelper.getHashFromString(body, secret),
  }),
};
describeVendor(kontentVendor);

describeVendor({
  ...secrets,
  provider: square,
  package: 'square',
  sdkVerify: ({ headers, body }, secret) =>
    WebhooksHelper.isValidWebhookEventSignature(
      body,
      headers['x-square-hmacsha256-signature']!,
      secret,
      URL_OF_HOOK,
    ),
});

const razorpayVendor: Vendor = {
  ...secrets,
  provider: razorpay,
  package: 'razorpay',
  sdkVerify: ({ headers, body }, secret) =>
    Razorpay.validateWebhookSignature(body, headers['x-razorpay-signature']!, secret),
};
describeVendor(razorpayVendor);

const validator = new HmacValidator();
describeVendor({
  provider: adyenPlatform,
  package: '@adyen/api-library',
  secret: 'D7DD5BA6146493707BF0BE7496F6404EC7A63616B7158EC927B9F54BB436765F',
  otherSecret: 'D7DD5BA6146493707BF0BE7496F6404EC7A63616B7158EC927B9F54BB4367650',
  sdkVerify: ({ headers, body }, secret) =>
    validator.validateBankingHMAC(headers.hmacsignature!, secret, body),
  sdkSign: (body, secret) => ({ hmacsignature: validator.calculateHmac(body, secret) }),
});

describe('senders that sign the body alone', () => {
  it('LINE’s decoder takes base64 in any writing; verify() takes the canonical one', async () => {
    const { headers, body } = signOurs(line, '{"events":[]}', secrets.secret);
    const unpadded = { 'x-line-signature': headers['x-line-signature']!.replace('=', '') };
    expect(await theirs(lineVendor, { headers: unpadded, body })).toMatchObject({ accepted: true });
    expect(ours(line, { headers: unpadded, body }, secrets.secret).reason).toBe('ERR_WEBHOOK_HEADER');
  });

  it('Razorpay’s library compares text, so that it refuses upper case; verify() takes it', async () => {
    const { headers, body } = signOurs(razorpay, '{}', secrets.secret);
    const upper = { 'x-razorpay-signature': headers['x-razorpay-signature']!.toUpperCase() };
    expect(await theirs(razorpayVendor, { headers: upper, body })).toMatchObject({ accepted: false });
    expect(ours(razorpay, { headers: upper, body }, secrets.secret).accepted).toBe(true);
  });

  it('Shopify’s library does not know the new header name; verify() does', async () => {
    const { headers, body } = signOurs(shopify, '{"id":1}', secrets.secret);
    const { 'x-shopify-hmac-sha256': signature, ...rest } = headers;
    const renamed = { ...rest, 'shopify-hmac-sha256': signature! };
    const { reason } = await theirs(shopifyVendor, { headers: renamed, body });
    expect(JSON.parse(reason)).toMatchObject({ missingHeaders: ['X-Shopify-Hmac-Sha256'] });
    expect(ours(shopify, { headers: renamed, body }, secrets.secret).accepted).toBe(true);
  });

  it('Kontent’s library can rewrite line breaks; as the bytes come, both agree without', () => {
    const sent = '{\r\n  "a": 1\r\n}';
    const { headers } = signOurs(kontent, sent, secrets.secret);
    const rewritten = signatureHelper.replaceLinebreaks(sent.replaceAll('\r\n', '\n'));
    expect(rewritten).toBe(sent);
    expect(ours(kontent, { headers, body: sent }, secrets.secret).accepted).toBe(true);
    expect(ours(kontent, { headers, body: sent.replaceAll('\r\n', '\n') }, secrets.secret).reason).toBe(
      'ERR_WEBHOOK_SIGNATURE',
    );
  });
});
