import { backOff, makeRetryPolicy } from '../../src/inbox/retry';
import { typeErrorOf } from '../helpers/type-error';

describe('backOff()', () => {
  const policy = makeRetryPolicy('x');

  it('doubles from five seconds to an hour, less up to a quarter', () => {
    const whole = Array.from({ length: 12 }, (_, index) => backOff(policy, index + 1, 0) / 1000);
    expect(whole).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    expect(backOff(policy, 1, 1)).toBe(3750);
    for (let n = 0; n < 100; n += 1) {
      expect(backOff(policy, 1)).toBeGreaterThanOrEqual(3750);
      expect(backOff(policy, 1)).toBeLessThanOrEqual(5000);
    }
  });

  it('takes about five hours for fifteen attempts', () => {
    const total = Array.from({ length: 14 }, (_, index) => backOff(policy, index + 1, 0.5)).reduce(
      (a, b) => a + b,
    );
    expect(total / 3_600_000).toBeGreaterThan(4);
    expect(total / 3_600_000).toBeLessThan(6);
  });
});

describe('makeRetryPolicy()', () => {
  it.each([
    [{ attempts: 0 }, /option "retry": option "attempts" must be/],
    [{ tries: 3 }, /unknown option "tries"; the options are attempts, firstMs, maxMs, delayMs/],
  ])('refuses %j', (options, message) => {
    expect(typeErrorOf(() => makeRetryPolicy('sqliteInbox()', options as object))).toMatch(message);
  });
});
