import express, { type Request, type RequestHandler } from 'express';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createProxyMiddleware, fixRequestBody, type Options } from 'http-proxy-middleware';
import multer from 'multer';
import { defineProvider, fastcomments, getWebhook, keepRawBody, webhookGuard } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { NOW, SECRET, send, signed, start, startGuard, warnings } from '../helpers/http';

// Not as JSON.stringify() would write it.
const BODY = '{ "price": 1.0, "name": "Zo\\u00eb" }';
const headers = { 'Content-Type': 'application/json', ...signed(fastcomments, BODY) };
const delivery = { method: 'PUT', headers, body: BODY };
const guard = (options: object = {}): RequestHandler =>
  webhookGuard({ provider: fastcomments, secret: SECRET, clock: () => NOW, duplicates: false, ...options });

/** A service behind, which keeps what it gets; also what comes as a request that its client did not mean to send. */
async function startBackend() {
  const arrived: string[] = [];
  const { url, server } = await start((app) => {
    app.use(express.text({ type: () => true }));
    app.use((req, res) => {
      arrived.push(`${req.method} ${req.path} ${String((req as { body?: unknown }).body)}`);
      res.send('from behind');
    });
  });
  server.on('clientError', (error: Error) => arrived.push(String(error)));
  return { url, arrived };
}

describe('a proxy behind a guard', () => {
  type Proxying = Options<Request>;
  const byHand: Proxying['on'] = {
    proxyReq: (proxyReq, req) => void proxyReq.write(getWebhook(req).rawBody),
  };

  it.each<[string, Proxying, object]>([
    ['as it is', {}, {}],
    ['as it is, behind a store that needs time', {}, { duplicates: {} }],
    ['with fixRequestBody', { on: { proxyReq: fixRequestBody } }, {}],
    ['with the bytes written by hand', { on: byHand }, {}],
    ['through an agent that keeps its connections', { agent: new Agent({ keepAlive: true }) }, {}],
    [
      'with fixRequestBody, through such an agent',
      { agent: new Agent({ keepAlive: true }), on: { proxyReq: fixRequestBody } },
      {},
    ],
    [
      'with the bytes by hand, through such an agent',
      { agent: new Agent({ keepAlive: true }), on: byHand },
      {},
    ],
    ['that follows redirects', { followRedirects: true }, {}],
  ])('hands on the signed bytes, once: %s', async (_what, options, guarded) => {
    const { url, arrived } = await startBackend();
    const { port } = await start((app) => {
      app.use('/hook', guard(guarded), createProxyMiddleware({ target: url, ...options }));
    });
    for (const round of [1, 2, 3]) {
      const body = BODY.replace('1.0', `${round}.0`);
      const sent = {
        ...delivery,
        headers: { ...headers, ...signed(fastcomments, body) },
        body,
        path: '/hook/a',
      };
      expect(await send(port, sent)).toMatchObject({ status: 200, text: 'from behind' });
      expect(arrived).toHaveLength(round);
      expect(arrived[round - 1]).toBe(`PUT /a ${body}`);
    }
    (options.agent as Agent | undefined)?.destroy();
  });

  it('gets nothing of a delivery that is refused', async () => {
    const { url, arrived } = await startBackend();
    const { port } = await start((app) => {
      app.use('/hook', guard(), createProxyMiddleware({ target: url }));
    });
    expect((await send(port, { ...delivery, path: '/hook', body: `${BODY} ` })).status).toBe(401);
    expect(arrived).toEqual([]);
  });

  it('hands on what express.json() has kept in front of the guard', async () => {
    const { url, arrived } = await startBackend();
    const { port } = await start((app) => {
      app.use(
        express.json({ verify: keepRawBody }),
        guard(),
        createProxyMiddleware({ target: url, on: { proxyReq: fixRequestBody } }),
      );
    });
    expect((await send(port, delivery)).status).toBe(200);
    expect(arrived).toEqual([`PUT / ${BODY}`]);
  });
});

describe('multer behind a guard', () => {
  const provider = defineProvider({
    name: 'inbound-parse',
    algorithm: 'hmac-sha256',
    signature: { header: 'X-Sig', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
    content: 'raw',
  });
  const form = [
    '--xYz',
    'Content-Disposition: form-data; name="subject"',
    '',
    'Hello',
    '--xYz',
    'Content-Disposition: form-data; name="attachment1"; filename="a.bin"',
    'Content-Type: application/octet-stream',
    '',
    'x'.repeat(200_000),
    '--xYz--',
    '',
  ].join('\r\n');

  it.each([
    ['at once', false as const],
    ['behind a store', undefined],
  ])(
    'reads the fields and files of what was signed (%s), and nothing of what was not',
    async (_what, duplicates) => {
      const seen: unknown[] = [];
      const { port } = await start((app) => {
        app.post('/', webhookGuard({ provider, secret: SECRET, duplicates }), multer().any(), (req, res) => {
          const files = req.files as Express.Multer.File[];
          seen.push(
            { ...(req as { body: object }).body },
            files.map(({ size }) => size),
          );
          res.sendStatus(204);
        });
      });
      const { headers: made } = signedRequest(provider, { secret: SECRET, body: form });
      const sent = { headers: { ...made, 'Content-Type': 'multipart/form-data; boundary=xYz' } };
      expect((await send(port, { ...sent, body: form })).status).toBe(204);
      expect((await send(port, { ...sent, body: form.replace('Hello', 'Other') })).status).toBe(401);
      expect(seen).toEqual([{ subject: 'Hello' }, [200_000]]);
    },
  );
});

describe('replayBody()', () => {
  const collect = (chunks: unknown[]): Writable =>
    new Writable({ write: (chunk, _encoding, done) => done(void chunks.push(String(chunk))) });

  it('lets the body be read by pipe as often as is wanted, and by pipeline', async () => {
    const chunks: unknown[] = [];
    const receiver = await startGuard(
      { provider: fastcomments },
      [],
      [
        (req, _res, next) => {
          const first = req.pipe(collect(chunks));
          void once(first, 'finish')
            .then(() => pipeline(req, collect(chunks)))
            .then(() => next());
        },
      ],
    );
    expect((await send(receiver.port, delivery)).status).toBe(200);
    expect(chunks).toEqual([BODY, BODY]);
  });

  it('writes nothing to what has ended meanwhile', async () => {
    const chunks: unknown[] = [];
    const receiver = await startGuard(
      { provider: fastcomments },
      [],
      [
        (req, _res, next) => {
          req.pipe(collect(chunks)).end(() => next());
        },
      ],
    );
    expect((await send(receiver.port, delivery)).status).toBe(200);
    expect(chunks).toEqual([]);
  });

  it('leaves the destination open where it is told so', async () => {
    const chunks: unknown[] = [];
    const receiver = await startGuard(
      { provider: fastcomments },
      [],
      [
        (req, _res, next) => {
          const open = collect(chunks);
          req.pipe(open, { end: false });
          setTimeout(() => open.end(' and more', () => next()), 20);
        },
      ],
    );
    expect((await send(receiver.port, delivery)).status).toBe(200);
    expect(chunks).toEqual([BODY, ' and more']);
  });

  it('gives nothing where another has taken the webhook away, or has written the body and wants no end', async () => {
    const { url, arrived } = await startBackend();
    const receiver = await startGuard(
      { provider: fastcomments },
      [],
      [
        (req, _res, next) => {
          req.webhook = undefined;
          req.pipe(httpRequest(`${url}/none`, { method: 'PUT' }, () => next()));
        },
        (req, _res, next) => {
          const open = httpRequest(`${url}/own`, { method: 'PUT' }, () => next());
          req.pipe(open, { end: false });
          open.write('by hand');
          setTimeout(() => open.end(), 20);
        },
      ],
    );
    await send(receiver.port, delivery);
    expect(arrived).toEqual(
      ['PUT /none ', 'PUT /own by hand'].map((line) => expect.stringContaining(line.trim())),
    );
    expect(warnings).toEqual([]);
  });
});
