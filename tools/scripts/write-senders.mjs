// Writes src/providers/senders.ts, one line a sender, from the files of the folder: npm run providers:index
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROVIDERS = fileURLToPath(new URL('../../src/providers', import.meta.url));
// Files of the folder that are no sender.
const NO_SENDERS = /^(?:index|senders|.*-family)$/;

const HEAD = `// One line a sender. After a change in this folder: npm run providers:index`;

writeFileSync(join(PROVIDERS, 'senders.ts'), `${[HEAD, ...listFiles().flatMap(formatExports)].join('\n')}\n`);

function listFiles() {
  const files = readdirSync(PROVIDERS).map((file) => file.replace(/\.ts$/, ''));
  return files.filter((file) => !NO_SENDERS.test(file)).sort();
}

/** The sender, and a second line for what makes others of its kind; a family of senders has the second line alone. */
function formatExports(file) {
  const source = readSource(file);
  const name = camelCase(file);
  const senders = new RegExp(`^export const ${name}\\b`, 'm').test(source) ? [name] : [];
  const lists = [senders, listFactories(source)].filter((names) => names.length > 0);
  return lists.map((names) => `export { ${names.join(', ')} } from './${file}';`);
}

function listFactories(source) {
  return [
    ...Array.from(source.matchAll(/^export function (make[A-Z]\w*)/gm), ([, name]) => name),
    ...Array.from(
      source.matchAll(/^export (?:interface|type) (\w+Options)\b/gm),
      ([, name]) => `type ${name}`,
    ),
  ];
}

function readSource(file) {
  try {
    return readFileSync(join(PROVIDERS, `${file}.ts`), 'utf8');
  } catch {
    return readFileSync(join(PROVIDERS, file, 'index.ts'), 'utf8');
  }
}

function camelCase(text) {
  return text.replace(/-(.)/g, (_dash, letter) => letter.toUpperCase());
}
