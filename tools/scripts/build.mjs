// Builds the package into dist: npm run build
// Comments stay in the declarations, where editors show them, and are left out of the code: the source has them.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { BUNDLE, bundleReceiver } from './bundle.mjs';
import { loadWhenNamed } from './load-when-named.mjs';
import { listTypeEntries, pruneTypes } from './prune-types.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');
// Node reads the names of a list from its text, and not every way of writing it.
const LISTS = ['index.js', 'providers/senders.js'];
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
for (const list of LISTS) {
  const path = join(DIST, list);
  writeFileSync(path, loadWhenNamed(readFileSync(path, 'utf8')));
}

// To follow calls from file to file, ask for them apart: npm run build -- --apart
if (!process.argv.includes('--apart')) await bundleReceiver(join(ROOT, 'src'), DIST);

pruneTypes(DIST, listTypeEntries(ROOT, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))));
for (const file of readdirSync(DIST, { recursive: true })) {
  const path = join(DIST, file);
  if (file.endsWith('.js') && ![...LISTS, BUNDLE].includes(file)) writeFileSync(path, squeeze(path));
}

/** The code of a file without white space; names and lines stay, for traces of a stack. */
function squeeze(path) {
  const options = { minifyWhitespace: true, lineLimit: 110, charset: 'utf8' };
  return transformSync(readFileSync(path, 'utf8'), options).code;
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
