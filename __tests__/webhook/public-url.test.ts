import express from 'express';
import { providers, webhookGuard, type Provider } from 'hooklatch';
import { getCompiled } from '../../src/core/compiled-provider';
import { contentTypeFor, makeTestDelivery } from '../../src/core/test-delivery';
import { send, start } from '../helpers/http';
import { keysFor } from '../helpers/keys';

const ADDRESS = 'https://example.org/hooks/in';

// Those that take a plain secret: of the others, whose keys are tokens' or fetched, the tests of their kind have this.
const IN_CODE = ['contentful', 'http-message-signatures', 'twilio'];

const senders = Object.values(providers).filter(
  (provider) =>
    getCompiled(provider).coversUrl && (provider.algorithm !== 'custom' || IN_CODE.includes(provider.name)),
);

async function deliver(provider: Provider, publicUrl: string, mountedAt: string): Promise<number> {
  const { secret, verifyBy } = keysFor(provider);
  const guard = webhookGuard({
    provider,
    secret: verifyBy,
    publicUrl,
    https: false,
    onDecision: () => undefined,
  });
  const { port } = await start((app) => {
    const router = express.Router();
    router.all('/in', guard, (_req, res) => res.sendStatus(204));
    if (mountedAt === '') app.all('/hooks/in', guard, (_req, res) => res.sendStatus(204));
    else app.use(mountedAt, router);
  });
  const { method, headers, body } = makeTestDelivery(provider, { secret, url: ADDRESS });
  const all = { 'Content-Type': contentTypeFor(provider, body), ...headers };
  return (await send(port, { method, path: '/hooks/in', headers: all, body })).status;
}

describe('the option publicUrl of a guard', () => {
  it('is tried with every sender that signs the address', () => {
    expect(senders.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['square', 'twilio', 'hubspot-v3']),
    );
  });

  describe.each(senders)('of $name', (provider) => {
    it.each([
      ['an origin', 'https://example.org', ''],
      ['an origin with a slash', 'https://example.org/', ''],
      ['the whole address', ADDRESS, ''],
      ['an origin, mounted below a path', 'https://example.org', '/hooks'],
      ['the whole address, mounted below a path', ADDRESS, '/hooks'],
    ])('may be %s', async (_name, publicUrl, mountedAt) => {
      expect(await deliver(provider, publicUrl, mountedAt)).toBe(204);
    });

    it('refuses another path', async () => {
      expect(await deliver(provider, 'https://example.org/hooks/out', '')).toBe(provider.refusal.status);
    });
  });
});
