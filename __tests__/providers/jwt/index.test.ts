import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  livekit,
  makeFusionauth,
  makeGooglePubsub,
  makeJwtProvider,
  makeSaleor,
  makeTruelayer,
  sign,
  signBody,
  truelayer,
  verify,
  verifySync,
  wix,
  type JwtAlgorithm,
  type JwtProviderOptions,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { NOW, send, startGuard } from '../../helpers/http';
import { typeErrorOf } from '../../helpers/type-error';

const SECRET = 'a secret for tests, long enough';
const PUBLIC_URL = 'https://example.org/hook?a=1';
const BODY = Buffer.from('{"id":"1","type":"made","name":"café ☕"}');
const REFUSED = { status: 401 };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PAIRS: Readonly<Record<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> = {
  RS: rsa,
  PS: rsa,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  Ed: generateKeyPairSync('ed25519'),
};
const pairFor = (alg: string) => PAIRS[alg] ?? PAIRS[alg.slice(0, 2)]!;
const privatePem = ({ privateKey }: { readonly privateKey: KeyObject } = rsa): string =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const publicText = ({ publicKey }: { readonly publicKey: KeyObject }): string =>
  publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const keySet = (kid = 'default'): string =>
  JSON.stringify({ keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), kid }] });

const make = (options: Partial<JwtProviderOptions> = {}): Provider =>
  makeJwtProvider({
    name: 'acme',
    token: { header: 'X-Token' },
    algorithms: ['HS256'],
    digests: [{ claim: 'sha', of: 'body', encoding: 'hex' }],
    ...options,
  });

interface Sent {
  readonly provider: Provider;
  readonly secret?: string;
  readonly signBy?: string;
  readonly now?: number;
  readonly at?: number;
  readonly body?: Buffer;
  readonly received?: Buffer;
  readonly method?: string;
}

/** Signs as the sender would, and verifies as the receiver does. */
async function deliver(sent: Sent): Promise<Webhook> {
  const { provider, secret = SECRET, signBy = secret, now = NOW, at = now, body = BODY } = sent;
  const { received = body, method = 'POST' } = sent;
  const headers = sign(provider, { secret: signBy, now, publicUrl: PUBLIC_URL }, { method, body });
  const delivery = { method, url: '/hook', headers, body: received };
  return verify(delivery, { provider, secret, now: at, publicUrl: PUBLIC_URL });
}

/** A token that the sender would not write: signed by its key, with these claims. */
async function deliverClaims(
  provider: Provider,
  claims: Readonly<Record<string, unknown>>,
): Promise<Webhook> {
  const writer = makeJwtProvider({ name: 'acme', token: 'body', algorithms: ['HS256'] });
  const body = Buffer.from(JSON.stringify({ iat: undefined, jti: undefined, ...claims }));
  const token = signBody(writer, { secret: SECRET, now: NOW }, { body }).toString();
  const delivery = { method: 'POST', url: '/', headers: { 'x-token': token }, body: BODY };
  return verify(delivery, { provider, secret: SECRET, now: NOW, publicUrl: PUBLIC_URL });
}

describe('makeJwtProvider()', () => {
  it.each(['HS256', 'HS384', 'HS512'] as const)('verifies %s by a shared secret', async (alg) => {
    const provider = make({ algorithms: [alg] });
    expect(await deliver({ provider })).toMatchObject({ verified: true, payload: { type: 'made' } });
    await expect(deliver({ provider, signBy: `${SECRET}.` })).rejects.toMatchObject(REFUSED);
    await expect(deliver({ provider, received: Buffer.from('{}') })).rejects.toMatchObject(REFUSED);
  });

  it.each([
    ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
    ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
  ])('verifies %s by a public key, and not by another', async (alg: JwtAlgorithm) => {
    const provider = make({ algorithms: [alg] });
    const pair = pairFor(alg);
    expect(await deliver({ provider, secret: publicText(pair), signBy: privatePem(pair) })).toMatchObject({
      verified: true,
    });
    const other = generateKeyPairSync('ed25519');
    await expect(
      deliver({ provider, secret: publicText(other), signBy: privatePem(pair) }),
    ).rejects.toMatchObject(REFUSED);
  });

  it('needs time, so that verifySync() says to use verify()', () => {
    const provider = make();
    const headers = sign(provider, { secret: SECRET, now: NOW }, { body: BODY });
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    expect(typeErrorOf(() => verifySync(delivery, { provider, secret: SECRET, now: NOW }))).toContain(
      'use verify()',
    );
  });

  it('takes the body for unsigned where no claim has its digest', async () => {
    const webhook = await deliver({ provider: make({ digests: [] }), received: Buffer.from('{"x":1}') });
    expect(webhook).toMatchObject({ payload: {}, unsigned: { x: 1 }, trusted: { event: false } });
  });

  it('takes a body without a digest where it may be missing and the body is empty, and only there', async () => {
    const digests = [{ claim: 'sha', of: 'body', encoding: 'hex', unlessEmpty: true }] as const;
    const provider = make({ digests });
    const empty = {
      method: 'POST',
      url: '/',
      headers: sign(make({ digests: [] }), { secret: SECRET, now: NOW }, { body: BODY }),
    };
    const settings = { provider, secret: SECRET, now: NOW };
    expect(await verify({ ...empty, body: Buffer.alloc(0) }, settings)).toMatchObject({ verified: true });
    await expect(verify({ ...empty, body: BODY }, settings)).rejects.toMatchObject(REFUSED);
  });

  it.each([1, true, null, ['a'], 'zz', ''])('refuses a digest that is %j', async (sha) => {
    await expect(deliverClaims(make(), { sha })).rejects.toMatchObject(REFUSED);
  });

  it('reads the name of a scheme in front of the token in either case', async () => {
    const provider = make({ token: { header: 'Authorization', prefix: 'Bearer ' } });
    const { Authorization = '' } = sign(provider, { secret: SECRET, now: NOW }, { body: BODY });
    const judge = async (authorization: string): Promise<Webhook> =>
      verify(
        { method: 'POST', url: '/', headers: { authorization }, body: BODY },
        { provider, secret: SECRET, now: NOW },
      );
    expect(await judge(Authorization.replace('Bearer', 'bearer'))).toMatchObject({ verified: true });
    await expect(judge(Authorization.replace('Bearer ', ''))).rejects.toMatchObject(REFUSED);
    await expect(judge(Authorization.replace('Bearer', 'Basic'))).rejects.toMatchObject(REFUSED);
  });
});

describe('the claims of a token', () => {
  const judge = async (options: Partial<JwtProviderOptions>, claims: Readonly<Record<string, unknown>>) =>
    deliverClaims(make({ digests: [], ...options }), claims);

  it.each([
    ['a text', { iss: 'acme' }, { iss: 'acme' }, { iss: 'acme2' }],
    ['one of several', { iss: ['a', 'b'] }, { iss: 'b' }, { iss: 'c' }],
    ['a boolean', { ok: true }, { ok: true }, { ok: 'true' }],
    ['the address', { aud: { of: 'url' } }, { aud: PUBLIC_URL }, { aud: 'https://example.org/other' }],
    ['the address among others', { aud: { of: 'url' } }, { aud: ['x', PUBLIC_URL] }, { aud: ['x'] }],
  ] as const)('must be %s where it is wanted', async (_what, claims, good, bad) => {
    expect(await judge({ claims }, good)).toMatchObject({ verified: true });
    await expect(judge({ claims }, bad)).rejects.toMatchObject(REFUSED);
    await expect(judge({ claims }, {})).rejects.toMatchObject(REFUSED);
  });

  const seconds = NOW / 1000;
  it.each([
    ['has ended', { exp: seconds - 61 }, false],
    ['has ended within a minute', { exp: seconds - 60 }, true],
    ['has not begun', { nbf: seconds + 61 }, false],
    ['begins within a minute', { nbf: seconds + 60 }, true],
    ['was issued in the future', { iat: seconds + 61 }, false],
    ['ends as a text', { exp: String(seconds + 60) }, false],
    ['begins as null', { nbf: null }, false],
    ['has no times', {}, true],
  ])('is taken by its times where it %s: %s', async (_when, claims, isTaken) => {
    const result = judge({}, { iat: seconds, ...claims });
    if (isTaken) expect(await result).toMatchObject({ verified: true });
    else await expect(result).rejects.toMatchObject({ code: 'ERR_WEBHOOK_TIMESTAMP' });
  });

  it('must have an end where the sender always writes one', async () => {
    expect(await judge({ expires: true }, { exp: seconds + 60 })).toMatchObject({ timestamp: undefined });
    await expect(judge({ expires: true }, {})).rejects.toMatchObject({ code: 'ERR_WEBHOOK_TIMESTAMP' });
  });

  it('is taken for the window from its time of issue where the sender writes no end', async () => {
    const options = { issued: true, toleranceSeconds: 300 } as const;
    expect((await judge(options, { iat: seconds - 300 })).timestamp).toEqual(new Date(NOW - 300_000));
    await expect(judge(options, { iat: seconds - 301 })).rejects.toMatchObject({
      code: 'ERR_WEBHOOK_TIMESTAMP',
    });
  });

  it('names the id of the delivery', async () => {
    expect((await judge({ idClaim: 'jti' }, { jti: 'j-1' })).id).toBe('j-1');
    expect((await judge({ idClaim: 'jti' }, { jti: 7 })).id).toBeUndefined();
  });
});

describe('a token that is not one', () => {
  const provider = make();
  const token = sign(provider, { secret: SECRET, now: NOW }, { body: BODY })['X-Token']!;
  const [start = '', payload = '', signature = ''] = token.split('.');
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each([
    ['with a fourth part', `${token}.${signature}`],
    ['with padding', `${token}=`],
    ['without a payload', `${start}..${signature}`],
    ['without a signature', `${start}.${payload}.`],
    ['without any dot', 'token'],
    ['in two parts', `${start}.${signature}`],
    ['with a header that is not base64url', `${start}=.${payload}.${signature}`],
    ['with a header that is no JSON', `${Buffer.from('{').toString('base64url')}.${payload}.${signature}`],
    ['with a header that is a list', `${encode([])}.${payload}.${signature}`],
    [
      'with a header that is not UTF-8',
      `${Buffer.from([0xff]).toString('base64url')}.${payload}.${signature}`,
    ],
    ['of the algorithm none', `${encode({ alg: 'none' })}.${payload}.${signature}`],
    [
      'of an algorithm that is a property of all objects',
      `${encode({ alg: 'toString' })}.${payload}.${signature}`,
    ],
    ['with a key id that is a number', `${encode({ alg: 'HS256', kid: 1 })}.${payload}.${signature}`],
    ['with an endless key id', `${encode({ alg: 'HS256', kid: 'k'.repeat(257) })}.${payload}.${signature}`],
    [
      'with an extension that must be known',
      `${encode({ alg: 'HS256', crit: ['x'], x: 1 })}.${payload}.${signature}`,
    ],
    [
      'with a payload as it is',
      `${encode({ alg: 'HS256', crit: ['b64'], b64: false })}.${payload}.${signature}`,
    ],
    ['with claims that are no object', `${start}.${encode('a')}.${signature}`],
  ])('is refused: %s', async (_what, text) => {
    const delivery = { method: 'POST', url: '/', headers: { 'x-token': text }, body: BODY };
    await expect(verify(delivery, { provider, secret: SECRET, now: NOW })).rejects.toMatchObject(REFUSED);
  });
});

describe('a token that is the body', () => {
  const RECEIVED = { method: 'POST', url: '/', headers: {} };
  const secret = publicText(rsa);

  it('has the claims for its payload', async () => {
    const data = JSON.stringify({ data: '{"id":7}', eventType: 'made', instanceId: 'i' });
    const draft = { body: Buffer.from(JSON.stringify({ data })) };
    const body = signBody(wix, { secret: privatePem(), now: NOW }, draft);
    expect(sign(wix, { secret: privatePem(), now: NOW }, draft)).toEqual({});
    const webhook = await verify({ ...RECEIVED, body }, { provider: wix, secret, now: NOW });
    expect(webhook).toMatchObject({ event: 'made', payload: { data: { id: 7 }, instanceId: 'i' } });
    expect(webhook.trusted.event).toBe(true);
  });

  it.each([
    ['no data', {}],
    ['data that is no JSON', { data: '{' }],
    ['data that is a list', { data: '[]' }],
  ])('is refused where it has %s, rightly signed', async (_what, claims) => {
    const body = signBody(
      wix,
      { secret: privatePem(), now: NOW },
      { body: Buffer.from(JSON.stringify(claims)) },
    );
    await expect(verify({ ...RECEIVED, body }, { provider: wix, secret, now: NOW })).rejects.toMatchObject(
      REFUSED,
    );
  });

  it('keeps inner data that is no JSON as it is', async () => {
    const draft = Buffer.from(JSON.stringify({ data: '{"data":"plain","eventType":"made"}' }));
    const body = signBody(wix, { secret: privatePem(), now: NOW }, { body: draft });
    expect((await verify({ ...RECEIVED, body }, { provider: wix, secret, now: NOW })).payload).toMatchObject({
      data: 'plain',
    });
  });

  it('is not read where it is larger than a megabyte', async () => {
    const body = Buffer.alloc(1_048_577, 'a');
    await expect(verify({ ...RECEIVED, body }, { provider: wix, secret, now: NOW })).rejects.toMatchObject(
      REFUSED,
    );
  });
});

describe('keys that are fetched', () => {
  const OWNER = 'https://auth.example.org';
  const signBy = `${OWNER} ${privatePem()}`;

  it('are found by the id that the token names, at the address of the owner', async () => {
    const fetchKeys = jest.fn(() => keySet());
    const provider = makeFusionauth({ fetchKeys });
    expect(await deliver({ provider, secret: OWNER, signBy })).toMatchObject({ verified: true });
    expect(fetchKeys).toHaveBeenCalledWith(`${OWNER}/.well-known/jwks.json`, expect.anything());
  });

  it('are unavailable with 503 where the server fails, and never let a delivery in', async () => {
    const provider = makeFusionauth({
      fetchKeys: () => {
        throw new Error('no route');
      },
    });
    await expect(deliver({ provider, secret: OWNER, signBy })).rejects.toMatchObject({ status: 503 });
    const headers = sign(provider, { secret: signBy, now: NOW }, { body: BODY });
    const { port, webhooks, decisions } = await startGuard({ provider, secret: OWNER, clock: () => NOW });
    const answer = await send(port, { headers, body: BODY });
    expect([answer.status, webhooks, decisions[0]?.code]).toEqual([503, [], 'ERR_WEBHOOK_SECRET']);
  });

  it('are of the owner that the secret names: the token of another account is refused', async () => {
    const provider = makeGooglePubsub({ fetchKeys: () => keySet(), audience: 'mine' });
    const own = 'push@project.iam.gserviceaccount.com';
    const asOther = `other@project.iam.gserviceaccount.com ${privatePem()}`;
    expect(await deliver({ provider, secret: own, signBy: `${own} ${privatePem()}` })).toMatchObject({
      verified: true,
    });
    await expect(deliver({ provider, secret: own, signBy: asOther })).rejects.toMatchObject(REFUSED);
  });

  it('are looked for in the sets of known owners, where a look-up finds no secret', async () => {
    const fetchKeys = jest.fn(() => keySet());
    const provider = makeFusionauth({ fetchKeys });
    const headers = sign(provider, { secret: signBy, now: NOW }, { body: BODY });
    let secrets: string | undefined = OWNER;
    const { port } = await startGuard({
      provider,
      secret: () => (secrets === undefined ? undefined : { secrets, scope: false }),
      clock: () => NOW,
    });
    expect((await send(port, { headers, body: BODY })).status).toBe(200);
    secrets = undefined;
    expect((await send(port, { headers, body: BODY })).status).toBe(401);
    expect(fetchKeys.mock.calls).toHaveLength(1);
  });

  it('of a dummy for a public key or for owner and secret let nothing in', async () => {
    for (const [provider, text] of [
      [make({ algorithms: ['ES256'] }), privatePem(PAIRS.ES256)],
      [make({ algorithms: ['EdDSA'] }), privatePem(PAIRS.Ed)],
      [make({ algorithms: ['RS256'] }), privatePem()],
      [livekit, `APIkey:${SECRET}`],
      [make(), SECRET],
    ] as const) {
      const headers = sign(provider, { secret: text, now: NOW }, { body: BODY });
      const { port } = await startGuard({ provider, secret: () => undefined, clock: () => NOW });
      expect((await send(port, { headers, body: BODY })).status).toBe(401);
    }
  });
});

describe('a detached signature', () => {
  it('covers the body as it is', async () => {
    const provider = makeSaleor({ fetchKeys: () => keySet() });
    const secret = 'https://yours.saleor.cloud';
    const sent = { provider, secret, signBy: `${secret} ${privatePem()}` };
    expect(await deliver(sent)).toMatchObject({ verified: true, payload: { type: 'made' } });
    await expect(deliver({ ...sent, received: Buffer.from('{}') })).rejects.toMatchObject(REFUSED);
  });

  it('covers method, path and the headers that it lists', async () => {
    const pair = PAIRS.ES512!;
    const keys = JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'default' }] });
    const provider = makeTruelayer({ fetchKeys: () => keys });
    const sent = { provider, secret: 'sandbox', signBy: `sandbox ${privatePem(pair)}` };
    expect(await deliver(sent)).toMatchObject({ verified: true });
    await expect(deliver({ ...sent, signBy: `sandbox ${privatePem(PAIRS.ES256)}` })).rejects.toThrow();
  });

  it.each([
    ['of another version', { tl_version: '1', tl_headers: '' }],
    ['without a list', { tl_version: '2' }],
    ['with a name that is none', { tl_version: '2', tl_headers: 'a b' }],
  ])('of TrueLayer is not taken %s', (_what, fields) => {
    const header = Buffer.from(JSON.stringify({ alg: 'ES512', kid: 'a', ...fields })).toString('base64url');
    const delivery = { method: 'POST', url: '/', headers: { 'tl-signature': `${header}..AAAA` }, body: BODY };
    return expect(
      verify(delivery, { provider: truelayer, secret: 'production', publicUrl: PUBLIC_URL }),
    ).rejects.toMatchObject(REFUSED);
  });

  it('of TrueLayer is not looked up at an address that the delivery names', async () => {
    const fetchKeys = jest.fn(() => keySet());
    const provider = makeTruelayer({ fetchKeys });
    const fields = {
      alg: 'ES512',
      kid: 'a',
      tl_version: '2',
      tl_headers: '',
      jku: 'https://evil.example/jwks',
    };
    const header = Buffer.from(JSON.stringify(fields)).toString('base64url');
    const delivery = { method: 'POST', url: '/', headers: { 'tl-signature': `${header}..AAAA` }, body: BODY };
    await expect(
      verify(delivery, { provider, secret: 'production', publicUrl: PUBLIC_URL }),
    ).rejects.toMatchObject(REFUSED);
    expect(fetchKeys).not.toHaveBeenCalled();
  });

  it('cannot be made of what the sender would not sign', () => {
    const provider = makeJwtProvider({
      name: 'acme',
      token: { header: 'X-Token' },
      algorithms: ['HS256'],
      detached: () => undefined,
    });
    expect(
      typeErrorOf(() => sign(provider, { secret: SECRET, publicUrl: PUBLIC_URL }, { body: BODY })),
    ).toContain('cannot sign this delivery');
  });
});

describe('the secret of a sender of tokens', () => {
  it.each([
    ['a public key for a shared secret', make(), publicText(rsa)],
    ['a shared secret for a public key', make({ algorithms: ['RS256'] }), SECRET],
    ['a private key for a public one', make({ algorithms: ['RS256'] }), privatePem()],
    ['a secret without its API key', livekit, SECRET],
    ['an API key without its secret', livekit, 'APIkey:'],
    ['an API key with a space', livekit, `API key:${SECRET}`],
    ['a public key behind an API key', livekit, `APIkey:${publicText(rsa)}`],
    ['a host for an address', makeFusionauth(), 'auth.example.org'],
    ['an address without TLS', makeFusionauth(), 'http://auth.example.org'],
    ['an account that is no address', makeGooglePubsub(), 'pusher'],
  ])('is refused where it is %s', (_what, provider, secret) => {
    const delivery = { method: 'POST', url: '/', headers: {}, body: BODY };
    const message = typeErrorOf(() => verifySync(delivery, { provider, secret, publicUrl: PUBLIC_URL }));
    expect(message).toContain(`option "secret" is not what ${provider.name} uses`);
  });

  it('is needed with a private key to sign, where keys are fetched', () => {
    expect(
      typeErrorOf(() => sign(makeFusionauth(), { secret: 'https://auth.example.org' }, { body: BODY })),
    ).toContain('option "secret" is not what fusionauth uses');
  });
});

describe('the options of makeJwtProvider()', () => {
  it.each([
    ['no "token"', { token: undefined }, 'option "token" must be'],
    ['a token in no header', { token: {} }, 'option "header" must be'],
    ['no algorithm', { algorithms: [] }, 'option "algorithms" must be a list of HS256'],
    ['the algorithm none', { algorithms: ['none'] }, 'option "algorithms" must be a list of HS256'],
    [
      'a shared secret beside public keys',
      { algorithms: ['HS256', 'RS256'] },
      'Make a provider of each kind',
    ],
    ['fetched shared secrets', { keys: () => undefined }, 'mixes a shared secret with public keys'],
    ['a claim that is a number', { claims: { a: 1 } }, 'option "a" must be a text, true or false'],
    ['a claim of the body', { claims: { a: { of: 'body' } } }, "or { of: 'owner' }"],
    ['a claim of none of several', { claims: { a: [] } }, 'a list of texts'],
    ['a digest without a claim', { digests: [{ of: 'body', encoding: 'hex' }] }, 'option "claim" must be'],
    [
      'a digest of the method',
      { digests: [{ claim: 'a', of: 'method', encoding: 'hex' }] },
      "'body' or 'url'",
    ],
    ['a digest in base32', { digests: [{ claim: 'a', of: 'url', encoding: 'base32' }] }, "'hex', 'base64'"],
    ['digests that are no list', { digests: {} }, 'option "digests" must be a list'],
    ['a claim of an owner that no secret names', { claims: { iss: { of: 'owner' } } }, 'needs "owner"'],
    ['an owner by a text', { owner: { pattern: 'a', example: 'a' } }, 'a regular expression'],
    [
      'a detached token that is the body',
      { token: 'body', detached: true, digests: [] },
      'a "detached" token',
    ],
    [
      'a detached token with claims',
      { detached: true, digests: [], claims: { a: 'b' } },
      'a "detached" token',
    ],
    ['a detached token with digests', { detached: true }, 'a "detached" token'],
    ['a detached token by a text', { detached: 'body' }, 'option "detached" must be true or a function'],
    ['an unknown option', { audience: 'a' }, 'unknown option "audience"'],
  ])('refuse %s', (_what, options, message) => {
    expect(typeErrorOf(() => make(options as Partial<JwtProviderOptions>))).toContain(message);
  });
});
