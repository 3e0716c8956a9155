import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GROUPS, ROOT } from './mutation-tests.mjs';

// What became of the mutants of each file, kept beside the code, so that whoever has the code need not try it all again.
// It holds for as long as neither the file nor the tests change that it was tried by. Where tests have come to them, what
// was killed stays killed, and what lived is tried by those.

const FILE = join(dirname(fileURLToPath(import.meta.url)), 'mutation-results.json');
const DEAD = ['Killed', 'Timeout'];
const ALIVE = ['Survived', 'NoCoverage'];

export const source = ({ path }) => `src/${path}.ts`;

const hashOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);

/** A group as it is now: its file and the tests by their hashes. */
export function contentsOf(group) {
  const tests = group.tests.map((test) => [test, hashOf(join(ROOT, '__tests__', test))]);
  return { file: hashOf(join(ROOT, source(group))), tests: Object.fromEntries(tests) };
}

const readAll = () => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {});

function holds(group, result) {
  const now = contentsOf(group);
  return (
    result?.file === now.file &&
    Object.entries(result.tests).every(([test, hash]) => now.tests[test] === hash)
  );
}

/** What still holds: by file, how many mutants were killed, how many by time, which live, how many count for nothing. */
export function readResults() {
  const all = readAll();
  const current = GROUPS.filter((group) => holds(group, all[source(group)]));
  return Object.fromEntries(current.map((group) => [source(group), all[source(group)]]));
}

/** The tests by which a file is still to be tried. */
export function untriedTests(group) {
  const result = readAll()[source(group)];
  if (!holds(group, result)) return group.tests;
  return result.alive.length === 0 ? [] : group.tests.filter((test) => !Object.hasOwn(result.tests, test));
}

/** Keeps what Stryker reports of one file, tried by these tests, as its contents were then. */
export function keepResult(group, tests, contents, report) {
  // A file without mutants is not in its report.
  const { source: text, mutants } = report.files[source(group)] ?? { source: '', mutants: [] };
  const withStatus = (states) => mutants.filter(({ status }) => states.includes(status));
  const told = (mutant) => ({ line: mutant.location.start.line, text: mutated(text, mutant) });
  const all = readResults();
  const before = tests.length === group.tests.length ? undefined : all[source(group)];
  const result =
    before === undefined
      ? {
          ...contents,
          killed: withStatus(DEAD).length,
          byTime: withStatus(['Timeout']).length,
          // Such a mutant ends the test file as it is loaded, and counts for nothing, as Stryker has it.
          notLoaded: withStatus(['RuntimeError']).length,
          alive: withStatus(ALIVE).map(told),
        }
      : { ...before, ...contents, ...without(before, withStatus(DEAD).map(told)) };
  const sorted = Object.entries({ ...all, [source(group)]: result }).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`);
}

/** What lived before, and does not with more tests. */
function without({ killed, alive }, dead) {
  const still = alive.filter(({ line, text }) => {
    const index = dead.findIndex((other) => other.line === line && other.text === text);
    if (index !== -1) dead.splice(index, 1);
    return index === -1;
  });
  return { killed: killed + alive.length - still.length, alive: still };
}

/** The lines of a mutant as they are when it is in, in one. */
function mutated(text, { location: { start, end }, replacement }) {
  const lines = text.split('\n');
  const before = lines[start.line - 1].slice(0, start.column - 1);
  return (before + replacement + lines[end.line - 1].slice(end.column - 1)).replace(/\s+/g, ' ').trim();
}
