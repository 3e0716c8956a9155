import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** The faults that axe-core finds in what a page shows, each in one line; the policy of the page stays as it is. */
export async function listAxeFaults(page: Page): Promise<readonly string[]> {
  // Evaluated by the browser's own tools, so that no policy of the page has to be relaxed.
  await page.evaluate(SOURCE);
  const found: readonly Violation[] = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => ({
      id, nodes: nodes.map(({ html, failureSummary }) => ({ html: html.slice(0, 200), failureSummary })) })))`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary.replace(/\s+/g, ' ')}`),
  );
}
