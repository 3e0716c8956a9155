import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import * as ts from 'typescript';

export const SRC = resolve(__dirname, '../../src');

/** Every TypeScript file of src, by its path below src. */
export const sourceFiles: readonly string[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort();

export const readSource = (file: string): string => readFileSync(join(SRC, file), 'utf8');

export const parseSource = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readSource(file), ts.ScriptTarget.ES2022, true);

/** The files of src that a file imports, types included, and what it loads later by require() or import(). */
export function localImports(file: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isImport = (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier;
    if (isImport && ts.isStringLiteral(isImport)) found.push(isImport.text);
    if (ts.isCallExpression(node) && isLoading(node.expression)) {
      const [path] = node.arguments;
      if (path !== undefined && ts.isStringLiteral(path)) found.push(path.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(parseSource(file));
  return found
    .filter((path) => path.startsWith('.'))
    .map((path) => resolveLocal(posix.join(posix.dirname(file), path)))
    .filter((path) => path !== undefined);
}

function isLoading(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

function resolveLocal(path: string): string | undefined {
  return [`${path}.ts`, `${path}/index.ts`].find((file) => sourceFiles.includes(file));
}

/** The comments of a file, each with its text as read by a person. */
export function commentsIn(file: string): readonly { readonly line: number; readonly text: string }[] {
  const text = readSource(file);
  const comments = new Map<number, { readonly line: number; readonly text: string }>();
  const source = parseSource(file);
  const add = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of ranges ?? []) {
      const { line } = source.getLineAndCharacterOfPosition(pos);
      const raw = text.slice(pos, end).replace(/^\/\*\*?|\*\/$|^\/\//g, '');
      const plain = raw
        .split('\n')
        .map((part) => part.replace(/^\s*\*? ?/, '').trimEnd())
        .join('\n')
        .trim();
      comments.set(pos, { line: line + 1, text: plain });
    }
  };
  const visit = (node: ts.Node): void => {
    add(ts.getLeadingCommentRanges(text, node.getFullStart()));
    add(ts.getTrailingCommentRanges(text, node.getEnd()));
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return joinLines([...comments.values()].sort((a, b) => a.line - b.line));
}

// Line comments below each other are one comment.
function joinLines(
  comments: readonly { readonly line: number; readonly text: string }[],
): readonly { readonly line: number; readonly text: string }[] {
  const joined: { line: number; last: number; text: string }[] = [];
  for (const { line, text } of comments) {
    const before = joined.at(-1);
    if (before?.last === line - 1) {
      before.text += `\n${text}`;
      before.last = line;
    } else {
      joined.push({ line, last: line + text.split('\n').length - 1, text });
    }
  }
  return joined;
}

export interface FunctionSize {
  readonly name: string;
  readonly lines: number;
  readonly parameters: number;
}

/** The functions of a file that have a name, with their length and their number of parameters. */
export function functionsIn(file: string): readonly FunctionSize[] {
  const source = parseSource(file);
  const found: FunctionSize[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
      const parameters = node.parameters.filter(({ name }) => name.getText(source) !== 'this').length;
      found.push({
        name: nameOf(node, source),
        lines: lineAt(node.end) - lineAt(node.getStart(source)) + 1,
        parameters,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.SignatureDeclaration, source: ts.SourceFile): string {
  const own = node.name?.getText(source);
  if (own !== undefined) return own;
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const { parent } = node;
  const isNamed = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent);
  return isNamed ? parent.name.getText(source) : '(without a name)';
}

export interface DeclarationAtTop {
  readonly name: string;
  readonly kind: 'type' | 'function' | 'value';
  readonly exported: boolean;
}

/** The types and values that a file declares at its top. */
export function declarationsIn(file: string): readonly DeclarationAtTop[] {
  return parseSource(file).statements.flatMap((statement): readonly DeclarationAtTop[] => {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    const exported = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      return [{ name: statement.name.text, kind: 'type', exported }];
    }
    if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
      return [{ name: statement.name.text, kind: 'type', exported }];
    }
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
      return [{ name: statement.name.text, kind: 'function', exported }];
    }
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.map(({ name }) => ({
      name: name.getText(),
      kind: 'value',
      exported,
    }));
  });
}
