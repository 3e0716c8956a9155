import { providers, sign, verifySync, type Provider } from 'hooklatch';
import { main } from '../../src/cli/main';
import { makeSecret } from '../../src/cli/secret';
import { isAsymmetric } from '../../src/core/signature';
import { recordedIo } from '../helpers/io';
import { runTs } from '../helpers/run-ts';

const PRIVATE = 'kept-to-itself-and-shown-to-nobody';

async function run(...args: string[]) {
  const io = recordedIo();
  const code = await main(['secret', ...args], io);
  return { code, out: io.out.join('\n'), err: io.err.join('\n') };
}

/** A delivery that is signed and verified with one secret. */
function accepts(provider: Provider, secret: string): boolean {
  const now = 1_767_225_600_000;
  const publicUrl = 'https://example.org/hook';
  const body = Buffer.from(JSON.stringify({ webhookTimestamp: now }));
  const headers = sign(provider, { secret, now, publicUrl }, { body });
  const delivery = { method: provider.methods[0], url: '/hook', headers, body };
  return verifySync(delivery, { provider, secret, now, publicUrl }).verified;
}

const all = Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom');

describe('hooklatch secret', () => {
  it('prints 64 hexadecimal digits, and nothing else, without a provider', async () => {
    const { code, out, err } = await run();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['github', /^[0-9a-f]{64}$/],
    ['fastcomments', /^[0-9a-f]{64}$/],
    ['medplum', /^[0-9a-f]{64}$/],
    ['postmark', /^hooklatch:[0-9a-f]{64}$/],
    ['standard-webhooks', /^whsec_[A-Za-z0-9+/]{43}=$/],
  ])('prints what %s uses', async (name, form) => {
    const { code, out } = await run(name);
    expect(code).toBe(0);
    expect(out).toMatch(form);
  });

  it.each(all.filter((provider) => !isAsymmetric(provider.algorithm)).map(({ name }) => name))(
    'prints for %s what a receiver accepts',
    async (name) => {
      const { out } = await run(name);
      expect(accepts(providers[name]!, out)).toBe(true);
    },
  );

  it('prints another each time', async () => {
    const made = new Set<string>();
    for (let times = 0; times < 20; times += 1) made.add((await run('github')).out);
    expect(made.size).toBe(20);
  });

  it.each([
    [[], { provider: null, encoding: 'utf8', bytes: 32 }],
    [['github'], { provider: 'github', encoding: 'utf8', bytes: 32 }],
    [['standard-webhooks'], { provider: 'standard-webhooks', encoding: 'base64', bytes: 32 }],
  ])('prints one JSON object with --json: %j', async (args, expected) => {
    const { code, out } = await run(...args, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ ...expected, secret: expect.any(String) });
    expect(out).not.toContain('\n');
  });

  it.each([
    [[PRIVATE], 'the providers are acuity, adyen, adyen-platform'],
    [['github', PRIVATE], 'at most one provider, and no secret'],
    [['__proto__'], 'the providers are'],
    [['--secret', PRIVATE], "Unknown option '--secret'"],
    [[`--value=${PRIVATE}`], "Unknown option '--value'"],
    [[`--json=${PRIVATE}`], '--json'],
  ])('exits with 2, says why, and repeats no secret: %j', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('hooklatch secret: ');
    expect(err).toContain(message);
    expect(err).not.toContain(PRIVATE);
  });

  it('prints its help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('hooklatch secret standard-webhooks --json');
    const io = recordedIo();
    await main(['help'], io);
    expect(io.out.join('\n')).toContain('hooklatch secret [provider]');
  });

  it('runs as a program, whose output is the secret and a line break', async () => {
    const { code, stdout, stderr } = await runTs('src/cli/bin.ts', ['secret', 'standard-webhooks']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
  });
});

describe('makeSecret()', () => {
  it.each(
    all
      .filter((provider) => !isAsymmetric(provider.algorithm))
      .map((provider) => [provider.name, provider] as const),
  )('makes for %s a secret of 32 bytes in its form', (_name, provider) => {
    const secret = makeSecret(provider);
    const { encoding, prefix = '' } = provider.secret;
    expect(secret.startsWith(prefix)).toBe(true);
    const text = secret.slice(prefix.length).replace(/^hooklatch:/, '');
    expect(Buffer.from(text, encoding === 'utf8' ? 'hex' : encoding)).toHaveLength(32);
    expect(accepts(provider, secret)).toBe(true);
  });

  it.each(
    all
      .filter(({ algorithm }) => isAsymmetric(algorithm))
      .map((provider) => [provider.name, provider] as const),
  )('makes none for %s, whose sender makes the keys', (name, provider) => {
    expect(() => makeSecret(provider)).toThrow(
      `${name} signs with a key of its own: the sender makes the pair`,
    );
  });

  it('makes none for schemes that are code, whose senders say what they want', () => {
    expect(() => makeSecret(providers['aws-sns'])).toThrow('aws-sns says itself what its secret is');
  });
});
