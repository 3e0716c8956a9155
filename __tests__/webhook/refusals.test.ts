import {
  defineProvider,
  fastcomments,
  github,
  medplum,
  medplumSubscription,
  slack,
  standardWebhooks,
  stripe,
  telehealth,
  type Provider,
} from 'hooklatch';
import {
  decisionOf,
  NOW,
  requestText,
  SECRET,
  send,
  signed,
  startGuard,
  talk,
  type Sent,
} from '../helpers/http';

const BODY = '{"type":"x","event":"x"}';

const sendsOnlyPut = defineProvider({ ...fastcomments, events: undefined, methods: ['PUT'] });

const signsAddress = defineProvider({
  name: 'signs-address',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{url}', '{body}'],
  secret: { encoding: 'utf8' },
});

const secretOf = ({ secret }: Provider): string =>
  secret.encoding === 'base64' ? Buffer.from(SECRET).toString('base64') : SECRET;

/** A genuine delivery, and what a stranger makes of it. */
function variants(provider: Provider): readonly (readonly [string, string, Sent])[] {
  const secret = secretOf(provider);
  const at = (now: number): Record<string, string> => signed(provider, BODY, { secret, now });
  const headers = at(NOW);
  const name = [provider.signature.header].flat()[0]!;
  const without = Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
  const bytes = Buffer.from(BODY);
  bytes[3]! ^= 1;
  const other = signed(provider, BODY, { secret: Buffer.from('another secret').toString('base64') });
  const timed: (readonly [string, string, Sent])[] =
    provider.timestamp === undefined
      ? []
      : [
          ['stale', 'ERR_WEBHOOK_TIMESTAMP', { headers: at(NOW - 301_000) }],
          ['future-dated', 'ERR_WEBHOOK_TIMESTAMP', { headers: at(NOW + 301_000) }],
        ];
  return [
    ['one bit of the body changed', 'ERR_WEBHOOK_SIGNATURE', { headers, body: bytes }],
    ['an empty body', 'ERR_WEBHOOK_SIGNATURE', { headers, body: '' }],
    ['unsigned', 'ERR_WEBHOOK_HEADER', { headers: without }],
    ['an empty signature', 'ERR_WEBHOOK_HEADER', { headers: { ...headers, [name]: '' } }],
    [
      'text behind the signature',
      'ERR_WEBHOOK_HEADER',
      { headers: { ...headers, [name]: `${headers[name]!}~` } },
    ],
    ['another secret', 'ERR_WEBHOOK_SIGNATURE', { headers: { ...headers, [name]: other[name] } }],
    ...timed,
  ];
}

const PROVIDERS = [
  fastcomments,
  medplum,
  telehealth,
  github,
  slack,
  stripe,
  standardWebhooks,
  medplumSubscription,
];

describe.each(PROVIDERS.map((provider) => [provider.name, provider] as const))(
  'webhookGuard() of %s, to a stranger',
  (_name, provider) => {
    const method = provider.methods[0];

    it('answers 200 to the genuine delivery', async () => {
      const { port } = await startGuard({ provider, secret: secretOf(provider) });
      const headers = signed(provider, BODY, { secret: secretOf(provider) });
      expect((await send(port, { method, headers, body: BODY })).status).toBe(200);
    });

    it.each(variants(provider))('answers the constant refusal to %s', async (_case, code, sent) => {
      const receiver = await startGuard({ provider, secret: secretOf(provider) });
      const answer = await send(receiver.port, { method, body: BODY, ...sent });
      expect(answer.status).toBe(provider.refusal.status);
      expect(await decisionOf(receiver)).toMatchObject({ code, status: answer.status, outcome: 'refused' });

      const unsigned = await send(receiver.port, { method, body: BODY });
      expect(answer.fingerprint).toBe(unsigned.fingerprint);
      expect(receiver.webhooks).toEqual([]);
    });
  },
);

describe('webhookGuard()', () => {
  it('says nothing but the status', async () => {
    const { port } = await startGuard({ provider: fastcomments });
    const { fingerprint } = await send(port, { method: 'PUT', body: BODY });
    expect(fingerprint.split('\n')).toEqual([
      '401 Unauthorized',
      'X-Powered-By: Express',
      'Content-Type: application/json; charset=utf-8',
      'Content-Length: 25',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'WWW-Authenticate: Webhook',
      'Connection: keep-alive',
      'Keep-Alive: timeout=5',
      '',
      '{"error":"Unauthorized"}',
      '',
    ]);
  });

  it('takes the status of a failed authentication from refusalStatus', async () => {
    const receiver = await startGuard({ provider: fastcomments, refusalStatus: 403 });
    const answer = await send(receiver.port, { method: 'PUT', body: BODY });
    expect(answer.status).toBe(403);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_HEADER');
  });

  it.each(['GET', 'POST', 'PATCH', 'OPTIONS', 'HEAD'])(
    'answers 403 to %s, which the sender never uses, before it looks at anything else',
    async (method) => {
      const receiver = await startGuard({ provider: sendsOnlyPut });
      const answer = await send(receiver.port, { method, headers: { 'Content-Length': 0 } });
      expect(answer.status).toBe(403);
      expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_METHOD');
    },
  );

  it.each([
    ['signature', 'X-FastComments-Signature'],
    ['timestamp', 'X-FastComments-Timestamp'],
  ])('answers 401 to a second %s header, equal or not', async (_what, name) => {
    const headers = signed(fastcomments, BODY);
    const lines = Object.entries(headers).map((pair) => pair.join(': '));
    for (const again of [headers[name]!, '1']) {
      const receiver = await startGuard({ provider: fastcomments });
      const text = await talk(receiver.port, [
        requestText('PUT', [...lines, `${name.toUpperCase()}: ${again}`, `Content-Length: ${BODY.length}`]),
        BODY,
      ]);
      expect(text.slice(9, 12)).toBe('401');
      expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_HEADER');
    }
  });

  it('answers 401 to a thousand signatures in one header', async () => {
    const receiver = await startGuard({ provider: stripe });
    const header = signed(stripe, BODY)['Stripe-Signature']!;
    const many = `${header}${',v1=00'.repeat(600)}`;
    expect((await send(receiver.port, { headers: { 'Stripe-Signature': many }, body: BODY })).status).toBe(
      401,
    );
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_HEADER');
  });

  it.each([
    ['the edge of the window', 300_000, 200],
    ['one second beyond', 301_000, 401],
  ])('answers to a timestamp at %s (%d ms)', async (_where, offset, status) => {
    const { port } = await startGuard({ provider: fastcomments });
    for (const now of [NOW - offset, NOW + offset]) {
      const headers = signed(fastcomments, BODY, { now });
      expect((await send(port, { method: 'PUT', headers, body: BODY })).status).toBe(status);
    }
  });

  it('holds toleranceSeconds instead of the window of the provider', async () => {
    const { port } = await startGuard({ provider: fastcomments, toleranceSeconds: 1 });
    const statusAt = async (now: number): Promise<number> =>
      (await send(port, { method: 'PUT', headers: signed(fastcomments, BODY, { now }), body: BODY })).status;
    expect(await statusAt(NOW - 1000)).toBe(200);
    expect(await statusAt(NOW - 2000)).toBe(401);
  });

  it('answers 401 to everybody where the clock gives NaN', async () => {
    const { port } = await startGuard({ provider: fastcomments, clock: () => NaN, onDecision: undefined });
    const headers = signed(fastcomments, BODY);
    expect((await send(port, { method: 'PUT', headers, body: BODY })).status).toBe(401);
  });

  it('answers 400 to an authentic body that is not what the provider says', async () => {
    const receiver = await startGuard({ provider: fastcomments });
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]);
    const headers = signed(fastcomments, body);
    expect((await send(receiver.port, { method: 'PUT', headers, body })).status).toBe(400);
    expect(await decisionOf(receiver)).toMatchObject({
      code: 'ERR_WEBHOOK_PAYLOAD',
      outcome: 'refused',
      bytes: 5,
    });
  });

  it('keeps __proto__ as an own key of the payload', async () => {
    const receiver = await startGuard({ provider: fastcomments });
    const body = '{"__proto__":{"polluted":true}}';
    await send(receiver.port, { method: 'PUT', headers: signed(fastcomments, body), body });
    expect(Object.keys(receiver.webhooks[0]!.payload as object)).toEqual(['__proto__']);
    expect({}).not.toHaveProperty('polluted');
  });

  it('parses nothing of a delivery that is not authentic', async () => {
    const parse = jest.spyOn(JSON, 'parse');
    const { port } = await startGuard({ provider: telehealth });
    const headers = { 'X-Telehealth-Signature': '0'.repeat(64), 'Content-Type': 'application/json' };
    expect((await send(port, { headers, body: '{"event":"x","deep":[[[[]]]]}' })).status).toBe(401);
    expect(parse).not.toHaveBeenCalled();
  });

  it('takes the address from publicUrl, not from Host or X-Forwarded-*', async () => {
    const provider = signsAddress;
    const receiver = await startGuard({ provider, https: false, publicUrl: 'https://example.org/' });
    const headers = {
      ...signed(provider, BODY, { publicUrl: 'https://example.org/in?b=1' }),
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
    };
    expect((await send(receiver.port, { path: '/in?b=1', headers, body: BODY })).status).toBe(200);
    const other = signed(provider, BODY, { publicUrl: 'https://evil.example/in?b=1' });
    const forged = { ...other, Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' };
    expect((await send(receiver.port, { path: '/in?b=1', headers: forged, body: BODY })).status).toBe(401);
  });

  it('never accepts a provider that is not configured', async () => {
    const { port } = await startGuard({ provider: stripe, secret: SECRET });
    const headers = signed(github, BODY, { secret: SECRET });
    expect((await send(port, { headers, body: BODY })).status).toBe(401);
  });
});
