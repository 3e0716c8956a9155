import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { providers, verify, type Provider } from 'hooklatch';
import { makeTestDelivery } from '../../src/core/test-delivery';
import { isAsymmetric, makeKeyPair } from '../../src/core/signature';
import { listSamples, makeSample, SAMPLED } from '../../src/samples';
import { NOW } from '../helpers/http';

const URL = 'https://example.org/hooks';
const rows = SAMPLED.flatMap((name) => listSamples({ name }).map((event) => [name, event] as const));
// PayPal signs by a certificate that the sender has.
const UNSIGNED = ['paypal'];

function makeSecrets({ algorithm, secret, name }: Provider): { sends: string; receives: string } {
  if (isAsymmetric(algorithm)) {
    const { privateKey, publicKey } = makeKeyPair(algorithm);
    return {
      sends: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      receives: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    };
  }
  const isHex = name === 'adyen' || secret.encoding === 'hex';
  const encoding = isHex ? 'hex' : secret.encoding;
  const text = Buffer.alloc(32, 'key').toString(encoding === 'utf8' ? 'latin1' : encoding);
  const both = (secret.prefix ?? '') + text;
  return { sends: both, receives: both };
}

describe('the samples', () => {
  it('are of thirty senders at least, all of them known', () => {
    expect(SAMPLED.length).toBeGreaterThanOrEqual(30);
    expect(SAMPLED.filter((name) => providers[name] === undefined)).toEqual([]);
  });

  it('take less than 40 kB', () => {
    const folder = join(__dirname, '../../src/samples');
    const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000);
  });

  it.each(rows.filter(([name]) => !UNSIGNED.includes(name)))(
    'verify as sent by %s, and are of the event %s',
    async (name, event) => {
      const provider = providers[name]!;
      const { sends, receives } = makeSecrets(provider);
      const named = event === '*' ? undefined : event;
      const sample = (now: number): unknown => makeSample(provider, named, now);
      const settings = { secret: sends, url: URL, event: named, sample, now: NOW };
      const { method, headers, body } = makeTestDelivery(provider, settings);
      const delivery = { method, url: '/hooks', headers, body };
      const webhook = await verify(delivery, { provider, secret: receives, now: NOW, publicUrl: URL });
      // A sender that names no event is routed by its methods.
      if (provider.event !== undefined && named !== undefined) expect(webhook.event).toBe(named);
      if (provider.id?.body !== undefined && name !== 'discord') expect(webhook.id).toBeDefined();
      expect(body.toString()).not.toContain('{{');
    },
  );

  it.each(rows)('of %s and %s are JSON, filled in anew each time', (name, event) => {
    const [one, other] = [1, 2].map(() => JSON.stringify(makeSample({ name }, event, NOW)));
    expect(JSON.parse(one!)).toBeDefined();
    expect(one).not.toContain('{{');
    expect(one!.length).toBe(other!.length);
  });
});

describe('makeSample()', () => {
  it('fills in times as numbers where the sender writes numbers', () => {
    const { created } = makeSample({ name: 'stripe' }, 'invoice.paid', NOW) as { created: number };
    expect(created).toBe(NOW / 1000);
    const { webhookTimestamp } = makeSample({ name: 'linear' }, 'Issue.create', NOW) as Record<
      string,
      number
    >;
    expect(webhookTimestamp).toBe(NOW);
  });

  it('knows none of a sender without samples, nor of an event that it has none of', () => {
    expect(makeSample({ name: 'acuity' }, 'x', NOW)).toBeUndefined();
    expect(makeSample({ name: 'toString' }, undefined, NOW)).toBeUndefined();
    expect(makeSample({ name: 'github' }, 'star', NOW)).toBeUndefined();
    expect(makeSample({ name: 'github' }, undefined, NOW)).toBeUndefined();
    expect(makeSample({ name: 'twilio' }, 'any', NOW)).toMatchObject({ NumMedia: '0' });
    expect(listSamples({ name: 'acuity' })).toEqual([]);
  });
});
