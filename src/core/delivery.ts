import type { WebhookErrorCode } from '../errors';

/**
 * Header fields as Node gives them, in `headers` or in `headersDistinct`, or a function of AWS in `multiValueHeaders`:
 * a list of one value counts as that value, and one of several as a repeated field.
 */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Header fields in pairs: a `Headers` of fetch, a `Map` of texts or lists, a list of pairs. */
export type HeaderPairs = Iterable<readonly [name: string, value: string | readonly string[]]>;

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
  /**
   * The sender's own id of the delivery or event. Where `trusted.id` is false a stranger can change it, so work is told
   * apart by `key`.
   */
  readonly id: string | undefined;
  /**
   * Equal for copies of this delivery at this endpoint, and different for all other deliveries: what the store of
   * duplicates knows it by, made of what is signed. 43 characters of base64url. `undefined` where the sender's
   * deliveries recur to the letter, so that nothing tells a copy from a new one, and where nothing was verified.
   */
  readonly key: string | undefined;
  /** The signed time of sending. */
  readonly timestamp: Date | undefined;
  /**
   * The parsed body, as far as it is signed (see `unsigned`). Where it is parsed on first reading, that throws
   * `ERR_WEBHOOK_PAYLOAD` or `ERR_WEBHOOK_CHARSET` if it cannot be.
   */
  readonly payload: Payload;
  /**
   * The part of the body that the signature does not cover, for a sender that signs only a part of it: whoever has seen one
   * delivery may have written it. `undefined` where there is nothing of the kind. A `payload` that came with a token
   * is not in here, because a token signs nothing at all.
   */
  readonly unsigned: unknown;
  /** The exact bytes that were verified. */
  readonly rawBody: Buffer;
  /** The id of the secret that matched; `undefined` where none did. */
  readonly secretId: string | undefined;
  /** `false` only in the mode `'report'`, for a delivery that would have been refused. */
  readonly verified: boolean;
  /** Whether the signature covers the event name and the id; a stranger can change what it does not cover. */
  readonly trusted: { readonly event: boolean; readonly id: boolean };
}

/**
 * `again`: a copy that was handled once more, because `handleAgain` said so;
 * `stored`: it is in the inbox, and is handled later;
 * `handshake`: the sender was trying the receiver, and was answered; `old-secret`: matched by another secret than the newest; `secret-age`: the newest secret is too old;
 * `rate-limited`: the dry run of the rate limit would have refused it; `claim-lost`: another process may have handled it
 * as well; `complete-failed`, `release-failed`: the store could not be told how it ended.
 */
export type DecisionNote =
  | 'again'
  | 'stored'
  | 'handshake'
  | 'unhandled'
  | 'old-secret'
  | 'secret-age'
  | 'rate-limited'
  | 'claim-lost'
  | 'complete-failed'
  | 'release-failed';

/**
 * The outcome for a delivery, and why: one flat record for logs and audits. It has no body, secret, signature
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
  /** Notes: other facts worth knowing. */
  readonly notes: readonly DecisionNote[];
}
