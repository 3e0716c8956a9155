import {
  fastcomments,
  fastcommentsLegacy,
  github,
  memoryStore,
  stripe,
  telehealth,
  tokenProvider,
  webhookRouter,
  type DuplicatesOptions,
} from 'hooklatch';
import { NOW, pause, SECRET, send, signed, start, startGuard, startRouter } from '../../helpers/http';
import { storeWith } from '../../helpers/handling';
import { startSequence, type Delivered } from '../../helpers/sequence';

describe('the option duplicates', () => {
  it('handles copies again where it is false', async () => {
    const sequence = await startSequence(fastcomments, { duplicates: false });
    await sequence.statuses({}, {}, {});
    expect(sequence.handled()).toBe(3);
  });

  it('knows a copy whatever its method, path and unsigned headers are', async () => {
    const sequence = await startSequence(fastcomments);
    const copies: Delivered[] = [
      {},
      { method: 'DELETE' },
      { method: 'POST' },
      { path: '/elsewhere?a=1' },
      { headers: { 'X-Request-Id': '7', 'Content-Type': 'text/plain' } },
    ];
    expect(await sequence.statuses(...copies)).toEqual([200, 200, 200, 200, 200]);
    expect(sequence.handled()).toBe(1);
  });

  it('does not let a captured create be sent as a delete', async () => {
    const create = jest.fn();
    const remove = jest.fn();
    const events = { create, delete: remove, update: { method: 'POST' as const, handle: jest.fn() } };
    const { port } = await startRouter({ provider: fastcomments, events });
    const captured = { path: '/hooks', headers: signed(fastcomments, '{}'), body: '{}' };
    expect((await send(port, { ...captured, method: 'PUT' })).status).toBe(200);
    expect((await send(port, { ...captured, method: 'DELETE' })).status).toBe(200);
    expect([create.mock.calls.length, remove.mock.calls.length]).toEqual([1, 0]);
  });

  it('knows a copy through a rotation of the secret', async () => {
    const { port, webhooks } = await startGuard({
      provider: fastcomments,
      secret: [
        { id: 'new', value: 'another secret of some length' },
        { id: 'old', value: SECRET },
      ],
    });
    for (const secret of [SECRET, 'another secret of some length', SECRET]) {
      const headers = signed(fastcomments, '{}', { secret });
      expect((await send(port, { method: 'PUT', headers, body: '{}' })).status).toBe(200);
      await pause(5);
    }
    expect(webhooks).toHaveLength(1);
  });

  it('keeps tenants apart by the scope of their secrets, and gives each its own copies', async () => {
    const sequence = await startSequence(telehealth, {
      secret: ({ url }) => ({ secrets: SECRET, scope: url.endsWith('/a') ? 'a' : 'b' }),
      resolveEvent: () => 'any',
    });
    await sequence.statuses({ path: '/a' }, { path: '/b' }, { path: '/a' }, { path: '/b' });
    expect(sequence.handled()).toBe(2);
  });

  it('guards several routers together by one store, and apart by their own', async () => {
    const handle = jest.fn();
    const store = memoryStore();
    const routerWith = (duplicates: DuplicatesOptions) =>
      webhookRouter({
        provider: telehealth,
        secret: SECRET,
        https: false,
        clock: () => NOW,
        duplicates,
        events: { '*': handle },
      });
    const { port } = await start((app) => {
      for (const path of ['/a', '/b']) app.use(path, routerWith({ store }));
      app.use('/c', routerWith({}));
    });
    for (const path of ['/a', '/b', '/c', '/c']) {
      await send(port, { path, headers: signed(telehealth, '{}'), body: '{}' });
      await pause(5);
    }
    expect(handle).toHaveBeenCalledTimes(2);
  });

  it('handles every delivery of GitHub, though two have the same body', async () => {
    const sequence = await startSequence(github);
    await sequence.statuses({ id: 'one' }, { id: 'two' }, { id: 'one' });
    expect(sequence.handled()).toBe(2);
  });

  it('knows what Stripe signs anew for a retry', async () => {
    const sequence = await startSequence(stripe);
    const body = '{"id":"evt_1","type":"charge.captured"}';
    await sequence.statuses({ body }, { body, now: NOW - 60_000 }, { body: body.replace('1', '2') });
    expect(sequence.handled()).toBe(2);
  });

  it('remembers for as long as the window allows that the delivery comes again', async () => {
    const { store, calls } = storeWith();
    const sequence = await startSequence(fastcomments, { duplicates: { store }, toleranceSeconds: 600 });
    await sequence.statuses({ now: NOW - 60_000 });
    // Ten minutes of window and one of margin, less the one that has passed.
    expect(calls.at(-1)).toEqual([
      'complete',
      expect.any(String),
      expect.any(String),
      10 * 60_000,
      10 * 60_000,
    ]);
  });
});

describe('the option duplicates, with tokens', () => {
  const telegram = tokenProvider({
    name: 'telegram',
    header: 'X-Telegram-Bot-Api-Secret-Token',
    id: { body: 'update_id' },
    duplicates: { key: 'id' },
  });

  it.each([fastcommentsLegacy, tokenProvider({ name: 'plain', header: 'X-Token' })])(
    'handles what recurs to the letter (%#)',
    async (provider) => {
      const sequence = await startSequence(provider);
      await sequence.statuses({}, {});
      expect(sequence.handled()).toBe(2);
    },
  );

  it('knows a copy by the id in its body', async () => {
    const sequence = await startSequence(telegram);
    await sequence.statuses(
      { body: '{"update_id":1}' },
      { body: '{"update_id":1}' },
      { body: '{"update_id":2}' },
    );
    expect(sequence.handled()).toBe(2);
    await sequence.statuses({ body: '{"hello":1}' }, { body: '{"hello":1}' });
    expect(sequence.handled()).toBe(4);
  });
});
