import {
  auth0,
  bitbucket,
  calendly,
  coinbaseCommerce,
  discord,
  dropbox,
  fastcomments,
  fastcommentsLegacy,
  github,
  gitlabToken,
  intercom,
  kontent,
  line,
  linear,
  medplumSubscription,
  openai,
  paddle,
  pagerduty,
  polar,
  providers,
  razorpay,
  sendgrid,
  sentry,
  shopify,
  sign,
  slack,
  square,
  standardWebhooks,
  stripe,
  svix,
  telegram,
  telehealth,
  twitch,
  typeform,
  vercel,
  workos,
  zoom,
  type Provider,
  type SignSettings,
} from 'hooklatch';
import { NOW, send, startGuard } from '../helpers/http';
import { keysFor, ORIGIN, signsUrl } from '../helpers/keys';

/** One delivery as it is sent: its body, and what differs from the other one. */
interface Sent {
  readonly body: string;
  readonly id?: string;
  readonly event?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds after the first. */
  readonly later?: number;
}

/** How often the handler runs for two deliveries that come one after the other. */
async function handled(provider: Provider, first: Sent, second: Sent): Promise<number> {
  const { secret, verifyBy } = keysFor(provider);
  const publicUrl = signsUrl(provider) ? ORIGIN : undefined;
  let now = NOW;
  const receiver = await startGuard({ provider, secret: verifyBy, publicUrl, clock: () => now });
  for (const { body, id = 'd-1', event = 'e', headers = {}, later = 0 } of [first, second]) {
    now = NOW + later;
    const settings: SignSettings = { secret, now, id, event, publicUrl: publicUrl && `${publicUrl}/` };
    const own = sign(provider, settings, { body: Buffer.from(body) });
    const sent = { 'Content-Type': 'application/json', ...own, ...headers };
    const before = receiver.webhooks.length;
    const { status } = await send(receiver.port, { headers: sent, body });
    const isCopy = receiver.webhooks.length === before;
    expect(status).toBe(isCopy ? (provider.acknowledge?.status ?? 200) : 200);
  }
  return receiver.webhooks.length;
}

const json = (fields: object): Sent => ({ body: JSON.stringify(fields) });

describe('the same delivery again', () => {
  it.each(Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom'))(
    'is handled once, where its bodies do not recur: $name',
    async (provider) => {
      // Each field in which any of these senders has its id or its time.
      const body = JSON.stringify({
        ...{ id: 'e-1', event_id: 'e-1', eventId: 'e-1', update_id: 7, webhookTimestamp: NOW },
        ...{
          event: { id: 'e-1', type: 't' },
          metadata: { request_id: 'e-1' },
          events: [{ webhookEventId: 'e-1', type: 't' }],
        },
      });
      const isUnknown = provider.duplicates === false;
      expect(await handled(provider, { body }, { body })).toBe(isUnknown ? 2 : 1);
    },
  );

  it('is never looked for where nothing makes one delivery another', () => {
    const never = Object.values(providers).filter(({ duplicates }) => duplicates === false);
    const names = never.filter(({ algorithm }) => algorithm !== 'custom').map(({ name }) => name);
    expect(names).toEqual([
      ...[
        'brevo',
        'dropbox',
        'fastcomments-legacy',
        'gitlab-token',
        'google-channel',
        'hubspot-v2',
        'kontent',
      ],
      ...['phonepe', 'pipedrive', 'postmark', 'sparkpost'],
    ]);
  });
});

describe('a retry that is signed anew', () => {
  const later = 60_000;

  it.each([
    ['stripe', stripe, json({ id: 'evt_1', type: 'a' })],
    ['paddle', paddle, json({ event_id: 'evt_1' })],
    ['workos', workos, json({ id: 'event_1', event: 'a' })],
    ['slack', slack, json({ event_id: 'Ev1', event: { type: 'a' } })],
    ['sendgrid', sendgrid, json([{ sg_event_id: 'a', event: 'open' }])],
    ['standard-webhooks', standardWebhooks, json({ type: 'a' })],
    ['svix', svix, json({ type: 'a' })],
    ['openai', openai, json({ type: 'a' })],
    ['polar', polar, json({ type: 'a' })],
    ['twitch', twitch, json({ subscription: { type: 'a' }, event: {} })],
  ])('is a copy by its id: %s', async (_name, provider, sent) => {
    expect(await handled(provider, sent, { ...sent, later })).toBe(1);
  });

  it.each([
    [
      'line',
      line,
      { events: [{ type: 'a', webhookEventId: 'w1', deliveryContext: { isRedelivery: false } }] },
    ],
    ['square', square, { event_id: 'e1', attempt: 1 }],
    ['typeform', typeform, { event_id: 'e1', attempt: 1 }],
    ['vercel', vercel, { id: 'e1', attempt: 1 }],
    ['pagerduty', pagerduty, { event: { id: 'e1', event_type: 'a' }, attempt: 1 }],
    ['coinbase-commerce', coinbaseCommerce, { event: { id: 'e1', type: 'a' }, attempt: 1 }],
    ['intercom', intercom, { id: 'notif_1', delivery_attempts: 1 }],
    ['telegram', telegram, { update_id: 7, message: { text: 'a' } }],
    ['auth0', auth0, [{ log_id: 'l1', data: { type: 's' }, attempt: 1 }]],
  ])('is a copy by the id in its body, though the rest has changed: %s', async (_name, provider, fields) => {
    const text = JSON.stringify(fields);
    const changed = text.replace(/1\}\]?$|"a"\}\}$|false/, (end) => end.replace(/1|a|false/, '2'));
    expect(changed).not.toBe(text);
    expect(await handled(provider, { body: text }, { body: changed, later })).toBe(1);
  });

  it('is a copy of a Stripe event for three days', async () => {
    const sent = json({ id: 'evt_1', type: 'a' });
    expect(await handled(stripe, sent, { ...sent, later: 71 * 3_600_000 })).toBe(1);
  });
});

describe('another delivery', () => {
  const same = { body: '{}' };
  const event = (id: string): Sent => json({ id, event_id: id, update_id: id, event: { id } });

  it.each([
    ['dropbox, which says only that an account has changed', dropbox, same, same],
    ['a token, which signs nothing', fastcommentsLegacy, same, same],
    ['a token, which signs nothing', gitlabToken, same, same],
    ['a token whose body has no id', telegram, same, same],
    ['github by delivery', github, same, { ...same, id: 'd-2' }],
    ['bitbucket by delivery', bitbucket, same, { ...same, id: 'd-2' }],
    ['shopify by delivery', shopify, same, { ...same, id: 'd-2' }],
    ['shopify by topic', shopify, same, { ...same, event: 'other' }],
    ['shopify by its new header', shopify, same, { ...same, headers: { 'shopify-webhook-id': 'd-2' } }],
    ['sentry by request', sentry, same, { ...same, id: 'd-2' }],
    ['medplum by interaction', medplumSubscription, same, { ...same, event: 'delete' }],
    [
      'medplum by the resource that was deleted',
      medplumSubscription,
      { ...same, headers: { 'X-Medplum-Deleted-Resource': 'Patient/1' } },
      { ...same, headers: { 'X-Medplum-Deleted-Resource': 'Patient/2' } },
    ],
    [
      'medplum by subscription',
      medplumSubscription,
      { ...same, headers: { 'X-Medplum-Subscription': 'Subscription/1' } },
      { ...same, headers: { 'X-Medplum-Subscription': 'Subscription/2' } },
    ],
    ['standard-webhooks by id', standardWebhooks, same, { ...same, id: 'd-2' }],
    ['twitch by id', twitch, same, { ...same, id: 'd-2' }],
    ['stripe by id', stripe, event('1'), event('2')],
    ['telegram by id', telegram, json({ update_id: 1 }), json({ update_id: 2 })],
    ['slack by id', slack, event('1'), event('2')],
    ['slack commands by time', slack, same, { ...same, later: 1000 }],
    ['fastcomments by time', fastcomments, same, { ...same, later: 1000 }],
    ['zoom by time', zoom, same, { ...same, later: 1000 }],
    ['discord by time', discord, same, { ...same, later: 1000 }],
    ['calendly by time', calendly, same, { ...same, later: 1000 }],
    [
      'linear by the time in its body',
      linear,
      json({ type: 'a', webhookTimestamp: NOW }),
      json({ type: 'a', webhookTimestamp: NOW + 1 }),
    ],
    ['telehealth by body', telehealth, json({ a: 1 }), json({ a: 2 })],
    ['kontent, published again without a change', kontent, json({ a: 1 }), json({ a: 1 })],
    ['razorpay by body', razorpay, json({ a: 1 }), json({ a: 2 })],
    [
      'line by a list that only begins alike',
      line,
      json({ events: [{ webhookEventId: '1' }] }),
      json({ events: [{ webhookEventId: '1' }, { webhookEventId: '2' }] }),
    ],
    [
      'sendgrid by a list of which one part has no id',
      sendgrid,
      json([{ sg_event_id: '1' }, { a: 1 }]),
      json([{ sg_event_id: '1' }, { a: 2 }]),
    ],
    [
      'auth0 by ids that are numbers too large to tell apart',
      auth0,
      { body: '[{"log_id":9007199254740992}]' },
      { body: '[{"log_id":9007199254740993}]' },
    ],
  ])('is handled: %s', async (_what, provider, first, second) => {
    expect(await handled(provider, first, second)).toBe(2);
  });

  it.each([
    ['telehealth', telehealth],
    ['razorpay', razorpay],
  ])('is none by an unsigned id that anybody could change: %s', async (_name, provider) => {
    expect(await handled(provider, same, { ...same, id: 'd-2' })).toBe(1);
  });
});
