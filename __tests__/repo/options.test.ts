import { join } from 'node:path';
import { createProgram, SymbolFlags, type Program, type Type } from 'typescript';
import { readPage, ROOT, rowsOf } from '../helpers/snippets';

// The documented default of what has no @default: it has to be given, or there is none.
const defaultOf = (text: string | undefined, optional: boolean): string =>
  text ?? (optional ? 'none' : 'required');

let program: Program;
beforeAll(() => {
  const files = ['src/index.ts', 'src/inspector/index.ts', 'src/testing.ts'].map((file) => join(ROOT, file));
  program = createProgram(files, { strict: true, noEmit: true, skipLibCheck: true, types: ['node'] });
});

function typeNamed(file: string, name: string): Type {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(ROOT, file));
  const symbol = checker
    .getExportsOfModule(checker.getSymbolAtLocation(source!)!)
    .find((exported) => exported.name === name)!;
  const isAlias = (symbol.flags & SymbolFlags.Alias) !== 0;
  return checker.getDeclaredTypeOfSymbol(isAlias ? checker.getAliasedSymbol(symbol) : symbol);
}

/** The options of a type with their defaults, as the docstrings have them. */
function optionsOf(file: string, name: string): readonly (readonly [string, string])[] {
  const checker = program.getTypeChecker();
  return typeNamed(file, name)
    .getProperties()
    .map((property) => {
      const tag = property.getJsDocTags(checker).find((one) => one.name === 'default');
      const optional = (property.flags & SymbolFlags.Optional) !== 0;
      return [property.name, defaultOf(tag?.text?.map(({ text }) => text).join(''), optional)] as const;
    });
}

const byName = (one: readonly string[], other: readonly string[]): number => (one[0]! < other[0]! ? -1 : 1);
const plain = (text = ''): string => text.replaceAll('`', '');

describe('the tables of options', () => {
  it.each([
    ['README.md', 'src/index.ts', 'WebhookRouterOptions'],
    ['docs/inspector.md', 'src/inspector/index.ts', 'InspectorOptions'],
    ['docs/testing.md', 'src/testing.ts', 'SignedRequestOptions'],
  ])('%s has those of %s, %s, with their defaults', (page, file, name) => {
    const listed = rowsOf(readPage(page), 'option').map((row) => [plain(row[0]), plain(row.at(-1))]);
    const known = optionsOf(file, name).map(([option, value]) => [option, plain(value)]);
    expect(known.length).toBeGreaterThan(3);
    expect(listed.sort(byName)).toEqual(known.sort(byName));
  });

  it('say which of them a guard has not', () => {
    const names = (type: string): readonly string[] => optionsOf('src/index.ts', type).map(([name]) => name);
    const ofRouter = names('WebhookRouterOptions').filter(
      (name) => !names('WebhookGuardOptions').includes(name),
    );
    const marked = rowsOf(readPage('README.md'), 'option').filter(([, meaning]) =>
      meaning!.startsWith('(router)'),
    );
    expect(marked.map(([option]) => plain(option)).sort()).toEqual([...ofRouter].sort());
  });
});
