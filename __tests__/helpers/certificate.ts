import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Certified {
  readonly privateKey: KeyObject;
  /** The private key as PEM. */
  readonly privatePem: string;
  /** A certificate of its public key, signed by itself. */
  readonly certificate: string;
}

/** A new key of RSA or of the curve P-256, and its certificate (RFC 5280), put together of DER. */
export function certify(kind: 'rsa' | 'ec'): Certified {
  const { publicKey, privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const oid = kind === 'rsa' ? '2a864886f70d01010b' : '2a8648ce3d040302';
  const algorithm = der(0x30, der(0x06, Buffer.from(oid, 'hex')), ...(kind === 'rsa' ? [der(0x05)] : []));
  const name = der(
    0x30,
    der(0x31, der(0x30, der(0x06, Buffer.from('550403', 'hex')), der(0x0c, text('tests')))),
  );
  const validity = der(0x30, der(0x17, text('200101000000Z')), der(0x17, text('491231235959Z')));
  const version = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.from([1]));
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const content = der(0x30, version, serial, algorithm, name, validity, name, spki);
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, privateKey));
  const base64 = der(0x30, content, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    privateKey,
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function text(characters: string): Buffer {
  return Buffer.from(characters, 'latin1');
}
