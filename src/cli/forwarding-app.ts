import type { RequestListener } from 'node:http';
import type ExpressModule from 'express';
import type { NextFunction, Request, Response } from 'express';
import type { Provider } from '../core/provider';
import type { SecretOption } from '../core/secret-option';
import { endToEndHeaders, sendExact, addHeaders } from '../inspector/exact-request';
import type { WebhookRequest } from '../request/state';
import { webhookGuard } from '../webhook';
import { explainNoAnswer } from './no-answer';

export interface ForwardingOptions {
  readonly provider: Provider;
  readonly secret: SecretOption;
  readonly publicUrl: string | undefined;
  /** Where deliveries go on to. */
  readonly forward: URL | undefined;
  /** Also those that are refused. */
  readonly forwardAll: boolean;
  /** Called where the receiver behind does not answer. */
  readonly onUnreachable: (reason: string) => void;
}

const MAX_BODY_BYTES = 64 * 1024 ** 2;

/** A receiver of one provider that hands deliveries on as they came, and answers what the receiver behind answers. */
export function makeForwardingApp(options: ForwardingOptions): RequestListener {
  const { provider, secret, publicUrl, forward, forwardAll, onUnreachable } = options;
  // Loaded here: no other command needs it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const express = require('express') as typeof ExpressModule;
  const guard = webhookGuard({
    provider,
    secret,
    publicUrl,
    // A tunnel ends HTTPS before us, and whether a delivery is a copy is decided behind us.
    https: false,
    duplicates: false,
    bodyLimit: MAX_BODY_BYTES,
    errors: forwardAll ? 'next' : 'respond',
    onDecision: () => undefined,
  });
  const app = express();
  app.disable('x-powered-by');
  app.use(keepBody, guard, handOn);
  if (forwardAll) {
    // Express knows it by its four parameters.
    // eslint-disable-next-line @typescript-eslint/no-unused-vars
    app.use((_error: unknown, req: Request, res: Response, _next: NextFunction) => handOn(req, res));
  }
  return app;

  function handOn(req: WebhookRequest, res: Response): void {
    if (forward === undefined) {
      res.status(200).end();
      return;
    }
    relay(req, res, forward).catch((error: unknown) => {
      onUnreachable(`${forward.origin} did not answer: ${explainNoAnswer(error)}`);
      res.status(502).end();
    });
  }
}

/** Sends a request on as it came, and answers what comes back. */
async function relay(req: WebhookRequest, res: Response, forward: URL): Promise<void> {
  const { rawBody, rawHeaders } = req;
  const url = String(req.url);
  // An address with a path of its own takes everything there.
  const path = forward.pathname === '/' ? url : forward.pathname + url.replace(/^[^?]*/, '');
  const answer = await sendExact({
    url: forward,
    path,
    method: String(req.method),
    rawHeaders: addHeaders(rawHeaders, { Host: forward.host }),
    body: rawBody as Buffer, // of keepBody()
  });
  const headers = addHeaders(endToEndHeaders(answer.rawHeaders), measureValue(answer.body));
  res.writeHead(answer.status, [...headers]);
  res.end(answer.body);
}

/** Reads the body before the guard does: what it refuses by the headers alone may have to go on as well. */
function keepBody(req: WebhookRequest, res: Response, next: NextFunction): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  req.on('end', () => {
    if (bytes > MAX_BODY_BYTES) {
      res.status(413).end();
      return;
    }
    req.rawBody = Buffer.concat(chunks);
    next();
  });
}

// The answer comes whole, however it was sent. One without a body (to HEAD, 204) says of its length what it said.
function measureValue(body: Buffer): Readonly<Record<string, string>> {
  return body.length === 0 ? {} : { 'Content-Length': String(body.length) };
}
