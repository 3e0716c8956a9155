// Builds the site into tools/site/dist: npm run docs
// Says after each step how long it took; the package has to be built for the pages of the senders.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';
import { buildPlayground } from './build-playground.mjs';
import { writeLlms } from './llms.mjs';
import { clearPages, PAGES, ROOT, writePages } from './pages.mjs';
import { writeReference } from './reference.mjs';

const SITE = fileURLToPath(new URL('.', import.meta.url));
const STEPS = [
  [
    'the package',
    () => execFileSync(process.execPath, ['tools/scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' }),
  ],
  ['the pages', () => (clearPages(), writePages())],
  ['the reference', writeReference],
  ['the playground', () => buildPlayground(join(PAGES, 'public/playground'))],
  ['the site', () => build(SITE)],
  ['llms.txt', () => writeLlms(join(SITE, 'dist'))],
];

// With the package that was built before: npm run docs -- --built
if (process.argv.includes('--built')) STEPS.shift();

for (const [index, [name, run]] of STEPS.entries()) {
  const start = performance.now();
  process.stdout.write(`${index + 1}/${STEPS.length} ${name} ...\n`);
  await run();
  process.stdout.write(
    `${index + 1}/${STEPS.length} ${name}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`,
  );
}
process.stdout.write('The site is in tools/site/dist.\n');
