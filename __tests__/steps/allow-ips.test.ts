import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { allowIps, fastcomments, webhookErrors, webhookGuard, type Decision } from 'hooklatch';
import { decisionOf, SECRET, send, signed, start, startGuard, startRouter } from '../helpers/http';
import { startEverywhere, statusOf } from '../helpers/network';
import { typeErrorOf } from '../helpers/type-error';

const BODY = '{}';
const sent = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };

/** The status for an address that a trusted proxy reports. */
async function statusFor(ranges: readonly string[], address: string): Promise<number> {
  const { port } = await start((app) => {
    app.set('trust proxy', 1);
    app.use(allowIps(ranges), (_req, res) => void res.json({}));
    app.use(webhookErrors({ onDecision: jest.fn() }));
  });
  return (await send(port, { headers: { 'X-Forwarded-For': address } })).status;
}

describe('allowIps()', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.0/24', '192.0.2.0'],
    ['192.0.2.0/24', '192.0.2.255'],
    ['192.0.2.9/24', '192.0.2.200'],
    ['192.0.2.4/31', '192.0.2.5'],
    ['192.0.2.4/32', '192.0.2.4'],
    ['0.0.0.0/0', '255.255.255.255'],
    ['2001:db8::/32', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8::5', '2001:0db8:0:0:0:0:0:5'],
    ['2001:DB8::5/128', '2001:db8::5'],
    ['::1', '::1'],
    ['::/0', 'fe80::1'],
  ])('answers 200 with %p to %s', async (range, address) => {
    expect(await statusFor([range], address)).toBe(200);
  });

  it.each([
    ['192.0.2.7', '192.0.2.8'],
    ['192.0.2.0/24', '192.0.1.255'],
    ['192.0.2.0/24', '192.0.3.0'],
    ['192.0.2.4/31', '192.0.2.6'],
    ['192.0.2.4/32', '192.0.2.5'],
    ['0.0.0.0/0', '2001:db8::1'],
    ['2001:db8::/32', '2001:db9::'],
    ['2001:db8::/32', '192.0.2.1'],
    ['2001:db8::5/128', '2001:db8::6'],
    ['127.0.0.0/8', '::1'],
  ])('answers 403 with %p to %s', async (range, address) => {
    expect(await statusFor([range], address)).toBe(403);
  });

  it.each([
    ['10.1.2.3', '::ffff:10.1.2.3', 200],
    ['10.1.2.3', '::ffff:a01:203', 200],
    ['10.1.2.3', '0:0:0:0:0:FFFF:0a01:0203', 200],
    ['10.0.0.0/8', '::ffff:10.255.255.255', 200],
    ['::ffff:10.1.2.3', '10.1.2.3', 200],
    ['::ffff:10.0.0.0/104', '10.255.0.1', 200],
    ['::ffff:10.0.0.0/104', '11.0.0.1', 403],
    ['10.0.0.0/8', '::ffff:11.0.0.1', 403],
    ['10.1.2.3', '::10.1.2.3', 403],
    ['10.1.2.3', '64:ff9b::10.1.2.3', 403],
  ])(
    'with %p, an IPv4 address that is mapped into IPv6 is that address: %s',
    async (range, address, status) => {
      expect(await statusFor([range], address)).toBe(status);
    },
  );

  it.each(['fe80::1%eth0', '::1%lo', '::ffff:10.1.2.3%1', '[fe80::1%eth0]:80'])(
    'matches nothing with the zone of %s',
    async (address) => {
      expect(await statusFor(['0.0.0.0/0', '::/0'], address)).toBe(403);
    },
  );

  it.each([
    '010.1.2.3',
    '10.1',
    '10.1.2.003',
    '0x0a.1.2.3',
    '0xa010203',
    '167838211',
    '10.1.2.3.',
    '10.1.2.3/8',
    '１０.1.2.3',
    'localhost',
    'unknown',
    '_hidden',
  ])('answers 500 to the odd spelling %s, which is the fault of a proxy', async (address) => {
    const bytes = Buffer.from(address).toString('latin1');
    expect(await statusFor(['0.0.0.0/0', '::/0'], bytes)).toBe(500);
  });

  it.each([
    ['10.1.2.3', '10.1.2.3:80', 200],
    ['10.1.2.3', '10.1.2.4:80', 403],
    ['2001:db8::/32', '[2001:db8::5]:50001', 200],
    ['2001:db8::/32', '[2001:db9::5]:50001', 403],
    ['10.1.2.3', '[::ffff:10.1.2.3]:80', 200],
    ['::1', '[::1]', 200],
    ['10.1.2.3', 'for="10.1.2.3:4711";proto=https', 200],
    ['10.1.2.3', 'for="10.1.2.4:4711";proto=https', 403],
  ])('with %p judges the address that a proxy writes as %s', async (range, written, status) => {
    expect(await statusFor([range], written)).toBe(status);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', 200],
    ['127.0.0.1', '127.0.0.2', '127.0.0.1', 200],
    ['127.0.0.1', '127.0.0.1', '127.0.0.2', 403],
    ['127.0.0.0/8', '127.0.0.1', '127.200.0.1', 200],
    ['::1', '::1', '::1', 200],
    ['127.0.0.0/8', '::1', '::1', 403],
    ['::1', '127.0.0.1', '127.0.0.1', 403],
  ])(
    'with %p, on a server of both families, judges who comes to %s from %s',
    async (range, host, from, status) => {
      const port = await startEverywhere((app) => {
        app.use(allowIps([range]), (_req, res) => void res.json({}));
        app.use(webhookErrors({ onDecision: jest.fn() }));
      });
      expect(await statusOf({ host, port, localAddress: from })).toBe(status);
    },
  );

  it.each([
    [['127.0.0.1'], 200],
    [['192.0.2.7', '127.0.0.0/8'], 200],
    [['192.0.2.7'], 403],
    [['::1'], 403],
  ])('with %p takes a program that connects by a socket file for this machine', async (ranges, status) => {
    const socketPath = join(mkdtempSync(join(tmpdir(), 'hooklatch-')), 'socket');
    await startEverywhere((app) => {
      app.use(allowIps(ranges), (_req, res) => void res.json({}));
      app.use(webhookErrors({ onDecision: jest.fn() }));
    }, socketPath);
    expect(await statusOf({ socketPath })).toBe(status);
  });

  it('takes several ranges of both families', async () => {
    const ranges = ['192.0.2.7', '198.51.100.0/24', '2001:db8::/32'];
    for (const [address, status] of [
      ['192.0.2.7', 200],
      ['198.51.100.9', 200],
      ['2001:db8::9', 200],
      ['203.0.113.1', 403],
    ] as const) {
      expect(await statusFor(ranges, address)).toBe(status);
    }
  });

  it.each([
    'not an address',
    '192.0.2',
    '192.0.2.256',
    '010.0.0.1',
    '0x0a.0.0.1',
    '167838211',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/',
    '192.0.2.0/08',
    '192.0.2.0/1e1',
    '192.0.2.0/255.255.255.0',
    '192.0.2.0 /24',
    ' 192.0.2.7',
    '192.0.2.7\n',
    '192.0.2.1-192.0.2.9',
    '192.0.2.*',
    '2001:db8::/129',
    '2001:db8:::/32',
    'fe80::1%eth0',
    '[::1]',
    'example.org',
    '',
    7,
    null,
    undefined,
    [['192.0.2.7']],
    {},
  ])('refuses the range %p, and says what it should be', (range) => {
    for (const make of [
      () => allowIps(['192.0.2.7', range] as never),
      () => guardWith(['192.0.2.7', range]),
    ]) {
      const message = typeErrorOf(make);
      expect(message).toContain('option "allowIps" must hold addresses and CIDR ranges such as ');
      expect(message).toContain(`got ${inspect(range)}`);
    }
  });

  it.each([[undefined], [null], [''], ['192.0.2.7'], [[]], [{}], [0], [() => true]])(
    'refuses %p instead of a list',
    (ranges) => {
      expect(typeErrorOf(() => allowIps(ranges as never))).toMatch(
        /^allowIps\(\): option "allowIps" must be a list of addresses and CIDR ranges, got /,
      );
      if (ranges === undefined) return;
      expect(typeErrorOf(() => guardWith(ranges))).toContain('option "allowIps" must be a list of');
    },
  );

  it('does not follow a list that is changed later', async () => {
    const ranges = ['192.0.2.7'];
    const { port } = await startGuard({ provider: fastcomments, allowIps: ranges });
    ranges.push('127.0.0.1');
    expect((await send(port, sent)).status).toBe(403);
  });
});

function guardWith(ranges: unknown): void {
  webhookGuard({ provider: fastcomments, secret: SECRET, allowIps: ranges as never });
}

describe('option "allowIps"', () => {
  it.each([
    ['webhookGuard()', (ranges: string[]) => startGuard({ provider: fastcomments, allowIps: ranges })],
    [
      'webhookRouter()',
      (ranges: string[]) =>
        startRouter({ provider: fastcomments, allowIps: ranges, events: { create: jest.fn() } }),
    ],
  ])('%s refuses others with 403 before it reads anything', async (_name, make) => {
    const allowed = await make(['127.0.0.1']);
    expect((await send(allowed.port, { ...sent, path: '/hooks' })).status).toBe(200);
    const refused = await make(['192.0.2.7']);
    expect((await send(refused.port, { ...sent, path: '/hooks' })).status).toBe(403);
    expect(await decisionOf(refused)).toMatchObject({
      code: 'ERR_WEBHOOK_ADDRESS',
      outcome: 'refused',
      address: '127.0.0.1',
      bytes: null,
      clockSkewMs: null,
    } satisfies Partial<Decision>);
  });

  it('answers every address that is not allowed alike, signed or not', async () => {
    const { port } = await startGuard({ provider: fastcomments, allowIps: ['192.0.2.7'] });
    const genuine = await send(port, sent);
    const stranger = await send(port, { ...sent, headers: {} });
    expect(stranger.fingerprint).toBe(genuine.fingerprint);
    expect(genuine.status).toBe(403);
  });
});
