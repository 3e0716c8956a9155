import { checkRateOptions, isLimit } from '../../src/request/rate-options';
import { typeErrorOf } from '../helpers/type-error';

describe('isLimit()', () => {
  it.each([0, 0.5, 5, Infinity])('is %d', (value) => {
    expect(isLimit(value)).toBe(true);
  });

  it.each([[-1], [NaN], ['5'], [null], [undefined], [{}]])('is not %p', (value) => {
    expect(isLimit(value)).toBe(false);
  });
});

describe('checkRateOptions()', () => {
  it.each([0, 1, 10_000, Infinity, undefined])('takes the budget %p', (budget) => {
    expect(checkRateOptions({ budget }).budget).toBe(budget);
  });

  it.each([[-1], [NaN], ['many'], [null], [true]])('refuses the budget %p and says what it is', (budget) => {
    expect(typeErrorOf(() => checkRateOptions({ budget: budget as never }))).toMatch(
      /^option "rateLimit": option "budget" must be a number from 0, got /,
    );
  });
});
