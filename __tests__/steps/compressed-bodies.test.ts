import express, { type RequestHandler } from 'express';
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  captureRawBody,
  checkHeaders,
  github,
  quicknode,
  stream,
  verify,
  verifySignature,
  verifySync,
  WebhookError,
  webhookErrors,
} from 'hooklatch';
import { eventually, NOW, SECRET, send, start, startGuard, talk, type Answer } from '../helpers/http';

const BODY = '{"type":"message.new","message":{"text":"Zoë – café ☕"}}';
const SIGNATURE = createHmac('sha256', SECRET).update(BODY).digest('hex');
const GZIP = gzipSync(BODY);
const SIGNED = { 'Content-Type': 'application/json', 'X-Signature': SIGNATURE };

const deliver = (port: number, body: string | Buffer, coding?: string): Promise<Answer> =>
  send(port, { headers: { ...SIGNED, ...(coding !== undefined && { 'Content-Encoding': coding }) }, body });

describe('a body that was compressed after it was signed', () => {
  it.each([
    ['as the sender says', GZIP, 'gzip'],
    ['by the older name', GZIP, 'X-GZIP'],
    ['without a header that says so', GZIP, undefined],
    ['inflated on the way, and the header kept', BODY, 'gzip'],
    ['never compressed', BODY, undefined],
    ['in two members', Buffer.concat([gzipSync(BODY.slice(0, 9)), gzipSync(BODY.slice(9))]), 'gzip'],
  ])('is inflated, then verified: %s', async (_what, body, coding) => {
    const { port, webhooks, decisions } = await startGuard({ provider: stream });
    expect((await deliver(port, body, coding)).status).toBe(200);
    expect(webhooks[0]).toMatchObject({ event: 'message.new', rawBody: Buffer.from(BODY) });
    await eventually(() => decisions.length === 1);
    expect(decisions[0]?.bytes).toBe(Buffer.byteLength(BODY));
  });

  it('is inflated when it comes in chunks', async () => {
    const { port, webhooks } = await startGuard({ provider: stream });
    const head = [
      ...['POST / HTTP/1.1', 'Host: localhost', 'Connection: close', 'Content-Encoding: gzip'],
      ...[`X-Signature: ${SIGNATURE}`, `Content-Length: ${GZIP.length}`, '', ''],
    ].join('\r\n');
    const answer = await talk(port, [head, GZIP.subarray(0, 1), GZIP.subarray(1, 30), GZIP.subarray(30)], 5);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(webhooks).toHaveLength(1);
  });

  it.each<[string, RequestHandler]>([
    ['express.raw() that leaves it', express.raw({ type: () => true, inflate: false })],
    ['express.raw() that inflates it', express.raw({ type: () => true })],
  ])('is taken behind %s', async (_what, before) => {
    const { port, webhooks } = await startGuard({ provider: stream }, [before]);
    const coding = _what.endsWith('leaves it') ? undefined : 'gzip';
    expect((await deliver(port, GZIP, coding)).status).toBe(200);
    expect(webhooks).toHaveLength(1);
  });

  it('is taken by the steps alone, where they are told of it', async () => {
    const { port } = await start((app) => {
      app.post('/', checkHeaders({ provider: stream }), captureRawBody({ compression: 'gzip' }));
      app.post('/', verifySignature({ provider: stream, secret: SECRET }), (_req, res) => void res.end());
      app.use(webhookErrors());
    });
    expect((await deliver(port, GZIP, 'gzip')).status).toBe(200);
    expect((await deliver(port, GZIP.subarray(0, -9), 'gzip')).status).toBe(400);
  });

  it('is taken without a framework', async () => {
    const headers = { 'x-signature': SIGNATURE, 'content-encoding': 'gzip' };
    const delivery = { method: 'POST', url: '/', headers, body: GZIP };
    const settings = { provider: stream, secret: SECRET, now: NOW };
    expect(verifySync(delivery, settings).rawBody.toString()).toBe(BODY);
    expect((await verify(delivery, settings)).event).toBe('message.new');
    for (const body of [GZIP.subarray(0, -1), gzipSync(Buffer.alloc(2 ** 21)), gzipSync(GZIP)]) {
      expect(() => verifySync({ ...delivery, body }, settings)).toThrow(WebhookError);
    }
  });

  it('is taken from QuickNode, whose nonce and time stand in front of it', async () => {
    const { port, webhooks } = await startGuard({ provider: quicknode });
    const [nonce, time] = ['8f2b1c', String(NOW / 1000)];
    const signature = createHmac('sha256', SECRET)
      .update(nonce + time + BODY)
      .digest('hex');
    const headers = { 'X-QN-Nonce': nonce, 'X-QN-Timestamp': time, 'X-QN-Signature': signature };
    const answer = await send(port, { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: GZIP });
    expect([answer.status, webhooks.length]).toEqual([200, 1]);
    const moved = { ...headers, 'X-QN-Nonce': nonce.slice(0, -1) };
    expect((await send(port, { headers: moved, body: GZIP })).status).toBe(401);
  });
});

describe('a stranger who sends compressed bytes', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));

  it.each<[string, string | Buffer, string | undefined, number]>([
    ['a bomb', bomb, 'gzip', 413],
    ['a bomb without a header', bomb, undefined, 413],
    ['half a body', GZIP.subarray(0, -12), 'gzip', 400],
    ['bytes behind the end', Buffer.concat([GZIP, Buffer.alloc(3)]), 'gzip', 415],
    ['a body of two codings, by the header', gzipSync(GZIP), 'gzip, gzip', 415],
    ['a body of two codings', gzipSync(GZIP), 'gzip', 401],
    ['another coding', GZIP, 'br', 415],
    ['a coding that hides behind a charset', GZIP, 'utf-8, gzip', 415],
    ['another body', gzipSync(BODY.replace('new', 'old')), 'gzip', 401],
  ])('is refused: %s', async (_what, body, coding, status) => {
    const { port, webhooks } = await startGuard({ provider: stream });
    expect((await deliver(port, body, coding)).status).toBe(status);
    expect(webhooks).toEqual([]);
  });

  it('is refused where the signature is of the compressed bytes', async () => {
    const { port } = await startGuard({ provider: stream });
    const signature = createHmac('sha256', SECRET).update(GZIP).digest('hex');
    expect((await send(port, { headers: { 'X-Signature': signature }, body: GZIP })).status).toBe(401);
  });

  it('is held to the limit of the guard, by what comes out', async () => {
    const { port } = await startGuard({ provider: stream, bodyLimit: BODY.length });
    expect((await deliver(port, gzipSync(' '.repeat(BODY.length + 1)), 'gzip')).status).toBe(413);
  });

  it('is refused at once by a sender that compresses nothing', async () => {
    const { port } = await startGuard({ provider: github });
    expect((await deliver(port, GZIP, 'gzip')).status).toBe(401);
    const mac = `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`;
    const headers = { 'X-Hub-Signature-256': mac, 'Content-Encoding': 'gzip' };
    expect((await send(port, { headers, body: GZIP })).status).toBe(415);
  });
});
