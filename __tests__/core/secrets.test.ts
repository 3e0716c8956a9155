import { discord, github, sendgrid, standardWebhooks, type Provider } from 'hooklatch';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { isInUse } from '../../src/core/secret-option';
import { makeDummySecret, newestAt, prepareSecrets, type PreparedSecret } from '../../src/core/secrets';
import { typeErrorOf } from '../helpers/type-error';

const VALUE = 'a-secret-of-thirty-two-characters';

function prepare(option: unknown, provider: Provider = github): readonly PreparedSecret[] {
  return prepareSecrets(provider, option, () => {
    throw new Error('no warning was expected');
  });
}

describe('prepareSecrets()', () => {
  it('calls a plain string "default"', () => {
    expect(prepare(VALUE)).toEqual([
      {
        id: 'default',
        notBefore: -Infinity,
        notAfter: Infinity,
        createdAt: NaN,
        check: expect.any(Function) as unknown,
        compute: expect.any(Function) as unknown,
        mark: expect.any(Function) as unknown,
        verify: expect.any(Function) as unknown,
      },
    ]);
  });

  it('takes several secrets, with the times between which they are used', () => {
    const secrets = prepare([
      VALUE,
      { id: 'new', value: VALUE, notBefore: new Date(5), notAfter: undefined },
      { id: 'old', value: VALUE, notAfter: new Date(9) },
    ]);
    expect(secrets.map(({ id, notBefore, notAfter }) => [id, notBefore, notAfter])).toEqual([
      ['default', -Infinity, Infinity],
      ['new', 5, Infinity],
      ['old', -Infinity, 9],
    ]);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', 'an empty string'],
    [' \n', 'a value of type string'],
    [0, 'a value of type number'],
    [NaN, 'a value of type number'],
    [true, 'a value of type boolean'],
    [Symbol('s'), 'a value of type symbol'],
    [() => VALUE, 'a value of type function'],
  ])('refuses %p, alone, in a list and as a "value"', (value, got) => {
    const message = `option "secret" must be a string that is not blank, got ${got}. If it comes from`;
    for (const option of [value, [VALUE, value], { id: 'a', value }]) {
      expect(typeErrorOf(() => prepare(option))).toContain(message);
    }
  });

  it('refuses an empty list, and a list in a list', () => {
    expect(typeErrorOf(() => prepare([]))).toContain('at least one secret, got an empty list');
    expect(() => prepare([[VALUE]])).toThrow('must be a string that is not blank, got an array of 1');
  });

  it.each([
    [{ id: '', value: VALUE }, `"id" must be a string that is not blank, got ''`],
    [{ id: ' ', value: VALUE }, `"id" must be a string that is not blank, got ' '`],
    [{ id: 0, value: VALUE }, '"id" must be a string that is not blank, got 0'],
    [{ id: null, value: VALUE }, '"id" must be a string that is not blank, got null'],
    [{ value: VALUE }, '"id" must be a string that is not blank, got undefined'],
    [
      { id: 'a', secret: VALUE },
      'unknown key "secret"; a secret has id, value, createdAt, notBefore, notAfter',
    ],
    [Buffer.from(VALUE), 'unknown key "0"'],
    [{ id: 'a', value: VALUE, notBefore: new Date(NaN) }, '"notBefore" must be a valid Date'],
    [{ id: 'a', value: VALUE, notBefore: 0 }, '"notBefore" must be a valid Date, got 0'],
    [{ id: 'a', value: VALUE, notAfter: null }, '"notAfter" must be a valid Date, got null'],
    [{ id: 'a', value: VALUE, notAfter: '' }, `"notAfter" must be a valid Date, got ''`],
    [{ id: 'a', value: VALUE, createdAt: 'today' }, `"createdAt" must be a valid Date, got 'today'`],
    [
      { id: 'a', value: VALUE, notBefore: new Date(6), notAfter: new Date(5) },
      `"notAfter" of 'a' is before its "notBefore", so it would never be used`,
    ],
    [[VALUE, VALUE], `two secrets with the id 'default'`],
  ])('refuses %p', (option, message) => {
    expect(typeErrorOf(() => prepare(option))).toContain(message);
  });

  it.each([
    [15, github, 'x'.repeat(15)],
    [8, standardWebhooks, `whsec_${Buffer.alloc(8, 1).toString('base64')}`],
  ])('warns of a secret of %d bytes, by its id', (bytes, provider, value) => {
    const warnings: string[] = [];
    prepareSecrets(provider, { id: 'short', value }, (warning) => warnings.push(warning));
    expect(warnings).toEqual([
      `the secret 'short' of ${provider.name} has ${bytes} bytes: use at least 16 random ones`,
    ]);
  });

  it('does not warn of 16 bytes, whatever the characters, nor of a public key', () => {
    expect(prepare('é'.repeat(8))).toHaveLength(1);
    expect(prepare(Buffer.alloc(16, 1).toString('base64'), standardWebhooks)).toHaveLength(1);
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(prepare(publicKey.export({ format: 'pem', type: 'spki' }), discord)).toHaveLength(1);
  });

  it.each([
    ['discord', discord, '00'.repeat(31)],
    ['sendgrid', sendgrid, Buffer.alloc(91).toString('base64')],
    ['sendgrid', sendgrid, '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
  ])('refuses what is no public key of %s, in words of its own', (_name, provider, value) => {
    expect(typeErrorOf(() => prepare(value, provider))).toBe(
      `option "secret" of ${provider.name} must be a public key for ${provider.algorithm}, ` +
        'as PEM or as the sender shows it; this one cannot be read as such',
    );
  });
});

describe('a prepared secret', () => {
  const content = { before: '1.', body: Buffer.from('{}'), after: '' };

  it('computes what the sender would sign', () => {
    const expected = createHmac('sha256', VALUE).update('1.{}').digest();
    const [secret] = prepare(VALUE);
    expect(secret!.compute(content)).toEqual(expected);
    expect(secret!.check(content, [expected])).toBe(true);
  });

  it('is a dummy where there is none, in use at all times, that passes nothing', () => {
    const dummy = makeDummySecret(github);
    expect([-8.64e15, 0, 8.64e15].every((now) => isInUse(dummy, now))).toBe(true);
    expect(dummy.check(content, [dummy.compute(content), Buffer.alloc(32)])).toBe(false);
  });
});

describe('newestAt()', () => {
  const made = (id: string, createdAt?: number, more = {}): object => ({
    id,
    value: VALUE,
    createdAt: createdAt === undefined ? undefined : new Date(createdAt),
    ...more,
  });

  it.each([
    ['the one made last', [made('a', 1), made('b', 3), made('c', 2)], 'b'],
    ['the first of two made at once', [made('a', 1), made('b', 1)], 'a'],
    ['the first where nobody said when', [made('a'), made('b')], 'a'],
    ['the first, whatever one behind it says', [made('a'), made('b', 5)], 'a'],
    ['none that waits', [made('a', 1), made('b', 3, { notBefore: new Date(8) })], 'a'],
    ['none that has ended', [made('a', 3, { notAfter: new Date(6) }), made('b', 1)], 'b'],
  ])('is %s', (_what, secrets, id) => {
    expect(newestAt(prepare(secrets), 7).id).toBe(id);
  });
});
