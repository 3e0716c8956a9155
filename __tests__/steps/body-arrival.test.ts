import type { ErrorRequestHandler, RequestHandler } from 'express';
import { connect } from 'node:net';
import { captureRawBody, fastcomments, medplum, type WebhookError } from 'hooklatch';
import {
  decisionOf,
  eventually,
  fakeTimeouts,
  requestText,
  send,
  signed,
  start,
  startGuard,
  talk,
} from '../helpers/http';

const lines = (headers: Record<string, string>): string[] =>
  Object.entries(headers).map((pair) => pair.join(': '));

describe('captureRawBody(), while the body arrives', () => {
  it.each([
    ['fastcomments', fastcomments, 413],
    ['medplum', medplum, 403],
  ])('answers a chunked body over the limit before it has ended (%s)', async (_name, provider, status) => {
    const receiver = await startGuard({ provider, bodyLimit: 100 });
    const [method] = provider.methods;
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(requestText(method, [...lines(signed(provider, '')), 'Transfer-Encoding: chunked']));
    socket.write(`65\r\n${'x'.repeat(101)}\r\n`);
    const text = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString()));
    });
    expect(text.slice(9, 12)).toBe(String(status));
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_BODY_SIZE');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('0\r\n\r\n');
    await closed;
  });

  it.each([
    ['fastcomments', fastcomments, 408],
    ['medplum', medplum, 403],
  ])('answers a stalled upload and closes the connection (%s)', async (_name, provider, status) => {
    const receiver = await startGuard({ provider, bodyTimeoutMs: 50 });
    const [method] = provider.methods;
    for (const framing of ['Content-Length: 10', 'Transfer-Encoding: chunked']) {
      const started = performance.now();
      // No `Connection: close`: it is the guard that closes.
      const head = ['Host: x', ...lines(signed(provider, '')), framing, '', ''].join('\r\n');
      const text = await talk(receiver.port, [`${method} / HTTP/1.1\r\n${head}`, '1']);
      expect(text.slice(9, 12)).toBe(String(status));
      expect(text).toContain('{"error":');
      expect(performance.now() - started).toBeLessThan(2000);
    }
    await eventually(() => receiver.decisions.length === 2);
    expect(receiver.decisions.map(({ code }) => code)).toEqual(Array(2).fill('ERR_WEBHOOK_BODY_TIMEOUT'));
    expect(receiver.webhooks).toEqual([]);
  });

  it.each([
    ['nothing of it comes', []],
    ['its first byte comes late', ['1']],
    ['it goes on trickling', ['1', '1', '1', '1', '1', '1', '1', '1', '1']],
  ])('counts from the headers where %s', async (_how, late) => {
    const receiver = await startGuard({ provider: fastcomments, bodyTimeoutMs: 60 });
    const head = requestText('PUT', [...lines(signed(fastcomments, '')), 'Content-Length: 10']);
    expect(await talk(receiver.port, [head, ...late], 15)).toContain('408 Request Timeout');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_BODY_TIMEOUT');
    expect(receiver.webhooks).toEqual([]);
  });

  it('takes a body that comes later than its headers, in time', async () => {
    const receiver = await startGuard({ provider: fastcomments });
    const started = jest.spyOn(global, 'setTimeout');
    const stopped = jest.spyOn(global, 'clearTimeout');
    const head = requestText('PUT', [...lines(signed(fastcomments, '12')), 'Content-Length: 2']);
    expect(await talk(receiver.port, [head, '1', '2'], 15)).toContain('200 OK');
    const index = started.mock.calls.findIndex(([, milliseconds]) => milliseconds === 30_000);
    const timer: unknown = started.mock.results[index]!.value;
    expect(stopped.mock.calls.map(([given]) => given === timer)).toContain(true);
  });

  it('answers a body that is declared too large before a byte of it has come', async () => {
    const receiver = await startGuard({ provider: fastcomments, bodyLimit: 100 });
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(requestText('PUT', [...lines(signed(fastcomments, '')), 'Content-Length: 101']));
    const text = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString()));
    });
    expect(text.slice(9, 12)).toBe('413');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_BODY_SIZE');
    socket.destroy();
  });

  it('goes on once, alone too, where the rest of a late body comes after all', async () => {
    const errors: unknown[] = [];
    const handle = jest.fn();
    let ended = false;
    const { port } = await start((app) => {
      app.use((req, _res, next) => {
        req.once('end', () => setImmediate(() => (ended = true)));
        next();
      });
      app.use(captureRawBody({ bodyTimeoutMs: 20 }));
      const keep: ErrorRequestHandler = (error: WebhookError, _req, res, next) => {
        errors.push(error.code);
        if (res.headersSent) next(error);
        else res.sendStatus(408);
      };
      app.use(keep);
      app.use(handle);
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n1');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.write('2');
    await eventually(() => ended);
    expect([errors, handle.mock.calls.length]).toEqual([['ERR_WEBHOOK_BODY_TIMEOUT'], 0]);
    socket.destroy();
  });

  it('gives a body 30 seconds where nothing else is said', async () => {
    const receiver = await startGuard({ provider: fastcomments });
    const socket = connect(receiver.port, '127.0.0.1');
    fakeTimeouts();
    socket.write(requestText('PUT', [...lines(signed(fastcomments, '')), 'Content-Length: 10']));
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    while (jest.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(29_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(receiver.decisions).toEqual([]);
    jest.advanceTimersByTime(2);
    jest.useRealTimers();
    await closed;
    expect(text).toContain('408 Request Timeout');
  });

  it('survives an upload that is aborted, and runs no handler', async () => {
    let arrived = 0;
    const count: RequestHandler = (_req, _res, next) => next(void (arrived += 1));
    const receiver = await startGuard({ provider: fastcomments }, [count]);
    for (const [before, end] of (['destroy', 'resetAndDestroy', 'end'] as const).entries()) {
      const socket = connect(receiver.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(requestText('PUT', [...lines(signed(fastcomments, '1')), 'Content-Length: 10']));
      socket.write('1');
      await eventually(() => arrived > before);
      socket[end]();
      await new Promise((resolve) => socket.once('close', resolve).resume());
    }
    await eventually(() => receiver.decisions.length === 3);
    expect(receiver.decisions).toMatchObject(
      Array(3).fill({ code: 'ERR_WEBHOOK_BODY_INCOMPLETE', outcome: 'refused' }),
    );
    expect(receiver.webhooks).toEqual([]);
    const headers = signed(fastcomments, '{}');
    expect((await send(receiver.port, { method: 'PUT', headers, body: '{}' })).status).toBe(200);
  });

  it.each([
    ['fastcomments', fastcomments, 400],
    ['medplum', medplum, 403],
  ])('records an incomplete body with the status of the sender (%s)', async (_name, provider, status) => {
    const leave: RequestHandler = (_req, _res, next) => {
      socket.destroy();
      next();
    };
    const receiver = await startGuard({ provider }, [leave]);
    const [method] = provider.methods;
    const head = requestText(method, [...lines(signed(provider, '')), 'Transfer-Encoding: chunked']);
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(`${head}5\r\nabc`);
    expect(await decisionOf(receiver)).toMatchObject({ code: 'ERR_WEBHOOK_BODY_INCOMPLETE', status });
  });
});
