// Leaves out of dist the declarations that no editor needs: those to which no entry of the package leads.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]*)['"]/g;

/** Removes each declaration of `dist` that none of the entries imports, however far away. */
export function pruneTypes(dist, entries) {
  const needed = new Set();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (needed.has(path)) continue;
    needed.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      const to = join(dirname(path), name);
      waiting.push([`${to}.d.ts`, join(to, 'index.d.ts')].find((file) => existsSync(file)));
    }
  }
  for (const file of readdirSync(dist, { recursive: true })) {
    if (file.endsWith('.d.ts') && !needed.has(join(dist, file))) rmSync(join(dist, file));
  }
}

/** The declarations that the fields of package.json name. */
export function listTypeEntries(root, { exports }) {
  return Object.values(exports)
    .flatMap((entry) => entry?.types ?? [])
    .flatMap((types) => {
      const path = join(root, types);
      const [before, after] = path.split('*');
      if (after === undefined) return [path];
      const folder = dirname(`${before}x`);
      return readdirSync(folder)
        .map((name) => join(folder, name))
        .filter((file) => file.endsWith(after) && !relative(folder, file).includes('/'));
    });
}
