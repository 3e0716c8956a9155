// Builds the package into dist: npm run build
// Comments stay in the declarations, where editors show them, and are left out of the code: the source has them.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
cpSync(join(ROOT, 'src/inspector/page'), join(DIST, 'inspector/page'), { recursive: true });

// Who names one sender loads one sender.
for (const list of ['index.js', 'providers/senders.js']) {
  const path = join(DIST, list);
  writeFileSync(path, loadWhenNamed(readFileSync(path, 'utf8')));
}

// To follow calls from file to file, ask for them apart: npm run build -- --apart
if (!process.argv.includes('--apart')) await bundleReceiver(join(ROOT, 'src'), DIST);

// The command is run and never imported, so its types have no reader.
for (const file of readdirSync(join(DIST, 'cli'))) {
  if (file.endsWith('.d.ts')) rmSync(join(DIST, 'cli', file));
}
