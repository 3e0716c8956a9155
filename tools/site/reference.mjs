// Writes the reference of the public names as pages of the site, with the settings of npm run docs:api.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PAGES, ROOT } from './pages.mjs';

const TYPEDOC = join(dirname(createRequire(import.meta.url).resolve('typedoc/package.json')), 'bin/typedoc');

const SETTINGS = {
  plugin: ['typedoc-plugin-markdown'],
  out: [join(PAGES, 'reference')],
  entryFileName: ['index'],
  // The providers are constants, and have pages of their own; the rest gets a page each.
  outputFileStrategy: ['members'],
  membersWithOwnFile: ['Class', 'Function', 'Interface', 'TypeAlias'],
  hideBreadcrumbs: ['true'],
  hidePageHeader: ['true'],
  disableSources: ['true'],
  logLevel: ['Warn'],
};

export function writeReference() {
  const words = Object.entries(SETTINGS).flatMap(([name, values]) =>
    values.flatMap((value) => [`--${name}`, value]),
  );
  execFileSync(process.execPath, [TYPEDOC, ...words], { cwd: ROOT, stdio: 'inherit' });
}
