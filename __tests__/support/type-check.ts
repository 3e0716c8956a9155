import { resolve } from 'node:path';
import {
  createProgram,
  flattenDiagnosticMessageText,
  getPreEmitDiagnostics,
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
} from 'typescript';

/** The messages of the compiler for files that import 'hooklatch' as a user would, under `strict`. */
export function typeErrorsOf(files: readonly string[]): string[] {
  const program = createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    module: ModuleKind.ES2022,
    moduleResolution: ModuleResolutionKind.Bundler,
    target: ScriptTarget.ES2022,
    types: ['node'],
    paths: {
      hooklatch: [resolve(__dirname, '../../src/index.ts')],
      'hooklatch/testing': [resolve(__dirname, '../../src/testing.ts')],
    },
  });
  return getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const text = flattenDiagnosticMessageText(messageText, '\n');
    return `${file?.fileName ?? ''}: ${text}`;
  });
}
