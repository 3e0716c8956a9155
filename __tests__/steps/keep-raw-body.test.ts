import express, { type RequestHandler } from 'express';
import {
  fastcomments,
  keepRawBody,
  webhookErrors,
  webhookGuard,
  webhookRouter,
  type Decision,
} from 'hooklatch';
import { eventually, NOW, SECRET, send, signed, start } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const settings = { provider: fastcomments, secret: SECRET, clock: () => NOW, duplicates: false } as const;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const deliveryOf = (body: string) => ({
  method: 'PUT',
  headers: { ...JSON_TYPE, ...signed(fastcomments, body) },
  body,
});
const LARGE = JSON.stringify({ text: 'x'.repeat(200_000) });

// Express knows it by its four parameters.
const teapot: express.ErrorRequestHandler = (...[, , res]) => void res.sendStatus(418);
Object.defineProperty(teapot, 'length', { value: 4 });

/** An app with a parser in front of everything: a guard at /hook, and routes of its own. */
async function startApp(parser: RequestHandler, guardOf = (guard: RequestHandler): RequestHandler => guard) {
  const decisions: Decision[] = [];
  const seen: unknown[] = [];
  const onDecision = (decision: Decision): void => void decisions.push(decision);
  const guard = webhookGuard({ ...settings, bodyLimit: '300kb', onDecision });
  const { port } = await start((app) => {
    app.use(parser);
    app.use('/hook', guardOf(guard), (req, res) => void res.json(req.webhook!.rawBody.length));
    app.use((req, res) => {
      const { body, rawBody } = req as { body?: unknown; rawBody?: Buffer };
      seen.push([body, rawBody?.toString()]);
      res.sendStatus(204);
    });
    app.use(webhookErrors({ onDecision }));
  });
  return { port, decisions, seen };
}

// As NestJS does it: what stands in the stack of the app is a function of its own.
const wrap =
  (guard: RequestHandler): RequestHandler =>
  (req, res, next) =>
    void guard(req, res, next);

describe('keepRawBody.json()', () => {
  it('leaves to the guard what leads to it: large, tampered and malformed deliveries get its answers', async () => {
    const { port, decisions } = await startApp(keepRawBody.json({ limit: '1kb' }));
    const path = '/hook';
    expect(await send(port, { ...deliveryOf(LARGE), path })).toMatchObject({
      status: 200,
      text: String(LARGE.length),
    });
    expect((await send(port, { ...deliveryOf('{}'), body: '{} ', path })).status).toBe(401);
    expect((await send(port, { ...deliveryOf('{}'), body: 'no JSON', path })).status).toBe(401);
    expect((await send(port, { ...deliveryOf('no JSON'), path })).status).toBe(400);
    expect((await send(port, { ...deliveryOf(LARGE + ' '.repeat(200_000)), path })).status).toBe(413);
    await eventually(() => decisions.length === 5);
    const codes = [null, 'ERR_WEBHOOK_SIGNATURE', 'ERR_WEBHOOK_SIGNATURE', 'ERR_WEBHOOK_PAYLOAD'];
    expect(decisions.map(({ code }) => code)).toEqual([...codes, 'ERR_WEBHOOK_BODY_SIZE']);
  });

  it('parses the rest, and keeps the bytes', async () => {
    const { port, seen } = await startApp(keepRawBody.json());
    const sent = { method: 'PUT', headers: JSON_TYPE, body: '{ "a": 1.0 }' };
    expect((await send(port, { ...sent, path: '/hooks' })).status).toBe(204);
    expect((await send(port, { ...sent, path: '/' })).status).toBe(204);
    expect(seen).toEqual(Array(2).fill([{ a: 1 }, '{ "a": 1.0 }']));
  });

  it('keeps the bytes for a guard that is inside something else', async () => {
    const { port } = await startApp(keepRawBody.json(), wrap);
    expect((await send(port, { ...deliveryOf(LARGE), path: '/hook' })).status).toBe(200);
    expect((await send(port, { ...deliveryOf('{}'), body: '{} ', path: '/hook' })).status).toBe(401);
  });

  it.each([
    ['/Hook/', '/hook', 200],
    ['/hook', '/HOOK/deep?x=1', 200],
    ['/hook', '/hook/', 200],
    // Another path that begins with the same letters, and none at all: no bytes, so the guard says so.
    ['/hoo', '/hook', 500],
    ['/other', '/hook', 500],
  ])('keeps them under its paths only, where it is told so: %s for %s', async (given, path, status) => {
    const { port } = await startApp(keepRawBody.json({ paths: [given] }), wrap);
    expect((await send(port, { ...deliveryOf('{}'), path })).status).toBe(status);
  });

  it('refuses more than its limit, 1 MB by default', async () => {
    const { port } = await startApp(keepRawBody.json());
    const body = JSON.stringify('x'.repeat(1024 ** 2));
    expect((await send(port, { headers: JSON_TYPE, path: '/', body })).status).toBe(413);
  });

  it.each([
    { limit: 'all' },
    { limit: 0 },
    { paths: [] },
    { paths: ['hook'] },
    { paths: '/hook' },
    { path: '/a' },
  ])('throws for the options %j', (options) => {
    expect(typeErrorOf(() => keepRawBody.json(options as never))).toContain('keepRawBody.json(): ');
  });
});

describe('webhookErrors() behind a parser', () => {
  it.each<[string, Partial<{ body: string; headers: object }>, number, string]>([
    ['a body above its limit', { body: LARGE }, 413, 'ERR_WEBHOOK_BODY_SIZE'],
    ['what is no JSON', { body: '{' }, 400, 'ERR_WEBHOOK_PAYLOAD'],
    [
      'a charset',
      { headers: { 'Content-Type': 'application/json; charset=x' } },
      415,
      'ERR_WEBHOOK_ENCODING',
    ],
    ['a coding', { headers: { ...JSON_TYPE, 'Content-Encoding': 'x' } }, 415, 'ERR_WEBHOOK_ENCODING'],
  ])('answers and records what it refuses of a delivery: %s', async (_what, more, status, code) => {
    const { port, decisions } = await startApp(express.json({ verify: keepRawBody }));
    const sent = { ...deliveryOf('{}'), ...more } as ReturnType<typeof deliveryOf>;
    const answer = await send(port, { ...sent, path: '/hook?x=1' });
    expect(answer.status).toBe(status);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.text).toMatch(/^\{"error":"[\w ]+"\}\n$/);
    await eventually(() => decisions.length === 1);
    expect(decisions[0]).toMatchObject({ outcome: 'refused', code, status, path: '/hook', provider: '' });
  });

  async function statusBehind(
    setUp: (app: express.Express, guard: RequestHandler) => void,
    path: string,
  ): Promise<number> {
    const { port } = await start((app) => {
      app.use(express.json());
      setUp(app, webhookGuard(settings));
      app.use(webhookErrors());
      app.use(teapot);
    });
    return (await send(port, { method: 'PUT', headers: JSON_TYPE, path, body: '{' })).status;
  }
  const inRouter = (app: express.Express, guard: RequestHandler): void => {
    const router = express.Router();
    router.put('/hook', guard);
    router.put('/plain', (_req, res) => void res.end());
    app.use('/api', router);
  };

  it.each<[string, (app: express.Express, guard: RequestHandler) => void, string, number]>([
    ['a guard in a route', (app, guard) => app.put('/hook/:id', guard), '/hook/5', 400],
    ['a guard for everything', (app, guard) => app.use(guard), '/any', 400],
    [
      'a router',
      (app) => app.use('/hook', webhookRouter({ ...settings, events: { '*': () => undefined } })),
      '/hook',
      400,
    ],
    ['a guard in a router', inRouter, '/api/hook', 400],
    ['a path of its own', (app) => app.use('/mine', webhookErrors()), '/mine/x', 400],
  ])('knows the deliveries by the path: %s', async (_what, setUp, path, status) => {
    expect(await statusBehind(setUp, path)).toBe(status);
  });

  it.each<[string, (app: express.Express, guard: RequestHandler) => void, string]>([
    ['of another route', (app, guard) => app.put('/hook', guard), '/other'],
    ['of another route of the same router', inRouter, '/api/plain'],
    ['of no route of that router', inRouter, '/api'],
    ['of a path that Express cannot decode', (app, guard) => app.put('/:id', guard), '/%E0%A4%A'],
    ['where something else is in the way', (app, guard) => app.use('/hook', wrap(guard)), '/hook'],
  ])('lets what a parser refuses pass by: %s', async (_what, setUp, path) => {
    expect(await statusBehind(setUp, path)).toBe(418);
  });

  it('lets errors of others pass by, whatever they are', async () => {
    for (const thrown of [new Error('x'), 'text', { type: 'entity.too.small' }, { type: 5 }]) {
      const { port } = await start((app) => {
        app.use('/hook', () => {
          throw thrown as Error;
        });
        app.use('/hook', webhookErrors());
        app.use(teapot);
      });
      expect((await send(port, { path: '/hook' })).status).toBe(418);
    }
  });
});
