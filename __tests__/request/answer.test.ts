import { defineProvider, github, WebhookError, webhookErrors, xero } from 'hooklatch';
import { eventually, send, signed, start, startGuard, startRouter, type Answer } from '../helpers/http';

/** The answer to what is refused so. */
async function refused(error: WebhookError): Promise<Answer> {
  const { port } = await start((app) => {
    app.disable('x-powered-by');
    app.use((_req, _res, next) => next(error));
    app.use(webhookErrors({ onDecision: jest.fn() }));
  });
  return send(port);
}

const refusal = (status: number, retryAfterSeconds?: number): WebhookError =>
  new WebhookError('ERR_WEBHOOK_HANDLER', status, undefined, retryAfterSeconds);

const CONSTANT = ['Content-Type: application/json; charset=utf-8'];
const UNCACHED = ['Cache-Control: no-store', 'X-Content-Type-Options: nosniff'];

describe('the answer to a refusal', () => {
  it.each([
    [400, 'Bad Request', []],
    [401, 'Unauthorized', ['WWW-Authenticate: Webhook']],
    [403, 'Forbidden', []],
    [409, 'Conflict', ['Retry-After: ']],
    [413, 'Payload Too Large', []],
    [429, 'Too Many Requests', ['Retry-After: ']],
    [500, 'Internal Server Error', []],
    [503, 'Service Unavailable', ['Retry-After: ']],
  ])('is the same for every %d', async (status, name, more) => {
    const text = `{"error":"${name}"}\n`;
    for (const after of [undefined, 7, 7]) {
      const times = more.map((line) => line.replace(/: $/, `: ${after ?? 5}`));
      const head = [...CONSTANT, `Content-Length: ${text.length}`, ...UNCACHED, ...times];
      const { fingerprint } = await refused(refusal(status, after));
      const lines = fingerprint.split('\n').filter((line) => !/^(?:Connection|Keep-Alive): /.test(line));
      expect(lines).toEqual([`${status} ${name}`, ...head, '', ...text.split('\n')]);
    }
  });

  it('says when to come again where that is known', async () => {
    const seconds = [17, undefined, 3].map(async (after) => (await refused(refusal(429, after))).headers);
    expect((await Promise.all(seconds)).map((headers) => headers['retry-after'])).toEqual(['17', '5', '3']);
  });

  it('has no body where the sender wants none', async () => {
    const { port } = await startGuard({ provider: xero });
    const { status, text, headers } = await send(port);
    expect([status, text, headers['content-length'], headers['content-type']]).toEqual([
      401,
      '',
      '0',
      undefined,
    ]);
  });

  it('does not cut an answer that is whole', async () => {
    const { port } = await start((app) => {
      app.use((_req, res, next) => {
        res.end(Buffer.alloc(2 ** 22));
        next(refusal(500));
      });
      app.use(webhookErrors({ onDecision: jest.fn() }));
    });
    const { status, text } = await send(port);
    expect([status, text.length]).toEqual([200, 2 ** 22]);
  });
});

describe('the acknowledgement', () => {
  const acknowledged = async (text?: string, acknowledge?: number): Promise<Answer> => {
    const provider = defineProvider({
      ...github,
      name: 'own',
      acknowledge: { status: 200, ...(text === undefined ? {} : { text }) },
    });
    const { port, decisions } = await startRouter({ provider, acknowledge, events: { push: jest.fn() } });
    const sent = { path: '/hooks', headers: signed(provider, '{}', { event: 'push', id: 'd' }), body: '{}' };
    const first = await send(port, sent);
    await eventually(() => decisions.length === 1);
    expect((await send(port, sent)).fingerprint).toBe(first.fingerprint);
    return first;
  };

  it('is a text, and nothing that a browser would run, where the sender wants one', async () => {
    const { status, text, headers } = await acknowledged('[é]');
    expect([status, Buffer.from(text, 'latin1').toString()]).toEqual([200, '[é]']);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '4',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each<[string | undefined, number | undefined, number, string | undefined]>([
    [undefined, undefined, 200, '0'],
    ['[accepted]', 204, 204, undefined],
  ])('has no body for the text %p with the status %p', async (wanted, acknowledge, status, length) => {
    const answer = await acknowledged(wanted, acknowledge);
    expect([answer.status, answer.text]).toEqual([status, '']);
    expect(answer.headers['content-length']).toBe(length);
    expect(answer.headers).not.toHaveProperty('content-type');
  });
});
