// npm run bench:instructions [-- --only 'hooklatch router;by hand'] [-- --bytes 1024] [-- --kind good|wrong|missing]
//   [-- --express express4] [-- --profile FOLDER] [-- --dry]
// Counts the instructions of the server for one request, in callgrind (Debian and Ubuntu: apt install valgrind). Other work
// of the machine does not change them, so that a change of 2 % can be told. Writes results/instructions-<node>.json, and
// with --profile the dumps, for callgrind_annotate.
// The rounds of SHA are apart: callgrind knows no SHA instructions, so OpenSSL computes them in software, which takes ten
// times as many. So are V8's compilers, which are seldom done when counting begins.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ask, hear, start } from './processes.mjs';

const VARIANTS = [
  'express.json()',
  'by hand',
  'least, own reading',
  'hooklatch router',
  'hooklatch router, lazy',
  'hooklatch guard',
  'guard, no duplicates',
];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    bytes: { type: 'string', default: '1024' },
    kind: { type: 'string', default: 'good' },
    express: { type: 'string', default: 'express' },
    requests: { type: 'string', default: '5000' },
    warmup: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '3' },
    profile: { type: 'string' },
    dry: { type: 'boolean', default: false },
  },
});
const variants = values.only === undefined ? VARIANTS : values.only.split(';');
const [bytes, requests, warmup] = [values.bytes, values.requests, values.warmup].map(Number);

/** Starts a server in callgrind, which counts nothing yet. */
async function startCounted(variant, folder) {
  const server = fileURLToPath(new URL('http-server.mjs', import.meta.url));
  const child = spawn(
    'valgrind',
    [
      '--tool=callgrind',
      '--instr-atstart=no',
      `--callgrind-out-file=${folder}/out`,
      '--quiet',
      process.execPath,
      // Compilers and garbage collection in the one thread that is counted.
      '--single-threaded',
      server,
      variant,
      values.express,
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const { port } = await hear(child);
  return { child, port };
}

const control = (...args) => execFileSync('callgrind_control', args, { stdio: ['ignore', 'pipe', 'pipe'] });

// Of the functions of a dump, those that have no part in a request but by chance, and those that are quicker elsewhere.
const KINDS = { compiling: /compiler::|[Tt]urboshaft|maglev|baseline::/, sha: /^sha\d+_block_data_order/ };

/** The instructions in a dump of callgrind: all, those of V8's compilers, and those of the rounds of SHA-256. */
function readDump(text) {
  const names = new Map();
  const sums = { all: 0, compiling: 0, sha: 0 };
  let kinds = [];
  let isOfCall = false;
  for (const line of text.split('\n')) {
    const named = /^c?fn=\((\d+)\)(?: (.*))?$/.exec(line);
    if (named !== null) {
      const [, id, name] = named;
      if (name !== undefined) {
        names.set(
          id,
          Object.keys(KINDS).filter((kind) => KINDS[kind].test(name)),
        );
      }
      if (line.startsWith('fn=')) kinds = names.get(id);
    } else if (line.startsWith('calls=')) {
      isOfCall = true;
    } else if (/^[+\-*\d]\S* \d+$/.test(line)) {
      // Behind a call stands what it cost with all that was called in it, which is counted there.
      const cost = isOfCall ? 0 : Number(line.split(' ')[1]);
      isOfCall = false;
      sums.all += cost;
      for (const kind of kinds) sums[kind] += cost;
    }
  }
  return sums;
}

// In parts, because an answer of the load is waited for no longer than two minutes.
async function sendAll(load, what, count) {
  for (let sent = 0; sent < count; sent += 1000)
    await ask(load, { ...what, requests: Math.min(1000, count - sent) });
}

async function countOne(variant) {
  const folder = mkdtempSync(join(tmpdir(), 'hooklatch-instructions-'));
  const { child, port } = await startCounted(variant, folder);
  const load = start('http-load.mjs');
  try {
    const what = { task: 'load', port, bytes, kind: values.kind, scheme: schemeOf(variant) };
    await sendAll(load, what, warmup);
    control('-i', 'on', String(child.pid));
    await sendAll(load, what, requests);
    control('-d', String(child.pid));
    const { all, compiling, sha } = readDump(readFileSync(join(folder, 'out.1'), 'latin1'));
    const each = (count) => Math.round(count / requests);
    return { instructions: each(all - compiling - sha), sha: each(sha), compiling: each(compiling) };
  } finally {
    load.disconnect();
    child.disconnect();
    await new Promise((done) => child.once('exit', done));
    if (values.profile !== undefined) {
      mkdirSync(values.profile, { recursive: true });
      cpSync(join(folder, 'out.1'), join(values.profile, `${variant.replace(/\W+/g, '-')}.out`));
    }
    rmSync(folder, { recursive: true });
  }
}

/** The least of several runs: now and then V8 has not compiled a function that runs often, and all takes a third more. */
async function countLeast(variant) {
  let least;
  for (let run = 0; run < Number(values.runs); run += 1) {
    const sums = await countOne(variant);
    if (least === undefined || sums.instructions < least.instructions) least = sums;
  }
  return least;
}

function schemeOf(variant) {
  if (variant === 'stripe') return 'stripe';
  return variant === 'standardwebhooks' ? 'standard' : 'github';
}

const counted = {};
console.log(`${'instructions a request'.padEnd(26)}  counted       SHA  compiling`);
for (const variant of variants) {
  counted[variant] = await countLeast(variant);
  const columns = Object.values(counted[variant]).map((count) => String(count).padStart(9));
  console.log(variant.padEnd(24), ...columns);
}

if (!values.dry) {
  const file = fileURLToPath(
    new URL(`results/instructions-${process.versions.node.split('.')[0]}.json`, import.meta.url),
  );
  const earlier = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const name = `${values.express}, ${bytes} bytes, ${values.kind}`;
  const results = { ...earlier, node: process.version, [name]: { ...earlier[name], ...counted } };
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}
