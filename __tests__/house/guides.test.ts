import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { typeErrorsOf } from '../support/type-check';

const ROOT = resolve(__dirname, '../..');
const PAGES = ['testing.md', 'troubleshooting.md'];

describe('the guides in docs/', () => {
  // Inside the checkout, so that the packages of the snippets are found.
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.guides-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(PAGES)('%s has snippets that compile under strict', (page) => {
    const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
    const files = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, snippet], index) => {
      const file = join(folder, `${page}-${index}.ts`);
      writeFileSync(file, snippet!);
      return file;
    });
    expect(files.length).toBeGreaterThan(0);
    expect(typeErrorsOf(files)).toEqual([]);
  });
});
