import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, request, type ClientRequest, type IncomingMessage } from 'node:http';
import * as http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler } from 'express';
import { captureRawBody } from 'hooklatch';
import { readStream, type BodyResult } from '../../src/request/body-stream';
import { eventually, pause, requestText, send, start, talk } from '../helpers/http';

const SMALL = { limit: 100, timeoutMs: 1000 };

/** A request that a platform has made of an event: a stream that no HTTP parser stands behind. */
function relayed(chunks: readonly string[], headers: Record<string, string> = {}): IncomingMessage {
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return Object.assign(stream, {
    headers,
    complete: true,
    httpVersionMajor: 1,
  }) as unknown as IncomingMessage;
}

function readRelayed(req: IncomingMessage): Promise<BodyResult> {
  const res = new PassThrough();
  return new Promise((resolve) => readStream(req, res as never, SMALL, resolve));
}

describe('readStream() of a request that a platform has made', () => {
  it.each([
    ['without a length', {}],
    ['with the right length', { 'content-length': '6' }],
    ['with a length that is none', { 'content-length': '6', 'transfer-encoding': 'chunked' }],
  ])('reads all of a body %s', async (_how, headers) => {
    expect(await readRelayed(relayed(['ab', 'cd', 'ef'], headers as Record<string, string>))).toEqual(
      Buffer.from('abcdef'),
    );
  });

  it.each(['0', '5', '7'])('refuses a body of 6 bytes whose length lies (%s)', async (length) => {
    const req = relayed(['abc', 'def'], { 'content-length': length });
    expect(await readRelayed(req)).toBe('ERR_WEBHOOK_BODY_INCOMPLETE');
  });

  it('refuses a body beyond the limit, whatever its length says', async () => {
    const req = relayed(['x'.repeat(60), 'x'.repeat(41)], { 'content-length': '1' });
    expect(await readRelayed(req)).toBe('ERR_WEBHOOK_BODY_SIZE');
  });

  it('refuses text, whose bytes are gone', async () => {
    const req = relayed(['abc']);
    req.setEncoding('utf8');
    expect(await readRelayed(req)).toBe('ERR_WEBHOOK_SETUP');
  });

  it('refuses a stream that fails or is destroyed, and survives what it emits later', async () => {
    for (const error of [new Error('gone'), undefined]) {
      const req = relayed(['abc']);
      const result = readRelayed(req);
      req.destroy(error);
      expect(await result).toBe('ERR_WEBHOOK_BODY_INCOMPLETE');
      req.emit('error', new Error('again'));
    }
  });
});

describe('captureRawBody() and HTTP/2', () => {
  async function receive(headers: Record<string, string>, body: string): Promise<[number, string]> {
    const seen: string[] = [];
    const capture = captureRawBody({ bodyLimit: 100 });
    const server = http2.createServer((req, res) => {
      capture(req as never, res as never, (error?: unknown) => {
        seen.push(
          error === undefined ? String((req as { body?: unknown }).body) : (error as { code: string }).code,
        );
        res.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = client.request({ ':method': 'POST', ':path': '/', ...headers });
    const status = await new Promise<number>((resolve) => {
      stream.on('response', (answer) => resolve(Number(answer[':status'])));
      stream.on('error', () => resolve(0));
      stream.end(body);
    });
    client.close();
    await new Promise((resolve) => server.close(resolve));
    return [status, seen.join()];
  }

  it('reads a body without a length', async () => {
    expect(await receive({}, '{"a":1}')).toEqual([200, '{"a":1}']);
  });

  it('reads a body with its length, and none', async () => {
    expect(await receive({ 'content-length': '7' }, '{"a":1}')).toEqual([200, '{"a":1}']);
    expect(await receive({}, '')).toEqual([200, '']);
    expect(await receive({ 'content-length': '0' }, '')).toEqual([200, '']);
  });

  it('stops at the limit where nothing says how much will come', async () => {
    expect(await receive({}, 'x'.repeat(101))).toEqual([200, 'ERR_WEBHOOK_BODY_SIZE']);
    expect(await receive({}, 'x'.repeat(100))).toEqual([200, 'x'.repeat(100)]);
  });

  it('gets no body past a length that lies', async () => {
    for (const length of ['1', '8']) {
      const [status, seen] = await receive({ 'content-length': length }, '{"a":1}');
      expect([status, seen === '' || seen === 'ERR_WEBHOOK_BODY_INCOMPLETE']).toEqual([0, true]);
    }
  });
});

describe('a request behind captureRawBody()', () => {
  /** Sends a body through the step to a handler. */
  async function through(handler: RequestHandler, body: string, chunked = false): Promise<string> {
    const { port } = await start((app) => {
      app.use(captureRawBody());
      app.use(handler);
    });
    if (!chunked) return (await send(port, { body })).text;
    const head = requestText('POST', ['Transfer-Encoding: chunked']);
    const piece = `${body.length.toString(16)}\r\n${body}\r\n`;
    return (await talk(port, [head, piece, '0\r\n\r\n'], 5)).replace(/^[^]*?\r\n\r\n/, '');
  }

  const echo: RequestHandler = (req, res) => void req.pipe(res);

  it.each([
    ['a small one', 'abc', false],
    ['a large one', 'abc'.repeat(100_000), false],
    ['one in chunks', 'abc', true],
    ['an empty one', '', false],
  ])('can be piped on: %s', async (_what, body, chunked) => {
    expect(await through(echo, body, chunked)).toContain(body);
  });

  it('can be iterated over, listened to, and piped by pipeline()', async () => {
    const iterate: RequestHandler = async (req, res) => {
      let text = '';
      for await (const chunk of req) text += String(chunk);
      res.end(text);
    };
    const listen: RequestHandler = (req, res) => {
      req.on('data', (chunk) => res.write(chunk)).on('end', () => res.end());
    };
    const pump: RequestHandler = async (req, res) => pipeline(req, res as Writable);
    for (const handler of [iterate, listen, pump]) expect(await through(handler, 'abc')).toBe('abc');
  });

  it('ends where nothing behind reads it', async () => {
    let ended = false;
    const ignore: RequestHandler = (req, res) => {
      req.once('end', () => (ended = true));
      res.end('x');
    };
    expect(await through(ignore, 'abc')).toBe('x');
    await eventually(() => ended);
  });

  it('keeps the asynchronous context of the request', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { port } = await start((app) => {
      app.use((_req, _res, next) => storage.run('mine', next));
      app.use(captureRawBody());
      app.use((_req, res) => void res.end(storage.getStore()));
    });
    expect((await send(port, { body: 'abc' })).text).toBe('mine');
  });

  describe('into a request of its own', () => {
    /** What arrives at a service when the handler has a request to it. */
    async function onward(
      hand: (req: IncomingMessage, outgoing: ClientRequest, done: () => void) => void,
      headers: Record<string, string> = {},
    ): Promise<readonly string[]> {
      const arrived: string[] = [];
      const service = createServer((req, res) => {
        let text = '';
        req.on('data', (chunk) => (text += String(chunk)));
        req.on('end', () => {
          arrived.push(text);
          res.end();
        });
      });
      await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
      const { port } = service.address() as AddressInfo;
      await through((req, res) => {
        const outgoing = request({
          port,
          host: '127.0.0.1',
          method: 'POST',
          headers: { 'Content-Length': 3, ...headers },
        });
        outgoing.on('response', (answer) => answer.resume().on('end', () => res.end()));
        outgoing.on('error', () => res.end());
        hand(req, outgoing, () => res.end());
      }, 'abc');
      await new Promise((resolve) => service.close(resolve));
      return arrived;
    }

    it('goes once where it is piped at once, later, or to one that has sent its headers', async () => {
      expect(await onward((req, outgoing) => void req.pipe(outgoing))).toEqual(['abc']);
      const later = await onward((req, outgoing) => {
        outgoing.once('socket', () => setImmediate(() => void req.pipe(outgoing)));
      });
      expect(later).toEqual(['abc']);
      const flushed = await onward((req, outgoing) => {
        outgoing.flushHeaders();
        req.pipe(outgoing);
      });
      expect(flushed).toEqual(['abc']);
      expect(await onward((req, outgoing) => void req.pipe(outgoing), { Expect: '100-continue' })).toEqual([
        'abc',
      ]);
    });

    // As handlers do that were written for a body which a parser has used up.
    it('goes once where the handler writes it by hand as well', async () => {
      const arrived = await onward((req, outgoing) => {
        outgoing.once('socket', () => outgoing.write((req as { body?: unknown }).body));
        req.pipe(outgoing);
      });
      expect(arrived).toEqual(['abc']);
      await pause(5);
    });
  });
});
