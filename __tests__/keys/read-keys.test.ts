import { generateKeyPairSync } from 'node:crypto';
import { readKeySet, readPublicKey } from '../../src/keys/read-keys';
import { certify } from '../helpers/certificate';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const der = publicKey.export({ format: 'der', type: 'spki' });

describe('readPublicKey()', () => {
  it.each([
    ['PEM', publicKey.export({ format: 'pem', type: 'spki' }).toString()],
    ['base64 of SPKI', der.toString('base64')],
    ['a JSON Web Key', JSON.stringify(publicKey.export({ format: 'jwk' }))],
  ])('takes %s, with space around it', (_form, text) => {
    expect(readPublicKey(`\n${text}\n`).equals(publicKey)).toBe(true);
  });

  it('takes a certificate', () => {
    expect(readPublicKey(certify('rsa').certificate).asymmetricKeyType).toBe('rsa');
  });

  it.each([
    ['a private key as PEM', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
    ['a private key as JSON', JSON.stringify(privateKey.export({ format: 'jwk' }))],
  ])('refuses %s, by which the receiver could sign', (_form, text) => {
    expect(() => readPublicKey(text)).toThrow('this is a private key');
  });

  it.each(['', 'AAAA', '{', '{}', '-----BEGIN PUBLIC KEY-----'])('refuses %j', (text) => {
    expect(() => readPublicKey(text)).toThrow();
  });
});

describe('readKeySet()', () => {
  it('leaves out what verifies nothing, and keeps the rest', () => {
    const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'a' }, { kty: 'EC' }, null];
    expect([...readKeySet(JSON.stringify({ keys })).keys()]).toEqual(['a']);
  });

  it('throws where no key is left', () => {
    expect(() => readKeySet('{"keys":[]}')).toThrow('no key that verifies');
    expect(() => readKeySet('{}')).toThrow('no set of keys');
  });
});
