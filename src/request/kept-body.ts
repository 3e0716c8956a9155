import type { WebhookRequest } from './state';
import { warnOnce } from './warnings';

const EMPTY = Buffer.alloc(0);
const REPLACEMENT = '\ufffd';

/**
 * The bytes of the body where something before us has kept them: a guard before this one, `keepRawBody`,
 * `express.raw()`, or a platform. Text that a platform kept is taken as its UTF-8: the signature decides whether
 * that is what was sent.
 */
export function keptBody(req: WebhookRequest): Buffer | undefined {
  return (
    toBuffer(req.webhook?.rawBody) ??
    toBuffer(req.rawBody) ??
    readAgain(req) ??
    // A getter of Vercel, which throws where the body is no JSON, so it comes last.
    toBuffer(req.body) ??
    keptText(req)
  );
}

/** Whether there is a body to be read: a mock of a test has none, and is whole from the start. */
export function isStream(req: WebhookRequest): boolean {
  return typeof (req as { readonly read?: unknown }).read === 'function';
}

function toBuffer(bytes: unknown): Buffer | undefined {
  if (Buffer.isBuffer(bytes)) return bytes;
  if (!(bytes instanceof Uint8Array)) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Vercel reads a request to its end, and gives it a `read` of its own that has all bytes again. */
function readAgain(req: WebhookRequest): Buffer | undefined {
  return req.readableEnded && Object.hasOwn(req, 'read') ? toBuffer(req.read()) : undefined;
}

function keptText(req: WebhookRequest): Buffer | undefined {
  const { rawBody, body } = req;
  // While the request is being read, the text may be half of it.
  if (typeof rawBody === 'string' && (req.readableEnded || !isStream(req))) {
    if (rawBody.includes(REPLACEMENT)) warnOnce('raw-body-text', DAMAGED_TEXT);
    return Buffer.from(rawBody);
  }
  if (isStream(req)) return undefined;
  if (typeof body === 'string') return Buffer.from(body);
  return isNothing(body) ? EMPTY : undefined;
}

const DAMAGED_TEXT =
  'req.rawBody is text in which bytes that are no UTF-8 were replaced, so that no signature can match it: have the ' +
  'platform keep the bytes as a Buffer, or hand them to verify()';

// The body that node-mocks-http gives to a request without one.
function isNothing(body: unknown): boolean {
  return typeof body === 'object' ? Object.keys(body ?? {}).length === 0 : body === undefined;
}
