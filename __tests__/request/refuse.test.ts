import type { IncomingMessage } from 'node:http';
import { WebhookError } from 'hooklatch';
import { makeRefusal, refuseCounted, refuseOrWaive, refuseWithoutWebhook } from '../../src/request/refuse';
import { beginState, type RequestState } from '../../src/request/state';
import { warnings } from '../helpers/http';

const CODE = 'ERR_WEBHOOK_SIGNATURE';

function makeState(report = false): RequestState {
  const req = { headers: {}, method: 'POST', rawHeaders: [] } as unknown as IncomingMessage;
  return beginState(req, { now: 0, provider: 'p', refusal: { status: 410 }, report });
}

describe('a refusal', () => {
  it('has the status that the provider wants, and the cause', () => {
    const cause = new Error('of a look-up');
    expect(makeRefusal(makeState(), CODE)).toMatchObject({ code: CODE, status: 410 });
    expect(makeRefusal(makeState(), 'ERR_WEBHOOK_SECRET', cause)).toMatchObject({ status: 503, cause });
  });

  it('names the step that found no webhook', () => {
    expect(refuseWithoutWebhook(makeState(), 'aStep()')).toMatchObject({ code: 'ERR_WEBHOOK_SETUP' });
    expect(warnings).toEqual([expect.stringContaining('aStep() found no verified webhook')]);
  });
});

describe('refuseOrWaive()', () => {
  it('refuses at once where nothing counts', () => {
    expect(refuseOrWaive(makeState(), CODE)).toMatchObject({ code: CODE });
  });

  it('waives in the mode "report", and counts nothing', () => {
    const state = makeState(true);
    const count = jest.fn();
    state.limits.push({ refuseGuess: () => undefined, enter: jest.fn(), count });
    expect([refuseOrWaive(state, CODE), state.waived, count.mock.calls]).toEqual([undefined, CODE, []]);
  });

  it.each([
    [undefined, CODE],
    [new WebhookError('ERR_WEBHOOK_RATE', 429), 'ERR_WEBHOOK_RATE'],
  ])('counts a failure first, which may be one too many', async (counted, code) => {
    const state = makeState();
    state.limits.push({ refuseGuess: () => undefined, enter: jest.fn(), count: async () => counted });
    expect(await refuseOrWaive(state, CODE)).toMatchObject({ code });
  });
});

describe('refuseCounted()', () => {
  it('waives no refusal by a limit', () => {
    const state = makeState(true);
    const refusal = new WebhookError('ERR_WEBHOOK_RATE', 429);
    expect([refuseCounted(state, refusal), state.waived]).toEqual([refusal, undefined]);
  });
});
