import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  circle,
  ebay,
  fal,
  makeCircle,
  makeEbay,
  makeFal,
  makeFetchedKeysProvider,
  makePaypal,
  makePlaid,
  paypal,
  plaid,
  sign,
  verify,
  verifySync,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { certify } from '../../helpers/certificate';
import { NOW, send, startGuard } from '../../helpers/http';
import { typeErrorOf } from '../../helpers/type-error';

const BODY = Buffer.from('{"notificationId":"n","notificationType":"made"}');
const KEY_ID = '879dc113-5ca4-4ff7-a6b7-54652083fcf8';
const REFUSED = { status: 401 };

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const privatePem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const publicText = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');

async function deliver(provider: Provider, secret: string, key: KeyObject, id = KEY_ID): Promise<Webhook> {
  const signBy = { id, value: `${secret} ${privatePem(key)}` };
  const headers = sign(provider, { secret: signBy, now: NOW }, { body: BODY });
  return verify({ method: 'POST', url: '/', headers, body: BODY }, { provider, secret, now: NOW });
}

/** Answers in place of the network, and says what was asked for. */
function answerFetches(...answers: readonly [number, string][]): jest.SpyInstance {
  const fetches = jest.spyOn(globalThis, 'fetch');
  for (const [status, text] of answers) fetches.mockResolvedValueOnce(new Response(text, { status }));
  return fetches;
}

afterEach(() => jest.restoreAllMocks());

describe('makeFetchedKeysProvider()', () => {
  it('verifies what it signs, with the key that the delivery names', async () => {
    const provider = makeCircle({ fetchKey: (id) => (id === KEY_ID ? publicText(ec.publicKey) : undefined) });
    expect(await deliver(provider, 'an-api-key', ec.privateKey)).toMatchObject({
      verified: true,
      event: 'made',
    });
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await expect(deliver(provider, 'an-api-key', other.privateKey)).rejects.toMatchObject(REFUSED);
  });

  it('takes no key of another kind than the sender has', async () => {
    const provider = makeCircle({ fetchKey: () => publicText(ed.publicKey) });
    await expect(deliver(provider, 'an-api-key', ec.privateKey)).rejects.toMatchObject(REFUSED);
  });

  it('needs time, so that verifySync() says to use verify()', () => {
    const headers = { 'x-circle-key-id': KEY_ID, 'x-circle-signature': 'AAAA' };
    const provider = makeCircle({ fetchKey: () => undefined });
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    expect(typeErrorOf(() => verifySync(delivery, { provider, secret: 'an-api-key' }))).toContain(
      'use verify()',
    );
  });

  it('asks nothing of its own for a tenant that is not there', async () => {
    const fetchKey = jest.fn(() => publicText(ec.publicKey));
    const provider = makeCircle({ fetchKey });
    await deliver(provider, 'an-api-key', ec.privateKey);
    const signBy = { id: KEY_ID, value: `an-api-key ${privatePem(ec.privateKey)}` };
    const headers = sign(provider, { secret: signBy, now: NOW }, { body: BODY });
    const { port } = await startGuard({ provider, secret: () => undefined, clock: () => NOW });
    expect((await send(port, { headers, body: BODY })).status).toBe(401);
    expect(fetchKey).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['circle', circle, 'short'],
    ['ebay', ebay, 'client-id-alone'],
    ['fal', fal, 'two words'],
    ['paypal', paypal, 'a|b'],
    ['plaid', plaid, 'client-id-alone'],
  ])('refuses a secret of %s that names no owner', (name, provider, secret) => {
    const delivery = { method: 'POST', url: '/', headers: {}, body: BODY };
    expect(typeErrorOf(() => verifySync(delivery, { provider, secret }))).toContain(
      `option "secret" is not what ${name} uses`,
    );
  });

  it('signs with a private key behind the owner, and what the sender would sign', () => {
    const settings = { secret: 'an-api-key', now: NOW };
    expect(typeErrorOf(() => sign(circle, settings, { body: BODY }))).toContain('is not what circle uses');
    const provider = makeFetchedKeysProvider({
      name: 'acme',
      headers: [],
      keyType: 'ec',
      digest: 'sha256',
      owner: /./,
      listKeys: () => [],
      readSignature: () => undefined,
      writeSigned: () => undefined,
      writeHeaders: () => ({}),
    });
    const secret = `a ${privatePem(ec.privateKey)}`;
    expect(typeErrorOf(() => sign(provider, { secret }, { body: BODY }))).toContain(
      'cannot sign this delivery',
    );
  });
});

describe('fal', () => {
  const keys = (key: KeyObject): string => JSON.stringify({ keys: [key.export({ format: 'jwk' })] });

  it('takes deliveries of its own user alone, whom fal has signed like any other', async () => {
    const provider = makeFal({ fetchKeys: () => keys(ed.publicKey) });
    expect(await deliver(provider, 'me', ed.privateKey)).toMatchObject({
      verified: true,
      id: 'sample-request',
    });
    const secret = `other ${privatePem(ed.privateKey)}`;
    const headers = sign(provider, { secret, now: NOW }, { body: BODY });
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    await expect(verify(delivery, { provider, secret: 'me', now: NOW })).rejects.toMatchObject(REFUSED);
  });
});

describe('eBay', () => {
  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['another algorithm', JSON.stringify({ alg: 'rsa', kid: KEY_ID, signature: 'AAAA', digest: 'SHA1' })],
    ['another digest', JSON.stringify({ alg: 'ecdsa', kid: KEY_ID, signature: 'AAAA', digest: 'MD5' })],
    ['no signature', JSON.stringify({ alg: 'ecdsa', kid: KEY_ID, digest: 'SHA1' })],
    [
      'a key id that leads elsewhere',
      JSON.stringify({ alg: 'ecdsa', kid: '../x', signature: 'AAAA', digest: 'SHA1' }),
    ],
    ['no key id', JSON.stringify({ alg: 'ecdsa', signature: 'AAAA', digest: 'SHA1' })],
  ])('asks for no key where the header has %s', async (_what, json) => {
    const fetchKey = jest.fn();
    const headers = { 'x-ebay-signature': Buffer.from(json).toString('base64') };
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    const settings = { provider: makeEbay({ fetchKey }), secret: 'id:secret', now: NOW };
    await expect(verify(delivery, settings)).rejects.toMatchObject(REFUSED);
    await expect(
      verify({ ...delivery, headers: { 'x-ebay-signature': '%' } }, settings),
    ).rejects.toMatchObject(REFUSED);
    expect(fetchKey).not.toHaveBeenCalled();
  });

  const pem = `-----BEGIN PUBLIC KEY-----${publicText(ec.publicKey)}-----END PUBLIC KEY-----`;

  it('gets a token with the credentials, and the key with the token', async () => {
    const fetches = answerFetches([200, '{"access_token":"t"}'], [200, JSON.stringify({ key: pem })]);
    const provider = makeEbay({ environment: 'sandbox' });
    expect(await deliver(provider, 'id:secret', ec.privateKey)).toMatchObject({ verified: true });
    expect(fetches.mock.calls).toMatchObject([
      ['https://api.sandbox.ebay.com/identity/v1/oauth2/token', { method: 'POST', redirect: 'error' }],
      [
        `https://api.sandbox.ebay.com/commerce/notification/v1/public_key/${KEY_ID}`,
        { headers: { Authorization: 'Bearer t' } },
      ],
    ]);
  });

  it('answers 503 where it gets no token, and 401 where there is no such key', async () => {
    answerFetches([403, '']);
    await expect(deliver(makeEbay(), 'id:secret', ec.privateKey)).rejects.toMatchObject({ status: 503 });
    answerFetches([200, '{"access_token":"t"}'], [404, '']);
    await expect(deliver(makeEbay(), 'id:secret', ec.privateKey)).rejects.toMatchObject(REFUSED);
  });
});

describe('Circle and Plaid', () => {
  it('Circle gives its key for the API key', async () => {
    const fetches = answerFetches([200, JSON.stringify({ data: { publicKey: publicText(ec.publicKey) } })]);
    expect(await deliver(makeCircle(), 'an-api-key', ec.privateKey)).toMatchObject({ verified: true });
    expect(fetches.mock.calls).toMatchObject([
      [
        `https://api.circle.com/v2/notifications/publicKey/${KEY_ID}`,
        { redirect: 'error', headers: { Authorization: 'Bearer an-api-key' } },
      ],
    ]);
    answerFetches([404, '']);
    await expect(deliver(makeCircle(), 'an-api-key', ec.privateKey)).rejects.toMatchObject(REFUSED);
  });

  const SECRET = '5f2e2d0b8c9d:3a1e5c7f9b';
  const jwk = ec.publicKey.export({ format: 'jwk' });

  it.each([
    ['that is in use', [200, JSON.stringify({ key: { ...jwk, expired_at: null } })], 200],
    ['without an end', [200, JSON.stringify({ key: jwk })], 200],
    ['that has expired', [200, JSON.stringify({ key: { ...jwk, expired_at: 1_700_000_000 } })], 401],
    ['that is not there', [404, ''], 401],
    ['while it fails', [500, ''], 503],
  ] as const)('Plaid is asked for a key %s with the credentials', async (_what, answer, status) => {
    const fetches = answerFetches([...answer]);
    const result = deliver(makePlaid({ environment: 'sandbox' }), SECRET, ec.privateKey, 'key');
    if (status === 200) expect(await result).toMatchObject({ verified: true });
    else await expect(result).rejects.toMatchObject({ status });
    expect(fetches.mock.calls).toMatchObject([
      [
        'https://sandbox.plaid.com/webhook_verification_key/get',
        {
          method: 'POST',
          redirect: 'error',
          body: JSON.stringify({ client_id: '5f2e2d0b8c9d', secret: '3a1e5c7f9b', key_id: 'key' }),
        },
      ],
    ]);
  });
});

describe('PayPal', () => {
  const WEBHOOK = '1JE4291016473214C';
  const ADDRESS = 'https://api.paypal.com/v1/notifications/certs/CERT-1';
  const self = certify('rsa');

  it('refuses a certificate of another name, though its address is right', async () => {
    const fetchCertificate = jest.fn(() => self.certificate);
    const provider = makePaypal({ fetchCertificate });
    await expect(deliver(provider, WEBHOOK, self.privateKey, ADDRESS)).rejects.toMatchObject(REFUSED);
    expect(fetchCertificate).toHaveBeenCalledWith(ADDRESS, expect.anything());
  });

  it('refuses where there is no certificate, and answers 503 where it cannot be had', async () => {
    const none = makePaypal({ fetchCertificate: () => undefined });
    await expect(deliver(none, WEBHOOK, self.privateKey, 'default')).rejects.toMatchObject(REFUSED);
    const failing = makePaypal({
      fetchCertificate: () => {
        throw new Error('no route');
      },
    });
    await expect(deliver(failing, WEBHOOK, self.privateKey, ADDRESS)).rejects.toMatchObject({ status: 503 });
  });

  it.each([
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/CERT-1?x=1',
    'https://api.paypal.com/v1/notifications/certs/../../x',
    'https://evil.paypal.com/v1/notifications/certs/CERT-1',
  ])('asks for no certificate at %s', async (address) => {
    const fetchCertificate = jest.fn(() => self.certificate);
    const provider = makePaypal({ fetchCertificate });
    await expect(deliver(provider, WEBHOOK, self.privateKey, address)).rejects.toMatchObject(REFUSED);
    expect(fetchCertificate).not.toHaveBeenCalled();
  });
});
