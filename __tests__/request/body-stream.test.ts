import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import * as http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { captureRawBody } from 'hooklatch';
import { readStream, type BodyResult } from '../../src/request/body-stream';
import { send, start } from '../helpers/http';

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
  return readStream(req, SMALL);
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

  it('refuses a stream that fails or is destroyed', async () => {
    for (const error of [new Error('gone'), undefined]) {
      const req = relayed(['abc']);
      const result = readRelayed(req);
      req.destroy(error);
      expect(await result).toBe('ERR_WEBHOOK_BODY_INCOMPLETE');
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
    // Some versions of Node end the whole session where a length lies.
    client.on('error', () => undefined);
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

it('keeps the asynchronous context of the request', async () => {
  const storage = new AsyncLocalStorage<string>();
  const { port } = await start((app) => {
    app.use((_req, _res, next) => storage.run('mine', next));
    app.use(captureRawBody());
    app.use((_req, res) => void res.end(storage.getStore()));
  });
  expect((await send(port, { body: 'abc' })).text).toBe('mine');
});
