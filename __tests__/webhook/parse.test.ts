import {
  defineProvider,
  fastcomments,
  github,
  telehealth,
  webhookGuard,
  webhookRouter,
  type Webhook,
} from 'hooklatch';
import { decisionOf, SECRET, send, signed, startGuard, startRouter } from '../helpers/http';

const handled = (body: string): object => ({
  path: '/hooks',
  headers: signed(github, body, { event: 'push', id: 'd-1' }),
  body,
});

const startLazy = (handle: (webhook: Webhook) => unknown): ReturnType<typeof startRouter> =>
  startRouter({ provider: github, parse: 'lazy', events: { push: handle } });

describe("the option parse: 'lazy'", () => {
  it('parses when the handler first reads the payload', async () => {
    const seen: unknown[] = [];
    const receiver = await startLazy((webhook) => {
      const parse = jest.spyOn(JSON, 'parse');
      const { rawBody, event, candidates, id, verified, trusted } = webhook;
      seen.push({ rawBody: rawBody.toString(), event, candidates, id, verified, trusted });
      seen.push(parse.mock.calls.length, webhook.payload, webhook.payload === webhook.payload);
      seen.push(parse.mock.calls.length);
    });
    expect(await send(receiver.port, handled('{"a":1}'))).toMatchObject({ status: 200 });
    const trusted = { event: false, id: false };
    const eventAndId = { rawBody: '{"a":1}', event: 'push', candidates: ['push'], id: 'd-1', verified: true };
    expect(seen).toEqual([{ ...eventAndId, trusted }, 0, { a: 1 }, true, 1]);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', unsignedRouting: true });
  });

  it('hands on raw bytes that nobody can parse, req.body among them', async () => {
    const bodies: unknown[] = [];
    const receiver = await startRouter({
      provider: github,
      parse: 'lazy',
      events: { push: (webhook, req) => void bodies.push(webhook.rawBody, req.body) },
    });
    expect(await send(receiver.port, handled('{'))).toMatchObject({ status: 200 });
    expect(bodies).toEqual([Buffer.from('{'), Buffer.from('{')]);
  });

  it('answers 400 to a payload that cannot be read, and gives the claim back', async () => {
    let calls = 0;
    const receiver = await startLazy((webhook) => {
      calls += 1;
      return webhook.payload;
    });
    const delivery = handled('{');
    expect(await send(receiver.port, delivery)).toMatchObject({ status: 400 });
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'refused', code: 'ERR_WEBHOOK_PAYLOAD' });
    expect(await send(receiver.port, delivery)).toMatchObject({ status: 400 });
    expect(calls).toBe(2);
  });

  it('answers 400 where the handler reads it later', async () => {
    const receiver = await startLazy(async (webhook) => {
      await Promise.resolve();
      return webhook.payload;
    });
    expect(await send(receiver.port, handled('{'))).toMatchObject({ status: 400 });
  });

  it('refuses a copy and a wrong signature as ever', async () => {
    const receiver = await startLazy(() => undefined);
    const delivery = handled('{"a":1}');
    await send(receiver.port, delivery);
    await send(receiver.port, delivery);
    const forged = { ...delivery, body: '{"a":2}' };
    expect(await send(receiver.port, forged)).toMatchObject({ status: 401 });
    expect(receiver.decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'duplicate', 'refused']);
  });

  it('parses at once where the event is named in the body', async () => {
    let calls = 0;
    const receiver = await startRouter({
      provider: telehealth,
      parse: 'lazy',
      events: { '*': () => (calls += 1) },
    });
    const post = (body: string, event: string) =>
      send(receiver.port, { path: '/hooks', headers: signed(telehealth, body, { event }), body });
    expect(await post('{', 'a')).toMatchObject({ status: 400 });
    expect(await post('{"event":"a"}', 'b')).toMatchObject({ status: 403 });
    expect(calls).toBe(0);
    expect(await post('{"event":"a"}', 'a')).toMatchObject({ status: 200 });
  });

  it('parses at once where a key of the body names the event', async () => {
    const seen: unknown[] = [];
    const provider = defineProvider({ ...github, name: 'keyed', event: { keys: ['message', 'poll'] } });
    const receiver = await startRouter({
      provider,
      parse: 'lazy',
      events: { message: ({ event }) => void seen.push(event), poll: () => undefined },
    });
    const body = '{"message":1}';
    await send(receiver.port, { path: '/hooks', headers: signed(provider, body), body });
    expect(seen).toEqual(['message']);
  });

  it('routes by method where the provider names no event', async () => {
    const seen: unknown[] = [];
    const handle = ({ event, candidates, payload }: Webhook): unknown =>
      seen.push([event, candidates, payload]);
    const receiver = await startRouter({
      provider: fastcomments,
      parse: 'lazy',
      events: { create: { method: 'POST', handle }, update: { method: 'PUT', handle } },
    });
    await send(receiver.port, {
      method: 'PUT',
      path: '/hooks',
      headers: signed(fastcomments, '1'),
      body: '1',
    });
    expect(seen).toEqual([['update', ['update'], 1]]);
  });
});

describe("the option parse: 'eager'", () => {
  it.each([undefined, 'eager'] as const)('%p never runs a handler on what does not parse', async (parse) => {
    let calls = 0;
    const receiver = await startRouter({ provider: github, parse, events: { push: () => (calls += 1) } });
    expect(await send(receiver.port, handled('{'))).toMatchObject({ status: 400 });
    expect(calls).toBe(0);
  });

  it('is the way of the guard', async () => {
    const receiver = await startGuard({ provider: github });
    expect(await send(receiver.port, handled('{'))).toMatchObject({ status: 400 });
    expect(receiver.webhooks).toEqual([]);
  });
});

describe('the option parse', () => {
  it('must be one of its two words', () => {
    const options = { provider: github, secret: SECRET, events: { '*': () => undefined } };
    expect(() => webhookRouter({ ...options, parse: 'never' as never })).toThrow(
      new TypeError(`webhookRouter(): option "parse" must be 'eager' or 'lazy', got 'never'`),
    );
  });

  it('is none of the guard, which hands on a payload', () => {
    const options = { provider: github, secret: SECRET, parse: 'lazy' };
    expect(() => webhookGuard(options as never)).toThrow(/^webhookGuard\(\): unknown option "parse"/);
  });
});
