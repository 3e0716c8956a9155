import { eventually, pause } from '../helpers/http';
import { startReceiver, type ReceiverProcess } from '../helpers/receivers';
import { describeWithRedis, startRedis, type RedisServer } from '../helpers/redis';

describeWithRedis('a receiver that ends with deliveries in flight', () => {
  let redis: RedisServer;
  const receivers: ReceiverProcess[] = [];

  const startOne = async (settings: Parameters<typeof startReceiver>[1]): Promise<ReceiverProcess> => {
    const receiver = await startReceiver(redis.socket, settings);
    receivers.push(receiver);
    return receiver;
  };

  beforeEach(async () => {
    redis = await startRedis();
  });

  afterEach(async () => {
    await Promise.all(receivers.splice(0).map((receiver) => receiver.kill()));
    await redis.close();
  });

  /** Sends it again until it is taken. */
  async function insist({ deliver }: ReceiverProcess, id: string): Promise<void> {
    while ((await deliver(id)) !== 200) await pause(50);
  }

  it('answers at SIGTERM what is in flight, and handles the rest once after a restart', async () => {
    const first = await startOne({ leaseMs: 2000, handlerMs: 300 });
    const ids = Array.from({ length: 30 }, (_, index) => `delivery-${index}`);
    const answers = ids.map((id, index) => pause(index * 20).then(() => first.deliver(id).catch(() => 0)));
    await eventually(() => first.handled.length >= 5);
    await first.terminate();
    const statuses = await Promise.all(answers);
    expect(statuses.filter((status) => ![0, 200, 503].includes(status))).toEqual([]);
    // All that had begun was answered.
    const answered = ids.filter((_id, index) => statuses[index] === 200);
    expect([...first.handled].sort()).toEqual([...answered].sort());
    expect(answered.length).toBeLessThan(ids.length);

    const second = await startOne({ leaseMs: 2000, handlerMs: 0 });
    await Promise.all(ids.map((id) => insist(second, id)));
    expect([...first.handled, ...second.handled].sort()).toEqual([...ids].sort());
  }, 60_000);

  it('handles again, when the lease has ended, what ended the process', async () => {
    const first = await startOne({ leaseMs: 1000, handlerMs: 0 });
    expect(await first.deliver('deadly').catch(() => 0)).toBe(0);
    const second = await startOne({ leaseMs: 1000, handlerMs: 0 });
    await eventually(() => first.handled.length === 1);
    let status = 409;
    while (status === 409) {
      status = await second.deliver('deadly').catch(() => 0);
      await pause(50);
    }
    expect([status, second.handled]).toEqual([0, ['deadly']]);
  }, 60_000);
});
