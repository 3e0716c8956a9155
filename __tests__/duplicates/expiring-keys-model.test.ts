import fc from 'fast-check';
import { makeExpiringKeys, type ExpiringKeys } from '../../src/duplicates/expiring-keys';

const RUNS = Number(process.env.FC_RUNS ?? 300);

/** The same rules on a `Map`, whose order is that of adding. */
function makeModel(): ExpiringKeys {
  const seconds = new Map<string, number>();
  let iterator = seconds.entries();
  const isOver = (key: string, time: number): boolean => (seconds.get(key) ?? 0) * 1000 <= time;
  return {
    has(key, time) {
      if (!seconds.has(key)) return false;
      if (isOver(key, time)) return !seconds.delete(key);
      return true;
    },
    add: (key, until) => void seconds.set(key, Math.ceil(until / 1000)),
    size: () => seconds.size,
    sweep(time) {
      if (seconds.size === 0) return;
      for (let looked = 0; looked < 2; looked += 1) {
        const { done, value } = iterator.next();
        if (done === true) {
          iterator = seconds.entries();
          return;
        }
        if (isOver(value[0], time)) seconds.delete(value[0]);
      }
    },
    sweepAll(time) {
      for (const key of seconds.keys()) if (isOver(key, time)) seconds.delete(key);
    },
    evict(count) {
      const oldest = [...seconds.keys()].slice(0, count);
      for (const key of oldest) seconds.delete(key);
      return oldest.length;
    },
  };
}

type Step = (keys: ExpiringKeys, now: number) => unknown;
interface Command {
  readonly step: Step;
  readonly name: string;
  readonly passes: number;
}

const key = fc.integer({ min: 0, max: 24 }).map((number) => `key ${number}`);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(key, fc.integer({ min: -1000, max: 60_000 })).map(addUnlessThere) },
  { weight: 2, arbitrary: key.map((name) => told(`has ${name}`, (keys, now) => keys.has(name, now))) },
  { weight: 4, arbitrary: fc.constant(told('sweep', (keys, now) => keys.sweep(now))) },
  { weight: 1, arbitrary: fc.constant(told('sweepAll', (keys, now) => keys.sweepAll(now))) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: 8 })
      .map((count) => told(`evict ${count}`, (keys) => keys.evict(count))),
  },
);
const command = fc
  .tuple(step, fc.integer({ min: 0, max: 5000 }))
  .map(([named, passes]): Command => ({ ...named, passes }));

function told(name: string, run: Step): Omit<Command, 'passes'> {
  return { name, step: run };
}

function addUnlessThere([name, lives]: readonly [string, number]): Omit<Command, 'passes'> {
  return told(`add ${name} for ${lives}`, (keys, now) => {
    if (!keys.has(name, now)) keys.add(name, now + lives);
  });
}

/** Which keys it has; asking for one forgets it where it is over, in both. */
const listKeys = (keys: ExpiringKeys, now: number): readonly boolean[] =>
  Array.from({ length: 25 }, (_, index) => keys.has(`key ${index}`, now));

describe('makeExpiringKeys(), in any order of calls', () => {
  it.each([-40_000, 0])('does what a Map in the order of adding does, from the time %d on', (beginning) => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 250 }), (commands) => {
        const [keys, model] = [makeExpiringKeys(), makeModel()];
        let now = beginning;
        for (const { step: run, name, passes } of commands) {
          expect([name, run(keys, now)]).toEqual([name, run(model, now)]);
          expect([name, keys.size()]).toEqual([name, model.size()]);
          now += passes;
        }
        expect(listKeys(keys, now)).toEqual(listKeys(model, now));
      }),
      { numRuns: RUNS },
    );
  });

  it('finds each of ten thousand while others go and come', () => {
    const keys = makeExpiringKeys();
    for (let index = 0; index < 10_000; index += 1) keys.add(`${index}`, index % 3 === 0 ? 1000 : 9000);
    keys.sweepAll(1000);
    expect(keys.size()).toBe(6666);
    for (let index = 10_000; index < 30_000; index += 1) keys.add(`${index}`, 9000);
    const isThere = Array.from({ length: 30_000 }, (_, index) => keys.has(`${index}`, 5000));
    expect(isThere.every((there, index) => there === (index >= 10_000 || index % 3 !== 0))).toBe(true);
    expect([keys.evict(26_000), keys.size(), keys.has('29999', 5000)]).toEqual([26_000, 666, true]);
  });

  it('reads no more than some rooms in a sweep, though many records in a row were forgotten', () => {
    const keys = makeExpiringKeys();
    for (let index = 0; index < 1000; index += 1) keys.add(`${index}`, index < 500 ? 1000 : 9000);
    for (let index = 0; index < 500; index += 1) keys.has(`${index}`, 1000);
    expect(keys.size()).toBe(500);
    for (let times = 0; times < 7; times += 1) keys.sweep(9000);
    expect(keys.size()).toBe(500);
    keys.sweep(9000);
    expect(keys.size()).toBe(498);
  });

  it('remembers for ever where the time is beyond all seconds', () => {
    const keys = makeExpiringKeys();
    keys.add('key', Infinity);
    expect(keys.has('key', 2 ** 31 * 900)).toBe(true);
  });
});
