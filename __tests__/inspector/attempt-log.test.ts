import { channel } from 'node:diagnostics_channel';
import { watchAttempts } from '../../src/inspector/attempt-log';

const attempts = channel('hooklatch:attempt');
const tell = (delivery: string, cause?: unknown): void =>
  attempts.publish({ attempt: { route: 'r', delivery, outcome: 'retry' }, cause });

describe('watchAttempts()', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('keeps what a handler threw, and tells of many at once', () => {
    const onChange = jest.fn();
    const log = watchAttempts(onChange);
    tell('1', new TypeError('no'));
    tell('1', 'thrown as text');
    tell('2');
    expect(log.ofDelivery('r', '1').map(({ thrown }) => thrown)).toEqual(['no', "'thrown as text'"]);
    expect(log.ofDelivery('r', '2')).toMatchObject([{ thrown: null }]);
    expect(log.ofDelivery('other', '1')).toEqual([]);
    expect(onChange).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1000);
    expect(onChange).toHaveBeenCalledTimes(1);
    tell('3');
    jest.advanceTimersByTime(1000);
    expect(onChange).toHaveBeenCalledTimes(2);
    log.stop();
  });

  it('is bounded, and hears nothing when it was stopped', () => {
    const onChange = jest.fn();
    const log = watchAttempts(onChange);
    for (let count = 0; count < 5001; count += 1) tell(String(count));
    expect(log.ofDelivery('r', '0')).toEqual([]);
    expect(log.ofDelivery('r', '1')).toHaveLength(1);
    log.stop();
    tell('late');
    jest.advanceTimersByTime(1000);
    expect(log.ofDelivery('r', 'late')).toEqual([]);
    expect(onChange).not.toHaveBeenCalled();
  });
});
