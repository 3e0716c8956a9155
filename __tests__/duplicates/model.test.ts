import fc from 'fast-check';
import { memoryStore, redisStore, type DuplicateStore } from 'hooklatch';
import { describeWithRedis, startRedis, type RedisServer } from '../helpers/redis';
import { connectIoredis, type RedisClient } from '../helpers/redis-clients';

const RUNS = Number(process.env.FC_RUNS ?? 100);

// Of Redis a second is really a second: leases and lives are far longer or far shorter than a run.
const LONG = 600_000;
const KEYS = ['a', 'b'];
// Owners that could be mistaken for a state.
const OWNERS = ['c', 'd', 'cd'];

type Held = { readonly owner: string; readonly until: number } | Done;
interface Done {
  readonly doneBy: string;
  readonly doneUntil: number;
}

/** What a store should be, as `DuplicateStore` says it. */
interface Model {
  now: number;
  readonly records: Map<string, Held>;
}

/** A store, and what can happen to it. */
interface Real {
  readonly store: DuplicateStore;
  /** Lets time pass by. */
  readonly pass: (milliseconds: number) => void | Promise<void>;
  /** The next call does not reach the store, or its answer does not come back. */
  readonly fail: (how: 'before' | 'after') => void;
}

type Command = fc.AsyncCommand<Model, Real>;

const holder = ({ now, records }: Model, key: string): string | undefined => {
  const held = records.get(key);
  return held !== undefined && 'owner' in held && held.until > now ? held.owner : undefined;
};
const doneBy = ({ now, records }: Model, key: string): string | undefined => {
  const held = records.get(key);
  return held !== undefined && 'doneBy' in held && held.doneUntil > now ? held.doneBy : undefined;
};
const isDone = (model: Model, key: string): boolean => doneBy(model, key) !== undefined;
const isTaken = (model: Model, key: string, owner: string): boolean =>
  isDone(model, key) || (holder(model, key) ?? owner) !== owner;

/** What each call answers, and what it leaves behind. */
const CALLS = {
  claim: (model: Model, key: string, owner: string, time: number) => {
    if (isDone(model, key)) return 'done';
    // The owner's own command again, whose reply was lost.
    if ((holder(model, key) ?? owner) !== owner) return 'in-progress';
    model.records.set(key, { owner, until: model.now + time });
    return 'claimed';
  },
  complete: (model: Model, key: string, owner: string, time: number) => {
    if (doneBy(model, key) === owner) return true;
    if (isTaken(model, key, owner)) return false;
    model.records.set(key, { doneBy: owner, doneUntil: model.now + time });
    return true;
  },
  renew: (model: Model, key: string, owner: string, time: number) => {
    if (isTaken(model, key, owner)) return false;
    model.records.set(key, { owner, until: model.now + time });
    return true;
  },
  release: (model: Model, key: string, owner: string) => {
    if (holder(model, key) !== owner) return false;
    model.records.delete(key);
    return true;
  },
} as const;

type Name = keyof typeof CALLS;

function ask(store: DuplicateStore, name: Name, key: string, owner: string, time: number): unknown {
  if (name === 'release') return store.release(key, owner);
  return name === 'complete' ? store.complete(key, owner, time, 0) : store[name](key, owner, time);
}

/** One call, which may be lost on its way there or back. */
const call = (name: Name, key: string, owner: string, time: number, fault?: 'before' | 'after'): Command => ({
  check: () => true,
  async run(model, real) {
    if (fault !== undefined) real.fail(fault);
    const answer = await new Promise((resolve) => resolve(ask(real.store, name, key, owner, time))).catch(
      () => 'failed',
    );
    const expected = fault === 'before' ? 'failed' : CALLS[name](model, key, owner, time);
    expect(answer).toBe(fault === undefined ? expected : 'failed');
  },
  toString: () => `${name}(${key}, ${owner}, ${time})${fault === undefined ? '' : ` lost ${fault}`}`,
});

const passing = (milliseconds: number): Command => ({
  check: () => true,
  async run(model, real) {
    model.now += milliseconds;
    await real.pass(milliseconds);
  },
  toString: () => `${milliseconds} ms pass`,
});

/** A store whose calls can be lost. */
function losing(inner: DuplicateStore): Pick<Real, 'store' | 'fail'> {
  let next: 'before' | 'after' | undefined;
  const through =
    <Args extends unknown[]>(run: (...args: Args) => unknown) =>
    async (...args: Args): Promise<never> => {
      const fault = next;
      next = undefined;
      if (fault === 'before') throw new Error('lost');
      const answer = await run(...args);
      if (fault === 'after') throw new Error('lost');
      return answer as never;
    };
  const store = {
    claim: through(inner.claim.bind(inner)),
    complete: through(inner.complete.bind(inner)),
    renew: through(inner.renew.bind(inner)),
    release: through(inner.release.bind(inner)),
  };
  return { store, fail: (how) => (next = how) };
}

const calls = (...times: number[]): fc.Arbitrary<Command> =>
  fc
    .tuple(
      fc.constantFrom<Name[]>('claim', 'claim', 'complete', 'renew', 'release'),
      fc.constantFrom(...KEYS),
      fc.constantFrom(...OWNERS),
      fc.constantFrom(...times),
      fc.constantFrom(undefined, undefined, undefined, undefined, 'before' as const, 'after' as const),
    )
    .map((args) => call(...args));

describe('memoryStore(), against its model', () => {
  // Whole seconds, because that is what it remembers; a clock that is set back makes it remember for longer.
  it('answers as the model, whatever is called, lost, and how the time goes', async () => {
    const commands = fc.commands([calls(2000, 5000, LONG), fc.constantFrom(1000, 2000, 9000).map(passing)], {
      maxCommands: 40,
    });
    await fc.assert(
      fc.asyncProperty(commands, (list) =>
        fc.asyncModelRun(() => {
          let now = 0;
          const inner = memoryStore({ clock: () => now, monotonicClock: () => now });
          const pass = (milliseconds: number): void => void (now += milliseconds);
          return { model: makeModel(), real: { ...losing(inner), pass } };
        }, list),
      ),
      { numRuns: 3 * RUNS },
    );
  });

  it('never forgets earlier than the model, however the wall clock is set', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ wall: fc.integer({ min: -10_000_000, max: 10_000_000 }), passed: fc.constant(0) }),
        fc.record({ wall: fc.constant(0), passed: fc.integer({ min: 1, max: 20_000 }) }),
      ),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1000, max: 100_000 }), async (list, lifeMs) => {
        let [wall, monotonic] = [0, 0];
        const store = memoryStore({ clock: () => wall, monotonicClock: () => monotonic });
        expect(await store.claim('key', 'a', LONG)).toBe('claimed');
        expect(await store.complete('key', 'a', lifeMs, lifeMs)).toBe(true);
        for (const { wall: set, passed } of list) {
          wall += set + passed;
          monotonic += passed;
          const state = await store.claim('key', 'b', 1);
          if (monotonic < lifeMs) expect(state).toBe('done');
          if (state !== 'done') return;
        }
      }),
      { numRuns: 3 * RUNS },
    );
  });
});

const makeModel = (): Model => ({ now: 0, records: new Map() });

describeWithRedis('redisStore(), against its model', () => {
  let redis: RedisServer;
  let client: RedisClient;
  let run = 0;

  beforeAll(async () => {
    redis = await startRedis();
    client = await connectIoredis(redis.socket, 10_000);
  });

  afterAll(async () => {
    await client.close();
    await redis.close();
  });

  const begin = (pass: Real['pass']): { model: Model; real: Real } => {
    run += 1;
    const store = redisStore({ sendCommand: client.sendCommand, prefix: `run-${run}:` });
    return { model: makeModel(), real: { ...losing(store), pass } };
  };

  /** Time passes in Redis as soon as every life is shorter by it. */
  async function passInRedis(milliseconds: number): Promise<void> {
    const keys = (await client.sendCommand('KEYS', `run-${run}:*`)) as string[];
    for (const key of keys) {
      const left = Number(await client.sendCommand('PTTL', key));
      if (left <= milliseconds) await client.sendCommand('DEL', key);
      else await client.sendCommand('PEXPIRE', key, String(left - milliseconds));
    }
  }

  // Between the calls of a run some milliseconds really pass: no life of the model ends so close to another moment.
  it('answers as the model, whatever is called, lost, and how the time goes', async () => {
    const commands = fc.commands(
      [calls(21_000, 52_000, LONG), fc.constantFrom(10_000, 30_000).map(passing)],
      {
        maxCommands: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(commands, (list) => fc.asyncModelRun(() => begin(passInRedis), list)),
      { numRuns: RUNS },
    );
  });
});

describe('a store whose calls come in any order', () => {
  // Each owner does what a delivery does; fast-check decides which call is answered next.
  it('grants a key to one owner at a time, and to none once it is done', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }),
        async (scheduler, ends) => {
          const inner = memoryStore();
          const log: string[] = [];
          const deliver = async (owner: string, succeeds: boolean): Promise<void> => {
            const claim = scheduler.scheduleFunction(async () => inner.claim('key', owner, LONG));
            const end = scheduler.scheduleFunction(async () => {
              log.push(`end ${owner}`);
              return succeeds ? inner.complete('key', owner, LONG, 0) : inner.release('key', owner);
            });
            if ((await claim()) !== 'claimed') return;
            log.push(`begin ${owner}`);
            expect(await end()).toBe(true);
            if (succeeds) log.push('done');
          };
          const all = Promise.all(ends.map((succeeds, index) => deliver(`owner-${index}`, succeeds)));
          await scheduler.waitFor(all);
          const begun = log.filter((line) => line.startsWith('begin'));
          const done = log.indexOf('done');
          expect(done === -1 || log.slice(done + 1).every((line) => !line.startsWith('begin'))).toBe(true);
          expect(log.filter((line) => line === 'done').length).toBeLessThan(2);
          expect(begun.length).toBe(log.filter((line) => line.startsWith('end')).length);
        },
      ),
      { numRuns: 3 * RUNS },
    );
  });
});
