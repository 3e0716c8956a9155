import { InFlight } from '../../src/request/in-flight';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('InFlight', () => {
  it('is drained at once where nothing is in flight, and lets nothing in from then on', async () => {
    const inFlight = new InFlight();
    await inFlight.drain();
    expect(inFlight.begin()).toBe(false);
  });

  it('is drained for all who wait when the last delivery has ended', async () => {
    const inFlight = new InFlight();
    expect([inFlight.begin(), inFlight.begin()]).toEqual([true, true]);
    const drained = jest.fn();
    for (const drain of [inFlight.drain(), inFlight.drain()]) void drain.then(drained);
    inFlight.end();
    await settled();
    expect(drained).not.toHaveBeenCalled();
    inFlight.end();
    await settled();
    expect(drained).toHaveBeenCalledTimes(2);
  });
});
