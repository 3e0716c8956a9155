import {
  adyenPlatform,
  defineProvider,
  fastcomments,
  fastcommentsLegacy,
  providers,
  sign,
  standardWebhooks,
  telehealth,
  type Provider,
  type ProviderDefinition,
} from 'hooklatch';
import { makeTestDelivery, type TestDelivery, type TestDeliverySettings } from '../../src/core/test-delivery';

const NOW = 1_700_000_000_000;
const SECRET = 'a-secret-of-thirty-two-characters';
const URL_OF = 'https://example.org/hook';

const made = (provider: Provider, more: Partial<TestDeliverySettings> = {}): TestDelivery =>
  makeTestDelivery(provider, { secret: SECRET, url: URL_OF, now: NOW, ...more });

const sampleOf = (more: Partial<ProviderDefinition>, event?: string): unknown => {
  const provider = defineProvider({
    name: 'own',
    algorithm: 'hmac-sha256',
    signature: { header: 'X-Signature', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
    ...more,
  });
  return JSON.parse(made(provider, { event }).body.toString());
};

/** What every sample has: a text that shows faults of encoding, and when it was made. */
const SAMPLE = {
  comment: expect.stringMatching(/[^\u0020-\u007e]/) as unknown,
  sentAt: '2023-11-14T22:13:20.000Z',
};

describe('makeTestDelivery()', () => {
  it('makes a form for Twilio, which signs its fields one by one', () => {
    const { body, headers } = made(providers.twilio!);
    expect(Object.fromEntries(new URLSearchParams(body.toString()))).toEqual(SAMPLE);
    expect(headers['Content-Type']).toBe('application/x-www-form-urlencoded');
  });

  it('makes a form with JSON in its field where the sender has one', () => {
    const { body } = made(providers.gitea!);
    const form = Object.fromEntries(new URLSearchParams(body.toString()));
    expect(Object.keys(form)).toEqual(['payload']);
    expect(JSON.parse(form.payload!)).toEqual(SAMPLE);
  });

  it('is what the sender would send, where nothing is to be wrong with it', () => {
    const body = Buffer.from('{"a":1}');
    expect(made(fastcomments, { body })).toEqual({
      method: 'PUT',
      headers: sign(fastcomments, { secret: SECRET, now: NOW }, { body }),
      body,
    });
  });

  it.each([
    ['delete', 'DELETE'],
    ['create', 'PUT'],
    ['other', 'PUT'],
    [undefined, 'PUT'],
  ])('sends the event %p by %s', (event, method) => {
    expect(made(fastcomments, { event }).method).toBe(method);
  });

  it('is a minute older than the window where it is to be stale', () => {
    const { headers } = made(fastcomments, { stale: true });
    expect(headers['X-FastComments-Timestamp']).toBe(String(NOW / 1000 - 360));
  });

  it('leaves out the signature and nothing else', () => {
    const { headers } = made(telehealth, { unsigned: true, id: 'd-1', event: 'a' });
    expect(headers).toEqual({ 'X-Telehealth-Delivery': 'd-1', 'X-Telehealth-Event': 'a' });
  });

  it('changes one bit of the body after it is signed', () => {
    const body = Buffer.from('{"a":1}');
    const { headers } = made(telehealth, { body, id: 'd-1' });
    expect(made(telehealth, { body, id: 'd-1', tampered: true })).toMatchObject({
      headers,
      body: Buffer.from('{"a":1|'),
    });
    expect(made(telehealth, { body: Buffer.alloc(0), tampered: true }).body).toEqual(Buffer.from(' '));
  });
});

describe('another secret of the same form', () => {
  it.each([fastcomments, standardWebhooks, adyenPlatform, providers['standard-webhooks-v1a']!])(
    'is one that $name takes',
    (provider) => {
      const text = provider === standardWebhooks ? `whsec_${Buffer.from(SECRET).toString('base64')}` : SECRET;
      const signed = (): string =>
        JSON.stringify(made(provider, { secret: text, wrongSecret: true, id: 'a' }).headers);
      expect(signed()).not.toBe(signed());
    },
  );

  it('is text that a header takes, where it is sent as it is', () => {
    expect(made(fastcommentsLegacy, { wrongSecret: true }).headers).toEqual({
      token: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
  });
});

describe('the sample of a body', () => {
  it('is an object', () => {
    expect(sampleOf({})).toEqual(SAMPLE);
  });

  it.each([
    ['a field', { body: 'event.type' }, 'a.b', { ...SAMPLE, event: { type: 'a.b' } }],
    ['several fields', { body: ['type', 'action'] }, 'a.b', { ...SAMPLE, type: 'a', action: 'b' }],
    ['a list', { body: '[].type' }, 'a', [{ ...SAMPLE, type: 'a' }]],
    ['a list of its own', { body: 'events.[].type' }, 'a', { ...SAMPLE, events: [{ type: 'a' }] }],
    ['a key', { keys: ['message'] }, 'message', { ...SAMPLE, message: SAMPLE }],
    ['a header', { header: 'X-Event' }, 'a', SAMPLE],
  ])('names the event in %s', (_where, event, name, expected) => {
    expect(sampleOf({ event }, name)).toEqual(expected);
  });

  it('names no event where none is given', () => {
    expect(sampleOf({ event: { body: 'type' } })).toEqual(SAMPLE);
  });

  it.each([
    ['a field', 'id', (id: unknown) => ({ ...SAMPLE, id })],
    ['a list', '[].id', (id: unknown) => [{ ...SAMPLE, id }]],
  ])('has an id in %s, another each time', (_where, body, expected) => {
    const [one, other] = [sampleOf({ id: { body } }), sampleOf({ id: { body } })];
    expect(one).toEqual(expected(expect.stringMatching(/^sample-[0-9a-f]{12}$/)));
    expect(one).not.toEqual(other);
  });

  it.each([
    ['seconds', 1_700_000_000],
    ['milliseconds', NOW],
    ['rfc3339', '2023-11-14T22:13:20.000Z'],
  ] as const)('has the time in %s', (unit, time) => {
    const timestamp = { body: 'sent.at', unit, toleranceSeconds: 60 };
    expect(sampleOf({ timestamp })).toEqual({ ...SAMPLE, sent: { at: time } });
  });
});
