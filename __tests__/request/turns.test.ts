import { makeTurns } from '../../src/request/turns';
import { pause } from '../helpers/http';

/** Makes many tries at once, each of which takes some turns of the loop and may fail. */
async function tryAtOnce(count: number, limit: number, fails: (index: number) => boolean) {
  const takeTurn = makeTurns();
  let failures = 0;
  let underWay = 0;
  let most = 0;
  let tried = 0;
  let looks = 0;
  const one = async (index: number): Promise<void> => {
    const end = await takeTurn('key', limit, async () => {
      const counted = failures;
      looks += 1;
      await pause(index % 3);
      return counted;
    });
    if (end === undefined) return;
    tried += 1;
    underWay += 1;
    most = Math.max(most, underWay);
    await pause(index % 5);
    if (fails(index)) failures += 1;
    underWay -= 1;
    end();
  };
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  return { tried, most, looks };
}

describe('makeTurns()', () => {
  it.each([0, 1, 5])('lets no more tries fail than %d and one, however many come at once', async (limit) => {
    expect((await tryAtOnce(60, limit, () => true)).tried).toBe(limit + 1);
  });

  it.each([0, 1, 5])(
    'lets all tries be made where none fails, no more than %d and one at once',
    async (limit) => {
      const { tried, most } = await tryAtOnce(60, limit, () => false);
      expect(tried).toBe(60);
      expect(most).toBeLessThanOrEqual(limit + 1);
    },
  );

  it('keeps no more than the limit where some fail', async () => {
    const { tried } = await tryAtOnce(60, 5, (index) => index % 2 === 0);
    expect(tried).toBeGreaterThanOrEqual(6);
    expect(tried).toBeLessThan(60);
  });

  it.each([
    ['none fails', false],
    ['all fail', true],
  ])('asks the store a few times for each of many that come at once, where %s', async (_case, fail) => {
    const { looks } = await tryAtOnce(300, 5, () => fail);
    expect(looks).toBeLessThanOrEqual(1200);
  });

  it('keeps keys apart, and one key waits for no other', async () => {
    const takeTurn = makeTurns();
    const none = async (): Promise<number> => 0;
    const end = await takeTurn('a', 0, none);
    expect(await takeTurn('b', 0, none)).toEqual(expect.any(Function));
    let passed = false;
    const waiting = takeTurn('a', 0, none).then((second) => {
      passed = true;
      second?.();
    });
    await pause(10);
    expect(passed).toBe(false);
    end?.();
    await waiting;
    expect(passed).toBe(true);
  });

  it('hands on what the count of failures throws, and goes on for others', async () => {
    const takeTurn = makeTurns();
    await expect(takeTurn('a', 0, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await takeTurn('a', 0, async () => 0)).toEqual(expect.any(Function));
    expect(await takeTurn('a', 0, async () => 1)).toBeUndefined();
  });
});
