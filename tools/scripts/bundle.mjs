// Puts all that every receiver loads into one file of dist: to find and read a file costs more than to run it. Each file
// of it that others in dist load stays as one line that names its part.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

export const BUNDLE = 'receiver.js';
/** The beginnings: a receiver, and how a sender is defined. */
const ENTRIES = ['webhook', 'core/define-provider'];

/** Writes `dist/receiver.js` of the files of `src`. The names of functions stay, and so do lines, for traces of a stack. */
export async function bundleReceiver(src, dist) {
  const { metafile } = await run(src, dist, ENTRIES, { write: false });
  const bundled = Object.keys(metafile.inputs)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => relative(src, resolve(path)).replace(/\.ts$/, ''));
  const needed = findLoaded(dist, new Set(bundled));
  await run(src, dist, needed, { outfile: join(dist, BUNDLE) });
  for (const file of bundled) {
    const path = join(dist, `${file}.js`);
    const part = `require('${relativePath(dirname(file), BUNDLE)}')['${file}']`;
    if (needed.includes(file)) writeFileSync(path, `'use strict';\nmodule.exports = ${part};\n`);
    else rmSync(path);
  }
}

/** Bundles files with all that they import; other packages, and files that are loaded later, stay apart. */
async function run(src, dist, files, options) {
  const imports = files.map((file, index) => `import * as part${index} from './${file}';`);
  const parts = files.map((file, index) => `  '${file}': part${index},`);
  const contents = `${imports.join('\n')}\nmodule.exports = {\n${parts.join('\n')}\n};`;
  return build({
    stdin: { contents, resolveDir: src, sourcefile: 'receiver' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minifyWhitespace: true,
    lineLimit: 110,
    metafile: true,
    logLevel: 'warning',
    plugins: [{ name: 'apart', setup: (context) => context.onResolve({ filter: /.*/ }, keepApart) }],
    ...options,
  });

  function keepApart({ path, kind, resolveDir }) {
    if (!path.startsWith('.')) return { path, external: true };
    const file = resolve(resolveDir, path);
    const source = [`${file}.ts`, join(file, 'index.ts')].find((name) => existsSync(name));
    if (kind !== 'require-call') return { path: source };
    return { path: relativePath('', relative(src, source).replace(/\.ts$/, '.js')), external: true };
  }
}

/** The files of the bundle that a file of dist outside it loads. */
function findLoaded(dist, bundled) {
  const outside = readdirSync(dist, { recursive: true })
    .filter((path) => path.endsWith('.js') && !path.startsWith('inspector/page'))
    .filter((path) => !bundled.has(path.replace(/\.js$/, '')));
  const loaded = outside.flatMap((path) => {
    const text = readFileSync(join(dist, path), 'utf8');
    return Array.from(text.matchAll(/require\(["'](\.[^"']*)["']\)/g), ([, name]) =>
      join(dirname(path), name),
    );
  });
  return [...bundled].filter((file) => loaded.includes(file)).sort();
}

function relativePath(from, to) {
  const path = relative(from, to);
  return path.startsWith('.') ? path : `./${path}`;
}
