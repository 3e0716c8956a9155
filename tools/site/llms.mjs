// Writes llms.txt, a list of the pages for programs that read, and llms-full.txt, the pages of docs/ in one file:
// https://llmstxt.org
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT } from '../scripts/project.mjs';
import { listDocs, PAGES } from './pages.mjs';

/** Writes both beside the pages, and each page as it is written, so that the list leads to text and not to HTML. */
export function writeLlms(folder) {
  const docs = listDocs();
  const senders = readdirSync(join(PAGES, 'senders')).filter((name) => name !== 'index.md');
  const about = docs.filter((path) => !path.startsWith('guides/'));
  const guides = docs.filter((path) => path.startsWith('guides/'));
  const list = `# hooklatch

> Receives webhooks in Express: raw body, signature, timestamp, guards, and routing by event and method. A handler runs
> only for a delivery that its sender has signed.

## Pages

${about.map(describePage).join('\n')}

## Guides

${guides.map(describePage).join('\n')}

## Optional

${senders.map((name) => `- [${name.replace(/\.md$/, '')}](${addressOf(`senders/${name}`)})`).join('\n')}
`;
  writeFileSync(join(folder, 'llms.txt'), list);
  writeFileSync(join(folder, 'llms-full.txt'), ['index.md', ...docs].map(readPage).join('\n\n'));
  for (const path of ['index.md', ...docs, ...senders.map((name) => `senders/${name}`)]) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), readPage(path));
  }
}

function describePage(path) {
  const text = readPage(path);
  const [, title = path] = /^# (.*)$/m.exec(text) ?? [];
  // The first sentence says what the page is for.
  const [, first = ''] = /^# .*\n+(?!#)([\s\S]*?[.?])(?:\s|$)/m.exec(text) ?? [];
  return `- [${title.replaceAll('`', '')}](${addressOf(path)}): ${plain(first)}`;
}

const plain = (text) => text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/\s+/g, ' ');
const addressOf = (path) =>
  PROJECT.site === undefined ? path : `${PROJECT.site.replace(/\/$/, '')}/${path}`;
// The head of the first page is for the generator.
const readPage = (path) =>
  readFileSync(join(PAGES, path), 'utf8').replace(/^---\n[\s\S]*?\n---\n/, '# hooklatch\n');
