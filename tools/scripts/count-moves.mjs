// Follows one accepted request through the built package and counts the calls that go from one of its files to another:
// npm run build -- --apart && node tools/scripts/count-moves.mjs [--json] [--list] [FOLDER]. What a reader has to follow, in a number.
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const DIST = resolve(positionals[0] ?? join(ROOT, 'dist'));
const require = createRequire(join(ROOT, 'package.json'));
const ts = require('typescript');

if (existsSync(join(DIST, 'receiver.js'))) throw new Error(`${DIST} is bundled: npm run build -- --apart`);

const moves = [];
let here;
let counting = false;

globalThis.enterFile = (file) => {
  const from = here;
  if (counting && from !== undefined && from !== file) moves.push([from, file]);
  here = file;
  return from;
};
globalThis.leaveFile = (from) => {
  here = from;
};

/** Each function of a file says when it is entered and left. */
function instrument(text, file) {
  const { factory } = ts;
  const name = factory.createStringLiteral(file);
  const call = (callee, argument) =>
    factory.createCallExpression(factory.createIdentifier(callee), undefined, [argument]);
  const wrap = (body) => {
    const block = ts.isBlock(body) ? body : factory.createBlock([factory.createReturnStatement(body)]);
    const from = factory.createUniqueName('from');
    const entered = factory.createVariableStatement(
      undefined,
      factory.createVariableDeclarationList(
        [factory.createVariableDeclaration(from, undefined, undefined, call('enterFile', name))],
        ts.NodeFlags.Const,
      ),
    );
    const left = factory.createBlock([factory.createExpressionStatement(call('leaveFile', from))]);
    return factory.createBlock([entered, factory.createTryStatement(block, undefined, left)], true);
  };
  const visitor = (context) => (root) => {
    const visit = (node) => {
      const seen = ts.visitEachChild(node, visit, context);
      if (ts.isArrowFunction(seen)) {
        return factory.updateArrowFunction(
          seen,
          seen.modifiers,
          undefined,
          seen.parameters,
          undefined,
          seen.equalsGreaterThanToken,
          wrap(seen.body),
        );
      }
      if (ts.isFunctionDeclaration(seen) && seen.body) {
        return factory.updateFunctionDeclaration(
          seen,
          seen.modifiers,
          seen.asteriskToken,
          seen.name,
          undefined,
          seen.parameters,
          undefined,
          wrap(seen.body),
        );
      }
      if (ts.isFunctionExpression(seen)) {
        return factory.updateFunctionExpression(
          seen,
          seen.modifiers,
          seen.asteriskToken,
          seen.name,
          undefined,
          seen.parameters,
          undefined,
          wrap(seen.body),
        );
      }
      if (ts.isMethodDeclaration(seen) && seen.body) {
        return factory.updateMethodDeclaration(
          seen,
          seen.modifiers,
          seen.asteriskToken,
          seen.name,
          undefined,
          undefined,
          seen.parameters,
          undefined,
          wrap(seen.body),
        );
      }
      return seen;
    };
    return ts.visitNode(root, visit);
  };
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const { transformed } = ts.transform(source, [visitor]);
  return ts.createPrinter().printFile(transformed[0]);
}

const extensions = require('node:module')._extensions;
const plain = extensions['.js'];
extensions['.js'] = (module, path) => {
  if (!path.startsWith(DIST)) return plain(module, path);
  return module._compile(instrument(readFileSync(path, 'utf8'), relative(DIST, path)), path);
};

const { webhookRouter, github, sign } = require(join(DIST, 'index.js'));
const express = require('express');

const secret = 'a secret of the script that counts';
const app = express();
app.use('/hooks', webhookRouter({ provider: github, secret, events: { push: () => undefined } }));
const server = app.listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const { port } = server.address();

const prepare = (id) => {
  const body = Buffer.from(JSON.stringify({ ref: 'refs/heads/main', id }));
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': id,
    ...sign(github, { secret }, { method: 'POST', body }),
  };
  return { method: 'POST', headers, body };
};

// The first delivery loads and prepares; the second is the usual one.
const [first, second] = [prepare('first'), prepare('second')];
for (const [delivery, isCounted] of [
  [first, false],
  [second, true],
]) {
  counting = isCounted;
  const { status } = await fetch(`http://127.0.0.1:${port}/hooks`, delivery);
  if (status !== 200) throw new Error(`the delivery was answered ${status}`);
}
counting = false;
server.close();
server.closeAllConnections();

const files = [...new Set(moves.flat())];
if (values.json) console.log(JSON.stringify({ moves: moves.length, files: files.length }));
else {
  if (values.list) for (const [from, to] of moves) console.log(`${from} -> ${to}`);
  console.log(`${moves.length} calls from one file to another, through ${files.length} files`);
}
