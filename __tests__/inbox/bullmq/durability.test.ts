import { checkDurability, findWeaknesses } from '../../../src/inbox/bullmq/durability';
import type { DeliveryQueue } from '../../../src/inbox/bullmq/queues';
import { bullmqInbox } from 'hooklatch/inbox/bullmq';
import { eventually } from '../../helpers/http';
import { makeStored } from '../../helpers/inbox';
import { describeWithRedis, startRedis } from '../../helpers/redis';

const SAFE = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' };

/** Warnings of the process, from now on. */
function listenToWarnings(): string[] {
  const warnings: string[] = [];
  jest.spyOn(process, 'emitWarning').mockImplementation((text) => void warnings.push(String(text)));
  return warnings;
}

const queueWith = (client: object): DeliveryQueue =>
  ({ backend: { connection: { client: Promise.resolve(client) } } }) as unknown as DeliveryQueue;

describe('findWeaknesses()', () => {
  it.each([
    [SAFE, []],
    [{ ...SAFE, appendfsync: 'everysec' }, []],
    [{ ...SAFE, appendonly: 'no' }, ['appendonly no']],
    [{ ...SAFE, appendfsync: 'no' }, ['appendfsync no']],
    [{ ...SAFE, 'maxmemory-policy': 'allkeys-lru' }, ['maxmemory-policy allkeys-lru']],
    [{ ...SAFE, appendonly: 'no', 'maxmemory-policy': 'volatile-ttl' }, ['appendonly no', 'volatile-ttl']],
    [{}, []],
  ])('finds in %j the settings %j', (settings, names) => {
    const found = findWeaknesses(settings);
    expect(found).toHaveLength(names.length);
    names.forEach((name, index) => expect(found[index]).toContain(name));
  });
});

describeWithRedis('bullmqInbox() on a Redis that keeps little', () => {
  it('warns once by the names of the settings', async () => {
    const warnings = listenToWarnings();
    const redis = await startRedis({ 'maxmemory-policy': 'allkeys-lru' });
    for (const name of ['one', 'two']) {
      const inbox = bullmqInbox({ connection: { path: redis.socket }, name });
      await inbox.put(makeStored(1));
      await eventually(() => warnings.length === 2);
      await inbox.close();
    }
    expect(warnings[0]).toMatch(/"appendonly no".*Set "appendonly yes"/);
    expect(warnings[1]).toMatch(/"maxmemory-policy allkeys-lru".*Set "maxmemory-policy noeviction"/);
    await redis.close();
  });
});

describe('checkDurability()', () => {
  it('asks clients of other kinds as well, and says nothing where all is well', async () => {
    const warnings = listenToWarnings();
    const replies: Record<string, unknown> = SAFE;
    const asked: unknown[] = [];
    const sendCommand = (args: readonly string[]): Promise<unknown> => {
      asked.push(args.join(' '));
      return Promise.resolve({ [args[2]!]: replies[args[2]!] });
    };
    await checkDurability(queueWith({ sendCommand }), true);
    await checkDurability(queueWith({}), true);
    expect(asked).toEqual(Object.keys(SAFE).map((name) => `CONFIG GET ${name}`));
    expect(warnings).toEqual([]);
  });

  it('says once that it could not look, where CONFIG is forbidden', async () => {
    const warnings = listenToWarnings();
    const call = (): Promise<never> => Promise.reject(new Error("NOPERM no permissions to run 'config'"));
    await checkDurability(queueWith({ call }), true);
    await checkDurability(queueWith({ call }), true);
    expect(warnings).toEqual([expect.stringMatching(/could not look.*NOPERM.*"appendonly" is yes/)]);
  });

  it('says nothing where it is closed meanwhile', async () => {
    const warnings = listenToWarnings();
    const call = (): Promise<never> => Promise.reject(new Error('Connection is closed.'));
    await checkDurability(Object.assign(queueWith({ call }), { closing: Promise.resolve() }), true);
    expect(warnings).toEqual([]);
  });

  it('asks nothing of another server', async () => {
    const call = jest.fn();
    await checkDurability(queueWith({ call }), false);
    expect(call).not.toHaveBeenCalled();
  });
});
