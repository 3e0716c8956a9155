import type { Request, Response } from 'express';
import { asMiddleware, nameThrown, renewLeases, type StepResult } from '../../src/request/step';
import { makeRefusal } from '../../src/request/refuse';
import { beginState, type Lease, type RequestState } from '../../src/request/state';

const REQ: unknown = {};
const resWith = (writableEnded: boolean, statusCode: number): Response => {
  const res: unknown = { writableEnded, statusCode };
  return res as Response;
};

function makeState(): RequestState {
  const req = { headers: {}, method: 'POST', rawHeaders: [] } as unknown as Request;
  return beginState(req, { now: 0, provider: 'p', refusal: { status: 401 }, report: false });
}

function makeLease(): jest.Mocked<Lease> {
  const names = ['holds', 'follow', 'followAnswer', 'keep', 'settle', 'defer', 'onAnswered', 'whenSettled'];
  return Object.fromEntries(names.map((name) => [name, jest.fn()])) as unknown as jest.Mocked<Lease>;
}

/** Runs a step as a middleware; `next` is called in the same tick where the result is there at once. */
function run(step: () => StepResult | Promise<StepResult>) {
  const state = makeState();
  const lease = makeLease();
  state.leases.push(lease);
  const next = jest.fn();
  void asMiddleware(step, () => state)(REQ as Request, resWith(false, 200), next);
  return { next, lease };
}

const refusal = makeRefusal({ refusal: { status: 401 } }, 'ERR_WEBHOOK_HEADER');
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('asMiddleware()', () => {
  it('has the name of its step', () => {
    const middleware = asMiddleware(function checkSomething() {
      return undefined;
    });
    expect(middleware.name).toBe('checkSomethingMiddleware');
  });

  it.each([
    ['goes on', undefined],
    ['hands on a refusal', refusal],
  ])('%s in the same tick where the result is there, and renews what is held', (_what, result) => {
    const { next, lease } = run(() => result);
    expect(next.mock.calls).toEqual([[result]]);
    expect(lease.keep).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['goes on', undefined],
    ['hands on a refusal', refusal],
  ])('%s once a promise is settled', async (_what, result) => {
    const { next } = run(() => Promise.resolve(result));
    expect(next).not.toHaveBeenCalled();
    await settled();
    expect(next.mock.calls).toEqual([[result]]);
  });

  it('does not go on where the step has answered', async () => {
    const calls = [run(() => 'answered'), run(() => Promise.resolve('answered' as const))];
    await settled();
    for (const { next } of calls) expect(next).not.toHaveBeenCalled();
  });

  it.each([new Error('of an option'), 'text', undefined, null])(
    'hands on what the step throws, and never nothing: %p',
    async (thrown) => {
      const raise = (): never => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- options of users throw anything
        throw thrown;
      };
      const calls = [run(raise), run(async () => raise())];
      await settled();
      for (const { next } of calls) expect(next.mock.calls).toEqual([[thrown ?? expect.any(Error)]]);
    },
  );

  it('leaves an error of a later handler to its caller', () => {
    const next = (): never => {
      throw new Error('of a handler');
    };
    const middleware = asMiddleware(() => undefined, makeState);
    expect(() => middleware(REQ as Request, resWith(false, 200), next)).toThrow('of a handler');
  });
});

describe('nameThrown()', () => {
  it('makes an error of nothing alone', () => {
    expect([nameThrown(0), nameThrown(''), nameThrown(false)]).toEqual([0, '', false]);
    for (const nothing of [undefined, null])
      expect(nameThrown(nothing)).toEqual(new Error('undefined was thrown'));
  });
});

describe('renewLeases()', () => {
  it('settles a lease by the answer that is there already', () => {
    const state = makeState();
    const lease = makeLease();
    state.leases.push(lease);
    state.watchEnd = jest.fn();
    renewLeases(state, resWith(false, 200));
    expect(lease.onAnswered).not.toHaveBeenCalled();
    renewLeases(state, resWith(true, 503));
    expect(lease.onAnswered.mock.calls).toEqual([[503]]);
    expect(lease.keep.mock.calls).toEqual([[state.watchEnd], [state.watchEnd]]);
  });
});
