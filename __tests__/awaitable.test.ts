import { runWithTimeout, isThenable, chain, type Awaitable } from '../src/awaitable';
import { pause } from './helpers/http';

type Ended = [how: string, value: unknown][];

/** All that becomes of a task, in the time that is given to it and long after. */
async function follow(task: () => Awaitable<unknown>, timeoutMs = 20, afterMs = 0): Promise<Ended> {
  const ended: Ended = [];
  runWithTimeout(task, timeoutMs, {
    succeed: (value) => ended.push(['succeed', value]),
    fail: (thrown) => ended.push(['fail', thrown]),
    expire: () => ended.push(['expire', undefined]),
    late: (succeeded, value) => ended.push([succeeded ? 'late success' : 'late failure', value]),
  });
  await pause(afterMs);
  return ended;
}

function raise(thrown: unknown): never {
  throw thrown;
}

const late = async (value: unknown): Promise<unknown> => {
  await pause(30);
  return value;
};

describe('runWithTimeout()', () => {
  it.each<[string, () => Awaitable<unknown>, Ended]>([
    ['a value', () => 7, [['succeed', 7]]],
    ['undefined', () => undefined, [['succeed', undefined]]],
    ['null', () => null, [['succeed', null]]],
    ['a promise', () => Promise.resolve(7), [['succeed', 7]]],
    ['a thenable', () => ({ then: (done: (value: number) => void) => done(7) }), [['succeed', 7]]],
    ['what is thrown', () => raise('thrown'), [['fail', 'thrown']]],
    ['undefined that is thrown', () => raise(undefined), [['fail', undefined]]],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what stores really do
    ['a rejection', () => Promise.reject('no'), [['fail', 'no']]],
    ['a thenable that throws', () => ({ then: () => raise('in then') }), [['fail', 'in then']]],
    [
      'a thenable that settles twice',
      () => ({
        then: (done: (value: number) => void, fail: (thrown: unknown) => void) => {
          done(1);
          fail('no');
          done(2);
        },
      }),
      [['succeed', 1]],
    ],
  ])('rule 20: says once what became of %s', async (_what, task, ended) => {
    expect(await follow(task, 20, 40)).toEqual(ended);
  });

  it('says at once what is there at once', () => {
    const succeed = jest.fn();
    runWithTimeout(() => 7, 20, { succeed, fail: jest.fn(), expire: jest.fn() });
    expect(succeed).toHaveBeenCalledWith(7);
  });

  it('says that the task took too long, and later how it ended', async () => {
    expect(await follow(() => late(7), 5, 60)).toEqual([
      ['expire', undefined],
      ['late success', 7],
    ]);
    expect(await follow(() => late(1).then(() => raise('no')), 5, 60)).toEqual([
      ['expire', undefined],
      ['late failure', undefined],
    ]);
  });

  it('rule 20: drops how a task ended late where nobody asks', async () => {
    const expire = jest.fn();
    for (const task of [() => late(7), () => late(1).then(() => raise('no'))]) {
      runWithTimeout(task, 1, { succeed: jest.fn(), fail: jest.fn(), expire });
    }
    await pause(60);
    expect(expire).toHaveBeenCalledTimes(2);
  });

  it('says no more than that of a task that never ends', async () => {
    expect(await follow(() => new Promise(() => undefined), 5, 30)).toEqual([['expire', undefined]]);
  });
});

describe('chain()', () => {
  it('stays synchronous where the value is there', () => {
    expect(chain(1, (value) => value + 1)).toBe(2);
  });

  it('waits for what is not', async () => {
    expect(await chain(Promise.resolve(1), (value) => value + 1)).toBe(2);
    expect(await chain(Promise.resolve(1), (value) => Promise.resolve(value + 1))).toBe(2);
  });
});

describe('isThenable()', () => {
  it.each([
    [Promise.resolve(), true],
    [{ then: () => undefined }, true],
    [{ then: 1 }, false],
    [undefined, false],
    [null, false],
    ['then', false],
    [7, false],
  ])('of %p is %p', (value, expected) => {
    expect(isThenable(value as never)).toBe(expected);
  });
});
