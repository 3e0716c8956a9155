import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

type Rows = Record<string, unknown>[];

interface Answer {
  readonly id: number;
  readonly rows?: Rows;
  readonly error?: string;
}

export interface Postgres {
  readonly query: (text: string, values?: readonly unknown[]) => Promise<{ rows: Rows }>;
  readonly close: () => Promise<unknown>;
}

/** An empty PostgreSQL in memory. */
export function startPostgres(): Postgres {
  const child = fork(join(__dirname, 'postgres-process.js'));
  const waiting = new Map<number, (answer: Answer) => void>();
  let queries = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return {
    query: (text, values = []) =>
      new Promise((resolve, reject) => {
        const id = ++queries;
        waiting.set(id, ({ rows, error }) => {
          if (rows === undefined) reject(new Error(error));
          else resolve({ rows });
        });
        child.send({ id, text, values });
      }),
    close: () => {
      const exited = once(child, 'exit');
      child.kill();
      return exited;
    },
  };
}
