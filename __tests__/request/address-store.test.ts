import { GENERATION, makeAddressStore } from '../../src/request/address-store';

const NOW = 1_767_225_600_000;

const hitsOf = async (store: ReturnType<typeof makeAddressStore>, key: string) =>
  (await store.get(key))?.totalHits;

describe('makeAddressStore()', () => {
  let now = NOW;
  beforeEach(() => {
    now = NOW;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('counts each key for itself, and takes back', async () => {
    const store = makeAddressStore(1000);
    expect(await store.increment('a')).toEqual({ totalHits: 1, resetTime: new Date(NOW + 1000) });
    expect(await store.increment('a')).toMatchObject({ totalHits: 2 });
    expect(await store.increment('b')).toMatchObject({ totalHits: 1 });
    await store.decrement('a');
    await store.decrement('c');
    expect([await hitsOf(store, 'a'), await hitsOf(store, 'b'), await hitsOf(store, 'c')]).toEqual([
      1,
      1,
      undefined,
    ]);
    await store.resetKey('a');
    expect(await hitsOf(store, 'a')).toBeUndefined();
  });

  it.each([
    [999, 1],
    [1000, undefined],
    [-1, undefined],
  ])('knows after %d ms of a window of 1000 ms, whichever way the clock went: %p', async (passed, hits) => {
    const store = makeAddressStore(1000);
    await store.increment('a');
    now += passed;
    expect(await hitsOf(store, 'a')).toBe(hits);
    expect(await store.increment('a')).toMatchObject({ totalHits: (hits ?? 0) + 1 });
  });

  it('keeps no more than two generations, whoever has how many addresses', async () => {
    const store = makeAddressStore(1_000_000);
    await store.increment('first');
    for (let index = 1; index < GENERATION; index += 1) await store.increment(`${index}`);
    // The newer generation is full, and of what it holds nothing is lost.
    await store.increment('first');
    await store.increment('next');
    expect([await hitsOf(store, 'first'), await hitsOf(store, '1')]).toEqual([2, 1]);
    await store.increment('first');
    for (let index = 2; index < GENERATION; index += 1) await store.increment(`more ${index}`);
    await store.increment('last');
    // Who goes on to fail is remembered, who was silent for a generation is forgotten.
    expect([await hitsOf(store, 'first'), await hitsOf(store, '1')]).toEqual([3, undefined]);
    await store.resetKey('first');
    expect(await hitsOf(store, 'first')).toBeUndefined();
  });
});
