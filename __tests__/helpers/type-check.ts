import { resolve } from 'node:path';
import {
  createProgram,
  flattenDiagnosticMessageText,
  getPreEmitDiagnostics,
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
} from 'typescript';
import { compilerOptions } from '../../tsconfig.json';

const ROOT = resolve(__dirname, '../..');

// The types of the Express of this project.
const EXPRESS = require.resolve('express').includes('express4')
  ? { express: ['./node_modules/types-express4'] }
  : {};

/** The messages of the compiler for files that import 'hooklatch' as a user would, as strict as for the sources. */
export function typeErrorsOf(files: readonly string[]): readonly string[] {
  const program = createProgram(files, {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    experimentalDecorators: true, // as Nest has it
    module: ModuleKind.ES2022,
    moduleResolution: ModuleResolutionKind.Bundler,
    target: ScriptTarget.ES2022,
    types: ['node'],
    paths: Object.fromEntries(
      Object.entries({ ...compilerOptions.paths, ...EXPRESS }).map(([name, paths]) => [
        name,
        paths.map((path) => resolve(ROOT, path)),
      ]),
    ),
  });
  return getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const name = file?.fileName.split('/').pop() ?? '';
    return `${name}: ${flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
