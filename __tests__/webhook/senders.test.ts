import { fastcomments, fastcommentsLegacy, medplum, webhookGuard } from 'hooklatch';
import {
  decisionOf,
  NOW,
  requestText,
  SECRET,
  send,
  signed,
  startGuard,
  startRouter,
  talk,
  warnings,
} from '../helpers/http';

describe('the set-up probe of FastComments', () => {
  const bodies = ['', '{}', 'not JSON', '\u0000', 'x'.repeat(2 * 1024 ** 2)];
  const types = [undefined, 'application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x'];
  const cases = bodies.flatMap((body) => types.map((type) => [body.slice(0, 10), type, body] as const));

  it.each(cases)('is answered 401 (%j, %s)', async (_start, type, body) => {
    const receiver = await startRouter({
      provider: fastcomments,
      events: { create: jest.fn(), delete: jest.fn() },
    });
    const headers = { token: 'wrong', ...(type === undefined ? {} : { 'Content-Type': type }) };
    for (const method of ['PUT', 'DELETE']) {
      expect((await send(receiver.port, { method, path: '/hooks', headers, body })).status).toBe(401);
    }
    expect(receiver.decisions[0]!.code).toBe('ERR_WEBHOOK_HEADER');
  });

  it('is answered 401 where the older flow is accepted too', async () => {
    const receiver = await startGuard({
      provider: fastcomments,
      also: [{ provider: fastcommentsLegacy, secret: SECRET }],
    });
    const answer = await send(receiver.port, { method: 'PUT', headers: { token: 'wrong' }, body: '{}' });
    expect(answer.status).toBe(401);
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('is answered 401 even with the right token, and leaves no trace of it', async () => {
    const receiver = await startGuard({ provider: fastcomments });
    expect(
      (await send(receiver.port, { method: 'PUT', headers: { token: SECRET }, body: '{}' })).status,
    ).toBe(401);
    expect(JSON.stringify(await decisionOf(receiver))).not.toContain(SECRET);
  });
});

describe('the refusals of Medplum', () => {
  const genuine = signed(medplum, '{}');
  const genuineLines = Object.entries(genuine).map((pair) => pair.join(': '));

  it.each([
    ['ERR_WEBHOOK_HEADER', 'POST', ['Content-Length: 2'], '{}'],
    ['ERR_WEBHOOK_METHOD', 'PUT', [...genuineLines, 'Content-Length: 2'], '{}'],
    ['ERR_WEBHOOK_SIGNATURE', 'POST', [...genuineLines, 'Content-Length: 2'], '[]'],
    ['ERR_WEBHOOK_BODY_SIZE', 'POST', [...genuineLines, 'Content-Length: 101'], 'x'.repeat(101)],
    ['ERR_WEBHOOK_ENCODING', 'POST', [...genuineLines, 'Content-Length: 2', 'Content-Encoding: gzip'], '{}'],
    ['ERR_WEBHOOK_BODY_TIMEOUT', 'POST', [...genuineLines, 'Content-Length: 3'], '{}'],
  ])('are 403 and all alike before authentication (%s)', async (code, method, lines, body) => {
    const receiver = await startGuard({ provider: medplum, bodyLimit: 100, bodyTimeoutMs: 100 });
    const text = await talk(receiver.port, [requestText(method, lines), body]);
    const [, ...rest] = text.split('\r\n').filter((line) => !line.startsWith('Date: '));
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(rest).toEqual([
      'X-Powered-By: Express',
      'Content-Type: application/json; charset=utf-8',
      'Content-Length: 22',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
      '',
      '{"error":"Forbidden"}\n',
    ]);
    expect(await decisionOf(receiver)).toMatchObject({ code, status: 403, outcome: 'refused' });
  });

  it('are 400 where an authentic body cannot be parsed', async () => {
    const receiver = await startGuard({ provider: medplum });
    const answer = await send(receiver.port, { headers: signed(medplum, '{'), body: '{' });
    expect(answer.status).toBe(400);
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_PAYLOAD');
  });
});

describe('option "also"', () => {
  const also = [{ provider: fastcommentsLegacy, secret: 'the older shared token' }];

  it('lets the other scheme in where the main signature header is absent, and says which matched', async () => {
    const receiver = await startGuard({ provider: fastcomments, also });
    const headers = { token: 'the older shared token' };
    expect((await send(receiver.port, { method: 'PUT', headers, body: '{}' })).status).toBe(200);
    expect(receiver.webhooks[0]!.provider).toBe('fastcomments-legacy');
    expect(await decisionOf(receiver)).toMatchObject({
      provider: 'fastcomments-legacy',
      outcome: 'accepted',
    });
  });

  it('lets the main scheme in as ever', async () => {
    const receiver = await startGuard({ provider: fastcomments, also });
    const headers = { ...signed(fastcomments, '{}'), token: 'wrong' };
    expect((await send(receiver.port, { method: 'PUT', headers, body: '{}' })).status).toBe(200);
    expect((await decisionOf(receiver)).provider).toBe('fastcomments');
  });

  it.each([
    ['of another secret', { ...signed(fastcomments, '{}', { secret: 'another secret, also long' }) }],
    ['of another body', signed(fastcomments, '[]')],
    ['that is stale', signed(fastcomments, '{}', { now: NOW - 400_000 })],
    ['without its timestamp', { 'X-FastComments-Signature': `sha256=${'0'.repeat(64)}` }],
    ['that is malformed', { ...signed(fastcomments, '{}'), 'X-FastComments-Signature': 'x' }],
    ['that is empty', { ...signed(fastcomments, '{}'), 'X-FastComments-Signature': '' }],
  ])('never makes up for a main signature %s', async (_what, headers) => {
    const receiver = await startGuard({ provider: fastcomments, also });
    const both = { ...headers, token: 'the older shared token' };
    expect((await send(receiver.port, { method: 'PUT', headers: both, body: '{}' })).status).toBe(401);
    expect(receiver.webhooks).toEqual([]);
    expect((await decisionOf(receiver)).provider).toBe('fastcomments');
  });

  it('never makes up for a main signature that is there twice', async () => {
    const receiver = await startGuard({ provider: fastcomments, also });
    const [name, value] = Object.entries(signed(fastcomments, '{}')).at(-1)!;
    const lines = [
      `${name}: ${value}`,
      `${name}: ${value}`,
      'token: the older shared token',
      'Content-Length: 2',
    ];
    expect(await talk(receiver.port, [requestText('PUT', lines), '{}'])).toContain('401 Unauthorized');
  });

  it.each([
    ['twice in also', [...also, ...also], 'fastcomments-legacy twice'],
    ['in also and as the provider', [{ provider: fastcomments, secret: SECRET }], 'fastcomments twice'],
  ])('throws a TypeError for one provider %s', (_where, list, text) => {
    const make = (): unknown => webhookGuard({ provider: fastcomments, secret: SECRET, also: list });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(text);
    expect(make).toThrow('as a list in "secret"');
  });

  it('allows the methods of all its providers', async () => {
    const receiver = await startGuard({ provider: medplum, also });
    const headers = { token: 'the older shared token' };
    expect((await send(receiver.port, { method: 'DELETE', headers, body: '{}' })).status).toBe(200);
  });
});

describe('several secrets', () => {
  const secret = [
    { id: 'new', value: SECRET },
    { id: 'old', value: 'the secret of last year', notAfter: new Date(NOW + 1000) },
    { id: 'over', value: 'the secret of the year before', notAfter: new Date(NOW - 1) },
    { id: 'next', value: 'the secret of the year after', notBefore: new Date(NOW + 1) },
  ];

  it.each([
    ['new', 200],
    ['old', 200],
    ['over', 401],
    ['next', 401],
  ])('are tried while they are valid; %s is answered %d and named', async (id, status) => {
    const receiver = await startGuard({ provider: fastcomments, secret });
    const headers = signed(fastcomments, '{}', { secret: secret.find((one) => one.id === id)! });
    expect((await send(receiver.port, { method: 'PUT', headers, body: '{}' })).status).toBe(status);
    expect((await decisionOf(receiver)).secretId).toBe(status === 200 ? id : null);
  });

  it('are a 401 where none is valid, as for any stranger', async () => {
    const receiver = await startGuard({ provider: fastcomments, secret: [secret[2]!] });
    const answer = await send(receiver.port, {
      method: 'PUT',
      headers: signed(fastcomments, '{}'),
      body: '{}',
    });
    const unsigned = await send(receiver.port, { method: 'PUT', body: '{}' });
    expect(answer.fingerprint).toBe(unsigned.fingerprint);
  });

  it('are warned of at the start where they are short, without being shown', () => {
    webhookGuard({ provider: fastcomments, secret: { id: 'mine', value: 'fifteen letters' } });
    expect(warnings).toEqual([expect.stringContaining("'mine' of fastcomments has 15 bytes")]);
    expect(warnings[0]).not.toContain('fifteen letters');
  });
});
