import type { TextEncoding } from './encoding';
import type { Group } from './groups';
import type { HandshakeDefinition } from './handshake-definition';
import type { TimestampUnit } from './timestamp';

/**
 * `'token'` compares a shared value and signs nothing. `'sha1'`, `'sha256'` and `'sha512'` are plain digests of secret and
 * content, which are weaker than an HMAC: for senders that use nothing better.
 */
export type Algorithm =
  | 'hmac-sha256'
  | 'hmac-sha1'
  | 'hmac-sha384'
  | 'hmac-sha512'
  | 'sha1'
  | 'sha256'
  | 'sha512'
  | 'ed25519'
  | 'ecdsa-p256-sha256'
  | 'rsa-sha1'
  | 'rsa-sha256'
  | 'rsa-sha512'
  | 'token'
  /** A scheme that is not data: see `CustomProviderDefinition`. */
  | 'custom';

/** The methods that a delivery can have. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One header, or alternatives of which the first that is present counts. */
export type HeaderNames = string | readonly string[];

/** Where the signatures are, and how they are written. */
export interface SignatureDefinition {
  readonly header: HeaderNames;
  /** Each of the headers that is there has signatures, of which one must be right. @default the first that is there */
  readonly all?: boolean | undefined;
  /** The header may be there several times, as a list of `items` in several lines. */
  readonly repeated?: boolean | undefined;
  /** Headers that name the scheme, and the text that each must have where it is there. */
  readonly declares?: Readonly<Record<string, string>> | undefined;
  /** Text in front of the only signature: `'sha256='`. */
  readonly prefix?: string | undefined;
  /** The scheme of authentication in front of a token, in upper or lower case: `'Basic'`. */
  readonly scheme?: string | undefined;
  /** The separator of a header that has several items: `','` in `t=1,v1=ab`. */
  readonly items?: string | undefined;
  /** The separator of groups of items, each with the same time: `' '` in `t=1,v1=ab t=1,v1=cd`. */
  readonly groups?: string | undefined;
  /** The mark between the name and the value of an item: `'='` in `v1=ab`. */
  readonly assign?: '=' | ',' | undefined;
  /** The name of the items that are signatures: `'v1'`. */
  readonly key?: string | undefined;
  /** Whether an item without a name is a signature too. */
  readonly bare?: boolean | undefined;
  /** `'utf8'` is for tokens, which are compared as they come; written otherwise they are decoded first. */
  readonly encoding: TextEncoding;
}

/** Where the signed timestamp is: a header, an item of the signature header, or a field of the signed body. */
export interface TimestampDefinition {
  readonly header?: HeaderNames | undefined;
  /** The name of the item; `'first'` where the items of the header have no names. */
  readonly field?: string | undefined;
  readonly body?: string | undefined;
  readonly unit: TimestampUnit;
  /** The window on each side of now. */
  readonly toleranceSeconds: number;
}

/** Where a fact about a delivery is named: a header, the body, or both. */
export interface ValueSource {
  readonly header?: HeaderNames | undefined;
  /** A field (`'data.id'`, `'events.[].type'` for every entry of a list), or several that are joined by a dot. */
  readonly body?: string | readonly string[] | undefined;
  /**
   * For a sender that names the event by which of these fields is there, in the body or in what `body` leads to. An
   * object gives the event of each field.
   */
  readonly keys?: readonly string[] | Readonly<Record<string, string>> | undefined;
  /** The event that a text of `body` means. Any other text names none. */
  readonly names?: Readonly<Record<string, string>> | undefined;
  /** The event that is meant where `header` is there, whatever it says. */
  readonly as?: string | undefined;
  /** Where to look next, in this order, where the places before name nothing. */
  readonly or?: readonly Omit<ValueSource, 'or'>[] | undefined;
}

/** Where the id of a delivery is. */
export interface IdDefinition extends ValueSource {
  /** The characters that every id has: for a scheme that signs the id without anything that ends it. */
  readonly length?: number | undefined;
}

/** How a signed address is written. */
export interface AddressDefinition {
  /** The characters that are signed as they are where the request has their percent-encodings. */
  readonly unescaped?: string | undefined;
  /** An address without a path is signed without the slash that its requests have. */
  readonly bareOrigin?: boolean | undefined;
}

/** How a failed authentication is answered. */
export interface RefusalDefinition {
  /** From 400 to 499. */
  readonly status: number;
  /** Every other refusal before authentication is answered like it. */
  readonly uniform?: boolean | undefined;
  /** The answer has no body. */
  readonly empty?: boolean | undefined;
}

/** How copies of a delivery are known. */
export interface DuplicatesDefinition {
  /** `'id'` falls back to the signed content where a delivery has none; with a token, which signs nothing, to nothing. */
  readonly key: 'signed' | 'id';
  /** Unsigned headers that tell deliveries with the same body apart. Who changes them gets a copy through. */
  readonly also?: readonly string[] | undefined;
  /** How long a delivery is remembered where no signed time makes it stale. @default 86400, or an hour more than `retries.hours` */
  readonly ttlSeconds?: number | undefined;
}

/** How a sender repeats a delivery that has failed; a fact that its pages do not tell is left out. */
export interface RetriesDefinition {
  /** Hours from the first try to the last one; 0 where there is none but on request. */
  readonly hours?: number | undefined;
  /** Whether a try has a time and a signature of its own, or those of the first one. */
  readonly signed?: 'once' | 'anew' | undefined;
  /** The statuses at which it stops trying, beside a 2xx. */
  readonly stopsAt?: readonly number[] | undefined;
  /** The page that says so, or that would have to say it. */
  readonly source: string;
}

/** One sender, as data. See docs/providers.md for examples. */
export interface ProviderDefinition {
  readonly name: string;
  /** The kind of the sender, by its use: `hooklatch providers` lists it there. */
  readonly group?: Group | undefined;
  /** Address of the sender's own documentation. */
  readonly docs?: string | undefined;
  readonly algorithm: Algorithm;
  readonly signature: SignatureDefinition;
  readonly timestamp?: TimestampDefinition | undefined;
  /**
   * The signed content: literals and `{timestamp}`, `{id}`, `{method}`, `{url}`, `{body}`, `{secret}`. Text must not be
   * able to move from one part to the next: a body that is not JSON needs a border in front of it.
   */
  readonly signed: readonly string[];
  /** How the sender writes the address that it signs. @default as the request has it */
  readonly address?: AddressDefinition | undefined;
  /** How the text of a secret becomes key bytes; `prefix` is taken off first where it is there. */
  readonly secret: {
    readonly encoding: Exclude<TextEncoding, 'base64url'>;
    readonly prefix?: string | undefined;
    /** The encoding of a text without the prefix, where that is another one. */
    readonly otherwise?: 'utf8' | undefined;
    /** The sender sends a digest of the token in its place. */
    readonly digest?: 'sha256' | undefined;
    /** The prefix of the private key of an asymmetric scheme, for signing. */
    readonly privatePrefix?: string | undefined;
  };
  readonly id?: IdDefinition | undefined;
  readonly event?: ValueSource | undefined;
  /** @default the methods of `events`, else POST */
  readonly methods?: readonly Method[] | undefined;
  /** For a sender that names no event: the events it has, each with its methods, the usual one first. */
  readonly events?: Readonly<Record<string, readonly Method[]>> | undefined;
  /**
   * How the payload is written. `'json-or-form'` goes by the bytes of the body, never by the Content-Type, which no sender
   * signs; one that contradicts them is refused. The fields of a form are texts, and lists of texts where a name is repeated. @default 'json'
   */
  readonly content?: 'json' | 'form' | 'json-or-form' | 'text' | 'raw' | undefined;
  /** The field of a form that holds the payload as JSON. */
  readonly formField?: string | undefined;
  /** A form without `formField` is a payload itself. @default false: it is refused */
  readonly formFieldOptional?: boolean | undefined;
  /** A form may also be multipart/form-data (RFC 7578), which its bytes tell: fields once each, and no files. */
  readonly multipartForm?: boolean | undefined;
  /** Names of fields with brackets (`data[id]`, `items[]`) make objects and lists: 1000 fields, 5 deep. */
  readonly nestedForm?: boolean | undefined;
  /** The sender compresses a body after it has signed it. It is inflated before it is verified, to `bodyLimit` at most. */
  readonly compression?: 'gzip' | undefined;
  /** The charset of the body, and of what is escaped in a form: `'windows-1252'`, `'shift_jis'`. @default 'utf-8' */
  readonly charset?: string | undefined;
  /** An authentic delivery with an empty body is refused. @default false: its payload is `undefined` */
  readonly bodyRequired?: boolean | undefined;
  /** Largest body that this sender is known to send. */
  readonly bodyLimit?: number | string | undefined;
  /** How long the sender waits for an answer, less a margin. */
  readonly handlerTimeoutMs?: number | undefined;
  /**
   * How a delivery is told from all others: by its signed content, or the signed id. `false` where deliveries
   * recur to the letter. @default `{ key: 'signed' }`; `false` for tokens
   */
  readonly duplicates?: DuplicatesDefinition | false | undefined;
  /** How a failed authentication is answered; `uniform`: also every other refusal before authentication. */
  readonly refusal?: RefusalDefinition | undefined;
  /** The answer to a handled delivery where the handler gives none. @default 200, empty */
  readonly acknowledge?: { readonly status: number; readonly text?: string | undefined } | undefined;
  readonly handshakes?: readonly HandshakeDefinition[] | undefined;
  /** How the sender repeats what was not answered with a 2xx: for people, and to hold the times above against. */
  readonly retries?: RetriesDefinition | undefined;
  /** Other kinds of delivery that it has, and what becomes of them here: for people. */
  readonly alsoSends?: string | undefined;
}

/** A provider that was checked by `defineProvider`: the same data, frozen, with its defaults filled in. */
export interface Provider extends ProviderDefinition {
  readonly methods: readonly [Method, ...Method[]];
  readonly content: NonNullable<ProviderDefinition['content']>;
  readonly duplicates: NonNullable<ProviderDefinition['duplicates']>;
  readonly refusal: NonNullable<ProviderDefinition['refusal']>;
}

declare const PAYLOADS: unique symbol;

/** A provider that knows the types of its payloads, by event. Nothing checks that they are what arrives. */
export interface TypedProvider<Payloads extends object> extends Provider {
  /** Of the type system alone. */
  readonly [PAYLOADS]?: Payloads | undefined;
}

export const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function isMethod(value: unknown): value is Method {
  return METHODS.some((method) => method === value);
}

/** The parts of `signed` that are no literals. */
export const PLACEHOLDERS: readonly string[] = [
  '{timestamp}',
  '{id}',
  '{method}',
  '{url}',
  '{body}',
  '{secret}',
];

/** The methods of the deliveries that a description knows, the usual one first. */
export function listMethods({
  methods,
  events = {},
}: Pick<ProviderDefinition, 'methods' | 'events'>): readonly [Method, ...Method[]] {
  const [first = 'POST', ...others] = new Set(methods ?? Object.values(events).flat());
  return [first, ...others];
}
