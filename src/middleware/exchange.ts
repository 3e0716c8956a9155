import type { IncomingMessage } from 'node:http';
import { statusOf, WebhookError, type Refusal, type WebhookErrorCode } from '../errors';
import type { Webhook } from '../core/delivery';
import type { Claims, Verdict } from '../core/judge';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the one way to extend Express's request
  namespace Express {
    interface Request {
      /** Set by hooklatch once the delivery is verified. */
      webhook?: Webhook | undefined;
    }
  }
}

/** What the steps know of one request while it passes through them. */
export interface Exchange {
  /** Milliseconds of the option `clock` at arrival. */
  readonly now: number;
  /** Monotonic milliseconds at arrival. */
  readonly startedAt: number;
  /** The name of the configured provider; empty where a step is used alone that has none. */
  readonly provider: string;
  readonly refusal: Refusal;
  claims: Claims | undefined;
  verdict: Verdict | undefined;
  rawBody: Buffer | undefined;
  /** The choice of the handler rested on the method, the path or an unsigned header. */
  unsignedRouting: boolean;
}

/** The part of a request that the steps need, of either version of Express. */
export interface WebhookRequest extends IncomingMessage {
  body?: unknown;
  rawBody?: unknown;
  webhook?: Webhook | undefined;
}

// Not a property of the request: that would make every later access to it slower on Node 20 and 22.
const exchanges = new WeakMap<IncomingMessage, Exchange>();

/** Begins the exchange of a request that enters a guard, or a step that is used alone. */
export function beginExchange(
  req: IncomingMessage,
  now: number,
  provider: string,
  refusal: Refusal,
): Exchange {
  const exchange: Exchange = {
    now,
    startedAt: performance.now(),
    provider,
    refusal,
    claims: undefined,
    verdict: undefined,
    rawBody: undefined,
    unsignedRouting: false,
  };
  exchanges.set(req, exchange);
  return exchange;
}

/** The exchange of a request; `undefined` where no step has seen it yet. */
export function exchangeOf(req: IncomingMessage): Exchange | undefined {
  return exchanges.get(req);
}

/** The error for a refusal, with the status that the provider of this exchange wants. */
export function refusalOf(req: IncomingMessage, code: WebhookErrorCode, cause?: unknown): WebhookError {
  const refusal = exchanges.get(req)?.refusal ?? { status: 401 };
  return new WebhookError(code, statusOf(code, refusal), cause);
}

/** The verified webhook of a request. Throws where no guard has let the request through. */
export function getWebhook<Payload = unknown>(req: {
  readonly webhook?: Webhook | undefined;
}): Webhook<Payload> {
  if (req.webhook?.verified !== true) {
    throw new TypeError(
      'getWebhook(): this request was not verified; put webhookGuard() in front of the handler',
    );
  }
  // The type of the payload is what the caller says; nothing here checks it.
  return req.webhook as Webhook<Payload>;
}
