import express from 'express';
import { isIP } from 'node:net';
import type * as Hooklatch from 'hooklatch';
import { fastcomments } from 'hooklatch';
import { freshCopy, NOW, SECRET, send, signed, start, startGuard, warnings } from '../helpers/http';

type Copy = typeof Hooklatch;

const BODY = '{}';
const sent = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };
const settings = { secret: SECRET, clock: () => NOW, onDecision: jest.fn(), https: false };

/** What an address counts for, each in an app with one setting of `trust proxy`. */
const USERS: readonly (readonly [string, (copy: Copy) => express.RequestHandler])[] = [
  ['allowIps()', (copy) => copy.allowIps(['203.0.113.7'])],
  ['limitRate()', (copy) => copy.limitRate()],
  [
    'webhookGuard({ allowIps })',
    (copy) => copy.webhookGuard({ provider: copy.fastcomments, ...settings, allowIps: ['203.0.113.7'] }),
  ],
  [
    'webhookRouter({ rateLimit })',
    (copy) =>
      copy.webhookRouter({
        provider: copy.fastcomments,
        ...settings,
        rateLimit: {},
        events: { create: jest.fn() },
      }),
  ],
];

const PERMISSIVE: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['a function that trusts anybody', () => true],
  ['a function that trusts any distance', (_address: string, distance: number) => distance > 1],
  ['99 proxies', 99],
  ['11 proxies', 11],
  ['all of IPv4', '0.0.0.0/1, 128.0.0.0/1'],
  ['all of the IPv6 that is in use', '2000::/3'],
  ['half of IPv4', ['loopback', '128.0.0.0/1']],
];

function strictTrust(address: string): boolean {
  if (isIP(address) === 0) throw new TypeError('that is no address');
  return address === '127.0.0.1';
}

async function startWith(trust: unknown, make: (copy: Copy) => express.RequestHandler) {
  const copy = freshCopy();
  return start((app) => {
    app.set('trust proxy', trust);
    app.use(make(copy), (_req, res) => void res.json({}));
    app.use(copy.webhookErrors({ onDecision: jest.fn() }));
  });
}

describe.each(USERS)('%s', (_name, make) => {
  it.each(PERMISSIVE)('answers 500 and warns once where "trust proxy" is %s', async (_what, trust) => {
    const { port } = await startWith(trust, make);
    for (const address of ['203.0.113.7', '198.51.100.9']) {
      const headers = { ...sent.headers, 'X-Forwarded-For': address };
      expect((await send(port, { ...sent, headers })).status).toBe(500);
    }
    expect(warnings).toEqual([
      expect.stringMatching(/trusts any address, so .*app\.set\('trust proxy', 1\), or their addresses$/),
    ]);
  });

  it('asks a function that is "trust proxy" once of strangers, and not at every request', async () => {
    const trust = jest.fn((address: string) => address === '127.0.0.1');
    const { port } = await startWith(trust, make);
    const headers = { ...sent.headers, 'X-Forwarded-For': '203.0.113.7' };
    const strangersAsked = async (): Promise<number> => {
      await send(port, { ...sent, headers });
      return trust.mock.calls.filter(([address]) => !/^(127|203)\./.test(address)).length;
    };
    expect(await strangersAsked()).toBe(await strangersAsked());
  });

  it.each<[unknown]>([
    [1],
    [2],
    ['loopback'],
    ['loopback, 10.0.0.0/8'],
    [['127.0.0.1', '2001:db8::/32']],
    [(address: string) => address === '127.0.0.1'],
    [(_address: string, distance: number) => distance < 2],
  ])('takes the address that a trusted proxy reports ("trust proxy" is %p)', async (trust) => {
    const { port } = await startWith(trust, make);
    const headers = { ...sent.headers, 'X-Forwarded-For': '203.0.113.7' };
    expect((await send(port, { ...sent, headers })).status).toBe(200);
    expect(warnings).toEqual([]);
  });

  it('answers 500 where the app that it is mounted in trusts anybody', async () => {
    const copy = freshCopy();
    const { port } = await start((app) => {
      const inner = express();
      inner.use(make(copy), (_req, res) => void res.json({}));
      inner.use(copy.webhookErrors({ onDecision: jest.fn() }));
      app.set('trust proxy', true);
      app.use('/inner', inner);
    });
    expect((await send(port, { ...sent, path: '/inner' })).status).toBe(500);
  });

  it('answers 500 where the function "trust proxy" throws', async () => {
    const { port } = await startWith(strictTrust, make);
    const headers = { ...sent.headers, 'X-Forwarded-For': '203.0.113.7, no address' };
    expect((await send(port, { ...sent, headers })).status).toBe(500);
  });
});

describe('the address of a stranger', () => {
  const FORGED = {
    'X-Forwarded-For': '203.0.113.7',
    Forwarded: 'for=203.0.113.7',
    'X-Real-IP': '203.0.113.7',
    'X-Client-IP': '203.0.113.7',
    'CF-Connecting-IP': '203.0.113.7',
    'True-Client-IP': '203.0.113.7',
  };

  it.each(Object.entries(FORGED))('is not what %s says, where nobody is trusted', async (name, value) => {
    for (const trust of [false, '10.0.0.1']) {
      const { port } = await startWith(trust, USERS[0]![1]);
      expect((await send(port, { headers: { [name]: value } })).status).toBe(403);
    }
  });

  it.each(Object.entries(FORGED).slice(1))('is never what %s says', async (name, value) => {
    const { port } = await startWith(1, USERS[0]![1]);
    expect((await send(port, { headers: { [name]: value } })).status).toBe(403);
    const headers = { [name]: value, 'X-Forwarded-For': '198.51.100.9' };
    expect((await send(port, { headers })).status).toBe(403);
  });

  it.each([
    ['203.0.113.7, 198.51.100.9', 1, 403],
    ['198.51.100.9, 203.0.113.7', 1, 200],
    ['203.0.113.7, 198.51.100.9, 10.0.0.1', 2, 403],
    ['203.0.113.7, 198.51.100.9', ['127.0.0.1', '10.0.0.1'], 403],
    ['203.0.113.7, 10.0.0.1', ['127.0.0.1', '10.0.0.1'], 200],
  ])('is what the outermost proxy has seen, of %s (trust proxy: %p)', async (chain, trust, status) => {
    const { port } = await startWith(trust, USERS[0]![1]);
    expect((await send(port, { headers: { 'X-Forwarded-For': chain } })).status).toBe(status);
  });

  it('is not recorded where the function "trust proxy" throws, and the delivery is accepted all the same', async () => {
    const { port, decisions } = await startGuard({ provider: fastcomments, https: false }, [
      (req, _res, next) => {
        req.app.set('trust proxy', strictTrust);
        next();
      },
    ]);
    for (const address of ['203.0.113.7', '203.0.113.7, no address']) {
      const body = JSON.stringify({ address });
      const headers = { ...signed(fastcomments, body), 'X-Forwarded-For': address };
      expect((await send(port, { method: 'PUT', headers, body })).status).toBe(200);
    }
    expect(decisions.map(({ address }) => address)).toEqual(['203.0.113.7', null]);
  });
});

describe('a proxy that was forgotten', () => {
  const headers = { ...sent.headers, 'X-Forwarded-For': '203.0.113.7' };

  it.each(USERS)('%s warns of it once', async (_name, make) => {
    const { port } = await startWith(false, make);
    for (let times = 0; times < 3; times += 1) await send(port, { ...sent, headers });
    expect(warnings).toEqual([expect.stringContaining('"trust proxy" is off')]);
  });

  it.each(['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Real-IP'])(
    'is known by the header %s, and the warning names both ways out',
    async (name) => {
      const { port } = await startWith(false, USERS[0]![1]);
      await send(port, { headers: { [name]: 'anything' } });
      expect(warnings).toEqual([
        expect.stringMatching(
          / of the proxy\..*: app\.set\('trust proxy', 1\) for one proxy, or the addresses/,
        ),
      ]);
    },
  );

  it('is not warned of where proxies are trusted, or no such header comes', async () => {
    const trusting = await startWith('10.0.0.1', USERS[0]![1]);
    await send(trusting.port, { ...sent, headers });
    const direct = await startWith(false, USERS[0]![1]);
    await send(direct.port, sent);
    expect(warnings).toEqual([]);
  });
});
