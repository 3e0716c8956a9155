import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KeyObject } from 'node:crypto';
import { fetchPem, makeCertificates, type FetchCertificate } from '../../src/keys/certificate-keys';
import { certify } from '../helpers/certificate';
import { fakeTimeouts, pause } from '../helpers/http';

const { certificate } = certify('rsa');
/** Finds the keys of certificates. */
function keysOf(fetch: FetchCertificate, timeoutMs: number) {
  const { find } = makeCertificates(fetch, timeoutMs);
  return async (url: string): Promise<KeyObject | undefined> => (await find(url))?.publicKey;
}
const UNAVAILABLE = { code: 'ERR_WEBHOOK_SECRET', status: 503 };

describe('makeCertificates()', () => {
  it('fetches a certificate once for all who ask at the same time, and for those who ask later', async () => {
    const fetched = jest.fn(async () => {
      await pause(20);
      return certificate;
    });
    const keyOf = keysOf(fetched, 1000);
    const keys = await Promise.all(Array.from({ length: 50 }, async () => keyOf('https://a')));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]!.asymmetricKeyType).toBe('rsa');
    expect(await keyOf('https://a')).toBe(keys[0]);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(await keyOf('https://b')).not.toBe(keys[0]);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('fetches it again after a day', async () => {
    const fetched = jest.fn(() => certificate);
    const keyOf = keysOf(fetched, 1000);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    await keyOf('https://a');
    clock.mockReturnValue(86_399_999);
    await keyOf('https://a');
    expect(fetched).toHaveBeenCalledTimes(1);
    clock.mockReturnValue(86_400_000);
    await keyOf('https://a');
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no route'))],
    [
      'throws',
      () => {
        throw new Error('no route');
      },
    ],
    ['answers with what is no certificate', () => 'not a certificate'],
  ])('is unavailable where the fetcher %s, and asks it again after ten seconds', async (_what, failure) => {
    const fetched = jest.fn<Promise<string> | string, []>(failure);
    const keyOf = keysOf(fetched, 1000);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const failed = { ...UNAVAILABLE, cause: expect.anything() as unknown };
    await expect(keyOf('https://a')).rejects.toMatchObject(failed);
    fetched.mockImplementation(() => certificate);
    clock.mockReturnValue(9_999);
    await expect(keyOf('https://a')).rejects.toMatchObject(failed);
    expect(fetched).toHaveBeenCalledTimes(1);
    clock.mockReturnValue(10_000);
    expect(await keyOf('https://a')).toBeDefined();
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('knows for a minute that there is none', async () => {
    const fetched = jest.fn<string | undefined, []>(() => undefined);
    const keyOf = keysOf(fetched, 1000);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    expect(await keyOf('https://a')).toBeUndefined();
    fetched.mockReturnValue(certificate);
    clock.mockReturnValue(59_999);
    expect(await keyOf('https://a')).toBeUndefined();
    expect(fetched).toHaveBeenCalledTimes(1);
    clock.mockReturnValue(60_000);
    expect(await keyOf('https://a')).toBeDefined();
  });

  it('remembers 256 failures and forgets the oldest', async () => {
    const fetched = jest.fn<undefined, [string]>(() => undefined);
    const keyOf = keysOf(fetched, 1000);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    for (let index = 0; index < 257; index += 1) {
      clock.mockReturnValue(index * 100);
      await keyOf(`https://${index}`);
    }
    await keyOf('https://256');
    await keyOf('https://1');
    expect(fetched).toHaveBeenCalledTimes(257);
    await keyOf('https://0');
    expect(fetched).toHaveBeenCalledTimes(258);
  });

  it('is unavailable when the deadline passes, and aborts', async () => {
    fakeTimeouts();
    const signals: AbortSignal[] = [];
    const keyOf = keysOf((_url, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    }, 4000);
    const key = keyOf('https://a');
    const shared = keyOf('https://a');
    jest.advanceTimersByTime(3999);
    expect(signals[0]!.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    await expect(key).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: new Error('the certificate did not arrive within 4000 ms'),
    });
    await expect(shared).rejects.toMatchObject(UNAVAILABLE);
    expect(signals).toHaveLength(1);
    expect(signals[0]!.aborted).toBe(true);
  });

  it('leaves no deadline behind', async () => {
    fakeTimeouts();
    await keysOf(() => certificate, 4000)('https://a');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('serves a newcomer where eight strangers hang, in place of the one that has run longest', async () => {
    const aborted: string[] = [];
    const keyOf = keysOf((url, signal) => {
      if (url === 'https://genuine') return certificate;
      signal.addEventListener('abort', () => aborted.push(url));
      return new Promise(() => undefined);
    }, 200);
    const strangers = Array.from({ length: 60 }, async (_none, index) => keyOf(`https://${index}`));
    const answers = Promise.allSettled(strangers);
    expect(await keyOf('https://genuine')).toBeDefined();
    expect(aborted).toEqual(Array.from({ length: 53 }, (_none, index) => `https://${index}`));
    for (const answer of await answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    }
  });

  it('asks again at once for what a newcomer has taken the place of', async () => {
    const keyOf = keysOf(() => new Promise(() => undefined), 50);
    const first = keyOf('https://0');
    const others = Array.from({ length: 8 }, async (_none, index) => keyOf(`https://${index + 1}`));
    const again = keyOf('https://0');
    const [one, ...rest] = await Promise.allSettled([first, again, ...others]);
    expect(one).toMatchObject({ reason: { cause: new Error('other certificates are being fetched') } });
    expect(rest.map((answer) => (answer as PromiseRejectedResult).reason as unknown)).toContainEqual(
      expect.objectContaining({ cause: new Error('the certificate did not arrive within 50 ms') }),
    );
  });

  it('starts no more than 64 fetches for strangers in a second, and always that of a known address', async () => {
    const fetched = jest.fn((url: string) => (url === 'https://known' ? certificate : undefined));
    const keyOf = keysOf(fetched, 1000);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    await keyOf('https://known');
    clock.mockReturnValue(86_400_000);
    for (let index = 0; index < 64; index += 1) await keyOf(`https://${index}`);
    await expect(keyOf('https://more')).rejects.toMatchObject(UNAVAILABLE);
    fetched.mockClear();
    expect(await keyOf('https://known')).toBeDefined();
    expect(fetched.mock.calls.map(([url]) => url)).toEqual(['https://known']);
    clock.mockReturnValue(86_401_000);
    expect(await keyOf('https://more')).toBeUndefined();
  });

  it('takes no place of strangers for the renewal of a known address, nor gives its own away', async () => {
    let renewal: (pem: string) => void = () => undefined;
    const fetched = jest.fn<Promise<string> | string, [string]>(() => certificate);
    const keyOf = keysOf(fetched, 100);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    await keyOf('https://known');
    clock.mockReturnValue(86_400_000);
    fetched.mockImplementation(
      (url) => new Promise((resolve) => (renewal = url === 'https://known' ? resolve : renewal)),
    );
    const renewed = keyOf('https://known');
    const strangers = Array.from({ length: 20 }, async (_none, index) => keyOf(`https://${index}`));
    renewal(certificate);
    expect(await renewed).toBeDefined();
    await Promise.allSettled(strangers);
  });

  it('keeps 64 and forgets the oldest', async () => {
    const fetched = jest.fn(() => certificate);
    const keyOf = keysOf(fetched, 1000);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    for (let index = 0; index < 65; index += 1) {
      clock.mockReturnValue(index * 100);
      await keyOf(`https://${index}`);
    }
    await keyOf('https://64');
    await keyOf('https://1');
    expect(fetched).toHaveBeenCalledTimes(65);
    await keyOf('https://0');
    expect(fetched).toHaveBeenCalledTimes(66);
  });
});

describe('fetchPem()', () => {
  const servers: (() => void)[] = [];
  afterEach(() => {
    for (const close of servers.splice(0)) close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.pem`;
  }
  const answer =
    (status: number, body: string, headers = {}): RequestListener =>
    (_req, res: ServerResponse) => {
      res.writeHead(status, headers).end(body);
    };
  const never = new AbortController().signal;

  it('answers with the text', async () => {
    expect(await fetchPem(await serve(answer(200, certificate)), never)).toBe(certificate);
  });

  it.each([403, 404, 410])('knows by %i that there is none', async (status) => {
    expect(await fetchPem(await serve(answer(status, certificate)), never)).toBeUndefined();
  });

  it.each([204, 400, 429, 500, 503])('fails for %i', async (status) => {
    await expect(fetchPem(await serve(answer(status, '')), never)).rejects.toThrow(`status ${status}`);
  });

  it('does not follow a redirect', async () => {
    const other = jest.fn(answer(200, certificate));
    const location = await serve(other);
    for (const status of [301, 302, 303, 307, 308]) {
      await expect(fetchPem(await serve(answer(status, '', { location })), never)).rejects.toThrow();
    }
    expect(other).not.toHaveBeenCalled();
  });

  it('does not read more than 64 KB', async () => {
    expect(await fetchPem(await serve(answer(200, 'x'.repeat(65_536))), never)).toHaveLength(65_536);
    await expect(fetchPem(await serve(answer(200, 'x'.repeat(65_537))), never)).rejects.toThrow('too large');
  });

  it('gives up when it is told to, before the head and before the end', async () => {
    for (const begin of [() => undefined, (res: ServerResponse) => res.writeHead(200).write('-----')]) {
      const controller = new AbortController();
      const url = await serve((_req, res) => void begin(res));
      setTimeout(() => controller.abort(), 50);
      await expect(fetchPem(url, controller.signal)).rejects.toThrow('aborted');
    }
  });

  it('fails where nobody listens', async () => {
    const url = await serve(answer(200, ''));
    for (const close of servers.splice(0)) close();
    await expect(fetchPem(url, never)).rejects.toThrow();
  });
});
