import { contentful, sign, verifySync, WebhookError, type Delivery, type Webhook } from 'hooklatch';
import { signRequest, verifyRequest } from '@contentful/node-apps-toolkit';
import { NOW, send, startGuard, startRouter } from '../helpers/http';
import { rawVectors } from '../helpers/vectors';

const SECRET = 'c4a1f2b8d3e95a7f0b6c1d8e4f2a9b3c7d0e5f1a8b4c6d2e9f3a7b1c5d8e2f60';
const OTHER = SECRET.replace('c', 'd');
const TOPIC = 'ContentManagement.Entry.publish';
const BODY = '{"sys":{"id":"e1"},"text":"Zoë – café ☕","amount":1.0}\n';

interface Vector {
  readonly id: string;
  readonly method: string;
  readonly secret: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly now: number;
  readonly expect: 'valid' | 'invalid';
}
const vectors = rawVectors.filter(({ scheme }) => scheme === 'contentful') as unknown as readonly Vector[];

function judge(delivery: Delivery, now = NOW, secret = SECRET, publicUrl?: string): Webhook | string {
  try {
    return verifySync(delivery, { provider: contentful, secret, now, publicUrl });
  } catch (error) {
    if (error instanceof WebhookError && error.status === 401) return error.code;
    throw error;
  }
}

/** What their toolkit sends for a path. */
function deliver(
  path: string,
  headers: Record<string, string> = { 'X-Contentful-Topic': TOPIC },
): Delivery & { readonly headers: Readonly<Record<string, string>> } {
  const signed = signRequest(SECRET, { method: 'POST', path, headers, body: BODY }, NOW);
  return { method: 'POST', url: path, headers: { ...headers, ...signed }, body: Buffer.from(BODY) };
}

describe('contentful', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'judges %s as its vector says',
    (_id, vector) => {
      const { method, url, headers, body, now, secret } = vector;
      const delivery = { method, url: '/', headers, body: Buffer.from(body) };
      expect(typeof judge(delivery, now, secret, url)).toBe(vector.expect === 'valid' ? 'object' : 'string');
    },
  );

  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'answers %s over HTTP',
    async (_id, vector) => {
      const { method, url, headers, body, secret, now } = vector;
      const { port } = await startGuard({ provider: contentful, secret, clock: () => now });
      const path = encodeURI(url.slice(new URL(url).origin.length));
      const { status } = await send(port, { method, path, headers, body });
      expect(status).toBe(vector.expect === 'valid' ? 200 : 401);
    },
  );

  it('answers 400 to a body that is authentic but no JSON', async () => {
    const { port } = await startGuard({ provider: contentful, secret: SECRET });
    const headers = sign(contentful, { secret: SECRET, now: NOW }, { url: '/x', body: Buffer.from('{') });
    expect((await send(port, { path: '/x', headers, body: '{' })).status).toBe(400);
  });

  it('trusts the topic where it is signed, and only there', () => {
    expect(judge(deliver('/x'))).toMatchObject({ event: TOPIC, trusted: { event: true, id: false } });
    const { headers, ...rest } = deliver('/x', {});
    const unsigned = judge({ ...rest, headers: { ...headers, 'x-contentful-topic': TOPIC } });
    expect(unsigned).toMatchObject({ event: TOPIC, trusted: { event: false } });
  });

  it('refuses a value that reads like the next signed header, because the end of a value could be moved', () => {
    const draft = {
      url: '/x',
      method: 'POST',
      body: Buffer.from(BODY),
      headers: { 'content-type': 'text/plain;x-contentful-topic:forged', 'x-contentful-topic': TOPIC },
    };
    expect(() => sign(contentful, { secret: SECRET, now: NOW }, draft)).toThrow('cannot sign');
    const plain = { ...draft, headers: { ...draft.headers, 'content-type': 'text/plain;charset=utf-8' } };
    const headers = sign(contentful, { secret: SECRET, now: NOW }, plain);
    const sent = { ...plain, headers: { ...plain.headers, ...headers } };
    expect(judge(sent)).toBeInstanceOf(Object);
    // The same signed line, cut at another place.
    const moved = { ...sent.headers, 'content-type': 'text/plain', 'x-contentful-topic': `x;content-type:y` };
    expect(judge({ ...sent, headers: moved })).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('routes by the topic', async () => {
    const { port, decisions } = await startRouter({
      provider: contentful,
      secret: SECRET,
      events: { [TOPIC]: () => undefined },
    });
    const { headers } = deliver('/hooks');
    expect((await send(port, { path: '/hooks', headers, body: BODY })).status).toBe(200);
    expect(decisions[0]).toMatchObject({ event: TOPIC, unsignedRouting: false });
  });

  it('takes the same body for another address, method or topic as another delivery, and a copy for a copy', async () => {
    const { port, webhooks } = await startGuard({ provider: contentful, secret: SECRET });
    const deliveries = ['/a', '/a', '/b'].map((path) => [path, deliver(path)] as const);
    for (const [path, { headers }] of deliveries) {
      expect((await send(port, { path, headers, body: BODY })).status).toBe(200);
    }
    expect(webhooks).toHaveLength(2);
  });

  it.each([
    [NOW + 30_000, true],
    [NOW + 30_001, false],
    [NOW - 30_001, false],
  ])('has a window of 30 s: at %p %p', (now, inside) => {
    expect(judge(deliver('/x'), now) === 'ERR_WEBHOOK_TIMESTAMP').toBe(!inside);
  });

  it('takes the path of publicUrl, for proxies that change it', () => {
    expect(
      judge({ ...deliver('/hooks/x'), url: '/x' }, NOW, SECRET, 'https://example.org/hooks/x'),
    ).toBeInstanceOf(Object);
  });

  it.each(['short', `${SECRET}0`, `${SECRET.slice(1)} `, `${SECRET}\n`])(
    'refuses the secret %j',
    (secret) => {
      expect(() => judge(deliver('/x'), NOW, secret)).toThrow('option "secret" is not what contentful uses');
    },
  );
});

describe('what contentful refuses', () => {
  const good = deliver('/x?a=b');
  const withHeaders = (headers: Record<string, string | string[]>): Delivery => ({
    ...good,
    headers: { ...good.headers, ...headers },
  });
  const LIST = 'x-contentful-signed-headers';

  it.each([
    ['another body', { ...good, body: Buffer.from(`${BODY} `) }],
    ['another method', { ...good, method: 'PUT' }],
    ['another path', { ...good, url: '/y?a=b' }],
    ['another query', { ...good, url: '/x?a=c' }],
    ['no query', { ...good, url: '/x' }],
    ['a second question mark', { ...good, url: '/x?a=b?c=d' }],
    ['a path that cannot be decoded', { ...good, url: '/%ff' }],
    ['a lone surrogate', { ...good, url: '/\ud800' }],
    ['a list without itself', withHeaders({ [LIST]: 'x-contentful-timestamp,x-contentful-topic' })],
    ['a list without the time', withHeaders({ [LIST]: `${LIST},x-contentful-topic` })],
    [
      'a list with a name twice',
      withHeaders({ [LIST]: `${LIST},x-contentful-timestamp,x-contentful-topic,x-contentful-topic` }),
    ],
    ['a list in upper case', withHeaders({ [LIST]: `${LIST},x-contentful-timestamp,X-Contentful-Topic` })],
    ['a list with spaces', withHeaders({ [LIST]: `${LIST}, x-contentful-timestamp` })],
    [
      'a list of too many',
      withHeaders({
        [LIST]: [
          LIST,
          'x-contentful-timestamp',
          ...Array.from({ length: 63 }, (_none, index) => `x-${index}`),
        ].join(),
      }),
    ],
    ['a listed header that is not there', withHeaders({ [LIST]: `${LIST},x-contentful-timestamp,x-other` })],
    [
      'a prototype in the list',
      withHeaders({ [LIST]: `${LIST},x-contentful-timestamp,__proto__,constructor` }),
    ],
    ['an empty list', withHeaders({ [LIST]: '' })],
    ['a time with a sign', withHeaders({ 'x-contentful-timestamp': `+${NOW}`.slice(0, 13) })],
    ['a time in seconds', withHeaders({ 'x-contentful-timestamp': String(NOW / 1000) })],
    ['a signature that is cut', withHeaders({ 'x-contentful-signature': 'ab' })],
    ['a signature that is no hex', withHeaders({ 'x-contentful-signature': 'z'.repeat(64) })],
    ['another topic', withHeaders({ 'X-Contentful-Topic': 'ContentManagement.Entry.delete' })],
  ])('is %s', (_what, delivery) => {
    expect(judge(delivery)).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('is a header that is not there once', () => {
    expect(judge(withHeaders({ 'x-contentful-signature': ['a', 'b'] }))).toBe('ERR_WEBHOOK_HEADER');
    const rawHeaders = ['X-Contentful-Topic', TOPIC, 'x-contentful-topic', 'other'];
    expect(judge({ ...good, rawHeaders })).toBe('ERR_WEBHOOK_SIGNATURE');
  });
});

describe('@contentful/node-apps-toolkit', () => {
  const HEADERS = {
    'X-Contentful-Topic': TOPIC,
    'Content-Type': 'application/vnd.contentful.management.v1+json',
  };
  const PATHS = [
    '/',
    '/hooks',
    '/hooks?',
    '/hooks?space=a&b=%20c',
    '/a b/ü?q=a b&r=ü',
    '/a%20b/%C3%BC?q=[x]',
  ];

  it.each(PATHS)('signs what is verified, for %s', (path) => {
    const delivery = deliver(path, HEADERS);
    expect(judge(delivery)).toBeInstanceOf(Object);
    expect(judge(delivery, NOW, OTHER)).toBe('ERR_WEBHOOK_SIGNATURE');
    if (decodeURI(path) !== path) return;
    // Signed as it was configured, and sent as HTTP needs it.
    expect(judge({ ...delivery, url: encodeURI(path) })).toBeInstanceOf(Object);
  });

  it.each(PATHS)('verifies what is signed, for %s', (path) => {
    const now = Date.now();
    const settings = { secret: SECRET, now, event: TOPIC };
    const headers = sign(contentful, settings, {
      url: path,
      body: Buffer.from(BODY),
      headers: { Accept: '*/*' },
    });
    const request = { method: 'POST', path, headers: { ...headers, Accept: '*/*' }, body: BODY } as const;
    expect(headers['x-contentful-signed-headers']).toContain('x-contentful-topic');
    expect(verifyRequest(SECRET, request)).toBe(true);
    expect(verifyRequest(OTHER, request)).toBe(false);
    expect(verifyRequest(SECRET, { ...request, body: `${BODY} ` })).toBe(false);
    expect(judge({ method: 'POST', url: path, headers, body: Buffer.from(BODY) }, now)).toBeInstanceOf(
      Object,
    );
  });

  it('throws for what cannot be signed', () => {
    const settings = { secret: SECRET, now: NOW };
    expect(() => sign(contentful, settings, { url: '/a?b?c', body: Buffer.from(BODY) })).toThrow(
      'cannot sign',
    );
    const headers = { 'Content-Type': ['a', 'b'] };
    expect(() => sign(contentful, settings, { url: '/a', body: Buffer.from(BODY), headers })).toThrow(
      'cannot sign',
    );
  });
});
