import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnosis } from 'hooklatch';

/** By test, and by name: the codes of the findings. */
type Told = Record<string, Record<string, readonly string[]>>;

const FILE = join(__dirname, '../diagnose/told.json');
const ANEW = process.env.TOLD === 'anew';

const read = (): Told => (existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Told) : {});
const known = read();
const seen: Told = {};

/**
 * Holds what a diagnosis says, word for word, against what it said when somebody last read it; of those with the same
 * codes the first in each test. `TOLD=anew npx jest diagnose/ --selectProjects express5 -i` writes `told.json`, which is
 * to be read before it is committed; where a test has gone, delete the file first.
 */
export function holdTold({ findings }: Diagnosis): void {
  holdWords(
    findings.map(({ code }) => code).join(', '),
    findings.map(({ certainty, observed, why }) => `${certainty}: ${observed} ${why}`),
  );
}

/** Holds words that stand in `told.json` under the name of the test and this one; the first of a name in each test. */
export function holdWords(name: string, words: readonly string[]): void {
  const test = expect.getState().currentTestName ?? '';
  const held = (seen[test] ??= {});
  if (held[name] !== undefined) return;
  held[name] = words;
  if (ANEW) write();
  else expect({ [name]: words }).toEqual({ [name]: known[test]?.[name] });
}

function write(): void {
  const all = Object.entries({ ...read(), ...seen }).sort(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(all), null, 1)}\n`);
}
