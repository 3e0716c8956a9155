import {
  anthropic,
  auth0,
  cashfree,
  discord,
  fitbit,
  formstack,
  front,
  grafana,
  hubspotV1,
  hubspotV3,
  lithic,
  mailerlite,
  modernTreasury,
  notion,
  quickbooks,
  replicate,
  sign,
  verifySync,
  zendesk,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { expectPlain, TEXT } from '../helpers/handshakes';
import { decisionOf, NOW, send, startGuard, startRouter, type Receiver } from '../helpers/http';
import { keysFor } from '../helpers/keys';

const ORIGIN = 'https://example.org';

const JSON_HEADER = { 'Content-Type': 'application/json' };

function headersOf(provider: Provider, body: string): Readonly<Record<string, string>> {
  const publicUrl = provider.signed.includes('{url}') ? `${ORIGIN}/` : undefined;
  const settings = { secret: keysFor(provider).secret, now: NOW, id: 'd-1', publicUrl };
  return sign(provider, settings, { body: Buffer.from(body) });
}

/** The webhook that a receiver makes of a delivery that the sender has signed. */
function read(provider: Provider, fields: unknown, headers: Readonly<Record<string, string>> = {}): Webhook {
  const body = JSON.stringify(fields);
  const delivery = {
    method: 'POST',
    url: '/',
    headers: { ...headersOf(provider, body), ...headers },
    body: Buffer.from(body),
  };
  return verifySync(delivery, { provider, secret: keysFor(provider).verifyBy, now: NOW });
}

describe('the event', () => {
  it.each<readonly [Provider, unknown, string]>([
    [anthropic, { type: 'event', id: 'e', data: { type: 'session.status_idled' } }, 'session.status_idled'],
    [lithic, { event_type: 'card_transaction.updated', type: 'CONSUMER' }, 'card_transaction.updated'],
    [replicate, { id: 'p', status: 'succeeded', output: null }, 'succeeded'],
    [
      mailerlite,
      { id: '1', email: 'a@example.org', event: 'subscriber.unsubscribed' },
      'subscriber.unsubscribed',
    ],
    [mailerlite, { events: [{ type: 'campaign.open' }], total: 1 }, 'campaign.open'],
    [quickbooks, [{ specversion: '1.0', id: 'q', type: 'qbo.invoice.updated.v1' }], 'qbo.invoice.updated.v1'],
    [auth0, [{ log_id: 'l', data: { type: 's' } }], 's'],
    [auth0, { log_id: 'l', data: { type: 's' } }, 's'],
    [auth0, { specversion: '1.0', id: 'evt', type: 'user.created', data: { object: {} } }, 'user.created'],
  ])('is the one that $name names (%#)', (provider, fields, event) => {
    expect(read(provider, fields).event).toBe(event);
  });

  it('is no text that Anthropic has in every delivery', () => {
    expect(read(anthropic, { type: 'event' }).event).toBeUndefined();
  });
});

describe('the id', () => {
  it.each<readonly [Provider, unknown, Readonly<Record<string, string>>, string, boolean]>([
    [quickbooks, [{ id: 'q-1', type: 't' }], {}, 'q-1', true],
    [auth0, { id: 'evt-1', type: 't' }, {}, 'evt-1', false],
    [auth0, { log_id: 'log-1', data: { type: 's' } }, {}, 'log-1', false],
    [modernTreasury, {}, { 'X-Webhook-ID': 'w-1' }, 'w-1', false],
    [cashfree, {}, { 'x-idempotency-key': 'i-1' }, 'i-1', false],
    [zendesk, {}, { 'X-Zendesk-Webhook-Invocation-Id': 'z-1' }, 'z-1', false],
    [zendesk, { id: 'e-1' }, { 'X-Zendesk-Webhook-Invocation-Id': 'z-1' }, 'e-1', true],
  ])('is the one that the sender gives (%#)', (provider, fields, headers, id, isTrusted) => {
    const webhook = read(provider, fields, headers);
    expect([webhook.id, webhook.trusted.id]).toEqual([id, isTrusted]);
  });
});

describe('a later try whose body counts the tries', () => {
  const event = { eventId: 100, subscriptionId: 7, objectId: 3, occurredAt: NOW, subscriptionType: 'a.b' };

  async function receive(provider: Provider, bodies: readonly unknown[]): Promise<Receiver> {
    const publicUrl = provider.signed.includes('{url}') ? ORIGIN : undefined;
    const receiver = await startGuard({ provider, secret: keysFor(provider).verifyBy, publicUrl });
    for (const fields of bodies) {
      const body = JSON.stringify(fields);
      const headers = { ...JSON_HEADER, ...headersOf(provider, body) };
      expect((await send(receiver.port, { headers, body })).status).toBe(200);
    }
    return receiver;
  }

  it.each<readonly [string, Provider, unknown, unknown]>([
    ['notion', notion, { id: 'n', type: 't', attempt_number: 1 }, { id: 'n', type: 't', attempt_number: 2 }],
    ['hubspot-v1', hubspotV1, [{ ...event, attemptNumber: 0 }], [{ ...event, attemptNumber: 1 }]],
    ['hubspot-v3', hubspotV3, [{ ...event, attemptNumber: 0 }], [{ ...event, attemptNumber: 1 }]],
  ])('is a copy by the id: %s', async (_name, provider, first, second) => {
    expect((await receive(provider, [first, second])).webhooks).toHaveLength(1);
  });

  it.each([hubspotV1, hubspotV3])(
    'is none where an eventId recurs in another event: $name',
    async (provider) => {
      const others = [{ subscriptionId: 8 }, { objectId: 4 }, { occurredAt: NOW + 1 }, { eventId: 101 }];
      const bodies = [event, ...others.map((other) => ({ ...event, ...other }))].map((one) => [one]);
      expect((await receive(provider, bodies)).webhooks).toHaveLength(5);
    },
  );
});

describe('a delivery by another method', () => {
  async function receive(provider: Provider, method: string, body: string): Promise<number> {
    const receiver = await startGuard({ provider, secret: keysFor(provider).verifyBy });
    const type = body === '' ? {} : JSON_HEADER;
    const headers = { ...type, ...headersOf(provider, body) };
    return (await send(receiver.port, { method, headers, body })).status;
  }

  it.each([
    [grafana, 'PUT', '{"status":"firing"}'],
    [zendesk, 'PUT', '{}'],
    [zendesk, 'PATCH', '{}'],
    [zendesk, 'DELETE', '{}'],
    [zendesk, 'DELETE', ''],
    [zendesk, 'GET', ''],
  ])('is taken where it can be set: $name (%#)', async (provider, method, body) => {
    expect(await receive(provider, method, body)).toBe(200);
  });

  it.each([
    [grafana, 'GET', ''],
    [grafana, 'DELETE', '{"status":"firing"}'],
    [notion, 'PUT', '{}'],
  ])('is refused where it cannot: $name (%#)', async (provider, method, body) => {
    expect(await receive(provider, method, body)).toBe(403);
  });

  it('is handled once where a stranger sends the captured one again by another method', async () => {
    const receiver = await startGuard({ provider: zendesk, secret: keysFor(zendesk).verifyBy });
    const body = '{"status":"solved"}';
    const headers = { ...JSON_HEADER, ...headersOf(zendesk, body) };
    for (const method of ['POST', 'DELETE', 'PUT']) await send(receiver.port, { method, headers, body });
    expect(receiver.webhooks).toHaveLength(1);
  });
});

describe('a form of Formstack', () => {
  it('is taken beside JSON, and refused where it was changed', async () => {
    const { verifyBy } = keysFor(formstack);
    const receiver = await startGuard({ provider: formstack, secret: verifyBy });
    const body = 'FormID=1&UniqueID=2&Name=A+B';
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', ...headersOf(formstack, body) };
    expect((await send(receiver.port, { headers, body })).status).toBe(200);
    expect(receiver.webhooks[0]?.payload).toEqual({ FormID: '1', UniqueID: '2', Name: 'A B' });
    expect((await send(receiver.port, { headers, body: body.replace('=2', '=3') })).status).toBe(401);
  });
});

describe('the answer to a handled delivery', () => {
  it.each([
    [discord, '{"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}'],
    [fitbit, '[{"collectionType":"sleep"}]'],
  ])('is 204 without a body: $name', async (provider, body) => {
    const { verifyBy } = keysFor(provider);
    const receiver = await startRouter({ provider, secret: verifyBy, events: { '*': () => undefined } });
    const headers = { ...JSON_HEADER, ...headersOf(provider, body) };
    const answer = await send(receiver.port, { path: '/hooks', headers, body });
    expect([answer.status, answer.text]).toEqual([204, '']);
  });
});

describe('the check of an address by Front', () => {
  const body = '{"type":"sync","authorization":{"id":"cmp_1"}}';

  async function ask(
    challenge: Readonly<Record<string, string>>,
    text = body,
  ): Promise<ReturnType<typeof send>> {
    const { verifyBy } = keysFor(front);
    const receiver = await startGuard({ provider: front, secret: verifyBy });
    const headers = { ...JSON_HEADER, ...headersOf(front, body), ...challenge };
    const answer = await send(receiver.port, { headers, body: text });
    expect(receiver.webhooks).toEqual([]);
    return answer;
  }

  it('is answered with the challenge, as plain text that nothing sniffs', async () => {
    const answer = await ask({ 'X-Front-Challenge': 'b8a1c2' });
    expect([answer.status, answer.text]).toEqual([200, 'b8a1c2']);
    expectPlain(answer, TEXT);
  });

  it.each([
    ['missing', {}],
    ['empty', { 'X-Front-Challenge': '' }],
    ['a sentence', { 'X-Front-Challenge': 'two words' }],
    ['too long', { 'X-Front-Challenge': 'x'.repeat(513) }],
  ])('is refused where the challenge is %s', async (_what, challenge) => {
    expect((await ask(challenge)).status).toBe(403);
  });

  it('is refused, without an echo, where a stranger asks', async () => {
    const answer = await ask({ 'X-Front-Challenge': 'b8a1c2' }, body.replace('cmp_1', 'cmp_2'));
    expect([answer.status, answer.text.includes('b8a1c2')]).toEqual([401, false]);
  });
});

describe('the check of an address by Fitbit', () => {
  const start = (): Promise<Receiver> => {
    const { verifyBy } = keysFor(fitbit);
    return startGuard({ provider: fitbit, secret: verifyBy, verifyToken: 'a1b2' });
  };

  it('is answered 204 for the right code, and 404 for a wrong one', async () => {
    const { port, webhooks } = await start();
    const right = await send(port, { method: 'GET', path: '/?verify=a1b2' });
    expect([right.status, right.text]).toEqual([204, '']);
    expect((await send(port, { method: 'GET', path: '/?verify=wrong' })).status).toBe(404);
    expect(webhooks).toEqual([]);
  });

  it.each(['/', '/?verify=', '/?verify=a1b2&verify=a1b2', '/?verify=a1b'])(
    'is answered 404 for %s, and nothing is echoed',
    async (path) => {
      const receiver = await start();
      const answer = await send(receiver.port, { method: 'GET', path });
      expect([answer.status, answer.text]).toEqual([404, '{"error":"Not Found"}\n']);
      expect(await decisionOf(receiver)).toMatchObject({ outcome: 'refused', code: 'ERR_WEBHOOK_EVENT' });
    },
  );

  it('is answered 404 where no code was given to the receiver', async () => {
    const { port } = await startGuard({ provider: fitbit, secret: keysFor(fitbit).verifyBy });
    expect((await send(port, { method: 'GET', path: '/?verify=undefined' })).status).toBe(404);
  });
});
