import type { Express } from 'express';
import express from 'express';
import { createServer, request, type RequestOptions, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const servers: Server[] = [];

afterEach(async () => {
  const closing = servers.splice(0).map(
    (server) =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  await Promise.all(closing);
});

/** An app that listens on every address of both families, or at the path of a socket. */
export async function startEverywhere(setUp: (app: Express) => void, path?: string): Promise<number> {
  const app = express();
  setUp(app);
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => {
    if (path === undefined) server.listen(0, '::', resolve);
    else server.listen(path, resolve);
  });
  return path === undefined ? (server.address() as AddressInfo).port : 0;
}

/** The status that a request gets; `localAddress`, `family` and `socketPath` say where it comes from. */
export function statusOf({ method = 'POST', ...options }: RequestOptions, body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const req = request({ method, ...options }, (res) => {
      res.resume();
      res.on('end', () => resolve(res.statusCode ?? 0));
    });
    req.on('error', reject);
    req.end(body);
  });
}
