import { Redis } from 'ioredis';
import { redisStore, type DuplicatesOptions, type DuplicateStore } from 'hooklatch';
import { eventually, pause } from '../helpers/http';
import { makeGate, startHandling, storeWith, type Handle, type Handling } from '../helpers/handling';
import { describeWithRedis, startRedis, type RedisServer } from '../helpers/redis';
import { CLIENTS, type RedisClient } from '../helpers/redis-clients';
import { startRedisProxy, type RedisProxy } from '../helpers/redis-proxy';

/** A client whose defaults nobody has changed: it waits for Redis, and sends what has piled up when it is back. */
async function connectPatiently(socket: string): Promise<RedisClient> {
  const client = new Redis(socket);
  client.on('error', () => undefined);
  await client.ping();
  return {
    sendCommand: (command, ...args) => client.call(command, ...args),
    close: async () => client.disconnect(),
  };
}

const ALL = [...CLIENTS, ['ioredis by its defaults', connectPatiently] as const];

describeWithRedis.each(ALL)('rejectDuplicates() with Redis and %s', (_name, connect) => {
  let redis: RedisServer;
  let proxy: RedisProxy;
  let client: RedisClient;

  beforeEach(async () => {
    redis = await startRedis();
    proxy = await startRedisProxy(redis.socket);
    client = await connect(proxy.socket);
  });

  afterEach(async () => {
    await client.close();
    await proxy.close();
    await redis.close();
  });

  const makeStore = (): DuplicateStore => redisStore({ sendCommand: client.sendCommand });

  const start = (handle: Handle = (res) => res.end(), more: DuplicatesOptions = {}): Promise<Handling> =>
    startHandling({ kind: 'router', compressed: false, makeStore }, handle, more);

  /** Sends a delivery as a sender would: again and again, until it is taken. */
  async function insist({ deliver }: Handling, id: string): Promise<void> {
    const end = Date.now() + 15_000;
    for (;;) {
      const { status } = await deliver({ id });
      if (status === 200) return;
      expect([409, 503]).toContain(status);
      if (Date.now() > end) throw new Error(`${id} is never taken`);
      await pause(50);
    }
  }

  async function expectAway(handling: Handling): Promise<void> {
    const before = handling.handled();
    const startedAt = performance.now();
    const answer = await handling.deliver();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(handling.handled()).toBe(before);
  }

  async function expectHandledOnce(handling: Handling): Promise<void> {
    await insist(handling, 'delivery');
    await pause(10);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  }

  it('answers 503 within a second while Redis is stopped, then handles the retry', async () => {
    const handling = await start();
    await redis.stop();
    await expectAway(handling);
    await expectAway(handling);
    await redis.start();
    await expectHandledOnce(handling);
  }, 20_000);

  it('answers 503 within a second while Redis stands still, then handles the retry', async () => {
    const handling = await start();
    redis.pause();
    await expectAway(handling);
    redis.resume();
    await expectHandledOnce(handling);
  }, 20_000);

  it('answers 503 within a second while Redis takes three, then handles the retry', async () => {
    const handling = await start();
    proxy.delayMs = 3000;
    await expectAway(handling);
    proxy.delayMs = 0;
    await expectHandledOnce(handling);
  }, 20_000);

  it.each([
    ['what is none of its replies', '+WAT\r\n'],
    ['an error', '-READONLY You cannot write against a read only replica.\r\n'],
  ])('answers 503 while Redis answers %s, then handles the next', async (_what, instead) => {
    const handling = await start();
    proxy.instead = instead;
    await expectAway(handling);
    proxy.instead = undefined;
    await insist(handling, 'another');
    expect(handling.handled()).toBe(1);
  });

  it('answers 503 while what answers is no Redis at all', async () => {
    const handling = await start();
    proxy.instead = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    await expectAway(handling);
    await expectAway(handling);
  });

  it('holds a delivery through a restart that has forgotten it', async () => {
    const gate = makeGate();
    const { store, calls } = storeWith({}, makeStore());
    const handling = await start(() => gate.opened, { store, leaseMs: 1000 });
    const first = handling.deliver();
    await eventually(() => handling.handled() === 1);
    await redis.stop();
    await expectAway(handling);
    await redis.start();
    // The next renewal takes it again.
    const [, key, owner] = calls[0]!;
    const holder = (): Promise<unknown> => Promise.resolve(client.sendCommand('GET', `hooklatch:${key}`));
    await eventually(async () => (await holder().catch(() => '')) === `c${owner}`);
    expect((await handling.deliver()).status).toBe(409);
    gate.open();
    expect((await first).status).toBe(200);
    await pause(20);
    expect((await handling.deliver()).status).toBe(200);
    expect(handling.handled()).toBe(1);
  }, 20_000);

  it('remembers a success that it could not tell Redis at once', async () => {
    const gate = makeGate();
    const handling = await start(() => gate.opened);
    const first = handling.deliver();
    await eventually(() => handling.handled() === 1);
    redis.pause();
    gate.open();
    expect((await first).status).toBe(200);
    await handling.ended(1);
    expect(handling.decisions[0]).toMatchObject({ outcome: 'accepted', notes: ['complete-failed'] });
    redis.resume();
    await expectHandledOnce(handling);
  }, 20_000);

  it('loses nothing and handles nothing twice while Redis comes and goes', async () => {
    const seen = new Map<string, number>();
    const handling = await start((res) => {
      const id = String(res.req.headers['x-github-delivery']);
      seen.set(id, (seen.get(id) ?? 0) + 1);
      res.end();
    });
    const trouble = (async () => {
      for (let times = 0; times < 3; times += 1) {
        redis.pause();
        await pause(900);
        redis.resume();
        await pause(150);
      }
    })();
    const ids = Array.from({ length: 60 }, (_, index) => `delivery-${index}`);
    await Promise.all(
      ids.map(async (id, index) => {
        await pause(index * 30);
        await insist(handling, id);
      }),
    );
    await trouble;
    expect(seen).toEqual(new Map([...seen.keys()].map((id) => [id, 1])));
    expect([...seen.keys()].sort()).toEqual([...ids].sort());
  }, 30_000);
});
