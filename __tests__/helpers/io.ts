import { appendFile, readFile, writeFile } from 'node:fs/promises';
import type { Io } from '../../src/cli/io';

export interface RecordedIo extends Io {
  readonly out: string[];
  readonly err: string[];
}

/** An `Io` that keeps what is printed. */
export function recordedIo(
  settings: Partial<Pick<Io, 'env' | 'isTerminal' | 'prompt' | 'untilStopped'>> & {
    stdin?: string | Buffer;
  } = {},
): RecordedIo {
  const out: string[] = [];
  const err: string[] = [];
  return {
    env: settings.env ?? {},
    isTerminal: settings.isTerminal ?? false,
    print: (text) => out.push(text),
    printError: (text) => err.push(text),
    readStdin: async () => Buffer.from((settings.stdin ?? '') as string),
    readFile: (path) => readFile(path),
    writeNewFile: (path, text) => writeFile(path, text, { flag: 'wx' }),
    appendFile: (path, text) => appendFile(path, text),
    // Jest runs modules in a world of its own, which loads ES modules only with a flag of Node's.
    importModule: async (path) => jest.requireActual<Readonly<Record<string, unknown>>>(path),
    prompt: settings.prompt,
    untilStopped: settings.untilStopped ?? (() => Promise.resolve()),
    out,
    err,
  };
}
