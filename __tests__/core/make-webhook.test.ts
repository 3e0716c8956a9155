import { inspect } from 'node:util';
import {
  defineProvider,
  fastcomments,
  github,
  sign,
  telehealth,
  verifySync,
  WebhookError,
  type Method,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { parseSignatureHeaders } from '../../src/core/authenticate';
import { makeUnverifiedWebhook, makeWebhook } from '../../src/core/make-webhook';
import { getCompiled } from '../../src/core/compiled-provider';
import { prepareSecrets } from '../../src/core/secrets';

const NOW = 1_700_000_000_000;
const SECRET = 'a-secret-of-thirty-two-characters';

function receive(provider: Provider, text: string, method: Method = 'POST', event?: string): Webhook {
  const body = Buffer.from(text);
  const headers = sign(provider, { secret: SECRET, now: NOW, id: 'd-1', event }, { body });
  return verifySync({ method, url: '/', headers, body }, { provider, secret: SECRET, now: NOW });
}

describe('makeLazyWebhook()', () => {
  it('has what the delivery says of itself', () => {
    const webhook = receive(telehealth, '{"event":"consultation.created"}', 'POST', 'consultation.created');
    const all = {
      provider: 'telehealth',
      event: 'consultation.created',
      candidates: ['consultation.created'],
      id: 'd-1',
      key: webhook.key,
      timestamp: undefined,
      payload: { event: 'consultation.created' },
      rawBody: Buffer.from('{"event":"consultation.created"}'),
      secretId: 'default',
      verified: true,
      trusted: { event: true, id: false },
    };
    expect(webhook).toMatchObject(all);
    const { rawBody, ...shown } = all;
    expect(rawBody).toEqual(webhook.rawBody);
    expect(JSON.parse(JSON.stringify(webhook))).toEqual(JSON.parse(JSON.stringify(shown)));
    expect(inspect(webhook)).toBe(inspect(shown));
  });

  it('finds the id in a body that names no event', () => {
    const provider = defineProvider({ ...fastcomments, name: 'own', id: { body: 'id' } });
    expect(receive(provider, '{"id":"b-1"}')).toMatchObject({ id: 'b-1', trusted: { id: true } });
  });

  it('has the signed time where there is one', () => {
    expect(receive(fastcomments, '{}').timestamp).toEqual(new Date(NOW));
  });

  it.each([
    ['PUT', ['create', 'update', 'delete']],
    ['DELETE', ['delete']],
    ['PATCH', []],
  ] as const)('lists for %s the events that it can be', (method, events) => {
    const webhook = receive(fastcomments, '{}', method);
    expect([webhook.event, webhook.candidates]).toEqual([undefined, events]);
  });

  it('lists no event where the provider names none and has no table', () => {
    expect(receive(telehealth, '{}').candidates).toEqual([]);
  });

  it('lists the event of a header, and all events of a mixed list', () => {
    const pushed = receive(github, '{}', 'POST', 'push');
    expect([pushed.candidates, pushed.trusted]).toEqual([['push'], { event: false, id: false }]);
    const provider = defineProvider({ ...github, name: 'mixed', event: { body: '[].type' } });
    expect(receive(provider, '[{"type":"a"},{"type":"b"}]').candidates).toEqual(['a', 'b']);
  });

  it('keeps what routing names it', () => {
    const webhook = receive(fastcomments, '{}', 'PUT') as { -readonly [Key in keyof Webhook]: Webhook[Key] };
    webhook.event = 'update';
    webhook.candidates = ['update'];
    expect(webhook).toMatchObject({ event: 'update', candidates: ['update'] });
  });

  it('shows all but a payload that cannot be parsed', () => {
    const { payload, ...shown } = JSON.parse(JSON.stringify(receive(github, '{', 'POST', 'push'))) as Webhook;
    expect(payload).toBeUndefined();
    expect(shown).toMatchObject({ provider: 'github', event: 'push', id: 'd-1', verified: true });
  });

  it('names the signed event where a header says another', () => {
    expect(receive(telehealth, '{"event":"a"}', 'POST', 'b').event).toBe('a');
  });

  it('parses once, and only when the payload is read', () => {
    const webhook = receive(github, '{"a":1}');
    const parse = jest.spyOn(JSON, 'parse');
    try {
      expect([webhook.provider, webhook.verified, parse.mock.calls]).toEqual(['github', true, []]);
      expect(webhook.payload).toEqual({ a: 1 });
      expect(webhook.payload).toBe(webhook.payload);
      expect(parse.mock.calls).toEqual([['{"a":1}']]);
    } finally {
      parse.mockRestore();
    }
  });

  it.each([' ', '{', 'a=1', '\ufeff\ufeff{}'])('throws where the authentic body %p is not JSON', (body) => {
    const webhook = receive(telehealth, body, 'POST', 'consultation.created');
    expect(webhook.verified).toBe(true);
    expect(webhook.event).toBe('consultation.created');
    const read = (): unknown => webhook.payload;
    expect(read).toThrow(WebhookError);
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_WEBHOOK_PAYLOAD', status: 400 }) as Error);
  });

  it('shows __proto__ as an own key of the payload, and takes no event from it', () => {
    const webhook = receive(telehealth, '{"__proto__":{"event":"a"}}');
    expect(Object.keys(webhook.payload as object)).toEqual(['__proto__']);
    expect(webhook.event).toBeUndefined();
  });
});

describe('makeWebhook()', () => {
  it('takes the payload that was already parsed', () => {
    const compiled = getCompiled(fastcomments);
    const body = Buffer.from('{}');
    const parsedSignature = parseSignatureHeaders(compiled, {
      headers: {
        'x-fastcomments-signature': `sha256=${'00'.repeat(32)}`,
        'x-fastcomments-timestamp': '1700000000',
      },
    });
    if (typeof parsedSignature === 'string') throw new Error(parsedSignature);
    const trusted = { event: false, id: false };
    const eventAndId = { event: undefined, events: [], id: undefined, trusted, disagree: false };
    const payload = { a: 1 };
    const [secret] = prepareSecrets(fastcomments, { id: 'old', value: SECRET }, jest.fn());
    const covers = { body: true, id: '' };
    const content = { before: '', body, after: '' };
    const verdict = { parsedSignature, secret: secret!, timestamp: NOW, covers, content };
    const endpoint = { text: 'e', secret: undefined };
    const received = { source: { headers: {} }, method: 'PUT', rawBody: body, scope: '', endpoint };
    const webhook = makeWebhook(verdict, { ...received, method: 'DELETE' }, { value: payload }, eventAndId);
    expect(webhook).toEqual({
      provider: 'fastcomments',
      event: undefined,
      candidates: ['delete'],
      id: undefined,
      key: webhook.key,
      timestamp: new Date(NOW),
      payload,
      rawBody: body,
      secretId: 'old',
      verified: true,
      trusted,
    });
    expect(webhook.payload).toBe(payload);
    const untimed = makeWebhook(
      { ...verdict, timestamp: undefined },
      received,
      { value: payload },
      eventAndId,
    );
    expect(untimed.timestamp).toBeUndefined();
  });
});

describe('makeUnverifiedWebhook()', () => {
  it('has what the delivery says of itself, and trusts nothing of it', () => {
    const eventAndId = {
      event: 'push',
      events: ['push'],
      id: 'd-1',
      trusted: { event: true, id: true },
      disagree: false,
    };
    const body = Buffer.from('{}');
    const received = { method: 'POST', rawBody: body };
    expect(makeUnverifiedWebhook(getCompiled(github), received, { value: { a: 1 } }, eventAndId)).toEqual({
      provider: 'github',
      event: 'push',
      candidates: ['push'],
      id: 'd-1',
      key: undefined,
      timestamp: undefined,
      payload: { a: 1 },
      rawBody: body,
      secretId: undefined,
      verified: false,
      trusted: { event: false, id: false },
    });
  });
});
