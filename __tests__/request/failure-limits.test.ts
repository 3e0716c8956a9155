import { WebhookError } from 'hooklatch';
import {
  countFailure,
  authenticateWithinLimits,
  refuseGuess,
  type FailureLimit,
} from '../../src/request/failure-limits';

const CODE = 'ERR_WEBHOOK_SIGNATURE';
const REFUSAL = new WebhookError('ERR_WEBHOOK_RATE', 429);

/** A limit that lets all pass, and notes what it is asked. */
function limitWith(answers: Partial<FailureLimit> = {}) {
  const seen: string[] = [];
  const limit: FailureLimit = {
    refuseGuess: () => undefined,
    enter: async () => {
      seen.push('enter');
      return () => seen.push('end');
    },
    count: async () => {
      seen.push('count');
      return undefined;
    },
    ...answers,
  };
  return { limit, seen };
}

describe('authenticateWithinLimits()', () => {
  it.each([
    ['no limit', { limits: [], report: false }],
    ['the mode "report"', { limits: [limitWith().limit], report: true }],
  ])('is the judgement itself with %s, at once', (_what, limited) => {
    expect(authenticateWithinLimits(limited, true, () => CODE)).toBe(CODE);
    expect(authenticateWithinLimits(limited, false, () => true as const)).toBe(true);
  });

  it('counts a failure before the turn ends, so that no other try comes between', async () => {
    const { limit, seen } = limitWith();
    const judge = () => {
      seen.push('judge');
      return CODE as typeof CODE;
    };
    expect(await authenticateWithinLimits({ limits: [limit], report: false }, true, judge)).toBe(CODE);
    expect(seen).toEqual(['enter', 'judge', 'count', 'end']);
  });

  it('judges what cannot be guessed without a turn, and counts its failure', async () => {
    const { limit, seen } = limitWith();
    expect(await authenticateWithinLimits({ limits: [limit], report: false }, false, () => CODE)).toBe(CODE);
    expect(
      await authenticateWithinLimits({ limits: [limit], report: false }, false, () => true as const),
    ).toBe(true);
    expect(seen).toEqual(['count']);
  });

  it.each([
    ['a limit refuses', limitWith({ enter: async () => REFUSAL }).limit],
    ['a limit was passed before', limitWith({ count: async () => REFUSAL }).limit],
  ])('ends every turn where %s', async (_what, other) => {
    const { limit, seen } = limitWith();
    const limits = [limit, other];
    expect(await authenticateWithinLimits({ limits, report: false }, true, () => CODE)).toBe(REFUSAL);
    expect(seen.at(-1)).toBe('end');
  });

  it('ends the turn where the judgement throws', async () => {
    const { limit, seen } = limitWith();
    const judge = (): never => {
      throw new Error('no certificate');
    };
    await expect(authenticateWithinLimits({ limits: [limit], report: false }, true, judge)).rejects.toThrow(
      'no cert',
    );
    expect(seen).toEqual(['enter', 'end']);
  });
});

describe('countFailure()', () => {
  it('counts by every limit, whichever refuses', async () => {
    const refusing = limitWith({ count: async () => REFUSAL });
    const other = limitWith();
    expect(await countFailure([refusing.limit, other.limit], CODE)).toBe(REFUSAL);
    expect(other.seen).toEqual(['count']);
    expect(await countFailure([other.limit], CODE)).toBe(CODE);
  });
});

describe('refuseGuess()', () => {
  it.each([
    [false, REFUSAL],
    [true, undefined],
  ])('refuses by any limit, and not in the mode "report" (%p)', (report, refusal) => {
    const limits = [limitWith().limit, limitWith({ refuseGuess: () => REFUSAL }).limit];
    expect(refuseGuess({ limits, report })).toBe(refusal);
    expect(refuseGuess({ limits: [limitWith().limit], report })).toBeUndefined();
  });
});
