import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readResults } from './mutation-results.mjs';
import { GROUPS, ROOT } from './mutation-tests.mjs';

// Everything that tries to break the library, and one table of how it went: npm run test:long [-- --short]. The long form
// takes about twenty minutes, the short one about two. Exits with 1 where anything broke.

const CACHE = join(ROOT, 'node_modules/.cache');
const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
const SIZE = values.short
  ? { propertyRuns: 200, fuzzSeconds: 20, loadSeconds: 60 }
  : { propertyRuns: 3000, fuzzSeconds: 90, loadSeconds: 600 };

const PROPERTIES = ['core/oracle', 'core/grammars', 'duplicates/model', 'providers/properties'];
const FAULTS = ['faults/', 'duplicates/redis-faults', 'duplicates/two-processes', 'webhook/survival'];

const REGISTER = './__tests__/helpers/register-ts.js';

/** Runs a program, shows what it says of failures, and gives what it printed. */
function run(args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env } });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  child.stderr.pipe(process.stderr);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
}

/** The tests of some files, with their titles. */
async function test(paths) {
  const outputFile = join(CACHE, 'reliability.json');
  mkdirSync(CACHE, { recursive: true });
  const jest = ['node_modules/jest/bin/jest.js', '--selectProjects', 'express5', '--silent', '--json'];
  const files = paths.map((path) => `__tests__/${path}`);
  const env = { FC_RUNS: String(SIZE.propertyRuns) };
  const long = ['--testTimeout', '600000', `--outputFile=${outputFile}`];
  await run([...jest, ...long, '--testPathPatterns', ...files], env);
  const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8'));
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}

const sum = (list, pick) => list.reduce((total, item) => total + pick(item), 0);
const passed = (tests) => tests.filter(({ status }) => status === 'passed');
const ofAll = (tests) => `${passed(tests).length} of ${tests.length}`;

/** Of the mutants that could be killed, those that were, where neither the code nor its tests have changed since. */
function mutants() {
  const results = Object.values(readResults());
  const killed = sum(results, (each) => each.killed);
  const survived = sum(results, (each) => each.alive.length);
  return `${killed} of ${killed + survived}, in ${results.length} of ${GROUPS.length} files`;
}

const raw = await test(['hostile/']);
const hostile = raw.filter(({ ancestorTitles: [title] }) => title.startsWith('hostile '));
const refused = hostile.filter(({ title }) => !/^(accepted|either|leave)\b/.test(title));
const properties = await test(PROPERTIES);
const wycheproof = await test(['core/wycheproof']);
const faults = await test(FAULTS);
const fuzz = await run(['tools/reliability/fuzz/run.mjs', '--json', '--seconds', String(SIZE.fuzzSeconds)]);
const targets = JSON.parse(fuzz.text);
const load = await run([
  '-r',
  REGISTER,
  'tools/reliability/load.ts',
  '--json',
  '--seconds',
  String(SIZE.loadSeconds),
]);
const traffic = JSON.parse(load.text);

const all = [...raw, ...properties, ...wycheproof, ...faults];

console.table({
  cases: { result: all.length },
  passed: { result: passed(all).length },
  'hostile requests refused as expected': { result: ofAll(refused) },
  'properties held': { result: `${ofAll(properties)}, ${SIZE.propertyRuns} runs and more each` },
  'vectors of Wycheproof': { result: ofAll(wycheproof) },
  'faults survived': { result: ofAll(faults) },
  'inputs of the fuzzer': { result: sum(targets, ({ executions }) => executions) },
  'inputs that broke something': { result: targets.filter(({ found }) => found !== '').length },
  'mutants killed': { result: mutants() },
  'seconds of load': { result: traffic.seconds },
  'hostile requests of the load': { result: traffic.hostile },
  'deliveries sent': { result: traffic.sent },
  'deliveries handled': { result: traffic.handled },
  'deliveries lost': { result: traffic.lost },
  'deliveries doubled': { result: traffic.doubled },
  'growth of the heap, %': { result: traffic['heap growth, %'] },
  'p99 quiet, ms': { result: traffic['p99 quiet, ms'] },
  'p99 under attack, ms': { result: traffic['p99 under attack, ms'] },
});

const broken = [
  ...all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  ...targets.filter(({ found }) => found !== '').map(({ target, found }) => `fuzz ${target}: ${found}`),
  ...targets
    .filter(({ executions }) => executions === 0)
    .map(({ target }) => `fuzz ${target}: nothing was run`),
  ...traffic.broken.map((what) => `load: ${what}`),
];
for (const what of broken) console.log(`BROKEN  ${what}`);
process.exit(broken.length === 0 ? 0 : 1);
