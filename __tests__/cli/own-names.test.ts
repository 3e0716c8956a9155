import { telehealth } from 'hooklatch';
import { main } from '../../src/cli/main';
import { ownNames } from '../../src/cli/own-names';
import { eventually, SECRET, send, signed, start, talk } from '../helpers/http';
import { recordedIo, type RecordedIo } from '../helpers/io';

const BODY = '{"event":"x"}';

const running: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

/** `listen --forward-all` in front of an app that keeps what reaches it. */
async function startForwarding(...args: string[]) {
  const reached: (string | undefined)[] = [];
  const behind = await start((app) =>
    app.use((req, res) => {
      reached.push(req.headers.host);
      res.send('what only this machine may read');
    }),
  );
  let stop = (): void => undefined;
  const untilStopped = (): Promise<void> => new Promise((resolve) => (stop = resolve));
  const io: RecordedIo = recordedIo({ env: { SECRET }, untilStopped });
  const all = [
    '--forward',
    behind.url,
    '--forward-all',
    '--no-page',
    '--port',
    '0',
    '--secret-env',
    'SECRET',
  ];
  const code = main(['listen', 'telehealth', ...all, ...args], io);
  await eventually(() => io.out.length > 0);
  running.push(() => {
    stop();
    return code;
  });
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(io.out[0]!)?.[1]);
  const ask = (headers: Record<string, string>, method = 'GET') => send(port, { method, headers });
  return { io, port, reached, ask };
}

describe('a page of somebody else in the browser of the developer', () => {
  it.each([
    'evil.example',
    'evil.example:3000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.0.2.1',
  ])('reaches no app behind "listen" by a name of its own that leads here: %j', async (host) => {
    const { ask, reached, io } = await startForwarding();
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await ask({ Host: host }, method);
      expect([answer.status, answer.text]).toEqual([403, '']);
    }
    expect(reached).toEqual([]);
    expect(io.err).toHaveLength(1);
  });

  it.each(['cross-site', 'same-site', 'something-else'])(
    'reaches none by our own name either: %s',
    async (site) => {
      const { ask, reached } = await startForwarding();
      const own = await ask({ 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate' });
      expect([own.status, reached]).toEqual([403, []]);
    },
  );

  it('is refused with a signed delivery, too, and without --forward', async () => {
    const { port } = await startForwarding();
    const headers = { ...signed(telehealth, BODY, { now: Date.now() }), Host: 'evil.example' };
    expect((await send(port, { headers, body: BODY })).status).toBe(403);
  });

  it('needs a Host at all', async () => {
    const { port, reached } = await startForwarding();
    for (const text of ['GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n']) {
      expect(await talk(port, [text])).toMatch(/^HTTP\/1\.1 403/);
    }
    expect(reached).toEqual([]);
  });

  it('cannot fill the terminal', async () => {
    const { ask, io } = await startForwarding();
    for (let count = 0; count < 20; count += 1) await ask({ Host: `evil${count}.example` });
    await ask({ Host: 'x'.repeat(5000) });
    await ask({ Host: `evil'\u009b31m` });
    expect(io.err).toHaveLength(10);
    expect(io.err.every((line) => line.length < 300)).toBe(true);
  });

  it('cannot fill it with one long name either', async () => {
    const { ask, io } = await startForwarding();
    for (let count = 0; count < 5; count += 1) await ask({ Host: `${'long.'.repeat(20)}example` });
    for (let count = 0; count < 5; count += 1)
      await ask({ Host: `${`${'x'.repeat(60)}.`.repeat(15)}example` });
    expect(io.err).toHaveLength(2);
    expect(io.err.every((line) => line.length < 300)).toBe(true);
  });
});

describe('hooklatch listen', () => {
  it.each(['127.0.0.1', 'localhost', 'LocalHost:9', '[::1]', '[::1]:80'])('answers to %s', async (host) => {
    const { ask, reached } = await startForwarding();
    expect((await ask({ Host: host })).status).toBe(200);
    expect((await ask({ Host: host, 'Sec-Fetch-Site': 'none' })).status).toBe(200);
    expect(reached).toHaveLength(2);
  });

  it('answers to the names that it was given, and says how another is given', async () => {
    const names = [
      '--host',
      'abc.tunnel.example',
      '--public-url',
      'https://Hooks.example.org',
      '--host',
      '[fd00::1]',
    ];
    const { ask, io } = await startForwarding(...names);
    const statuses = [];
    for (const host of [
      'abc.tunnel.example',
      'ABC.tunnel.example:443',
      'hooks.example.org',
      '[fd00::1]:3000',
    ]) {
      statuses.push((await ask({ Host: host })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect((await ask({ Host: 'other.example' })).status).toBe(403);
    expect((await ask({ Host: 'a b"$(x)' })).status).toBe(403);
    expect(io.err).toEqual([
      'hooklatch listen: refused a request to the name "other.example"; if it is that of your tunnel, add --host other.example',
      'hooklatch listen: refused a request to the name "a b"$(x)"',
    ]);
  });

  it.each(['http://abc.example', 'abc.example:80', '', 'a b', '*'])(
    'exits with 2 for --host %j',
    async (host) => {
      const io = recordedIo({ env: { SECRET } });
      expect(await main(['listen', 'telehealth', '--secret-env', 'SECRET', '--host', host], io)).toBe(2);
      expect(io.err.join()).toContain('--host must be a name');
    },
  );
});

describe('ownNames()', () => {
  it('leaves an address that makes no sense to the check of that option', () => {
    expect([...ownNames([], 'nowhere')]).toEqual(['127.0.0.1', 'localhost', '[::1]']);
  });
});
