import {
  A_FUNCTION,
  A_SIZE,
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  integerBetween,
  oneOf,
  type OptionChecks,
} from './options';
import { getCompiled } from './core/compiled-provider';
import { REFUSAL_STATUS } from './core/provider-checks';
import type { Provider } from './core/provider';
import { A_SCHEMA, type StandardSchema } from './core/schema';
import { A_URL, TOLERANCE } from './core/checks';
import { allowIpsStep, IP_RANGES } from './steps/allow-ips';
import { answerHandshakesStep, VERIFY_TOKEN } from './steps/answer-handshakes';
import { isKnownByBody, MAX_HANDSHAKE_BYTES } from './core/handshakes';
import { captureRawBodyStep, type CaptureRawBodyOptions } from './steps/capture-raw-body';
import { checkHeadersStep } from './steps/check-headers';
import type { OnDecision } from './request/decisions';
import { makeHandshakeCheck } from './request/find-handshake';
import { listUnsigned, type OnSecret } from './request/handed-over-secret';
import { makeRefusal } from './request/refuse';
import { onlyForStep, type Step } from './request/step';
import { limitRateStep, RATE_LIMIT, type LimitRateOptions } from './steps/limit-rate';
import { rejectDuplicatesStep, type DuplicatesOptions } from './steps/reject-duplicates';
import { HTTPS, requireHttpsStep, type RequireHttpsOptions } from './steps/require-https';
import { makeEventRoutes } from './request/event-handlers';
import { ROUTE_OPTIONS, routeEventsStep, type RouteEventsOptions } from './steps/route-events';
import { A_PROVIDER, ALTERNATIVES } from './request/scheme';
import { validatePayloadStep } from './steps/validate-payload';
import {
  PARSE,
  SECRET_OPTIONS,
  verifySignatureStep,
  type VerifySignatureOptions,
} from './steps/verify-signature';
import { makePipeline, type RunRequest } from './pipeline';
import { makeStoredEvents, ROUTER_INBOX, setUpInbox, type WithInbox } from './router-inbox';

export interface WebhookGuardOptions
  extends
    Omit<VerifySignatureOptions, 'parse'>,
    Omit<CaptureRawBodyOptions, 'compression'>,
    RequireHttpsOptions {
  /** Largest body, in bytes or as `'1mb'`. @default the provider's, else '1mb' */
  readonly bodyLimit?: number | string | undefined;
  /** Addresses and CIDR ranges that may send, IPv4 and IPv6. @default all */
  readonly allowIps?: readonly string[] | undefined;
  /** Options of express-rate-limit: how often one address may fail authentication. @default no limit */
  readonly rateLimit?: LimitRateOptions | undefined;
  /** How copies of a delivery are known and where; `false` handles them again. @default in memory */
  readonly duplicates?: DuplicatesOptions | false | undefined;
  /** Status of a delivery that was handled, or that nobody answered. @default 200 */
  readonly acknowledge?: number | undefined;
  /**
   * Router: after this time the answer is 503. Guard: after it a claim is no longer renewed.
   * @default 25000, or what the provider waits
   */
  readonly handlerTimeoutMs?: number | undefined;
  /** What the sender repeats in its challenge by GET, as it is set there (Meta). */
  readonly verifyToken?: string | undefined;
  /** Called with the secret that a sender hands over (Asana, Notion), as anyone can. @default none: it is refused */
  readonly onSecret?: OnSecret | undefined;
  /** What the payload must fit; what the schema makes of it is the payload. A router has one for each event. */
  readonly schema?: StandardSchema | undefined;
  /** Status of every failed authentication, such as the one by which the sender stops trying. @default the provider's */
  readonly refusalStatus?: number | undefined;
  /** `'report'` lets pass what is not authentic, with `webhook.verified` false. @default 'enforce' */
  readonly mode?: 'enforce' | 'report' | undefined;
  /** Called with every decision, the private record of what was done and why. */
  readonly onDecision?: OnDecision | undefined;
  /** `'next'` hands a `WebhookError` to Express instead of answering. @default 'respond' */
  readonly errors?: 'respond' | 'next' | undefined;
}

export interface WebhookRouterOptions<Payloads extends object = Record<string, unknown>>
  extends
    Omit<WebhookGuardOptions, 'provider' | 'schema'>,
    Omit<RouteEventsOptions<Payloads>, 'also'>,
    Pick<VerifySignatureOptions, 'parse'> {
  /** `sqliteInbox()`: deliveries are stored, acknowledged, then handled by `(webhook, delivery)`. @default none */
  readonly inbox?: undefined;
}

/** The options of a router that stores its deliveries first. */
export type WebhookInboxRouterOptions<Payloads extends object = Record<string, unknown>> = WithInbox<
  WebhookRouterOptions<Payloads>,
  Payloads
>;

/**
 * A request handler that can be wound down. Its type says nothing of Express's `params`, so that the handlers behind it
 * keep those of their route.
 */
export interface WebhookMiddleware {
  /** Outside Express: on `node:http`, in an API route of Next.js. A router calls no `next` but for `errors: 'next'`. */
  (...state: Parameters<RunRequest>): void;
  /** From now on new deliveries are answered 503; resolves when those in flight have ended. */
  drain(): Promise<void>;
}

const COMMON_CHECKS: OptionChecks = {
  provider: A_PROVIDER,
  ...SECRET_OPTIONS,
  also: ALTERNATIVES,
  toleranceSeconds: TOLERANCE,
  bodyLimit: A_SIZE,
  bodyTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  https: HTTPS,
  allowIps: IP_RANGES,
  rateLimit: RATE_LIMIT,
  duplicates: {
    accepts: (value) => value === false || AN_OBJECT.accepts(value),
    expects: 'an object of options or false',
  },
  acknowledge: ROUTE_OPTIONS.acknowledge,
  handlerTimeoutMs: ROUTE_OPTIONS.handlerTimeoutMs,
  publicUrl: A_URL,
  endpoint: A_TEXT,
  verifyToken: VERIFY_TOKEN,
  onSecret: A_FUNCTION,
  refusalStatus: REFUSAL_STATUS,
  mode: oneOf('enforce', 'report'),
  onDecision: A_FUNCTION,
  errors: oneOf('respond', 'next'),
  clock: A_FUNCTION,
};

const GUARD_CHECKS: OptionChecks = { ...COMMON_CHECKS, schema: A_SCHEMA };
const ROUTER_CHECKS: OptionChecks = { ...COMMON_CHECKS, ...ROUTE_OPTIONS, inbox: ROUTER_INBOX, parse: PARSE };

/**
 * Verifies webhooks on a route: sets `req.webhook`, and `req.body` to the payload, then calls the next handler.
 * Refuses everything else. Throws a `TypeError` for wrong options.
 */
export function webhookGuard(options: WebhookGuardOptions): WebhookMiddleware {
  const checked = checkOptions('webhookGuard()', options, GUARD_CHECKS);
  const { run, drain } = makePipeline(checked, guardSteps(checked, listMethods(checked)));
  const webhookGuardMiddleware: RunRequest = (req, res, next) => run(req, res, next);
  return Object.assign(webhookGuardMiddleware, { drain });
}

/**
 * Verifies webhooks and hands each to the handler of its event, then acknowledges it. Throws a `TypeError` for wrong
 * options, and for events that nothing can tell apart. `Payloads` has the type of the payload of each event; without
 * it, that comes from the provider, from the schemas, or is unknown.
 */
export function webhookRouter<Payloads extends object = Record<string, unknown>>(
  options: WebhookInboxRouterOptions<Payloads>,
): WebhookMiddleware;
export function webhookRouter<Payloads extends object = Record<string, unknown>>(
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- of a union, handlers behind a spread have no type
  options: WebhookRouterOptions<Payloads>,
): WebhookMiddleware;
export function webhookRouter(options: WebhookRouterOptions | WebhookInboxRouterOptions): WebhookMiddleware {
  const checked = checkOptions('webhookRouter()', options, ROUTER_CHECKS);
  if (checked.inbox === undefined) return makeRouter(checked);
  const { inbox, ...rest } = checked;
  const stored = setUpInbox({ ...rest, inbox, events: makeStoredEvents(rest.events) });
  // The inbox knows copies by itself.
  const router = makeRouter({ ...rest, events: stored.events, duplicates: false });
  stored.work();
  return router;
}

function makeRouter(checked: WebhookRouterOptions): WebhookMiddleware {
  const { provider, also, events, resolveEvent, acknowledge, unknownEvent, handlerTimeoutMs } = checked;
  const routing = { provider, also, events, resolveEvent, acknowledge, unknownEvent, handlerTimeoutMs };
  const route = routeEventsStep({ ...routing, also: also?.map((scheme) => ({ provider: scheme.provider })) });
  const named = listProviders(checked).some(({ event }) => event !== undefined);
  const methods = named ? listMethods(checked) : makeEventRoutes(routing).methods;
  const { run, drain } = makePipeline(checked, [...guardSteps(checked, methods), route]);
  const webhookRouterMiddleware: RunRequest = (req, res, next) => run(req, res, next);
  return Object.assign(webhookRouterMiddleware, { drain });
}

/** The steps of a guard, in the order in which a delivery passes them. */
function guardSteps(
  options: WebhookGuardOptions & Pick<WebhookRouterOptions, 'parse'>,
  methods: readonly string[],
): readonly Step[] {
  const { provider, also, secret, maxSecretAgeDays, secretTimeoutMs, toleranceSeconds } = options;
  const {
    bodyTimeoutMs,
    publicUrl,
    endpoint,
    parse,
    https,
    acknowledge,
    verifyToken,
    onSecret,
    duplicates = {},
    schema,
  } = options;
  const bodyLimit = options.bodyLimit ?? provider.bodyLimit;
  const compression = listProviders(options).find((one) => one.compression !== undefined)?.compression;
  const handlerTimeoutMs = options.handlerTimeoutMs ?? provider.handlerTimeoutMs;
  const secrets = { secret, maxSecretAgeDays, secretTimeoutMs };
  const { handshakes = [] } = provider;
  const unsigned = listUnsigned(provider, onSecret);
  const tries = unsigned.map(({ when }) => String(when.method));
  const asked = { provider, verifyToken, onSecret, secret, secretTimeoutMs, publicUrl };
  const answering = handshakes.length === 0 ? [] : [answerHandshakesStep(asked)];
  const small = captureRawBodyStep({ bodyLimit: MAX_HANDSHAKE_BYTES, bodyTimeoutMs });
  const readChallenge = unsigned.some(isKnownByBody)
    ? [onlyForStep(makeHandshakeCheck(provider), small)]
    : [];
  return [
    allowMethodsStep([...methods, ...tries]),
    requireHttpsStep({ https }),
    ...(options.allowIps === undefined ? [] : [allowIpsStep(options.allowIps)]),
    ...(options.rateLimit === undefined ? [] : [limitRateStep(options.rateLimit)]),
    ...readChallenge,
    ...answering,
    checkHeadersStep({ provider, also, toleranceSeconds }),
    captureRawBodyStep({ bodyLimit, bodyTimeoutMs, compression }),
    verifySignatureStep({ provider, ...secrets, also, toleranceSeconds, publicUrl, endpoint, parse }),
    ...answering,
    ...(duplicates === false
      ? []
      : [
          rejectDuplicatesStep({
            ...duplicates,
            toleranceSeconds,
            bodyTimeoutMs,
            secretTimeoutMs,
            acknowledge,
            handlerTimeoutMs,
          }),
        ]),
    ...(schema === undefined ? [] : [validatePayloadStep({ schema, handlerTimeoutMs })]),
  ];
}

/** The first step: can any sender here use this method? */
function allowMethodsStep(methods: readonly string[]): Step {
  return function allowMethods(state) {
    return methods.includes(state.method) ? undefined : makeRefusal(state, 'ERR_WEBHOOK_METHOD');
  };
}

function listProviders({ provider, also = [] }: WebhookGuardOptions): readonly Provider[] {
  return [provider, ...also.map((scheme) => scheme.provider)];
}

function listMethods(options: WebhookGuardOptions): readonly string[] {
  return listProviders(options).flatMap((provider) => getCompiled(provider).provider.methods);
}
