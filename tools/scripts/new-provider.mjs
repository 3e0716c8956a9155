// Lays down a new sender: npm run new-provider -- acme
// Its literal, its registration, its vectors, its rows in the tests and its section in docs/providers.md.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAME = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/;
const SECRET = 'a secret made for this example';
const SECONDS = 1_700_000_000;

const [name = '', ...more] = process.argv.slice(2);
const variable = camelCase(name);
const title = name.split('-').map(capitalized).join('-');
const files = readdirSync(join(ROOT, 'src/providers')).map((file) => file.replace(/\.ts$/, ''));
const names = files.filter((file) => !['index', 'senders'].includes(file));

checkName();
write(`src/providers/${name}.ts`, literal());
write(`__tests__/vectors/${name}.json`, `${JSON.stringify(vectors(), null, 2)}\n`);
edit(
  '__tests__/providers/signatures.test.ts',
  addRow([`X-${title}-Signature: sha256=<hex>`, 'hmac-sha256 utf8', '{timestamp}.{body}']),
);
edit(
  '__tests__/providers/facts.test.ts',
  addRow([`X-${title}-Timestamp, seconds, 300`, '-', 'body type', 'POST', '401']),
);
edit('__tests__/conformance/table.ts', (text) => {
  const [before, rest] = split(text, 'export const NONE');
  const key = name.includes('-') ? `'${name}'` : name;
  const [head, ...rows] = rest.split('\n');
  const row = `  ${key}: 'not looked for yet: a package of the sender that verifies or signs',`;
  return before + [head, row, ...rows].join('\n');
});
for (const script of ['providers:index', 'docs:providers'])
  execFileSync('npm', ['run', '-s', script], { cwd: ROOT, stdio: 'inherit' });

process.stdout
  .write(`Written: src/providers/${name}.ts, __tests__/vectors/${name}.json, and the lists and tables that name them.

1. Make src/providers/${name}.ts say what the sender documents, and "docs" where.
2. Put deliveries that the sender has published, or that its own library has signed, into the vectors.
3. Correct its rows in __tests__/providers/signatures.test.ts and facts.test.ts, from the documentation.
4. Hold it against a package of the sender, in __tests__/conformance, or say in its table why there is none.
5. npm run docs:providers, and its name into the README.
6. npm run types && npx jest __tests__/providers __tests__/core __tests__/cli __tests__/conformance
`);

function checkName() {
  const exported = readFileSync(join(ROOT, 'src/index.ts'), 'utf8');
  const problem =
    !NAME.test(name) || more.length > 0
      ? 'takes one name, in lower case and with dashes'
      : names.includes(name) || new RegExp(`\\b${variable}\\b`).test(exported)
        ? `"${name}" is there already`
        : undefined;
  if (problem === undefined) return;
  process.stderr.write(`npm run new-provider -- <name>: ${problem}\n`);
  process.exit(2);
}

function literal() {
  return `import { defineProvider } from '../core/define-provider';

/** ${title}: what a reader should know of it that the fields do not say. */
export const ${variable} = defineProvider({
  name: '${name}',
  group: 'code', // its use: see src/core/groups.ts
  docs: 'https://example.org/${name}', // the page on which it says how it signs
  algorithm: 'hmac-sha256',
  signature: { header: 'X-${title}-Signature', prefix: 'sha256=', encoding: 'hex' },
  timestamp: { header: 'X-${title}-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
`;
}

/** Computed from the formula by node:crypto alone, and not by the code that they are to test. */
function vectors() {
  const body = '{"id":"1","type":"example.created"}';
  const mac = createHmac('sha256', SECRET).update(`${SECONDS}.${body}`).digest('hex');
  const valid = {
    id: `${name}/formula`,
    scheme: name,
    kind: 'formula',
    source: `https://example.org/${name}`,
    method: 'POST',
    secret: SECRET,
    headers: { [`X-${title}-Signature`]: `sha256=${mac}`, [`X-${title}-Timestamp`]: String(SECONDS) },
    body,
    now: SECONDS * 1000,
    expect: 'valid',
  };
  const derived = { ...valid, kind: 'derived', derivedFrom: valid.id, expect: 'invalid' };
  return [
    valid,
    { ...derived, id: `${valid.id}/tampered-body`, body: `${body} `, reason: 'mismatch' },
    { ...derived, id: `${valid.id}/stale`, now: (SECONDS + 301) * 1000, reason: 'stale' },
  ];
}

function addRow(cells) {
  return (text) => {
    const [before, rest] = split(text, 'const FACTS = `\n');
    const [table, after] = split(rest, '`;');
    const [head, ...rows] = table.trimEnd().split('\n');
    const row = `${name.padEnd(21)} | ${cells.join(' | ')}`;
    const at = rows.findIndex((other) => other.split(' ', 1)[0] > name);
    return [before + head, ...rows.toSpliced(at === -1 ? rows.length : at, 0, row), after].join('\n');
  };
}

/** The text in front of a mark, and the rest with it. */
function split(text, mark) {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`there is no ${JSON.stringify(mark)} where it should be`);
  return [text.slice(0, at), text.slice(at)];
}

function edit(path, change) {
  write(path, change(readFileSync(join(ROOT, path), 'utf8')));
}

function write(path, text) {
  writeFileSync(join(ROOT, path), text);
}

function camelCase(text) {
  return text.replace(/-(.)/g, (_dash, letter) => letter.toUpperCase());
}

function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
