import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastcomments, fastcommentsLegacy, standardWebhooksV1a, telehealth, webhookRouter } from 'hooklatch';
import { startInspector } from 'hooklatch/inspector';
import { makeDeliveryLog } from '../../src/inspector/delivery-log';
import { makeEventStream } from '../../src/inspector/event-stream';
import { makeHandler } from '../../src/inspector/handle-request';
import type { Trace } from '../../src/trace/trace';
import { eventually, SECRET, send, signed, start, talk } from '../helpers/http';
import { inspect, readStream, startInspected } from '../helpers/inspector';
import { runTs } from '../helpers/run-ts';

const BODY = '{"event":"consultation.created"}';

const sendSigned = (port: number, body = BODY): ReturnType<typeof send> =>
  send(port, {
    path: '/telehealth',
    headers: signed(telehealth, body, { now: Date.now() }),
    body,
  });

describe('startInspector()', () => {
  it('listens on loopback, on a free port where 4040 is taken', async () => {
    const other = createServer();
    const taken = (): Promise<boolean> =>
      new Promise((resolve) => {
        other.once('error', () => resolve(false)).listen(4040, '127.0.0.1', () => resolve(true));
      });
    // The same test may run in another process now.
    await eventually(taken);
    const inspector = await startInspector();
    try {
      expect(inspector.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      expect(inspector.url).not.toContain(':4040/');
      await expect(startInspector({ port: 4040 })).rejects.toThrow('EADDRINUSE');
    } finally {
      await inspector.close();
      other.close();
    }
  });

  it('does not start in production, unless it is asked twice', async () => {
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'production';
    try {
      await expect(startInspector({ port: 0 })).rejects.toThrow('"allowProduction"');
      await inspect({ allowProduction: true });
    } finally {
      process.env.NODE_ENV = NODE_ENV;
    }
  });

  it.each([
    [{ host: '0.0.0.0' }, /unknown option "host"/],
    [{ port: 70_000 }, /"port" must be a port/],
    [{ maxDeliveries: 0 }, /"maxDeliveries" must be a number of deliveries/],
    [{ allowProduction: 'yes' }, /"allowProduction" must be true or false/],
    [{ endpoints: {} }, /"endpoints" must be a list/],
    [{ endpoints: [{ url: 'https://example.org/', provider: telehealth }] }, /address of this machine/],
    [{ endpoints: [{ url: 'http://192.0.2.1/', provider: telehealth }] }, /address of this machine/],
    [{ endpoints: [{ url: 'http://127.0.0.1.example.org/', provider: telehealth }] }, /of this machine/],
    [{ endpoints: [{ url: 'http://localhost/?a=1', provider: telehealth }] }, /without a query/],
    [{ endpoints: [{ url: 'nowhere', provider: telehealth }] }, /"url" must be an address/],
    [{ endpoints: [{ url: 'http://localhost/' }] }, /"provider" must be an object/],
  ])('rejects %j', async (options, message) => {
    await expect(startInspector({ port: 0, ...options } as object)).rejects.toThrow(message);
  });

  it('keeps no process alive, and ends when it is closed', async () => {
    const { code, stderr } = await runTs('__tests__/inspector/idle.ts');
    expect([code, stderr]).toEqual([0, '']);
    const { inspector, inspectorPort } = await startInspected([{ provider: telehealth }]);
    const { res } = await readStream(inspectorPort);
    await inspector.close();
    await eventually(() => res.closed || res.destroyed);
    await expect(send(inspectorPort)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the answers of the inspector', () => {
  it('let nothing run that is not its own', async () => {
    const { ask } = await startInspected([{ provider: telehealth }]);
    const pages = ['/', '/inspector.css', '/inspector.mjs', '/favicon.svg', '/api/endpoints', '/nowhere'];
    const answers = await Promise.all([
      ...pages.map((path) => ask(path)),
      ask('/', { headers: { Host: 'evil.example' } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 404, 403]);
    expect(answers.map(({ headers }) => headers['content-type'])).toEqual([
      'text/html; charset=utf-8',
      'text/css; charset=utf-8',
      'text/javascript; charset=utf-8',
      'image/svg+xml',
      'application/json; charset=utf-8',
      'application/json; charset=utf-8',
      'application/json; charset=utf-8',
    ]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; script-src 'self'; style-src 'self'/,
        ),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:|data:/);
    }
    expect(answers[0].text).not.toMatch(/<script(?![^>]* src="\/)|<style|style=|onclick|https?:\/\//);
  });

  it.each([
    ['127.0.0.1', true],
    ['localhost', true],
    ['[::1]', true],
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['', false],
  ])('answers a request for the host %s: %s', async (host, allowed) => {
    const { inspectorPort } = await startInspected([]);
    const answer = await send(inspectorPort, {
      method: 'GET',
      headers: { Host: `${host}:${inspectorPort}` },
    });
    expect(answer.status).toBe(allowed ? 200 : 403);
    // The same name at another port is another server.
    const other = await send(inspectorPort, { method: 'GET', headers: { Host: `${host}:1` } });
    expect(other.status).toBe(403);
  });

  it.each([
    ['POST', { Origin: 'own' }, 200],
    ['POST', { Origin: 'own', 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['POST', {}, 403],
    ['POST', { Origin: 'http://evil.example' }, 403],
    ['POST', { Origin: 'null' }, 403],
    ['POST', { Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'same-site' }, 403],
    ['POST', { Origin: 'own', 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['POST', { Origin: 'own', 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }, 403],
    ['GET', { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate' }, 404],
    ['GET', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }, 404],
    ['GET', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }, 403],
    ['GET', { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors' }, 403],
  ])('answers a %s with %j by %i', async (method, headers, status) => {
    const { inspector, inspectorPort } = await startInspected([]);
    const { Origin: origin } = headers as { Origin?: string };
    const own = origin === 'own' ? { Origin: inspector.url.slice(0, -1) } : {};
    const answer = await send(inspectorPort, { method, path: '/api/clear', headers: { ...headers, ...own } });
    expect(answer.status).toBe(status);
  });

  it('needs a Host at all', async () => {
    const { inspectorPort } = await startInspected([]);
    expect(await talk(inspectorPort, ['GET / HTTP/1.0\r\n\r\n'])).toMatch(/^HTTP\/1\.1 403/);
  });

  it('is cut where it fails in the middle of an answer', async () => {
    const log = makeDeliveryLog(1);
    const open = (_req: unknown, res: ServerResponse): never => {
      res.writeHead(200).write('half');
      throw new Error('no');
    };
    const server = createServer(makeHandler({ endpoints: [], log, stream: { open } as never })).listen(
      0,
      '127.0.0.1',
    );
    await eventually(() => server.listening);
    const { port } = server.address() as AddressInfo;
    await expect(send(port, { method: 'GET', path: '/events' })).rejects.toThrow('aborted');
    server.close();
  });

  it('says when it has failed itself, and nothing of why', async () => {
    const { ask, port } = await startInspected([{ provider: telehealth }]);
    await sendSigned(port);
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation();
    jest.spyOn(Buffer.prototype, 'subarray').mockImplementation(() => {
      throw new RangeError('no');
    });
    const answer = await ask('/api/deliveries/1');
    jest.restoreAllMocks();
    expect([answer.status, JSON.parse(answer.text)]).toEqual([500, { error: 'the inspector failed' }]);
    expect(warned).toHaveBeenCalled();
  });
});

describe('the event stream', () => {
  it('shows deliveries as they come, and catches up with what was missed', async () => {
    const { port, inspectorPort } = await startInspected([{ provider: telehealth }]);
    const first = await readStream(inspectorPort);
    expect(first.res.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(first.events[0]).toMatchObject({ event: 'hello', data: { oldest: 1 } });
    await sendSigned(port);
    await send(port, { path: '/telehealth', body: BODY });
    await eventually(() => first.events.length === 3);
    const { run } = first.events[0]!.data;
    expect(first.events.slice(1)).toMatchObject([
      {
        event: 'delivery',
        id: `${run}-1`,
        data: { id: 1, status: 200, outcome: 'accepted', event: 'consultation.created' },
      },
      {
        event: 'delivery',
        id: `${run}-2`,
        data: { id: 2, status: 401, code: 'ERR_WEBHOOK_HEADER', provider: 'telehealth' },
      },
    ]);
    first.close();
    await sendSigned(port, '{"event":"x"}');

    const caughtUp = await readStream(inspectorPort, { 'Last-Event-ID': `${run}-2` });
    await eventually(() => caughtUp.events.length === 2);
    expect(caughtUp.events[1]).toMatchObject({ id: `${run}-3` });
    const byQuery = await readStream(inspectorPort, {}, `/events?last=${run}-3`);
    for (const last of ['elsewhere-3', 'nonsense', '', `${run}-`]) {
      const all = await readStream(inspectorPort, { 'Last-Event-ID': last });
      await eventually(() => all.events.length === 4);
    }
    expect(byQuery.events).toHaveLength(1);
  });

  it('tells every page that the list was cleared', async () => {
    const { port, inspectorPort, ask } = await startInspected([{ provider: telehealth }]);
    await sendSigned(port);
    const page = await readStream(inspectorPort);
    expect((await ask('/api/clear', { method: 'POST' })).status).toBe(200);
    await eventually(() => page.events.length === 3);
    expect(page.events[2]).toMatchObject({ event: 'hello', data: { oldest: 2 } });
    expect((await ask('/api/deliveries/1')).status).toBe(404);
    await sendSigned(port, '{"event":"y"}');
    await eventually(() => page.events.length === 4);
    expect(page.events[3]!.data.id).toBe(2);
  });

  it('has room for 16 pages: the oldest gives way', async () => {
    const { inspectorPort } = await startInspected([]);
    const pages: Awaited<ReturnType<typeof readStream>>[] = [];
    for (let count = 0; count < 17; count += 1) pages.push(await readStream(inspectorPort));
    await eventually(() => pages[0]!.res.destroyed);
    expect(pages.filter(({ res }) => res.destroyed)).toHaveLength(1);
  });

  it('cuts a page that does not read, and keeps the others awake', () => {
    jest.useFakeTimers();
    const stream = makeEventStream(makeDeliveryLog(1), 'run');
    const page = (writableLength: number) => ({
      writableLength,
      on: jest.fn(),
      writeHead: jest.fn(),
      write: jest.fn(),
      destroy: jest.fn(),
      end: jest.fn(),
    });
    const [good, stuck] = [page(0), page(5 * 1024 ** 2)];
    const req = { socket: { setNoDelay: jest.fn() } };
    for (const res of [good, stuck]) stream.open(req as never, res as never, null);
    jest.advanceTimersByTime(15_000);
    expect(good.write).toHaveBeenLastCalledWith(expect.stringMatching(/^: /));
    expect(stuck.write).not.toHaveBeenCalled();
    expect(stuck.destroy).toHaveBeenCalled();
    stream.close();
    expect(good.end).toHaveBeenCalled();
    jest.useRealTimers();
  });
});

describe('what is kept', () => {
  const traceOf = (bytes: number): Trace =>
    ({ request: { body: Buffer.alloc(bytes) }, answer: { body: Buffer.alloc(0) } }) as unknown as Trace;

  it('is bounded in number', async () => {
    const { port, ask } = await startInspected([{ provider: telehealth }], { maxDeliveries: 2 });
    for (const name of ['a', 'b', 'c']) await sendSigned(port, `{"event":"${name}"}`);
    const statuses = await Promise.all([1, 2, 3, 4].map((id) => ask(`/api/deliveries/${id}`)));
    expect(statuses.map(({ status }) => status)).toEqual([404, 200, 200, 404]);
  });

  it('is bounded in bytes, but for the newest', () => {
    const log = makeDeliveryLog(100);
    expect(log.oldest()).toBe(1);
    for (let count = 0; count < 5; count += 1) log.add(traceOf(20 * 1024 ** 2));
    expect(log.oldest()).toBe(3);
    log.add(traceOf(80 * 1024 ** 2));
    expect(log.after(0).map(({ id }) => id)).toEqual([6]);
    log.clear();
    for (let count = 0; count < 3; count += 1) log.add(traceOf(20 * 1024 ** 2));
    expect(log.oldest()).toBe(7);
    log.add({ ...traceOf(0), request: { body: undefined } } as unknown as Trace);
    expect(log.after(9)).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('are in no answer, wherever they came in', async () => {
    const routes = [
      { provider: fastcomments, also: [{ provider: fastcommentsLegacy, secret: SECRET }] },
      { provider: standardWebhooksV1a, secret: 'whpk_' + Buffer.alloc(32, 7).toString('base64') },
    ];
    const { port, inspectorPort, ask } = await startInspected(routes);
    const body = JSON.stringify({ id: 1, leaked: SECRET });
    const token = encodeURIComponent(SECRET);
    await send(port, {
      method: 'PUT',
      path: `/fastcomments/${token}?token=${token}&key=${SECRET.replaceAll(' ', '+')}`,
      headers: {
        token: SECRET,
        Authorization: `Bearer ${SECRET}`,
        Cookie: `session=${SECRET}`,
        'X-Note': SECRET,
      },
      body,
    });
    const page = await readStream(inspectorPort);
    await eventually(() => page.events.length === 2);
    const answers = await Promise.all(
      ['/api/deliveries/1', '/api/deliveries/1/export', '/api/endpoints'].map((path) => ask(path)),
    );
    const sent = await ask('/api/trials', {
      method: 'POST',
      body: '{"endpoint":0,"kind":"good","event":"create"}',
    });
    expect(JSON.parse(sent.text).status).toBeLessThan(300);
    for (const path of ['replay', 'resign']) {
      answers.push(await ask(`/api/deliveries/1/${path}`, { method: 'POST' }));
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const all =
      [...answers, sent].map(({ fingerprint }) => fingerprint).join('\n') + JSON.stringify(page.events);
    for (const form of [SECRET, token, SECRET.replaceAll(' ', '+'), Buffer.from(SECRET).toString('base64')]) {
      expect(all).not.toContain(form);
    }
    const { bodyBase64 } = JSON.parse(answers[1]!.text);
    expect(Buffer.from(bodyBase64, 'base64').toString()).not.toContain(SECRET);
  });
});

describe('diagnose', () => {
  it('never says more to the network: its text is in the page only', async () => {
    const decisions: unknown[] = [];
    const onDecision = (decision: unknown): void => void decisions.push(decision);
    const { ask, port } = await startInspected([{ provider: telehealth, onDecision }]);
    const pretty = JSON.stringify(JSON.parse(BODY), null, 2);
    const headers = signed(telehealth, BODY);
    const watched = await send(port, { path: '/telehealth', headers, body: pretty });
    const { diagnosis } = JSON.parse((await ask('/api/deliveries/1')).text);
    expect(diagnosis).toMatchObject({ verified: false, findings: [{ certainty: 'certain' }] });
    const { port: bare } = await start((app) => {
      const events = { '*': () => undefined };
      app.use(webhookRouter({ provider: telehealth, secret: SECRET, events, onDecision: () => undefined }));
    });
    const unwatched = await send(bare, { headers, body: pretty });
    expect(watched.fingerprint).toBe(unwatched.fingerprint);
    for (const { observed, why, fix, code } of diagnosis.findings) {
      for (const text of [observed, why, fix, code]) {
        expect(watched.fingerprint + JSON.stringify(decisions)).not.toContain(text);
      }
    }
    expect(decisions).toHaveLength(1);
  });
});
