import type { WebhookErrorCode } from '../errors';

/** Header fields as Node gives them: lower-case names; a repeated field is joined or a list. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Header fields in pairs: a `Headers` of fetch, a `Map`. */
export type HeaderPairs = Iterable<readonly [name: string, value: string]>;

/** A delivery as `verify()` and its like take it. */
export interface DeliveryInput extends Omit<Delivery, 'headers'> {
  readonly headers: HeaderFields | HeaderPairs;
}

/** One HTTP request as it came off the wire. */
export interface Delivery {
  readonly method: string;
  /** Path and query, or the whole address. */
  readonly url: string;
  readonly headers: HeaderFields;
  /** Names and values in turn, as in `request.rawHeaders`; it lets repeated headers be counted. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** The exact bytes. */
  readonly body: Buffer;
}

/** A delivery that was verified. */
export interface Webhook<Payload = unknown> {
  /** The name of the provider whose scheme matched. */
  readonly provider: string;
  /** The type of the event, where provider, method and path or `resolveEvent` name exactly one. */
  readonly event: string | undefined;
  /** The events that it can be: one where `event` is known, several where methods are shared. */
  readonly candidates: readonly string[];
  /** The sender's own id of the delivery or event. */
  readonly id: string | undefined;
  /** The signed time of sending. */
  readonly timestamp: Date | undefined;
  /** The parsed body. Where it is parsed on first reading, that throws `ERR_WEBHOOK_PAYLOAD` or `ERR_WEBHOOK_CHARSET` if it cannot be. */
  readonly payload: Payload;
  /** The exact bytes that were verified. */
  readonly rawBody: Buffer;
  /** The id of the secret that matched; `undefined` where none did. */
  readonly secretId: string | undefined;
  /** `false` only in the mode `'report'`, for a delivery that would have been refused. */
  readonly verified: boolean;
  /** Whether the signature covers the event name and the id; what it does not cover, anybody can change. */
  readonly trusted: { readonly event: boolean; readonly id: boolean };
}

/**
 * `handshake`: the sender was trying the receiver, and was answered; `old-secret`: matched by another secret than the newest; `secret-age`: the newest secret is too old;
 * `rate-limited`: the dry run of the rate limit would have refused it; `claim-lost`: somebody else may have handled it
 * as well; `complete-failed`, `release-failed`: the store could not be told how it ended.
 */
export type DecisionNote =
  | 'handshake'
  | 'old-secret'
  | 'secret-age'
  | 'rate-limited'
  | 'claim-lost'
  | 'complete-failed'
  | 'release-failed';

/**
 * What was done with a delivery, and why: one flat record for logs and audits. It has no body, secret, signature
 * or header; text from outside is cut and its control characters are escaped.
 */
export interface Decision {
  /** When the delivery arrived, ISO 8601. */
  readonly time: string;
  readonly provider: string;
  /**
   * `accepted`: verified, and answered below 500; `duplicate`: handled before, or being handled now; `reported`: not
   * authentic, but let in by the mode `'report'`; `refused`: not let in; `failed`: answered 500 or above.
   */
  readonly outcome: 'accepted' | 'duplicate' | 'reported' | 'refused' | 'failed';
  readonly code: WebhookErrorCode | null;
  /** The status that went out. */
  readonly status: number;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  readonly address: string | null;
  /** Bytes of the body, where it was read. */
  readonly bytes: number | null;
  readonly event: string | null;
  readonly id: string | null;
  readonly secretId: string | null;
  /** Our clock less the sender's: positive where the delivery looks old. */
  readonly clockSkewMs: number | null;
  readonly durationMs: number;
  /** 16 hexadecimal digits that are equal for equal bodies. */
  readonly fingerprint: string | null;
  /** Whether the choice of the handler rested on anything that the signature does not cover. */
  readonly unsignedRouting: boolean;
  /**
   * Why the payload does not fit its schema, in the words of the schema; ten at most. Some schemas quote values of the
   * payload in them.
   */
  readonly issues: readonly string[];
  /** What else is worth knowing. */
  readonly notes: readonly DecisionNote[];
}
