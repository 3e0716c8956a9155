import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import express from 'express';
import { ModuleKind, transpileModule } from 'typescript';
import {
  defineProvider,
  fastcomments,
  github,
  hubspotV3,
  standardWebhooksV1a,
  telehealth,
  webhookGuard,
  webhookRouter,
} from 'hooklatch';
import { endpointFor, readEndpoint } from '../../src/inspector/endpoints';
import { endToEndHeaders, sendExact } from '../../src/inspector/exact-request';
import {
  eventually,
  pause,
  requestText,
  SECRET,
  send,
  signed,
  start,
  talk,
  type Answer,
} from '../helpers/http';
import { inspect, startInspected } from '../helpers/inspector';

const BODY = '{"event":"consultation.created"}';
const BYTES = Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0xc3, 0x28]);

const handle = (): void => undefined;

/** What the server says, whatever that is. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- nothing else is known of it
const read = ({ text }: Answer): any => JSON.parse(Buffer.from(text, 'latin1').toString());

/** An app whose requests are kept to the byte, with an inspector that may send to /hooks. */
async function startRecorder() {
  const received: string[] = [];
  const { url, port } = await start((app) => {
    app.use((req, _res, next) => {
      const chunks: Buffer[] = [];
      const { method, originalUrl, rawHeaders } = req;
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        const lines = rawHeaders.flatMap((name, index, all) =>
          index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : [],
        );
        const body = Buffer.concat(chunks).toString('latin1');
        received.push([`${method} ${originalUrl}`, ...lines.sort(), '', body].join('\n'));
      });
      next();
    });
    app.use(webhookGuard({ provider: telehealth, secret: SECRET, duplicates: false, onDecision: handle }));
    app.use((_req, res) => void res.sendStatus(204));
  });
  const inspector = await inspect({ endpoints: [{ url: `${url}/hooks`, provider: telehealth }] });
  const { port: inspectorPort, origin } = new URL(inspector.url);
  const act = (path: string, method = 'POST'): Promise<Answer> =>
    send(Number(inspectorPort), { method, path: `/api/deliveries/${path}`, headers: { Origin: origin } });
  return { port, received, act };
}

describe('replay', () => {
  it.each([
    ['odd headers', 'POST', ['x-odd-CASE: \xfc', 'X-Twice: 1', 'X-Twice: 2', 'Content-Length: 6'], BYTES],
    ['a method that has no body as a rule', 'DELETE', ['Content-Length: 6'], BYTES],
    [
      'chunks',
      'POST',
      ['Transfer-Encoding: chunked'],
      Buffer.concat([Buffer.from('6\r\n'), BYTES, Buffer.from('\r\n0\r\n\r\n')]),
    ],
    ['no body', 'GET', [], Buffer.alloc(0)],
  ])('sends the exact request again: %s', async (_what, method, lines, body) => {
    const { port, received, act } = await startRecorder();
    const head = requestText(method, lines, '/hooks/%2e/../A?b=%20&c');
    await talk(port, [Buffer.concat([Buffer.from(head, 'latin1'), body])]);
    const answer = await act('1/replay');
    expect([answer.status, read(answer)]).toEqual([
      200,
      { status: method === 'POST' ? 401 : 403, milliseconds: expect.any(Number) },
    ]);
    expect(received).toHaveLength(2);
    expect(received[1]!.replace('Connection: close\n', '')).toBe(
      received[0]!.replace('Connection: close\n', ''),
    );
    if (method !== 'GET') expect(received[1]).toContain(BYTES.toString('latin1'));
  });

  it('goes to configured endpoints only', async () => {
    const { port, received, act } = await startRecorder();
    await talk(port, [requestText('POST', ['Content-Length: 0'], '/hooksome')]);
    await talk(port, [requestText('POST', ['Content-Length: 0'], 'http://evil.example/hooks')]);
    for (const id of [1, 2]) {
      const answer = await act(`${id}/replay`);
      expect([answer.status, read(answer).error]).toEqual([
        422,
        expect.stringContaining('None of the configured'),
      ]);
    }
    expect(received).toHaveLength(2);
  });

  it('is not possible without the whole body, or without anybody to answer', async () => {
    const { port, act } = await startRecorder();
    const socket = connect(port, '127.0.0.1');
    socket.write(`${requestText('POST', ['Content-Length: 9'], '/hooks')}cut`);
    setTimeout(() => socket.destroy(), 50);
    await eventually(() => socket.destroyed);
    await pause(100);
    const answer = await act('1/replay');
    expect(read(answer).error).toContain('did not arrive whole');
    expect(read(await act('1', 'GET'))).toMatchObject({ body: null, bytes: null, canReplay: false });
    expect(read(await act('1/export', 'GET')).bodyBase64).toBe('');

    const gone = await start((app) =>
      app.use(webhookGuard({ provider: telehealth, secret: SECRET, onDecision: handle })),
    );
    const { url } = await inspect({ endpoints: [{ url: gone.url, provider: telehealth }] });
    await send(gone.port, { body: BODY });
    await gone.close();
    const { port: inspectorPort, origin } = new URL(url);
    const refused = await send(Number(inspectorPort), {
      path: '/api/deliveries/1/replay',
      headers: { Origin: origin },
    });
    expect([refused.status, read(refused).error]).toEqual([
      422,
      `No answer from 127.0.0.1:${gone.port}: ECONNREFUSED`,
    ]);
  });
});

describe('re-sign and send', () => {
  it('makes a stale delivery one that is accepted', async () => {
    const events = { create: { method: 'POST', path: '/new', handle } } as const;
    const { port, ask } = await startInspected([{ provider: fastcomments, events }]);
    const stale = { now: Date.now() - 3_600_000 };
    await send(port, { path: '/fastcomments/new', headers: signed(fastcomments, BODY, stale), body: BODY });
    expect(read(await ask('/api/deliveries/1'))).toMatchObject({ status: 401, canReplay: true });
    expect(read(await ask('/api/deliveries/1/replay', { method: 'POST' }))).toMatchObject({ status: 401 });
    expect(read(await ask('/api/deliveries/1/resign', { method: 'POST' }))).toMatchObject({ status: 200 });
    expect(read(await ask('/api/deliveries/3'))).toMatchObject({ event: 'create', secretId: 'default' });
  });

  it('says why it cannot, where the sender alone has the key', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const secret = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const { port, ask } = await startInspected([{ provider: standardWebhooksV1a, secret }]);
    await send(port, { path: '/standard-webhooks-v1a', body: '{}' });
    const answer = await ask('/api/deliveries/1/resign', { method: 'POST' });
    expect([answer.status, read(answer).error]).toEqual([
      422,
      expect.stringContaining('must be a private key'),
    ]);
  });

  it('fails for what a look-up of secrets throws', async () => {
    const secret = (): never => {
      throw 'the database'; // eslint-disable-line @typescript-eslint/only-throw-error -- people do
    };
    const { port, ask } = await startInspected([{ provider: telehealth, secret }]);
    jest.spyOn(console, 'error').mockImplementation();
    await send(port, { path: '/telehealth', headers: signed(telehealth, BODY), body: BODY });
    expect((await ask('/api/deliveries/1/resign', { method: 'POST' })).status).toBe(500);
    const detail = read(await ask('/api/deliveries/1'));
    expect(detail.diagnosis).toEqual({ error: 'the look-up of the secret failed' });
    const empty = await startInspected([{ provider: telehealth, secret: () => [] }]);
    await send(empty.port, { path: '/telehealth', body: BODY });
    const { diagnosis } = read(await empty.ask('/api/deliveries/1'));
    expect(diagnosis).toEqual({ error: expect.stringContaining('no secret for this delivery') });
  });
});

describe('trials', () => {
  const kinds = ['good', 'tampered', 'stale', 'wrong-secret', 'unsigned'];
  const test = (fields: object) => ({ method: 'POST', body: JSON.stringify(fields) });

  it('are accepted where they are good, and refused where they are not', async () => {
    const events = {
      create: { method: 'POST', path: '/new', handle },
      update: { method: 'PUT', handle },
      delete: handle,
    } as const;
    const { ask } = await startInspected([
      { provider: fastcomments, events },
      { provider: hubspotV3, publicUrl: 'https://example.org/' },
      { provider: github, events: { push: handle } },
    ]);
    const send = async (endpoint: number, event: string, kind: string): Promise<number> =>
      read(await ask('/api/trials', test({ endpoint, kind, event }))).status;
    for (const [endpoint, event] of [
      [0, 'create'],
      [0, 'delete'],
      [1, 'x'],
    ] as const) {
      expect(await Promise.all(kinds.map((kind) => send(endpoint, event, kind)))).toEqual([
        200, 401, 401, 401, 401,
      ]);
    }
    expect(read(await ask('/api/endpoints'))).toMatchObject([
      {
        provider: 'fastcomments',
        events: [
          { event: 'create', methods: ['POST'], path: '/new' },
          { event: 'update', methods: ['PUT'], path: '/' },
          { event: 'delete', methods: ['DELETE'], path: '/' },
        ],
      },
      { provider: 'hubspot-v3', canSign: true },
      { provider: 'github', signsTime: false, namesEvents: true },
    ]);
    const unnamed = await ask('/api/trials', test({ endpoint: 0, kind: 'good', event: ' ', method: 'PUT' }));
    expect(read(unnamed)).toMatchObject({ status: 200 });
    const stale = await ask('/api/trials', test({ endpoint: 2, kind: 'stale' }));
    expect([stale.status, read(stale).error]).toEqual([422, expect.stringContaining('signs no timestamp')]);
    expect(
      read(await ask('/api/trials', test({ endpoint: 0, kind: 'good', event: 'create', method: 'PUT' }))),
    ).toMatchObject({ status: 403 });
  });

  it.each([
    [{ endpoint: 1, kind: 'good' }, 'no such endpoint'],
    [{ endpoint: 'x', kind: 'good' }, 'no such endpoint'],
    [{ endpoint: 0, kind: 'toString' }, 'no such trial'],
    [{ endpoint: 0, kind: 1 }, 'no such trial'],
    [{ endpoint: 0, kind: 'good', method: 'TRACE' }, 'does not send by this method'],
    [{ endpoint: 0, kind: 'good' }, 'without a secret'],
    ['{', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['1', 'not a JSON object'],
    ['["long"]', 'too much'],
  ])('are not sent for %j', async (fields, message) => {
    const { ask } = await startInspected([
      { provider: telehealth, secret: () => ({ secrets: SECRET, scope: false }) },
    ]);
    const body =
      typeof fields === 'string' ? fields.replace('long', ' '.repeat(70_000)) : JSON.stringify(fields);
    const answer = await ask('/api/trials', { method: 'POST', body });
    expect([answer.status, read(answer).error]).toEqual([422, expect.stringContaining(message)]);
  });

  it('show what a provider can send, where no events are configured', async () => {
    const endpoints = [fastcomments, telehealth].map((provider) => ({ url: 'http://[::1]:3000/', provider }));
    const { url } = await inspect({ endpoints });
    const [one, other] = read(
      await send(Number(new URL(url).port), { method: 'GET', path: '/api/endpoints' }),
    );
    expect(one.events).toMatchObject([
      { event: 'create', methods: ['PUT', 'POST'] },
      { event: 'update' },
      { event: 'delete' },
    ]);
    expect(other.events).toEqual([{ event: '*', methods: ['POST'], path: '/' }]);
  });
});

describe('a delivery', () => {
  it.each([
    ['GET', '1/replay', 405],
    ['POST', '1', 405],
    ['POST', '1/export', 405],
    ['GET', '9', 404],
    ['GET', '9/export', 404],
    ['POST', '9/resign', 404],
    ['GET', 'x', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    const { ask } = await startInspected([]);
    expect((await ask(`/api/deliveries/${path}`, { method })).status).toBe(status);
  });

  it('shows bodies that are long, cut in a character, or no text', async () => {
    const { port, ask } = await startInspected([{ provider: telehealth }], {});
    const bodies = [
      Buffer.from('☕'.repeat(100_000)),
      Buffer.from(`x${'é'.repeat(200_000)}`),
      Buffer.from(`xx${'𝄞'.repeat(80_000)}`),
      Buffer.alloc(5000, 0xff),
      Buffer.from(''),
    ];
    const shown = [];
    for (const [index, body] of bodies.entries()) {
      await send(port, { path: '/telehealth', body });
      const id = index + 1;
      // The answer is out before the record of it.
      await eventually(async () => (await ask(`/api/deliveries/${id}`)).status === 200);
      shown.push(read(await ask(`/api/deliveries/${id}`)).body);
    }
    const cuts = shown.map(({ size, cut, text, hex }) => [
      size,
      cut,
      text?.replace(/(.)\1+/gu, '$1+') ?? hex.length,
    ]);
    expect(cuts).toEqual([
      [300_000, true, '☕+\ufffd'],
      [400_001, true, 'xé+\ufffd'],
      [320_002, true, 'x+𝄞+\ufffd'],
      [5000, true, 8192],
      [0, false, ''],
    ]);
  });

  it('shows as escapes what would hide in the page or turn its text', async () => {
    const { port, ask } = await startInspected([{ provider: telehealth }]);
    const body = '{\n\t"event": "\u202eevil\u200b\u009b"}';
    const headers = { ...signed(telehealth, body), 'X-Note': '\u009b31m\u00ad' };
    await send(port, { path: '/telehealth', headers, body });
    const detail = read(await ask('/api/deliveries/1'));
    expect(detail).toMatchObject({
      event: '\\u202eevil\\u200b\\u009b',
      body: { text: '{\n\t"event": "\\u202eevil\\u200b\\u009b"}' },
    });
    expect(detail.headers).toContainEqual({ name: 'X-Note', value: '\\u009b31m\\u00ad', masked: false });
    expect(JSON.stringify(detail)).not.toMatch(/[\u007f-\u009f\u00ad\u200b\u202e]/);
  });

  it('is not offered for copying where it is too long to paste, or did not arrive', async () => {
    const { port, ask } = await startInspected([{ provider: telehealth }]);
    await send(port, { path: '/telehealth', body: Buffer.alloc(256 * 1024 + 1) });
    await send(port, { path: '/telehealth', body: Buffer.alloc(256 * 1024) });
    await eventually(async () => (await ask('/api/deliveries/2')).status === 200);
    expect(read(await ask('/api/deliveries/1'))).toMatchObject({ curl: null, test: null, canReplay: true });
    expect(read(await ask('/api/deliveries/2')).curl).toMatch(/^printf %s AAAA/);
  });

  it('can be exported as the command reads it', async () => {
    const { port, ask } = await startInspected([{ provider: telehealth }]);
    const headers = signed(telehealth, BODY, { id: 'd1' });
    await send(port, { path: '/telehealth?a=1', headers, body: BODY });
    const answer = await ask('/api/deliveries/1/export');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="delivery-1.json"');
    expect(read(answer)).toEqual({
      method: 'POST',
      url: '/telehealth?a=1',
      rawHeaders: expect.arrayContaining(Object.entries(headers).flat()),
      bodyBase64: Buffer.from(BODY).toString('base64'),
      receivedAt: expect.stringMatching(/Z$/),
    });
  });

  it.each([
    ['text', Buffer.from(`{"event":"it's", "note":"$HOME \`x\` \\n"\n}`)],
    ['bytes', Buffer.from([0x7b, 0xff, 0x00, 0x0d, 0x0a])],
    ['nothing', Buffer.alloc(0)],
  ])('becomes a curl command that sends the same: %s', async (_what, body) => {
    const { port, received } = await startRecorder();
    const { url } = await inspect();
    const headers = {
      ...signed(telehealth, body),
      'Content-Type': "text/it's",
      'User-Agent': 'sender/1',
      Accept: '*/*',
    };
    await send(port, { path: "/hooks?q=it's", headers, body });
    const detail = read(await send(Number(new URL(url).port), { method: 'GET', path: '/api/deliveries/1' }));
    await promisify(execFile)('sh', ['-c', `${detail.curl} --silent`]);
    const interesting = (text: string): string[] =>
      text.split('\n').filter((line) => !/^(Connection|Content-Length):/.test(line));
    expect(interesting(received[1]!)).toEqual(interesting(received[0]!));
  });

  it('becomes a test that passes, also where the body is no text', async () => {
    const { port, ask } = await startInspected([{ provider: telehealth }]);
    await send(port, { path: '/telehealth', headers: signed(telehealth, BODY), body: BODY });
    await send(port, { path: '/telehealth', body: BYTES });
    const [one, other] = await Promise.all(
      ['1', '2'].map(async (id) => read(await ask(`/api/deliveries/${id}`)).test as string),
    );
    expect(one).toContain('event: "consultation.created"');
    expect(other).toContain(`Buffer.from("${BYTES.toString('base64')}", 'base64')`);
    expect(other).not.toContain('event:');

    process.env.TELEHEALTH_SECRET = SECRET;
    const app = express().use(
      '/telehealth',
      webhookRouter({ provider: telehealth, secret: SECRET, events: { '*': handle } }),
    );
    const { outputText } = transpileModule(one!, {
      compilerOptions: { module: ModuleKind.CommonJS, esModuleInterop: true },
    });
    const load = (name: string): unknown => (name === '../app' ? { app } : jest.requireActual(name));
    let run: (() => Promise<void>) | undefined;
    const define = (_name: string, test: () => Promise<void>): void => void (run = test);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is a program
    new Function('require', 'exports', 'it', 'expect', outputText)(load, {}, define, expect);
    await run!();
    expect.assertions(4);
  });

  it('of a provider of your own becomes a test with that', async () => {
    const provider = defineProvider({ ...telehealth, name: 'ours' });
    const { port, ask } = await startInspected([{ provider }]);
    await send(port, { path: '/ours', body: BODY });
    expect(read(await ask('/api/deliveries/1')).test).toContain('signedRequest(provider /* yours */');
  });

  it('has the address of the socket, whatever Host says', async () => {
    const { port, ask } = await startInspected([{ provider: telehealth }]);
    await talk(port, ['POST /elsewhere HTTP/1.0\r\nContent-Length: 0\r\n\r\n']);
    await talk(port, ['POST /telehealth/ HTTP/1.0\r\nContent-Length: 0\r\n\r\n']);
    expect(read(await ask('/api/deliveries/1')).curl).toContain(`http://127.0.0.1:${port}/telehealth/`);
    const lone = await start((app) =>
      app.use(webhookGuard({ provider: telehealth, secret: SECRET, onDecision: handle })),
    );
    await talk(lone.port, ['POST /lone HTTP/1.0\r\nContent-Length: 0\r\n\r\n']);
    await send(lone.port, { path: '/lone', headers: { Host: 'evil.example' } });
    await talk(lone.port, [requestText('POST', ['Content-Length: 0'], 'http://evil.example/lone')]);
    for (const id of [2, 3, 4]) {
      const { curl } = read(await ask(`/api/deliveries/${id}`));
      expect(curl).toMatch(new RegExp(`^curl -i -X 'POST' 'http://127\\.0\\.0\\.1:${lone.port}/(lone)?'`));
      expect(curl).not.toMatch(id === 4 ? /-H 'Host/ : /evil/);
    }
  });
});

describe('an endpoint', () => {
  it('is the one that is mounted deepest', () => {
    const [root, deep, other] = ['http://localhost/', 'http://localhost/a/b/', 'http://localhost/a'].map(
      (url) => readEndpoint({ url, provider: telehealth }),
    );
    const all = [root!, deep!, other!];
    const found = ['/', '/a/b/c?d=/a', '/a/b', '/a/bc', '/a?b', 'http://localhost/a'].map((path) =>
      endpointFor(all, path),
    );
    expect(found).toEqual([root, deep, deep, other, other, undefined]);
  });
});

describe('sendExact()', () => {
  it('gives up where nobody answers in time', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await eventually(() => server.listening);
    const { port } = server.address() as { port: number };
    const url = new URL(`http://127.0.0.1:${port}/`);
    await expect(
      sendExact({ url, method: 'GET', rawHeaders: ['Host', 'x'], body: Buffer.alloc(0), timeoutMs: 50 }),
    ).rejects.toThrow('no answer within');
    server.closeAllConnections();
    server.close();
  });

  it('speaks HTTPS where it is asked to', async () => {
    const url = new URL('https://127.0.0.1:1/');
    await expect(sendExact({ url, method: 'GET', rawHeaders: [], body: Buffer.from('x') })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  it('leaves out what belongs to one connection, and what that names', () => {
    expect(
      endToEndHeaders([
        'Connection',
        'close, X-Hop',
        'X-Hop',
        '1',
        'Keep-Alive',
        '5',
        'TE',
        'x',
        'X-Kept',
        '1',
      ]),
    ).toEqual(['X-Kept', '1']);
  });
});
