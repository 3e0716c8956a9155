import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  makeDummyKey,
  makeMessageCheck,
  makeMessageSigner,
  ANY,
  matchKey,
} from '../../../src/providers/http-message-signatures/message-keys';

const BASE = Buffer.from('"@method": POST');
const SECRET = 'a-secret-of-thirty-two-characters';

const ed = generateKeyPairSync('ed25519');
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const publicPem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();
const privatePem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const publicText = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');

describe('makeMessageCheck() and makeMessageSigner()', () => {
  it.each([
    ['utf8', SECRET],
    ['base64', Buffer.from(SECRET).toString('base64')],
  ] as const)('agree with node:crypto on HMAC with a secret as %s', (encoding, text) => {
    const expected = createHmac('sha256', SECRET).update(BASE).digest();
    const check = makeMessageCheck('hmac-sha256', encoding, text);
    expect(makeMessageSigner('hmac-sha256', encoding, text)(BASE)).toEqual(expected);
    expect(check(BASE, expected)).toBe(true);
    expect(check(BASE, expected.subarray(1))).toBe(false);
    expect(check(Buffer.from('other'), expected)).toBe(false);
  });

  it.each([
    ['ed25519', 'PEM', privatePem(ed.privateKey), publicPem(ed.publicKey)],
    ['ed25519', 'base64', privatePem(ed.privateKey), publicText(ed.publicKey)],
    ['ecdsa-p256-sha256', 'PEM', privatePem(ec.privateKey), publicPem(ec.publicKey)],
    ['ecdsa-p256-sha256', 'base64', privatePem(ec.privateKey), publicText(ec.publicKey)],
  ] as const)('%s signs 64 bytes that verify by a public key as %s', (algorithm, _form, secret, key) => {
    const signature = makeMessageSigner(algorithm, 'utf8', secret)(BASE);
    const check = makeMessageCheck(algorithm, 'utf8', key);
    expect(signature).toHaveLength(64);
    expect(check(BASE, signature)).toBe(true);
    expect(check(Buffer.from('other'), signature)).toBe(false);
  });

  it.each([
    ['ed25519', privatePem(ed.privateKey)],
    ['ecdsa-p256-sha256', privatePem(ec.privateKey)],
  ] as const)('checks nothing of %s with a private key', (algorithm, text) => {
    expect(() => makeMessageCheck(algorithm, 'utf8', text)).toThrow(new TypeError('this is a private key'));
  });

  it('takes no public key for a shared secret, with which everybody could sign', () => {
    const text = publicPem(ed.publicKey);
    const expected = new TypeError('this is a key of another algorithm');
    expect(() => makeMessageSigner('hmac-sha256', 'utf8', text)).toThrow(expected);
    expect(() => makeMessageCheck('hmac-sha256', 'utf8', text)).toThrow(expected);
  });

  it.each([
    ['hmac-sha256', 'no base64!'],
    ['ed25519', 'no base64!'],
  ] as const)('refuses as a key of %s what is no base64', (algorithm, text) => {
    const expected = new TypeError('this is no canonical base64');
    expect(() => makeMessageCheck(algorithm, 'base64', text)).toThrow(expected);
    expect(() => makeMessageSigner(algorithm, 'base64', text)).toThrow(expected);
  });
});

describe('makeDummyKey()', () => {
  it.each(['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256'] as const)(
    'makes a new key of %s each time, in a form that a secret may have',
    (algorithm) => {
      const keys = [makeDummyKey(algorithm), makeDummyKey(algorithm)];
      expect(new Set(keys).size).toBe(2);
      for (const encoding of ['utf8', 'base64'] as const) {
        const check = makeMessageCheck(algorithm, encoding, keys[0]!);
        expect(check(Buffer.from('base'), Buffer.alloc(64))).toBe(false);
      }
    },
  );
});

describe('matchKey()', () => {
  it.each([
    [undefined, ['a', 'b'], { place: ANY, isNamed: true }],
    ['a', ['a', 'b'], { place: 0, isNamed: true }],
    ['b', ['a', 'b'], { place: 1, isNamed: true }],
    ['x', ['a'], { place: 0, isNamed: true }],
  ])('finds the place of the keyid %p in %j', (keyid, secretIds, expected) => {
    expect(matchKey(keyid, secretIds)).toEqual(expected);
  });

  it('tries a name that is nowhere with one of the secrets, always with the same', () => {
    const secretIds = ['a', 'b', 'c', 'd'];
    const strangers = Array.from({ length: 200 }, (_, index) => `stranger ${index}`);
    const places = strangers.map((keyid) => {
      const { place, isNamed } = matchKey(keyid, secretIds);
      expect(isNamed).toBe(false);
      expect(matchKey(keyid, secretIds).place).toBe(place);
      return place;
    });
    // Each is picked for some names, so that none of the keys is the one that stands for strangers.
    expect(new Set(places)).toEqual(new Set([0, 1, 2, 3]));
  });
});
