import { providers, storeDelivery, webhookGuard } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { readFileSync } from 'node:fs';
import { getCompiled } from '../../src/core/compiled-provider';
import { send, start } from '../helpers/http';
import { openInbox } from '../helpers/inbox';
import { keysFor, ORIGIN } from '../helpers/keys';
import { readPage } from '../helpers/snippets';

const BODY = '{"id":"evt_1","type":"push","event":"push"}';
const STOLEN = {
  Authorization: 'Bearer an-access-token-of-someone',
  Cookie: 'session=the-cookie-of-someone',
  'X-Api-Key': 'the-api-key-of-someone',
};

/** The senders whose delivery can be signed here without a certificate or a key that is fetched. */
const signedOnes = Object.values(providers).flatMap((provider) => {
  try {
    const { secret, verifyBy } = keysFor(provider, `the secret of ${provider.name}, long enough`);
    const request = signedRequest(provider, { secret, body: BODY, url: `${ORIGIN}/${provider.name}` });
    return [{ provider, secret, verifyBy, request }];
  } catch {
    return [];
  }
});

describe('the file of an inbox', () => {
  it('has no signature, token, cookie or secret of any sender', async () => {
    const inbox = openInbox({ work: false });
    const { port } = await start((app) => {
      for (const { provider, verifyBy } of signedOnes) {
        const options = { provider, secret: verifyBy, publicUrl: ORIGIN, duplicates: false as const };
        app.use(`/${provider.name}`, webhookGuard(options), storeDelivery({ inbox, route: provider.name }));
      }
    });
    for (const { provider, request } of signedOnes) {
      const path = `/${provider.name}?token=the-token-of-an-address`;
      await send(port, { ...request, path, headers: { ...request.headers, ...STOLEN } });
    }
    const stored = await inbox.view.list({}, 1000);
    expect(stored.length).toBeGreaterThan(60);
    const text = ['', '-wal'].map((part) => readFileSync(inbox.file + part, 'latin1')).join('\n');
    expect(text.includes('evt_1')).toBe(true);
    const secrets = signedOnes.flatMap(({ provider, secret, verifyBy, request }) => {
      // The body is kept as it was verified, and a token in it with it: the guide says so.
      if (request.body.includes(secret)) return [];
      const { signatureHeaders } = getCompiled(provider);
      const headers = Object.entries(request.headers).filter(([name]) =>
        signatureHeaders.includes(name.toLowerCase()),
      );
      return [secret, verifyBy, ...headers.map(([, value]) => value)];
    });
    const known = [...secrets, ...Object.values(STOLEN), 'the-token-of-an-address'];
    expect(known.filter((secret) => secret.length >= 16 && text.includes(secret))).toEqual([]);
  });

  it('has the token of those senders that put it into the body, which the guide names', () => {
    const names = signedOnes
      .filter(({ request, secret }) => request.body.includes(secret))
      .map(({ provider }) => provider.name);
    expect(names).toEqual(['figma', 'microsoft-graph']);
    const guide = readPage('docs/guides/inbox.md').replaceAll(/\s+/g, ' ');
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
