// Next.js: an API route with and without its parser, and a route handler, on its development server.
import { createServer } from 'node:http';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conclude, deliver, expect, load, SECRET } from './deliver.mjs';

const dir = path.join(import.meta.dirname, 'next-app');
rmSync(dir, { recursive: true, force: true });
const write = (name, text) => {
  mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
  writeFileSync(path.join(dir, name), text);
};
const secret = JSON.stringify(SECRET);
const router = `import { github, webhookRouter } from 'hooklatch';
const seen = (globalThis.seenByHooklatch ??= []);
export default webhookRouter({ provider: github, secret: ${secret}, https: false, duplicates: false, events: { push: (webhook) => void seen.push(webhook.payload.ref) } });
`;
write('next.config.mjs', "export default { serverExternalPackages: ['hooklatch'] };");
write(
  'pages/api/hook.js',
  `${router}export const config = { api: { bodyParser: false, externalResolver: true } };\n`,
);
write('pages/api/parsed.js', `${router}export const config = { api: { externalResolver: true } };\n`);
write(
  'pages/api/https.js',
  `${router.replace('https: false, ', '')}export const config = { api: { bodyParser: false, externalResolver: true } };\n`,
);
write(
  'app/route-handler/route.js',
  `import { github, verify, WebhookError } from 'hooklatch';
export async function POST(request) {
  const delivery = { method: request.method, url: request.url, headers: request.headers, body: Buffer.from(await request.arrayBuffer()) };
  try {
    await verify(delivery, { provider: github, secret: ${secret} });
    return new Response(null, { status: 204 });
  } catch (error) {
    if (error instanceof WebhookError) return new Response(null, { status: error.status });
    throw error;
  }
}
`,
);
write(
  'app/fetch-handler/route.js',
  `import { github } from 'hooklatch';
import { fetchHandler } from 'hooklatch/fetch';
export const POST = fetchHandler({ provider: github, secret: ${secret}, https: false, events: { push: () => new Response(null, { status: 202 }) } });
`,
);
write(
  'app/layout.js',
  'export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n',
);

const warnings = [];
process.on('warning', ({ message }) => warnings.push(message));
const next = load('next');
const app = next({ dev: true, dir, hostname: '127.0.0.1' });
await app.prepare();
const handle = app.getRequestHandler();
const server = createServer((req, res) => void handle(req, res)).listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const both = async (where) => [
    (await deliver(port, where)).status,
    (await deliver(port, where, { tamper: true })).status,
  ];
  expect('an API route', await both('/api/hook'), [200, 401]);
  expect('handled', globalThis.seenByHooklatch, ['Zoë']);
  expect('an API route with its parser', await both('/api/parsed'), [500, 500]);
  expect(
    'the line that is missing',
    warnings.some((text) => text.includes('api: { bodyParser: false }')),
    true,
  );
  expect('an API route without https: false', await both('/api/https'), [503, 503]);
  expect(
    'the option that is missing',
    warnings.some((text) => text.includes('https: false')),
    true,
  );
  expect('a route handler', await both('/route-handler'), [204, 401]);
  expect('a route handler by fetchHandler()', await both('/fetch-handler'), [202, 401]);
  conclude();
});
