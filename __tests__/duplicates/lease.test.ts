import {
  askStore,
  claimKeys,
  HeldLease,
  releaseKey,
  releaseKeys,
  type LeaseTerms,
} from '../../src/duplicates/lease';
import type { DuplicateStore } from 'hooklatch';
import { storeWith } from '../helpers/handling';

const KEYS = [
  { key: 'first', ttlMs: 5000, freshMs: 300 },
  { key: 'second', ttlMs: 6000, freshMs: 0 },
];

const raise = (): never => {
  throw new Error('down');
};

/** A claim of two keys, granted now; with a lease of 3 s. */
function hold(changes: Partial<DuplicateStore> = {}, more: Partial<LeaseTerms> = {}) {
  const watched = storeWith(changes);
  const { store } = watched;
  const holding: LeaseTerms = {
    store,
    keys: KEYS,
    owner: 'us',
    leaseMs: 3000,
    handlerTimeoutMs: 25_000,
    notes: [],
    ...more,
  };
  for (const { key } of holding.keys) void watched.inner.claim(key, 'us', 60_000);
  return { ...watched, claim: new HeldLease(holding), notes: holding.notes };
}

const COMPLETED = [
  ['complete', 'first', 'us', 5000, 300],
  ['complete', 'second', 'us', 6000, 0],
];
const RELEASED = [
  ['release', 'first', 'us'],
  ['release', 'second', 'us'],
];
const RENEWED = [
  ['renew', 'first', 'us', 3000],
  ['renew', 'second', 'us', 3000],
];

beforeEach(() => {
  jest.useFakeTimers();
  // The process has run for a while.
  jest.advanceTimersByTime(60_000);
});

afterEach(() => {
  jest.useRealTimers();
});

describe('a claim that is settled', () => {
  it.each([
    [true, COMPLETED],
    [false, RELEASED],
  ])('tells the store of each key how the handler has ended (well: %p), once', (well, expected) => {
    const { claim, calls, notes } = hold();
    claim.settle(well);
    claim.settle(!well);
    claim.onAnswered(well ? 500 : 200);
    expect(calls).toEqual(expected);
    expect(notes).toEqual([]);
  });

  it.each([
    [199, RELEASED],
    [200, COMPLETED],
    [299, COMPLETED],
    [300, RELEASED],
  ])('goes by the status %d of the answer', (status, expected) => {
    const { claim, calls } = hold();
    claim.onAnswered(status);
    expect(calls).toEqual(expected);
  });

  it.each([true, false])('calls who waits once the store knows all (well: %p)', async (well) => {
    const answers: (() => void)[] = [];
    const later = (): Promise<boolean> => new Promise((resolve) => answers.push(() => resolve(true)));
    const { claim } = hold({ complete: later, release: later });
    const listeners = [jest.fn(), jest.fn()] as const;
    for (const listener of listeners) claim.whenSettled(listener);
    claim.settle(well);
    answers[0]!();
    await jest.advanceTimersByTimeAsync(1);
    expect(listeners[0]).not.toHaveBeenCalled();
    answers[1]!();
    await jest.advanceTimersByTimeAsync(1);
    for (const listener of listeners) expect(listener).toHaveBeenCalledTimes(1);
    const late = jest.fn();
    claim.whenSettled(late);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('calls who waits where the store does not answer within 800 ms', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const { claim, notes } = hold({ release: never });
    const listener = jest.fn();
    claim.whenSettled(listener);
    claim.settle(false);
    await jest.advanceTimersByTimeAsync(799);
    expect(listener).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(notes).toEqual(['release-failed']);
  });
});

describe('a claim, while the handler runs', () => {
  it('is renewed every third of its lease, until it is settled', () => {
    const { claim, calls, count } = hold();
    claim.keep();
    jest.advanceTimersByTime(999);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(calls).toEqual(RENEWED);
    jest.advanceTimersByTime(1000);
    expect(calls).toEqual([...RENEWED, ...RENEWED]);
    claim.settle(true);
    jest.advanceTimersByTime(10_000);
    expect([count('renew'), jest.getTimerCount()]).toEqual([4, 0]);
  });

  it('is renewed until the time of the handler is over', () => {
    const { claim, count } = hold({}, { handlerTimeoutMs: 3000 });
    claim.keep();
    jest.advanceTimersByTime(10_000);
    expect([count('renew'), jest.getTimerCount()]).toEqual([4, 0]);
    claim.settle(true);
    expect(count('complete')).toBe(2);
  });

  it('is not renewed where it was settled before', () => {
    const { claim, count } = hold();
    claim.settle(true);
    claim.keep();
    jest.advanceTimersByTime(10_000);
    expect([count('renew'), jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('notes once that another owner has it, and goes on', async () => {
    const { claim, inner, count, notes } = hold();
    for (const { key } of KEYS) {
      await inner.release(key, 'us');
      await inner.claim(key, 'somebody else', 60_000);
    }
    claim.keep();
    jest.advanceTimersByTime(2000);
    expect(notes).toEqual(['claim-lost']);
    claim.settle(true);
    expect([count('renew'), count('complete'), notes]).toEqual([4, 2, ['claim-lost']]);
  });

  it('notes nothing where a renewal fails', () => {
    const { claim, count, notes } = hold({ renew: raise });
    claim.keep();
    jest.advanceTimersByTime(2000);
    expect([count('renew'), notes]).toEqual([4, []]);
  });

  it('gives back once more what a renewal on its way claims again after the handler has failed', async () => {
    let renewed: (held: boolean) => void = () => undefined;
    const renew = (): Promise<boolean> => new Promise((resolve) => (renewed = resolve));
    const { claim, calls } = hold({ renew }, { keys: KEYS.slice(0, 1) });
    claim.keep();
    jest.advanceTimersByTime(1000);
    claim.settle(false);
    renewed(true);
    await jest.advanceTimersByTimeAsync(0);
    expect(calls.filter(([name]) => name === 'release')).toEqual([RELEASED[0], RELEASED[0]]);
  });

  it('gives nothing back again where the renewal on its way has come too late', async () => {
    let renewed: (held: boolean) => void = () => undefined;
    const renew = (): Promise<boolean> => new Promise((resolve) => (renewed = resolve));
    const { claim, calls, notes } = hold({ renew }, { keys: KEYS.slice(0, 1) });
    claim.keep();
    jest.advanceTimersByTime(1000);
    claim.settle(false);
    renewed(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(calls.filter(([name]) => name === 'release')).toEqual([RELEASED[0]]);
    expect(notes).toEqual([]);
  });
});

describe('a claim that follows the promise of a handler', () => {
  it.each([200, 503])('is not settled by the answer %d, and still renewed', (status) => {
    const { claim, calls, count } = hold();
    claim.keep();
    claim.follow();
    claim.onAnswered(status);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(1000);
    expect(count('renew')).toBe(2);
    claim.settle(false);
    expect(count('release')).toBe(2);
  });
});

describe('a claim that follows the answer', () => {
  it('looks for an answer that no client reads when a third of the lease is over', () => {
    const { claim, count } = hold();
    const watchEnd = jest.fn(() => claim.onAnswered(200));
    claim.keep(watchEnd);
    jest.advanceTimersByTime(999);
    expect(watchEnd).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect([count('complete'), count('renew'), jest.getTimerCount()]).toEqual([2, 0, 0]);
  });

  it('looks for it once more where the time of the handler is over', () => {
    const { claim, count } = hold({}, { handlerTimeoutMs: 100 });
    const watchEnd = jest.fn();
    claim.keep(watchEnd);
    jest.advanceTimersByTime(10_000);
    expect([watchEnd.mock.calls.length, count('renew'), jest.getTimerCount()]).toEqual([1, 0, 0]);
  });

  it('is the hold on its keys of its store, and on nothing else', () => {
    const { claim, store, inner } = hold();
    expect(KEYS.map(({ key }) => claim.holds(store, key))).toEqual([true, true]);
    expect([claim.holds(store, 'third'), claim.holds(inner, 'first')]).toEqual([false, false]);
  });
});

describe('a claim whose handler is over its time', () => {
  it('hears how the handler ends, and not what was answered for it', () => {
    const { claim, calls } = hold();
    claim.keep();
    const listener = jest.fn();
    claim.whenSettled(listener);
    claim.defer();
    expect(listener).toHaveBeenCalledTimes(1);
    claim.onAnswered(503);
    jest.advanceTimersByTime(10_000);
    expect([calls, jest.getTimerCount()]).toEqual([[], 0]);
    claim.settle(true);
    expect(calls).toEqual(COMPLETED);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe('a claim, where the store fails', () => {
  it('says a success again after 0.2, 1 and 5 seconds, and who waits does not', async () => {
    const { claim, count, notes } = hold({ complete: raise }, { keys: [KEYS[0]!] });
    const listener = jest.fn();
    claim.whenSettled(listener);
    claim.settle(true);
    expect(listener).toHaveBeenCalledTimes(1);
    const counts = [count('complete')];
    for (const milliseconds of [199, 1, 999, 1, 4999, 1, 100_000]) {
      jest.advanceTimersByTime(milliseconds);
      counts.push(count('complete'));
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(notes).toEqual(['complete-failed']);
  });

  it('says it again until the store knows it, of each key', () => {
    let failures = 0;
    const fail = (): boolean => (failures++ < 3 ? raise() : true);
    const { claim, calls } = hold({ complete: fail });
    const listener = jest.fn();
    claim.whenSettled(listener);
    claim.settle(true);
    jest.advanceTimersByTime(100_000);
    expect(calls).toEqual([...COMPLETED, ...COMPLETED, COMPLETED[0]]);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('says a success once where somebody else has the claim by now', () => {
    const { claim, count, notes } = hold({ complete: () => false }, { keys: [KEYS[0]!] });
    claim.settle(true);
    jest.advanceTimersByTime(100_000);
    expect([count('complete'), notes]).toEqual([1, ['claim-lost']]);
  });

  it('gives back again after 0.2, 1 and 5 seconds, so that no lost reply puts the next try off', () => {
    const { claim, count, notes } = hold({ release: raise }, { keys: [KEYS[0]!] });
    const listener = jest.fn();
    claim.whenSettled(listener);
    claim.settle(false);
    expect(listener).toHaveBeenCalledTimes(1);
    const counts = [count('release')];
    for (const milliseconds of [199, 1, 999, 1, 4999, 1, 100_000]) {
      jest.advanceTimersByTime(milliseconds);
      counts.push(count('release'));
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect([notes, listener.mock.calls.length]).toEqual([['release-failed'], 1]);
  });

  it('says once that it is given back, which is none of ours any more', () => {
    const { claim, count, notes } = hold({ release: () => false });
    claim.settle(false);
    jest.advanceTimersByTime(100_000);
    expect([count('release'), notes]).toEqual([2, []]);
  });

  it('gives back again what another step has claimed in vain, until the store knows', () => {
    let failures = 0;
    const { store, count } = storeWith({ release: () => (failures++ < 2 ? raise() : true) });
    void releaseKey(store, 'key', 'us');
    jest.advanceTimersByTime(100_000);
    expect(count('release')).toBe(3);
  });

  it('notes no lost claim where a renewal is answered behind the completion', async () => {
    const answers: (() => void)[] = [];
    const renew = (): Promise<boolean> => new Promise((resolve) => answers.push(() => resolve(false)));
    const { claim, notes } = hold({ renew });
    claim.keep();
    jest.advanceTimersByTime(1000);
    claim.settle(true);
    for (const answer of answers) answer();
    await jest.advanceTimersByTimeAsync(1);
    expect([answers.length, notes]).toEqual([2, []]);
  });
});

describe('what a store is told', () => {
  it.each<[string, () => unknown, unknown]>([
    ['true', () => true, true],
    ['false', () => false, false],
    ['true later', async () => true, true],
    ['false later', async () => false, false],
    ['nothing', () => undefined, 'failed'],
    ['nonsense', () => 'OK', 'failed'],
    ['nonsense later', async () => 1, 'failed'],
    ['an error', raise, 'failed'],
    ['an error later', async () => raise(), 'failed'],
  ])('is what it answers, or a failure: %s', async (_what, call, expected) => {
    expect(await askStore(call as () => boolean)).toBe(expected);
  });
});

describe('claimKeys()', () => {
  const termsWith = (changes: Partial<DuplicateStore>) => {
    const watched = storeWith(changes);
    const terms = {
      store: watched.store,
      keys: KEYS,
      owner: 'us',
      leaseMs: 3000,
      handlerTimeoutMs: 1,
      notes: [],
    };
    return { ...watched, terms };
  };

  it('claims one key after the other, at once where the store answers at once', () => {
    const { terms, calls } = termsWith({});
    expect(claimKeys(terms)).toBe('claimed');
    expect(calls).toEqual([
      ['claim', 'first', 'us', 3000],
      ['claim', 'second', 'us', 3000],
    ]);
  });

  it('gives back the first key where the second is not to be had', async () => {
    const { terms, calls, inner } = termsWith({});
    await inner.claim('second', 'another', 60_000);
    expect(claimKeys(terms)).toBe('in-progress');
    expect(calls.at(-1)).toEqual(['release', 'first', 'us']);
  });

  it('throws where a store answers nonsense', () => {
    const { terms } = termsWith({ claim: () => 'yes' as never });
    expect(() => claimKeys(terms)).toThrow(`claim() answered 'yes'`);
  });

  it('is undone by releaseKeys()', () => {
    const { terms, count } = termsWith({});
    releaseKeys(terms);
    expect(count('release')).toBe(2);
  });
});

describe('a claim that is kept twice', () => {
  it('is renewed as if it were once', () => {
    const { claim, calls } = hold();
    claim.keep();
    claim.keep();
    jest.advanceTimersByTime(1000);
    expect(calls).toEqual(RENEWED);
    claim.defer();
    claim.keep();
    jest.advanceTimersByTime(10_000);
    expect([calls, jest.getTimerCount()]).toEqual([RENEWED, 0]);
  });
});
