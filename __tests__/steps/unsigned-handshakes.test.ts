import { createHash, createHmac } from 'node:crypto';
import {
  answerHandshakes,
  captureRawBody,
  defineProvider,
  telehealth,
  tokenProvider,
  type HandshakeDefinition,
  type Provider,
  type WebhookGuardOptions,
} from 'hooklatch';
import { expectPlain, JSON_TYPE, TEXT } from '../helpers/handshakes';
import {
  decisionOf,
  requestText,
  SECRET,
  send,
  signed,
  start,
  startGuard,
  talk,
  warnings,
  type Sent,
} from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const senderWith = (...handshakes: readonly HandshakeDefinition[]): Provider =>
  defineProvider({
    name: 'p',
    algorithm: 'hmac-sha256',
    signature: { header: 'X-Signature', encoding: 'base64' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
    handshakes,
  });

const GRAPH = senderWith({ when: { method: 'POST', query: {} }, answer: { echo: 'validationToken' } });
const WOO = senderWith({
  when: { method: 'POST', content: 'form', only: ['webhook_id'] },
  fields: { webhook_id: { alphabet: 'digits', length: [1, 20] } },
  answer: { json: { id: '{webhook_id}' } },
});
const PING = senderWith({ when: { method: 'POST', content: 'form', only: ['webhook_id'] }, answer: {} });
const MONDAY = senderWith({
  when: { method: 'POST', content: 'json', only: ['challenge'] },
  answer: { json: { challenge: '{challenge}' } },
});
const STRAVA = tokenProvider({
  name: 's',
  header: 'X-Token',
  handshakes: [
    {
      when: { method: 'GET', query: { 'hub.mode': 'subscribe' } },
      token: 'hub.verify_token',
      answer: { json: { 'hub.challenge': '{hub.challenge}' } },
    },
  ],
});
const OKTA = tokenProvider({
  name: 'o',
  header: 'Authorization',
  handshakes: [
    { when: { method: 'GET' }, answer: { json: { verification: '{header:X-Okta-Verification-Challenge}' } } },
  ],
});
const EBAY = tokenProvider({
  name: 'e',
  header: 'X-Token',
  handshakes: [
    {
      when: { method: 'GET' },
      fields: { challenge_code: { alphabet: 'token', length: [8, 128] } },
      answer: {
        json: {
          challengeResponse: {
            digest: 'sha256',
            of: ['{challenge_code}', '{verifyToken}', '{url}'],
            encoding: 'hex',
          },
        },
      },
    },
  ],
});
const X = senderWith({
  when: { method: 'GET' },
  fields: { crc_token: { alphabet: 'token', length: [1, 200] } },
  answer: {
    json: { response_token: { digest: 'hmac', of: ['{crc_token}'], encoding: 'base64', prefix: 'sha256=' } },
  },
});

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const JSON_BODY = { 'Content-Type': 'application/json' };
const TOKEN = 'a token that is set at the sender too';

async function ask(provider: Provider, sent: Sent, more: Partial<WebhookGuardOptions> = {}) {
  const receiver = await startGuard({ provider, ...more });
  const answer = await send(receiver.port, sent);
  const decision = await decisionOf(receiver);
  return { answer, decision, handled: receiver.webhooks.length };
}

describe('an unsigned POST that its query tells', () => {
  const SENTENCE = 'Validation: Testing client application reachability for subscription Request-Id: 42';

  it.each([
    ['a word', 'abc'],
    ['a sentence', SENTENCE],
    ['markup', '<script>alert(1)</script>'],
    ['the longest', 'x'.repeat(512)],
  ])('is answered with %s as plain text that nothing sniffs, and no handler runs', async (_what, token) => {
    const path = `/?clientState=a&validationToken=${encodeURIComponent(token)}`;
    const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
    const { answer, decision, handled } = await ask(GRAPH, { path, headers, body: '' });
    expect([answer.status, answer.text, handled]).toEqual([200, token, 0]);
    expectPlain(answer, TEXT);
    expect(decision).toMatchObject({ outcome: 'accepted', notes: ['handshake'] });
  });

  it('reads a plus as a space, as forms do', async () => {
    expect((await ask(GRAPH, { path: '/?validationToken=a+b%2Bc' })).answer.text).toBe('a b+c');
  });

  it.each<[string, Sent]>([
    ['a body', { path: '/?validationToken=a', body: '{}' }],
    [
      'a body of no stated length',
      { path: '/?validationToken=a', headers: { 'Transfer-Encoding': 'chunked' } },
    ],
    ['a signature', { path: '/?validationToken=a', headers: { 'X-Signature': 'AAAA' } }],
    ['no field', { path: '/' }],
    ['an empty field', { path: '/?validationToken=' }],
    ['the field twice', { path: '/?validationToken=a&validationToken=a' }],
    ['line breaks', { path: '/?validationToken=a%0D%0AX: b'.replace(' ', '%20') }],
    ['other scripts', { path: '/?validationToken=%C3%A9' }],
    ['too much', { path: `/?validationToken=${'x'.repeat(513)}` }],
  ])('is refused as any stranger is where it has %s', async (_what, sent) => {
    const { answer, decision, handled } = await ask(GRAPH, sent);
    const stranger = await ask(GRAPH, { body: 'anything' });
    expect(answer.fingerprint).toBe(stranger.answer.fingerprint);
    expect([decision.code, handled]).toEqual(['ERR_WEBHOOK_HEADER', 0]);
  });

  it('leaves deliveries alone, whatever their query asks', async () => {
    const headers = signed(GRAPH, '{}');
    const { handled } = await ask(GRAPH, { path: '/?validationToken=a', headers, body: '{}' });
    expect(handled).toBe(1);
  });
});

describe('an unsigned POST that its body tells', () => {
  it('is answered, and no handler runs', async () => {
    const ping = await ask(PING, { headers: FORM, body: 'webhook_id=1' });
    expect([ping.answer.status, ping.answer.text, ping.handled]).toEqual([200, '', 0]);
    expect(ping.decision).toMatchObject({ outcome: 'accepted', notes: ['handshake'] });
    const monday = await ask(MONDAY, { headers: JSON_BODY, body: '{"challenge":"3eZbr</w>"}' });
    expect(monday.answer.text).toBe('{"challenge":"3eZbr</w>"}');
    expectPlain(monday.answer, JSON_TYPE);
    expect((await ask(WOO, { headers: FORM, body: 'webhook_id=1' })).answer.text).toBe('{"id":"1"}');
  });

  it.each<[string, Provider, Sent]>([
    ['one field more', PING, { headers: FORM, body: 'webhook_id=5&x=1' }],
    ['the field twice', PING, { headers: FORM, body: 'webhook_id=5&webhook_id=5' }],
    ['another type', PING, { headers: JSON_BODY, body: '{"webhook_id":5}' }],
    ['other letters', WOO, { headers: FORM, body: 'webhook_id=a' }],
    ['an event', MONDAY, { headers: JSON_BODY, body: '{"challenge":"a","event":{}}' }],
    ['a number', MONDAY, { headers: JSON_BODY, body: '{"challenge":7}' }],
    ['an object', MONDAY, { headers: JSON_BODY, body: '{"challenge":{"a":"b"}}' }],
    ['more than it may', PING, { headers: FORM, body: `webhook_id=${'1'.repeat(5000)}` }],
    ['nothing', PING, { headers: FORM, body: '' }],
  ])('is refused as any stranger is where it has %s', async (_what, provider, sent) => {
    const { answer, decision, handled } = await ask(provider, sent);
    expect([answer.status, answer.text, handled]).toEqual([401, '{"error":"Unauthorized"}\n', 0]);
    expect(decision.code).toBe('ERR_WEBHOOK_HEADER');
  });

  it('is refused with a signature, which is a delivery, and a bad one', async () => {
    const sent = { headers: { ...FORM, 'X-Signature': `${'A'.repeat(43)}=` }, body: 'webhook_id=1' };
    expect((await ask(PING, sent)).decision.code).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('is not read where it does not say how long it is', async () => {
    const { port, ...receiver } = await startGuard({ provider: PING });
    const lines = ['Content-Type: application/x-www-form-urlencoded', 'Transfer-Encoding: chunked'];
    const text = await talk(port, [`${requestText('POST', lines)}c\r\nwebhook_id=1\r\n0\r\n\r\n`]);
    expect(text).toContain('401 Unauthorized');
    expect((await decisionOf(receiver)).bytes).toBeNull();
  });

  it('is no obstacle to deliveries, its own and of another sender of the same route', async () => {
    const body = '{"challenge":"a"}';
    const own = await ask(MONDAY, { headers: { ...JSON_BODY, ...signed(MONDAY, body) }, body });
    expect(own.handled).toBe(1);
    const also = [{ provider: telehealth, secret: SECRET }];
    const other = '{"event":"a"}';
    const sent = { headers: { ...JSON_BODY, ...signed(telehealth, other) }, body: other };
    expect((await ask(MONDAY, sent, { also })).handled).toBe(1);
  });

  it('is answered by the step alone, behind captureRawBody()', async () => {
    const { port } = await start((app) => {
      app.use(captureRawBody(), answerHandshakes({ provider: PING }));
      app.use((_req, res) => void res.send('passed'));
    });
    expect((await send(port, { headers: FORM, body: 'webhook_id=1' })).text).toBe('');
    expect((await send(port, { headers: FORM, body: 'webhook_id=1&a=b' })).text).toBe('passed');
  });

  it('passes the step alone where nothing has read the body', async () => {
    const { port } = await start((app) => {
      app.use(answerHandshakes({ provider: PING }));
      app.use((_req, res) => void res.send('passed'));
    });
    expect((await send(port, { headers: FORM, body: 'webhook_id=1' })).text).toBe('passed');
  });
});

describe('a GET that is answered as JSON', () => {
  const strava = (token: string, challenge: string): string =>
    `/?hub.mode=subscribe&hub.verify_token=${encodeURIComponent(token)}&hub.challenge=${encodeURIComponent(challenge)}`;

  it('repeats a field of the query, where the token is right', async () => {
    const sent = { method: 'GET', path: strava(TOKEN, '15f7d1a9') };
    const { answer, handled } = await ask(STRAVA, sent, { verifyToken: TOKEN });
    expect([answer.status, answer.text, handled]).toEqual([200, '{"hub.challenge":"15f7d1a9"}', 0]);
    expectPlain(answer, JSON_TYPE);
  });

  it.each([
    ['a wrong token', strava('another', 'a')],
    ['no challenge', `/?hub.mode=subscribe&hub.verify_token=${encodeURIComponent(TOKEN)}`],
    ['spaces', strava(TOKEN, 'a b')],
    ['too much', strava(TOKEN, 'x'.repeat(513))],
  ])('is refused where it has %s', async (_what, path) => {
    const { answer, decision } = await ask(STRAVA, { method: 'GET', path }, { verifyToken: TOKEN });
    expect([answer.status, answer.text]).toEqual([403, '{"error":"Forbidden"}\n']);
    expect(decision).toMatchObject({ code: 'ERR_WEBHOOK_EVENT', notes: [] });
  });

  it('repeats a header, written as JSON', async () => {
    const headers = { 'X-Okta-Verification-Challenge': 'a"b\\c</script>' };
    const { answer } = await ask(OKTA, { method: 'GET', headers });
    expect(answer.text).toBe(JSON.stringify({ verification: 'a"b\\c</script>' }));
    expectPlain(answer, JSON_TYPE);
    expect((await ask(OKTA, { method: 'GET' })).answer.status).toBe(403);
  });
});

describe('a GET whose answer is computed', () => {
  const publicUrl = 'https://example.org/';

  it('hashes code, token and address (eBay)', async () => {
    const sent = { method: 'GET', path: '/hooks/ebay?challenge_code=0f6e94ad616faba1' };
    const { answer } = await ask(EBAY, sent, { verifyToken: TOKEN, publicUrl });
    const text = `0f6e94ad616faba1${TOKEN}https://example.org/hooks/ebay`;
    expect(JSON.parse(answer.text)).toEqual({
      challengeResponse: createHash('sha256').update(text).digest('hex'),
    });
    expect((await ask(EBAY, sent, { publicUrl })).answer.status).toBe(403);
  });

  it('needs the address where it stands in the answer', () => {
    expect(typeErrorOf(() => answerHandshakes({ provider: EBAY }))).toBe(
      'option "publicUrl" is required for e, whose challenge is answered with the address: give the address as the ' +
        'sender knows it, such as https://example.org/webhooks, or its origin alone',
    );
  });

  const crc = (token: string): Sent => ({ method: 'GET', path: `/?crc_token=${encodeURIComponent(token)}` });
  const mac = (secret: string, text: string): string =>
    `sha256=${createHmac('sha256', secret).update(text).digest('base64')}`;

  it('has the HMAC of the field, with the newest secret (X)', async () => {
    const secret = [
      { id: 'old', value: 'another secret for tests, long', createdAt: new Date(1) },
      { id: 'new', value: SECRET, createdAt: new Date(2) },
    ];
    for (const option of [
      SECRET,
      secret,
      () => ({ secrets: secret, scope: false as const }),
      async () => ({ secrets: secret, scope: 'a' }),
    ]) {
      const { answer } = await ask(X, crc('2d8a8686'), { secret: option });
      expect(JSON.parse(answer.text)).toEqual({ response_token: mac(SECRET, '2d8a8686') });
    }
    expect(warnings).toEqual([]);
  });

  it.each([
    ['a delivery', '{"type":"x"}'],
    ['a list', '[1]'],
    ['a space', 'a b'],
    ['quotes', '"a"'],
    ['too much', 'a'.repeat(201)],
    ['nothing', ''],
  ])('signs nothing for strangers who ask with %s', async (_what, token) => {
    const { answer } = await ask(X, crc(token));
    expect([answer.status, answer.text]).toEqual([403, '{"error":"Forbidden"}\n']);
  });

  it('is refused where the look-up finds no secret, and 503 where it fails or hangs', async () => {
    const expired = { id: 'a', value: SECRET, notAfter: new Date(1) };
    expect((await ask(X, crc('a'), { secret: () => undefined })).answer.status).toBe(403);
    expect((await ask(X, crc('a'), { secret: () => ({ secrets: expired, scope: 'a' }) })).answer.status).toBe(
      403,
    );
    const fail = (): never => {
      throw new Error('down');
    };
    expect((await ask(X, crc('a'), { secret: fail })).answer.status).toBe(503);
    const hang = (): Promise<undefined> => new Promise(() => undefined);
    const { answer, decision } = await ask(X, crc('a'), { secret: hang, secretTimeoutMs: 20 });
    expect([answer.status, decision.code]).toEqual([503, 'ERR_WEBHOOK_SECRET']);
  });

  it('needs the secret in the step alone', () => {
    expect(typeErrorOf(() => answerHandshakes({ provider: X }))).toContain(
      'option "secret" must be a string',
    );
  });

  it('signs nothing for a POST, and takes deliveries', async () => {
    const body = '{"for_user_id":"1"}';
    expect((await ask(X, { path: '/?crc_token=a', body })).decision.code).toBe('ERR_WEBHOOK_HEADER');
    expect((await ask(X, { path: '/?crc_token=a', headers: signed(X, body), body })).handled).toBe(1);
  });
});
