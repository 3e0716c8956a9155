import { defineProvider, discord, github } from 'hooklatch';
import { generateKeyPairSync } from 'node:crypto';
import { makeSecretCache } from '../../src/core/secret-cache';
import { isDummy } from '../../src/core/secrets';
import { DEFINITION } from '../helpers/custom';
import { SECRET } from '../helpers/http';

describe('makeSecretCache()', () => {
  it('prepares a value once, whatever id and times come with it', () => {
    const readSecret = jest.fn((text: string) => text);
    const { prepare } = makeSecretCache(defineProvider({ ...DEFINITION, readSecret }), jest.fn());
    readSecret.mockClear();
    const createdAt = new Date(5);
    const [one] = prepare(SECRET);
    const [two] = prepare([{ id: 'b', value: SECRET, createdAt, notBefore: createdAt, notAfter: createdAt }]);
    expect(readSecret.mock.calls).toEqual([[SECRET]]);
    expect(one).toMatchObject({ id: 'default', notBefore: -Infinity, notAfter: Infinity, createdAt: NaN });
    expect(two).toMatchObject({ id: 'b', notBefore: 5, notAfter: 5, createdAt: 5 });
    expect(two!.check).toBe(one!.check);
  });

  it('keeps the last thousand values, however often none is found', () => {
    const readSecret = jest.fn((text: string) => text);
    const makeDummySecret = jest.fn(() => 'dummy');
    const cache = makeSecretCache(defineProvider({ ...DEFINITION, readSecret, makeDummySecret }), jest.fn());
    makeDummySecret.mockClear();
    for (let index = 0; index < 1001; index += 1) {
      cache.prepare(`secret-${index}`);
      expect(cache.prepare(cache.standIn('x')).map(isDummy)).toEqual([true]);
    }
    readSecret.mockClear();
    cache.prepare('secret-1');
    expect(readSecret).not.toHaveBeenCalled();
    cache.prepare('secret-0');
    expect(readSecret.mock.calls).toEqual([['secret-0']]);
    expect(makeDummySecret).not.toHaveBeenCalled();
  });

  it('makes no key for a tenant that it knows, of schemes that are data too', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex');
    const { prepare } = makeSecretCache(discord, jest.fn());
    expect(prepare(raw)[0]!.check).toBe(prepare(raw)[0]!.check);
  });

  it('warns as it does at start-up, and throws for what is no secret', () => {
    const warn = jest.fn();
    const { prepare } = makeSecretCache(github, warn);
    prepare('short');
    prepare('short');
    expect(warn).toHaveBeenCalledTimes(1);
    expect(() => prepare('')).toThrow('not blank');
    expect(() => prepare([])).toThrow('at least one');
  });
});
