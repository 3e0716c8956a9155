import { beginSpan, describeActiveSpan, setAttemptTracer } from '../../src/inbox/attempt-span';
import { warnings } from '../helpers/http';

const ATTEMPT = { route: 'r', provider: 'p', attempt: 1, traceparent: undefined };

describe('the span of an attempt', () => {
  it('is none without a tracer, and the handler runs all the same', () => {
    expect(describeActiveSpan()).toBeUndefined();
    const span = beginSpan(ATTEMPT);
    expect(span.run(() => 'handled')).toBe('handled');
    span.end('done', null);
  });

  it('is of the tracer that was set last, and what takes an earlier one away leaves it', () => {
    const begin = (name: string) => () => ({
      run: <T>(task: () => T) => [name, task()] as T,
      end: jest.fn(),
    });
    const first = setAttemptTracer({ describeActive: () => 'first', begin: begin('first') });
    const second = setAttemptTracer({ describeActive: () => 'second', begin: begin('second') });
    first();
    expect(describeActiveSpan()).toBe('second');
    expect(beginSpan(ATTEMPT).run(() => 1)).toEqual(['second', 1]);
    second();
    expect(describeActiveSpan()).toBeUndefined();
  });

  it('lets through what a handler throws, and nothing of a tracer', () => {
    const end = (): never => {
      throw new Error('of the span');
    };
    const stop = setAttemptTracer({ describeActive: end, begin: () => ({ run: (task) => task(), end }) });
    const span = beginSpan(ATTEMPT);
    const handle = (): never => {
      throw new Error('of the handler');
    };
    expect(() => span.run(handle)).toThrow('of the handler');
    expect(() => span.end('failed', 'ERR_WEBHOOK_HANDLER')).not.toThrow();
    expect(describeActiveSpan()).toBeUndefined();
    stop();
    expect(warnings).toEqual([expect.stringContaining('instrumentHooklatch(): the tracer threw')]);
  });
});
