import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchKeySet, makeKeySet, makeSingleKeys } from '../../src/keys/key-set';
import { pause } from '../helpers/http';

const ADDRESS = 'https://keys.example.org/jwks';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const UNAVAILABLE = { code: 'ERR_WEBHOOK_SECRET', status: 503 };

const pairs = [0, 1].map(() => generateKeyPairSync('ed25519'));
const jwk = (kid: string, { publicKey }: { readonly publicKey: KeyObject } = pairs[0]!): object => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
});
const setOf = (...ids: readonly string[]): string => JSON.stringify({ keys: ids.map((kid) => jwk(kid)) });
const clockAt = (now: number): jest.SpyInstance => jest.spyOn(performance, 'now').mockReturnValue(now);

afterEach(() => jest.restoreAllMocks());

describe('makeKeySet()', () => {
  it('fetches a set once for a thousand deliveries that wait for it', async () => {
    const fetched = jest.fn(async () => {
      await pause(20);
      return setOf('a', 'b');
    });
    const keys = makeKeySet(fetched);
    const found = await Promise.all(
      Array.from({ length: 1000 }, async (_none, index) => keys.find(ADDRESS, index % 2 === 0 ? 'a' : 'b')),
    );
    expect(found.every((key) => key?.asymmetricKeyType === 'ed25519')).toBe(true);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it('looks once a minute for a thousand unknown ids a second', async () => {
    const fetched = jest.fn(() => setOf('a'));
    const keys = makeKeySet(fetched);
    clockAt(0);
    expect(await keys.find(ADDRESS, 'a')).toBeDefined();
    for (let second = 0; second < 180; second += 1) {
      clockAt(second * 1000);
      const ids = Array.from({ length: 1000 }, (_none, index) => `made-up-${second}-${index}`);
      const found = await Promise.all(ids.map(async (id) => keys.find(ADDRESS, id)));
      expect(found.every((key) => key === undefined)).toBe(true);
    }
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  it('looks no oftener while the server fails, and takes the keys that it knows', async () => {
    const fetched = jest.fn(() => setOf('a'));
    const keys = makeKeySet(fetched);
    clockAt(0);
    await keys.find(ADDRESS, 'a');
    fetched.mockImplementation(() => {
      throw new Error('no route');
    });
    for (let second = 0; second < 180; second += 1) {
      clockAt(second * 1000);
      expect(await keys.find(ADDRESS, `made-up-${second}`)).toBeUndefined();
      expect(await keys.find(ADDRESS, 'a')).toBeDefined();
    }
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  it('takes a new key in mid-traffic, and loses none while the sender changes from one to the other', async () => {
    let text = setOf('old');
    const fetched = jest.fn(() => text);
    const keys = makeKeySet(fetched);
    clockAt(0);
    await keys.find(ADDRESS, 'old');
    text = setOf('old', 'new');
    clockAt(MINUTE);
    const found = await Promise.all(
      Array.from({ length: 100 }, async (_none, index) =>
        keys.find(ADDRESS, index % 2 === 0 ? 'old' : 'new'),
      ),
    );
    expect(found.every((key) => key !== undefined)).toBe(true);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('drops after an hour a key that the sender has withdrawn', async () => {
    const fetched = jest.fn(() => setOf('old', 'new'));
    const keys = makeKeySet(fetched);
    clockAt(0);
    await keys.find(ADDRESS, 'old');
    fetched.mockReturnValue(setOf('new'));
    clockAt(HOUR - 1);
    expect(await keys.find(ADDRESS, 'old')).toBeDefined();
    clockAt(HOUR);
    expect(await keys.find(ADDRESS, 'old')).toBeUndefined();
  });

  it('serves stale keys for a day while a fetch fails, trying once a minute, and then no longer', async () => {
    const fetched = jest.fn(() => setOf('a'));
    const keys = makeKeySet(fetched);
    clockAt(0);
    await keys.find(ADDRESS, 'a');
    fetched.mockImplementation(() => {
      throw new Error('no route');
    });
    clockAt(HOUR);
    expect(await keys.find(ADDRESS, 'a')).toBeDefined();
    expect(await keys.find(ADDRESS, 'a')).toBeDefined();
    expect(fetched).toHaveBeenCalledTimes(2);
    clockAt(25 * HOUR - 1);
    expect(await keys.find(ADDRESS, 'a')).toBeDefined();
    expect(await keys.find(ADDRESS, 'unknown')).toBeUndefined();
    clockAt(25 * HOUR + MINUTE);
    await expect(keys.find(ADDRESS, 'a')).rejects.toMatchObject(UNAVAILABLE);
  });

  it.each([
    ['a page', '<html>'],
    ['no list', '{"keys":{}}'],
    ['an empty set', '{"keys":[]}'],
    ['a hundred and one keys', JSON.stringify({ keys: Array.from({ length: 101 }, () => jwk('a')) })],
    [
      'private keys',
      JSON.stringify({ keys: [{ ...pairs[0]!.privateKey.export({ format: 'jwk' }), kid: 'a' }] }),
    ],
    ['shared secrets', '{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a"}]}'],
    ['keys to encrypt with', JSON.stringify({ keys: [{ ...jwk('a'), use: 'enc' }] })],
    ['no keys at all', '{"keys":[null,1,"a",[]]}'],
  ])('is unavailable where the server lies with %s, and keeps the set that it had', async (_what, lie) => {
    const fetched = jest.fn(() => lie);
    await expect(makeKeySet(fetched).find(ADDRESS, 'a')).rejects.toMatchObject(UNAVAILABLE);
    const keys = makeKeySet(fetched);
    fetched.mockReturnValueOnce(setOf('a'));
    clockAt(0);
    await keys.find(ADDRESS, 'a');
    clockAt(HOUR);
    expect(await keys.find(ADDRESS, 'a')).toBeDefined();
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  it('is unavailable where the server hangs, by its own deadline', async () => {
    const keys = makeKeySet(() => new Promise<string>(() => undefined), 30);
    await expect(keys.find(ADDRESS, 'a')).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: new Error('the key set did not arrive within 30 ms'),
    });
  });

  it('knows no key where a fetcher of your own answers with nothing', async () => {
    const keys = makeKeySet(() => undefined as unknown as string);
    expect(await keys.find(ADDRESS, 'a')).toBeUndefined();
    expect(await keys.list(ADDRESS)).toEqual([]);
  });

  it('lists all keys, those without an id too', async () => {
    const bare = pairs[0]!.publicKey.export({ format: 'jwk' });
    const text = JSON.stringify({ keys: [bare, jwk('b', pairs[1]), { kty: 'RSA' }] });
    expect(await makeKeySet(() => text).list(ADDRESS)).toHaveLength(2);
  });
});

describe('makeSingleKeys()', () => {
  const text = JSON.stringify(jwk('a'));

  it('asks for one unknown id a minute, however many are made up, and always for one that it knows', async () => {
    const fetched = jest.fn((id: string) => (id === 'a' ? text : undefined));
    const find = makeSingleKeys(fetched);
    clockAt(0);
    expect(await find('a', 'secret')).toBeDefined();
    expect(fetched).toHaveBeenCalledWith('a', expect.anything(), 'secret');
    for (let second = 0; second < 120; second += 1) {
      clockAt(second * 1000);
      const ids = Array.from({ length: 1000 }, (_none, index) => `made-up-${second}-${index}`);
      await Promise.allSettled(ids.map(async (id) => find(id, 'secret')));
      expect(await find('a', 'secret')).toBeDefined();
    }
    expect(fetched).toHaveBeenCalledTimes(2);
    clockAt(24 * HOUR);
    expect(await find('a', 'secret')).toBeDefined();
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  it('answers 503 to an id that it must not ask for yet, because the key may be there', async () => {
    const find = makeSingleKeys(() => text);
    clockAt(0);
    await find('a', '');
    await expect(find('b', '')).rejects.toMatchObject(UNAVAILABLE);
    clockAt(MINUTE);
    expect(await find('b', '')).toBeDefined();
  });

  it('takes back a key that the sender has no more', async () => {
    const fetched = jest.fn<string | undefined, []>(() => text);
    const find = makeSingleKeys(fetched);
    clockAt(0);
    await find('a', '');
    fetched.mockReturnValue(undefined);
    clockAt(24 * HOUR);
    expect(await find('a', '')).toBeUndefined();
  });
});

describe('fetchKeySet()', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });
  const never = new AbortController().signal;

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('answers with the text', async () => {
    expect(await fetchKeySet(await serve((_req, res) => res.end(setOf('ä'))), never)).toBe(setOf('ä'));
  });

  it('follows no redirect to another server', async () => {
    const other = jest.fn((...[, res]: Parameters<RequestListener>) => res.end(setOf('forged')));
    const location = await serve(other);
    const address = await serve((_req, res) => res.writeHead(302, { location }).end());
    await expect(fetchKeySet(address, never)).rejects.toThrow();
    expect(other).not.toHaveBeenCalled();
  });

  it.each([403, 404, 410])('takes %i for a fault of the server', async (status) => {
    const address = await serve((_req, res) => res.writeHead(status).end());
    await expect(fetchKeySet(address, never)).rejects.toThrow('the host says that there is no key set');
  });

  it('does not read a set of more than 256 KB to its end', async () => {
    let sent = 0;
    const address = await serve((_req, res) => {
      const write = (): void => {
        while (res.write(Buffer.alloc(65_536, 32))) sent += 65_536;
        sent += 65_536;
      };
      res.on('drain', write);
      write();
    });
    await expect(fetchKeySet(address, never)).rejects.toThrow('the key set is too large');
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('gives up on a server that sends a byte a while, when it is told to', async () => {
    const controller = new AbortController();
    const address = await serve((_req, res) => {
      const timer = setInterval(() => res.write(' '), 10);
      res.on('close', () => clearInterval(timer));
    });
    setTimeout(() => controller.abort(), 60);
    await expect(fetchKeySet(address, controller.signal)).rejects.toThrow('aborted');
  });
});
