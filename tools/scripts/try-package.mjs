// Packs the package and uses it as somebody who installs it would: npm run pack:try
// Needs the registry, for Express and two versions of TypeScript.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWholeLinks } from './package-readme.mjs';
import { PROJECT as ADDRESSES } from './project.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROJECT = fileURLToPath(new URL('project', import.meta.url));
// qs is a dependency of body-parser, and so of Express: it adds no package to an install.
const MOST = { packedBytes: 400_000, unpackedBytes: 1_500_000, ownDependencies: 7, addedPackages: 10 };
// Peers that only one entry needs: it is found when they are there.
const OPTIONAL_PEERS = ['@opentelemetry/api', 'bullmq', 'ioredis'];
const TYPESCRIPTS = ['typescript', 'typescript54'];
const OPTIONAL =
  /[\\/](?:inspector|cli|diagnose|otel|express-rate-limit|picocolors|bullmq|ioredis|redis|@opentelemetry)[\\/]|testing\.js$/;
const STARTS = 15;

const { name, version, exports, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const entries = Object.keys(exports)
  .filter((path) => exports[path] !== null && !path.endsWith('*'))
  .concat('./providers/github')
  .map((path) => join(name, path).replaceAll('\\', '/'));
const modules = entries.filter((entry) => !entry.endsWith('.json'));
const folder = mkdtempSync(join(tmpdir(), 'hooklatch-pack-'));

try {
  const tarball = pack();
  for (const express of ['5', '4']) tryProject(tarball, express);
} finally {
  rmSync(folder, { recursive: true });
}

function pack() {
  const [packed] = readJson(npm(ROOT, 'pack', '--json', '--pack-destination', folder));
  const direct = Object.keys(dependencies);
  print(
    `${packed.filename}: ${packed.size} bytes, ${packed.unpackedSize} unpacked, ${packed.entryCount} files`,
  );
  print(`${direct.length} dependencies: ${direct.join(', ')}`);
  assert(packed.size <= MOST.packedBytes, 'the tarball has grown beyond its bound');
  assert(packed.unpackedSize <= MOST.unpackedBytes, 'the unpacked package has grown beyond its bound');
  assert(direct.length <= MOST.ownDependencies, 'there are more dependencies than allowed');
  checkLinks(packed.files.map(({ path }) => path));
  return join(folder, packed.filename);
}

/** Where the repository is known, every link of the README leads somewhere for who has the package alone. */
function checkLinks(files) {
  const { repository } = ADDRESSES;
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const text = repository === undefined ? readme : writeWholeLinks(readme, repository, version);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]*)/g)].map(([, link]) => link);
  const dead = new Set(links.filter((link) => !files.includes(link)));
  if (repository !== undefined) assert.deepEqual([...dead], []);
  print(
    `  ${dead.size} links of the README need the repository${dead.size > 0 ? ', which is not known yet' : ''}`,
  );
}

function tryProject(tarball, express) {
  print(`\nExpress ${express}`);
  const project = join(folder, `express${express}`);
  mkdirSync(project);
  cpSync(PROJECT, project, { recursive: true });
  cpSync(join(PROJECT, 'receiver.mts'), join(project, 'receiver.cts'));
  writeFileSync(join(project, 'package.json'), '{ "name": "trial", "version": "1.0.0", "private": true }');
  install(project, `express@${express}`);
  const before = packagesOf(project);
  install(project, tarball);
  const added = packagesOf(project) - before;
  print(`  ${added} packages beside those of Express`);
  assert(added <= MOST.addedPackages, 'there are more packages than allowed');
  audit(project);
  checkLoading(project);
  for (const file of ['receiver.cjs', 'receiver.mjs']) run(project, file);
  assert.match(node(project, `node_modules/.bin/${name}`, 'secret', 'github'), /^[0-9a-f]{64}\n$/);
  print(`  the command ${name} runs`);
  measureStart(project);
  install(project, ...OPTIONAL_PEERS);
  checkEntries(project);
  checkLoading(project);

  install(
    project,
    `@types/express@${express}`,
    '@types/node@20',
    'typescript@6',
    'typescript54@npm:typescript@5.4',
  );
  for (const compiler of TYPESCRIPTS) tryTypeScript(project, compiler);
}

/** Compiles with the declarations of all packages checked, then runs what came out. */
function tryTypeScript(project, compiler) {
  const tsc = join(project, 'node_modules', compiler, 'bin', 'tsc');
  const { version } = JSON.parse(
    readFileSync(join(project, 'node_modules', compiler, 'package.json'), 'utf8'),
  );
  node(project, tsc, '-p', '.', '--outDir', compiler);
  // TypeScript 6 wants to hear that this resolution is known to be old; 5 does not know those words.
  const old = version.startsWith('5.') ? [] : ['--ignoreDeprecations', '6.0'];
  node(project, tsc, '-p', 'tsconfig.node10.json', '--noEmit', ...old);
  print(`  TypeScript ${version} compiles, skipLibCheck false, with the resolutions node16 and node10`);
  run(project, join(compiler, 'receiver.mjs'));
  run(project, join(compiler, 'receiver.cjs'));
}

/** A receiver that takes a signed delivery and refuses bad ones; it says so itself. */
function run(project, file) {
  assert.equal(node(project, file), 'received one delivery and refused two\n');
  print(`  ${file} receives and refuses`);
}

/** Both kinds of import find every entry, and find the same module. */
function checkEntries(project) {
  const script = `
    for (const entry of ${JSON.stringify(modules)}) {
      const required = require(entry);
      const imported = await import(entry);
      for (const name of Object.keys(required)) {
        if (imported[name] !== required[name]) throw new Error(entry + ' has two of ' + name);
      }
      console.log(entry, Object.keys(required).length);
    }
    require('${name}/package.json');`;
  const output = node(project, '-e', `void (async () => {${script}})();`);
  assert.equal(output.trim().split('\n').length, modules.length);
  print(`  ${entries.join(', ')} resolve, by require and by import, to one copy`);
}

/** What is not asked for is not loaded, not even when a delivery was received. */
function checkLoading(project) {
  const list = 'console.log(JSON.stringify(Object.keys(require.cache)))';
  const script = `require('./receiver.cjs').then(() => ${list})`;
  const loaded = readJson(node(project, '-e', script));
  const inPackages = loaded.filter((file) => file.includes('node_modules'));
  assert.deepEqual(
    inPackages.filter((file) => OPTIONAL.test(file.split('node_modules').at(-1))),
    [],
  );
  print(`  a receiver loads ${inPackages.length} files, none of them optional`);
}

/** Printed and not judged: it is a matter of the machine. */
function measureStart(project) {
  const cost = () =>
    Number(
      node(
        project,
        '-e',
        `require('express');
        const start = process.cpuUsage();
        const { webhookRouter, github } = require('${name}');
        const { user, system } = process.cpuUsage(start);
        console.log((user + system) / 1000);`,
      ),
    );
  const costs = Array.from({ length: STARTS }, cost).sort((one, other) => one - other);
  print(`  loading it beside Express takes ${costs[STARTS >> 1].toFixed(1)} ms of CPU, median of ${STARTS}`);
}

/** Known weaknesses of what is installed; some registries have no such service. */
function audit(project) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: project, encoding: 'utf8' });
  const { metadata } = readJson(stdout);
  if (metadata === undefined) {
    print('  npm audit: this registry does not answer it');
    return;
  }
  assert.equal(metadata.vulnerabilities.total, 0, 'npm audit knows of weaknesses');
  print('  npm audit: nothing known');
}

function packagesOf(project) {
  return npm(project, 'ls', '--all', '--parseable').trim().split('\n').length - 1;
}

function install(project, ...packages) {
  npm(project, 'install', '--no-audit', '--no-fund', '--prefer-offline', ...packages);
}

function npm(cwd, ...args) {
  return execute(cwd, 'npm', args);
}

function node(cwd, ...args) {
  return execute(cwd, process.execPath, args);
}

function execute(cwd, command, args) {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

/** The JSON at the end of an output; scripts of npm print in front of it. */
function readJson(output) {
  return JSON.parse(output.slice(output.search(/^[[{]/m)));
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
