import { HttpRequest } from '@azure/functions';
import serverlessExpress from '@codegenie/serverless-express';
import express, { type Express } from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import serverless from 'serverless-http';
import { github, sign, stripe, verify, webhookRouter } from 'hooklatch';
import { send } from '../helpers/http';
import { runSnippet } from '../helpers/run-snippet';
import { blocksOf, readPage, rowsOf, sectionOf } from '../helpers/snippets';

const PAGE = readPage('docs/guides/serverless.md');
const SECRET = 'a secret for tests, long enough';
const BODY = '{"id":"evt_1","type":"invoice.paid","name":"Olá"}';

let logged: unknown[][];
const { env } = process;
const servers: Server[] = [];

beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((...words) => void logged.push(words));
  process.env = { ...env, GITHUB_SECRET: SECRET, STRIPE_SECRET: SECRET };
});
afterEach(async () => {
  process.env = env;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** The code under a heading of the guide, run. */
async function run(heading: string): Promise<Readonly<Record<string, unknown>>> {
  return (await runSnippet(blocksOf(sectionOf(PAGE, heading), 'ts')[0]!)).exports;
}

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  if (!server.listening) await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const pushed = (text = BODY) => ({
  headers: {
    'Content-Type': 'application/json',
    ...sign(github, { secret: SECRET, event: 'push' }, bodyOf(BODY)),
  },
  body: text,
});
const bodyOf = (text: string) => ({ body: Buffer.from(text) });

// Cloud Functions have a test of their own, cloud-functions.test.ts: it brings its own Express.
describe('docs/guides/serverless.md', () => {
  it('has a row for each platform that is run here, or by tools/platforms', () => {
    const names = rowsOf(PAGE, 'platform').map(([name = '']) =>
      name.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'),
    );
    expect(names).toEqual([
      'Express on AWS Lambda by serverless-http or serverless-express',
      'AWS Lambda without Express',
      'Cloud Functions, and those of Firebase',
      'Azure Functions, model 4',
      'Azure Functions, model 3',
      'Vercel Functions',
      'API routes of Next.js',
      'Route handlers of Next.js and other handlers of `Request`',
      'NestJS on Express',
      '`node:http` without Express',
    ]);
  });
});

describe('Express on AWS Lambda', () => {
  interface Answer {
    statusCode: number;
  }
  const app = (): { app: Express; ids: unknown[] } => {
    const ids: unknown[] = [];
    const events = {
      '*': (webhook: { payload: unknown }) => void ids.push((webhook.payload as { id: string }).id),
    };
    const made = express();
    made.use('/hook', webhookRouter({ provider: stripe, secret: SECRET, events, duplicates: false }));
    return { app: made, ids };
  };
  const forwarded = {
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
  };
  const lists = (headers: object): object =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

  /** What API Gateway, a function URL or a load balancer makes of a request. */
  function eventOf(kind: string, base64: boolean, text = BODY): object {
    const signed = sign(stripe, { secret: SECRET }, bodyOf(BODY));
    const headers = { host: 'x.example', 'content-type': 'application/json', ...signed, ...forwarded };
    const body = base64 ? Buffer.from(text).toString('base64') : text;
    const common = { isBase64Encoded: base64, body };
    if (kind === '2.0') {
      const http = { method: 'POST', path: '/hook', sourceIp: '203.0.113.9' };
      return {
        ...common,
        version: '2.0',
        headers,
        rawPath: '/hook',
        rawQueryString: '',
        requestContext: { http },
      };
    }
    const context = { identity: { sourceIp: '203.0.113.9' }, stage: 'prod' };
    const old = {
      ...common,
      resource: '/{proxy+}',
      path: '/hook',
      httpMethod: 'POST',
      queryStringParameters: null,
    };
    if (kind === '1.0')
      return { ...old, headers, multiValueHeaders: lists(headers), requestContext: context };
    return { ...old, multiValueHeaders: lists(headers), headers: undefined, requestContext: { elb: {} } };
  }

  it.each(['1.0', '2.0'])('serverless-http hands over the bytes of an event %s', async (kind) => {
    const { app: made, ids } = app();
    const handler = serverless(made as never) as (event: object, context: object) => Promise<Answer>;
    for (const base64 of [false, true]) {
      expect((await handler(eventOf(kind, base64), {})).statusCode).toBe(200);
      expect((await handler(eventOf(kind, base64, `${BODY} `), {})).statusCode).toBe(401);
    }
    expect(ids).toEqual(['evt_1', 'evt_1']);
  });

  it.each(['1.0', '2.0', 'load balancer'])('serverless-express does so for an event %s', async (kind) => {
    const { app: made, ids } = app();
    const handler = serverlessExpress({ app: made }) as unknown as (
      event: object,
      context: object,
    ) => Promise<Answer>;
    for (const base64 of [false, true]) {
      expect((await handler(eventOf(kind, base64), {})).statusCode).toBe(200);
      expect((await handler(eventOf(kind, base64, `${BODY} `), {})).statusCode).toBe(401);
    }
    expect(ids).toEqual(['evt_1', 'evt_1']);
  });
});

describe('AWS Lambda without Express', () => {
  it.each([
    [false, 'headers'],
    [true, 'headers'],
    [false, 'multiValueHeaders'],
  ])('has a function that verifies; base64 %p, with %s', async (isBase64Encoded, kind) => {
    type Handler = (event: object) => Promise<{ statusCode: number }>;
    const { handler } = await run('AWS Lambda');
    const fields = sign(stripe, { secret: SECRET }, bodyOf(BODY));
    const lists = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
    const deliver = (text: string, headers: object = kind === 'headers' ? fields : lists) =>
      (handler as Handler)({
        rawPath: '/',
        headers,
        body: isBase64Encoded ? Buffer.from(text).toString('base64') : text,
        isBase64Encoded,
        requestContext: { http: { method: 'POST' } },
      });
    expect(await deliver(BODY)).toEqual({ statusCode: 200 });
    expect(await deliver(`${BODY} `)).toEqual({ statusCode: 401 });
    const twice = Object.fromEntries(Object.entries(lists).map(([name, [value]]) => [name, [value, value]]));
    expect(await deliver(BODY, twice)).toEqual({ statusCode: 401 });
    expect(logged).toEqual([['invoice.paid', JSON.parse(BODY)]]);
  });
});

describe('Azure Functions', () => {
  it('have a request of model 4 that verify() takes', async () => {
    jest.spyOn(console, 'warn').mockImplementation(); // that there is no runtime of Azure here
    const { receive } = await run('Azure Functions');
    const deliver = (text: string) => {
      const { headers } = pushed();
      const request = new HttpRequest({
        method: 'POST',
        url: 'https://x.example/',
        headers,
        body: { string: text },
      });
      return (receive as (request: HttpRequest) => Promise<{ status: number }>)(request);
    };
    expect(await deliver(BODY)).toEqual({ status: 204 });
    expect(await deliver(`${BODY} `)).toEqual({ status: 401 });
    expect(logged).toEqual([['push', JSON.parse(BODY)]]);
  });

  // Of model 3, whose package is the same without a class of its own for the request.
  it('have text in rawBody in model 3, which verify() takes as bytes', async () => {
    const { headers } = pushed();
    const req = {
      method: 'POST',
      url: 'https://x.example/',
      headers,
      rawBody: BODY,
      body: JSON.parse(BODY) as unknown,
    };
    const { method, url, rawBody } = req;
    const settings = { provider: github, secret: SECRET };
    const webhook = await verify({ method, url, headers: req.headers, body: Buffer.from(rawBody) }, settings);
    expect(webhook.event).toBe('push');
  });
});

describe('handlers of Request', () => {
  it('verify', async () => {
    const { POST } = await run('Handlers of `Request`');
    const deliver = (text: string) =>
      (POST as (request: Request) => Promise<Response>)(
        new Request('https://example.org/', { method: 'POST', ...pushed(text) }),
      );
    expect((await deliver(BODY)).status).toBe(204);
    expect((await deliver(`${BODY} `)).status).toBe(401);
    expect(logged).toEqual([['push', JSON.parse(BODY)]]);
  });
});

describe('node:http without Express', () => {
  it('has a guard that verifies', async () => {
    const { receiver } = await run('`node:http`');
    const port = await portOf((receiver as Server).listen(0, '127.0.0.1'));
    expect((await send(port, pushed())).status).toBe(204);
    expect((await send(port, pushed(`${BODY} `))).status).toBe(401);
    expect(logged).toEqual([['push', JSON.parse(BODY)]]);
  });
});
