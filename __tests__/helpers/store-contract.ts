import type { DuplicateStore } from 'hooklatch';

/** A store, and a way to let time pass for it. */
export interface StoreUnderTest {
  readonly store: DuplicateStore;
  readonly pass: (milliseconds: number) => unknown;
}

const LEASE = 10_000;
const DAY = 86_400_000;

/** What every store does. `make` gives an empty one. */
export function itKeepsTheContract(make: () => StoreUnderTest): void {
  let store: DuplicateStore;
  let pass: StoreUnderTest['pass'];

  beforeEach(() => ({ store, pass } = make()));

  it('grants a claim once, and puts off everybody else', async () => {
    expect(await store.claim('key', 'a', LEASE)).toBe('claimed');
    expect(await store.claim('key', 'b', LEASE)).toBe('in-progress');
    expect(await store.claim('key', 'c', LEASE)).toBe('in-progress');
  });

  it('grants a claim again to its owner, whose reply was lost, and to no other', async () => {
    for (let times = 0; times < 3; times += 1) expect(await store.claim('key', 'a', LEASE)).toBe('claimed');
    expect(await store.claim('key', 'b', LEASE)).toBe('in-progress');
    expect(await store.complete('key', 'a', DAY, 0)).toBe(true);
  });

  it('holds a claim that its owner repeats for a lease from then on', async () => {
    await store.claim('key', 'a', 60);
    await store.claim('key', 'a', LEASE);
    await pass(100);
    expect(await store.claim('key', 'b', LEASE)).toBe('in-progress');
  });

  it.each([0, DAY])('says again to its owner that a delivery is done (fresh for %d ms)', async (freshMs) => {
    await store.claim('key', 'a', LEASE);
    for (let times = 0; times < 3; times += 1) {
      expect(await store.complete('key', 'a', DAY, freshMs)).toBe(true);
    }
    expect(await store.complete('key', 'b', DAY, freshMs)).toBe(false);
    expect(await store.claim('key', 'a', LEASE)).toBe('done');
  });

  it('does not say so to an earlier owner of the same key', async () => {
    await store.claim('key', 'a', LEASE);
    await store.complete('key', 'a', 500, 0);
    await pass(1600);
    await store.claim('key', 'b', LEASE);
    expect(await store.complete('key', 'a', DAY, 0)).toBe(false);
    await store.complete('key', 'b', DAY, 0);
    expect(await store.complete('key', 'a', DAY, 0)).toBe(false);
    expect(await store.complete('key', 'b', DAY, 0)).toBe(true);
  });

  it('changes nothing by a repeated renewal or release', async () => {
    await store.claim('key', 'a', LEASE);
    for (let times = 0; times < 2; times += 1) expect(await store.renew('key', 'a', LEASE)).toBe(true);
    expect(await store.release('key', 'a')).toBe(true);
    await store.release('key', 'a');
    expect(await store.claim('key', 'b', LEASE)).toBe('claimed');
    await store.release('key', 'a');
    expect(await store.claim('key', 'c', LEASE)).toBe('in-progress');
  });

  it('grants one claim of a hundred that come at once', async () => {
    const owners = Array.from({ length: 100 }, (_, index) => `owner-${index}`);
    const states = await Promise.all(owners.map(async (owner) => store.claim('key', owner, LEASE)));
    expect(states.filter((state) => state === 'claimed')).toHaveLength(1);
    expect(states.filter((state) => state === 'in-progress')).toHaveLength(99);
  });

  it('remembers what its owner completed', async () => {
    await store.claim('key', 'a', LEASE);
    expect(await store.complete('key', 'a', DAY, 0)).toBe(true);
    expect(await store.claim('key', 'b', LEASE)).toBe('done');
    expect(await store.claim('key', 'a', LEASE)).toBe('done');
  });

  it('lets only the owner complete, renew and release', async () => {
    await store.claim('key', 'a', LEASE);
    expect(await store.complete('key', 'b', DAY, 0)).toBe(false);
    expect(await store.renew('key', 'b', LEASE)).toBe(false);
    expect(await store.release('key', 'b')).toBe(false);
    expect(await store.claim('key', 'c', LEASE)).toBe('in-progress');
    expect(await store.complete('key', 'a', DAY, 0)).toBe(true);
  });

  it('gives a released key to the next', async () => {
    await store.claim('key', 'a', LEASE);
    expect(await store.release('key', 'a')).toBe(true);
    expect(await store.release('key', 'a')).toBe(false);
    expect(await store.claim('key', 'b', LEASE)).toBe('claimed');
  });

  it('changes nothing about what is done', async () => {
    await store.claim('key', 'a', LEASE);
    await store.complete('key', 'a', DAY, 0);
    expect(await store.release('key', 'a')).toBe(false);
    expect(await store.renew('key', 'a', LEASE)).toBe(false);
    expect(await store.complete('key', 'a', 1, 0)).toBe(true);
    expect(await store.complete('key', 'b', 1, 0)).toBe(false);
    await pass(10);
    expect(await store.claim('key', 'a', LEASE)).toBe('done');
  });

  it('ends a lease by itself', async () => {
    await store.claim('key', 'a', 60);
    await pass(100);
    expect(await store.claim('key', 'b', LEASE)).toBe('claimed');
    expect(await store.release('key', 'a')).toBe(false);
    expect(await store.complete('key', 'a', DAY, 0)).toBe(false);
    expect(await store.renew('key', 'a', LEASE)).toBe(false);
    expect(await store.complete('key', 'b', DAY, 0)).toBe(true);
  });

  it('says of a release whose lease has ended that there was nothing to give back', async () => {
    await store.claim('key', 'a', 60);
    await pass(100);
    expect(await store.release('key', 'a')).toBe(false);
    expect(await store.claim('key', 'b', LEASE)).toBe('claimed');
  });

  it('holds a renewed claim beyond its lease', async () => {
    await store.claim('key', 'a', 60);
    expect(await store.renew('key', 'a', LEASE)).toBe(true);
    await pass(100);
    expect(await store.claim('key', 'b', LEASE)).toBe('in-progress');
  });

  it('takes a renewal as a new claim where the lease has ended and nobody else came', async () => {
    await store.claim('key', 'a', 60);
    await pass(100);
    expect(await store.renew('key', 'a', LEASE)).toBe(true);
    expect(await store.claim('key', 'b', LEASE)).toBe('in-progress');
    expect(await store.complete('key', 'a', DAY, 0)).toBe(true);
  });

  it('lets an owner complete although its lease has ended, where nobody else has the key now', async () => {
    await store.claim('key', 'a', 60);
    await pass(100);
    await store.claim('key', 'b', 60);
    await pass(100);
    expect(await store.complete('key', 'a', DAY, 0)).toBe(true);
    expect(await store.complete('key', 'b', DAY, 0)).toBe(false);
    expect(await store.claim('key', 'c', LEASE)).toBe('done');
  });

  it.each([
    ['what must be remembered', 500, 500],
    ['what need not be', 500, 0],
    ['both', 500, 100],
  ])('forgets %s when its time is over', async (_what, ttlMs, freshMs) => {
    await store.claim('key', 'a', LEASE);
    await store.complete('key', 'a', ttlMs, freshMs);
    expect(await store.claim('key', 'b', LEASE)).toBe('done');
    await pass(1600);
    expect(await store.claim('key', 'b', LEASE)).toBe('claimed');
  });

  it('keeps keys apart, whatever they look like', async () => {
    const keys = ['key', 'Key', ' key', 'key\0', 'ключ', '', '*', 'x'.repeat(1000), '__proto__'];
    for (const key of keys) expect(await store.claim(key, 'a', LEASE)).toBe('claimed');
    await store.complete('key', 'a', DAY, 0);
    for (const key of keys.slice(1)) expect(await store.claim(key, 'b', LEASE)).toBe('in-progress');
  });

  it.each([0.4, 1.5])('takes a time of %p ms', async (milliseconds) => {
    expect(await store.claim('key', 'a', milliseconds)).toBe('claimed');
    expect(await store.renew('key', 'a', LEASE + milliseconds)).toBe(true);
    expect(await store.complete('key', 'a', DAY + milliseconds, milliseconds)).toBe(true);
    expect(await store.claim('key', 'b', LEASE)).toBe('done');
  });
}
