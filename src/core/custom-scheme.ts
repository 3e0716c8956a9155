import type { Awaitable } from '../awaitable';
import type { Delivery } from './delivery';
import type { ProviderDefinition } from './provider';

/** The arguments of a `verify` function of your own, beside the delivery. */
export interface CustomContext<Key = string, Message = undefined> {
  /** The result of `readSecret` for one secret; the text itself where there is no `readSecret`. */
  readonly key: Key;
  /** The result of `read`; `undefined` where there is no `read`. */
  readonly message: Message;
  /** The id of that secret; `'default'` where it has none. */
  readonly secretId: string;
  /** The ids of all secrets that are valid now. */
  readonly secretIds: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The window on each side of `now`. */
  readonly toleranceMs: number;
}

/** The facts of an authentic delivery, as a `verify` function of your own finds them. */
export interface CustomVerdict {
  /** The signed time of sending, in milliseconds since 1970; the window is checked for you. */
  readonly timestamp?: number | undefined;
  /** The signed id. */
  readonly id?: string | undefined;
  /**
   * Whether the signature covers the body. What it does not cover is in `webhook.unsigned`, and `webhook.payload` is
   * empty. @default true
   */
  readonly coversBody?: boolean | undefined;
  /**
   * The fields that the signature covers, as you have read them, where it covers only a part of the body. They become
   * `webhook.payload`; all other fields of the body are in `webhook.unsigned`. @default the whole body
   */
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the signature covers the header that names the event. @default false */
  readonly coversEvent?: boolean | undefined;
  /** Other signed text, such as the address: it tells deliveries apart that are otherwise alike. */
  readonly alsoSigned?: string | undefined;
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
  /**
   * `delivery.url` is that of the request, whatever the option `publicUrl` says: for a scheme with something in the
   * query, which would else be taken from the options. @default false
   */
  readonly readsQuery?: boolean | undefined;
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
  /** Writes the answer to a challenge with the text of a secret: the digest `'hmac'` of a handshake, with the encoding `'utf8'`. */
  readonly answerChallenge?: ((challenge: string, secret: string) => string) | undefined;
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

/** The part of the context that is the same for all secrets of a delivery. */
export type SecretContext = Omit<CustomContext<never, never>, 'key' | 'secretId'>;

/** The part of the context that is known while a message is read. */
export type ReadContext = Omit<SecretContext, 'message'>;

/** The functions of a provider that is not data. */
export interface CustomScheme {
  readonly guessable: boolean;
  readonly readsQuery: boolean;
  readonly about: CustomProviderDefinition['about'];
  readonly headers: readonly string[];
  readonly readSecret: (text: string) => unknown;
  readonly makeDummySecret: () => string;
  readonly readSigningSecret: (text: string) => unknown;
  readonly read: ((delivery: Delivery, context: ReadContext) => Awaitable<unknown>) | undefined;
  readonly verify: (
    delivery: Delivery,
    context: CustomContext<never, never>,
  ) => Awaitable<CustomVerdict | undefined>;
  readonly answerChallenge: ((challenge: string, secret: string) => string) | undefined;
  readonly sign:
    ((delivery: Delivery, context: CustomContext<never>) => Readonly<Record<string, string>>) | undefined;
  readonly signBody: ((delivery: Delivery, context: CustomContext<never>) => Buffer) | undefined;
}
