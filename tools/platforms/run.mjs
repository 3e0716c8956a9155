// node tools/platforms/run.mjs [part of a name]: runs hooklatch with platforms and agents that are too heavy to be
// development dependencies. They are installed once, into a folder of their own, with the package as `npm pack` makes it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const root = path.resolve(here, '../..');
const folder = process.env.PLATFORMS_FOLDER ?? path.join(tmpdir(), 'hooklatch-platforms');
const [part = ''] = process.argv.slice(2);
const PROGRAMS = [
  'next',
  'vercel',
  'nest',
  'runtimes',
  'middlewares',
  ...['sentry', 'opentelemetry', 'elastic-apm', 'new-relic', 'dd-trace'].map((agent) => `agent ${agent}`),
];

function install() {
  mkdirSync(folder, { recursive: true });
  const manifest = path.join(folder, 'package.json');
  const wanted = readFileSync(path.join(here, 'package.json'), 'utf8');
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--legacy-peer-deps'];
  if (!existsSync(manifest) || readFileSync(manifest, 'utf8') !== wanted) {
    copyFileSync(path.join(here, 'package.json'), manifest);
    spawnSync('npm', ['install', ...flags], { cwd: folder, stdio: 'inherit' });
  }
  // The checkout as it is built now, beside the dependencies that the package would bring.
  const target = path.join(folder, 'node_modules', 'hooklatch');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of ['dist', 'package.json'])
    cpSync(path.join(root, name), path.join(target, name), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) copyPackage(name, path.join(target, 'node_modules'));
}

function copyPackage(name, into) {
  const to = path.join(into, name);
  if (existsSync(to)) return;
  cpSync(path.join(root, 'node_modules', name), to, { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(to, 'package.json'), 'utf8'));
  for (const inner of Object.keys(dependencies))
    if (!existsSync(path.join(to, 'node_modules', inner))) copyPackage(inner, into);
}

install();
const wrong = [];
for (const program of PROGRAMS.filter((name) => name.includes(part))) {
  const [name, ...words] = program.split(' ');
  const file = path.join(folder, `${name}.mjs`);
  copyFileSync(path.join(here, `${name}.mjs`), file);
  copyFileSync(path.join(here, 'deliver.mjs'), path.join(folder, 'deliver.mjs'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...words], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 240_000,
  });
  if (status !== 0) wrong.push(program);
  console.log(`${status === 0 ? 'right' : 'WRONG'} ${program}: ${stdout.trim().split('\n').at(-1) ?? ''}`);
  if (status !== 0) console.log(stdout.slice(-2000), stderr.slice(-3000));
}
process.exit(wrong.length === 0 ? 0 : 1);
