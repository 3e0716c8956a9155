import { Signature } from '@hubspot/api-client/lib/src/utils/signature';
import { hubspotV1, hubspotV2, hubspotV3, sign } from 'hooklatch';
import { describeVendor } from './harness';
import { NOW, ours, signOurs, theirs, URL_OF_HOOK, type Vendor } from './sides';

const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

const options = (
  body: string,
  secret: string,
): { url: string; clientSecret: string; requestBody: string } => ({
  url: URL_OF_HOOK,
  clientSecret: secret,
  requestBody: body,
});

const plain = (version: 'v1' | 'v2'): Vendor => ({
  provider: version === 'v1' ? hubspotV1 : hubspotV2,
  package: '@hubspot/api-client',
  secret: SECRET,
  otherSecret: `${SECRET}z`,
  sdkVerify: ({ headers, body }, secret) =>
    Signature.isValid({
      ...options(body, secret),
      signature: headers['x-hubspot-signature']!,
      signatureVersion: version,
    }),
  sdkSign: (body, secret) => ({
    'x-hubspot-signature': Signature.getSignature('POST', version, {
      ...options(body, secret),
      signature: '',
    }),
  }),
});

describeVendor({ ...plain('v1'), provider: hubspotV1 });
describeVendor({ ...plain('v2'), provider: hubspotV2 });

const v3: Vendor = {
  provider: hubspotV3,
  package: '@hubspot/api-client',
  secret: SECRET,
  otherSecret: `${SECRET}z`,
  sdkVerify: ({ headers, body }, secret) =>
    Signature.isValid({
      ...options(body, secret),
      signature: headers['x-hubspot-signature-v3']!,
      signatureVersion: 'v3',
      method: 'POST',
      timestamp: Number(headers['x-hubspot-request-timestamp']),
    }),
  sdkSign: (body, secret, timestamp) => ({
    'x-hubspot-request-timestamp': String(timestamp),
    'x-hubspot-signature-v3': Signature.getSignature('POST', 'v3', {
      ...options(body, secret),
      signature: '',
      timestamp,
    }),
  }),
  refusal: /^false$|^Timestamp is invalid, reject request$/,
  window: 'past',
};
describeVendor(v3);

describe('@hubspot/api-client', () => {
  it('both refuse another address', async () => {
    const settings = { secret: SECRET, now: NOW, publicUrl: `${URL_OF_HOOK}&more=1` };
    for (const vendor of [plain('v2'), v3]) {
      const signed = sign(vendor.provider, settings, { method: 'POST', body: Buffer.from('[]') });
      const headers = Object.fromEntries(
        Object.entries(signed).map(([name, value]) => [name.toLowerCase(), value]),
      );
      expect(await theirs(vendor, { headers, body: '[]' })).toMatchObject({ accepted: false });
      expect(ours(vendor.provider, { headers, body: '[]' }, SECRET).reason).toBe('ERR_WEBHOOK_SIGNATURE');
    }
  });

  it('compares text, so that it refuses hexadecimal in upper case; verify() takes it', async () => {
    const mine = signOurs(hubspotV2, '[]', SECRET);
    const headers = { 'x-hubspot-signature': mine.headers['x-hubspot-signature']!.toUpperCase() };
    expect(await theirs(plain('v2'), { headers, body: '[]' })).toMatchObject({ accepted: false });
    expect(ours(hubspotV2, { headers, body: '[]' }, SECRET).accepted).toBe(true);
  });
});
