import type { CustomProviderDefinition, WebhookGuardOptions } from 'hooklatch';
import { BODY, define, DEFINITION, mac } from '../helpers/custom';
import { decisionOf, NOW, SECRET, send, startGuard } from '../helpers/http';

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
  ])('rule 13: answers 503 where the function %s, and lets nothing in', async (_what, verifies) => {
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

  it('rule 25: tells deliveries with one body apart by their signed time, id and what else is signed', async () => {
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
