// `node:util` for a page.
export const inspect = Object.assign((value) => String(value), {
  custom: Symbol.for('nodejs.util.inspect.custom'),
});

/** The command reads its words by it; a page has none. */
export function parseArgs() {
  throw new Error('a page has no arguments');
}
