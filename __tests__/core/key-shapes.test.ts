import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  adyenPlatform,
  answerHandshakes,
  contentful,
  gitlabToken,
  makeHttpMessageSignatures,
  hubspotV1,
  mailgun,
  meta,
  openai,
  polar,
  sendgrid,
  shopify,
  sign,
  standardWebhooks,
  stripe,
  telegram,
  tokenProvider,
  twilio,
  verifySync,
  webhookGuard,
  type Provider,
} from 'hooklatch';
import { describeKeyPair } from '../../src/core/key-shapes';
import { certify } from '../helpers/certificate';
import { typeErrorOf } from '../helpers/type-error';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const ed25519 = generateKeyPairSync('ed25519');
const pairs = { rsa, p256, ed25519 };

const pem = (key: typeof rsa.publicKey): string => key.export({ format: 'pem', type: 'spki' }) as string;
const der = (key: typeof rsa.publicKey): Buffer => key.export({ format: 'der', type: 'spki' });
const pkcs8 = (key: typeof rsa.privateKey): Buffer => key.export({ format: 'der', type: 'pkcs8' });
const pkcs1 = rsa.publicKey.export({ format: 'der', type: 'pkcs1' });
const RAW = randomBytes(32).toString('base64');
const SSH = `ssh-ed25519 AAAA${RAW} name@host`;

const PUBLIC: readonly (readonly [string, string])[] = [
  ...Object.entries(pairs).flatMap(([name, { publicKey }]): [string, string][] => [
    [`${name} in PEM`, pem(publicKey)],
    [`${name} in PEM in quotes, with line breaks written out`, JSON.stringify(pem(publicKey))],
    [`${name} in PEM in base64`, Buffer.from(pem(publicKey)).toString('base64')],
    [`${name} in DER in base64`, der(publicKey).toString('base64')],
    [`${name} in DER in base64url`, der(publicKey).toString('base64url')],
    [
      `${name} in DER in base64 with line breaks`,
      `${der(publicKey).toString('base64').replace(/.{40}/g, '$&\n')}\n`,
    ],
    [`${name} in DER in hexadecimal`, der(publicKey).toString('hex')],
    [
      `${name} in DER in hexadecimal with colons`,
      (der(publicKey).toString('hex').match(/../g) ?? []).join(':'),
    ],
    [`${name} in DER in hexadecimal behind 0x`, `0x${der(publicKey).toString('hex')}`],
    [`${name} as a list of JWKs`, JSON.stringify([publicKey.export({ format: 'jwk' })])],
    [
      `${name} as a JWK in base64`,
      Buffer.from(JSON.stringify(publicKey.export({ format: 'jwk' }))).toString('base64'),
    ],
    [`${name} as a JWK`, JSON.stringify(publicKey.export({ format: 'jwk' }))],
    [`${name} in a set of JWKs`, JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] })],
  ]),
  ['PKCS #1 in PEM', rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }) as string],
  ['PKCS #1 in DER in base64', pkcs1.toString('base64')],
  ['OpenSSH', SSH],
  ['OpenSSH, RSA', SSH.replace('ssh-ed25519', 'ssh-rsa')],
  ['OpenSSH, ECDSA', SSH.replace('ssh-ed25519', 'ecdsa-sha2-nistp256')],
  ['OpenSSH, a token of hardware', SSH.replace('ssh-ed25519', 'sk-ssh-ed25519@openssh.com')],
  ['OpenSSH, behind options', `restrict,command="true" ${SSH}`],
  ['OpenSSH, behind a tab', SSH.replace(' ', '\t')],
  ['OpenSSH, the key alone', `AAAAC3NzaC1lZDI1NTE5AAAAI${RAW}`],
  ['OpenSSH, ECDSA alone', `AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYA${RAW}`],
  ['SSH2', `---- BEGIN SSH2 PUBLIC KEY ----\n${RAW}\n---- END SSH2 PUBLIC KEY ----`],
  ['OpenPGP', `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${RAW}\n-----END PGP PUBLIC KEY BLOCK-----`],
];

describe('describeKeyPair()', () => {
  it.each(PUBLIC)('knows a public key: %s', (_name, text) => {
    expect(describeKeyPair(text)).toBe('a public key');
  });

  it.each([
    ['whpk_', `whpk_${RAW}`, 'a public key of Standard Webhooks'],
    ['whsk_', `whsk_${RAW}`, 'a private key of Standard Webhooks, which only the sender has'],
    ['pk_live_', 'pk_live_51HqLyjWDarjtT1zdp7dc', 'a publishable key'],
    ['pk_test_', ' pk_test_51HqLyjWDarjtT1zdp7dc', 'a publishable key'],
    ['an X.509 certificate', `-----BEGIN X509 CERTIFICATE-----\n${RAW}`, 'a certificate'],
    ['a certificate of PKCS #7', `-----BEGIN PKCS7-----\n${RAW}`, 'a certificate'],
    ['a request for a certificate', `-----BEGIN CERTIFICATE REQUEST-----\n${RAW}`, 'a certificate'],
  ])('knows %s', (_name, text, looks) => {
    expect(describeKeyPair(text)).toBe(looks);
  });

  it('knows a certificate, in PEM and in base64', () => {
    const certificate = certify('rsa').certificate;
    const lines = certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '');
    expect([certificate, lines].map(describeKeyPair)).toEqual(['a certificate', 'a certificate']);
  });

  it.each(Object.entries(pairs))(
    'knows a private key of %s, which only the sender has',
    (_name, { privateKey }) => {
      const texts = [
        privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
        pkcs8(privateKey).toString('base64'),
        pkcs8(privateKey).toString('hex'),
        JSON.stringify(privateKey.export({ format: 'jwk' })),
      ];
      expect(texts.map(describeKeyPair)).toEqual(Array(4).fill('a private key, which only the sender has'));
    },
  );

  it('knows a private key of PKCS #1, without its armour', () => {
    const text = rsa.privateKey.export({ format: 'der', type: 'pkcs1' }).toString('base64');
    expect(describeKeyPair(text)).toBe('a private key, which only the sender has');
  });

  it('takes what can be a shared secret for one', () => {
    const secrets = [
      'a secret for tests, long enough',
      `whsec_${RAW}`,
      'sk_live_51HqLyjWDarjtT1zdp7dc',
      RAW,
      `MCow${RAW}`,
      `30${randomBytes(31).toString('hex')}`,
      '{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}',
      '{"not":"a key"}',
      '{no JSON',
      '{"keys":"none"}',
      '{"keys":[null, 7]}',
      'my whpk_ secret',
      'ssh-rsa',
      '-----BEGIN',
      'BEGIN PUBLIC KEY',
    ];
    expect(secrets.map(describeKeyPair)).toEqual(secrets.map(() => undefined));
  });

  it('takes random secrets for what they are, however they are written', () => {
    for (let run = 0; run < 2000; run += 1) {
      const bytes = randomBytes(16 + (run % 50));
      if (run % 2 === 0) bytes[0] = 0x30;
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        expect(describeKeyPair(bytes.toString(encoding))).toBeUndefined();
      }
    }
  });
});

describe('public material where a shared secret is wanted', () => {
  const SHARED: readonly (readonly [string, Provider])[] = [
    stripe,
    shopify,
    openai,
    polar,
    hubspotV1,
    telegram,
    gitlabToken,
    twilio,
    mailgun,
    standardWebhooks,
    adyenPlatform,
    contentful,
  ].map((provider) => [provider.name, provider]);
  const MATERIAL = [...PUBLIC.map(([, text]) => text), certify('rsa').certificate, `whpk_${RAW}`];
  const publicUrl = 'https://example.org';

  it.each(SHARED)('is refused by %s when it starts, without a word of it', (_name, provider) => {
    for (const secret of MATERIAL) {
      for (const option of [
        secret,
        { id: 'mine', value: secret },
        [
          { id: 'other', value: RAW },
          { id: 'mine', value: secret },
        ],
      ]) {
        const message = typeErrorOf(() => webhookGuard({ provider, secret: option, publicUrl }));
        expect(message).toContain(`option "secret" is not what ${provider.name} uses`);
        for (const part of secret.match(/[A-Za-z0-9+/=_-]{12,}/g) ?? []) expect(message).not.toContain(part);
      }
    }
  });

  it('is named for what it is', () => {
    expect(typeErrorOf(() => webhookGuard({ provider: stripe, secret: pem(rsa.publicKey) }))).toBe(
      'option "secret" is not what stripe uses: expected the secret that you share with the sender, and this looks ' +
        'like a public key. Copy the secret from the settings of the sender',
    );
    expect(typeErrorOf(() => webhookGuard({ provider: telegram, secret: SSH }))).toContain(
      'expected the token that you share with the sender, and this looks like a public key',
    );
    expect(typeErrorOf(() => webhookGuard({ provider: twilio, secret: SSH, publicUrl }))).toBe(
      'option "secret" is not what twilio uses: its "readSecret" refused it. It looks like a public key',
    );
  });

  it('is refused by verifySync() and by sign() too', () => {
    const body = Buffer.from('{}');
    const secret = pem(p256.publicKey);
    const delivery = { method: 'POST', url: '/', headers: {}, body };
    expect(typeErrorOf(() => verifySync(delivery, { provider: shopify, secret }))).toContain('a public key');
    expect(typeErrorOf(() => sign(shopify, { secret }, { body }))).toContain('a public key');
    expect(typeErrorOf(() => sign(mailgun, { secret }, { body }))).toContain('a public key');
  });

  it('is refused for the shared keys of HTTP Message Signatures', () => {
    const provider = makeHttpMessageSignatures({ algorithm: 'hmac-sha256' });
    for (const secret of MATERIAL) {
      expect(typeErrorOf(() => webhookGuard({ provider, secret, publicUrl }))).toContain(
        '"readSecret" refused it',
      );
    }
  });

  it('is refused for the token of a challenge', () => {
    const verifyToken = pem(rsa.publicKey);
    const message = typeErrorOf(() => answerHandshakes({ provider: meta, verifyToken }));
    expect(message).toContain('option "verifyToken" must be a string that is not blank, and no key');
    expect(message).not.toContain(verifyToken.slice(40, 60));
  });

  it('is refused for a token of your own sender', () => {
    const provider = tokenProvider({ name: 'p', header: 'X-Token' });
    expect(typeErrorOf(() => webhookGuard({ provider, secret: SSH }))).toContain('a public key');
  });

  it('is taken where a public key is wanted, and a private one is not', () => {
    const value = der(p256.publicKey).toString('base64');
    expect(() => webhookGuard({ provider: sendgrid, secret: value })).not.toThrow();
    const secret = pkcs8(p256.privateKey).toString('base64');
    expect(typeErrorOf(() => webhookGuard({ provider: sendgrid, secret }))).toContain('must be a public key');
  });
});
