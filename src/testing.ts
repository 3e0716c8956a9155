import { isUtf8 } from 'node:buffer';
import { getCompiled } from './core/compiled-provider';
import type { Method, Provider } from './core/provider';
import type { Secret } from './core/secret-option';
import { beyondWindowMs, contentTypeFor, makeTestDelivery, timeInBody, setValue } from './core/test-delivery';
import type { Webhook } from './core/delivery';
import { A_SECRET } from './core/checks';
import { verifySync, type VerifySettings } from './core/verify';
import { A_TEXT, checkOptions, numberBetween, oneOf, type OptionChecks } from './options';

export type { Provider } from './core/provider';
export type { Secret } from './core/secret-option';

/**
 * The fault of a request: changed after it was signed; dated before or behind the window; signed with another
 * secret; not signed at all.
 */
export type DeliveryVariant = 'tampered' | 'stale' | 'future' | 'wrong-secret' | 'unsigned';

/** Options of `signedRequest`. */
export interface SignedRequestOptions {
  /** The secret of the receiver; for asymmetric schemes the private key. */
  readonly secret: string | Secret;
  /** An object is made JSON once; text and bytes are sent as they are. @default a sample */
  readonly body?: unknown;
  /** The event type: in a header where the provider has one there, and in a sample. */
  readonly event?: string | undefined;
  /** @default what the provider uses for the event */
  readonly method?: Method | undefined;
  /** The address as the option `publicUrl` has it; for schemes that sign it. */
  readonly url?: string | undefined;
  /** The id of the delivery, where the provider sends one in a header. @default a random one */
  readonly id?: string | undefined;
  /** When it is sent, in milliseconds since 1970. @default Date.now() */
  readonly now?: number | undefined;
  /** @default none: a good one */
  readonly variant?: DeliveryVariant | undefined;
}

/** A request for `fetch(url, request)`, or for supertest's `.set(headers).send(body)`. */
export interface SignedRequest<Body = string> {
  readonly method: string;
  readonly headers: Record<string, string>;
  /** Exactly what was signed; bytes only where they are no text. */
  readonly body: Body;
}

/** Options of `signedWebhook`. */
export interface SignedWebhookOptions
  extends SignedRequestOptions, Partial<Pick<VerifySettings, 'endpoint' | 'scope'>> {
  /** The secret that the receiver has, where it is another one: the public key. @default `secret` */
  readonly verifyBy?: VerifySettings['secret'] | undefined;
}

/** A clock that stands still, for the option `clock`. */
export interface TestClock {
  /** Milliseconds since 1970. */
  (): number;
  /** Puts it forward, or back with a negative number. Returns the new time. */
  advance: (milliseconds: number) => number;
}

const VARIANTS: readonly DeliveryVariant[] = ['tampered', 'stale', 'future', 'wrong-secret', 'unsigned'];
const CHECKS: OptionChecks = {
  secret: A_SECRET,
  body: { accepts: () => true, expects: 'a body' },
  event: A_TEXT,
  method: A_TEXT,
  url: { accepts: (value) => typeof value === 'string' && URL.canParse(value), expects: 'an address' },
  id: A_TEXT,
  now: numberBetween(0, 8.64e15, 'milliseconds'),
  variant: oneOf(...VARIANTS),
};

/**
 * A request as the provider would send it, good or bad. Throws a `TypeError` for what cannot be made, such as a stale
 * delivery of a sender that signs no time.
 */
export function signedRequest(
  provider: Provider,
  options: SignedRequestOptions & { readonly body: Uint8Array },
): SignedRequest<string | Buffer>;
export function signedRequest(provider: Provider, options: SignedRequestOptions): SignedRequest;
export function signedRequest(
  provider: Provider,
  options: SignedRequestOptions,
): SignedRequest<string | Buffer> {
  const compiled = getCompiled(provider);
  const { body, variant, secret, event, method, id, url, now } = checkOptions(
    'signedRequest()',
    options,
    CHECKS,
  );
  if (compiled.coversUrl && url === undefined) {
    throw new TypeError(
      `signedRequest(): option "url" is required for ${provider.name}, which signs the address`,
    );
  }
  const sentAt = (now ?? Date.now()) + getShift(provider, variant);
  const test = makeTestDelivery(provider, {
    secret,
    event,
    method,
    id,
    url: url ?? 'http://localhost/',
    now: sentAt,
    body: toBytes(provider, body, sentAt),
    tampered: variant === 'tampered',
    wrongSecret: variant === 'wrong-secret',
    unsigned: variant === 'unsigned',
  });
  return {
    method: test.method,
    headers: { 'Content-Type': contentTypeFor(provider, test.body), ...test.headers },
    // supertest makes JSON of a Buffer, so what is text goes as text.
    body: isUtf8(test.body) ? test.body.toString('utf8') : test.body,
  };
}

/**
 * The webhook that a handler gets for a request as the provider would send it: to call a handler without a server.
 * Throws a `WebhookError` for what the receiver would refuse.
 */
export function signedWebhook<Payload = unknown>(
  provider: Provider,
  options: SignedWebhookOptions,
): Webhook<Payload> {
  const { verifyBy, endpoint, scope, ...rest } = options;
  const now = rest.now ?? Date.now();
  const { method, headers, body } = signedRequest(provider, rest);
  const delivery = { method, url: rest.url ?? '/', headers, body: Buffer.from(body) };
  const secret = verifyBy ?? rest.secret;
  return verifySync(delivery, { provider, secret, now, publicUrl: rest.url, endpoint, scope });
}

/** A clock that stands still until it is told otherwise. @default start: 2026-01-01T00:00:00Z */
export function testClock(start: number | string | Date = '2026-01-01T00:00:00Z'): TestClock {
  let now = new Date(start).getTime();
  if (Number.isNaN(now)) throw new TypeError('testClock(): "start" must be a time');
  const advance = (milliseconds: number): number => (now += milliseconds);
  return Object.assign(() => now, { advance });
}

/** How far the time of sending is moved. */
function getShift({ name, timestamp }: Provider, variant: DeliveryVariant | undefined): number {
  if (variant !== 'stale' && variant !== 'future') return 0;
  if (timestamp === undefined) {
    throw new TypeError(
      `signedRequest(): ${name} signs no timestamp, so no variant "${variant}" of it exists`,
    );
  }
  const outside = beyondWindowMs(timestamp);
  return variant === 'stale' ? -outside : outside;
}

function toBytes({ timestamp }: Provider, body: unknown, now: number): Buffer | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (timestamp?.body === undefined) return Buffer.from(JSON.stringify(body));
  // A sender that dates the body does it in every one.
  const dated = setValue(body, timestamp.body.split('.'), timeInBody(timestamp, now));
  return Buffer.from(JSON.stringify(dated));
}
