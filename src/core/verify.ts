import { WebhookError, type WebhookErrorCode } from '../errors';
import {
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  numberBetween,
  parseSize,
  required,
  type OptionChecks,
} from '../options';
import { chain, type Awaitable } from '../awaitable';
import { makeAddressResolver } from './address';
import { authenticateDelivery, nowOrNever } from './custom';
import { A_SECRET, A_URL, describeMissingUrl, RAW_HEADERS, TOLERANCE } from './checks';
import type { Delivery, DeliveryInput, Webhook } from './delivery';
import { nameEndpoint } from './endpoint';
import { headerFields, HEADERS, lowerCaseHeaders } from './headers';
import { parseSignatureHeaders, getToleranceMs } from './authenticate';
import { isFresh } from './timestamp';
import { inflateSync, isCompressed } from './inflate';
import { makeLazyWebhook } from './make-webhook';
import { getCompiled } from './compiled-provider';
import type { Provider } from './provider';
import { prepareSecrets } from './secrets';
import type { SecretOption } from './secret-option';

/** Settings of the framework-free functions. */
export interface VerifySettings {
  readonly provider: Provider;
  readonly secret: SecretOption;
  /** Milliseconds since 1970. @default Date.now() */
  readonly now?: number | undefined;
  /** The window on each side of `now`. @default the provider's */
  readonly toleranceSeconds?: number | undefined;
  /** The address as the sender knows it, or its origin alone; for schemes that sign the address. */
  readonly publicUrl?: string | undefined;
  /** As the option of a guard: a name of the endpoint, for `webhook.key`. @default its secrets */
  readonly endpoint?: string | undefined;
  /** As a look-up of a guard says it: the tenant, for `webhook.key`. @default none */
  readonly scope?: string | undefined;
}

const SETTINGS: OptionChecks = {
  provider: required(AN_OBJECT),
  secret: A_SECRET,
  now: numberBetween(0, 8.64e15, 'milliseconds'),
  toleranceSeconds: TOLERANCE,
  publicUrl: A_URL,
  endpoint: A_TEXT,
  scope: A_TEXT,
};

const DELIVERY: OptionChecks = {
  method: required(A_TEXT),
  url: { accepts: (value) => typeof value === 'string', expects: 'a string' },
  headers: required(HEADERS),
  rawHeaders: RAW_HEADERS,
  body: required({
    accepts: (value) => Buffer.isBuffer(value),
    expects: 'a Buffer with the exact bytes received',
    secret: true,
  }),
};

/**
 * Verifies a delivery without any framework. Throws a `WebhookError` where it is not authentic, and a `TypeError`
 * where the settings are wrong, or where the provider needs time. `payload` is parsed when it is first read.
 */
export function verifySync<Payload = unknown>(
  delivery: DeliveryInput,
  settings: VerifySettings,
): Webhook<Payload> {
  const webhook = nowOrNever(judgeSettings(delivery, settings), settings.provider.name);
  // The type of the payload is what the caller says; nothing here checks it.
  return webhook as Webhook<Payload>;
}

/**
 * As `verifySync`, but it answers with a promise, which rejects where that throws. It also takes the providers that
 * need time, and rejects with what they throw.
 */
export async function verify<Payload = unknown>(
  delivery: DeliveryInput,
  settings: VerifySettings,
): Promise<Webhook<Payload>> {
  return (await judgeSettings(delivery, settings)) as Webhook<Payload>;
}

export function checkSettings(where: string, settings: VerifySettings): VerifySettings {
  return checkOptions(where, settings, SETTINGS);
}

export function checkDelivery(where: string, delivery: DeliveryInput): Delivery {
  const checked = checkOptions(`${where} delivery`, delivery, DELIVERY);
  return Object.assign(checked, { headers: headerFields(`${where} delivery`, checked.headers) });
}

/** Verifies one delivery after the other with the same settings. */
export type Verifier<Payload = unknown> = (delivery: DeliveryInput, now?: number) => Webhook<Payload>;

/**
 * Prepares the settings once, for many deliveries without any framework. The function that it makes is `verifySync`
 * without the preparation; its second argument is the time, in milliseconds since 1970. Throws as `verifySync` does.
 */
export function makeVerifier<Payload = unknown>(settings: VerifySettings): Verifier<Payload> {
  const judged = prepare(settings);
  const { name } = settings.provider;
  // The type of the payload is what the caller says; nothing here checks it.
  return (delivery, now) => nowOrNever(judged(delivery, now), name) as Webhook<Payload>;
}

function judgeSettings(delivery: DeliveryInput, settings: VerifySettings): Awaitable<Webhook> {
  return prepare(settings)(delivery, undefined);
}

function prepare(
  settings: VerifySettings,
): (delivery: DeliveryInput, now: number | undefined) => Awaitable<Webhook> {
  const checked = checkSettings('verify()', settings);
  const { provider, secret, toleranceSeconds, publicUrl, scope = '' } = checked;
  const compiled = getCompiled(provider);
  if (compiled.coversUrl && publicUrl === undefined) throw new TypeError(describeMissingUrl(provider));
  const secrets = prepareSecrets(provider, secret, () => undefined);
  const [endpoint] = nameEndpoint(checked.endpoint, secrets);
  const toleranceMs = getToleranceMs(compiled, toleranceSeconds);
  const resolveAddress = makeAddressResolver(publicUrl);
  const limit = Number(parseSize(provider.bodyLimit ?? '1mb')); // a number: it was checked
  const refuse = (code: WebhookErrorCode): never => {
    throw new WebhookError(code, provider.refusal.status);
  };

  return (delivery, time) => {
    const { method, url, headers, body, rawHeaders } = isPlainDelivery(delivery)
      ? delivery
      : checkDelivery('verify()', delivery);
    const now = time ?? checked.now ?? Date.now();
    const source = { headers: lowerCaseHeaders(headers), rawHeaders };
    const parsedSignature = parseSignatureHeaders(compiled, source);
    if (typeof parsedSignature === 'string') return refuse(parsedSignature);
    if (!isFresh(parsedSignature.timestamp, now, toleranceMs)) return refuse('ERR_WEBHOOK_TIMESTAMP');
    const rawBody = isCompressed(provider, body) ? inflateSync(body, limit) : body;
    if (typeof rawBody === 'string') return refuse(rawBody);
    const address = compiled.readsQuery ? url : resolveAddress(url);
    const request = { method, url: address, headers: source.headers, rawHeaders, body: rawBody };
    return chain(authenticateDelivery(parsedSignature, secrets, request, { now, toleranceMs }), (verdict) =>
      typeof verdict === 'string'
        ? refuse(verdict)
        : makeLazyWebhook(verdict, { source, method, rawBody, scope, endpoint }),
    );
  };
}

// The usual delivery, seen at a glance; any other is checked field by field.
function isPlainDelivery(delivery: DeliveryInput): delivery is Delivery {
  // Whatever the types say, a caller without types can give anything.
  const { method, url, headers, rawHeaders, body } = (delivery as Partial<Delivery> | null) ?? {};
  return (
    typeof method === 'string' &&
    method !== '' &&
    typeof url === 'string' &&
    isPlain(headers) &&
    Buffer.isBuffer(body) &&
    (rawHeaders === undefined || Array.isArray(rawHeaders)) &&
    isPlain(delivery) &&
    // One field more may be a misspelled one.
    Object.keys(delivery).length === (rawHeaders === undefined ? 4 : 5)
  );
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
