import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Writable } from 'node:stream';
import { UsageError } from './io';

/** Asks a question at a terminal and does not show what is typed. */
export function promptHidden(
  question: string,
  input: Readable,
  output: { readonly write: (text: string) => unknown },
): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  output.write(question);
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output: nowhere, terminal: true });
    // By Ctrl-C, Ctrl-D or a closed terminal; after an answer it changes nothing.
    lines.on('close', () => {
      output.write('\n');
      reject(new UsageError('no secret was given'));
    });
    lines.question('', (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
