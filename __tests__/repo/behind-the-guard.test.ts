import express from 'express';
import { createHmac } from 'node:crypto';
import { github } from 'hooklatch';
import { signedRequest } from 'hooklatch/testing';
import { eventually, send, start } from '../helpers/http';
import { runSnippet } from '../helpers/run-snippet';
import { blocksOf, readPage } from '../helpers/snippets';

const [form = '', proxy = '', later = ''] = blocksOf(readPage('docs/guides/behind-the-guard.md'), 'ts');
const SECRET = 'a secret for tests, long enough';
const BODY = '{ "ref": "Zo\\u00eb",  "n": 1.0 }';

let logged: unknown[][];
const { env } = process;
beforeEach(() => {
  logged = [];
  jest.spyOn(console, 'log').mockImplementation((...words) => void logged.push(words));
  process.env = { ...env, GITHUB_SECRET: SECRET, INBOUND_SECRET: SECRET };
});
afterEach(() => (process.env = env));

const pushed = () => signedRequest(github, { secret: SECRET, event: 'push', body: BODY });

describe('docs/guides/behind-the-guard.md', () => {
  it('has an app in which multer reads what was signed, and nothing else', async () => {
    const { port } = await runSnippet(form);
    const body = ['--x', 'Content-Disposition: form-data; name="subject"', '', 'Hello', '--x--', ''].join(
      '\r\n',
    );
    const headers = {
      'Content-Type': 'multipart/form-data; boundary=x',
      'X-Signature': createHmac('sha256', SECRET).update(body).digest('hex'),
    };
    const path = '/inbound';
    expect((await send(port!, { path, headers, body })).status).toBe(204);
    expect((await send(port!, { path, headers, body: body.replace('Hello', 'Other') })).status).toBe(401);
    expect(logged.map(([fields]) => ({ ...(fields as object) }))).toEqual([{ subject: 'Hello' }]);
  });

  it('has an app that hands the signed bytes to a service behind', async () => {
    const arrived: unknown[] = [];
    const service = await start((app) => {
      app.use(express.text({ type: () => true }));
      app.use((req, res) => {
        arrived.push((req as { body?: unknown }).body);
        res.sendStatus(202);
      });
    });
    process.env.SERVICE_URL = service.url;
    const { port } = await runSnippet(proxy);
    const sent = { ...pushed(), path: '/webhooks/github' };
    expect((await send(port!, sent)).status).toBe(202);
    expect((await send(port!, { ...sent, body: `${BODY} ` })).status).toBe(401);
    expect(arrived).toEqual([BODY]);
  });

  it('has an app that answers 202 and works then', async () => {
    const { port } = await runSnippet(later);
    const sent = { ...pushed(), path: '/webhooks/github' };
    expect((await send(port!, sent)).status).toBe(202);
    await eventually(() => logged.length === 1);
    expect(logged).toEqual([['worked', { ref: 'Zoë', n: 1 }]]);
    expect((await send(port!, { ...sent, body: `${BODY} ` })).status).toBe(401);
  });
});
