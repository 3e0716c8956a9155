// The fields of package.json that say where the project lives. They follow from tools/scripts/project.mjs.
//   node tools/scripts/package-fields.mjs            says what is missing before a publish, and passes
//   node tools/scripts/package-fields.mjs --write    writes the fields into package.json
//   node tools/scripts/package-fields.mjs --publish  fails where one is missing, or package.json does not have them
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { PROJECT } from './project.mjs';

const PACKAGE = fileURLToPath(new URL('../../package.json', import.meta.url));
// A package may have none.
const OPTIONAL = ['funding'];

/** The fields as npm writes them; `undefined` for those that are not known. */
export function listFields({ repository, homepage, bugs, funding }) {
  return {
    homepage,
    bugs: bugs && { url: bugs },
    repository: repository && { type: 'git', url: `git+${repository}.git` },
    funding,
  };
}

/** Says what stands in the way of a publish, a line each. */
export function findFaults(project, manifest) {
  const fields = Object.entries(listFields(project)).filter(
    ([name]) => !OPTIONAL.includes(name) || project[name],
  );
  return fields.flatMap(([name, value]) => {
    if (value === undefined) return [`"${name}" is not known: fill in tools/scripts/project.mjs`];
    if (isDeepStrictEqual(manifest[name], value)) return [];
    return [`"${name}" of package.json is another one: node tools/scripts/package-fields.mjs --write`];
  });
}

/** The manifest with the fields that are known, behind "license"; a field that is not known is left out. */
export function writeFields(project, manifest) {
  const fields = Object.entries(listFields(project)).filter(([, value]) => value !== undefined);
  const others = Object.entries(manifest).filter(([name]) => !Object.hasOwn(listFields(project), name));
  const place = others.findIndex(([name]) => name === 'license');
  return Object.fromEntries([...others.slice(0, place), ...fields, ...others.slice(place)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(readFileSync(PACKAGE, 'utf8'));
  if (process.argv.includes('--write')) {
    writeFileSync(PACKAGE, `${JSON.stringify(writeFields(PROJECT, manifest), null, 2)}\n`);
  } else {
    const faults = findFaults(PROJECT, manifest);
    for (const fault of faults) process.stdout.write(`before a publish: ${fault}\n`);
    if (process.argv.includes('--publish') && faults.length > 0) process.exitCode = 1;
  }
}
