// Serves the site while its pages are written: npm run docs:dev
// The senders and the reference are as they were when it started.
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vitepress';
import { buildPlayground } from './build-playground.mjs';
import { clearPages, PAGES, ROOT, writeDocs, writePages } from './pages.mjs';
import { writeReference } from './reference.mjs';

if (!existsSync(join(ROOT, 'dist/cli/providers.js')))
  throw new Error('build the package first: npm run build');
process.stdout.write('Writing the pages and the reference ...\n');
clearPages();
writePages();
await writeReference();
await buildPlayground(join(PAGES, 'public/playground'));

const server = await createServer(fileURLToPath(new URL('.', import.meta.url)));
await server.listen();
server.printUrls();
watch(join(ROOT, 'docs'), { recursive: true }, () => writeDocs());
