import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

/** What a snippet has exported, and where the app that it started listens. */
export interface RunSnippet {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly port: number | undefined;
}

interface Running {
  [name: string]: unknown;
  server?: Server;
}

type AsyncFunction = (exports: object, require: NodeJS.Require) => Promise<void>;
// eslint-disable-next-line @typescript-eslint/no-empty-function -- only its constructor is wanted
const AsyncFunction = (async () => {}).constructor as new (...words: string[]) => AsyncFunction;

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(async (server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }),
  );
});

/**
 * Runs a snippet of the documentation with the Express of this project. The only change: an app that listens on port
 * 3000 gets a port that is free, and is closed when the test has ended.
 */
export async function runSnippet(snippet: string, onPort = 0): Promise<RunSnippet> {
  const listening = snippet.replaceAll(
    /\bapp\.listen\(3000\)/g,
    `(exports.server = app.listen(${onPort}, '127.0.0.1'))`,
  );
  const { outputText } = transpileModule(listening, {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
  });
  const { server, ...exported } = await evaluate(outputText);
  if (server === undefined) return { exports: exported, port: undefined };
  servers.push(server);
  if (!server.listening) await once(server, 'listening');
  return { exports: exported, port: (server.address() as AddressInfo).port };
}

/** A port that nobody listens on, for what has to know it beforehand. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function evaluate(code: string): Promise<Running> {
  const running: Running = {};
  // A function with "await" in it may use it as a module may at its top.
  await new AsyncFunction('exports', 'require', code)(running, require);
  return running;
}
