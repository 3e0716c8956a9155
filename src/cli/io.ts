/** What a command may touch of the outside: given to it, so that tests can stand in for a terminal. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  readonly readStdin: () => Promise<Buffer>;
  readonly readFile: (path: string) => Promise<Buffer>;
  /** Asks for something that is not shown; `undefined` where nobody sits at a terminal. */
  readonly prompt: ((question: string) => Promise<string>) | undefined;
  /** Resolves when the user wants to stop, by Ctrl+C. */
  readonly untilStopped: () => Promise<void>;
}

/** The user said something that makes no sense: exit code 2, with the message alone. */
export class UsageError extends Error {}

/** Runs `parseArgs`; what that throws is the user's fault. */
export function parseWords<Words>(parse: () => Words): Words {
  try {
    return parse();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
