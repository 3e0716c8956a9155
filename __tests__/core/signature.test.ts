import { createHash, createHmac, generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto';
import { computeSignature, getHmacHash, makeCheck, makeDummyKey } from '../../src/core/signature';
import type { Algorithm } from '../../src/core/provider';

const KEY = Buffer.from('0123456789abcdef');
const CONTENT = { before: 'vé:', body: Buffer.from([0, 0xff, 0x24, 0x26]), after: ':end' };
const BYTES = Buffer.concat([Buffer.from('vé:'), CONTENT.body, Buffer.from(':end')]);

const ed = generateKeyPairSync('ed25519');
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rawPublic = ed.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const seed = ed.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
const spki = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' });
const pem = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }) as string);

const EXPECTED = {
  'hmac-sha256': createHmac('sha256', KEY).update(BYTES).digest(),
  'hmac-sha1': createHmac('sha1', KEY).update(BYTES).digest(),
  'hmac-sha384': createHmac('sha384', KEY).update(BYTES).digest(),
  'hmac-sha512': createHmac('sha512', KEY).update(BYTES).digest(),
  sha1: createHash('sha1').update(KEY).update(BYTES).digest(),
  sha256: createHash('sha256').update(KEY).update(BYTES).digest(),
  sha512: createHash('sha512').update(KEY).update(BYTES).digest(),
  token: KEY,
} as const;

describe('computeSignature() and makeCheck()', () => {
  it.each(Object.entries(EXPECTED))('agree with node:crypto on %s', (name, expected) => {
    const algorithm = name as Algorithm;
    expect(computeSignature(algorithm, KEY, CONTENT)).toEqual(expected);
    const check = makeCheck(algorithm, KEY);
    const other = Buffer.from(expected).fill(0, 3, 4);
    expect(check(CONTENT, [expected])).toBe(true);
    expect(check(CONTENT, [other])).toBe(false);
    expect(check(CONTENT, [other, other, expected])).toBe(true);
    expect(check(CONTENT, [])).toBe(false);
  });

  it.each(['hmac-sha256', 'hmac-sha1', 'sha256'] as const)('%s covers every part', (algorithm) => {
    const check = makeCheck(algorithm, KEY);
    const signature = computeSignature(algorithm, KEY, CONTENT);
    expect(check({ ...CONTENT, before: 've:' }, [signature])).toBe(false);
    expect(check({ ...CONTENT, after: '' }, [signature])).toBe(false);
    expect(check({ ...CONTENT, body: undefined }, [signature])).toBe(false);
    expect(check({ ...CONTENT, body: Buffer.from(CONTENT.body.toString()) }, [signature])).toBe(false);
  });

  it.each(['hmac-sha256', 'hmac-sha1', 'sha256', 'ed25519'] as const)(
    '%s takes content without body and end',
    (algorithm) => {
      const content = { before: 'only', body: undefined, after: '' };
      const [secret, key] = algorithm === 'ed25519' ? [seed, rawPublic] : [KEY, KEY];
      expect(makeCheck(algorithm, key)(content, [computeSignature(algorithm, secret, content)])).toBe(true);
    },
  );

  it('leave a scheme that is code to itself', () => {
    const check = makeCheck('custom', KEY);
    expect(computeSignature('custom', KEY, CONTENT)).toBe(KEY);
    expect(check(CONTENT, [KEY, ...Object.values(EXPECTED)])).toBe(false);
  });

  it('compares tokens of any length', () => {
    const check = makeCheck('token', Buffer.from('secret'));
    expect(check(CONTENT, [Buffer.from('secret')])).toBe(true);
    for (const other of ['secre', 'secrets', 'Secret', '']) {
      expect(check(CONTENT, [Buffer.from(other)])).toBe(false);
    }
  });
});

describe('asymmetric algorithms', () => {
  it('take no signature of RSA by another digest than their own', () => {
    const signature = signBytes('sha1', BYTES, rsa.privateKey);
    expect(makeCheck('rsa-sha256', spki(rsa.publicKey))(CONTENT, [signature])).toBe(false);
  });

  const edSignature = signBytes(undefined, BYTES, ed.privateKey);
  const ecSignature = signBytes('sha256', BYTES, ec.privateKey);
  const rsaSignature = (digest: string): Buffer => signBytes(digest, BYTES, rsa.privateKey);

  it.each([
    ['ed25519', 'raw bytes', rawPublic, edSignature],
    ['ed25519', 'SPKI', spki(ed.publicKey), edSignature],
    ['ed25519', 'PEM', pem(ed.publicKey), edSignature],
    ['ecdsa-p256-sha256', 'SPKI', spki(ec.publicKey), ecSignature],
    ['ecdsa-p256-sha256', 'PEM', pem(ec.publicKey), ecSignature],
    ['rsa-sha1', 'SPKI', spki(rsa.publicKey), rsaSignature('sha1')],
    ['rsa-sha256', 'SPKI', spki(rsa.publicKey), rsaSignature('sha256')],
    ['rsa-sha512', 'PEM', pem(rsa.publicKey), rsaSignature('sha512')],
  ] as const)('%s verifies with a public key as %s', (algorithm, _form, key, signature) => {
    const check = makeCheck(algorithm, key);
    expect(check(CONTENT, [signature])).toBe(true);
    expect(check({ ...CONTENT, after: '' }, [signature])).toBe(false);
    expect(check(CONTENT, [Buffer.alloc(64)])).toBe(false);
    expect(check(CONTENT, [Buffer.from('no DER'), signature])).toBe(true);
  });

  it.each([
    ['ed25519', 'a seed', seed, rawPublic],
    ['ed25519', 'seed and public key', Buffer.concat([seed, rawPublic]), rawPublic],
    ['ed25519', 'PKCS #8', ed.privateKey.export({ format: 'der', type: 'pkcs8' }), rawPublic],
    ['ed25519', 'PEM', pem(ed.privateKey), rawPublic],
    [
      'ecdsa-p256-sha256',
      'PKCS #8',
      ec.privateKey.export({ format: 'der', type: 'pkcs8' }),
      spki(ec.publicKey),
    ],
    ['ecdsa-p256-sha256', 'PEM', pem(ec.privateKey), spki(ec.publicKey)],
    ['rsa-sha256', 'PEM', pem(rsa.privateKey), spki(rsa.publicKey)],
  ] as const)('%s signs with a private key as %s', (algorithm, _form, secret, key) => {
    expect(makeCheck(algorithm, key)(CONTENT, [computeSignature(algorithm, secret, CONTENT)])).toBe(true);
  });

  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const short = generateKeyPairSync('rsa', { modulusLength: 1016 });
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });

  it.each([
    ['ed25519', 'a key of P-256', spki(ec.publicKey)],
    ['ed25519', '31 bytes', rawPublic.subarray(1)],
    ['ed25519', 'an empty key', Buffer.alloc(0)],
    ['ecdsa-p256-sha256', 'a key of Ed25519', pem(ed.publicKey)],
    ['ecdsa-p256-sha256', 'a key of P-384', spki(p384.publicKey)],
    ['ecdsa-p256-sha256', 'a key of RSA', pem(rsa.publicKey)],
    ['ecdsa-p256-sha256', 'raw bytes', rawPublic],
    ['rsa-sha256', 'a key of P-256', spki(ec.publicKey)],
    ['rsa-sha256', 'a key of less than 1024 bits', spki(short.publicKey)],
    ['rsa-sha256', 'a key of RSA-PSS', spki(pss.publicKey)],
  ] as const)('%s refuses %s', (algorithm, _what, key) => {
    expect(() => makeCheck(algorithm, key)).toThrow();
  });

  it('a private key of another kind does not sign', () => {
    expect(() => computeSignature('ed25519', pem(ec.privateKey), CONTENT)).toThrow('another kind');
    expect(() => computeSignature('ecdsa-p256-sha256', pem(p384.privateKey), CONTENT)).toThrow(
      'another kind',
    );
  });
});

describe('getHmacHash()', () => {
  it('names the hash of every HMAC, and none for anything else', () => {
    const algorithms = ['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const;
    expect(algorithms.map(getHmacHash)).toEqual(['sha1', 'sha256', 'sha384', 'sha512']);
    const others = ['sha1', 'sha256', 'sha512', 'ed25519', 'ecdsa-p256-sha256', 'token', 'custom'] as const;
    expect(others.map(getHmacHash)).toEqual(others.map(() => undefined));
  });
});

describe('makeDummyKey()', () => {
  it.each([
    ...(['hmac-sha256', 'hmac-sha1', 'sha256', 'ed25519', 'ecdsa-p256-sha256', 'token'] as const),
    ...(['rsa-sha1', 'rsa-sha256', 'rsa-sha512'] as const),
  ])('computes for %s and passes nothing', (algorithm) => {
    const check = makeCheck(algorithm, makeDummyKey(algorithm));
    const signature = Buffer.alloc(algorithm === 'hmac-sha1' ? 20 : algorithm === 'ed25519' ? 64 : 32);
    expect(check(CONTENT, [signature])).toBe(false);
    expect(check(CONTENT, [])).toBe(false);
  });
});
