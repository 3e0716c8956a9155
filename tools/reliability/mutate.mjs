import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { contentsOf, keepResult, readResults, source, untriedTests } from './mutation-results.mjs';
import { GROUPS, ROOT } from './mutation-tests.mjs';
import { SURVIVORS } from './survivors.mjs';

// Mutation tests: npm run mutate [-- core/headers stores --concurrency 2]. What is named is tried anew; without a name,
// whatever has changed since it was last tried, so that a run can go on after an interruption. Exits with 1 where a
// mutant lives that tools/reliability/survivors.mjs does not explain, and where the tests of a file fail without any.

const REPORT = 'reports/mutation/mutation.json';
const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '1' } },
});

async function mutate(group, tests) {
  console.log(`${source(group)} by ${tests.join(', ')}`);
  const contents = contentsOf(group);
  process.env.MUTATION_TESTS = tests.join();
  await new Stryker({
    configFile: 'tools/reliability/stryker.config.mjs',
    mutate: [source(group)],
    concurrency: Number(values.concurrency),
    jsonReporter: { fileName: REPORT },
  }).runMutationTest();
  keepResult(group, tests, contents, JSON.parse(readFileSync(join(ROOT, REPORT), 'utf8')));
}

const isOf = (name) => (group) => group.path === name || group.path.startsWith(`${name}/`);
const unknown = named.filter((name) => !GROUPS.some(isOf(name)));
if (unknown.length > 0)
  throw new Error(`nothing to mutate is named ${unknown.join(', ')}: name core/headers or core`);

const chosen = GROUPS.map((group) => {
  if (named.length === 0) return [group, untriedTests(group)];
  return [group, named.some((name) => isOf(name)(group)) ? group.tests : []];
}).filter(([, tests]) => tests.length > 0);
const failed = [];
for (const [index, [group, tests]] of chosen.entries()) {
  process.stdout.write(`${index + 1} of ${chosen.length}  `);
  try {
    await mutate(group, tests);
  } catch (thrown) {
    failed.push(`${source(group)}: ${thrown.message}`);
  }
}

const percent = (part, whole) => (whole === 0 ? 100 : Math.floor((part / whole) * 10_000) / 100);

function row([path, { killed, byTime, notLoaded, alive }]) {
  const equivalent = (SURVIVORS[path] ?? []).filter(({ kind }) => kind === 'equivalent');
  const same = equivalent.flatMap(({ lines }) => lines).length;
  return [path, withScores({ killed, byTime, survived: alive.length, equivalent: same, notLoaded })];
}

function withScores({ killed, byTime, survived, equivalent, notLoaded }) {
  const mutants = killed + survived;
  return {
    mutants,
    killed,
    'by time': byTime,
    survived,
    equivalent,
    'score, %': percent(killed, mutants),
    'without equivalents, %': percent(killed, mutants - equivalent),
    'not loaded': notLoaded,
  };
}

const results = Object.entries(readResults());
const rows = results.map(row).filter(([, { mutants }]) => mutants > 0);
const sum = (name) => rows.reduce((total, [, each]) => total + each[name], 0);
const total = withScores({
  killed: sum('killed'),
  byTime: sum('by time'),
  survived: sum('survived'),
  equivalent: sum('equivalent'),
  notLoaded: sum('not loaded'),
});
console.table(Object.fromEntries([...rows, ['all', total]]));

let unexplained = 0;
for (const [path, { alive }] of results) {
  const known = (SURVIVORS[path] ?? []).flatMap(({ lines }) => lines);
  for (const { line, text } of alive) {
    const index = known.indexOf(text);
    if (index !== -1) {
      known.splice(index, 1);
      continue;
    }
    unexplained += 1;
    console.log(`LIVES  ${path}:${line}: ${text}`);
  }
  for (const text of known) console.log(`GONE   ${path}: ${text} was explained, and does not live`);
}
const untried = GROUPS.filter((group) => untriedTests(group).length > 0).map(source);
if (untried.length > 0) console.log(`TO BE TRIED: ${untried.join(', ')}`);
for (const what of failed) console.log(`FAILED  ${what}`);
process.exit(unexplained + failed.length === 0 ? 0 : 1);
