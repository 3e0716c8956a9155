import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GROUPS, ROOT } from './mutation-tests.mjs';

// What became of the mutants of each file, kept beside the code: it holds for as long as neither the file nor its tests
// change, and whoever has the code need not try it all again.

const FILE = join(dirname(fileURLToPath(import.meta.url)), 'mutation-results.json');
const DEAD = ['Killed', 'Timeout'];
const ALIVE = ['Survived', 'NoCoverage'];

export const source = ({ path }) => `src/${path}.ts`;

/** What a result holds for: a file and its tests as they are now. */
export function contentsOf(group) {
  const hash = createHash('sha256');
  for (const file of [source(group), ...group.tests.map((test) => `__tests__/${test}`)]) {
    hash.update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** What is still true: by file, how many mutants were killed, how many by time, which live, how many count for nothing. */
export function readResults() {
  const all = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  const current = GROUPS.filter((group) => all[source(group)]?.contents === contentsOf(group));
  return Object.fromEntries(current.map((group) => [source(group), all[source(group)]]));
}

/** Keeps what Stryker reports of one file with these contents, beside what is still true of the others. */
export function keepResult(group, contents, report) {
  // A file without mutants is not in its report.
  const { source: text, mutants } = report.files[source(group)] ?? { source: '', mutants: [] };
  const withStatus = (states) => mutants.filter(({ status }) => states.includes(status));
  const result = {
    contents,
    killed: withStatus(DEAD).length,
    byTime: withStatus(['Timeout']).length,
    // Such a mutant ends the test file as it is loaded, and counts for nothing, as Stryker has it.
    notLoaded: withStatus(['RuntimeError']).length,
    alive: withStatus(ALIVE).map((mutant) => ({
      line: mutant.location.start.line,
      text: mutated(text, mutant),
    })),
  };
  const all = { ...readResults(), [source(group)]: result };
  const sorted = Object.fromEntries(Object.entries(all).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 1)}\n`);
}

/** The lines of a mutant as they are when it is in, in one. */
function mutated(text, { location: { start, end }, replacement }) {
  const lines = text.split('\n');
  const before = lines[start.line - 1].slice(0, start.column - 1);
  return (before + replacement + lines[end.line - 1].slice(end.column - 1)).replace(/\s+/g, ' ').trim();
}
