// Bundles the playground: the package's own verify and diagnose, with stand-ins for the parts of Node that they use.
import { build } from 'esbuild';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('playground', import.meta.url));
const STAND_INS = join(SOURCE, 'stand-ins');
const NODE_PARTS = ['buffer', 'crypto', 'http', 'path', 'querystring', 'util', 'zlib'];

const standIns = {
  name: 'stand-ins',
  setup({ onResolve }) {
    onResolve({ filter: /^node:/ }, ({ path }) => {
      const part = path.slice('node:'.length);
      // A part that has no stand-in fails the build, and not the page.
      return NODE_PARTS.includes(part) ? { path: join(STAND_INS, `${part}.mjs`) } : undefined;
    });
    onResolve({ filter: /^jose$/ }, () => ({ path: join(STAND_INS, 'jose.mjs') }));
    onResolve({ filter: /\/compression$/ }, () => ({ path: join(STAND_INS, 'compression.mjs') }));
  },
};

/** Writes the page, its style and its one script into a folder. */
export async function buildPlayground(folder) {
  mkdirSync(folder, { recursive: true });
  // A classic script also runs in a page that was saved and is opened as a file.
  await bundle('page.mjs', { outfile: join(folder, 'playground.js'), format: 'iife', minify: true });
  for (const file of ['index.html', 'playground.css']) cpSync(join(SOURCE, file), join(folder, file));
}

/** Bundles one of the files of the playground for a page. */
export async function bundle(file, options) {
  await build({
    entryPoints: [join(SOURCE, file)],
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    inject: [join(STAND_INS, 'globals.mjs')],
    plugins: [standIns],
    logLevel: 'warning',
    ...options,
  });
}
