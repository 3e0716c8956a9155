import type { ErrorRequestHandler } from 'express';
import { inspect } from 'node:util';
import {
  fastcomments,
  webhookErrors,
  webhookGuard,
  webhookRouter,
  type Decision,
  type WebhookError,
} from 'hooklatch';
import { eventually, NOW, SECRET, send, signed, start, type Sent } from '../helpers/http';

const BODY = '{"private":"body"}';
const genuine: Sent = { method: 'PUT', headers: signed(fastcomments, BODY), body: BODY };
const tampered: Sent = { ...genuine, body: '{"private":"text"}' };

async function startWith(env: string | undefined, last: readonly ErrorRequestHandler[] = []) {
  const decisions: Decision[] = [];
  const { port } = await start((app) => {
    if (env !== undefined) app.set('env', env);
    app.use(
      webhookRouter({
        provider: fastcomments,
        secret: SECRET,
        clock: () => NOW,
        errors: 'next',
        onDecision: (decision) => decisions.push(decision),
        events: {
          create: () => {
            throw new Error('private cause');
          },
        },
      }),
    );
    for (const handler of last) app.use(handler);
  });
  return { port, decisions };
}

describe("errors: 'next'", () => {
  let env: string | undefined;
  let printed: jest.SpyInstance;
  beforeEach(() => {
    env = process.env.NODE_ENV;
    printed = jest.spyOn(console, 'error').mockImplementation();
  });
  afterEach(() => {
    process.env.NODE_ENV = env;
  });

  it('hands over an error with nothing of the delivery', async () => {
    const errors: WebhookError[] = [];
    const keep: ErrorRequestHandler = (error, _req, _res, next) => {
      errors.push(error as WebhookError);
      next(error);
    };
    const { port } = await startWith('test', [keep]);
    expect((await send(port, tampered)).status).toBe(401);
    const [error] = errors;
    expect(error).toMatchObject({
      name: 'WebhookError',
      code: 'ERR_WEBHOOK_SIGNATURE',
      status: 401,
      statusCode: 401,
      expose: false,
      message: 'no signature matches the body and the secrets',
    });
    const text = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
    for (const part of ['private', SECRET, ...Object.values(tampered.headers!)])
      expect(text).not.toContain(part);
    expect(error!.stack).not.toMatch(/\bat /);
  });

  it.each([
    ['a refusal', tampered, 401, 'ERR_WEBHOOK_SIGNATURE', 'refused'],
    ['a failure', genuine, 500, 'ERR_WEBHOOK_HANDLER', 'failed'],
  ])('records %s with what Express answered', async (_what, sent, status, code, outcome) => {
    const { port, decisions } = await startWith('test');
    expect((await send(port, sent)).status).toBe(status);
    await eventually(() => decisions.length === 1);
    expect(decisions).toMatchObject([{ code, status, outcome }]);
  });

  it('records the status of an error handler of your own', async () => {
    const own: ErrorRequestHandler = (error, _req, res, next) => {
      if (res.headersSent) next(error);
      else res.status(503).end();
    };
    const { port, decisions } = await startWith('test', [own]);
    expect((await send(port, tampered)).status).toBe(503);
    await eventually(() => decisions.length === 1);
    expect(decisions).toMatchObject([{ code: 'ERR_WEBHOOK_SIGNATURE', status: 503, outcome: 'refused' }]);
  });

  it('answers as the guard itself would, with webhookErrors() behind it', async () => {
    const { port } = await startWith('test', [webhookErrors({ onDecision: jest.fn() })]);
    const guard = await start((app) => {
      app.use(
        webhookGuard({ provider: fastcomments, secret: SECRET, clock: () => NOW, onDecision: jest.fn() }),
      );
    });
    expect((await send(port, tampered)).fingerprint).toBe((await send(guard.port, tampered)).fingerprint);
  });

  it.each([
    ['unset', undefined],
    ['development', 'development'],
    ['production', 'production'],
  ])("shows nothing of ours on Express's own page (NODE_ENV %s)", async (_how, value) => {
    if (value === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = value;
    const { port } = await startWith(value);
    for (const [sent, status] of [
      [{ method: 'PUT', body: BODY }, 401],
      [tampered, 401],
      [{ ...genuine, method: 'POST' }, 403],
      [genuine, 500],
    ] as [Sent, number][]) {
      const answer = await send(port, sent);
      expect(answer.status).toBe(status);
      const secrets = [
        'private',
        'ERR_',
        SECRET,
        'src/',
        '.ts',
        'node_modules',
        ' at ',
        'signature',
        'handler',
        'method',
      ];
      for (const part of [...secrets, ...Object.values(genuine.headers!)]) {
        expect(answer.text).not.toContain(part);
      }
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
    // Express itself prints errors, a moment later.
    await eventually(() => printed.mock.calls.length === 4);
  });
});
