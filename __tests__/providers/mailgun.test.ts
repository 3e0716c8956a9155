import { mailgun, sign, signBody, verifySync, WebhookError, type Webhook } from 'hooklatch';
import { createHmac } from 'node:crypto';
import { NOW, SECRET, send, startGuard, startRouter } from '../helpers/http';
import { rawVectors } from '../helpers/vectors';

const TOKEN = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123';
const TIME = String(NOW / 1000);

interface Vector {
  readonly id: string;
  readonly secret: string;
  readonly body: string;
  readonly now: number;
  readonly expect: 'valid' | 'invalid';
}
const vectors = rawVectors.filter(({ scheme }) => scheme === 'mailgun') as unknown as readonly Vector[];

const hmac = (text: string, secret = SECRET): string =>
  createHmac('sha256', secret).update(text).digest('hex');

/** A signature block, with some of its fields replaced. */
function block(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { timestamp: TIME, token: TOKEN, signature: hmac(TIME + TOKEN), ...changes };
}

function judge(body: string | Buffer, now = NOW, secret = SECRET): Webhook | string {
  try {
    const delivery = { method: 'POST', url: '/', headers: {}, body: Buffer.from(body) };
    return verifySync(delivery, { provider: mailgun, secret, now });
  } catch (error) {
    if (error instanceof WebhookError && error.status === 401) return error.code;
    throw error;
  }
}

const judgeBlock = (signature: unknown, now = NOW): Webhook | string =>
  judge(JSON.stringify({ signature, 'event-data': { event: 'delivered' } }), now);

describe('mailgun', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'judges %s as its vector says',
    (_id, vector) => {
      const verdict = judge(vector.body, vector.now, vector.secret);
      expect(typeof verdict).toBe(vector.expect === 'valid' ? 'object' : 'string');
    },
  );

  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'answers %s over HTTP',
    async (_id, vector) => {
      const { secret, now, body } = vector;
      const { port } = await startGuard({ provider: mailgun, secret, clock: () => now });
      expect((await send(port, { body })).status).toBe(vector.expect === 'valid' ? 200 : 401);
    },
  );

  it('says that the event is anybody’s, and that the token is signed', () => {
    expect(judgeBlock(block())).toMatchObject({
      event: 'delivered',
      id: TOKEN,
      timestamp: new Date(NOW),
      trusted: { event: false, id: true },
    });
  });

  it('gives a stranger nothing in the payload: it has the time and the token, and the rest is marked', () => {
    const body = { signature: block({ extra: 1 }), 'event-data': { event: 'failed' } };
    const webhook = judge(JSON.stringify(body)) as Webhook;
    expect(webhook.payload).toEqual({ signature: { timestamp: TIME, token: TOKEN } });
    expect(webhook.unsigned).toEqual({
      'event-data': { event: 'failed' },
      signature: { signature: hmac(TIME + TOKEN), extra: 1 },
    });
  });

  it('reads a body once for all secrets, and parses none that is not authentic', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const utf8 = jest.spyOn(Buffer.prototype, 'toString');
    const secret = Array.from({ length: 10 }, (_none, at) => ({ id: String(at), value: `secret-${at}` }));
    const body = Buffer.from(JSON.stringify({ more: 'x'.repeat(1000), signature: block() }));
    utf8.mockClear();
    expect(() =>
      verifySync({ method: 'POST', url: '/', headers: {}, body }, { provider: mailgun, secret, now: NOW }),
    ).toThrow(WebhookError);
    expect(parse).not.toHaveBeenCalled();
    // Timestamp, token and signature.
    expect(utf8.mock.contexts.filter((bytes) => bytes === body)).toHaveLength(3);
  });

  it('handles each token once, whatever the payload says', async () => {
    const events: string[] = [];
    const { port } = await startRouter({
      provider: mailgun,
      events: { '*': ({ event }) => void events.push(String(event)) },
    });
    for (const event of ['delivered', 'complained']) {
      const body = JSON.stringify({ signature: block(), 'event-data': { event } });
      expect((await send(port, { path: '/hooks', body })).status).toBe(200);
    }
    expect(events).toEqual(['delivered']);
  });

  it('takes the events of a subaccount with the key of the primary account', () => {
    const theirs = hmac(TIME + TOKEN, 'the key of the subaccount');
    expect(judgeBlock(block({ signature: theirs, 'parent-signature': hmac(TIME + TOKEN) }))).toBeInstanceOf(
      Object,
    );
    expect(judgeBlock(block({ signature: theirs, 'parent-signature': theirs }))).toBe(
      'ERR_WEBHOOK_SIGNATURE',
    );
    expect(judgeBlock(block({ 'parent-signature': 5 }))).toBeInstanceOf(Object);
  });

  it.each([
    [NOW + 8 * 3_600_000, true],
    [NOW + 9 * 3_600_000, true],
    [NOW + 9 * 3_600_000 + 1, false],
    [NOW - 9 * 3_600_000 - 1, false],
  ])('takes the block that it sends again for 8 hours, and none that is older: at %p %p', (now, inside) => {
    const verdict = judgeBlock(block(), now);
    expect(verdict === 'ERR_WEBHOOK_TIMESTAMP').toBe(!inside);
  });

  const signed = (timestamp: string, token: string): Record<string, unknown> =>
    block({ timestamp, token, signature: hmac(timestamp + token) });

  it.each([
    ['no object', 'signature'],
    ['a list', [block()]],
    ['null', null],
    ['missing fields', {}],
    ['a number for a timestamp', block({ timestamp: NOW / 1000 })],
    ['a list for a token', block({ token: [TOKEN] })],
    ['an object for a signature', block({ signature: { toString: hmac(TIME + TOKEN) } })],
    ['a token of 49 characters', signed(TIME, TOKEN.slice(1))],
    ['a token of 51 characters', signed(TIME, `${TOKEN}1`)],
    ['a digit moved into the timestamp', block({ timestamp: `${TIME}e`, token: TOKEN.slice(1) })],
    ['a token with a line break', signed(TIME, `${TOKEN.slice(1)}\n`)],
    ['a timestamp in milliseconds', signed(String(NOW), TOKEN)],
    ['a timestamp with a sign', signed(`+${TIME.slice(1)}`, TOKEN)],
    ['a signature that is cut', block({ signature: hmac(TIME + TOKEN).slice(2) })],
    ['a signature that is no hex', block({ signature: 'z'.repeat(64) })],
    [
      'a signature of another time',
      block({ signature: hmac(`1${TIME.slice(1)}${TOKEN}`.replace('1', '2')) }),
    ],
  ])('refuses %s', (_what, signature) => {
    expect(judgeBlock(signature)).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', JSON.stringify([block()])],
    ['null', 'null'],
    ['a prototype', `{"__proto__":{"signature":${JSON.stringify(block())}}}`],
    ['a prototype inside', `{"signature":{"__proto__":${JSON.stringify(block())}}}`],
    ['a form', `timestamp=${TIME}&token=${TOKEN}&signature=${hmac(TIME + TOKEN)}`],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22])],
    ['depth', '['.repeat(100_000)],
    ['more than 256 KB', JSON.stringify({ signature: block(), more: 'x'.repeat(262_144) })],
    ['the wrong block first', `{"signature":{},"signature":${JSON.stringify(block())}}`],
    ['a token that is there twice', `{"signature":{"token":"${TOKEN}",${JSON.stringify(block()).slice(1)}}`],
    ['the wrong block last', `{"signature":${JSON.stringify(block())},"signature":{}}`],
  ])('refuses a body that is %s', (_what, body) => {
    expect(judge(body)).toBe('ERR_WEBHOOK_SIGNATURE');
  });
});

describe('signBody() for mailgun', () => {
  it('writes a signature that is accepted into the body', () => {
    const draft = { body: Buffer.from('{"event-data":{"event":"opened","name":"Zoë"}}') };
    const body = signBody(mailgun, { secret: SECRET, now: NOW }, draft);
    expect(judge(body)).toMatchObject({ event: 'opened', unsigned: { 'event-data': { name: 'Zoë' } } });
    expect(judge(body, NOW, `${SECRET}.`)).toBe('ERR_WEBHOOK_SIGNATURE');
    expect(sign(mailgun, { secret: SECRET, now: NOW }, { body })).toEqual({});
  });

  it.each(['', '[]', 'text'])('throws for the body %p', (body) => {
    expect(() => signBody(mailgun, { secret: SECRET }, { body: Buffer.from(body) })).toThrow('JSON object');
  });
});
