import { defineProvider, sign, type CustomProviderDefinition, type Provider } from 'hooklatch';
import { getCompiled } from '../../src/core/compiled-provider';
import { prepareSecrets } from '../../src/core/secrets';
import { typeErrorOf } from '../helpers/type-error';

const BASE: CustomProviderDefinition = { name: 'own', headers: ['X-Mac'], verify: () => ({}) };
const define = (more: object = {}): Provider => defineProvider({ ...BASE, ...more });
const messageOf = (more: object): string => typeErrorOf(() => define(more));

describe('defineProvider() of a provider with functions', () => {
  it('fills in the defaults, and shows no function', () => {
    const functions = {
      readSecret: () => '',
      readSigningSecret: () => '',
      sign: () => ({}),
      signBody: () => Buffer.alloc(0),
    };
    expect(define(functions)).toEqual({
      name: 'own',
      algorithm: 'custom',
      signature: { header: ['X-Mac'], encoding: 'utf8' },
      signed: ['{body}'],
      secret: { encoding: 'utf8' },
      timestamp: { header: [], unit: 'milliseconds', toleranceSeconds: 300 },
      methods: ['POST'],
      content: 'json',
      duplicates: { key: 'signed' },
      refusal: { status: 401 },
    });
  });

  it('keeps all that a provider of data has too', () => {
    const more = {
      docs: 'https://example.org/',
      id: { header: 'X-Id' },
      event: { body: 'type' },
      methods: ['PUT', 'POST'],
      events: { created: ['PUT'] },
      content: 'form',
      bodyLimit: '2mb',
      handlerTimeoutMs: 1000,
      duplicates: { key: 'id', also: ['X-Id'], ttlSeconds: 60 },
      refusal: { status: 403, uniform: true },
      acknowledge: { status: 200, text: 'ok' },
      handshakes: [{ when: { method: 'GET' }, answer: { echo: 'challenge' } }],
    };
    expect(define({ ...more, toleranceSeconds: 9 })).toMatchObject({
      ...more,
      timestamp: { toleranceSeconds: 9 },
    });
  });

  it('knows whether the address is signed, and which headers are needed', () => {
    const signed = ({ coversUrl, signatureHeaders }: ReturnType<typeof getCompiled>): unknown[] => [
      coversUrl,
      signatureHeaders,
    ];
    expect(signed(getCompiled(define({ signsUrl: true, headers: ['X-A', 'X-B'] })))).toEqual([
      true,
      ['x-a', 'x-b'],
    ]);
    expect(signed(getCompiled(define({ signsUrl: false, headers: [] })))).toEqual([false, []]);
    expect(define({ signsUrl: true }).signed).toEqual(['{url}', '{body}']);
  });

  it('cannot be changed', () => {
    const headers = ['X-Mac'];
    const provider = define({ headers });
    headers.push('X-Other');
    expect(provider.signature.header).toEqual(['X-Mac']);
    expect(Object.isFrozen(provider.signature.header)).toBe(true);
  });

  it('passes no check of a signature that is data', () => {
    const [secret] = prepareSecrets(define(), 'a secret for tests, long enough', () => undefined);
    const content = { before: '', body: Buffer.from('{}'), after: '' };
    expect(secret!.compute(content)).toHaveLength(0);
    expect(secret!.check(content, [secret!.compute(content), Buffer.alloc(32)])).toBe(false);
  });

  it.each([
    [{ verify: undefined }, 'option "verify" must be a function, got undefined'],
    [{ verify: 'hmac' }, `option "verify" must be a function, got 'hmac'`],
    [{ headers: undefined }, 'option "headers" must be a header name or a list of them, got undefined'],
    [{ headers: 'X-Mac' }, `option "headers" must be a header name or a list of them, got 'X-Mac'`],
    [{ headers: ['X Mac'] }, 'option "headers" must be a header name or a list of them'],
    [{ headers: [['X-Mac', 'X-Old']] }, 'option "headers" must be a header name or a list of them'],
    [{ headers: [''] }, 'option "headers" must be a header name or a list of them'],
    [{ read: 'body' }, 'option "read" must be a function'],
    [{ makeDummySecret: 'text' }, 'option "makeDummySecret" must be a function'],
    [{ about: 'text' }, 'option "about" must be an object'],
    [{ about: { signed: 1 } }, `defineProvider('own') about: option "signed" must be`],
    [{ name: 'Own' }, 'option "name" must be lower-case words'],
    [{ name: undefined }, 'option "name" must be lower-case words'],
    [{ signsUrl: 'yes' }, 'defineProvider(): option "signsUrl" must be true or false'],
    [{ toleranceSeconds: 0 }, 'option "toleranceSeconds" must be a number of seconds from 1 to 604800'],
    [{ toleranceSeconds: NaN }, 'option "toleranceSeconds" must be a number of seconds'],
    [{ toleranceSeconds: '300' }, 'option "toleranceSeconds" must be a number of seconds'],
    [{ readSecret: 'utf8' }, 'option "readSecret" must be a function'],
    [{ readSigningSecret: {} }, 'option "readSigningSecret" must be a function'],
    [{ sign: {} }, 'option "sign" must be a function'],
    [{ signBody: null }, 'option "signBody" must be a function'],
    [{ algorithm: 'hmac-sha256' }, 'unknown option "algorithm"; the options are name, docs,'],
    [{ signature: { header: 'a', encoding: 'hex' } }, 'unknown option "signature"'],
    [{ secret: { encoding: 'utf8' } }, 'unknown option "secret"'],
    [{ signed: ['{body}'] }, 'unknown option "signed"'],
    [{ timestamp: {} }, 'unknown option "timestamp"'],
    [
      { refusal: { status: 399 } },
      `defineProvider('own') refusal: option "status" must be a status of refusal`,
    ],
    [{ id: { body: '' } }, `defineProvider('own') id: option "body" must be a field`],
    [{ events: { a: 'POST' } }, `defineProvider('own') events: option "a" must be a list of methods`],
    [{ duplicates: { key: 'x' } }, `defineProvider('own') duplicates: option "key" must be`],
    [
      { handshakes: [{ when: { has: 'a' }, answer: { json: { mac: '{hmac a}' } } }] },
      `defineProvider('own') handshakes: "{hmac …}" is for algorithms`,
    ],
  ])('refuses %p', (more, message) => {
    expect(messageOf(more)).toContain(message);
  });

  it('says what is missing where data has no "verify" and functions have no data', () => {
    const { verify, ...rest } = BASE;
    expect(typeErrorOf(() => defineProvider(rest as never))).toContain('unknown option "headers"');
    expect(typeErrorOf(() => defineProvider({ verify } as never))).toContain('option "name" must be');
  });
});

describe('sign() of a provider with functions', () => {
  const SECRET = 'a-secret-of-thirty-two-characters';
  const BODY = Buffer.from('{}');

  it('gives its "sign" what is sent, the key, the time and the window', () => {
    const signing = jest.fn(() => ({ 'X-Mac': 'a' }));
    const provider = define({ sign: signing, toleranceSeconds: 60 });
    expect(sign(provider, { secret: SECRET, now: 5 }, { body: BODY })).toEqual({ 'X-Mac': 'a' });
    expect(signing).toHaveBeenCalledWith(
      { method: 'POST', url: '', headers: {}, body: BODY },
      { key: SECRET, secretId: 'default', secretIds: ['default'], now: 5, toleranceMs: 60_000 },
    );
    sign(provider, { secret: { id: 'new', value: SECRET } }, { url: '/hook', body: BODY });
    expect(signing).toHaveBeenLastCalledWith(
      expect.objectContaining({ url: '/hook' }),
      expect.objectContaining({ secretId: 'new', secretIds: ['new'] }),
    );
  });

  it('refuses one that has no "sign"', () => {
    expect(typeErrorOf(() => sign(define(), { secret: SECRET }, { body: BODY }))).toBe(
      'sign(): own has no "sign" of its own',
    );
  });
});
