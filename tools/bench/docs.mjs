// Writes the tables of docs/performance.md and of the README from the figures in tools/bench/results.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { coreTable } from './core.mjs';
import { goalsTable } from './goals.mjs';
import { growthTables } from './growth.mjs';
import { httpTables } from './http.mjs';
import { plot } from './plot.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const markdown = ([head, ...rows]) =>
  [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const titled = (tables) => tables.map(([title, rows]) => `${title}:\n\n${markdown(rows)}`).join('\n\n');

/** Replaces what stands between the two comments of a mark. */
function fill(path, parts) {
  let text = readFileSync(at(path), 'utf8');
  for (const [mark, content] of Object.entries(parts)) {
    const [start, end] = [`<!-- bench: ${mark} -->`, '<!-- bench end -->'];
    const from = text.indexOf(start);
    if (from === -1) continue;
    text = `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(text.indexOf(end, from))}`;
  }
  writeFileSync(at(path), text);
}

const README_ROWS = [
  'by hand',
  'octokit',
  'stripe',
  'standardwebhooks',
  'hooklatch router',
  'hooklatch router, lazy',
];

function readmeTable({ accepted }) {
  const sizes = Object.keys(accepted);
  const cells = (name) => sizes.map((size) => accepted[size][name].median.toFixed(2));
  return markdown([['', ...sizes], ...README_ROWS.map((name) => [name, ...cells(name)])]);
}

/** Writes what the figures of the Node versions that were measured say. */
export function writeDocs() {
  const parts = {};
  const all = {};
  for (const version of [20, 22, 24]) {
    const file = at(`results/node-${version}.json`);
    if (!existsSync(file)) continue;
    const results = JSON.parse(readFileSync(file, 'utf8'));
    const { core, http, http4, growth } = results;
    const node = `${results.node}${results.quick ? ' (a quick run)' : ''}`;
    all[version] = results;
    if (core !== undefined) parts[`core ${version}`] = `Node ${node}:\n\n${markdown(coreTable(core))}`;
    if (http !== undefined) {
      parts[`http ${version}`] = `Node ${node}, Express 5, ${titled(httpTables(http))}`;
      parts.readme = readmeTable(http);
      writeFileSync(at(`../../docs/images/performance-node-${version}.svg`), plot(http.accepted));
    }
    if (http4 !== undefined)
      parts[`express4 ${version}`] = `Node ${node}, Express 4, ${titled(httpTables(http4))}`;
    if (growth !== undefined) {
      const load = `Loading beside Express takes ${growth.loadMilliseconds.toFixed(0)} ms of CPU time.`;
      parts[`growth ${version}`] = `Node ${node}. ${titled(growthTables(growth))}\n\n${load}`;
    }
  }
  parts.goals = markdown(goalsTable(all));
  fill('../../docs/performance.md', parts);
  fill('../../README.md', parts);
}
