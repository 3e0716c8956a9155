// The menu, made from the pages that there are: a new page of docs/ is in it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listDocs, PAGES } from '../pages.mjs';

const REFUSED = ['troubleshooting.md', 'errors.md', 'decisions.md', 'inspector.md'];
const ABOUT = ['security.md', 'performance.md', 'comparison.md', 'platforms.md', 'migration.md'];
const START = ['deployment.md', 'testing.md', 'rotation.md', 'schemas.md', 'custom-senders.md'];

export function makeSidebar() {
  const docs = listDocs();
  const guides = docs.filter((path) => path.startsWith('guides/'));
  const named = [...REFUSED, ...ABOUT, ...START, ...guides];
  const rest = docs.filter((path) => !named.includes(path));
  const link = (path) => ({ text: titleOf(path), link: `/${path}` });
  return [
    {
      text: 'Use',
      items: [{ text: 'Quick start', link: '/#quick-start' }, ...[...START, ...rest].map(link)],
    },
    {
      text: 'When a delivery is refused',
      items: [...REFUSED.map(link), { text: 'Playground', link: '/playground/', target: '_self' }],
    },
    { text: 'Guides', items: guides.map(link) },
    { text: 'About', items: [...ABOUT, 'contributing.md', 'reporting.md', 'changelog.md'].map(link) },
    { text: 'Senders', collapsed: true, items: listFolder('senders') },
    { text: 'Reference', collapsed: true, items: listModules() },
  ];
}

function listFolder(folder) {
  if (!existsSync(join(PAGES, folder))) return [];
  return readdirSync(join(PAGES, folder))
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .sort()
    .map((name) => ({ text: name.replace(/\.md$/, ''), link: `/${folder}/${name}` }));
}

/** The modules of the reference with their functions; the types are reached from these. */
function listModules() {
  const folder = join(PAGES, 'reference');
  const modules = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return modules.map(({ name }) => ({
    text: name === 'index' ? 'hooklatch' : `hooklatch/${name}`,
    link: `/reference/${name}/index.md`,
    collapsed: true,
    items: listFolder(`reference/${name}/functions`),
  }));
}

function titleOf(path) {
  const [, title = path] = /^# (.*)$/m.exec(readFileSync(join(PAGES, path), 'utf8')) ?? [];
  return title.replaceAll('`', '');
}
