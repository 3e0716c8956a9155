import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { connect, Socket } from 'node:net';
import { fastcomments } from 'hooklatch';
import {
  decisionOf,
  fakeTimeouts,
  pause,
  requestText,
  signed,
  startGuard,
  talk,
  type Receiver,
} from '../helpers/http';

const MIB = Buffer.alloc(1024 ** 2, 0x20);
const GENUINE = signed(fastcomments, MIB);

/** Uploads pieces with a pause between them; the status, once all is sent and the whole answer received. */
function upload(
  port: number,
  headers: OutgoingHttpHeaders,
  pieces: readonly Buffer[],
  pauseMs = 0,
  agent?: Agent,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const ends = [pause(0)];
    const req = request({ port, host: '127.0.0.1', method: 'PUT', headers, agent }, (res) => {
      status = res.statusCode ?? 0;
      res.on('error', reject);
      ends.push(new Promise((ended) => res.on('end', ended).resume()));
      void Promise.all(ends).then(() => resolve(status));
    });
    req.on('error', reject);
    const rest = [...pieces];
    const write = (): void => {
      const piece = rest.shift();
      if (piece === undefined) req.end();
      else req.write(piece, () => setTimeout(write, pauseMs));
    };
    write();
  });
}

const cut = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

const closing = { Connection: 'close' };

describe('an early refusal', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startGuard({ provider: fastcomments, bodyLimit: '64kb' });
  });

  describe.each<[string, OutgoingHttpHeaders, number, string]>([
    ['no signature', {}, 401, 'ERR_WEBHOOK_HEADER'],
    ['too large a body', GENUINE, 413, 'ERR_WEBHOOK_BODY_SIZE'],
    ['an encoded body', { ...GENUINE, 'Content-Encoding': 'gzip' }, 415, 'ERR_WEBHOOK_ENCODING'],
  ])('for %s', (_cause, headers, status, code) => {
    const length = { 'Content-Length': MIB.length };

    beforeEach(async () => {
      const bodyLimit = status === 415 ? '100mb' : '64kb';
      receiver = await startGuard({ provider: fastcomments, bodyLimit });
    });

    it.each<[string, OutgoingHttpHeaders]>([
      ['keep-alive', length],
      ['Connection: close', { ...length, ...closing }],
      ['chunks', { 'Transfer-Encoding': 'chunked' }],
      ['chunks and Connection: close', { 'Transfer-Encoding': 'chunked', ...closing }],
    ])('reaches a sender of 1 MiB in small paced pieces (%s)', async (_how, extra) => {
      const got = await upload(receiver.port, { ...headers, ...extra }, cut(MIB, 2 ** 15), 1);
      expect(got).toBe(status);
      expect((await decisionOf(receiver)).code).toBe(code);
      expect(receiver.webhooks).toEqual([]);
    });

    it.each<[string, OutgoingHttpHeaders]>([
      ['keep-alive', {}],
      ['Connection: close', closing],
    ])('reaches a sender of 20 MiB at once (%s)', async (_how, extra) => {
      const body = Buffer.alloc(20 * MIB.length, 0x20);
      const all = { ...headers, ...extra, 'Content-Length': body.length };
      expect(await upload(receiver.port, all, [body])).toBe(status);
    });
  });

  it.each([
    ['a Buffer', () => Buffer.alloc(20 * MIB.length)],
    ['a stream', () => new Blob(cut(MIB, 2 ** 14)).stream()],
  ])('reaches fetch() with %s', async (_what, make) => {
    for (const headers of [{}, GENUINE]) {
      const init = { method: 'PUT', headers, body: make(), duplex: 'half' } as const;
      const answer = await fetch(receiver.url, init);
      expect(answer.status).toBe('X-FastComments-Signature' in headers ? 413 : 401);
      expect(await answer.text()).toContain('"error"');
    }
  });

  it('reaches a sender that speaks HTTP/1.0', async () => {
    const head = `PUT / HTTP/1.0\r\nContent-Length: ${MIB.length}\r\n\r\n`;
    const text = await talk(receiver.port, [head, ...cut(MIB, 2 ** 17)], 2);
    expect(text).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n[^]*\{"error":"Unauthorized"\}\n$/);
  });

  it('leaves the connection fit for the next delivery', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const all = { 'Content-Length': MIB.length };
    expect(await upload(receiver.port, all, cut(MIB, 2 ** 16), 1, agent)).toBe(401);
    const body = Buffer.from('{}');
    const genuine = { ...signed(fastcomments, body), 'Content-Length': 2 };
    expect(await upload(receiver.port, genuine, [body], 0, agent)).toBe(200);
    agent.destroy();
  });

  it('is out before the upload ends', async () => {
    const started = performance.now();
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(requestText('PUT', [`Content-Length: ${MIB.length}`]));
    const answered = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString()));
    });
    expect(answered).toContain('401 Unauthorized');
    expect(performance.now() - started).toBeLessThan(1000);
    socket.destroy();
  });

  it('is not followed by more than 64 MiB of upload', async () => {
    const destroySoon = jest.spyOn(Socket.prototype, 'destroySoon');
    const socket = connect(receiver.port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write(requestText('PUT', [`Content-Length: ${1024 * MIB.length}`]));
    let sent = 0;
    const write = (error?: Error | null): void => {
      if (error instanceof Error || !socket.writable) return;
      sent += 1;
      socket.write(MIB, write);
    };
    write();
    await closed;
    expect(text).toContain('401 Unauthorized');
    expect(sent).toBeGreaterThanOrEqual(64);
    expect(sent).toBeLessThan(128);
    // The cut calls it once, not for every later chunk; Node itself calls it at the ends of both sockets.
    expect(destroySoon.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it('is not followed by more than 30 seconds of upload', async () => {
    const socket = connect(receiver.port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    fakeTimeouts();
    socket.write(requestText('PUT', ['Content-Length: 100']));
    await new Promise((resolve) => socket.once('data', resolve));
    jest.advanceTimersByTime(29_999);
    expect(socket.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    jest.useRealTimers();
    await closed;
  });
});
