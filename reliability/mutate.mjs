import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { GROUPS } from './mutation-tests.mjs';
import { SURVIVORS } from './survivors.mjs';

// Mutation tests: npm run mutate [-- core/headers stores --concurrency 2]. What is named is tried anew; without a name,
// whatever has changed since it was last tried, but for core/diagnose, so that a run can go on after an interruption.
// Exits with 1 where a mutant lives that reliability/survivors.mjs does not explain.

const PARTS = 'reports/mutation/parts';
const { values, positionals: named } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '1' } },
});

const source = ({ path }) => `src/${path}.ts`;
const isNamed = ({ path, slow }) =>
  named.some((name) => path === name || (path.startsWith(`${name}/`) && (!slow || name === 'core/diagnose')));

/** Where the result for these very contents is kept. */
function partOf(group) {
  const hash = createHash('sha256');
  for (const file of [source(group), ...group.tests.map((test) => `__tests__/${test}`)]) {
    hash.update(readFileSync(file));
  }
  return `${PARTS}/${group.path.replaceAll('/', '-')}-${hash.digest('hex').slice(0, 12)}.json`;
}

async function mutate(group) {
  console.log(`${source(group)} by ${group.tests.join(', ')}`);
  process.env.MUTATION_TESTS = group.tests.join();
  await new Stryker({
    configFile: 'reliability/stryker.config.mjs',
    mutate: [source(group)],
    concurrency: Number(values.concurrency),
    jsonReporter: { fileName: partOf(group) },
  }).runMutationTest();
}

const unknown = named.filter(
  (name) => !GROUPS.some(({ path }) => path === name || path.startsWith(`${name}/`)),
);
if (unknown.length > 0)
  throw new Error(`nothing to mutate is named ${unknown.join(', ')}: name core/headers or core`);

mkdirSync(PARTS, { recursive: true });
for (const group of GROUPS) {
  if (named.length > 0 ? isNamed(group) : !group.slow && !existsSync(partOf(group))) await mutate(group);
}

// A file without mutants is not in its report.
const NOTHING = { source: '', mutants: [] };
const read = (group) => JSON.parse(readFileSync(partOf(group), 'utf8')).files[source(group)] ?? NOTHING;
const tried = GROUPS.filter((group) => existsSync(partOf(group)));
const files = Object.fromEntries(tried.map((group) => [source(group), read(group)]));
writeFileSync('reports/mutation/mutation.json', JSON.stringify({ schemaVersion: '1.0', files }));

const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

/** The lines of a mutant as they are when it is in, in one. */
function mutated({ source: text }, { location: { start, end }, replacement }) {
  const lines = text.split('\n');
  const before = lines[start.line - 1].slice(0, start.column - 1);
  return oneLine(before + replacement + lines[end.line - 1].slice(end.column - 1));
}

const DEAD = ['Killed', 'Timeout'];
const ALIVE = ['Survived', 'NoCoverage'];
const percent = (part, whole) => (whole === 0 ? 100 : Math.floor((part / whole) * 10_000) / 100);

/** A mutant that ends the test file as it is loaded counts for nothing, as Stryker has it. */
function row(path, file) {
  const count = (states) => file.mutants.filter(({ status }) => states.includes(status)).length;
  const [killed, survived] = [count(DEAD), count(ALIVE)];
  const equivalent = (SURVIVORS[path] ?? []).filter(({ kind }) => kind === 'equivalent');
  const same = equivalent.flatMap(({ lines }) => lines).length;
  return {
    mutants: killed + survived,
    killed,
    'by time': count(['Timeout']),
    survived,
    equivalent: same,
    'score, %': percent(killed, killed + survived),
    'without equivalents, %': percent(killed, killed + survived - same),
    'not loaded': count(['RuntimeError']),
  };
}

const sum = (rows, name) => rows.reduce((total, each) => total + each[name], 0);
function total(rows) {
  const all = Object.fromEntries(Object.keys(rows[0]).map((name) => [name, sum(rows, name)]));
  all['score, %'] = percent(all.killed, all.mutants);
  all['without equivalents, %'] = percent(all.killed, all.mutants - all.equivalent);
  return all;
}

const rows = Object.entries(files).map(([path, file]) => [path, row(path, file)]);
const shown = rows.filter(([, { mutants }]) => mutants > 0);
if (shown.length > 0) {
  console.table(Object.fromEntries([...shown, ['all', total(shown.map(([, each]) => each))]]));
}

let unexplained = 0;
for (const [path, file] of Object.entries(files)) {
  const known = (SURVIVORS[path] ?? []).flatMap(({ lines }) => lines);
  for (const mutant of file.mutants.filter(({ status }) => ALIVE.includes(status))) {
    const line = mutated(file, mutant);
    const index = known.indexOf(line);
    if (index !== -1) {
      known.splice(index, 1);
      continue;
    }
    unexplained += 1;
    console.log(`LIVES  ${path}:${mutant.location.start.line} ${mutant.status}: ${line}`);
  }
  for (const line of known) console.log(`GONE   ${path}: ${line} was explained, and does not live`);
}
const untried = GROUPS.filter((group) => !tried.includes(group)).map(source);
if (untried.length > 0) console.log(`NOT TRIED, or changed since: ${untried.join(', ')}`);
process.exit(unexplained === 0 ? 0 : 1);
