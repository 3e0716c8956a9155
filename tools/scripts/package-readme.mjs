// The README of the package: its links lead to the repository, because docs/ and examples/ do not travel in the tarball.
//   node tools/scripts/package-readme.mjs            before it is packed; nothing where the repository is not known
//   node tools/scripts/package-readme.mjs --restore  afterwards
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROJECT } from './project.mjs';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const KEPT = fileURLToPath(new URL('../../.kept-readme.md', import.meta.url));

/** The text with whole addresses: pages of the version that is packed, and pictures as files. */
export function writeWholeLinks(text, repository, version) {
  const raw = repository.replace('https://github.com/', 'https://raw.githubusercontent.com/');
  return text.replace(/(!?)\[([^\]]*)\]\((?!https?:|#)([^)\s]*)\)/g, (_, mark, label, target) => {
    const base = mark === '' ? `${repository}/blob/v${version}` : `${raw}/v${version}`;
    return `${mark}[${label}](${base}/${target})`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--restore')) {
    if (existsSync(KEPT)) renameSync(KEPT, README);
  } else if (PROJECT.repository !== undefined && !existsSync(KEPT)) {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const text = readFileSync(README, 'utf8');
    writeFileSync(KEPT, text);
    writeFileSync(README, writeWholeLinks(text, PROJECT.repository, version));
  }
}
