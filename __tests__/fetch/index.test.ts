import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchHandler, type FetchHandlerOptions } from 'hooklatch/fetch';
import { sqliteInbox } from 'hooklatch/inbox';
import { fastcomments, github, stripe, type Decision, type Webhook } from 'hooklatch';
import { vectors } from '../helpers/vectors';
import { eventually, NOW, SECRET, send, signed, startRouter, warnings, type Sent } from '../helpers/http';
import { z } from 'zod';

const URL_OF_HOOK = 'https://example.org/hooks?a=1';
const BODY = '{ "ref": "Zo\\u00eb",  "n": 1.0 }';

/** In lower case, so that a header can be replaced. */
const pushed = (body: string | Buffer = BODY, id = 'delivery-1'): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      'content-type': 'application/json',
      ...signed(github, body, { id, event: 'push' }),
    }).map(([name, value]) => [name.toLowerCase(), value]),
  );

const makeRequest = ({ method = 'POST', headers, body = BODY }: Sent = {}, url = URL_OF_HOOK): Request =>
  new Request(url, {
    method,
    headers: (headers ?? pushed(body)) as Record<string, string>,
    ...(method === 'GET' ? {} : { body }),
  });

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}

function makeHandler(options: Partial<FetchHandlerOptions> = {}) {
  const seen = { webhooks: [] as Webhook[], requests: [] as Request[], decisions: [] as Decision[] };
  const handle = fetchHandler({
    provider: github,
    secret: SECRET,
    clock: () => NOW,
    events: {
      push: (webhook, request) => {
        seen.webhooks.push(webhook);
        seen.requests.push(request);
      },
    },
    onDecision: (decision) => void seen.decisions.push(decision),
    ...options,
  } as FetchHandlerOptions);
  return { handle, ...seen };
}

describe('fetchHandler()', () => {
  it('hands a signed delivery to the handler of its event, with the very request, and acknowledges it', async () => {
    const { handle, webhooks, requests, decisions } = makeHandler();
    const request = makeRequest();
    const answer = await handle(request);
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(webhooks).toMatchObject([{ verified: true, event: 'push', payload: { ref: 'Zoë', n: 1 } }]);
    expect(webhooks[0]!.rawBody.toString()).toBe(BODY);
    expect(requests[0]).toBe(request);
    await eventually(() => decisions.length === 1);
    expect(decisions).toMatchObject([{ outcome: 'accepted', path: '/hooks', address: null }]);
  });

  it('answers with the response that the handler gives, now or later, cookies and no body among them', async () => {
    const cookies = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-own', 'c'],
    ]);
    const given = [
      new Response('done', { status: 202, headers: cookies }),
      Promise.resolve(new Response(null, { status: 204 })),
    ];
    const { handle } = makeHandler({ events: { push: () => given.shift() } });
    const answer = await handle(makeRequest());
    expect([answer.status, await answer.text(), answer.headers.getSetCookie()]).toEqual([
      202,
      'done',
      ['a=1', 'b=2'],
    ]);
    expect(answer.headers.get('x-own')).toBe('c');
    const empty = await handle(makeRequest({ headers: pushed(BODY, 'delivery-2') }));
    expect([empty.status, empty.body]).toEqual([204, null]);
  });

  it('handles a copy once, and one that was answered with a failure again', async () => {
    const statuses = [503, 200];
    let calls = 0;
    const { handle } = makeHandler({
      events: { push: () => new Response(null, { status: statuses[calls++]! }) },
    });
    const answers = [await handle(makeRequest()), await handle(makeRequest()), await handle(makeRequest())];
    expect(answers.map(({ status }) => status)).toEqual([503, 200, 200]);
    expect(calls).toBe(2);
  });

  it('answers 500 where the handler throws, or where its response cannot be read', async () => {
    const spent = new Response('x');
    await spent.text();
    const { handle } = makeHandler({
      events: {
        push: () => spent,
        ping: () => {
          throw new Error('mine');
        },
      },
    });
    jest.spyOn(console, 'error').mockImplementation();
    expect((await handle(makeRequest())).status).toBe(500);
    const ping = { ...pushed(BODY, 'delivery-2'), 'x-github-event': 'ping' };
    expect((await handle(makeRequest({ headers: ping }))).status).toBe(500);
  });

  it('answers 503 at the deadline, and drops a response that comes after it', async () => {
    let settle: (response: Response) => void = () => undefined;
    const late = new Promise<Response>((resolve) => (settle = resolve));
    const { handle } = makeHandler({ handlerTimeoutMs: 20, events: { push: () => late } });
    const answer = await handle(makeRequest());
    settle(new Response('late', { status: 201 }));
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe('{"error":"Service Unavailable"}\n');
  });

  it('knows methods, schemas and the events that are mapped by a function', async () => {
    const seen: unknown[] = [];
    const handle = fetchHandler({
      provider: fastcomments,
      secret: SECRET,
      clock: () => NOW,
      events: {
        create: { schema: z.object({ id: z.string() }), handle: ({ payload }) => void seen.push(payload) },
        update: (webhook, request) => void seen.push([webhook.event, request.method]),
        delete: { method: 'DELETE', handle: (webhook) => void seen.push(webhook.event) },
      },
      resolveEvent: (_webhook, request) => (request.url.endsWith('u') ? 'update' : 'create'),
    });
    const put = (body: string, url?: string) =>
      handle(makeRequest({ method: 'PUT', headers: { ...signed(fastcomments, body) }, body }, url));
    expect((await put('{"id":"x","more":1}')).status).toBe(200);
    expect((await put('{"id":7}')).status).toBe(422);
    expect((await put('{"id":"y"}', 'https://example.org/u')).status).toBe(200);
    const body = '{"id":"z"}';
    const headers = { ...signed(fastcomments, body) };
    expect((await handle(makeRequest({ method: 'DELETE', headers, body }))).status).toBe(200);
    expect(seen).toEqual([{ id: 'x' }, ['update', 'PUT'], 'delete']);
  });

  it('looks up a secret by the request, and lets in again what its user asked for', async () => {
    const asked: string[] = [];
    const { handle, webhooks } = makeHandler({
      secret: ({ url }, request) => {
        asked.push(url, request.url);
        return { secrets: SECRET, scope: 'tenant' };
      },
      duplicates: { handleAgain: (_webhook, request) => new URL(request.url).searchParams.get('a') ?? '' },
    });
    await handle(makeRequest());
    await handle(makeRequest());
    await handle(makeRequest());
    expect(asked.slice(0, 2)).toEqual(['/hooks?a=1', URL_OF_HOOK]);
    expect(webhooks).toHaveLength(2);
  });

  it('stores deliveries in an inbox, whose handler gets them later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hooklatch-fetch-'));
    const inbox = sqliteInbox({ file: join(folder, 'inbox.db'), driver: '@photostructure/sqlite' });
    const seen: unknown[] = [];
    const handle = fetchHandler({
      provider: github,
      secret: SECRET,
      clock: () => NOW,
      inbox,
      events: { push: (webhook, delivery) => void seen.push([webhook.event, delivery.attempt]) },
    });
    expect((await handle(makeRequest())).status).toBe(200);
    await eventually(() => seen.length === 1);
    expect(seen).toEqual([['push', 1]]);
    await inbox.close();
    rmSync(folder, { recursive: true });
  });

  it('drains', async () => {
    const { handle } = makeHandler();
    await handle.drain();
    expect((await handle(makeRequest())).status).toBe(503);
  });
});

describe('the guards of fetchHandler()', () => {
  const connection = (_request: Request, context: unknown) => context as { address?: string };

  it('go by the address and the protocol that the platform tells', async () => {
    const { handle, decisions } = makeHandler({ allowIps: ['192.0.2.0/24'], connection });
    const sendFrom = async (context: object): Promise<number> =>
      (await handle(makeRequest({ headers: { ...pushed(), 'x-forwarded-for': '192.0.2.9' } }), context))
        .status;
    expect(await sendFrom({ address: '192.0.2.7' })).toBe(200);
    expect(await sendFrom({ address: '198.51.100.1' })).toBe(403);
    expect(await sendFrom({ address: '192.0.2.7', secure: false })).toBe(403);
    expect(await sendFrom({})).toBe(500);
    await eventually(() => decisions.length === 4);
    expect(decisions[0]).toMatchObject({ address: '192.0.2.7' });
  });

  it('count failures of an address', async () => {
    const { handle } = makeHandler({ rateLimit: { limit: 1 }, connection });
    const forged = { ...pushed(), 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    const statuses: number[] = [];
    for (const address of ['192.0.2.7', '192.0.2.7', '192.0.2.7', '192.0.2.8']) {
      statuses.push((await handle(makeRequest({ headers: forged }), { address })).status);
    }
    expect(statuses).toEqual([401, 401, 429, 401]);
  });

  it('refuse plain HTTP, and say how to tell what is in front', async () => {
    const { handle } = makeHandler();
    expect((await handle(makeRequest({}, 'http://localhost:3000/hooks'))).status).toBe(403);
    expect(warnings.filter((text) => text.includes('https: false'))).toHaveLength(1);
    const { handle: open } = makeHandler({ https: false });
    expect((await open(makeRequest({}, 'http://localhost:3000/hooks'))).status).toBe(200);
  });
});

describe('the options of fetchHandler()', () => {
  const make = (options: object) => () => makeHandler(options);

  it.each([
    ['a "connection" that is no function', { connection: 'x' }, /option "connection" must be a function/],
    ['"allowIps" without it', { allowIps: ['192.0.2.1'] }, /option "allowIps" needs "connection"/],
    ['"rateLimit" without it', { rateLimit: {} }, /option "rateLimit" needs "connection"/],
    ['"errors"', { errors: 'next' }, /there is no option "errors"/],
    ['no table of events', { events: 7 }, /option "events"/],
    ['an event that is no handler', { events: { push: 7 } }, /"push" must be a handler/],
    ['an event without a handler', { events: { push: { method: 'POST' } } }, /event "push".*handle/],
    ['copies that are told by a number', { duplicates: 7 }, /option "duplicates"/],
    ['handling again by what is no function', { duplicates: { handleAgain: 7 } }, /handleAgain/],
    ['a resolver that is no function', { resolveEvent: 7 }, /resolveEvent/],
  ])('throw for %s', (_what, options, message) => {
    expect(make(options)).toThrow(message);
  });

  it('throw where there are none', () => {
    expect(() => fetchHandler(undefined as never)).toThrow('fetchHandler(): expects an options object, got');
  });
});

describe('what a stranger sees of fetchHandler()', () => {
  const MAX = 1000;
  const cases: readonly (readonly [string, Sent])[] = [
    ['a tampered body', { headers: pushed(), body: `${BODY} ` }],
    ['no signature', { headers: { 'x-github-event': 'push' } }],
    ['a signature of another secret', { headers: { ...pushed('x') } }],
    ['a wrong method', { method: 'GET' }],
    ['an event without a handler', { headers: { ...pushed(), 'x-github-event': 'fork' } }],
    ['a body that is too large', { headers: pushed('x'.repeat(MAX + 1)), body: 'x'.repeat(MAX + 1) }],
    ['an encoded body', { headers: { ...pushed(), 'content-encoding': 'gzip' } }],
    ['a body that is no JSON', { headers: pushed('{'), body: '{' }],
    ['a delivery without a body', { headers: pushed(''), body: '' }],
  ];

  it.each(cases)('is what it sees of a router in Express: %s', async (_what, sent) => {
    const options = { events: { push: () => undefined }, bodyLimit: MAX, unknownEvent: 'refuse' as const };
    const { handle } = makeHandler(options);
    const { port } = await startRouter({ provider: github, ...options });
    const answer = await handle(makeRequest(sent));
    const expected = await send(port, { body: BODY, path: '/hooks', ...sent });
    const shown = [
      'content-type',
      'content-length',
      'cache-control',
      'www-authenticate',
      'x-content-type-options',
    ];
    // The server of a response tells by itself that it has no bytes.
    if (expected.text === '') answer.headers.set('content-length', '0');
    const given = Object.fromEntries(shown.map((name) => [name, answer.headers.get(name) ?? undefined]));
    expect([answer.status, await answer.text()]).toEqual([expected.status, expected.text]);
    expect(given).toEqual(Object.fromEntries(shown.map((name) => [name, expected.headers[name]])));
  });

  it('says nothing of a body that was read before, but tells the operator', async () => {
    const { handle } = makeHandler();
    const request = makeRequest();
    await request.text();
    expect((await handle(request)).status).toBe(500);
    expect(warnings.filter((text) => text.includes('request.clone()'))).toHaveLength(1);
  });

  it('is the verdict of every vector of a sender that does not sign the address', async () => {
    const chosen = vectors.filter(
      ({ provider, expect: verdict, secret, method, url, body }) =>
        provider.algorithm === 'hmac-sha256' &&
        !provider.signed.includes('{url}') &&
        url === undefined &&
        verdict !== 'either' &&
        typeof secret === 'string' &&
        method !== 'GET' &&
        isJson(body),
    );
    expect(chosen.length).toBeGreaterThan(200);
    const wrong: string[] = [];
    for (const { id, provider, secret, method, headers, body, now, expect: verdict } of chosen) {
      const handled: string[] = [];
      const handle = fetchHandler({
        provider,
        secret: secret,
        clock: () => now,
        duplicates: false,
        events: { '*': () => void handled.push(id) },
      });
      const answer = await handle(new Request(URL_OF_HOOK, { method, headers, body }));
      const isRight =
        verdict === 'valid' ? answer.status < 300 : handled.length === 0 && answer.status >= 400;
      if (!isRight) wrong.push(`${id}: ${answer.status}`);
    }
    expect(wrong).toEqual([]);
  });

  it('takes a large body as it arrives, and ends it where it stalls or breaks', async () => {
    const big = JSON.stringify({ text: 'x'.repeat(300_000) });
    const { handle } = makeHandler({ bodyTimeoutMs: 50 });
    const streamed = (body: ReadableStream): Request =>
      new Request(URL_OF_HOOK, {
        method: 'POST',
        headers: pushed(big),
        body,
        duplex: 'half',
      });
    const bytes = Buffer.from(big);
    const pieces = [bytes.subarray(0, 100_000), bytes.subarray(100_000)];
    const whole = new ReadableStream({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
    expect((await handle(streamed(whole))).status).toBe(200);
    const stalled = new ReadableStream({ start: (controller) => controller.enqueue(bytes.subarray(0, 9)) });
    expect((await handle(streamed(stalled))).status).toBe(408);
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    expect((await handle(streamed(broken))).status).toBe(400);
  });
});

it('types the payload of each event', () => {
  const handle = fetchHandler<{ charge: { amount: number } }>({
    provider: stripe,
    secret: 'whsec_dGVzdCBzZWNyZXQgZm9yIHR5cGVz',
    events: {
      charge: ({ payload }) => {
        const amount: number = payload.amount;
        return Response.json({ amount });
      },
    },
  });
  expect(handle).toBeInstanceOf(Function);
});
