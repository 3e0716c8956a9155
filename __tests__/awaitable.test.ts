import { runWithTimeout, isThenable, chain, type Awaitable } from '../src/awaitable';
import { pause } from './helpers/http';

type Ended = [how: string, value: unknown][];

/** All that becomes of a task, in the time that is given to it and long after. */
async function follow(task: () => Awaitable<unknown>, timeoutMs = 20, afterMs = 0): Promise<Ended> {
  const ended: Ended = [];
  void chain(runWithTimeout(task, timeoutMs), (outcome) => {
    if (outcome.kind === 'value') ended.push(['value', outcome.value]);
    else if (outcome.kind === 'thrown') ended.push(['thrown', outcome.thrown]);
    else {
      ended.push(['expired', undefined]);
      void outcome.late.then((late) =>
        ended.push([`late ${late.kind}`, late.kind === 'value' ? late.value : late.thrown]),
      );
    }
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
    ['a value', () => 7, [['value', 7]]],
    ['undefined', () => undefined, [['value', undefined]]],
    ['null', () => null, [['value', null]]],
    ['a promise', () => Promise.resolve(7), [['value', 7]]],
    ['a thenable', () => ({ then: (done: (value: number) => void) => done(7) }), [['value', 7]]],
    ['what is thrown', () => raise('thrown'), [['thrown', 'thrown']]],
    ['undefined that is thrown', () => raise(undefined), [['thrown', undefined]]],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what stores really do
    ['a rejection', () => Promise.reject('no'), [['thrown', 'no']]],
    ['a thenable that throws', () => ({ then: () => raise('in then') }), [['thrown', 'in then']]],
    [
      'a thenable that settles twice',
      () => ({
        then: (done: (value: number) => void, fail: (thrown: unknown) => void) => {
          done(1);
          fail('no');
          done(2);
        },
      }),
      [['value', 1]],
    ],
  ])('says once what became of %s', async (_what, task, ended) => {
    expect(await follow(task, 20, 40)).toEqual(ended);
  });

  it('says at once what is there at once', () => {
    expect(runWithTimeout(() => 7, 20)).toEqual({ kind: 'value', value: 7 });
    expect(runWithTimeout(() => raise('no'), 20)).toEqual({ kind: 'thrown', thrown: 'no' });
  });

  it('says that the task took too long, and later how it ended', async () => {
    expect(await follow(() => late(7), 5, 60)).toEqual([
      ['expired', undefined],
      ['late value', 7],
    ]);
    expect(await follow(() => late(1).then(() => raise('no')), 5, 60)).toEqual([
      ['expired', undefined],
      ['late thrown', 'no'],
    ]);
  });

  it('drops how a task ended late where no caller asks', async () => {
    for (const task of [() => late(7), () => late(1).then(() => raise('no'))]) {
      expect(await runWithTimeout(task, 1)).toMatchObject({ kind: 'expired' });
    }
    await pause(60);
  });

  it('lets the task see that its time is over', async () => {
    const seen: boolean[] = [];
    await runWithTimeout(async (deadline) => {
      seen.push(deadline.hasPassed);
      await pause(30);
      seen.push(deadline.hasPassed);
    }, 5);
    await pause(60);
    expect(seen).toEqual([false, true]);
  });

  it('runs a thenable once, which a query that runs at each "then" needs', async () => {
    let runs = 0;
    const query = {
      then: (done: (value: number) => void) => {
        runs += 1;
        setTimeout(done, 30, runs);
      },
    };
    expect(await follow(() => query as PromiseLike<number>, 5, 60)).toEqual([
      ['expired', undefined],
      ['late value', 1],
    ]);
    expect(runs).toBe(1);
  });

  it('says no more than that of a task that never ends', async () => {
    expect(await follow(() => new Promise(() => undefined), 5, 30)).toEqual([['expired', undefined]]);
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
