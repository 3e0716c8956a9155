import { memoryStore, redisStore, type RedisStoreOptions } from 'hooklatch';
import { pause } from '../helpers/http';
import { describeWithRedis, startRedis, type RedisServer } from '../helpers/redis';
import { CLIENTS, connectIoredis, type RedisClient } from '../helpers/redis-clients';
import { itKeepsTheContract } from '../helpers/store-contract';
import { typeErrorOf } from '../helpers/type-error';

const DAY = 86_400_000;
const LEASE = 10_000;

type SendCommand = RedisStoreOptions['sendCommand'];

describeWithRedis('redisStore(), with a Redis', () => {
  let server: RedisServer;
  let prefixes = 0;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server.close());

  describe.each(CLIENTS)('and %s', (_name, connect) => {
    let client: RedisClient;

    beforeAll(async () => {
      client = await connect(server.socket);
    });

    afterAll(() => client.close());

    itKeepsTheContract(() => {
      prefixes += 1;
      return {
        store: redisStore({ sendCommand: client.sendCommand, prefix: `test-${prefixes}:` }),
        pass: pause,
      };
    });

    it('has one key a delivery, which ends by itself', async () => {
      await client.sendCommand('FLUSHALL');
      const store = redisStore({ sendCommand: client.sendCommand });
      await store.claim('key', 'a', LEASE);
      expect(await client.sendCommand('KEYS', '*')).toEqual(['hooklatch:key']);
      expect(await client.sendCommand('PTTL', 'hooklatch:key')).toBeGreaterThan(LEASE - 2000);
      await store.renew('key', 'a', 2 * LEASE);
      expect(await client.sendCommand('PTTL', 'hooklatch:key')).toBeGreaterThan(2 * LEASE - 2000);
      await store.complete('key', 'a', DAY, 0);
      expect(await client.sendCommand('KEYS', '*')).toEqual(['hooklatch:key']);
      const left = await client.sendCommand('PTTL', 'hooklatch:key');
      expect(left).toBeGreaterThan(DAY - 2000);
      expect(left).toBeLessThanOrEqual(DAY);
    });

    it.each(['', 'a:', 'ключ {1} ', '*'])('puts %j in front of every key', async (prefix) => {
      await client.sendCommand('FLUSHALL');
      const store = redisStore({ sendCommand: client.sendCommand, prefix });
      const other = redisStore({ sendCommand: client.sendCommand, prefix: `${prefix}x` });
      expect([await store.claim('key', 'a', LEASE), await other.claim('key', 'a', LEASE)]).toEqual([
        'claimed',
        'claimed',
      ]);
      expect(await client.sendCommand('EXISTS', `${prefix}key`)).toBe(1);
      expect(await client.sendCommand('DBSIZE')).toBe(2);
    });

    it('decides as memoryStore() does, whatever three owners do in whatever order', async () => {
      const redis = redisStore({ sendCommand: client.sendCommand, prefix: `model-${_name}:` });
      const memory = memoryStore();
      let seed = 20_260_101;
      const pick = <T>(list: readonly T[]): T => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return list[(seed >>> 16) % list.length]!;
      };
      const answers: unknown[][] = [];
      for (let step = 0; step < 600; step += 1) {
        // Owners that could be mistaken for a state.
        const key = `${Math.floor(step / 12)}`;
        const owner = pick(['d', 'c', 'cd']);
        const act = pick(['claim', 'claim', 'renew', 'release', 'complete'] as const);
        const both = [redis, memory].map(async (store) =>
          act === 'claim'
            ? store.claim(key, owner, LEASE)
            : act === 'renew'
              ? store.renew(key, owner, LEASE)
              : act === 'release'
                ? store.release(key, owner)
                : store.complete(key, owner, DAY, 0),
        );
        answers.push([act, owner, ...(await Promise.all(both))]);
      }
      for (const answer of answers) expect(answer[2]).toBe(answer[3]);
      expect(new Set(answers.map((answer) => `${String(answer[0])} ${String(answer[2])}`)).size).toBe(9);
    });
  });

  it('lets two clients claim a thousand keys, each of them once', async () => {
    // Two thousand commands at once: what is tested is who gets a key, not how soon.
    const patient = (): Promise<RedisClient> => connectIoredis(server.socket, 20_000);
    const clients = await Promise.all([patient(), patient()]);
    const stores = clients.map(({ sendCommand }) => redisStore({ sendCommand, prefix: 'race:' }));
    const races = Array.from({ length: 1000 }, (_, index) =>
      Promise.all(stores.map(async (store, owner) => store.claim(`${index}`, `owner ${owner}`, LEASE))),
    );
    const results = await Promise.all(races);
    expect(results.every((states) => states.filter((state) => state === 'claimed').length === 1)).toBe(true);
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe('redisStore()', () => {
  it('sends one EVAL a call, with the one key that it is about', async () => {
    const sent: string[][] = [];
    const store = redisStore({
      sendCommand: async (...command) => {
        sent.push(command);
        return sent.length === 1 ? 'claimed' : 1;
      },
    });
    await store.claim('key', 'a', 1.5);
    await store.renew('key', 'a', 0);
    await store.complete('key', 'a', 20, 10);
    await store.release('key', 'a');
    const text = expect.any(String) as string;
    expect(sent).toEqual([
      ['EVAL', text, '1', 'hooklatch:key', 'a', '2'],
      ['EVAL', text, '1', 'hooklatch:key', 'a', '1'],
      ['EVAL', text, '1', 'hooklatch:key', 'a', '20'],
      ['EVAL', text, '1', 'hooklatch:key', 'a'],
    ]);
  });

  it.each([
    ['texts', 'in-progress', '1'],
    ['bytes', Buffer.from('in-progress'), Buffer.from('1')],
    ['big integers', 'in-progress', 1n],
  ])('takes %s for replies', async (_what, state, flag) => {
    const replies: unknown[] = [state, flag, flag, flag];
    const store = redisStore({ sendCommand: async () => replies.shift() });
    expect(await store.claim('key', 'a', 1)).toBe('in-progress');
    expect(await store.complete('key', 'a', 1, 1)).toBe(true);
    expect(await store.release('key', 'a')).toBe(true);
    expect(await store.renew('key', 'a', 1)).toBe(true);
  });

  const nonsense = [undefined, null, '', 'OK', 'CLAIMED', 'claimed ', 2, -1, NaN, true, [], {}, '0x1', '01'];
  it.each(nonsense)('rejects where Redis answers %p', async (reply) => {
    const store = redisStore({ sendCommand: async () => reply });
    const message = 'Redis answered something that is no answer';
    await expect(store.claim('key', 'a', 1)).rejects.toThrow(message);
    await expect(store.complete('key', 'a', 1, 1)).rejects.toThrow(message);
    await expect(store.release('key', 'a')).rejects.toThrow(message);
    await expect(store.renew('key', 'a', 1)).rejects.toThrow(message);
  });

  it.each<[string, SendCommand]>([
    ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
    [
      'throws',
      () => {
        throw new Error('ECONNREFUSED');
      },
    ],
  ])('rejects where the client %s', async (_how, sendCommand) => {
    const store = redisStore({ sendCommand });
    await expect(store.claim('key', 'a', 1)).rejects.toThrow('ECONNREFUSED');
    await expect(store.complete('key', 'a', 1, 1)).rejects.toThrow('ECONNREFUSED');
  });

  it.each([
    [{}, 'redisStore(): option "sendCommand" must be a function, got undefined'],
    [{ sendCommand: 'redis://localhost' }, 'option "sendCommand" must be a function'],
    [{ sendCommand: jest.fn(), prefix: 5 }, 'option "prefix" must be a string'],
    [{ client: jest.fn() }, 'unknown option "client"; the options are sendCommand, prefix'],
    [undefined, 'redisStore(): expects an options object'],
  ])('throws a TypeError for %p', (options, message) => {
    expect(typeErrorOf(() => redisStore(options as never))).toContain(message);
  });
});
