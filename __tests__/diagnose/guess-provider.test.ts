import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose, providers } from 'hooklatch';
import { main } from '../../src/cli/main';
import { guessProviders } from '../../src/diagnose/guess-provider';
import { NOW } from '../helpers/deliveries';
import { handSigned, secretBy, SENDERS } from '../helpers/hand-signed';
import { recordedIo } from '../helpers/io';

const all = Object.values(providers);

describe('guessProviders()', () => {
  it.each(SENDERS)('knows a delivery of %s by its headers', (name) => {
    const { delivery, settings } = handSigned(name);
    expect(guessProviders(delivery, all).map((one) => one.name)).toContain(settings.provider.name);
  });

  it('knows none by headers that all deliveries have', () => {
    expect(guessProviders({ headers: { host: 'a', 'content-type': 'b' } }, all)).toEqual([]);
  });
});

describe('diagnose() without a provider', () => {
  const { delivery, settings } = handSigned('github');
  const { secret } = settings;

  it('takes the sender with whose scheme the delivery verifies, of several with its headers', () => {
    expect(diagnose(delivery, { secret }).findings[0]!.observed).toContain('signature of github');
    const meta = handSigned('meta');
    expect(diagnose(meta.delivery, { secret: meta.settings.secret }).verified).toBe(true);
  });

  it('explains by the first of them where it verifies with none', () => {
    const body = Buffer.from('{}');
    expect(diagnose({ ...delivery, body }, { secret }).findings[0]!.code).toBe('body-empty');
    const headers = { ...delivery.headers, 'x-hub-signature': undefined, 'x-hub-signature-256': undefined };
    expect(diagnose({ ...delivery, headers }, { secret }).findings[0]!.code).toBe('signature-missing');
  });

  it('throws where no header is of a known sender, and for wrong settings', () => {
    const unknown = { ...delivery, headers: { host: 'a' } };
    expect(() => diagnose(unknown, { secret })).toThrow(/give the option "provider"/);
    expect(() => diagnose(delivery, undefined as never)).toThrow(TypeError);
  });
});

describe('hooklatch diagnose without a provider', () => {
  const run = async (headers: Readonly<Record<string, unknown>>, ...args: readonly string[]) => {
    const { delivery } = handSigned('stripe');
    const file = join(mkdtempSync(join(tmpdir(), 'hooklatch-')), 'delivery.json');
    const { method, url, body } = delivery;
    writeFileSync(file, JSON.stringify({ method, url, headers, bodyBase64: body.toString('base64') }));
    const recorded = recordedIo({ env: { SECRET: secretBy('stripe') } });
    const words = ['diagnose', ...args, file, '--secret-env', 'SECRET', '--now', String(NOW)];
    const importModule = () => Promise.resolve({ default: providers.stripe });
    const code = await main(words, { ...recorded, importModule });
    return { code, out: recorded.out.join('\n'), err: recorded.err.join('\n') };
  };

  it('takes the provider whose headers are there, and says so', async () => {
    const { code, out, err } = await run(handSigned('stripe').delivery.headers);
    expect(out).toContain('verified: stripe');
    expect([code, err]).toEqual([0, expect.stringContaining('by its headers this is a delivery of stripe')]);
  });

  it('takes the provider of a module, and the first word for the file', async () => {
    const { delivery } = handSigned('stripe');
    const { code, out, err } = await run(delivery.headers, '--provider', './mine.mjs');
    expect(out).toContain('verified: stripe');
    expect([code, err]).toEqual([0, '']);
  });

  it('takes no misspelt name for a file', async () => {
    const { delivery } = handSigned('stripe');
    const { code, err } = await run(delivery.headers, 'strpe');
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean "stripe"')]);
  });

  it('asks for one where no headers tell it', async () => {
    const { code, err } = await run({ host: 'a' });
    expect([code, err]).toEqual([2, expect.stringContaining('needs a provider')]);
  });
});
