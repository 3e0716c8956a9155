import { asana, notion, verifySync, type Provider, type WebhookGuardOptions } from 'hooklatch';
import { createHmac } from 'node:crypto';
import { eventually, NOW, SECRET, send, startGuard, type Answer, type Receiver } from '../helpers/http';

const HANDED = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
const JSON_TYPE = { 'Content-Type': 'application/json' };

interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const fromAsana = (secret = HANDED): Asked => ({
  headers: { ...JSON_TYPE, 'X-Hook-Secret': secret },
  body: '{}',
});
const fromNotion = (secret = HANDED): Asked => ({
  headers: JSON_TYPE,
  body: JSON.stringify({ verification_token: secret }),
});

async function ask(
  provider: Provider,
  asked: Asked,
  options: Partial<WebhookGuardOptions> = {},
): Promise<Receiver & { readonly answer: Answer }> {
  const receiver = await startGuard({ provider, ...options });
  return { ...receiver, answer: await send(receiver.port, asked) };
}

describe('a secret that a sender hands over', () => {
  it.each<[string, Provider, Asked]>([
    ['Asana', asana, fromAsana()],
    ['Asana, without a body', asana, { headers: { 'X-Hook-Secret': HANDED } }],
    ['Notion', notion, fromNotion()],
  ])('is told to onSecret, and no handler runs: %s', async (_who, provider, asked) => {
    const told: [string, string | undefined][] = [];
    const onSecret: WebhookGuardOptions['onSecret'] = (secret, req) => told.push([secret, req.method]);
    const { answer, webhooks, decisions } = await ask(provider, asked, { onSecret });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers['x-hook-secret']).toBe(provider === asana ? HANDED : undefined);
    expect(told).toEqual([[HANDED, 'POST']]);
    expect(webhooks).toEqual([]);
    await eventually(() => decisions.length === 1);
    expect(decisions[0]?.notes).toEqual(['handshake']);
    expect(JSON.stringify(decisions)).not.toContain(HANDED);
  });

  it.each<[string, Provider, Asked]>([
    ['Asana', asana, fromAsana()],
    ['Notion', notion, fromNotion()],
  ])('is taken from nobody where there is no onSecret: %s', async (_who, provider, asked) => {
    const { answer } = await ask(provider, asked);
    expect(answer.status).toBe(401);
    expect(answer.headers['x-hook-secret']).toBeUndefined();
  });

  it('verifies nothing by itself: the option "secret" stays what it is', async () => {
    const { port, webhooks } = await ask(asana, fromAsana(), { onSecret: () => undefined });
    const body = '{"events":[]}';
    for (const [secret, status] of [
      [HANDED, 401],
      [SECRET, 200],
    ] as const) {
      const mac = createHmac('sha256', secret).update(body).digest('hex');
      const headers = { ...JSON_TYPE, 'X-Hook-Signature': mac };
      expect((await send(port, { headers, body })).status).toBe(status);
    }
    expect(webhooks).toHaveLength(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the database is away');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the database is away'))],
    ['hangs', () => new Promise(() => undefined)],
  ])('is answered 503 where onSecret %s, so that the sender fails to set up', async (_what, onSecret) => {
    const { answer, causes } = await ask(asana, fromAsana(), { onSecret, secretTimeoutMs: 20 });
    expect(answer.status).toBe(503);
    expect(answer.headers['x-hook-secret']).toBeUndefined();
    expect(JSON.stringify(causes)).not.toContain(HANDED);
  });

  it('waits for onSecret before it answers', async () => {
    const order: string[] = [];
    const onSecret = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push('kept');
    };
    await ask(notion, fromNotion(), { onSecret });
    order.push('answered');
    expect(order).toEqual(['kept', 'answered']);
  });
});

describe('a stranger who would have a delivery taken for a handshake', () => {
  const body = JSON.stringify({ events: [{ action: 'changed' }] });

  it.each<[string, Provider, Asked]>([
    ['a delivery with X-Hook-Secret', asana, { headers: { ...JSON_TYPE, 'X-Hook-Secret': HANDED }, body }],
    [
      'a signed one with it',
      asana,
      { headers: { ...fromAsana().headers, 'X-Hook-Signature': 'ab' }, body: '{}' },
    ],
    ['a secret of two lines', asana, { headers: { ...JSON_TYPE, 'X-Hook-Secret': 'a b' }, body: '{}' }],
    ['a secret that is too short', asana, fromAsana('abc')],
    ['a secret that is too long', asana, fromAsana('a'.repeat(257))],
    ['a body that is no object', asana, { ...fromAsana(), body: '[]' }],
    ['a body that is no JSON', asana, { ...fromAsana(), body: 'x' }],
    [
      'one field more',
      notion,
      { headers: JSON_TYPE, body: JSON.stringify({ verification_token: HANDED, type: 'a' }) },
    ],
    ['no text', notion, { headers: JSON_TYPE, body: '{"verification_token":{"a":1}}' }],
    ['no body', notion, { headers: JSON_TYPE }],
    ['another type', notion, { headers: { 'Content-Type': 'text/plain' }, body: fromNotion().body! }],
  ])('is refused: %s', async (_what, provider, asked) => {
    const onSecret = jest.fn();
    const { answer, webhooks } = await ask(provider, asked, { onSecret });
    expect(answer.status).toBe(401);
    expect(onSecret).not.toHaveBeenCalled();
    expect(webhooks).toEqual([]);
  });

  it('has nothing of verify(), which knows no handshakes', () => {
    const delivery = { method: 'POST', url: '/', headers: {}, body: Buffer.from('{}') };
    expect(() => verifySync(delivery, { provider: asana, secret: SECRET, now: NOW })).toThrow('header');
  });
});
