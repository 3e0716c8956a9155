// Asks recheck of every regular expression of src/ whether its time grows faster than the text that it is used on.
// It finds more than the rules of ESLint, which look at each expression's form alone. Run it: npm run check:expressions
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

// The build in JavaScript alone: the others are programs of their own, which not every machine has.
process.env.RECHECK_SYNC_BACKEND = 'pure';
const { checkSync } = await import('recheck');

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TIMEOUT_MS = 60_000;
// Files that put expressions together: of a description of your own, one class of letters with a bound for each field; of
// what is looked for in the page, its letters with all signs escaped.
const PUT_TOGETHER = ['core/handshakes.ts', 'inspector/page/finder.mjs'];

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
let checked = 0;
for (const file of files.filter((name) => /\.(ts|mjs)$/.test(name))) {
  const text = readFileSync(join(ROOT, 'src', file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  visit(source, source, file);
}
console.log(`${checked} regular expressions of src/ were checked`);

function visit(node, source, file) {
  if (ts.isRegularExpressionLiteral(node)) check(node, source, file);
  // A copy of an expression that stands elsewhere was checked there.
  const isMade = ts.isNewExpression(node) && node.expression.getText(source) === 'RegExp';
  if (
    isMade &&
    !PUT_TOGETHER.includes(file) &&
    !(node.arguments?.length === 1 && ts.isIdentifier(node.arguments[0]))
  ) {
    complain(node, source, file, 'is put together when it runs, so it cannot be checked');
  }
  ts.forEachChild(node, (child) => visit(child, source, file));
}

function check(node, source, file) {
  checked += 1;
  const [, pattern, flags] = /^\/(.*)\/(\w*)$/s.exec(node.text);
  const { status, complexity, error } = checkSync(pattern, flags, { timeout: TIMEOUT_MS });
  if (status !== 'safe') complain(node, source, file, `is ${complexity?.summary ?? error?.kind ?? status}`);
}

function complain(node, source, file, what) {
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
  console.error(`src/${file}:${line + 1}: ${node.getText(source)} ${what}`);
  process.exitCode = 1;
}
