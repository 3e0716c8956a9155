import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from './suggest';

/** The parts of the outside that a command may touch. They are passed in, so that tests can stand in for a terminal. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** How many characters a line of the terminal has. */
  readonly columns?: number | undefined;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  readonly readStdin: () => Promise<Buffer>;
  readonly readFile: (path: string) => Promise<Buffer>;
  /** Writes a file that must not be there yet: rejects with the code EEXIST where it is. */
  readonly writeNewFile: (path: string, text: string) => Promise<void>;
  readonly appendFile: (path: string, text: string) => Promise<void>;
  /** Loads a JavaScript module of the user, by a path from the current folder. */
  readonly importModule: (path: string) => Promise<Readonly<Record<string, unknown>>>;
  /** Asks for something that is not shown; `undefined` where there is no terminal. */
  readonly prompt: ((question: string) => Promise<string>) | undefined;
  /** Resolves when the user wants to stop, by Ctrl+C. */
  readonly untilStopped: () => Promise<void>;
}

/** The user said something that makes no sense: exit code 2, with the message alone. */
export class UsageError extends Error {}

interface ParsedWords<Options> {
  args: string[];
  allowPositionals: true;
  options: Options;
}

/** Reads the words of a command; a word that it does not know is the user's fault. */
export function parseWords<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<ParsedWords<Options>>> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const { message } = error as Error;
    const [, option = ''] = /^Unknown option '(--[^\s']+)'/.exec(message) ?? [];
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(message + didYouMean(option, known));
  }
}
