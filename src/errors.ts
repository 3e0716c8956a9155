import { STATUS_CODES } from 'node:http';

/** How the sender wants refusals: the status of a failed authentication, `uniform` for all that precede it. */
export interface Refusal {
  readonly status: number;
  readonly uniform?: boolean | undefined;
  /** Refusals have no body. */
  readonly empty?: boolean | undefined;
}

interface CodeEntry {
  /** `'refusal'`: what the provider wants for a failed authentication. */
  readonly status: number | 'refusal';
  /** A stranger can cause it: where the provider wants uniform refusals, it is answered as one of them. */
  readonly stranger?: boolean;
  readonly message: string;
}

const CODES = {
  ERR_WEBHOOK_HEADER: { status: 'refusal', message: 'a required header is missing, repeated or malformed' },
  ERR_WEBHOOK_SIGNATURE: { status: 'refusal', message: 'no signature matches the body and the secrets' },
  ERR_WEBHOOK_TIMESTAMP: { status: 'refusal', message: 'the timestamp is outside the window' },
  ERR_WEBHOOK_HTTPS: { status: 403, message: 'the delivery did not come by HTTPS' },
  ERR_WEBHOOK_ADDRESS: { status: 403, message: 'the address is not allowed' },
  ERR_WEBHOOK_RATE: { status: 429, message: 'the address has failed authentication too often' },
  ERR_WEBHOOK_METHOD: { status: 403, message: 'the method is not one that this delivery may use' },
  ERR_WEBHOOK_EVENT: { status: 403, message: 'the event is not accepted here, or its names disagree' },
  ERR_WEBHOOK_BODY_SIZE: { status: 413, stranger: true, message: 'the body is larger than the limit' },
  ERR_WEBHOOK_ENCODING: { status: 415, stranger: true, message: 'the body has a Content-Encoding' },
  ERR_WEBHOOK_BODY_TIMEOUT: { status: 408, stranger: true, message: 'the body did not arrive in time' },
  ERR_WEBHOOK_BODY_INCOMPLETE: {
    status: 400,
    stranger: true,
    message: 'the body ended before it was complete',
  },
  ERR_WEBHOOK_PAYLOAD: { status: 400, message: 'the body is authentic but cannot be parsed' },
  ERR_WEBHOOK_CHARSET: {
    status: 415,
    message: 'the body is authentic, but its Content-Type names another charset',
  },
  ERR_WEBHOOK_SCHEMA: { status: 422, message: 'the payload is authentic but does not fit its schema' },
  ERR_WEBHOOK_IN_PROGRESS: { status: 409, message: 'the same delivery is being handled now' },
  ERR_WEBHOOK_STORE: { status: 503, message: 'a store failed or did not answer in time' },
  ERR_WEBHOOK_SECRET: { status: 503, message: 'the look-up of the secret failed' },
  ERR_WEBHOOK_DRAINING: { status: 503, message: 'the server is shutting down' },
  ERR_WEBHOOK_TIMEOUT: { status: 503, message: 'the handler took too long' },
  ERR_WEBHOOK_HANDLER: { status: 500, message: 'the handler failed' },
  ERR_WEBHOOK_SETUP: { status: 500, message: 'the server is not set up to receive this delivery' },
} as const satisfies Record<string, CodeEntry>;

/** The stable codes of refusals and failures; `docs/errors.md` lists cause and fix of each. */
export type WebhookErrorCode = keyof typeof CODES;

export const ERROR_CODES: Readonly<Record<WebhookErrorCode, CodeEntry>> = CODES;

/** The status that goes out for a code. */
export function getStatus(code: WebhookErrorCode, refusal: Refusal): number {
  const { status, stranger } = ERROR_CODES[code];
  return status === 'refusal' || (stranger === true && refusal.uniform === true) ? refusal.status : status;
}

/** Why a delivery was not accepted. It carries a fixed message and nothing that came with the delivery. */
export class WebhookError extends Error {
  readonly code: WebhookErrorCode;
  readonly status: number;
  readonly statusCode: number;
  readonly expose = false;

  /** When the sender may try again, where there is something better to say than the usual. */
  readonly retryAfterSeconds: number | undefined;

  /** `cause` is what a handler or the look-up of a secret threw. */
  constructor(
    code: WebhookErrorCode,
    status = getStatus(code, { status: 401 }),
    cause?: unknown,
    retryAfterSeconds?: number,
  ) {
    const { message } = ERROR_CODES[code];
    // A stack costs more than the whole refusal, and Express shows it to every client where NODE_ENV is unset.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message, cause === undefined ? undefined : { cause });
    Error.stackTraceLimit = limit;
    this.code = code;
    this.status = status;
    this.statusCode = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.stack = `WebhookError: ${STATUS_CODES[status] ?? 'Error'}`;
  }

  static {
    this.prototype.name = 'WebhookError';
  }
}
