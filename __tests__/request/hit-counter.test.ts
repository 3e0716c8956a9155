import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Request } from 'express';
import { makeHitCounter, type ReadableStore } from '../../src/request/hit-counter';
import { fakeTimeouts } from '../helpers/http';

const makeRequest = (): Request => new IncomingMessage(new Socket()) as Request;

const SHARE = { key: 'a', limit: 5 };

const counterWith = (store: { get?: () => unknown; increment?: () => unknown }) =>
  makeHitCounter(store as unknown as ReadableStore, 'rate');

describe('makeHitCounter()', () => {
  it.each([
    [undefined, 0],
    [{ totalHits: 3 }, 3],
    [Promise.resolve({ totalHits: 0 }), 0],
    // As rate-limit-redis answers for a key that is not there.
    [{ totalHits: NaN, resetTime: new Date(NaN) }, 0],
  ])('reads what a store has of a key: %p', async (info, hits) => {
    expect(await counterWith({ get: () => info }).count('a')).toBe(hits);
  });

  it.each([[{}], [{ totalHits: '3' }], [{ totalHits: null }], [{ totalHits: -1 }], [{ totalHits: {} }]])(
    'takes %p for no number of hits, which would switch the limit off',
    async (info) => {
      await expect(counterWith({ get: () => info }).count('a')).rejects.toThrow('for the number of hits');
      await expect(counterWith({ increment: () => info }).hit(makeRequest(), SHARE)).rejects.toThrow(
        TypeError,
      );
    },
  );

  it.each([[{ totalHits: NaN }], [undefined]])('counts nothing where a hit gives %p', async (info) => {
    await expect(counterWith({ increment: () => info }).hit(makeRequest(), SHARE)).rejects.toThrow(Error);
  });

  it('leaves to the handlers what it has counted', async () => {
    const req = makeRequest();
    const resetTime = new Date();
    expect(await counterWith({ increment: () => ({ totalHits: 7, resetTime }) }).hit(req, SHARE)).toBe(7);
    expect(req).toMatchObject({ rate: { ...SHARE, used: 7, remaining: 0, resetTime } });
  });

  it.each<[string, () => unknown, string]>([
    ['throws an error', () => raise(new Error('down')), 'down'],
    ['throws something else', () => raise('down'), "'down'"],
    ['rejects', () => Promise.reject(new Error('down')), 'down'],
  ])('rejects with an error where the store %s', async (_how, get, message) => {
    await expect(counterWith({ get }).count('a')).rejects.toEqual(new Error(message));
  });

  it('rejects after 800 ms where the store hangs', async () => {
    fakeTimeouts();
    const counted = counterWith({ get: () => new Promise(() => undefined) })
      .count('a')
      .catch(String);
    jest.advanceTimersByTime(800);
    expect(await counted).toBe('Error: it did not answer in time');
  });
});

function raise(thrown: unknown): never {
  throw thrown;
}
