import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * For a parser that has to run before the guard: `express.json({ verify: keepRawBody })`. It keeps the exact bytes
 * as `req.rawBody`.
 */
export function keepRawBody(req: IncomingMessage, _res: ServerResponse, bytes: Buffer): void {
  (req as IncomingMessage & { rawBody?: Buffer }).rawBody = bytes;
}
