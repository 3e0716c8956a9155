import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { fastcomments, type Decision, type WebhookGuardOptions } from 'hooklatch';
import { parseAddress } from '../../src/request/client-address';
import { eventually, freshCopy, NOW, pause, SECRET, send, signed, start, warnings } from '../helpers/http';
import { startEverywhere, statusOf } from '../helpers/network';

const BODY = '{}';
const HEADERS = signed(fastcomments, BODY);
const THIS_MACHINE = { allowIps: ['127.0.0.1'] };

describe('parseAddress()', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:50001', '203.0.113.9'],
    ['203.0.113.9:0', '203.0.113.9'],
    ['203.0.113.9:_gateway', '203.0.113.9'],
    ['2001:db8::9', '2001:db8::9'],
    ['[2001:db8::9]', '2001:db8::9'],
    ['[2001:db8::9]:50001', '2001:db8::9'],
    ['[2001:DB8::9]:_x', '2001:DB8::9'],
    ['[::ffff:203.0.113.9]:80', '::ffff:203.0.113.9'],
    ['"203.0.113.9"', '203.0.113.9'],
    ['"203.0.113.9:50001"', '203.0.113.9'],
    ['"[2001:db8::9]:50001"', '2001:db8::9'],
    ['for=203.0.113.9', '203.0.113.9'],
    ['For="203.0.113.9:50001"', '203.0.113.9'],
    ['FOR="[2001:db8::9]:4711"', '2001:db8::9'],
    ['for=203.0.113.9;proto=https;by=10.0.0.1', '203.0.113.9'],
    ['proto=https; for="[2001:db8::9]"; host=example.org', '2001:db8::9'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    // Nothing tells a port from the last group: RFC 7239 wants brackets.
    ['2001:db8::9:5000', '2001:db8::9:5000'],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  it.each([
    '',
    ' ',
    'unknown',
    '_hidden',
    'for=unknown',
    'for="_hidden"',
    'localhost',
    'localhost:80',
    '10.1',
    '10.1:80',
    '010.1.2.3:80',
    '10.1.2.3:',
    '10.1.2.3:80:90',
    '10.1.2.3:123456',
    '10.1.2.3:-1',
    '10.1.2.3 :80',
    '10.1.2.3/8',
    '10.1.2.3:80/8',
    '[10.1.2.3]',
    '[10.1.2.3]:80',
    '[]',
    '[::1',
    '::1]',
    '[[::1]]',
    '[::1]80',
    '[::1]:',
    '[::1][::2]',
    '2001:db8:::9',
    '"10.1.2.3',
    '10.1.2.3"',
    '""10.1.2.3""',
    '"10.1.2.3" "10.1.2.4"',
    "'10.1.2.3'",
    'for=for=10.1.2.3',
    'for=10.1.2.3;for=10.1.2.4',
    'for=10.1.2.3;10.1.2.4',
    '10.1.2.4;for=10.1.2.3',
    'x;for=10.1.2.3',
    'xfor=10.1.2.3',
    'by=10.1.2.3',
    'for =10.1.2.3',
    'for=',
    '10.1.2.3\n',
    '10.1.2.3\0',
    '10.1.2.3,10.1.2.4',
  ])('finds no address in %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('takes no longer than a text is long', () => {
    for (const part of ['[', '"', ';', 'for=', '1.', ':', ' ']) {
      expect(parseAddress(part.repeat(100_000))).toBeUndefined();
    }
  });
});

/** A guard of a copy that has not warned yet, in an app of its own. */
function setUp(trustProxy: unknown, options: Partial<WebhookGuardOptions>, before: RequestHandler[] = []) {
  const fresh = freshCopy();
  const decisions: Decision[] = [];
  const handled = jest.fn();
  const guard = fresh.webhookGuard({
    provider: fresh.fastcomments,
    secret: SECRET,
    duplicates: false,
    clock: () => NOW,
    onDecision: (decision) => decisions.push(decision),
    ...options,
  });
  return {
    decisions,
    handled,
    install: (app: Parameters<Parameters<typeof start>[0]>[0]): void => {
      app.set('trust proxy', trustProxy);
      app.use(...before, guard, (_req, res) => {
        handled();
        res.json({});
      });
    },
  };
}

async function sendBySocket(headers: Record<string, string>, install: Parameters<typeof startEverywhere>[0]) {
  const socketPath = join(mkdtempSync(join(tmpdir(), 'hooklatch-')), 'socket');
  await startEverywhere(install, socketPath);
  return statusOf({ socketPath, method: 'PUT', headers: { ...HEADERS, ...headers } }, BODY);
}

describe('the address of a request', () => {
  it.each([
    ['203.0.113.9:50001', '203.0.113.9'],
    ['[2001:db8::9]:50001', '2001:db8::9'],
    ['for="[2001:db8::9]:50001"', '2001:db8::9'],
    ['unknown', 'unknown'],
  ])('is in the decision as it is, of %s', async (written, address) => {
    const { decisions, install } = setUp(1, { https: false });
    const { port } = await start(install);
    const headers = { ...HEADERS, 'X-Forwarded-For': written };
    expect((await send(port, { method: 'PUT', headers, body: BODY })).status).toBe(200);
    expect(decisions).toMatchObject([{ address }]);
  });

  it.each<[string, Partial<WebhookGuardOptions>]>([
    ['allowIps', { allowIps: ['0.0.0.0/0', '::/0'] }],
    ['rateLimit', { rateLimit: {} }],
  ])(
    'that is none is a fault of the set-up where there is %s, which is told once',
    async (_name, options) => {
      const { decisions, install } = setUp(1, { https: false, ...options });
      const { port } = await start(install);
      for (const written of ['unknown', '_hidden', 'for=unknown']) {
        const headers = { ...HEADERS, 'X-Forwarded-For': written };
        expect((await send(port, { method: 'PUT', headers, body: BODY })).status).toBe(500);
      }
      expect(decisions[0]).toMatchObject({ code: 'ERR_WEBHOOK_SETUP', address: 'unknown' });
      expect(warnings).toEqual([expect.stringMatching(/is no IP address; the decision .* X-Forwarded-For$/)]);
    },
  );

  it('is needed by no rateLimit with a keyGenerator of its own', async () => {
    const { install } = setUp(1, { https: false, rateLimit: { keyGenerator: () => 'one for all' } });
    const { port } = await start(install);
    const headers = { ...HEADERS, 'X-Forwarded-For': 'unknown' };
    expect((await send(port, { method: 'PUT', headers, body: BODY })).status).toBe(200);
    expect(warnings).toEqual([]);
  });
});

describe('a connection by a socket file', () => {
  const nginx = { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https' };

  it.each<[string, Partial<WebhookGuardOptions>]>([
    ['nothing', {}],
    ['allowIps', THIS_MACHINE],
    ['rateLimit', { rateLimit: {} }],
  ])('is one of this machine where it is direct, with %s', async (_name, options) => {
    const { decisions, install } = setUp(false, options);
    expect(await sendBySocket({}, install)).toBe(200);
    expect(decisions).toMatchObject([{ address: '127.0.0.1' }]);
    expect(warnings).toEqual([]);
  });

  it('is one of this machine also where another process has opened the socket, whose server knows no path', async () => {
    const pathless: RequestHandler = (req, _res, next) => {
      const { server } = req.socket as unknown as { readonly server: Server };
      Object.defineProperty(server, 'address', { value: () => null });
      next();
    };
    const { install } = setUp(false, THIS_MACHINE, [pathless]);
    expect(await sendBySocket({}, install)).toBe(200);
  });

  it.each([
    ['the number of proxies', 1],
    ['a function of the number', (_address: string | undefined, distance: number) => distance < 1],
  ])('has the address that a proxy reports, where "trust proxy" is %s', async (_what, trustProxy) => {
    const { decisions, install } = setUp(trustProxy, { allowIps: ['203.0.113.9'], https: true });
    expect(await sendBySocket(nginx, install)).toBe(200);
    expect(decisions).toMatchObject([{ address: '203.0.113.9' }]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, Partial<WebhookGuardOptions>]>([
    ['https', {}],
    ['allowIps', { https: false, ...THIS_MACHINE }],
    ['rateLimit', { https: false, rateLimit: {} }],
  ])(
    "is answered 503 and told what to set, where %s meets 'loopback', which fits no socket",
    async (_n, options) => {
      const { decisions, install } = setUp('loopback', options);
      expect(await sendBySocket(nginx, install)).toBe(503);
      expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_SETUP', address: null }]);
      expect(warnings).toEqual([
        expect.stringMatching(/Unix socket.*'loopback' neither.*'trust proxy', 1\)$/),
      ]);
    },
  );

  it.each<[string, Partial<WebhookGuardOptions>]>([
    ['allowIps', { https: false, ...THIS_MACHINE }],
    ['rateLimit', { https: false, rateLimit: {} }],
  ])('is answered 503 where "trust proxy" is off and %s is set', async (_name, options) => {
    const { install } = setUp(false, options);
    expect(await sendBySocket(nginx, install)).toBe(503);
    expect(warnings).toEqual([expect.stringContaining('"trust proxy" is off')]);
  });
});

describe('a stranger of the network that leaves at once', () => {
  const waitForEnd: RequestHandler = (req, _res, next) => {
    req.socket.once('close', () => next());
  };

  it.each<[string, Partial<WebhookGuardOptions>]>([
    ['allowIps', { ...THIS_MACHINE, https: false }],
    ['rateLimit', { rateLimit: {}, https: false }],
    ['https', {}],
  ])('is not taken for this machine by %s, though it has no address any more', async (_name, options) => {
    const { decisions, handled, install } = setUp(false, options, [waitForEnd]);
    const { port } = await start(install);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const lines = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}`);
    socket.write(['PUT / HTTP/1.1', 'Host: x', ...lines, 'Content-Length: 2', '', BODY].join('\r\n'));
    await pause(20);
    socket.resetAndDestroy();
    await eventually(() => decisions.length === 1);
    await pause(20);
    expect(handled).not.toHaveBeenCalled();
    expect(decisions).toMatchObject([{ address: null }]);
    expect(warnings.filter((text) => text.includes('address'))).toEqual([]);
  });

  it('is told of where it is still there and no server says how it came', async () => {
    const bare: RequestHandler = (req, _res, next) => {
      Object.defineProperty(req.socket, 'remoteAddress', { value: undefined });
      Object.defineProperty(req.socket, 'server', { value: undefined });
      next();
    };
    const { install } = setUp(false, { ...THIS_MACHINE, https: false }, [bare]);
    const { port } = await start(install);
    expect((await send(port, { method: 'PUT', headers: HEADERS, body: BODY })).status).toBe(500);
    expect(warnings).toEqual([expect.stringContaining('is no IP address')]);
  });
});
