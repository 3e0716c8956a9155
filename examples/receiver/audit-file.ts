import { createWriteStream, openSync } from 'node:fs';
import type { Decision } from 'hooklatch';

/** A file of decisions, one JSON object a line. */
export interface AuditFile {
  readonly write: (decision: Decision) => void;
  /** Resolves when everything is written. */
  readonly close: () => Promise<void>;
}

/** Opens the file to add to its end; who made it alone may read it. Throws where it cannot be opened. */
export function openAuditFile(path: string): AuditFile {
  const stream = createWriteStream(path, { fd: openSync(path, 'a', 0o600) });
  stream.on('error', (error) => console.error(`the audit file cannot be written: ${error.message}`));
  return {
    write: (decision) => {
      stream.write(`${JSON.stringify(decision)}\n`);
    },
    close: () =>
      new Promise((resolve) => {
        stream.end(() => resolve());
      }),
  };
}
