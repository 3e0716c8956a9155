import { memoryStore, type DuplicateStore, type MemoryStoreOptions } from 'hooklatch';
import { pause } from '../helpers/http';
import { itKeepsTheContract, type StoreUnderTest } from '../helpers/store-contract';
import { typeErrorOf } from '../helpers/type-error';

const DAY = 86_400_000;
const LEASE = 30_000;
const FRESH = 660_000;

interface Timed extends StoreUnderTest {
  /** The two clocks, to be set. */
  readonly time: { wall: number; monotonic: number };
}

function make(options: MemoryStoreOptions = {}): Timed {
  const time = { wall: 1_767_225_600_000, monotonic: 5000.25 };
  const clocks = { clock: () => time.wall, monotonicClock: () => time.monotonic };
  const pass = (milliseconds: number): void => {
    time.wall += milliseconds;
    time.monotonic += milliseconds;
  };
  return { store: memoryStore({ ...clocks, ...options }), pass, time };
}

function handle(store: DuplicateStore, key: string, freshMs = 0, ttlMs = DAY): void {
  expect(store.claim(key, 'owner', LEASE)).toBe('claimed');
  expect(store.complete(key, 'owner', ttlMs, freshMs)).toBe(true);
}

/** Whether the store knows a key, without claiming it. */
function knows(store: DuplicateStore, key: string): boolean {
  const state = store.claim(key, 'asking', LEASE);
  if (state === 'claimed') store.release(key, 'asking');
  return state === 'done';
}

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${index}`);

const warnings: string[] = [];

beforeEach(() => {
  warnings.length = 0;
  jest
    .spyOn(process, 'emitWarning')
    .mockImplementation((text, type) => void warnings.push(`${type as string}: ${text as string}`));
});

afterEach(() => jest.restoreAllMocks());

describe('memoryStore()', () => {
  itKeepsTheContract(make);

  it('answers without a promise', () => {
    const { store } = make();
    expect(store.claim('key', 'a', LEASE)).toBe('claimed');
    expect(store.renew('key', 'a', LEASE)).toBe(true);
    expect(store.release('key', 'a')).toBe(true);
    expect(store.complete('key', 'a', DAY, FRESH)).toBe(true);
  });

  it('goes by the real clocks where none are given', async () => {
    const store = memoryStore();
    store.claim('key', 'a', 40);
    expect(store.claim('key', 'b', 40)).toBe('in-progress');
    await pause(60);
    expect(store.claim('key', 'b', 40)).toBe('claimed');
  });

  it.each([
    [{ maxRecords: 0 }, 'option "maxRecords" must be a number of records'],
    [{ maxRecords: 1.5 }, 'option "maxRecords"'],
    [{ clock: 7 }, 'option "clock" must be a function'],
    [{ monotonicClock: 'now' }, 'option "monotonicClock" must be a function'],
    [{ max: 5 }, 'memoryStore(): unknown option "max"; the options are maxRecords, clock, monotonicClock'],
    [null, 'memoryStore(): expects an options object'],
  ])('throws a TypeError for %p', (options, message) => {
    expect(typeErrorOf(() => memoryStore(options as never))).toContain(message);
  });
});

describe('memoryStore(), to the millisecond', () => {
  it('ends a lease when its time is over', () => {
    const { store, pass } = make();
    store.claim('key', 'a', LEASE);
    store.claim('other', 'a', LEASE);
    pass(LEASE - 1);
    expect(store.claim('key', 'b', LEASE)).toBe('in-progress');
    pass(1);
    expect(store.claim('key', 'b', LEASE)).toBe('claimed');
    expect(store.release('other', 'a')).toBe(false);
  });

  it.each([
    ['must be remembered', 2000],
    ['need not be', 0],
  ])('forgets what %s when its time is over', (_what, freshMs) => {
    const { store, pass } = make();
    handle(store, 'key', freshMs, 2000);
    pass(1999);
    expect(knows(store, 'key')).toBe(true);
    pass(1);
    expect(knows(store, 'key')).toBe(false);
  });
});

describe('memoryStore(), when it is full', () => {
  it('forgets the oldest that were handled and are not timestamped, with one warning', () => {
    const { store } = make({ maxRecords: 3 });
    for (const key of ['1', '2', '3']) handle(store, key);
    expect(warnings).toEqual([]);
    handle(store, '4');
    handle(store, '5');
    expect(warnings).toEqual([
      'HooklatchWarning: memoryStore() is full: of its 3 records the oldest are forgotten early. ' +
        'Raise "maxRecords", or use redisStore()',
    ]);
    expect([knows(store, '5'), knows(store, '4')]).toEqual([true, true]);
    expect([knows(store, '1'), knows(store, '2')]).toEqual([false, false]);
  });

  it('forgets one in a hundred at once, the oldest', () => {
    const { store } = make({ maxRecords: 1000 });
    for (const key of numbered(1000)) handle(store, key);
    expect(store.claim('one more', 'a', LEASE)).toBe('claimed');
    expect(numbered(1000).filter((key) => !knows(store, key))).toEqual(numbered(10));
  });

  it('never forgets what could still be fresh, and throws instead', () => {
    const { store, pass } = make({ maxRecords: 3 });
    for (const key of ['1', '2', '3']) handle(store, key, FRESH, FRESH);
    expect(() => store.claim('4', 'a', LEASE)).toThrow(
      'memoryStore() is full of deliveries that could still be fresh',
    );
    pass(FRESH - 2000);
    expect(() => store.claim('4', 'a', LEASE)).toThrow('full');
    for (const key of ['1', '2', '3']) expect(store.claim(key, 'a', LEASE)).toBe('done');
    pass(3000);
    for (const key of ['4', '1', '2']) expect(store.claim(key, 'a', LEASE)).toBe('claimed');
    expect(warnings).toEqual([]);
  });

  it('lets what is not timestamped go first, though it is newer', () => {
    const { store } = make({ maxRecords: 3 });
    handle(store, 'fresh', FRESH, FRESH);
    handle(store, 'old');
    handle(store, 'new');
    expect(store.claim('4', 'a', LEASE)).toBe('claimed');
    expect(store.claim('fresh', 'a', LEASE)).toBe('done');
    expect(store.claim('new', 'a', LEASE)).toBe('done');
    expect(() => store.claim('5', 'a', LEASE)).not.toThrow();
    expect(() => store.claim('6', 'a', LEASE)).toThrow('full');
  });

  it('remembers for as long as it could be fresh what it may forget then', () => {
    const { store, pass } = make({ maxRecords: 4 });
    handle(store, '1', FRESH);
    handle(store, '2', FRESH);
    handle(store, '3');
    expect([knows(store, '1'), knows(store, '2'), knows(store, '3')]).toEqual([true, true, true]);
    pass(FRESH + 1000);
    expect([knows(store, '1'), knows(store, '2'), knows(store, '3')]).toEqual([false, true, true]);
  });

  it('never takes a claim away from a handler that is running', () => {
    const { store, pass } = make({ maxRecords: 2 });
    store.claim('1', 'a', LEASE);
    store.claim('2', 'a', LEASE);
    expect(() => store.claim('3', 'b', LEASE)).toThrow('full');
    expect(store.claim('1', 'b', LEASE)).toBe('in-progress');
    pass(LEASE + 1000);
    expect(store.claim('3', 'b', LEASE)).toBe('claimed');
    expect(store.complete('3', 'b', DAY, 0)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('forgets nothing where a lease that has ended makes room', () => {
    const { store, pass } = make({ maxRecords: 2 });
    store.claim('1', 'a', LEASE);
    store.claim('2', 'a', 2 * LEASE);
    pass(LEASE);
    expect(store.claim('3', 'b', LEASE)).toBe('claimed');
    expect(store.claim('2', 'b', LEASE)).toBe('in-progress');
    expect(warnings).toEqual([]);
  });

  it('counts a delivery once that need not be remembered as fresh', () => {
    const { store, pass } = make({ maxRecords: 3 });
    pass(500);
    for (const key of ['1', '2', '3']) handle(store, key);
    expect(['1', '2', '3'].filter((key) => knows(store, key))).toEqual(['1', '2', '3']);
    expect(warnings).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4])('has room again as soon as record %d of five is over', (over) => {
    const { store, pass } = make({ maxRecords: 5 });
    for (const index of [0, 1, 2, 3, 4]) {
      const freshMs = index === over ? 1000 : FRESH;
      handle(store, `${index}`, freshMs, freshMs);
    }
    expect(() => store.claim('one more', 'a', LEASE)).toThrow('full');
    pass(1000);
    expect(store.claim('one more', 'a', LEASE)).toBe('claimed');
  });

  it('has room again as soon as records are over', () => {
    const { store, pass } = make({ maxRecords: 2 });
    handle(store, '1', 0, 1000);
    handle(store, '2', 0, 1000);
    pass(1500);
    handle(store, '3');
    expect([knows(store, '3'), warnings]).toEqual([true, []]);
  });
});

describe('memoryStore(), with tenants', () => {
  const key = (tenant: string, index: number): string => `${tenant}:${index}`;

  /** How many deliveries a tenant gets in before it is put off. */
  function fill(store: DuplicateStore, tenant: string, freshMs = FRESH): number {
    for (let index = 0; ; index += 1) {
      try {
        if (store.claim(key(tenant, index), 'a', LEASE) !== 'claimed') return index;
      } catch {
        return index;
      }
      store.complete(key(tenant, index), 'a', FRESH, freshMs);
    }
  }

  it('lets no tenant fill it for the others', () => {
    const { store } = make({ maxRecords: 300 });
    expect(fill(store, 'mallory')).toBe(34);
    expect(store.claim(key('alice', 1), 'a', LEASE)).toBe('claimed');
    expect(() => store.claim(key('mallory', 200), 'a', LEASE)).toThrow('full');
    expect(store.claim(key('mallory', 0), 'a', LEASE)).toBe('done');
  });

  it('lets no nine of them fill it for a tenth, whichever comes first', () => {
    const { store } = make({ maxRecords: 1000 });
    const tenants = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    for (const tenant of tenants) fill(store, tenant);
    for (const tenant of tenants) fill(store, tenant);
    expect(fill(store, 'j')).toBeGreaterThan(30);
    expect(store.claim('of no tenant', 'a', LEASE)).toBe('claimed');
  });

  it('lets a tenant that takes too much lose its own oldest records, and no other its', () => {
    const { store } = make({ maxRecords: 300 });
    for (let index = 0; index < 20; index += 1) handle(store, key('alice', index));
    for (let index = 0; index < 1000; index += 1) handle(store, key('mallory', index));
    for (let index = 0; index < 20; index += 1) expect(knows(store, key('alice', index))).toBe(true);
    for (let index = 970; index < 1000; index += 1) expect(knows(store, key('mallory', index))).toBe(true);
    expect(knows(store, key('mallory', 900))).toBe(false);
    expect(warnings).toHaveLength(1);
  });

  it('counts claims of a tenant too', () => {
    const { store, pass } = make({ maxRecords: 41 });
    for (let index = 0; index < 5; index += 1) {
      expect(store.claim(key('mallory', index), 'a', LEASE)).toBe('claimed');
    }
    expect(() => store.claim(key('mallory', 5), 'a', LEASE)).toThrow('full');
    expect(store.claim(key('mallory', 4), 'a', LEASE)).toBe('claimed');
    pass(LEASE);
    expect(store.claim(key('mallory', 5), 'a', LEASE)).toBe('claimed');
  });

  it('gives all of it to the deliveries that have no tenant', () => {
    const { store } = make({ maxRecords: 3 });
    for (const name of ['1', '2', '3']) handle(store, name, FRESH, FRESH);
    expect(() => store.claim('4', 'a', LEASE)).toThrow('full');
    expect(() => store.claim(key('alice', 1), 'a', LEASE)).toThrow('full');
  });

  it('has room again for all as soon as the records of one are over', () => {
    const { store, pass } = make({ maxRecords: 300 });
    for (let times = 0; times < 3; times += 1) {
      expect(fill(store, 'mallory')).toBe(34);
      pass(FRESH + 1000);
    }
    for (const name of numbered(300)) handle(store, name, FRESH, FRESH);
  });

  it('forgets the records of tenants that send no more while another sends', () => {
    const { store, pass } = make({ maxRecords: 90 });
    for (const tenant of numbered(9)) handle(store, key(tenant, 1), 0, 1000);
    pass(2000);
    // Were they still counted, this tenant would have less room.
    for (let index = 0; index < 10; index += 1) handle(store, key('dave', index), FRESH, FRESH);
    expect(() => store.claim(key('dave', 10), 'a', LEASE)).toThrow('full');
  });
});

describe('memoryStore(), whose completions were', () => {
  it('is known for the latest thousand at least', () => {
    const { store } = make();
    for (const name of numbered(2500)) handle(store, name);
    for (const name of numbered(2500).slice(-1000)) {
      expect(store.complete(name, 'owner', DAY, 0)).toBe(true);
    }
    expect(store.complete('2499', 'another', DAY, 0)).toBe(false);
    expect(store.complete('0', 'owner', DAY, 0)).toBe(false);
  });
});

describe('memoryStore(), when clocks are set', () => {
  it('ends a lease by the monotonic clock where the wall clock is set back', () => {
    const { store, time, pass } = make({ maxRecords: 2 });
    store.claim('key', 'a', LEASE);
    store.claim('other', 'a', LEASE);
    time.wall -= 3_600_000;
    pass(LEASE - 1);
    expect(store.claim('key', 'b', LEASE)).toBe('in-progress');
    pass(1);
    expect(store.claim('key', 'b', LEASE)).toBe('claimed');
    // It makes room as well.
    expect(store.claim('third', 'b', LEASE)).toBe('claimed');
    expect(store.renew('other', 'a', LEASE)).toBe(true);
  });

  it('ends no lease where the wall clock is set forward', () => {
    const { store, time } = make();
    store.claim('key', 'a', LEASE);
    time.wall += DAY;
    expect(store.claim('key', 'b', LEASE)).toBe('in-progress');
    expect(store.complete('key', 'a', DAY, 0)).toBe(true);
  });

  it('remembers through a wall clock that is set forward and back', () => {
    const { store, time, pass } = make();
    handle(store, 'key', FRESH, FRESH);
    store.claim('running', 'a', LEASE);
    time.wall += DAY;
    expect(store.claim('key', 'b', LEASE)).toBe('done');
    expect(store.claim('running', 'b', LEASE)).toBe('in-progress');
    pass(1000);
    time.wall -= DAY;
    expect(store.claim('key', 'b', LEASE)).toBe('done');
    expect(store.claim('running', 'b', LEASE)).toBe('in-progress');
    pass(FRESH - 5000);
    expect(store.claim('key', 'b', LEASE)).toBe('done');
  });

  it('remembers through a wall clock that is set back, forward and back', () => {
    const { store, time, pass } = make();
    time.wall -= DAY;
    handle(store, 'key', FRESH, FRESH);
    for (const move of [DAY, -DAY]) {
      time.wall += move;
      pass(500);
      expect(store.claim('key', 'b', LEASE)).toBe('done');
    }
  });

  it.each(['wall', 'monotonic'] as const)('forgets nothing by the %s clock alone', (clock) => {
    const { store, time, pass } = make();
    handle(store, 'key', FRESH, FRESH);
    time[clock] += DAY;
    expect(store.claim('key', 'b', LEASE)).toBe('done');
    pass(FRESH + 1000);
    expect(store.claim('key', 'b', LEASE)).toBe('claimed');
  });

  it.each([0.25, 26.3])(
    'goes at full speed when it is read every %d ms, by a clock of whole ones',
    (step) => {
      let elapsed = 0;
      const store = memoryStore({
        clock: () => 1_767_225_600_000 + Math.floor(elapsed),
        monotonicClock: () => 77.3 + elapsed,
      });
      store.claim('key', 'a', 3000);
      for (; elapsed < 3000; elapsed += step) store.renew('other', 'a', LEASE);
      elapsed = 3005;
      expect(store.claim('key', 'b', LEASE)).toBe('claimed');
    },
  );
});
