import { createColors } from 'picocolors';
import { showText } from '../quote';
import { makeMasks } from '../trace/masks';
import type { Io } from './io';

type Color = 'bold' | 'dim' | 'green' | 'red';

/** Text with a colour, where there are colours. */
export interface Painted {
  readonly color: Color;
  readonly text: string;
}

/**
 * The one place where commands print. Whatever a text holds, it moves no cursor, hides nothing and begins no line of
 * its own, and a secret that was read is masked in it.
 */
export interface Terminal extends Omit<Io, 'print' | 'printError'> {
  /** Prints one line. */
  readonly print: (...parts: readonly (string | Painted)[]) => void;
  /** Prints a text of several lines. */
  readonly printLines: (text: string) => void;
  readonly printJson: (value: unknown, space?: number) => void;
  /** Prints what the user has asked for with the secret in it. */
  readonly printUnmasked: (text: string) => void;
  readonly printError: (message: string) => void;
  /** Masks these in all that is printed from now on. */
  readonly hide: (secrets: readonly string[]) => void;
}

/** The places that a command prints to. */
export function makeTerminal(io: Io): Terminal {
  const colors = createColors(io.isTerminal);
  let masks = makeMasks([], []);
  const show = (text: string, kept?: string): string => showText(masks.text(text), kept);
  const paint = (part: string | Painted): string =>
    typeof part === 'string' ? show(part) : colors[part.color](show(part.text));
  return {
    ...io,
    print: (...parts) => io.print(parts.map(paint).join('')),
    printLines: (text) => io.print(show(text, '\n')),
    printJson: (value, space) => io.print(showText(JSON.stringify(value, maskStrings, space), '\n')),
    printUnmasked: (text) => io.print(showText(text, '\n')),
    printError: (message) => io.printError(show(message, '\n')),
    hide(secrets) {
      masks = makeMasks([], secrets);
    },
  };

  // In the values: a mask in the text of a number would leave no JSON.
  function maskStrings(_key: string, value: unknown): unknown {
    return typeof value === 'string' ? masks.text(value) : value;
  }
}

export const paint = {
  bold: (text: string): Painted => ({ color: 'bold', text }),
  dim: (text: string): Painted => ({ color: 'dim', text }),
  green: (text: string): Painted => ({ color: 'green', text }),
  red: (text: string): Painted => ({ color: 'red', text }),
};
