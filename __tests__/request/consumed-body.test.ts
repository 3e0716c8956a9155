import express, { type RequestHandler } from 'express';
import multer from 'multer';
import type { IncomingMessage } from 'node:http';
import type * as Hooklatch from 'hooklatch';
import { fastcomments, keepRawBody } from 'hooklatch';
import { describeConsumedBody } from '../../src/request/consumed-body';
import { freshCopy, NOW, SECRET, send, signed, start, startGuard, warnings } from '../helpers/http';

const BODY = '{"a":1}';
const headers = { 'Content-Type': 'application/json', ...signed(fastcomments, BODY) };
const delivery = { method: 'PUT', path: '/hook', headers, body: BODY };

const guardOf = ({ webhookGuard, fastcomments: provider }: typeof Hooklatch): RequestHandler =>
  webhookGuard({ provider, secret: SECRET, clock: () => NOW });

/** What is warned of where an app that has been set up so gets a delivery. */
async function warningOf(setUp: (app: express.Express, guard: RequestHandler) => void): Promise<string> {
  const { port } = await start((app) => setUp(app, guardOf(freshCopy())));
  expect((await send(port, delivery)).status).toBe(500);
  expect(warnings).toHaveLength(1);
  return warnings[0]!;
}

const keepsNothing: RequestHandler = function readAndForget(req, _res, next) {
  req.on('end', next).resume();
};

describe('the warning of a body that was parsed before', () => {
  it.each<[string, (app: express.Express, guard: RequestHandler) => void, string]>([
    [
      'express.json()',
      (app, guard) => app.use(express.json(), guard),
      'hooklatch, by express.json() in front of it',
    ],
    [
      'several parsers',
      (app, guard) => app.use(express.urlencoded({ extended: true }), express.json(), express.json(), guard),
      'by express.urlencoded() or express.json() in front of it',
    ],
    [
      'text and bytes',
      (app, guard) => app.use(express.text({ type: () => true }), express.raw(), multer().any(), guard),
      'by express.text() or express.raw() or multer in front of it',
    ],
    [
      'a parser in a route',
      (app, guard) => app.put('/hook', express.json(), guard),
      'by express.json() in front of it',
    ],
    [
      'a parser in front of a router',
      (app, guard) => {
        const router = express.Router();
        router.use(express.json());
        router.put('/hook', guard);
        app.use(router);
      },
      'by express.json() in front of it',
    ],
    [
      'a reader that it does not know',
      (app, guard) => app.use(keepsNothing, (_req, _res, next) => next(), guard),
      'by one of the middlewares in front of it (readAndForget, ',
    ],
  ])('names what stands in front: %s', async (_what, setUp, words) => {
    expect(await warningOf(setUp)).toContain(words);
  });

  it('names no parser that stands behind the guard, and none of another library of this name', async () => {
    const text = await warningOf((app, guard) => {
      app.use(keepsNothing, guard, express.json());
    });
    expect(text).not.toContain('by express.json()');
  });

  it('names all parsers where the guard is inside something else', async () => {
    const text = await warningOf((app, guard) => {
      app.use(express.json(), function wrapped(req, res, next) {
        void guard(req, res, next);
      });
    });
    expect(text).toContain('by express.json() in front of it');
  });

  it.each<[string, object, string]>([
    [
      'of Express 4',
      { _router: { stack: [{ name: 'query' }, { name: 'jsonParser' }] } },
      ', by express.json() in',
    ],
    ['of Express 4 without one', { _router: { stack: [{ name: 'expressInit' }] } }, 'before hooklatch, so'],
    ['with a layer that has no name', { router: { stack: [{ name: 5 }] } }, 'before hooklatch, so'],
    ['that is none', {}, 'before hooklatch, so'],
  ])('reads the stack of an app %s', (_what, app, words) => {
    const req = { app: { get: () => undefined, ...app } } as unknown as IncomingMessage;
    expect(describeConsumedBody(req)).toContain(words);
  });

  it('tells a fix that works: the parser that keeps the bytes', async () => {
    const text = await warningOf((app, guard) => app.use(express.json(), guard));
    expect(text).toContain('express.json({ verify: keepRawBody })');
    const receiver = await startGuard({ provider: fastcomments }, [express.json({ verify: keepRawBody })]);
    expect((await send(receiver.port, delivery)).status).toBe(200);
  });
});
