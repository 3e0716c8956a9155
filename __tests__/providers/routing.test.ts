import {
  adyenPlatform,
  auth0,
  discord,
  gitlab,
  hubspotV1,
  hubspotV3,
  kontent,
  lemonsqueezy,
  line,
  linear,
  meta,
  pagerduty,
  sendgrid,
  slack,
  telegram,
  twitch,
  webhookRouter,
  xero,
  type Provider,
  type Webhook,
  type WebhookHandler,
  type WebhookRouterOptions,
} from 'hooklatch';
import { NOW, send, signed, start, type Answer } from '../helpers/http';
import { keysFor, ORIGIN, signsUrl } from '../helpers/keys';

interface Routed {
  readonly answer: Answer;
  /** Name of the handler, event, events that it can be, and whether the event is signed. */
  readonly calls: readonly (readonly unknown[])[];
}

/** Sends one delivery to a router with handlers for `events`. */
async function route(
  provider: Provider,
  payload: unknown,
  events: readonly string[],
  more: Partial<WebhookRouterOptions> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Routed> {
  const calls: unknown[][] = [];
  const handler = (name: string) => (webhook: Webhook) => {
    calls.push([name, webhook.event, webhook.candidates, webhook.trusted.event]);
  };
  const { secret, verifyBy } = keysFor(provider);
  const publicUrl = signsUrl(provider) ? ORIGIN : undefined;
  const handlers = Object.fromEntries(events.map((event) => [event, handler(event)]));
  const options = { provider, secret: verifyBy, publicUrl, clock: () => NOW, events: handlers, ...more };
  const { port } = await start((app) => app.use('/hooks', webhookRouter(options)));
  const body = JSON.stringify(payload);
  const own = signed(provider, body, { secret, publicUrl: publicUrl && `${publicUrl}/hooks` });
  return { answer: await send(port, { path: '/hooks', headers: { ...own, ...headers }, body }), calls };
}

const change = (...fields: string[]): object => ({ changes: fields.map((field) => ({ field })) });
const notification = (action: string): object => ({ message: { action } });

describe('a router by the event that is in the body', () => {
  it.each([
    ['several of one type', sendgrid, [{ event: 'open' }, { event: 'open' }], 'open'],
    ['several of one type', hubspotV1, [{ subscriptionType: 'contact.creation' }], 'contact.creation'],
    ['several of one type', hubspotV3, [{ subscriptionType: 'deal.deletion' }], 'deal.deletion'],
    ['several of one type', line, { events: [{ type: 'follow' }, { type: 'follow' }] }, 'follow'],
    ['several of one type', meta, { object: 'page', entry: [change('feed', 'feed')] }, 'feed'],
    ['several of one type', auth0, [{ data: { type: 's' } }, { data: { type: 's' } }], 's'],
    ['several of one type', kontent, { notifications: [notification('published')] }, 'published'],
    ['several of one type', xero, { events: [{ eventType: 'UPDATE' }] }, 'UPDATE'],
    ['two joined fields', linear, { type: 'Issue', action: 'create', webhookTimestamp: NOW }, 'Issue.create'],
    ['the field that is there', telegram, { update_id: 1, edited_message: {} }, 'edited_message'],
    ['a field in a field', slack, { type: 'event_callback', event: { type: 'message' } }, 'message'],
    ['a field in a field', discord, { type: 1, event: { type: 'ENTITLEMENT_CREATE' } }, 'ENTITLEMENT_CREATE'],
    ['a field in a field', twitch, { subscription: { type: 'channel.follow' }, event: {} }, 'channel.follow'],
    ['a field in a field', pagerduty, { event: { event_type: 'incident.triggered' } }, 'incident.triggered'],
    ['one field', gitlab, { object_kind: 'push' }, 'push'],
  ])('goes by %s (%#)', async (_how, provider, payload, event) => {
    const isSigned = provider.algorithm !== 'token';
    const { answer, calls } = await route(provider, payload, [event, '*']);
    const { status = 200 } = provider.acknowledge ?? {};
    expect([answer.status, calls]).toEqual([status, [[event, event, [event], isSigned]]]);
  });

  it.each([
    ['sendgrid', sendgrid, [{ event: 'open' }, { event: 'click' }, { event: 'open' }], ['open', 'click']],
    ['hubspot-v3', hubspotV3, [{ subscriptionType: 'a' }, { subscriptionType: 'b' }], ['a', 'b']],
    ['line', line, { events: [{ type: 'message' }, { type: 'follow' }] }, ['message', 'follow']],
    ['meta', meta, { entry: [change('feed'), change('mention', 'feed')] }, ['feed', 'mention']],
    ['meta, a part without a name', meta, { entry: [change('feed'), { messaging: [{}] }] }, ['feed']],
    ['auth0', auth0, [{ data: { type: 's' } }, { data: { type: 'f' } }], ['s', 'f']],
    ['kontent', kontent, { notifications: [notification('a'), notification('b')] }, ['a', 'b']],
    ['xero', xero, { events: [{ eventType: 'CREATE' }, { eventType: 'UPDATE' }] }, ['CREATE', 'UPDATE']],
    ['telegram', telegram, { message: {}, poll: {} }, ['message', 'poll']],
    ['meta, no names', meta, { entry: [{ messaging: [{}] }] }, []],
    ['sendgrid, no events', sendgrid, [], []],
  ])("gives a mixed delivery to '*', with what it can be: %s", async (_name, provider, payload, events) => {
    const { answer, calls } = await route(provider, payload, [...events, '*']);
    expect([answer.status, calls]).toEqual([200, [['*', undefined, events, false]]]);
  });

  it("refuses a mixed delivery where some of its events have a handler and there is no '*'", async () => {
    const mixed = [{ event: 'open' }, { event: 'click' }];
    const { answer, calls } = await route(sendgrid, mixed, ['open']);
    expect([answer.status, calls]).toEqual([403, []]);
    const unknown = await route(sendgrid, mixed, ['bounce']);
    expect([unknown.answer.status, unknown.calls]).toEqual([200, []]);
  });

  it('lets "resolveEvent" name a mixed delivery', async () => {
    const mixed = [{ event: 'open' }, { event: 'click' }];
    const resolveEvent = ({ candidates }: Webhook): string => [...candidates].sort().join('+');
    const { calls } = await route(sendgrid, mixed, ['click+open', '*'], { resolveEvent });
    expect(calls.map(([name]) => name)).toEqual(['click+open']);
  });

  it('refuses where body and header name different events, with the body authentic or not', async () => {
    const payload = { meta: { event_name: 'order_created' } };
    const events = ['order_created', 'order_refunded'];
    const headers = { 'X-Event-Name': 'order_refunded' };
    const { answer, calls } = await route(lemonsqueezy, payload, events, {}, headers);
    expect([answer.status, calls]).toEqual([403, []]);
    const same = await route(lemonsqueezy, payload, events, {}, { 'X-Event-Name': 'order_created' });
    expect(same.calls.map(([name]) => name)).toEqual(['order_created']);
  });
});

describe('the acknowledgement', () => {
  it('has the text that Adyen wants', async () => {
    const { answer } = await route(adyenPlatform, { type: 'a' }, ['a']);
    expect([answer.status, answer.text]).toEqual([200, '[accepted]']);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '10',
      'x-content-type-options': 'nosniff',
    });
  });

  it('has the status of the option, and no text where that is 204', async () => {
    const created = await route(adyenPlatform, { type: 'a' }, ['a'], { acknowledge: 201 });
    expect([created.answer.status, created.answer.text]).toEqual([201, '[accepted]']);
    const empty = await route(adyenPlatform, { type: 'a' }, ['a'], { acknowledge: 204 });
    expect([empty.answer.status, empty.answer.text]).toEqual([204, '']);
  });

  it('is given for an event without a handler too, and is empty for all others', async () => {
    expect((await route(adyenPlatform, { type: 'b' }, ['a'])).answer.text).toBe('[accepted]');
    expect((await route(gitlab, { object_kind: 'push' }, ['push'])).answer.text).toBe('');
  });

  it('is left to a handler that answers itself', async () => {
    const { secret, verifyBy } = keysFor(adyenPlatform);
    const handle: WebhookHandler = (_webhook, _req, res) => void res.status(202).send('own');
    const { port } = await start((app) =>
      app.use(webhookRouter({ provider: adyenPlatform, secret: verifyBy, events: { a: handle } })),
    );
    const body = '{"type":"a"}';
    const answer = await send(port, { headers: signed(adyenPlatform, body, { secret }), body });
    expect([answer.status, answer.text]).toEqual([202, 'own']);
  });
});
