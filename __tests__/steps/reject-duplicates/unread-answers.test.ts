import type { Express } from 'express';
import { connect, type Socket } from 'node:net';
import compression from 'compression';
import { github, memoryStore, webhookGuard, webhookRouter } from 'hooklatch';
import { storeWith } from '../../helpers/handling';
import { eventually, NOW, pause, requestText, SECRET, send, signed, start } from '../../helpers/http';

const sent = { path: '/hook', headers: signed(github, '{}', { event: 'push', id: 'delivery' }), body: '{}' };
const LINES = Object.entries(sent.headers).map((pair) => pair.join(': '));
const DOWNLOAD = 'GET /download HTTP/1.1\r\nHost: localhost\r\n\r\n';
const DELIVERY = `${requestText('POST', [...LINES, 'Content-Length: 2'], '/hook')}{}`;

type Mount = (app: Express, options: Parameters<typeof webhookGuard>[0], handle: () => void) => void;

const KINDS: [string, Mount][] = [
  [
    'guard',
    (app, options, handle) => app.use('/hook', webhookGuard(options), (_req, res) => (handle(), res.end())),
  ],
  [
    'guard whose handler takes its time',
    (app, options, handle) =>
      app.use('/hook', webhookGuard(options), (_req, res) => {
        handle();
        void pause(20).then(() => res.end('ok'));
      }),
  ],
  [
    'guard behind compression',
    (app, options, handle) =>
      app.use('/hook', compression({ threshold: 0 }), webhookGuard(options), (_req, res) => {
        handle();
        void pause(20).then(() => res.type('text').end('ok'.repeat(100)));
      }),
  ],
  [
    'router',
    (app, options, handle) => app.use('/hook', webhookRouter({ ...options, events: { '*': handle } })),
  ],
];

/** An app with a large file, and a delivery of it that is pipelined behind a download which its sender does not read. */
async function deliverUnread(mount: Mount, leaseMs = 30_000) {
  const handle = jest.fn();
  const watched = storeWith({}, memoryStore());
  const { port } = await start((app) => {
    app.get('/download', (_req, res) => void res.end(Buffer.alloc(2 ** 25)));
    const duplicates = { store: watched.store, leaseMs };
    mount(app, { provider: github, secret: SECRET, clock: () => NOW, duplicates }, handle);
  });
  const socket: Socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => undefined);
  socket.write(DOWNLOAD + DELIVERY);
  await eventually(() => handle.mock.calls.length === 1);
  return { port, handle, socket, ...watched };
}

describe.each(KINDS)('a %s, whose sender does not read the answer', (_kind, mount) => {
  it('completes the claim when the answer is handed over, and runs no copy', async () => {
    const { port, handle, socket, count } = await deliverUnread(mount);
    await eventually(() => count('complete') === 1);
    expect(socket.bytesRead).toBeLessThan(2 ** 25);
    expect((await send(port, sent)).status).toBe(200);
    expect(handle).toHaveBeenCalledTimes(1);
    socket.destroy();
  });

  it('does not lose it either where its sender then leaves', async () => {
    const { port, handle, socket, count } = await deliverUnread(mount, 1000);
    socket.destroy();
    await eventually(() => count('complete') === 1);
    await pause(1100);
    expect((await send(port, sent)).status).toBe(200);
    expect([handle.mock.calls.length, count('release')]).toEqual([1, 0]);
  });
});

describe('a guard, whose sender does not read the answer', () => {
  it('gives back what was answered 500', async () => {
    const { port, handle, socket, count } = await deliverUnread((app, options, handled) =>
      app.use('/hook', webhookGuard(options), (_req, res) => {
        handled();
        void pause(20).then(() => res.status(handle.mock.calls.length === 1 ? 500 : 200).end());
      }),
    );
    await eventually(() => count('release') === 1);
    expect([(await send(port, sent)).status, handle.mock.calls.length]).toEqual([200, 2]);
    socket.destroy();
  });
});
