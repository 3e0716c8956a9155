import { discord, providers, sendgrid, sign, tokenProvider, verifySync, type Provider } from 'hooklatch';
import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { getCompiled } from '../../src/core/compiled-provider';
import { decodeSecret } from '../../src/core/decode-secret';
import { prepareSecrets } from '../../src/core/secrets';
import { isAsymmetric } from '../../src/core/signature';
import { typeErrorOf } from '../helpers/type-error';

const NOW = 1_700_000_000_000;
const TEXT = 'kept-to-itself-and-shown-to-nobody';
const PUBLIC_URL = 'https://example.org/hook';
const seed = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);

const symmetric = Object.values(providers).filter(
  ({ algorithm }) => algorithm !== 'custom' && !isAsymmetric(algorithm),
);

const secretOf = ({ secret: { encoding, prefix = '' }, signature }: Provider): string =>
  (signature.scheme === 'Basic' ? 'user:' : '') + prefix + Buffer.from(TEXT).toString(encoding);

/** Every way in which the bytes of a secret could be written down. */
function formsOf(bytes: Buffer): readonly string[] {
  const hex = bytes.toString('hex');
  const spaced = inspect(bytes).slice('<Buffer '.length, -1);
  const numbers = [...bytes.subarray(0, 8)].join(', ');
  return [
    bytes.toString('latin1'),
    hex,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    spaced,
    numbers,
  ];
}

/** All that can be seen of a value. */
function seen(value: unknown): string {
  const options = { showHidden: true, depth: 10, maxStringLength: null, maxArrayLength: null } as const;
  return [
    inspect(value, options),
    inspect(value, { ...options, getters: true }),
    JSON.stringify(value) as string | undefined,
    value instanceof Error ? `${value.stack ?? ''}${String(value)}` : '',
  ].join('\n');
}

function expectNoSecret(value: unknown, bytes = Buffer.from(TEXT)): void {
  const text = seen(value).toLowerCase();
  for (const form of formsOf(bytes)) expect(text).not.toContain(form.toLowerCase());
}

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('what can be seen', () => {
  it('is searched in a way that finds a secret', () => {
    const bytes = Buffer.from(TEXT);
    const hidden = Object.defineProperty({}, 'key', { value: bytes, enumerable: false });
    const error = new TypeError('x', { cause: TEXT });
    for (const value of [
      { a: { b: TEXT } },
      hidden,
      [bytes.toString('hex')],
      { toJSON: () => TEXT },
      error,
    ]) {
      expect(() => expectNoSecret(value)).toThrow();
    }
  });
});

describe.each(symmetric.map((provider): [string, Provider] => [provider.name, provider]))(
  '%s',
  (_name, provider) => {
    const secret = secretOf(provider);
    const body = Buffer.from(`{"webhookTimestamp":${NOW}}`);
    const publicUrl = provider.signed.includes('{url}') ? PUBLIC_URL : undefined;
    const headers = sign(provider, { secret, now: NOW, publicUrl }, { body });
    const delivery = { method: provider.methods[0], url: '/', headers, body };
    const settings = { provider, secret, now: NOW, publicUrl };

    it('prepared secrets show nothing of themselves', () => {
      const prepared = prepareSecrets(provider, [secret, { id: 'other', value: secret }], () => undefined);
      expectNoSecret(prepared);
      expectNoSecret(prepared.map(({ check }) => check));
      expectNoSecret(getCompiled(provider));
    });

    it('a webhook shows nothing of the secret', () => {
      const webhook = verifySync(delivery, settings);
      expect(webhook.secretId).toBe('default');
      expectNoSecret(webhook);
      expectNoSecret({ ...webhook });
    });

    it('errors show nothing of the secret', () => {
      const wrongUse: readonly (() => unknown)[] = [
        () => verifySync({ ...delivery, headers: {} }, settings),
        () => verifySync({ ...delivery, headers: Object.keys(headers) as never }, settings),
        () => verifySync({ ...delivery, headers: Object.values(headers) as never }, settings),
        () => verifySync({ ...delivery, rawHeaders: headers as never }, settings),
        () => verifySync(delivery, { ...settings, secret: [secret, secret] }),
        () => verifySync(delivery, { ...settings, secret: { id: 'a', value: [secret] } as never }),
        () => verifySync(delivery, secret as never),
        () => verifySync(secret as never, settings),
        () => verifySync(delivery, { ...settings, provider: { provider, secret } as never }),
        () => sign(provider, secret as never, { body }),
        () => sign(secret as never, { secret }, { body }),
        () => sign({ provider, secret } as never, { secret }, { body }),
        () => sign(provider, { secret: [secret] as never, publicUrl }, { body }),
        () => prepareSecrets(provider, [[secret]], () => undefined),
      ];
      for (const call of wrongUse) expectNoSecret(thrownBy(call));
    });

    it('warnings name the secret by its id', () => {
      const warnings: string[] = [];
      const isBasic = provider.signature.scheme === 'Basic';
      const short = Buffer.from(isBasic ? `${TEXT.slice(0, 14)}:` : TEXT.slice(0, 15));
      const value = (provider.secret.prefix ?? '') + short.toString(provider.secret.encoding);
      prepareSecrets(provider, { id: 'brief', value }, (warning) => warnings.push(warning));
      expect(warnings).toEqual([
        expect.stringContaining(`the secret 'brief' of ${provider.name} has 15 bytes`),
      ]);
      expectNoSecret(warnings, short);
    });
  },
);

describe('secrets that cannot be read', () => {
  it.each(['standard-webhooks', 'adyen-platform', 'discord', 'sendgrid', 'standard-webhooks-v1a'])(
    '%s does not show them',
    (name) => {
      const provider = providers[name]!;
      const error = thrownBy(() => decodeSecret(provider, `!${TEXT}`));
      expect(error).toBeInstanceOf(TypeError);
      expectNoSecret(error);
    },
  );

  it('a private key that does not fit is not shown', () => {
    const pem = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    const secret = pem.export({ format: 'pem', type: 'pkcs8' }) as string;
    const error = thrownBy(() => sign(discord, { secret, now: NOW }, { body: Buffer.from('{}') }));
    expectNoSecret(error, Buffer.from(secret.split('\n')[1]!));
    expectNoSecret(
      thrownBy(() => prepareSecrets(sendgrid, seed.toString('base64'), () => undefined)),
      seed,
    );
  });

  it('what is given instead of a description is not shown', () => {
    for (const options of [TEXT, [TEXT], { name: 'p', header: 'token', secret: TEXT }]) {
      expect(typeErrorOf(() => tokenProvider(options as never))).not.toContain(TEXT);
    }
  });
});
