import { eventually, pause } from '../helpers/http';
import { startReceiver, type ReceiverProcess } from '../helpers/receivers';
import { describeWithRedis, startRedis, type RedisServer } from '../helpers/redis';

describeWithRedis('two processes with one Redis', () => {
  let redis: RedisServer;
  const receivers: ReceiverProcess[] = [];

  const startOne = async (settings?: Parameters<typeof startReceiver>[1]): Promise<ReceiverProcess> => {
    const receiver = await startReceiver(redis.socket, settings);
    receivers.push(receiver);
    return receiver;
  };

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterEach(async () => {
    await Promise.all(receivers.splice(0).map((receiver) => receiver.kill()));
  });

  afterAll(() => redis.close());

  it('handle each of a thousand deliveries once, though each is sent three times at once', async () => {
    // A claim whose answer came too late ends with its lease, before the last retry.
    const settings = { leaseMs: 3000 };
    const [one, other] = await Promise.all([startOne(settings), startOne(settings)]);
    const ids = Array.from({ length: 1000 }, (_, index) => `delivery-${index}`);
    const statuses: number[] = [];
    for (let index = 0; index < ids.length; index += 25) {
      await Promise.all(
        ids.slice(index, index + 25).map(async (id, place) => {
          const [near, far] = place % 2 === 0 ? [one, other] : [other, one];
          statuses.push(...(await Promise.all([near.deliver(id), far.deliver(id), near.deliver(id)])));
          // What was put off comes again.
          await eventually(async () => (await far.deliver(id)) === 200);
        }),
      );
    }
    // A busy machine may be too slow for Redis to answer in time; that is no reason to handle anything twice.
    expect(statuses.filter((status) => status === 503).length).toBeLessThan(100);
    expect(statuses.filter((status) => ![200, 409, 503].includes(status))).toEqual([]);
    await eventually(() => one.handled.length + other.handled.length >= 1000);
    await pause(50);
    expect([...one.handled, ...other.handled].sort()).toEqual([...ids].sort());
    expect(Math.min(one.handled.length, other.handled.length)).toBeGreaterThan(100);
  }, 60_000);

  it('let the lease end of a process that died, and handle the retry', async () => {
    const settings = { leaseMs: 1000, handlerMs: 400 };
    const [one, other] = await Promise.all([startOne(settings), startOne(settings)]);
    const lost = one.deliver('lost').catch(() => 'cut');
    await eventually(() => one.handled.length === 1);
    await one.kill();
    expect(await lost).toBe('cut');
    const killedAt = Date.now();
    expect(await other.deliver('lost')).toBe(409);
    await eventually(async () => (await other.deliver('lost')) === 200);
    expect(Date.now() - killedAt).toBeLessThan(3000);
    expect([one.handled, other.handled]).toEqual([['lost'], ['lost']]);
    expect(await other.deliver('lost')).toBe(200);
    expect(other.handled).toHaveLength(1);
  }, 20_000);
});
