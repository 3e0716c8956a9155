import express, { type Express } from 'express';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';

/** An app with the given set-up, listening on a free port of the loopback address. */
export async function listen(
  setUp: (app: Express) => void,
): Promise<{ url: string; port: number; server: Server; close: () => Promise<void> }> {
  const app = express();
  setUp(app);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, port, server, close };
}
