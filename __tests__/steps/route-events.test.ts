import {
  defineProvider,
  fastcomments,
  github,
  medplum,
  routeEvents,
  slack,
  telehealth,
  webhookRouter,
  type Provider,
  type ProviderDefinition,
  type WebhookEvents,
  type WebhookRouterOptions,
} from 'hooklatch';
import { decisionOf, NOW, SECRET, send, signed, start, startRouter, warnings } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

type Call = readonly [name: string, event: string | undefined, candidates: readonly string[]];

/** A router whose handlers tell who was called; `handlers` names them, `'a'` being one and the same function. */
async function routerOf(
  provider: Provider,
  events: Record<string, string | { method?: string | string[]; path?: string; handle: string }>,
  options: Partial<WebhookRouterOptions> = {},
) {
  const calls: Call[] = [];
  const made = new Map<string, WebhookEvents[string]>();
  const handlerOf = (name: string): WebhookEvents[string] => {
    const known = made.get(name) ?? (({ event, candidates }) => calls.push([name, event, candidates]));
    made.set(name, known);
    return known;
  };
  const table = Object.entries(events).map(([event, route]) => [
    event,
    typeof route === 'string' ? handlerOf(route) : { ...route, handle: handlerOf(route.handle) },
  ]);
  const receiver = await startRouter({
    provider,
    events: Object.fromEntries(table) as WebhookEvents,
    ...options,
  });
  const deliver = async (method: string, { path = '', event = '', body = '{}' } = {}): Promise<number> => {
    const headers = signed(provider, body, event === '' ? {} : { event });
    return (await send(receiver.port, { method, path: `/hooks${path}`, headers, body })).status;
  };
  return { ...receiver, calls, deliver };
}

const ALL = { create: 'a', update: 'a', delete: 'a' };

describe('routeEvents(), where only method and path tell', () => {
  it.each([
    ['the defaults', ALL, 'PUT', 200, ['a', undefined, ['create', 'update']]],
    ['the defaults', ALL, 'DELETE', 200, ['a', 'delete', ['delete']]],
    ['the defaults', ALL, 'POST', 403, undefined],
    ['one event', { delete: 'd' }, 'DELETE', 200, ['d', 'delete', ['delete']]],
    ['one event', { delete: 'd' }, 'PUT', 403, undefined],
    ['a method', { create: { method: 'POST', handle: 'c' } }, 'POST', 200, ['c', 'create', ['create']]],
    ['a method', { create: { method: 'POST', handle: 'c' } }, 'PUT', 403, undefined],
    [
      'methods',
      { update: { method: ['PUT', 'POST'], handle: 'u' } },
      'PUT',
      200,
      ['u', 'update', ['update']],
    ],
    [
      'methods',
      { update: { method: ['PUT', 'POST'], handle: 'u' } },
      'POST',
      200,
      ['u', 'update', ['update']],
    ],
    ['delete by POST', { delete: { method: 'POST', handle: 'd' } }, 'POST', 200, ['d', 'delete', ['delete']]],
    ['delete by PUT', { delete: { method: 'PUT', handle: 'd' } }, 'PUT', 200, ['d', 'delete', ['delete']]],
    ['a rest', { delete: 'd', '*': 'r' }, 'PUT', 200, ['r', undefined, ['create', 'update', 'delete']]],
    ['a rest', { delete: 'd', '*': 'r' }, 'DELETE', 200, ['d', 'delete', ['delete']]],
    ['a rest by one method', { delete: 'd', '*': { method: 'POST', handle: 'r' } }, 'PUT', 403, undefined],
  ])('routes by %s (%j, %s) to %d', async (_what, events, method, status, call) => {
    const router = await routerOf(fastcomments, events);
    expect(await router.deliver(method)).toBe(status);
    expect(router.calls).toEqual(call === undefined ? [] : [call]);
    expect(await decisionOf(router)).toMatchObject({
      status,
      code: status === 200 ? null : 'ERR_WEBHOOK_METHOD',
      unsignedRouting: status === 200,
    });
  });

  it.each([
    ['/made', 'PUT', 200, 'c'],
    ['/made/', 'PUT', 200, 'c'],
    ['/changed', 'PUT', 200, 'u'],
    ['', 'DELETE', 200, 'd'],
    ['/', 'DELETE', 200, 'd'],
    ['?x=1', 'DELETE', 200, 'd'],
    ['/made', 'DELETE', 403, 'ERR_WEBHOOK_METHOD'],
    ['', 'PUT', 403, 'ERR_WEBHOOK_METHOD'],
    ['/other', 'PUT', 403, 'ERR_WEBHOOK_EVENT'],
    ['/made/more', 'PUT', 403, 'ERR_WEBHOOK_EVENT'],
  ])('routes by the path %j below the mount (%s) to %d %s', async (path, method, status, result) => {
    const router = await routerOf(fastcomments, {
      create: { path: '/made', handle: 'c' },
      update: { path: '/changed/', handle: 'u' },
      delete: 'd',
    });
    expect(await router.deliver(method, { path })).toBe(status);
    expect(router.calls.map(([name]) => name)).toEqual(status === 200 ? [result] : []);
    expect((await decisionOf(router)).code).toBe(status === 200 ? null : result);
  });

  it('asks for no path where no event has one', async () => {
    const router = await routerOf(fastcomments, { delete: 'd' });
    expect(await router.deliver('DELETE', { path: '/any/where' })).toBe(200);

    const handle = jest.fn();
    const { port } = await start((app) => {
      const options = { provider: medplum, secret: SECRET, clock: () => NOW, events: { patient: handle } };
      app.post('/a/route/of/its/own', webhookRouter(options));
    });
    const headers = signed(medplum, '{}');
    expect((await send(port, { path: '/a/route/of/its/own', headers, body: '{}' })).status).toBe(200);
    expect(handle).toHaveBeenCalledTimes(1);
  });

  it('gives labels of your choice to a sender that has no events', async () => {
    const router = await routerOf(medplum, { 'patient changed': 'p' });
    expect(await router.deliver('POST')).toBe(200);
    expect(router.calls).toEqual([['p', 'patient changed', ['patient changed']]]);
  });
});

describe('routeEvents(), with resolveEvent', () => {
  const TWO = { create: 'c', update: 'u', delete: 'd' };

  it.each<[string, WebhookRouterOptions['resolveEvent'], number, string]>([
    ['names one', () => 'create', 200, 'c'],
    ['names the other', () => 'update', 200, 'u'],
    ['promises a name', () => Promise.resolve('update'), 200, 'u'],
    ['names one of another method', () => 'delete', 403, 'ERR_WEBHOOK_METHOD'],
    ['names one that nobody handles', () => 'invented', 200, ''],
    ['names a property of every object', () => 'constructor', 200, ''],
    ['cannot say', () => undefined, 403, 'ERR_WEBHOOK_EVENT'],
    ['says null', () => null as unknown as undefined, 403, 'ERR_WEBHOOK_EVENT'],
    ['says what is no name', () => 42 as unknown as undefined, 403, 'ERR_WEBHOOK_EVENT'],
    ['throws', () => raise(new Error('no')), 500, 'ERR_WEBHOOK_HANDLER'],
    ['rejects', () => Promise.reject(new Error('no')), 500, 'ERR_WEBHOOK_HANDLER'],
  ])('takes its word where it %s', async (_what, resolveEvent, status, result) => {
    const router = await routerOf(fastcomments, TWO, { resolveEvent });
    expect(await router.deliver('PUT')).toBe(status);
    expect(router.calls.map(([name]) => name)).toEqual(status === 200 && result !== '' ? [result] : []);
    expect((await decisionOf(router)).code).toBe(status === 200 ? null : result);
  });

  it('refuses an unknown name where unknownEvent says so', async () => {
    const options = { resolveEvent: () => 'invented', unknownEvent: 'refuse' } as const;
    const router = await routerOf(fastcomments, TWO, options);
    expect(await router.deliver('PUT')).toBe(403);
    expect((await decisionOf(router)).code).toBe('ERR_WEBHOOK_EVENT');
  });

  it('asks only where method and path leave a choice, with the webhook and the request', async () => {
    const resolveEvent = jest.fn(() => 'create');
    const router = await routerOf(fastcomments, TWO, { resolveEvent });
    expect(await router.deliver('DELETE')).toBe(200);
    expect(resolveEvent).not.toHaveBeenCalled();
    expect(await router.deliver('PUT', { body: '{"a":1}' })).toBe(200);
    expect(resolveEvent).toHaveBeenCalledWith(
      expect.objectContaining({ payload: { a: 1 }, verified: true }),
      expect.objectContaining({ method: 'PUT' }),
    );
  });

  it.each([
    ['Patient', ['p', 'Patient', ['Patient']]],
    ['Observation', ['r', 'Observation', ['Observation']]],
    ['', ['p', undefined, ['Patient']]],
  ])("asks where '*' takes the rest (%s)", async (name, call) => {
    const resolveEvent = (): string | undefined => (name === '' ? undefined : name);
    const router = await routerOf(medplum, { Patient: 'p', '*': 'r' }, { resolveEvent });
    expect(await router.deliver('POST')).toBe(200);
    expect(router.calls).toEqual([call]);
  });

  it("asks where there is nothing but '*'", async () => {
    const router = await routerOf(medplum, { '*': 'r' }, { resolveEvent: () => 'Patient' });
    expect(await router.deliver('POST')).toBe(200);
    expect(router.calls).toEqual([['r', 'Patient', ['Patient']]]);
  });

  it.each([
    ['url_verification', ['v', 'url_verification', ['url_verification']]],
    ['other', ['r', 'other', ['other']]],
    ['', ['r', undefined, []]],
  ])('asks where a sender that names its events has not (%j)', async (name, call) => {
    const resolveEvent = (): string | undefined => (name === '' ? undefined : name);
    const router = await routerOf(slack, { url_verification: 'v', '*': 'r' }, { resolveEvent });
    expect(await router.deliver('POST')).toBe(200);
    expect(router.calls).toEqual([call]);
  });
});

describe('routeEvents(), where the sender names the event', () => {
  const byTwoMethods = defineProvider({
    ...github,
    name: 'by-two-methods',
    methods: ['POST', 'PUT'],
    events: { ping: ['PUT'] },
  });

  it.each([
    ['push', 'POST', {}, 200, 'p'],
    ['ping', 'PUT', {}, 200, 'i'],
    ['ping', 'POST', {}, 403, 'ERR_WEBHOOK_METHOD'],
    ['other', 'POST', {}, 200, ''],
    ['other', 'POST', { unknownEvent: 'acknowledge' }, 200, ''],
    ['other', 'POST', { unknownEvent: 'refuse' }, 403, 'ERR_WEBHOOK_EVENT'],
    ['', 'POST', { unknownEvent: 'refuse' }, 403, 'ERR_WEBHOOK_EVENT'],
    ['__proto__', 'POST', { unknownEvent: 'refuse' }, 403, 'ERR_WEBHOOK_EVENT'],
    ['*', 'POST', { unknownEvent: 'refuse' }, 403, 'ERR_WEBHOOK_EVENT'],
    ['push', 'GET', {}, 403, 'ERR_WEBHOOK_METHOD'],
  ] as const)('routes %j by %s with %j to %d %s', async (event, method, options, status, result) => {
    const router = await routerOf(byTwoMethods, { push: 'p', ping: 'i' }, options);
    expect(await router.deliver(method, { event })).toBe(status);
    expect(router.calls.map(([name]) => name)).toEqual(result.length === 1 ? [result] : []);
    expect(await decisionOf(router)).toMatchObject({ code: status === 200 ? null : result });
  });

  it("hands the rest to '*', with its name", async () => {
    const router = await routerOf(github, { push: 'p', '*': 'r' });
    expect(await router.deliver('POST', { event: 'fork' })).toBe(200);
    expect(await router.deliver('POST')).toBe(200);
    expect(router.calls).toEqual([
      ['r', 'fork', ['fork']],
      ['r', undefined, []],
    ]);
  });

  it.each([
    ['agree', 'x', 200, null],
    ['disagree', 'y', 403, 'ERR_WEBHOOK_EVENT'],
  ])('answers where header and body %s', async (_how, event, status, code) => {
    const router = await routerOf(telehealth, { x: 'x', y: 'y' });
    expect(await router.deliver('POST', { event, body: '{"event":"x"}' })).toBe(status);
    expect(router.calls).toEqual(status === 200 ? [['x', 'x', ['x']]] : []);
    expect(await decisionOf(router)).toMatchObject({ code, event: 'x', unsignedRouting: false });
  });

  it('answers the acknowledgement of your choice to an event without handler', async () => {
    const router = await routerOf(github, { push: 'p' }, { acknowledge: 204 });
    expect(await router.deliver('POST', { event: 'fork' })).toBe(204);
  });
});

describe('the options of routeEvents()', () => {
  it.each([
    [{}, 'option "provider" must be'],
    [{ provider: github }, 'option "events" must be'],
    [{ provider: github, events: {}, handlerTimeoutMS: 1 }, 'unknown option "handlerTimeoutMS"'],
  ])('name the step that they are for: %j', (options, message) => {
    expect(typeErrorOf(() => routeEvents(options as never))).toContain(`routeEvents(): ${message}`);
  });
});

function raise(error: Error): never {
  throw error;
}

describe('routeEvents(), where no handler takes a delivery', () => {
  /** A sender of which nothing was warned yet. */
  const senderOf = (name: string, more: Partial<ProviderDefinition> = {}): Provider =>
    defineProvider({
      name,
      algorithm: 'hmac-sha256',
      signature: { header: 'X-Signature', encoding: 'hex' },
      signed: ['{body}'],
      secret: { encoding: 'utf8' },
      event: { body: 'type' },
      ...more,
    });

  it.each([
    ['names an event', 'unhandled-a', '{"type":"other"}', "of the event 'other'"],
    ['names none', 'unhandled-b', '{}', 'that names no event'],
    ['holds several', 'unhandled-c', '{"type":["x"]}', 'that names no event'],
  ])('leaves a note and one warning of what is lost where it %s', async (_what, name, body, named) => {
    const router = await routerOf(senderOf(name), { push: 'p' });
    expect([
      await router.deliver('POST', { body }),
      await router.deliver('POST', { body: `${body} ` }),
    ]).toEqual([200, 200]);
    expect(router.calls).toEqual([]);
    expect(router.decisions.map(({ outcome, code, notes }) => [outcome, code, notes])).toEqual([
      ['accepted', null, ['unhandled']],
      ['accepted', null, ['unhandled']],
    ]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      `a delivery of ${name} ${named} was acknowledged although no handler takes it, so it is lost.`,
    );
  });

  it('leaves the note alone where the option says that it is meant', async () => {
    const router = await routerOf(senderOf('unhandled-d'), { push: 'p' }, { unknownEvent: 'acknowledge' });
    expect(await router.deliver('POST')).toBe(200);
    expect((await decisionOf(router)).notes).toEqual(['unhandled']);
    expect(warnings).toEqual([]);
  });

  it.each(['{"type":"other"}', '{}'])('refuses %s where the option says so, without a note', async (body) => {
    const router = await routerOf(senderOf('unhandled-e'), { push: 'p' }, { unknownEvent: 'refuse' });
    expect(await router.deliver('POST', { body })).toBe(403);
    expect(await decisionOf(router)).toMatchObject({ code: 'ERR_WEBHOOK_EVENT', notes: [] });
    expect(warnings).toEqual([]);
  });

  it('leaves neither where a handler takes it', async () => {
    const router = await routerOf(senderOf('unhandled-f'), { '*': 'r' });
    expect(await router.deliver('POST')).toBe(200);
    expect((await decisionOf(router)).notes).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('leaves both where "resolveEvent" names an event without a handler', async () => {
    const provider = senderOf('unhandled-g', { event: undefined });
    const options = { resolveEvent: () => 'invented' };
    const router = await routerOf(provider, { push: 'p', pull: 'q' }, options);
    expect(await router.deliver('POST')).toBe(200);
    expect((await decisionOf(router)).notes).toEqual(['unhandled']);
    expect(warnings).toHaveLength(1);
  });

  it('shows no control character of a name in the warning', async () => {
    const router = await routerOf(senderOf('unhandled-h'), { push: 'p' });
    await router.deliver('POST', { body: JSON.stringify({ type: `a\u001b[2J\n${'x'.repeat(500)}` }) });
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    expect(warnings[0]).not.toMatch(/[\u0000-\u001f]/);
    expect(warnings[0]!.length).toBeLessThan(600);
  });
});
