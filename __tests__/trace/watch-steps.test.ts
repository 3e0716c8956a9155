import type { Request, Response } from 'express';
import { makeRefusal } from '../../src/request/refuse';
import { beginState } from '../../src/request/state';
import type { Step } from '../../src/request/step';
import { watchSteps } from '../../src/trace/watch-steps';

const REQ: unknown = { headers: {}, method: 'POST', rawHeaders: [] };
const RES: unknown = {};
const req = REQ as Request;
const res = RES as Response;

/** The record of one step that ends so, by its name. */
async function watch(step: Step, status = 200) {
  const state = beginState(req, { now: 0, provider: 'p', refusal: { status: 401 }, report: false });
  const { steps, results } = watchSteps([step], state);
  let end: unknown;
  try {
    end = await steps[0]?.(state, req, res);
  } catch (thrown) {
    end = thrown;
  }
  return { end, record: results(status)[0] };
}

const refusal = makeRefusal({ refusal: { status: 401 } }, 'ERR_WEBHOOK_HEADER');

describe('watchSteps()', () => {
  it.each<[string, Step]>([
    ['returned', () => refusal],
    ['later', async () => Promise.resolve(refusal)],
    [
      'thrown',
      () => {
        throw refusal;
      },
    ],
    ['rejected', () => Promise.reject(refusal)],
  ])('records a refusal that is %s, and lets it pass', async (_how, checkSomething) => {
    const { end, record } = await watch(checkSomething);
    expect(end).toBe(refusal);
    expect(record).toMatchObject({ state: 'failed', code: 'ERR_WEBHOOK_HEADER' });
  });

  it('records a step that has answered, and one that lets the delivery go on', async () => {
    expect((await watch(() => 'answered')).record).toMatchObject({ state: 'answered', code: null });
    const { record } = await watch(function checkSomething() {
      return undefined;
    });
    expect(record).toMatchObject({ name: 'check-something', state: 'passed', code: null });
  });

  it('calls it a failure where the answer is one', async () => {
    const { record } = await watch(() => 'answered', 500);
    expect(record).toMatchObject({ state: 'failed', code: null });
    expect((await watch(() => 'answered', 404)).record).toMatchObject({ state: 'answered' });
    expect((await watch(() => undefined, 500)).record).toMatchObject({ state: 'passed' });
  });

  it('records one that waives a failure', async () => {
    const { record } = await watch((state) => {
      state.waived = 'ERR_WEBHOOK_TIMESTAMP';
      return undefined;
    });
    expect(record).toMatchObject({ state: 'waived', code: 'ERR_WEBHOOK_TIMESTAMP' });
  });
});
