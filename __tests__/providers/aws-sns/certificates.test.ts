import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cachedCertificateKeys, fetchPem } from '../../../src/providers/aws-sns/certificates';
import { certify } from '../../helpers/certificate';
import { fakeTimeouts, pause } from '../../helpers/http';

const { certificate } = certify('rsa');
const UNAVAILABLE = { code: 'ERR_WEBHOOK_SECRET', status: 503 };

describe('cachedCertificateKeys()', () => {
  it('fetches a certificate once for all who ask at the same time, and for those who ask later', async () => {
    const fetched = jest.fn(async () => {
      await pause(20);
      return certificate;
    });
    const keyOf = cachedCertificateKeys(fetched, 1000);
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
    const keyOf = cachedCertificateKeys(fetched, 1000);
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
  ])('is unavailable where the fetcher %s, and asks it again', async (_what, failure) => {
    const fetched = jest.fn<Promise<string> | string, []>(failure);
    const keyOf = cachedCertificateKeys(fetched, 1000);
    await expect(keyOf('https://a')).rejects.toMatchObject({ ...UNAVAILABLE, cause: expect.anything() });
    fetched.mockImplementation(() => certificate);
    expect(await keyOf('https://a')).toBeDefined();
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('does not keep that there is none', async () => {
    const fetched = jest.fn<string | undefined, []>(() => undefined);
    const keyOf = cachedCertificateKeys(fetched, 1000);
    expect(await keyOf('https://a')).toBeUndefined();
    fetched.mockReturnValue(certificate);
    expect(await keyOf('https://a')).toBeDefined();
  });

  it('is unavailable when the deadline passes, and aborts', async () => {
    fakeTimeouts();
    const signals: AbortSignal[] = [];
    const keyOf = cachedCertificateKeys((_url, signal) => {
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
    await cachedCertificateKeys(() => certificate, 4000)('https://a');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('fetches at most eight at a time', async () => {
    const waiting: ((pem: string) => void)[] = [];
    const keyOf = cachedCertificateKeys(() => new Promise((resolve) => waiting.push(resolve)), 1000);
    const running = Array.from({ length: 8 }, async (_none, index) => keyOf(`https://${index}`));
    await expect(keyOf('https://more')).rejects.toMatchObject(UNAVAILABLE);
    for (const resolve of waiting) resolve(certificate);
    await Promise.all(running);
    const later = keyOf('https://more');
    waiting.at(-1)!(certificate);
    expect(await later).toBeDefined();
  });

  it('keeps 64 and forgets the oldest', async () => {
    const fetched = jest.fn(() => certificate);
    const keyOf = cachedCertificateKeys(fetched, 1000);
    for (let index = 0; index < 65; index += 1) await keyOf(`https://${index}`);
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
