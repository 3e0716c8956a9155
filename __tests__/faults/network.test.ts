import { redisStore } from 'hooklatch';
import { makeGate, startHandling, type Handle, type Handling } from '../helpers/handling';
import { eventually, pause } from '../helpers/http';
import { describeWithRedis, startRedis, type RedisServer } from '../helpers/redis';
import { CLIENTS, type RedisClient } from '../helpers/redis-clients';
import { startRedisProxy, type RedisProxy } from '../helpers/redis-proxy';

const FAULTS = ['black hole', 'cuts', 'resets'] as const;

describeWithRedis.each(CLIENTS)('the network between a receiver and its Redis, with %s', (_name, connect) => {
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

  const start = (handle: Handle, leaseMs?: number): Promise<Handling> => {
    const makeStore = () => redisStore({ sendCommand: client.sendCommand });
    return startHandling({ kind: 'router', compressed: false, makeStore }, handle, { leaseMs });
  };

  /** Sends the delivery again until it is taken, as its sender would. */
  async function insist({ deliver }: Handling): Promise<void> {
    const end = Date.now() + 15_000;
    for (let status = 0; status !== 200;) {
      ({ status } = await deliver());
      expect([200, 409, 503]).toContain(status);
      expect(Date.now()).toBeLessThan(end);
      if (status !== 200) await pause(50);
    }
  }

  it.each(FAULTS)(
    'answers 503 and handles nothing where it is a matter of "%s"',
    async (fault) => {
      const handling = await start((res) => res.end(), 1000);
      proxy.network = fault;
      for (let times = 0; times < 2; times += 1) {
        expect((await handling.deliver()).status).toBe(503);
        expect(handling.handled()).toBe(0);
      }
      proxy.network = 'sound';
      proxy.cut();
      await insist(handling);
      expect(handling.handled()).toBe(1);
      expect((await handling.deliver()).status).toBe(200);
      expect(handling.handled()).toBe(1);
    },
    30_000,
  );

  it.each(FAULTS)(
    'keeps an answer, and handles no copy, where it "%s" at the end',
    async (fault) => {
      const gate = makeGate();
      const handling = await start(() => gate.opened);
      const first = handling.deliver();
      await eventually(() => handling.handled() === 1);
      proxy.network = fault;
      gate.open();
      expect((await first).status).toBe(200);
      await handling.ended(1);
      proxy.network = 'sound';
      proxy.cut();
      await insist(handling);
      expect(handling.handled()).toBe(1);
    },
    30_000,
  );
});
