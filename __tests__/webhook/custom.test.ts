import {
  defineProvider,
  webhookGuard,
  type CustomProviderDefinition,
  type WebhookGuardOptions,
} from 'hooklatch';
import { BODY, define, DEFINITION, mac } from '../helpers/custom';
import { decisionOf, NOW, SECRET, send, start, startGuard, startRouter } from '../helpers/http';

describe('webhookGuard() with a provider of its own functions', () => {
  const guard = async (
    more: Partial<CustomProviderDefinition>,
    options: Partial<WebhookGuardOptions> = {},
    headers: Record<string, string> = { 'X-Mac': mac(SECRET, BODY) },
  ) => {
    const receiver = await startGuard({ provider: define(more).provider, ...options });
    return { ...receiver, answer: await send(receiver.port, { headers, body: BODY }) };
  };
  const failing = (): never => {
    throw new Error('kept to itself');
  };

  it.each([
    ['at once', DEFINITION.verify],
    ['later', async (...given: Parameters<typeof DEFINITION.verify>) => DEFINITION.verify(...given)],
  ])('lets in what is authentic, %s', async (_when, verifies) => {
    const { answer, webhooks } = await guard({ verify: verifies });
    expect([answer.status, webhooks.length]).toEqual([200, 1]);
    const refused = await guard({ verify: verifies }, {}, { 'X-Mac': 'a' });
    expect([refused.answer.status, refused.webhooks]).toEqual([401, []]);
    expect(await decisionOf(refused)).toMatchObject({ code: 'ERR_WEBHOOK_SIGNATURE', provider: 'own' });
  });

  it.each([
    ['throws', failing],
    ['rejects', () => Promise.reject(new Error('kept to itself'))],
    ['throws nothing', () => Promise.reject(undefined as unknown as Error)],
    ['answers with no verdict', () => false as never],
    ['answers with no verdict later', async () => true as never],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])('answers 503 where the function %s, and lets nothing in', async (_what, verifies) => {
    const { answer, webhooks, ...receiver } = await guard({ verify: verifies }, { secretTimeoutMs: 50 });
    expect([answer.status, webhooks]).toEqual([503, []]);
    expect(answer.headers['retry-after']).toBeDefined();
    expect(answer.text).not.toContain('kept');
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'failed', code: 'ERR_WEBHOOK_SECRET' });
  });

  it('refuses what has not the headers before it asks', async () => {
    const asked = jest.fn();
    const { answer, ...receiver } = await guard({ verify: asked }, {}, {});
    expect([answer.status, asked.mock.calls]).toEqual([401, []]);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_HEADER' });
  });

  it('has the origin of the option and the path of the request as the address', async () => {
    const urls: string[] = [];
    const verifies: CustomProviderDefinition['verify'] = ({ url }) => {
      urls.push(url);
      return {};
    };
    const more = { verify: verifies, signsUrl: true };
    const receiver = await startGuard({
      provider: define(more).provider,
      publicUrl: 'https://example.org/',
    });
    await send(receiver.port, {
      path: '/in/?a=%2F',
      headers: { 'X-Mac': 'a', Host: 'evil.example' },
      body: BODY,
    });
    expect(urls).toEqual(['https://example.org/in/?a=%2F']);
  });

  it('has the path alone where no origin is given', async () => {
    const urls: string[] = [];
    const verifies: CustomProviderDefinition['verify'] = ({ url }) => {
      urls.push(url);
      return {};
    };
    await guard({ verify: verifies });
    expect(urls).toEqual(['/']);
  });

  it('tells deliveries with one body apart by their signed time, id and what else is signed', async () => {
    const verdicts = [
      { timestamp: NOW },
      { timestamp: NOW + 1 },
      { timestamp: NOW, alsoSigned: 'a' },
      { timestamp: NOW, alsoSigned: 'b' },
      {},
    ];
    let index = 0;
    const { provider } = define({ verify: () => verdicts[index++ % verdicts.length] });
    const { port, webhooks } = await startGuard({ provider });
    for (let count = 0; count < 2 * verdicts.length; count += 1) {
      await send(port, { headers: { 'X-Mac': 'a' }, body: BODY });
    }
    expect(webhooks).toHaveLength(verdicts.length);
  });
});

describe('a sender that signs a part of the body', () => {
  const part: CustomProviderDefinition = {
    ...DEFINITION,
    event: { body: 'type' },
    verify: (delivery, context) =>
      delivery.headers['x-mac'] === mac(context.key, Buffer.from('created'))
        ? { payload: { type: 'created' } }
        : undefined,
  };
  const headers = { 'X-Mac': mac(SECRET, Buffer.from('created')) };
  const provider = defineProvider(part);
  const genuine = { headers, body: '{"type":"created","amount":1}' };
  const changed = { headers, body: '{"type":"created","amount":1000000}' };

  it('hands the handler what is signed, and the rest apart, in the guard and in the router', async () => {
    const { port, webhooks } = await startGuard({ provider });
    await send(port, genuine);
    expect(webhooks).toEqual([
      expect.objectContaining({
        payload: { type: 'created' },
        unsigned: { amount: 1 },
        trusted: { event: true, id: false },
      }),
    ]);
    const seen: unknown[] = [];
    const router = await startRouter({
      provider,
      parse: 'lazy',
      events: { created: (webhook) => void seen.push(webhook.payload, webhook.unsigned) },
    });
    await send(router.port, { path: '/hooks', ...genuine });
    expect(seen).toEqual([{ type: 'created' }, { amount: 1 }]);
  });

  it('puts what is signed into req.body', async () => {
    const { port } = await start((app) => {
      app.post('/', webhookGuard({ provider, secret: SECRET }), (req, res) => void res.json(req.body));
    });
    expect((await send(port, { path: '/', ...genuine })).text).toBe('{"type":"created"}');
  });

  it('knows a copy by what is signed: to change the rest makes no new delivery of it', async () => {
    const { port, webhooks } = await startGuard({ provider });
    const statuses = [(await send(port, genuine)).status, (await send(port, changed)).status];
    expect([statuses, webhooks.length]).toEqual([[200, 200], 1]);
  });

  it('shows in the mode "report" the whole body in both places, because nothing is verified', async () => {
    const { port, webhooks } = await startGuard({ provider, mode: 'report' });
    await send(port, { headers: { 'X-Mac': 'a' }, body: genuine.body });
    const body = { type: 'created', amount: 1 };
    expect(webhooks).toEqual([expect.objectContaining({ verified: false, payload: body, unsigned: body })]);
  });
});
