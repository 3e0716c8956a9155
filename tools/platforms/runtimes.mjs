// Bun and Deno: fetchHandler() on the servers of their own, in the address that they tell.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { conclude, deliver, expect, SECRET } from './deliver.mjs';

const here = import.meta.dirname;
const bin = (name) => path.join(here, 'node_modules', '.bin', name);
const RUNTIMES = {
  bun: {
    command: [bin('bun'), 'runtime-bun.mjs'],
    address: 'context.requestIP(request)?.address',
    serve: 'const { port } = Bun.serve({ port: 0, fetch: (request, server) => receive(request, server) });',
  },
  deno: {
    command: [bin('deno'), 'run', '-A', '--node-modules-dir=manual', 'runtime-deno.mjs'],
    address: 'context.remoteAddr.hostname',
    serve: "const { port } = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, receive).addr;",
  },
};

for (const [name, { command, address, serve }] of Object.entries(RUNTIMES)) {
  writeFileSync(
    path.join(here, `runtime-${name}.mjs`),
    `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { github } = require('hooklatch');
const { fetchHandler } = require('hooklatch/fetch');
const receive = fetchHandler({
  provider: github,
  secret: ${JSON.stringify(SECRET)},
  allowIps: ['127.0.0.1', '::1'],
  connection: (request, context) => ({ address: ${address}, secure: true }),
  events: { push: (webhook) => Response.json(webhook.payload.ref) },
});
${serve}
console.log('port', port);
`,
  );
  const child = spawn(command[0], command.slice(1), { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = await once(child.stdout, 'data');
  const [, port] = /port (\d+)/.exec(String(first)) ?? [];
  const right = await deliver(port, '/hooks');
  expect(`${name} handles`, [right.status, right.text], [200, '"Zoë"']);
  expect(`${name} refuses`, (await deliver(port, '/hooks', { tamper: true })).status, 401);
  child.kill();
}
conclude();
