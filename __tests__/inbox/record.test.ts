import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { InboxAttempt } from 'hooklatch/inbox';
import { recordAttempt } from '../../src/inbox/record';
import { warnings } from '../helpers/http';

const ATTEMPT: InboxAttempt = {
  time: '2026-01-01T00:00:00.000Z',
  route: 'r',
  provider: 'github',
  event: `a\u001b[2Jb${'x'.repeat(999)}`,
  id: null,
  delivery: '1',
  attempt: 1,
  outcome: 'retry',
  code: 'ERR_WEBHOOK_HANDLER',
  waitedMs: 1,
  durationMs: 2,
  nextAttemptAt: null,
};

describe('recordAttempt()', () => {
  it('tells the option and the channel, with texts from outside cut and escaped', () => {
    const told: unknown[] = [];
    const listener = (message: unknown): void => void told.push(message);
    subscribe('hooklatch:attempt', listener);
    const cause = new Error('x');
    recordAttempt(ATTEMPT, cause, (attempt, thrown) => told.push({ attempt, cause: thrown }));
    unsubscribe('hooklatch:attempt', listener);
    expect(told[0]).toEqual(told[1]);
    const { attempt } = told[0] as { attempt: InboxAttempt };
    expect(attempt.event).toMatch(/^a\\x1b\[2Jb|^a\\u001b\[2Jb/);
    expect(attempt.event!.length).toBeLessThan(270);
  });

  it('is not harmed by an option that throws or rejects, and warns once', async () => {
    recordAttempt(ATTEMPT, undefined, () => {
      throw new Error('x');
    });
    recordAttempt(ATTEMPT, undefined, () => Promise.reject(new Error('x')));
    await Promise.resolve();
    expect(warnings.filter((text) => text.includes('onAttempt'))).toHaveLength(1);
  });

  it('prints what a handler has thrown where no option listens', () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'production';
    const cause = new Error('x');
    recordAttempt(ATTEMPT, cause, undefined);
    recordAttempt(ATTEMPT, undefined, undefined);
    process.env.NODE_ENV = NODE_ENV;
    expect(error.mock.calls).toEqual([[cause]]);
    recordAttempt(ATTEMPT, cause, undefined);
    expect(error.mock.calls).toHaveLength(1);
  });
});
