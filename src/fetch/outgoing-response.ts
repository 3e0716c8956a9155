import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Writable } from 'node:stream';

type Callback = (error?: Error | null) => void;
type HeaderValue = OutgoingHttpHeaders[string];

// Statuses whose answer has no body (Fetch standard, "null body status").
const NO_BODY = [204, 205, 304];

/** Collects an answer that is written as to a server, and makes a response of fetch of it. */
export class OutgoingResponse extends Writable {
  statusCode = 200;
  headersSent = false;
  readonly socket: IncomingMessage['socket'];
  private readonly headers = new Map<string, HeaderValue>();
  private readonly chunks: Buffer[] = [];

  constructor(req: IncomingMessage) {
    super();
    this.socket = req.socket;
  }

  setHeader(name: string, value: HeaderValue): this {
    this.headers.set(name.toLowerCase(), value);
    return this;
  }

  getHeader(name: string): HeaderValue {
    return this.headers.get(name.toLowerCase());
  }

  getHeaders(): OutgoingHttpHeaders {
    return Object.fromEntries(this.headers);
  }

  hasHeader(name: string): boolean {
    return this.headers.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.headers.delete(name.toLowerCase());
  }

  writeHead(status: number, headers: OutgoingHttpHeaders = {}): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    this.headersSent = true;
    return this;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    this.headersSent = true;
    this.chunks.push(chunk);
    done();
  }

  override _final(done: Callback): void {
    this.headersSent = true;
    done();
  }

  /** Answers with a response of fetch. Rejects where its body cannot be read. */
  async send(response: Response): Promise<void> {
    const body = Buffer.from(await response.arrayBuffer());
    if (this.headersSent) return;
    this.statusCode = response.status;
    for (const [name, value] of response.headers) this.setHeader(name, addValue(this.getHeader(name), value));
    this.end(body);
  }

  /** Resolves when the answer is whole, or was cut. */
  wait(): Promise<Response> {
    return new Promise((resolve) => {
      this.once('finish', () => resolve(this.toResponse()));
      // An answer that was cut short is none: the sender tries again.
      this.once('close', () => resolve(new Response(null, { status: 500 })));
    });
  }

  private toResponse(): Response {
    const { statusCode: status, chunks } = this;
    const headers = new Headers();
    for (const [name, value] of this.headers) {
      for (const one of [value].flat()) if (one !== undefined) headers.append(name, String(one));
    }
    return new Response(NO_BODY.includes(status) ? null : Buffer.concat(chunks), { status, headers });
  }
}

/** The values of a header that comes several times, as each cookie does. */
function addValue(known: HeaderValue, value: string): HeaderValue {
  return known === undefined ? value : [known].flat().map(String).concat(value);
}
