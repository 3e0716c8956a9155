// Writes the pages of the site from README, docs/ and the providers, so that docs/ stays readable on its own.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT } from '../scripts/project.mjs';

const require = createRequire(import.meta.url);
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const PAGES = fileURLToPath(new URL('pages', import.meta.url));

// Pages beside docs/ that the site has too, by their names there.
const TOP_PAGES = {
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'reporting.md',
  'README.md': 'index.md',
};

const HOME = `---
layout: home
hero:
  name: hooklatch
  text: Receives webhooks in Express
  tagline: A handler runs only for a delivery that its sender has signed. A refusal tells a stranger nothing, and tells you the reason.
  image: { src: /inspector.png, alt: 'A refused delivery in the inspector: the reason, the fix, and the step that failed' }
  actions:
    - { theme: brand, text: Quick start, link: '/#quick-start' }
    - { theme: alt, text: Senders, link: '/senders/' }
    - { theme: alt, text: Playground, link: '/playground/', target: _self }
features:
  - { title: The exact bytes, details: 'Signature and timestamp over the bytes that arrived, before anything is parsed.' }
  - { title: Senders as data, details: 'Each sender has a page: its signature, its secret, and how it tries again.' }
  - { title: It explains itself, details: 'A refused delivery is diagnosed: the mistake, how certain it is, and the fix.' }
---

`;

/** Writes all pages but the reference. */
export function writePages() {
  writeDocs();
  writeSenders();
}

/** Writes README, the pages beside it and docs/, with links as the site has them. */
export function writeDocs() {
  for (const [from, to] of Object.entries(TOP_PAGES)) {
    const text = adaptLinks(readFileSync(join(ROOT, from), 'utf8'), from);
    write(to, from === 'README.md' ? HOME + text.slice(text.indexOf('## Install')) : text);
  }
  for (const path of listDocs())
    write(path, adaptLinks(readFileSync(join(ROOT, 'docs', path), 'utf8'), `docs/${path}`));
  cpSync(join(ROOT, 'docs/images'), join(PAGES, 'images'), { recursive: true });
  mkdirSync(join(PAGES, 'public'), { recursive: true });
  cpSync(join(ROOT, 'docs/images/inspector.png'), join(PAGES, 'public/inspector.png'));
}

/** Forgets what was written before. */
export function clearPages() {
  rmSync(PAGES, { recursive: true, force: true });
}

/** The pages of docs/ by their paths there; each sender has a page of its own in place of providers.md. */
export function listDocs() {
  return readdirSync(join(ROOT, 'docs'), { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && !/^(?:api\/|providers\.md$)/.test(path))
    .sort();
}

/** A link as the site has it: within the site, or else to the repository where that is known. */
export function adaptLinks(text, from) {
  return text.replace(
    /(!?)\[([^\]]*)\]\((?!https?:|#)([^)#\s]*)(#[^)]*)?\)/g,
    (whole, image, label, target, anchor = '') => {
      const path = posix.join(dirname(from), target);
      if (image !== '') return whole;
      if (path === 'docs/providers.md')
        return `[${label}](/senders/${anchor === '' ? '' : `${anchor.slice(1)}.md`})`;
      if (TOP_PAGES[path] !== undefined) return `[${label}](/${TOP_PAGES[path]}${anchor})`;
      if (path.startsWith('docs/') && path.endsWith('.md'))
        return `[${label}](/${path.slice('docs/'.length)}${anchor})`;
      return PROJECT.repository === undefined
        ? label
        : `[${label}](${PROJECT.repository}/blob/main/${path}${anchor})`;
    },
  );
}

function writeSenders() {
  const { providers } = require('../../dist/providers/index.js');
  const {
    describeProvider,
    exportName,
    constantName,
    writeSnippet,
  } = require('../../dist/cli/describe-provider.js');
  const { DETAILS } = require('../../dist/cli/providers.js');
  const guides = new Set(listDocs());
  const all = Object.values(providers).map(describeProvider);
  for (const description of all) {
    const { name } = description;
    const rows = DETAILS.map(([key, title]) => `| ${title} | ${writeCell(key, description[key])} |`);
    const variable = `${constantName(name)}_SECRET`;
    write(
      `senders/${name}.md`,
      `# ${name}

How hooklatch receives webhooks of [${name}](${description.docs}).${
        guides.has(`guides/${name}.md`) ? ` [The guide](/guides/${name}.md) says what else to know.` : ''
      }

| | |
| --- | --- |
${rows.join('\n')}

## Receive

\`\`\`ts
${writeSnippet(providers[name])}\`\`\`

\`npx hooklatch init ${name}\` writes it, with the line for \`.env\`. The name to import is \`${exportName(name)}\`.

## Try

\`\`\`sh
npx hooklatch send ${name} --url http://localhost:3000/webhooks/${name} --secret-env ${variable}
\`\`\`

Was a delivery refused? <a href="/playground/#${name}" target="_self">The playground</a> checks it in the browser, and
sends it nowhere. On your machine the command does it:

\`\`\`sh
npx hooklatch diagnose ${name} delivery.json --secret-env ${variable}
\`\`\`
`,
    );
  }
  write('senders/index.md', listSenders(all));
}

function listSenders(all) {
  const rows = all.map(
    ({ name, algorithm, signed, window }) =>
      `| [${name}](./${name}.md) | ${escape(algorithm)} | \`${cut(signed)}\` | ${escape(cut(window))} |`,
  );
  return `# Senders

Each of the ${all.length} senders has a page, made from the data by which its deliveries are verified. A sender that is
not here is described in ten lines: [your own sender](/custom-senders.md).

| sender | algorithm | signed content | window |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function writeCell(key, text) {
  if (key === 'docs') return `<${text}>`;
  return key === 'signature' || key === 'signed' ? `\`${text}\`` : escape(text);
}

const cut = (text) => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** Text that is no markup of a page. */
function escape(text) {
  return text.replace(/[<{|]/g, (character) => ({ '<': '&lt;', '{': '&#123;', '|': '\\|' })[character]);
}

function write(path, text) {
  const file = join(PAGES, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
