import express, { type RequestHandler } from 'express';
import type * as BodyParser from 'body-parser';
import type * as Hooklatch from 'hooklatch';
import {
  captureRawBody,
  checkHeaders,
  fastcomments,
  keepRawBody,
  verifySignature,
  webhookErrors,
} from 'hooklatch';
import {
  decisionOf,
  eventually,
  freshCopy,
  NOW,
  requestText,
  SECRET,
  send,
  signed,
  start,
  startGuard,
  talk,
  warnings,
} from '../helpers/http';

const BODY = '{ "id": "1",  "n": 1.0 }';

async function deliver(port: number, body: string | Buffer = BODY, extra: Record<string, string> = {}) {
  const headers = { 'Content-Type': 'application/json', ...signed(fastcomments, body), ...extra };
  return send(port, { method: 'PUT', headers, body });
}

const platform: RequestHandler = (req, _res, next) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const rawBody = Buffer.concat(chunks);
    Object.assign(req, { rawBody, body: JSON.parse(rawBody.toString()) as unknown });
    next();
  });
};

const reader: RequestHandler = (req, _res, next) => void req.on('end', next).resume();

const slow: RequestHandler = (_req, _res, next) => {
  setTimeout(next, 20);
};

describe('captureRawBody()', () => {
  it.each<[string, RequestHandler[]]>([
    ['nothing', []],
    ['express.json({ verify: keepRawBody })', [express.json({ verify: keepRawBody })]],
    ['express.raw()', [express.raw({ type: () => true })]],
    ['a platform that sets rawBody', [platform]],
    ['an async middleware', [slow]],
    ['express.json() for another type', [express.json({ type: 'application/other' })]],
    ['express.urlencoded()', [express.urlencoded({ extended: true })]],
  ])('gives the received bytes behind %s', async (_what, before) => {
    const receiver = await startGuard({ provider: fastcomments }, before);
    expect((await deliver(receiver.port)).status).toBe(200);
    expect(receiver.webhooks[0]!.rawBody.toString()).toBe(BODY);
    expect(await decisionOf(receiver)).toMatchObject({ outcome: 'accepted', bytes: BODY.length });
  });

  it.each([
    ['express.json()', express.json()],
    ['express.text()', express.text({ type: () => true })],
    ['a reader that keeps nothing', reader],
    ['what says that it has read it', (req, _res, next) => next(void Object.assign(req, { _body: true }))],
    ['a setter of the encoding', (req, _res, next) => next(void req.setEncoding('utf8'))],
  ] as [string, RequestHandler][])(
    'answers 500 within 200 ms behind %s, with one warning that names the fix',
    async (_what, parser) => {
      const fresh = freshCopy();
      const decisions: Hooklatch.Decision[] = [];
      const { port } = await start((app) => {
        const onDecision = (decision: Hooklatch.Decision): void => void decisions.push(decision);
        app.use(parser);
        app.use(
          fresh.webhookGuard({ provider: fresh.fastcomments, secret: SECRET, clock: () => NOW, onDecision }),
        );
      });
      expect((await deliver(port)).status).toBe(500);
      const started = performance.now();
      expect((await deliver(port)).status).toBe(500);
      expect(performance.now() - started).toBeLessThan(200);
      await eventually(() => decisions.length === 2);
      expect(decisions[0]).toMatchObject({ code: 'ERR_WEBHOOK_SETUP', outcome: 'failed', bytes: null });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('express.json({ verify: keepRawBody })');
      expect(warnings[0]).toContain('before express.json()');
    },
  );

  it('tells a stranger nothing of a wrong set-up', async () => {
    const { port } = await startGuard({ provider: fastcomments }, [express.json()]);
    const headers = { 'Content-Type': 'application/json' };
    expect((await send(port, { method: 'PUT', headers, body: BODY })).status).toBe(401);
  });

  it.each<[string, RequestHandler[]]>([
    ['nothing', []],
    ['express.json()', [express.json()]],
    ['express.json({ verify: keepRawBody })', [express.json({ verify: keepRawBody })]],
    ['an async middleware', [slow]],
  ])('takes an empty body as no bytes behind %s', async (_what, before) => {
    const lines = Object.entries(signed(fastcomments, '')).map((pair) => pair.join(': '));
    for (const length of [[], ['Content-Length: 0']]) {
      const receiver = await startGuard({ provider: fastcomments }, before);
      const head = requestText('PUT', [...lines, 'Content-Type: application/json', ...length]);
      expect((await talk(receiver.port, [head])).slice(9, 12)).toBe('200');
      expect(await decisionOf(receiver)).toMatchObject({ code: null, bytes: 0 });
      expect(receiver.webhooks[0]!.payload).toBeUndefined();
    }
  });

  it('takes as no bytes what declares none, behind a reader that keeps nothing', async () => {
    const receiver = await startGuard({ provider: fastcomments }, [reader]);
    const lines = Object.entries(signed(fastcomments, '')).map((pair) => pair.join(': '));
    expect((await talk(receiver.port, [requestText('PUT', lines)])).slice(9, 12)).toBe('200');
    expect(await decisionOf(receiver)).toMatchObject({ code: null, bytes: 0 });
  });

  it('takes an empty chunked body as no bytes', async () => {
    const lines = Object.entries(signed(fastcomments, '')).map((pair) => pair.join(': '));
    const receiver = await startGuard({ provider: fastcomments });
    const head = requestText('PUT', [...lines, 'Transfer-Encoding: chunked']);
    expect((await talk(receiver.port, [head, '0\r\n\r\n'])).slice(9, 12)).toBe('200');
    expect(await decisionOf(receiver)).toMatchObject({ code: null, bytes: 0 });
  });

  it.each<[string, RequestHandler]>([
    ['express.json()', express.json()],
    ['express.raw()', express.raw({ type: () => true })],
    ['express.text()', express.text({ type: () => true })],
    ['express.urlencoded()', express.urlencoded({ extended: true, type: () => true })],
  ])('leaves the payload in place in front of %s', async (_what, parser) => {
    for (const before of [[], [express.json({ verify: keepRawBody })]]) {
      let body: unknown;
      const look: RequestHandler = (req, _res, next) => {
        ({ body } = req as { body: unknown });
        next();
      };
      const { port } = await startGuard({ provider: fastcomments }, before, [parser, look]);
      expect((await deliver(port)).status).toBe(200);
      expect(body).toEqual({ id: '1', n: 1 });
    }
  });

  it('keeps body-parser 1 away from what was kept', async () => {
    const { port } = await startGuard(
      { provider: fastcomments },
      [express.json({ verify: keepRawBody })],
      [jest.requireActual<typeof BodyParser>('body-parser1').json()],
    );
    expect((await deliver(port)).status).toBe(200);
  });

  it('reads a chunked body, and one in pieces', async () => {
    const receiver = await startGuard({ provider: fastcomments });
    const lines = Object.entries(signed(fastcomments, 'true')).map((pair) => pair.join(': '));
    const chunked = requestText('PUT', [...lines, 'Transfer-Encoding: chunked']);
    expect(await talk(receiver.port, [chunked, '2\r\ntr\r\n', '2\r\nue\r\n', '0\r\n\r\n'], 5)).toContain(
      '200 OK',
    );
    const counted = requestText('PUT', [...lines, 'Content-Length: 4']);
    expect(await talk(receiver.port, [counted, 'tr', 'ue'], 5)).toContain('200 OK');
  });

  it.each([
    ['of exactly the limit', 24, 200],
    ['of one byte more', 23, 413],
  ])('answers to a body %s (%d)', async (_size, bodyLimit, status) => {
    for (const before of [[], [express.raw({ type: () => true })]]) {
      const receiver = await startGuard({ provider: fastcomments, bodyLimit }, before);
      expect((await deliver(receiver.port)).status).toBe(status);
      expect((await decisionOf(receiver)).code).toBe(status === 200 ? null : 'ERR_WEBHOOK_BODY_SIZE');
    }
  });

  it('answers 413 to a body without a declared length that an earlier parser kept', async () => {
    const receiver = await startGuard({ provider: fastcomments, bodyLimit: 3 }, [
      express.raw({ type: () => true }),
    ]);
    const lines = Object.entries(signed(fastcomments, 'true')).map((pair) => pair.join(': '));
    const head = requestText('PUT', [...lines, 'Transfer-Encoding: chunked']);
    expect(await talk(receiver.port, [head, '4\r\ntrue\r\n0\r\n\r\n'])).toContain('413 Payload Too Large');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_BODY_SIZE');
  });

  it.each([
    ['of exactly the limit', 4, '200 OK'],
    ['of one byte more', 3, '413 Payload Too Large'],
  ])('answers to a chunked body %s (%d): %s', async (_size, bodyLimit, answer) => {
    const receiver = await startGuard({ provider: fastcomments, bodyLimit });
    const lines = Object.entries(signed(fastcomments, 'true')).map((pair) => pair.join(': '));
    const head = requestText('PUT', [...lines, 'Transfer-Encoding: chunked']);
    expect(await talk(receiver.port, [head, '4\r\ntrue\r\n0\r\n\r\n'])).toContain(answer);
  });

  it('goes by the bytes, not by a length that something before it made up', async () => {
    const receiver = await startGuard({ provider: fastcomments, bodyLimit: 3 }, [
      (req, _res, next) => {
        req.headers['content-length'] = '1';
        next();
      },
    ]);
    const lines = Object.entries(signed(fastcomments, 'true')).map((pair) => pair.join(': '));
    const head = requestText('PUT', [...lines, 'Transfer-Encoding: chunked']);
    expect(await talk(receiver.port, [head, '4\r\ntrue\r\n0\r\n\r\n'])).toContain('413 Payload Too Large');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_BODY_SIZE');
  });

  it('answers 500 to a chunked body that an earlier parser did not keep', async () => {
    const receiver = await startGuard({ provider: fastcomments }, [express.json()]);
    const lines = Object.entries(signed(fastcomments, 'true')).map((pair) => pair.join(': '));
    const head = requestText('PUT', [
      ...lines,
      'Transfer-Encoding: chunked',
      'Content-Type: application/json',
    ]);
    expect(await talk(receiver.port, [head, '2\r\n{}\r\n0\r\n\r\n'])).toContain('500 Internal Server Error');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_SETUP');
  });

  it.each(['gzip', 'br', 'deflate', 'zstd', 'identity, gzip', 'x'])(
    'answers 415 to Content-Encoding: %s',
    async (encoding) => {
      const receiver = await startGuard({ provider: fastcomments });
      expect((await deliver(receiver.port, BODY, { 'Content-Encoding': encoding })).status).toBe(415);
      expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_ENCODING');
    },
  );

  it.each(['identity', 'Identity', ''])('accepts Content-Encoding: %j', async (encoding) => {
    const { port } = await startGuard({ provider: fastcomments });
    expect((await deliver(port, BODY, { 'Content-Encoding': encoding })).status).toBe(200);
  });

  it('records a sender that left while something before it was waiting as an incomplete body', async () => {
    // A socket that is gone has no address, so nobody can tell that it was a loopback one.
    const receiver = await startGuard({ provider: fastcomments, https: false }, [
      (req, _res, next) => {
        req.once('close', () => setTimeout(next, 5));
        controller.abort();
      },
    ]);
    const controller = new AbortController();
    const sent = fetch(receiver.url, {
      method: 'PUT',
      headers: signed(fastcomments, BODY),
      body: BODY,
      signal: controller.signal,
    }).catch(() => 'left');
    expect(await sent).toBe('left');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_BODY_INCOMPLETE');
    expect(receiver.webhooks).toEqual([]);
  });

  it('answers 500 where a getter of the platform throws, whatever it throws', async () => {
    for (const thrown of [
      new Error('invalid JSON'),
      undefined,
      'text',
      null,
      Object.create(null) as unknown,
    ]) {
      const receiver = await startGuard({ provider: fastcomments }, [
        (req, _res, next) => {
          Object.defineProperty(req, 'body', {
            get() {
              throw thrown;
            },
          });
          next();
        },
      ]);
      expect((await deliver(receiver.port)).status).toBe(500);
      expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_SETUP', outcome: 'failed' });
    }
  });

  it('works alone, with the limit of its own', async () => {
    const { port } = await start((app) => {
      app.use(checkHeaders({ provider: fastcomments, clock: () => NOW }));
      app.use(captureRawBody());
      app.use(verifySignature({ provider: fastcomments, secret: SECRET, clock: () => NOW }));
      app.use((req, res) => void res.json(req.webhook!.rawBody.length));
      app.use(webhookErrors());
    });
    expect((await deliver(port)).text).toBe(String(BODY.length));
    const body = JSON.stringify('x'.repeat(1024 ** 2));
    expect((await deliver(port, body)).status).toBe(413);
  });
});
