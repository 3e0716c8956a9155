import { once } from 'node:events';
import { fastcomments, telehealth, type Provider } from 'hooklatch';
import { LISTEN_HELP } from '../../src/cli/listen';
import { main } from '../../src/cli/main';
import { printDelivery, type PrintingOptions } from '../../src/cli/print-delivery';
import { DiagnosisLimitError } from '../../src/diagnose/background';
import { makeTerminal } from '../../src/cli/terminal';
import type { Trace } from '../../src/trace/trace';
import { eventually, requestText, SECRET, send, signed, start, talk } from '../helpers/http';
import { recordedIo, type RecordedIo } from '../helpers/io';
import { startTs } from '../helpers/run-ts';

const BODY = '{"event":"consultation.created"}';
const BYTES = Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0xc3, 0x28]);

interface Listening {
  readonly io: RecordedIo;
  readonly port: number;
  /** Ends it, and gives back its exit code. */
  readonly stop: () => Promise<number>;
}

const running: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

async function startListening(...args: string[]): Promise<Listening> {
  let stop = (): void => undefined;
  const untilStopped = (): Promise<void> => new Promise((resolve) => (stop = resolve));
  const io = recordedIo({ env: { SECRET }, untilStopped });
  const code = main(['listen', ...args, '--port', '0', '--secret-env', 'SECRET'], io);
  await eventually(() => io.out.length > 0 || io.err.length > 0);
  const stopped = (): Promise<number> => {
    stop();
    return code;
  };
  running.push(stopped);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(io.out[0] ?? '')?.[1]);
  return { io, port, stop: stopped };
}

/** The app behind: keeps what it gets to the byte, and answers as it is told. */
async function startBehind(answer = 'HTTP/1.1 204 No Content\r\n\r\n') {
  const received: string[] = [];
  const { port, url, close } = await start((app) => {
    app.use((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const lines = req.rawHeaders.flatMap((name, index, all) =>
          index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : [],
        );
        received.push(
          [`${req.method} ${req.url}`, ...lines.sort(), '', Buffer.concat(chunks).toString('latin1')].join(
            '\n',
          ),
        );
        res.socket?.end(answer, 'latin1');
      });
    });
  });
  return { received, port, url, close };
}

const now = Date.now();
const goodLines = (provider: Provider, body: Buffer): string[] =>
  Object.entries(signed(provider, body, { now })).map(([name, value]) => `${name}: ${value}`);

describe('hooklatch listen', () => {
  it.each([
    ['DELETE with a body', fastcomments, 'DELETE', Buffer.from(BODY), false],
    ['bytes that are no UTF-8', telehealth, 'POST', BYTES, true],
    ['chunks', fastcomments, 'PUT', Buffer.from(BODY), false],
  ] as const)('hands on exactly what came: %s', async (what, provider, method, body, all) => {
    const behind = await startBehind();
    const listening = await startListening(
      provider.name,
      '--no-page',
      '--forward',
      behind.url,
      ...(all ? ['--forward-all'] : []),
    );
    const isChunked = what === 'chunks';
    const lines = [
      ...goodLines(provider, body),
      'x-odd-CASE: \xfc',
      'X-Twice: 1',
      'X-Twice: 2',
      'Keep-Alive: 5',
    ];
    const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
    const text = isChunked
      ? Buffer.concat([
          Buffer.from(`3\r\n`),
          body.subarray(0, 3),
          Buffer.from(`\r\n${(body.length - 3).toString(16)}\r\n`),
          body.subarray(3),
          Buffer.from('\r\n0\r\n\r\n'),
        ])
      : body;
    const head = requestText(method, [...lines, framing], '/a/../b?c=%20');
    const answer = await talk(listening.port, [Buffer.concat([Buffer.from(head, 'latin1'), text])]);
    expect(answer).toMatch(/^HTTP\/1\.1 204/);
    const wanted = [
      ...lines.filter((line) => !line.startsWith('Keep-Alive')),
      framing,
      `Host: 127.0.0.1:${behind.port}`,
      'Connection: close',
    ];
    expect(behind.received).toEqual([
      [`${method} /a/../b?c=%20`, ...wanted.sort(), '', body.toString('latin1')].join('\n'),
    ]);
    await eventually(() => listening.io.out.length > 1);
    expect(listening.io.out[1]).toContain(`-> ${behind.url}/`);
    expect(await listening.stop()).toBe(0);
  });

  it('hands on what verifies, to an address with a path of its own, and answers what came back', async () => {
    const behind = await startBehind(
      'HTTP/1.1 418 Teapot\r\nX-Odd-CASE: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    );
    const { port, io } = await startListening('telehealth', '--no-page', '--forward', `${behind.url}/hooks`);
    const answer = await talk(port, [
      requestText(
        'POST',
        [...goodLines(telehealth, Buffer.from(BODY)), `Content-Length: ${BODY.length}`],
        '/x?a=1',
      ),
      BODY,
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 418 /);
    expect(answer).toContain('X-Odd-CASE: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n');
    expect(answer).toMatch(/Content-Length: 3\r\n[^]*\r\n\r\nabc$/);
    expect(behind.received[0]).toMatch(/^POST \/hooks\?a=1\n/);
    const refused = await send(port, { body: BODY });
    expect([refused.status, behind.received.length]).toEqual([401, 1]);
    await eventually(() => io.out.length === 4);
    expect(io.out[1]).toMatch(
      /^\d\d:\d\d:\d\d {2}418 accepted {2}telehealth {2}consultation\.created {2}POST {2}\/x {2}32 bytes {2}[\d.]+ ms {2}-> /,
    );
    expect(io.out[2]).toMatch(/401 refused .*ERR_WEBHOOK_HEADER$/);
    // Why, for the operator alone.
    expect(io.out[3]).toMatch(/X-Telehealth-Signature/i);
    expect(refused.text).toBe('{"error":"Unauthorized"}\n');
  });

  it('hands on everything where it is asked to: another method, an encoded body', async () => {
    const behind = await startBehind('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
    const { port, io } = await startListening(
      'telehealth',
      '--no-page',
      '--json',
      '--forward',
      behind.url,
      '--forward-all',
    );
    expect(JSON.parse(io.out[0]!)).toEqual({ listening: `http://127.0.0.1:${port}/`, page: null });
    const head = await send(port, { method: 'HEAD', path: '/h' });
    expect([head.status, head.headers['content-length']]).toEqual([200, '5']);
    const answered = await send(port, { headers: { 'Content-Encoding': 'gzip' }, body: BYTES });
    expect([answered.status, behind.received[1]!.endsWith(BYTES.toString('latin1'))]).toEqual([200, true]);
    await eventually(() => io.out.length === 3);
    expect(io.out.slice(1).map((line) => JSON.parse(line))).toMatchObject([
      { method: 'HEAD', outcome: 'refused', code: 'ERR_WEBHOOK_METHOD', forwarded: `${behind.url}/` },
      { method: 'POST', code: 'ERR_WEBHOOK_HEADER', finding: { certainty: expect.any(String) } },
    ]);
  });

  it('says that nobody answers behind it, or nothing that can be handed back', async () => {
    const behind = await startBehind('HTTP/1.1 200 OK\r\nX-Odd: \x01\r\nContent-Length: 0\r\n\r\n');
    const { port, io } = await startListening('telehealth', '--no-page', '--forward', behind.url);
    const post = (): ReturnType<typeof send> =>
      send(port, { headers: signed(telehealth, BODY, { now }), body: BODY });
    expect((await post()).status).toBe(502);
    await behind.close();
    expect((await post()).status).toBe(502);
    expect(io.err).toEqual([
      expect.stringMatching(/^hooklatch listen: http:.* did not answer: HPE_/),
      expect.stringMatching(/did not answer: ECONNREFUSED: nothing listens there$/),
    ]);
    await eventually(() => io.out.length === 3);
    expect(io.out[2]).toContain('502 failed');
  });

  it('acknowledges where there is nothing behind it, and shows a page that can replay', async () => {
    const { port, io } = await startListening('telehealth');
    expect((await send(port, { headers: signed(telehealth, BODY, { now }), body: BODY })).status).toBe(200);
    expect(io.out[1]).toMatch(/^The page is http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = new URL(io.out[1]!.slice('The page is '.length));
    const ask = { path: '/api/deliveries/1/replay', headers: { Origin: page.origin } };
    expect(JSON.parse((await send(Number(page.port), ask)).text)).toMatchObject({ status: 200 });
    await eventually(() => io.out.length === 4);
  });

  it('takes bodies of 64 MiB, and no larger ones', async () => {
    const { port } = await startListening('telehealth', '--no-page');
    const answer = await send(port, { body: Buffer.alloc(64 * 1024 ** 2 + 1) });
    expect(answer.status).toBe(413);
    expect((await send(port, { body: Buffer.alloc(1024 ** 2) })).status).toBe(401);
  });

  it.each([
    [[], 'needs a provider'],
    [['telehealth', 'github'], 'takes one provider'],
    [['telehealth', '--port', '70000'], '--port must be'],
    [['telehealth', '--port', 'x'], '--port must be'],
    [['telehealth', '--forward', 'localhost:8080'], '--forward must be an address'],
    [['telehealth', '--forward', 'http://[/'], '--forward must be an address'],
    [['telehealth', '--forward-all'], '--forward-all needs --forward'],
    [['telehealth', '--secret', 'x'], "Unknown option '--secret'"],
    [['telehealth'], 'needs --secret-env'],
    [['square', '--secret-env', 'SECRET'], 'option "publicUrl" is required for square'],
  ])('exits with 2 and says why: %j', async (args, message) => {
    const io = recordedIo({ env: { SECRET } });
    expect(await main(['listen', ...args], io)).toBe(2);
    expect(io.err.join('\n')).toContain(message);
  });

  it('exits with 2 where the port is taken', async () => {
    const { port } = await start(() => undefined);
    const io = recordedIo({ env: { SECRET } });
    expect(await main(['listen', 'telehealth', '--secret-env', 'SECRET', '--port', String(port)], io)).toBe(
      2,
    );
    expect(io.err.join('\n')).toContain(`cannot listen on port ${port}: EADDRINUSE`);
  });

  it('listens on port 3000 as a program, until it is interrupted', async () => {
    const child = startTs(
      'src/cli/bin.ts',
      ['listen', 'telehealth', '--secret-env', 'SECRET', '--no-page', '--port', '0'],
      { SECRET },
    );
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(line.toString()).toMatch(/^telehealth can call http/);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(LISTEN_HELP).toContain('default: 3000');
  });
});

describe('the line of a delivery', () => {
  const decision = {
    time: '2026-01-01T12:00:00.000Z',
    outcome: 'refused',
    code: 'ERR_WEBHOOK_SIGNATURE',
    provider: 'x',
    event: null,
    method: 'POST',
    path: '/',
    bytes: null,
    durationMs: 1,
    issues: [] as string[],
    notes: [] as string[],
  };
  const forward = new URL('http://localhost/');

  async function lineOf(
    changes: Partial<Omit<typeof decision, 'code'>> & { readonly code?: null },
    diagnose: () => Promise<unknown>,
    options: Partial<PrintingOptions> = {},
  ): Promise<readonly string[]> {
    const io = recordedIo();
    const trace = { decision: { ...decision, ...changes }, answer: { status: 401 }, diagnose };
    const all = { json: undefined, forward, forwardAll: false, ...options };
    await printDelivery(trace as unknown as Trace, all, makeTerminal(io));
    return io.out;
  }

  it('has no reason where none can be told', async () => {
    const authentic = { verified: true, findings: [{ observed: 'fine' }] };
    for (const diagnose of [() => Promise.reject(new Error('no')), () => Promise.resolve(authentic)]) {
      expect(await lineOf({}, diagnose)).toEqual([
        '12:00:00  401 refused   x  POST  /  1.0 ms  ERR_WEBHOOK_SIGNATURE',
      ]);
      const [json] = await lineOf({}, diagnose, { json: true });
      expect(JSON.parse(json!)).toMatchObject({ finding: null });
    }
  });

  it('says that a delivery is too large to be diagnosed', async () => {
    const limit = new DiagnosisLimitError('the body has more than 256 KiB');
    expect((await lineOf({}, () => Promise.reject(limit)))[1]).toBe(
      '12:00:00  POST /: not diagnosed: the body has more than 256 KiB',
    );
  });

  it('comes before the diagnosis, which may take its time', async () => {
    const io = recordedIo();
    const never = (): Promise<never> => new Promise(() => undefined);
    const trace = { decision, answer: { status: 401 }, diagnose: never };
    void printDelivery(
      trace as unknown as Trace,
      { json: undefined, forward, forwardAll: false },
      makeTerminal(io),
    );
    expect(io.out).toHaveLength(1);
  });

  it('does not name the address behind for what was answered here', async () => {
    const never = (): Promise<never> => Promise.reject(new Error('not asked'));
    const [line] = await lineOf({ code: null, notes: ['handshake'] }, never, { forwardAll: true });
    expect(line).not.toContain('->');
    const [json] = await lineOf({ code: null, notes: ['handshake'] }, never, { json: true });
    expect(JSON.parse(json!)).toMatchObject({ forwarded: null, finding: null });
  });
});
