import type { RequestHandler } from 'express';
import { PassThrough } from 'node:stream';
import { fastcomments } from 'hooklatch';
import { decisionOf, freshCopy, NOW, SECRET, send, signed, startGuard, warnings } from '../helpers/http';
import { keptBody } from '../../src/request/kept-body';
import type { WebhookRequest } from '../../src/request/state';

const BODY = '{ "name": "Zoë",  "n": 1.0 }';
const delivery = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };

/** A platform that has read the request, and keeps what `keep` makes of the bytes. */
const platform =
  (keep: (bytes: Buffer) => object): RequestHandler =>
  (req, _res, next) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => next(void Object.assign(req, keep(Buffer.concat(chunks)))));
  };

const parsed = (bytes: Buffer): unknown => JSON.parse(bytes.toString()) as unknown;
const toArray = (bytes: Buffer): Uint8Array => new Uint8Array([0, ...bytes, 0]).subarray(1, bytes.length + 1);

describe('the bytes that a platform has kept', () => {
  it.each<[string, (bytes: Buffer) => object]>([
    [
      'text in rawBody, as functions of Azure do',
      (bytes) => ({ rawBody: bytes.toString(), body: parsed(bytes) }),
    ],
    ['a Uint8Array in rawBody', (bytes) => ({ rawBody: toArray(bytes), body: parsed(bytes) })],
    ['a Uint8Array in body', (bytes) => ({ body: toArray(bytes) })],
    ['a Buffer in rawBody beside text in body', (bytes) => ({ rawBody: bytes, body: bytes.toString() })],
  ])('are used, and the signature decides: %s', async (_what, keep) => {
    const receiver = await startGuard({ provider: fastcomments, duplicates: false }, [platform(keep)]);
    expect((await send(receiver.port, delivery)).status).toBe(200);
    expect(receiver.webhooks[0]!.rawBody).toEqual(Buffer.from(BODY));
    for (const body of [`${BODY} `, BODY.replace('1.0', '1'), BODY.replace('ë', 'e')]) {
      expect((await send(receiver.port, { ...delivery, body })).status).toBe(401);
    }
    expect(receiver.webhooks).toHaveLength(1);
  });

  it('are no match where the text has lost some, and a warning names what has', async () => {
    const fresh = freshCopy();
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const sent = { ...delivery, headers: signed(fastcomments, body), body };
    const keep = platform((bytes) => ({ rawBody: bytes.toString(), body: {} }));
    const guard = fresh.webhookGuard({ provider: fresh.fastcomments, secret: SECRET, clock: () => NOW });
    const receiver = await startGuard({ provider: fastcomments }, [keep, guard]);
    expect((await send(receiver.port, sent)).status).toBe(401);
    expect((await send(receiver.port, sent)).status).toBe(401);
    expect(warnings.filter((text) => text.includes('req.rawBody is text'))).toHaveLength(1);
  });

  it('are not those that text has while the request is still being read', async () => {
    const receiver = await startGuard({ provider: fastcomments }, [
      (req, _res, next) => next(void Object.assign(req, { rawBody: '' })),
    ]);
    expect((await send(receiver.port, delivery)).status).toBe(200);
  });

  it('are not text in body of a request that was read: express.text() may have decoded it', async () => {
    const receiver = await startGuard({ provider: fastcomments }, [
      platform((bytes) => ({ body: bytes.toString() })),
    ]);
    expect((await send(receiver.port, delivery)).status).toBe(500);
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_SETUP');
  });
});

describe('a request that Vercel has read and gives again', () => {
  // As its helpers do it: the bytes once more by `read` and by two events, and a body that is parsed when it is read.
  const vercel: RequestHandler = (req, res, next) =>
    platform((bytes) => {
      const again = new PassThrough();
      again.end(bytes);
      const set = (value: unknown): unknown => Object.defineProperty(req, 'body', { value, writable: true });
      Object.defineProperty(req, 'body', { configurable: true, set, get: () => parsed(bytes) });
      return { read: again.read.bind(again) };
    })(req, res, next);

  it('is verified by its bytes; what was changed, or is no JSON, is 401', async () => {
    const receiver = await startGuard({ provider: fastcomments }, [vercel]);
    expect((await send(receiver.port, delivery)).status).toBe(200);
    expect(receiver.webhooks[0]!.rawBody.toString()).toBe(BODY);
    expect((await send(receiver.port, { ...delivery, body: `${BODY} ` })).status).toBe(401);
    expect((await send(receiver.port, { ...delivery, body: 'no JSON' })).status).toBe(401);
  });

  it('is 500 where another has read that too', async () => {
    const receiver = await startGuard({ provider: fastcomments }, [
      vercel,
      (req, _res, next) => next(void req.read()),
    ]);
    expect((await send(receiver.port, delivery)).status).toBe(500);
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_SETUP');
  });
});

describe('keptBody()', () => {
  it('prefers what a guard has verified, then rawBody', () => {
    const bytes = (text: string): Buffer => Buffer.from(text);
    const kept = (...more: object[]): string | undefined => {
      const all = Object.assign(
        { read: () => null, rawBody: bytes('b'), body: bytes('c') },
        ...more,
      ) as unknown;
      return keptBody(all as WebhookRequest)?.toString();
    };
    expect([kept(), kept({ webhook: { rawBody: bytes('a') } }), kept({ rawBody: 5 })]).toEqual([
      'b',
      'a',
      'c',
    ]);
    expect(kept({ rawBody: undefined, body: undefined })).toBeUndefined();
  });
});
