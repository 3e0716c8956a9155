import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// Fuzzes each target for so many seconds: node tools/reliability/fuzz/run.mjs --seconds 60 [--json]. Exits with 1 where one
// has found an input that it should not have; the input is left in node_modules/.cache/fuzz-found.

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const CACHE = join(ROOT, 'node_modules/.cache');
const { values } = parseArgs({ options: { seconds: { type: 'string' }, json: { type: 'boolean' } } });
const SECONDS = Number(values.seconds ?? 60);

const MAC = '0'.repeat(64);
/** What the fuzzer begins with: it finds other inputs by changing these. */
const SEEDS = {
  headers: [
    `\x00sha256=${MAC}\n1767225600\nid\n{}`,
    `\x10t=1767225600,v1=${MAC},v1=${MAC}\n\n\n{}`,
    `\x20v1,${'A'.repeat(43)}= v1a,AAAA\n1767225600\nmsg_1\n{}`,
  ],
  grammar: [
    '{"name":"a-b","algorithm":"hmac-sha256","signature":{"header":"X-A","items":",","assign":"=","key":"v1","encoding":"hex"},"timestamp":{"field":"t","unit":"seconds","toleranceSeconds":300},"signed":["{timestamp}",".","{body}"],"secret":{"encoding":"utf8"}}',
    '{"name":"a","algorithm":"token","signature":{"header":["X","Y"],"encoding":"utf8"},"signed":[],"secret":{"encoding":"utf8"},"events":{"a":["PUT"]},"duplicates":false}',
  ],
  diagnose: [
    `\x00sha256=${MAC}\n\n{"a": [1, 2.50, "\\u00e9"]}`,
    `\x01t=1767225600,v1=${MAC}\n\na=b&c=%20d`,
    `\x05sig1=:AAAA:\n1767225600\n{}`,
  ],
  request: [
    'POST /hook HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}',
    'POST /hook\nTransfer-Encoding: chunked\n\n2;a=b\r\n{}\r\n0\r\n\r\n',
  ],
};

/** Runs a program to its end, or until it is told to stop; gives what it printed. */
function run(args, cwd, seconds) {
  // It runs in its own process and in one that it starts.
  const NODE_OPTIONS = `--require=${join(ROOT, 'tools/reliability/fuzz/warm-up.js')}`;
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NODE_OPTIONS } });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  child.stderr.on('data', (data) => (text += data));
  const stop = seconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(stop);
      resolve({ code, text });
    }),
  );
}

async function fuzz(target) {
  const found = join(CACHE, 'fuzz-found', target);
  const corpus = join(CACHE, 'fuzz-corpus', target);
  rmSync(found, { recursive: true, force: true });
  mkdirSync(found, { recursive: true });
  mkdirSync(corpus, { recursive: true });
  SEEDS[target].forEach((text, index) => writeFileSync(join(corpus, `seed-${index}`), text, 'latin1'));
  const crash = join(found, 'input');
  // The fuzzer takes the path of its target from the folder where it runs.
  const args = ['node_modules/jsfuzz/build/src/index.js', `tools/reliability/fuzz/${target}.js`, corpus];
  const { text } = await run([...args, `--exact-artifact-path=${crash}`], ROOT, SECONDS);
  const last = [...text.matchAll(/^#(\d+) \w+ +cov: (\d+)/gm)].at(-1) ?? [];
  return {
    target,
    executions: Number(last[1] ?? 0),
    coverage: Number(last[2] ?? 0),
    found: existsSync(crash) ? text.split('=====\n').at(-1).slice(0, 500) : '',
  };
}

const compile = ['-p', 'tsconfig.build.json', '--outDir', join(CACHE, 'fuzz'), '--target', 'es2019'];
const quick = ['--declaration', 'false', '--noCheck'];
const { code, text } = await run(['node_modules/typescript/bin/tsc', ...compile, ...quick], ROOT);
if (code !== 0) throw new Error(text);

const results = [];
for (const target of Object.keys(SEEDS)) results.push(await fuzz(target));
if (values.json) console.log(JSON.stringify(results));
else console.table(results);
process.exit(results.every(({ executions, found }) => executions > 0 && found === '') ? 0 : 1);
