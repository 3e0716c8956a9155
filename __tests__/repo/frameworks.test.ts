import { Hono } from 'hono';
import { once } from 'node:events';
import { relative } from 'node:path';
import { github } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { eventually, send } from '../helpers/http';
import { freePort, runSnippet } from '../helpers/run-snippet';
import { startTs } from '../helpers/run-ts';
import { blocksOf, makeFolder, readPage, ROOT } from '../helpers/snippets';

// A process with a compiler in it, on a machine that has other work.
jest.setTimeout(60_000);

const SECRET = 'a secret for tests, long enough';
const PATH = '/webhooks/github';
const BODY = '{ "ref": "Zo\\u00eb",  "n": 1.0 }';
const write = makeFolder();

let logged: unknown[][];
const { env } = process;
beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((...words) => void logged.push(words));
  process.env = { ...env, GITHUB_SECRET: SECRET };
});
afterEach(() => (process.env = env));

const guideCode = (name: string): string => blocksOf(readPage(`docs/guides/${name}.md`), 'ts')[0]!;
const pushed = (body = BODY) => signedRequest(github, { secret: SECRET, event: 'push', body });
const tampered = () => ({ ...pushed(), body: `${BODY} ` });
const request = (sent: ReturnType<typeof pushed>): Request =>
  new Request(`http://localhost:3000${PATH}`, sent);

describe('docs/guides/nextjs.md', () => {
  it('has a route handler that takes what is signed, and nothing else', async () => {
    const { exports } = await runSnippet(guideCode('nextjs'));
    const POST = exports.POST as (request: Request) => Promise<Response>;
    expect((await POST(request(pushed()))).status).toBe(200);
    const refused = await POST(request(tampered()));
    expect([refused.status, await refused.text()]).toEqual([401, '{"error":"Unauthorized"}\n']);
    expect(logged).toEqual([['push', { ref: 'Zoë', n: 1 }]]);
  });

  it('has a route handler by verify() alone', async () => {
    const { exports } = await runSnippet(blocksOf(readPage('docs/guides/nextjs.md'), 'ts')[2]!);
    const POST = exports.POST as (request: Request) => Promise<Response>;
    expect((await POST(request(pushed()))).status).toBe(204);
    expect((await POST(request(tampered()))).status).toBe(401);
    const large = { ...pushed(), headers: { ...pushed().headers, 'Content-Length': '30000000' } };
    expect((await POST(request(large))).status).toBe(413);
    expect(logged).toEqual([['push', { ref: 'Zoë', n: 1 }]]);
  });
});

describe('docs/guides/hono.md', () => {
  const page = (): readonly string[] => blocksOf(readPage('docs/guides/hono.md'), 'ts');

  it('has an app that takes what is signed, and nothing else', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation();
    const { app } = (await runSnippet(page()[0]!)).exports as { app: Hono };
    expect((await app.fetch(request(pushed()))).status).toBe(200);
    const refused = await app.fetch(request(tampered()));
    expect([refused.status, await refused.text()]).toEqual([401, '{"error":"Unauthorized"}\n']);
    await eventually(() => told.mock.calls.length === 1);
    expect(told).toHaveBeenCalledWith('refused', 'ERR_WEBHOOK_SIGNATURE');
    expect(logged).toEqual([['push', { ref: 'Zoë', n: 1 }]]);
  });

  it('is right that a middleware in front that reads the body spoils it', async () => {
    jest.spyOn(console, 'error').mockImplementation();
    const { app } = (await runSnippet(page()[0]!)).exports as { app: Hono };
    const behind = new Hono()
      .use(async (context, next) => {
        await context.req.json();
        await next();
      })
      .route('/', app);
    expect((await behind.fetch(request(pushed()))).status).toBe(500);
  });

  it.each([
    ['Bun', 1, { requestIP: () => ({ address: '192.0.2.7' }) }],
    ['Deno', 2, { remoteAddr: { hostname: '192.0.2.7' } }],
  ])('has a server of %s', async (_name, index, context) => {
    const { exports } = await runSnippet(page()[index]!);
    const server = exports.default as { fetch: (request: Request, context: unknown) => Promise<Response> };
    const secure = (sent: ReturnType<typeof pushed>) => new Request(`https://example.org${PATH}`, sent);
    expect((await server.fetch(secure(pushed()), context)).status).toBe(200);
    expect((await server.fetch(secure(tampered()), context)).status).toBe(401);
  });
});

describe('docs/guides/fastify.md', () => {
  interface App {
    listen(options: object): Promise<string>;
    close(): Promise<void>;
  }

  it('has an app that takes what is signed, and nothing else', async () => {
    const app = (await runSnippet(guideCode('fastify'))).exports.app as App;
    const port = await freePort();
    await app.listen({ port, host: '127.0.0.1' });
    const deliver = (sent: ReturnType<typeof pushed>) => send(port, { path: PATH, ...sent });
    expect((await deliver(pushed())).status).toBe(204);
    expect(await deliver(tampered())).toMatchObject({ status: 401, text: '' });
    expect((await deliver(pushed(JSON.stringify({ ref: 'x'.repeat(2_000_000) })))).status).toBe(204);
    expect(logged).toHaveLength(2);
    expect(logged[0]).toEqual(['push', { ref: 'Zoë', n: 1 }]);
    await app.close();
  });
});

describe('docs/guides/nest.md', () => {
  it('has an app that takes what is signed, however large, and nothing else', async () => {
    // Nest is written in modules of ECMAScript, which Jest does not load: a process of its own does.
    const port = await freePort();
    const file = relative(ROOT, write('nest.ts', guideCode('nest')));
    const child = startTs(file, [], { GITHUB_SECRET: SECRET, PORT: String(port) });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (output += data.toString()));
    const exited = once(child, 'exit');
    try {
      await eventually(() => {
        if (child.exitCode !== null) throw new Error(output);
        return fetch(`http://127.0.0.1:${port}/`).then(
          () => true,
          () => false,
        );
      });
      const deliver = (sent: ReturnType<typeof pushed>) => send(port, { path: PATH, ...sent });
      expect((await deliver(pushed())).status).toBe(204);
      expect(await deliver(tampered())).toMatchObject({ status: 401, text: '{"error":"Unauthorized"}\n' });
      expect((await deliver(pushed(JSON.stringify({ ref: 'x'.repeat(200_000) })))).status).toBe(204);
      await eventually(() => output.includes('refused ERR_WEBHOOK_SIGNATURE'));
      expect(output).toContain("push { ref: 'Zoë', n: 1 }");
    } finally {
      child.kill();
      await exited;
    }
  });
});
