import type { IncomingMessage, ServerResponse } from 'node:http';

/** An action of the page that cannot be done. The page shows the message. */
export class ActionError extends Error {}

/** The fields of what the page sends. */
export type Fields = Readonly<Record<string, unknown>>;

const MAX_BODY_BYTES = 64 * 1024;

/** Reads the JSON object that the page has sent. */
export async function readJson(req: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ActionError('That is too much.');
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Answered below.
  }
  throw new ActionError('That is not a JSON object.');
}

/** Answers with JSON; an answer that has begun already is cut. */
export function answerJson(res: ServerResponse, status: number, value: unknown): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const bytes = Buffer.from(JSON.stringify(value));
  res.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
  });
  res.end(bytes);
}
