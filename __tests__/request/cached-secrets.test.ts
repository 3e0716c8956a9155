import type { Request } from 'express';
import { cachedSecrets, type CachedSecretsOptions, type SecretLookup } from 'hooklatch';
import { NOW, SECRET } from '../helpers/http';

const delivery = { method: 'POST', url: '/hooks/a', headers: {} };
const requestOf = (tenant: string): Request => ({ params: { tenant } }) as unknown as Request;

const byTenant: CachedSecretsOptions = { key: (_delivery, req) => String(req.params.tenant) };

/** A look-up of which the calls are counted. */
function countedLookup(
  options: Partial<CachedSecretsOptions> = {},
  answer = (tenant: string): unknown => tenant,
) {
  const lookUp = jest.fn((_delivery, req: Request) => {
    const tenant = String(req.params.tenant);
    return answer(tenant) as ReturnType<SecretLookup>;
  });
  const cached = cachedSecrets(lookUp, { ...byTenant, ...options });
  return { lookUp, find: async (tenant: string) => cached(delivery, requestOf(tenant)) };
}

const found = (tenant: string): unknown => ({ secrets: SECRET, scope: tenant });

beforeEach(() => jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate'] }));
afterEach(() => jest.useRealTimers());

describe('cachedSecrets()', () => {
  it('asks once for a tenant, and again when the answer is too old', async () => {
    const { lookUp, find } = countedLookup({ ttlMs: 1000 }, found);
    expect(await find('a')).toEqual({ secrets: SECRET, scope: 'a' });
    expect(await find('b')).toEqual({ secrets: SECRET, scope: 'b' });
    jest.advanceTimersByTime(999);
    expect(await find('a')).toEqual({ secrets: SECRET, scope: 'a' });
    expect(lookUp).toHaveBeenCalledTimes(2);
    jest.advanceTimersByTime(1);
    await find('a');
    expect(lookUp).toHaveBeenCalledTimes(3);
  });

  it('answers at once from what it remembers', async () => {
    const { find } = countedLookup({}, found);
    await find('a');
    const cached = cachedSecrets(() => ({ secrets: SECRET, scope: 'a' }), byTenant);
    await cached(delivery, requestOf('a'));
    expect(cached(delivery, requestOf('a'))).toEqual({ secrets: SECRET, scope: 'a' });
  });

  it('asks once for deliveries that come together', async () => {
    const { lookUp, find } = countedLookup({}, async (tenant) => Promise.resolve(found(tenant)));
    const answers = await Promise.all(Array.from({ length: 50 }, () => find('a')));
    expect(lookUp).toHaveBeenCalledTimes(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('remembers no failure, neither thrown nor rejected', async () => {
    let failures = 2;
    const { lookUp, find } = countedLookup({}, (tenant) => {
      failures -= 1;
      if (failures === 1) throw new Error('the database is away');
      return failures === 0 ? Promise.reject(new Error('still away')) : found(tenant);
    });
    await expect(find('a')).rejects.toThrow('the database is away');
    await expect(find('a')).rejects.toThrow('still away');
    expect(await find('a')).toEqual({ secrets: SECRET, scope: 'a' });
    expect(lookUp).toHaveBeenCalledTimes(3);
  });

  it.each([[undefined], [null], [[]], [{ secrets: [], scope: 'a' }]])(
    'remembers for a short time only that nothing was found: %j',
    async (nothing) => {
      const { lookUp, find } = countedLookup({}, () => nothing);
      await find('a');
      jest.advanceTimersByTime(4999);
      expect(await find('a')).toEqual(nothing);
      expect(lookUp).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(1);
      await find('a');
      expect(lookUp).toHaveBeenCalledTimes(2);
    },
  );

  it('forgets the oldest first, and no tenant for names that a stranger makes up', async () => {
    const { lookUp, find } = countedLookup({ max: 2 }, (tenant) =>
      tenant.length === 1 ? found(tenant) : undefined,
    );
    await find('a');
    await find('b');
    for (let index = 0; index < 100; index += 1) await find(`made up ${index}`);
    lookUp.mockClear();
    await find('a');
    await find('b');
    expect(lookUp).not.toHaveBeenCalled();
    await find('c');
    await find('b');
    expect(lookUp).toHaveBeenCalledTimes(1);
    await find('a');
    expect(lookUp).toHaveBeenCalledTimes(2);
  });

  it('sees a tenant that was made meanwhile, and one that is gone', async () => {
    let isThere = false;
    const { find } = countedLookup({ ttlMs: 100, missingTtlMs: 100 }, (tenant) =>
      isThere ? found(tenant) : undefined,
    );
    expect(await find('a')).toBeUndefined();
    isThere = true;
    jest.advanceTimersByTime(100);
    expect(await find('a')).toEqual({ secrets: SECRET, scope: 'a' });
    isThere = false;
    jest.advanceTimersByTime(100);
    expect(await find('a')).toBeUndefined();
  });

  it('throws for wrong options, and for a key that is no string', async () => {
    const lookUp: SecretLookup = () => undefined;
    expect(() => cachedSecrets(lookUp, {} as CachedSecretsOptions)).toThrow('option "key" must be');
    expect(() => cachedSecrets(lookUp, { ...byTenant, ttlMs: 0 })).toThrow('option "ttlMs" must be');
    expect(() => cachedSecrets('a' as unknown as SecretLookup, byTenant)).toThrow('needs a look-up');
    const keyless = cachedSecrets(lookUp, { key: () => undefined as unknown as string });
    expect(() => keyless(delivery, requestOf('a'))).toThrow('"key" must return a string');
  });
});
