import { execFileSync } from 'node:child_process';
import examples from '@octokit/webhooks-examples';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { fastcomments, github, standardWebhooks, stripe, type Webhook } from 'hooklatch';
import { eventually, NOW, SECRET, send, signed, startGuard, startRouter } from '../helpers/http';

interface Example {
  readonly event: string;
  readonly body: string;
  readonly signature: string;
}

// The vendor's package is ESM only, which Jest cannot load: it signs in a process of its own.
const SIGN_ALL = `
  import { sign } from '@octokit/webhooks-methods';
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const { secret, bodies } = JSON.parse(text);
  console.log(JSON.stringify(await Promise.all(bodies.map((body) => sign(secret, body)))));
`;

function signByOctokit(secret: string, bodies: readonly string[]): string[] {
  const input = JSON.stringify({ secret, bodies });
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 26, cwd: process.cwd() } as const;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', SIGN_ALL], options),
  ) as string[];
}

describe('webhookRouter() and the payloads of @octokit/webhooks-examples', () => {
  const definitions = examples as unknown as readonly { name: string; examples: readonly object[] }[];
  const deliveries: Example[] = [];

  beforeAll(() => {
    const all = definitions.flatMap(({ name, examples: payloads }) =>
      payloads.map((payload) => ({ event: name, body: JSON.stringify(payload, null, 2) })),
    );
    const signatures = signByOctokit(
      SECRET,
      all.map(({ body }) => body),
    );
    deliveries.push(...all.map((delivery, index) => ({ ...delivery, signature: signatures[index]! })));
  });

  it('has hundreds of them', () => {
    expect(deliveries.length).toBeGreaterThan(200);
  });

  it.each(definitions.map(({ name }) => name))('hands %s to its handler, byte for byte', async (name) => {
    const got: Webhook[] = [];
    const others = jest.fn();
    const receiver = await startRouter({
      provider: github,
      events: { [name]: (webhook) => got.push(webhook), '*': others },
    });
    const own = deliveries.filter(({ event }) => event === name);
    for (const [index, { body, signature }] of own.entries()) {
      const headers = {
        'X-GitHub-Event': name,
        'X-GitHub-Delivery': `id ${index} of ${name}`,
        'X-Hub-Signature-256': signature,
      };
      expect((await send(receiver.port, { path: '/hooks', headers, body })).status).toBe(200);
    }
    expect(got.map(({ rawBody }) => rawBody.toString())).toEqual(own.map(({ body }) => body));
    expect(got.map(({ payload }) => payload)).toEqual(own.map(({ body }) => JSON.parse(body) as unknown));
    expect(got.map(({ id }) => id)).toEqual(own.map((_delivery, index) => `id ${index} of ${name}`));
    expect(got.every(({ event }) => event === name)).toBe(true);
    expect(others).not.toHaveBeenCalled();
  });

  it('accepts a form whose field payload is the JSON, as GitHub can be set to send it', async () => {
    const receiver = await startGuard({ provider: github });
    const body = new URLSearchParams({ payload: deliveries[0]!.body }).toString();
    const [signature] = signByOctokit(SECRET, [body]);
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-GitHub-Event': 'x',
      'X-Hub-Signature-256': signature,
    };
    expect((await send(receiver.port, { headers, body })).status).toBe(200);
    expect(receiver.webhooks[0]!.payload).toEqual(JSON.parse(deliveries[0]!.body));
    expect(receiver.webhooks[0]!.rawBody.toString()).toBe(body);
  });
});

describe('webhookGuard() and the signers of the vendors', () => {
  it("verifies Stripe's generateTestHeaderString()", async () => {
    const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'invoice.paid' }, null, 2);
    const secret = 'whsec_test_secret_of_some_length';
    const header = new Stripe('sk_test_1').webhooks.generateTestHeaderString({
      payload,
      secret,
      timestamp: NOW / 1000,
    });
    const receiver = await startGuard({ provider: stripe, secret });
    const headers = { 'Stripe-Signature': header, 'Content-Type': 'application/json; charset=utf-8' };
    expect((await send(receiver.port, { headers, body: payload })).status).toBe(200);
    expect(receiver.webhooks[0]).toMatchObject({
      event: 'invoice.paid',
      id: 'evt_1',
      trusted: { event: true, id: true },
    });
    expect(receiver.webhooks[0]!.rawBody.toString()).toBe(payload);
  });

  it('verifies the sign() of standardwebhooks', async () => {
    const secret = `whsec_${Buffer.from(SECRET).toString('base64')}`;
    const body = '{"type":"user.created","data":{"id":"7"}}';
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(NOW / 1000),
      'webhook-signature': new StandardWebhook(secret).sign('msg_1', new Date(NOW), body),
    };
    const receiver = await startGuard({ provider: standardWebhooks, secret });
    expect((await send(receiver.port, { headers, body })).status).toBe(200);
    expect(receiver.webhooks[0]).toMatchObject({ event: 'user.created', id: 'msg_1' });
  });
});

describe('webhookRouter() and the comments of FastComments', () => {
  const comment = {
    id: 'VUGzYXZXF',
    urlId: 'https://example.com/page',
    url: 'https://example.com/page',
    userId: null,
    commenterName: 'Žofie "Zed" \u2028 $& \u0000',
    comment: 'hello 👋 </script>',
    date: '2026-01-01T00:00:00.000Z',
    votes: 0,
    approved: true,
  };

  it.each([
    ['create', 'POST', comment],
    ['update', 'PUT', { ...comment, votes: 1 }],
    ['delete', 'DELETE', comment],
  ])('runs %s for %s with the exact bytes', async (event, method, payload) => {
    const ran: string[] = [];
    const webhooks: Webhook[] = [];
    const handle = (name: string) => (webhook: Webhook) => {
      ran.push(name);
      webhooks.push(webhook);
    };
    const receiver = await startRouter({
      provider: fastcomments,
      events: {
        create: { method: 'POST', handle: handle('create') },
        update: { method: 'PUT', handle: handle('update') },
        delete: handle('delete'),
      },
    });
    const body = JSON.stringify(payload, null, 1);
    const headers = { 'Content-Type': 'application/json', ...signed(fastcomments, body) };
    expect((await send(receiver.port, { method, path: '/hooks', headers, body })).status).toBe(200);
    expect(ran).toEqual([event]);
    expect(webhooks[0]).toMatchObject({ event, candidates: [event], payload, trusted: { event: false } });
    expect(webhooks[0]!.rawBody.equals(Buffer.from(body))).toBe(true);
    await eventually(() => receiver.decisions.length === 1);
    expect(receiver.decisions[0]).toMatchObject({ event, method, status: 200, unsignedRouting: true });
  });
});
