import { makeExpiringKeys } from '../../src/duplicates/expiring-keys';

/** Keys that end at 1, 2, … seconds. */
function make(count: number) {
  const keys = makeExpiringKeys();
  for (let second = 1; second <= count; second += 1) keys.add(`${second}`, second * 1000);
  return keys;
}

describe('makeExpiringKeys()', () => {
  it('has a key until its time is over, and then forgets it', () => {
    const keys = make(2);
    expect([keys.has('1', 999), keys.has('1', 1000), keys.has('1', 0)]).toEqual([true, false, false]);
    expect([keys.size(), keys.has('3', 0)]).toEqual([1, false]);
  });

  it('remembers for whole seconds, and never less than it is told', () => {
    const keys = makeExpiringKeys();
    keys.add('key', 1001);
    expect([keys.has('key', 1999), keys.has('key', 2000)]).toEqual([true, false]);
  });

  it('sweeps two keys at a time, and begins again at the end', () => {
    const keys = make(5);
    const sizes = [1, 2, 3, 4, 5].map(() => {
      keys.sweep(3000);
      return keys.size();
    });
    expect(sizes).toEqual([3, 2, 2, 2, 2]);
    for (let times = 0; times < 3; times += 1) keys.sweep(9000);
    expect(keys.size()).toBe(0);
    keys.sweep(9000);
    expect(keys.size()).toBe(0);
  });

  it('sweeps all whose time is over', () => {
    const keys = make(5);
    keys.sweepAll(3000);
    expect([keys.size(), keys.has('3', 0), keys.has('4', 0)]).toEqual([2, false, true]);
  });

  it('evicts the oldest, as many as there are', () => {
    const keys = make(3);
    expect([keys.evict(2), keys.has('2', 0), keys.has('3', 0)]).toEqual([2, false, true]);
    expect([keys.evict(2), keys.evict(1), keys.size()]).toEqual([1, 0, 0]);
  });
});
