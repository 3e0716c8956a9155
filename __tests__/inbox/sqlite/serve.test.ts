import { MessageChannel } from 'node:worker_threads';
import { packRequest, serveEngine, unpackRequest } from '../../../src/inbox/sqlite/serve';
import { eventually } from '../../helpers/http';
import { DRIVER, newFile } from '../../helpers/inbox';

const ROW = {
  route: 'r',
  keys: [],
  orderKey: null,
  received: 1,
  keepMs: 0,
  provider: 'p',
  event: null,
  meta: '{}',
};

describe('packRequest()', () => {
  it('puts all bodies into one buffer, from which they come back', () => {
    const puts = ['a', '', 'bcd'].map((text, tag) => ({
      tag,
      row: { ...ROW, body: new Uint8Array(Buffer.from(text)) },
    }));
    const packed = packRequest({ puts, drain: true });
    expect(packed.pack).toHaveLength(4);
    expect(unpackRequest(packed)).toEqual({ puts, drain: true });
    expect(unpackRequest(packRequest({ drain: true }))).toEqual({ drain: true });
    expect(unpackRequest({ puts: [] })).toEqual({ puts: [] });
  });
});

describe('serveEngine()', () => {
  it('stores and hands out what comes by a port, and closes', async () => {
    const { port1, port2 } = new MessageChannel();
    const messages: unknown[] = [];
    port2.on('message', (message: unknown) => messages.push(message));
    serveEngine(port1, {
      file: newFile(),
      driver: DRIVER,
      busyTimeoutMs: 100,
      maxBytes: undefined,
      owner: 'me',
      leaseMs: 1000,
      pollMs: 10,
      keepDoneMs: 0,
      keepDeadMs: 0,
      retry: { attempts: 1, firstMs: 1, maxMs: 1 },
    });
    const body = new Uint8Array(Buffer.from('body'));
    port2.postMessage(
      packRequest({
        puts: [{ tag: 1, row: { ...ROW, body } }],
        routes: [{ route: 'r', concurrency: 1, attemptTimeoutMs: 1000 }],
      }),
    );
    await eventually(() => messages.length === 2);
    expect(messages[0]).toBe('ready');
    expect(messages[1]).toMatchObject({
      puts: [{ tag: 1, result: 'stored' }],
      jobs: [{ route: 'r', attempts: 1 }],
    });
    const [job] = (messages[1] as { jobs: { body: Uint8Array }[] }).jobs;
    expect(Buffer.from(job!.body).toString()).toBe('body');
    port2.postMessage({ close: true });
    await eventually(() => messages.includes('closed'));
    port2.close();
  });
});
