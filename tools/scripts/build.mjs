// Builds the package into dist: npm run build
// Comments stay in the declarations, where editors show them, and are left out of the code: the source has them.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { bundleReceiver } from './bundle.mjs';
import { loadWhenNamed } from './load-when-named.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const tsc = (...options) =>
  execFileSync(process.execPath, [TSC, '-p', 'tsconfig.build.json', ...options], {
    cwd: ROOT,
    stdio: 'inherit',
  });

rmSync(DIST, { recursive: true, force: true });
tsc('--emitDeclarationOnly');
tsc('--declaration', 'false', '--removeComments');
copyPage(join(ROOT, 'src/inspector/page'), join(DIST, 'inspector/page'));

// Who names one sender loads one sender.
for (const list of ['index.js', 'providers/senders.js']) {
  const path = join(DIST, list);
  writeFileSync(path, loadWhenNamed(readFileSync(path, 'utf8')));
}

// To follow calls from file to file, ask for them apart: npm run build -- --apart
if (!process.argv.includes('--apart')) await bundleReceiver(join(ROOT, 'src'), DIST);

// The command is run and never imported, as samples are by it alone, so their types have no reader.
for (const room of ['cli', 'samples']) {
  for (const file of readdirSync(join(DIST, room))) {
    if (file.endsWith('.d.ts')) rmSync(join(DIST, room, file));
  }
}

/** The page stays in its small modules, each without comments and white space. */
function copyPage(from, to) {
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from)) {
    const [source, target] = [join(from, file), join(to, file)];
    if (!/\.(?:mjs|css)$/.test(file)) {
      cpSync(source, target);
      continue;
    }
    const loader = file.endsWith('.css') ? 'css' : 'js';
    const options = { loader, minifyWhitespace: true, charset: 'utf8', legalComments: 'none' };
    writeFileSync(target, transformSync(readFileSync(source, 'utf8'), options).code);
  }
}
