import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fastcomments,
  fastcommentsLegacy,
  medplum,
  sign,
  standardWebhooks,
  stripe,
  telehealth,
  type Provider,
  type VerifySettings,
} from 'hooklatch';
import { diagnosed, good, HMACS, NOW, PRETTY, secretOf, SHAPES } from '../helpers/deliveries';

const folder = mkdtempSync(join(tmpdir(), 'hooklatch-'));
const TEXT = SHAPES.filter(({ secret }) => secret.encoding === 'utf8');
const BINARY = SHAPES.filter(({ secret }) => secret.encoding !== 'utf8');

interface Mistake {
  readonly name: string;
  readonly code: string;
  readonly observed?: RegExp;
  readonly of?: readonly Provider[];
  /** What the receiver has. */
  readonly receiver?: (secret: string, provider: Provider) => VerifySettings['secret'];
  /** What the sender signs with, given as the text that the provider would read. */
  readonly sender?: (secret: string, provider: Provider) => string;
}

// The providers read their secrets by themselves, so the key is written in their form.
const keyAs = (key: string | Buffer, { secret }: Provider): string =>
  secret.encoding === 'utf8'
    ? String(key)
    : (secret.prefix ?? '') + Buffer.from(key as string).toString(secret.encoding);

const MISTAKES: readonly Mistake[] = [
  {
    name: 'a file that echo wrote, with its line break',
    code: 'secret-white-space',
    receiver: (secret) => {
      const file = join(folder, 'secret');
      execFileSync('sh', ['-c', `echo "$SECRET" > '${file}'`], { env: { SECRET: secret } });
      return readFileSync(file, 'utf8');
    },
  },
  {
    name: 'a secret that was pasted with a space in front',
    code: 'secret-white-space',
    receiver: (secret) => ` ${secret}`,
  },
  {
    name: 'an env file of Docker, which keeps quotes',
    code: 'secret-quotes',
    receiver: (secret) => {
      const file = join(folder, '.env');
      writeFileSync(file, `WEBHOOK_SECRET="${secret}"\n`);
      const [line = ''] = readFileSync(file, 'utf8').split('\n');
      return line.slice(line.indexOf('=') + 1);
    },
  },
  {
    name: 'a line break at the end of what the sender has',
    code: 'secret-white-space',
    observed: /used by the sender with white space/,
    of: TEXT,
    sender: (secret) => `${secret}\n`,
  },
  {
    name: 'a line break that was escaped and never unescaped',
    code: 'secret-white-space',
    observed: /written as \\n/,
    of: TEXT,
    receiver: (secret) => JSON.stringify(`${secret}\n`).slice(1, -1),
  },
  {
    name: 'a variable that the shell did not fill in',
    code: 'secret-not-filled-in',
    of: TEXT,
    receiver: () => execFileSync('sh', ['-c', "echo '${WEBHOOK_SECRET}'"]).toString().trim(),
  },
  {
    name: 'a variable that was not filled in at the sender',
    code: 'secret-not-filled-in',
    sender: (_, provider) => keyAs('$WEBHOOK_SECRET', provider),
  },
  {
    name: 'a variable that is not set at the sender',
    code: 'secret-unset-at-sender',
    sender: (_, provider) => keyAs(String(process.env.HOOKLATCH_NOT_SET), provider),
  },
  {
    name: 'the placeholder of the documentation',
    code: 'secret-placeholder',
    of: TEXT,
    receiver: () => 'your-webhook-secret-here',
  },
  {
    name: 'the API key in place of the secret',
    code: 'secret-of-another-kind',
    // Paystack signs with its API key.
    of: TEXT.filter(({ name }) => name !== 'paystack'),
    receiver: () => ['sk', 'live', '51HqLyjWDarjtT1zdp7dc'].join('_'),
  },
  {
    name: 'a secret that the sender decodes from base64, where text is right',
    code: 'secret-encoding',
    observed: /decoded from base64/,
    of: [fastcomments, telehealth],
    receiver: () => Buffer.from('thirty-two bytes of secret keys!').toString('base64'),
    sender: () => 'thirty-two bytes of secret keys!',
  },
  {
    name: 'a secret that the sender decodes from hexadecimal, where text is right',
    code: 'secret-encoding',
    observed: /decoded from hexadecimal/,
    of: TEXT,
    receiver: () => Buffer.from('thirty-two bytes of secret keys!').toString('hex'),
    sender: () => 'thirty-two bytes of secret keys!',
  },
  {
    name: 'a secret that the sender uses as text, where it is encoded',
    code: 'secret-encoding',
    observed: /as text/,
    of: BINARY,
    sender: (secret, provider) => keyAs(secret, provider),
  },
  {
    name: 'base64 of a Kubernetes manifest that was never decoded',
    code: 'secret-encoding',
    of: TEXT,
    receiver: (secret) => execFileSync('base64', { input: secret }).toString().trim(),
  },
  {
    name: 'a secret without its prefix at the sender',
    code: 'secret-prefix',
    of: TEXT,
    receiver: () => 'whsec_k3L9vR8kLm2pQ9zXw5tYn7',
    sender: () => 'k3L9vR8kLm2pQ9zXw5tYn7',
  },
  {
    name: 'a secret with its prefix at the sender alone',
    code: 'secret-prefix',
    of: TEXT,
    receiver: () => 'k3L9vR8kLm2pQ9zXw5tYn7',
    sender: () => 'whsec_k3L9vR8kLm2pQ9zXw5tYn7',
  },
  {
    name: 'a secret in capitals',
    code: 'secret-case',
    of: TEXT,
    receiver: (secret) => secret.toUpperCase(),
    sender: (secret) => secret.toLowerCase(),
  },
  {
    name: 'a secret that was percent-encoded for an address',
    code: 'secret-encoding',
    observed: /percent-encoded/,
    of: TEXT,
    receiver: (secret) => encodeURIComponent(secret),
  },
  {
    name: 'an old secret whose time is over',
    code: 'secret-expired',
    observed: /"old" .* 2 d ago/,
    receiver: (secret) => [
      { id: 'new', value: secret.replace(/^((?:v1,)?whsec_)?.{8}/, '$1AAAAAAAA') },
      { id: 'old', value: secret, notAfter: new Date(NOW - 2 * 86_400_000) },
    ],
  },
  {
    name: 'a new secret that the sender uses too early',
    code: 'secret-not-yet-valid',
    observed: /"new" .* 1 h ahead/,
    receiver: (secret) => [
      { id: 'new', value: secret, notBefore: new Date(NOW + 3_600_000) },
      { id: 'old', value: secret.replace(/^((?:v1,)?whsec_)?.{8}/, '$1AAAAAAAA') },
    ],
  },
  {
    name: 'base64 that lost its padding',
    code: 'secret-format',
    observed: /damaged/,
    of: BINARY.filter(({ secret }) => secret.encoding === 'base64' && secret.otherwise === undefined),
    receiver: (secret) => secret.replace(/=+$/, ''),
  },
  {
    name: 'another secret',
    code: 'secret-unknown',
    receiver: (secret) => secret.replace(/^((?:v1,)?whsec_)?.{8}/, '$1AAAAAAAA'),
  },
];

describe('the secret: diagnose() names first', () => {
  it.each(MISTAKES)('$code for $name', ({ code, observed, of = SHAPES, receiver, sender }) => {
    expect(of.length).toBeGreaterThan(0);
    for (const provider of of) {
      const secret = secretOf(provider);
      const delivery = good(provider, PRETTY, { secret: sender?.(secret, provider) ?? secret });
      const configured = receiver?.(secret, provider) ?? secret;
      const { verified, findings } = diagnosed(provider, delivery, { secret: configured });
      const [first] = findings;
      expect([provider.name, verified, first?.code]).toEqual([provider.name, false, code]);
      if (observed !== undefined) expect(first!.observed).toMatch(observed);
    }
  });

  it('verified, for a delivery that is right', () => {
    for (const provider of HMACS) {
      const { verified, findings } = diagnosed(provider, good(provider));
      expect([provider.name, verified, findings.map(({ code }) => code)]).toEqual([
        provider.name,
        true,
        ['verified'],
      ]);
    }
  });

  it('the secret of a token provider', () => {
    const sent = (token: string) => ({
      method: 'POST',
      url: '/',
      headers: { token },
      body: Buffer.from('{}'),
    });
    const first = (token: string, secret: string) =>
      diagnosed(fastcommentsLegacy, sent(token), { secret }).findings[0]!.code;
    expect(first('a token of some length', 'a token of some length\n')).toBe('secret-white-space');
    expect(first('Bearer a token of some length', 'a token of some length')).toBe('signature-prefix-wrong');
    expect(first('"a token of some length"', 'a token of some length')).toBe('signature-malformed');
    expect(first('another token of some length', 'a token of some length')).toBe('secret-unknown');
  });

  it('two mistakes at once, both proved', () => {
    const delivery = good(stripe);
    const body = Buffer.from(JSON.stringify(JSON.parse(delivery.body.toString())));
    const { findings } = diagnosed(stripe, { ...delivery, body }, { secret: `${secretOf(stripe)}\n` });
    expect(findings.map(({ code, certainty }) => [code, certainty])).toEqual([
      ['body-reserialised', 'certain'],
      ['secret-white-space', 'certain'],
    ]);
  });

  it('the form of a secret that no receiver would start with', () => {
    const delivery = good(standardWebhooks);
    const { findings } = diagnosed(standardWebhooks, delivery, { secret: 'not base64 at all!' });
    expect(findings[0]).toMatchObject({ code: 'secret-format', certainty: 'certain' });
    expect(findings[0]!.observed).not.toContain('not base64');
  });

  it('throws for settings that are wrong, as verify() does', () => {
    expect(() => diagnosed(medplum, good(medplum), { secret: ' ' })).toThrow(TypeError);
    expect(() => diagnosed(medplum, good(medplum), { toleranceSeconds: -1 })).toThrow(TypeError);
    expect(() => sign(medplum, { secret: '' }, { body: Buffer.alloc(0) })).toThrow(TypeError);
  });
});
