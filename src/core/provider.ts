import type { Awaitable } from '../awaitable';
import type { CustomContext, CustomVerdict } from './custom';
import type { Delivery } from './delivery';
import type { TextEncoding } from './encoding';
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
  /** What separates the items of a header that has several: `','` in `t=1,v1=ab`. */
  readonly items?: string | undefined;
  /** The separator of groups of items, each with the same time: `' '` in `t=1,v1=ab t=1,v1=cd`. */
  readonly groups?: string | undefined;
  /** What stands between the name and the value of an item: `'='` in `v1=ab`. */
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

/** The texts that a field of an unsigned request may hold. */
export interface FieldDefinition {
  /** `'token'` is letters, digits and `-_=+/.`; `'visible'` is ASCII without spaces, `'text'` has them. */
  readonly alphabet: 'digits' | 'hex' | 'uuid' | 'base64' | 'base64url' | 'token' | 'visible' | 'text';
  /** The number of characters, or the least and the most. */
  readonly length: number | readonly [number, number];
}

/** A value of an answer that is computed. */
export interface ComputedDefinition {
  /** `'hmac'`: by the algorithm of the provider, with its newest secret. `'sha256'`: a plain digest. */
  readonly digest: 'hmac' | 'sha256';
  /**
   * What it is computed over: literals and fields (`'{challenge}'`); a plain digest also over `'{verifyToken}'` and
   * `'{url}'`, the address by the option `publicUrl`, without its query.
   */
  readonly of: readonly string[];
  readonly encoding: 'hex' | 'base64' | 'base64url';
  /** Text in front of the digest. */
  readonly prefix?: string | undefined;
}

/**
 * A request by which a sender tries whether the receiver is there and its own. A signed one is verified first. Fields
 * of an unsigned one are those of its query, or of its body where `only` says which; `'header:X-Challenge'` is a header,
 * which is not signed in either.
 */
export interface HandshakeDefinition {
  readonly when: {
    /** Says that it is unsigned. A POST is known by a field of its query, and has no body; or by its body. */
    readonly method?: 'GET' | 'HEAD' | 'POST' | undefined;
    /** Fields of the query and their values. */
    readonly query?: Readonly<Record<string, string>> | undefined;
    /** Fields of the body and their values. */
    readonly body?: Readonly<Record<string, string | number>> | undefined;
    /** Fields that the body has, and does not have. */
    readonly has?: string | undefined;
    readonly lacks?: string | undefined;
    /** A field of the body that is an empty list. */
    readonly empty?: string | undefined;
    /** How the body of an unsigned POST is written, whatever deliveries are. */
    readonly content?: 'json' | 'form' | undefined;
    /** All fields that the body of an unsigned POST has: with one more it is no handshake. */
    readonly only?: readonly string[] | undefined;
  };
  /** The field of the query that must hold the option `verifyToken`. */
  readonly token?: string | undefined;
  /** The status for a wrong token, from 400 to 499. @default 403 */
  readonly wrongToken?: number | undefined;
  /**
   * What fields of an unsigned request may hold. Required for what an answer is computed over: whoever gets any text
   * signed has the signature of a delivery. @default 512 visible characters; in the query of a POST with spaces
   */
  readonly fields?: Readonly<Record<string, FieldDefinition>> | undefined;
  readonly answer: {
    /** @default 200 */
    readonly status?: number | undefined;
    /** The field that is answered as plain text. */
    readonly echo?: string | undefined;
    /** JSON; `'{field}'` stands for a field, `'{hmac field}'` for its HMAC in hexadecimal. */
    readonly json?: Readonly<Record<string, string | number | ComputedDefinition>> | undefined;
  };
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
  /** Names of fields with brackets (`data[id]`, `items[]`) make objects and lists: 1000 fields, 5 deep. */
  readonly nestedForm?: boolean | undefined;
  /** The charset of the body, and of what is escaped in a form: `'windows-1252'`, `'shift_jis'`. @default 'utf-8' */
  readonly charset?: string | undefined;
  /** An authentic delivery with an empty body is refused. @default false: its payload is `undefined` */
  readonly bodyRequired?: boolean | undefined;
  /** Largest body that this sender is known to send. */
  readonly bodyLimit?: number | string | undefined;
  /** How long the sender waits for an answer, less a margin. */
  readonly handlerTimeoutMs?: number | undefined;
  /**
   * What makes a delivery unique: its signed content, or the id that the signature covers. `false` where deliveries
   * recur to the letter. @default `{ key: 'signed' }`; `false` for tokens
   */
  readonly duplicates?: DuplicatesDefinition | false | undefined;
  /** How a failed authentication is answered; `uniform`: also every other refusal before authentication. */
  readonly refusal?: RefusalDefinition | undefined;
  /** What a handled delivery is answered with where the handler says nothing. @default 200, empty */
  readonly acknowledge?: { readonly status: number; readonly text?: string | undefined } | undefined;
  readonly handshakes?: readonly HandshakeDefinition[] | undefined;
  /** How the sender repeats what was not answered with a 2xx: for people, and to hold the times above against. */
  readonly retries?: RetriesDefinition | undefined;
  /** Other kinds of delivery that it has, and what becomes of them here: for people. */
  readonly alsoSends?: string | undefined;
}

/**
 * A sender whose scheme is not data: it comes with a `verify` function of its own. Everything else is as in
 * `ProviderDefinition`.
 */
export interface CustomProviderDefinition<Key = string, SigningKey = Key, Message = undefined> extends Omit<
  ProviderDefinition,
  'algorithm' | 'signature' | 'timestamp' | 'signed' | 'secret'
> {
  /** The headers that must be there, once each, before the body is read. */
  readonly headers: readonly string[];
  /** Whether the scheme signs the address, so that the option `publicUrl` is required. */
  readonly signsUrl?: boolean | undefined;
  /** The window on each side of now, for a scheme that has a signed time. @default 300 */
  readonly toleranceSeconds?: number | undefined;
  /**
   * `false` where a MAC or a key pair makes guessing hopeless: the option `rateLimit` then never refuses a genuine
   * delivery, whoever has failed from its address. `true` also where `verify` compares a token. @default true
   */
  readonly guessable?: boolean | undefined;
  /** Makes a key of the text of a secret; what it throws is reported at start-up without the text. */
  readonly readSecret?: ((text: string) => Key) | undefined;
  /**
   * Makes a text that `readSecret` takes and whose key exists nowhere else. It is tried where no secret is in use, so that the
   * time does not tell whether a tenant exists. @default 64 random hexadecimal digits
   */
  readonly makeDummySecret?: (() => string) | undefined;
  /** Makes the key to sign with, where that is another one, such as a private key. @default `readSecret` */
  readonly readSigningSecret?: ((text: string) => SigningKey) | undefined;
  /**
   * Reads what `verify` needs of a delivery, once for all secrets: `context.message`. Nothing of it is authentic yet, so
   * read no more than that, and refuse with `undefined` what cannot be right by any secret. What it throws, or rejects
   * with, is answered 503.
   */
  readonly read?:
    | ((
        delivery: Delivery,
        context: Pick<CustomContext, 'secretIds' | 'now' | 'toleranceMs'>,
      ) => Awaitable<Message | undefined>)
    | undefined;
  /**
   * Whether a delivery is authentic: a verdict, or `undefined`. `delivery.url` is the address as the sender knows it
   * where `publicUrl` is given. What it throws, or rejects with, is answered 503. Compare with `timingSafeEqual`.
   */
  readonly verify: (
    delivery: Delivery,
    context: CustomContext<Key, Message>,
  ) => Awaitable<CustomVerdict | undefined>;
  /** Says in words what the scheme signs and reads, for `hooklatch providers` and its page. */
  readonly about?:
    | {
        readonly signed?: string | undefined;
        readonly notSigned?: string | undefined;
        /** The parts of a delivery that are read before it is authentic. @default 'nothing' */
        readonly readFirst?: string | undefined;
      }
    | undefined;
  /** The headers that the sender would send, for `sign()` and the command. */
  readonly sign?:
    | ((delivery: Delivery, context: CustomContext<SigningKey>) => Readonly<Record<string, string>>)
    | undefined;
  /** The body with the signature in it, for a sender that writes it there; for `signBody()` and the command. */
  readonly signBody?: ((delivery: Delivery, context: CustomContext<SigningKey>) => Buffer) | undefined;
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
