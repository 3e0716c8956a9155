// A column of fewer characters says too little.
const LEAST_WIDTH = 14;
const GAP = '  ';

/**
 * The lines of a table, each of at most `width` characters: long cells are cut, and where that is not enough the last
 * columns are left out. The first column is always whole.
 */
export function layOut(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const count = Math.max(...rows.map(({ length }) => length));
  const natural = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const widths = fit(natural, width);
  return rows.map((row) =>
    widths
      .map((space, column) => cut(row[column] ?? '', space).padEnd(space))
      .join(GAP)
      .trimEnd(),
  );
}

function fit(natural: readonly number[], width: number): readonly number[] {
  const [first = 0, ...others] = natural;
  const total = (): number => others.reduce((sum, space) => sum + GAP.length + space, first);
  while (others.length > 0 && total() > width) {
    const widest = Math.max(...others);
    if (widest > LEAST_WIDTH) others[others.indexOf(widest)] = widest - 1;
    else others.pop();
  }
  return [first, ...others];
}

function cut(text: string, space: number): string {
  return text.length > space ? `${text.slice(0, Math.max(space - 3, 0))}...` : text;
}
