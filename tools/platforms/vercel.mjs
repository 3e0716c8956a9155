// The helpers that Vercel gives a handler of (req, res): the body is read, parsed when it is asked for, and given again.
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conclude, deliver, expect, load, SECRET } from './deliver.mjs';

// They are inside Vercel's development server, which exports nothing and needs much more: a copy of that part.
const source = path.join(path.dirname(load.resolve('@vercel/node')), 'dev-server.mjs');
const text = readFileSync(source, 'utf8');
const between = (from, to) => text.slice(text.indexOf(from), text.indexOf(to));
const helpers = path.join(path.dirname(source), 'helpers-for-hooklatch.mjs');
writeFileSync(
  helpers,
  [
    text.slice(0, text.indexOf('// src/serverless-functions/helpers-web.ts')),
    'const serializeBody = async (req) => Buffer.concat(await req.toArray());',
    between('// src/serverless-functions/helpers.ts', '// src/serverless-functions/serverless-handler.mts'),
    'export { addHelpers };',
  ].join('\n'),
);
const { addHelpers } = await import(helpers);

const { github, getWebhook, webhookGuard } = load('hooklatch');
const guard = webhookGuard({ provider: github, secret: SECRET, https: false, duplicates: false });
const seen = [];
const server = createServer(async (req, res) => {
  await addHelpers(req, res);
  guard(req, res, () => {
    seen.push(getWebhook(req).payload.ref, req.body.ref);
    res.json({ ok: true });
  });
}).listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  expect('a good delivery', (await deliver(port, '/api/hook')).status, 200);
  expect('its payload', seen, ['Zoë', 'Zoë']);
  expect('a bad one', (await deliver(port, '/api/hook', { tamper: true })).status, 401);
  expect('one that is no JSON', (await deliver(port, '/api/hook', { body: 'x', tamper: true })).status, 401);
  conclude();
});
