import type { Store } from 'express-rate-limit';
import { fastcomments, type LimitRateOptions } from 'hooklatch';
import { RedisStore } from 'rate-limit-redis';
import { eventually, send, signed, startGuard, warnings } from '../helpers/http';
import { startRedis, type TestRedis } from '../helpers/rate-redis';

const BODY = '{}';
const GENUINE = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };
const FORGED = { ...GENUINE, body: '{"a":1}' };

const guardWith = (rateLimit: LimitRateOptions) =>
  startGuard({ provider: fastcomments, duplicates: false, rateLimit });

describe('limitRate() with rate-limit-redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const redisStore = (prefix: string): Store => new RedisStore({ sendCommand: redis.sendCommand, prefix });

  it('counts for all processes together', async () => {
    const one = await guardWith({ limit: 2, store: redisStore('together:') });
    const other = await guardWith({ limit: 2, store: redisStore('together:') });
    const statuses = [];
    for (const { port } of [one, other, one, other, one]) statuses.push((await send(port, FORGED)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await send(other.port, FORGED)).status).toBe(429);
    expect((await send(other.port, GENUINE)).status).toBe(200);
    expect(warnings).toEqual([]);
  });

  it('lets an address in again when its window is over', async () => {
    const { port } = await guardWith({ limit: 0, windowMs: 300, store: redisStore('window:') });
    expect((await send(port, FORGED)).status).toBe(401);
    expect((await send(port, FORGED)).status).toBe(429);
    const keys = async (): Promise<unknown[]> => redis.sendCommand('KEYS', 'window:*');
    let left = 1;
    await eventually(() => {
      void keys().then(({ length }) => (left = length));
      return left === 0;
    });
    expect((await send(port, FORGED)).status).toBe(401);
  });

  it('answers 503 within a second while Redis does not answer, and goes on when it does', async () => {
    const { port } = await guardWith({ limit: 5, store: redisStore('frozen:') });
    expect((await send(port, GENUINE)).status).toBe(200);
    redis.freeze(true);
    const before = performance.now();
    expect((await send(port, GENUINE)).status).toBe(503);
    expect(performance.now() - before).toBeLessThan(1000);
    redis.freeze(false);
    expect((await send(port, GENUINE)).status).toBe(200);
  });
});
