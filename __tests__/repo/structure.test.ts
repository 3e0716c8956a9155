import { functionsIn, localImports, readSource, sourceFiles } from '../helpers/source-files';

// These lists may only shrink: an entry that is no longer needed fails.
const LONG_FILES: readonly string[] = ['duplicates/memory-store.ts'];
const LONG_FUNCTIONS: readonly string[] = [
  'keys/fetched-values.ts makeFetchedValues',
  'providers/aws-sns/index.ts makeAwsSns',
  'providers/http-message-signatures/index.ts makeHttpMessageSignatures',
  'trace/make-trace.ts makeTrace',
];
const MANY_PARAMETERS: readonly string[] = [];
const MAX_FILE_LINES = 250;
const MAX_FUNCTION_LINES = 60;
const MAX_PARAMETERS = 4;

const imports = new Map(sourceFiles.map((file) => [file, localImports(file)]));

/** The groups of names that import each other in a circle. */
function circles(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const reach = (from: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const waiting = [...(edges.get(from) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(edges.get(next) ?? []));
    }
    return seen;
  };
  const reached = new Map([...edges.keys()].map((name) => [name, reach(name)]));
  const inCircles = [...edges.keys()].filter((name) => reached.get(name)?.has(name) === true);
  const groups = inCircles.map((name) =>
    inCircles.filter(
      (other) => reached.get(name)?.has(other) === true && reached.get(other)?.has(name) === true,
    ),
  );
  return [...new Map(groups.map((group) => [group.join(), group])).values()];
}

const roomOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file);

function roomEdges(): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const own = edges.get(roomOf(file)) ?? new Set();
    edges.set(roomOf(file), own);
    for (const target of targets) if (roomOf(target) !== roomOf(file)) own.add(roomOf(target));
  }
  return new Map([...edges].map(([room, targets]) => [room, [...targets]]));
}

describe('the structure of src/', () => {
  it('finds a circle where there is one', () => {
    const edges = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', []],
    ]);
    expect(circles(edges)).toEqual([['a', 'b', 'c']]);
  });

  it('has no circle of imports among files, types counted', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('has no circle of imports among rooms, types counted', () => {
    expect(circles(roomEdges())).toEqual([]);
  });

  it(`has no file of more than ${MAX_FILE_LINES} lines, but for those listed`, () => {
    const long = sourceFiles.filter((file) => readSource(file).split('\n').length - 1 > MAX_FILE_LINES);
    expect(long).toEqual(LONG_FILES);
  });

  it(`has no function of more than ${MAX_FUNCTION_LINES} lines, but for those listed`, () => {
    const long = sourceFiles.flatMap((file) =>
      functionsIn(file)
        .filter(({ lines }) => lines > MAX_FUNCTION_LINES)
        .map(({ name }) => `${file} ${name}`),
    );
    expect(long).toEqual(LONG_FUNCTIONS);
  });

  it(`has no function of more than ${MAX_PARAMETERS} parameters, but for those listed`, () => {
    const many = sourceFiles.flatMap((file) =>
      functionsIn(file)
        .filter(({ parameters }) => parameters > MAX_PARAMETERS)
        .map(({ name }) => `${file} ${name}`),
    );
    expect(many).toEqual(MANY_PARAMETERS);
  });
});
