import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { A_FUNCTION, checkOptions, numberBetween, integerBetween, type OptionChecks } from '../options';
import { attempt } from '../eventually';
import { readClaims, toleranceOf, type Claims } from '../core/judge';
import { judgeDelivery } from '../core/custom';
import { readFacts, type SignedFacts } from '../core/facts';
import { makeUnverifiedWebhook, makeWebhook } from '../core/make-webhook';
import { parsePayload } from '../core/payload';
import { planOf, type Plan } from '../core/plan';
import type { Provider } from '../core/provider';
import type { PreparedSecret, SecretOption } from '../core/secrets';
import { A_SECRET, A_URL, publicUrlMissing, TOLERANCE } from '../core/verify';
import type { WebhookErrorCode } from '../errors';
import { beginExchange, exchangeOf, failAuthentication, refusalOf, type Exchange } from './exchange';
import { A_PROVIDER, ALTERNATIVES, schemeOf } from './scheme';
import { makeSecretSource, type FoundSecrets, type SecretLookup, type SecretSource } from './secret-source';
import { warnOnce } from './warnings';

export interface VerifySignatureOptions {
  readonly provider: Provider;
  /**
   * One secret, several that are valid at once, or a function that finds them. Undefined or empty throws.
   */
  readonly secret: SecretOption | SecretLookup | undefined;
  /** Other schemes, used only where the signature header of `provider` is absent. */
  readonly also?:
    | readonly { readonly provider: Provider; readonly secret: SecretOption | SecretLookup | undefined }[]
    | undefined;
  /** Age in days from which the newest secret is reported. @default 90 */
  readonly maxSecretAgeDays?: number | undefined;
  /** How long a look-up of secrets may take. @default 5000 */
  readonly secretTimeoutMs?: number | undefined;
  /** The window on each side of now. @default the provider's */
  readonly toleranceSeconds?: number | undefined;
  /** The origin as the sender knows it, for schemes that sign the address. */
  readonly publicUrl?: string | undefined;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: (() => number) | undefined;
}

/** The checks of the options about secrets. */
export const SECRET_OPTIONS: OptionChecks = {
  secret: A_SECRET,
  maxSecretAgeDays: numberBetween(1, 36_500, 'days'),
  secretTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
};

const CHECKS: OptionChecks = {
  provider: A_PROVIDER,
  ...SECRET_OPTIONS,
  also: ALTERNATIVES,
  toleranceSeconds: TOLERANCE,
  publicUrl: A_URL,
  clock: A_FUNCTION,
};

const ALSO_CHECKS: OptionChecks = { provider: A_PROVIDER, secret: A_SECRET };
const DAY_MS = 86_400_000;
const NOTHING_SIGNED: SignedFacts = { body: false, id: '' };
const NO_SECRETS: FoundSecrets = { secrets: [], scope: '' };

/**
 * Verifies the signature over the raw bytes in `req.body`, then sets `req.webhook`, and `req.body` to the parsed
 * payload. Needs `captureRawBody()` before it.
 */
export function verifySignature(options: VerifySignatureOptions): RequestHandler {
  checkOptions('verifySignature()', options, CHECKS);
  const { provider, toleranceSeconds, publicUrl, clock = Date.now, secretTimeoutMs = 5000 } = options;
  const maxAgeMs = (options.maxSecretAgeDays ?? 90) * DAY_MS;
  const sources = makeSources(options);
  const origin = publicUrl?.replace(/\/$/, '') ?? '';
  const main = planOf(provider);
  const others = [...sources.keys()].slice(1);

  return function verifySignatureMiddleware(req: Request, _res: Response, next: NextFunction): void {
    const start = exchangeOf(req);
    const exchange =
      start ?? beginExchange(req, { now: clock(), provider: provider.name, refusal: provider.refusal });
    const { body } = req as { readonly body?: unknown };
    if (!Buffer.isBuffer(body)) {
      warnOnce('no-raw-body', 'verifySignature() found no raw body: mount captureRawBody() before it');
      next(refusalOf(req, 'ERR_WEBHOOK_SETUP'));
      return;
    }
    if (exchange.waived !== undefined) {
      passUnverified(req, exchange, body, next);
      return;
    }
    const claims = claimsOf(exchange, sources) ?? readClaims(schemeOf(main, others, req), req);
    if (typeof claims === 'string') {
      fail(req, exchange, claims, body, next);
      return;
    }
    attempt(() => sources.get(claims.plan)?.(req) ?? NO_SECRETS, secretTimeoutMs, {
      succeed: (found) => verifyBody(req, exchange, claims, found, body, next),
      fail: () => next(refusalOf(req, 'ERR_WEBHOOK_SECRET')),
      expire: () => next(refusalOf(req, 'ERR_WEBHOOK_SECRET')),
    });
  };

  function verifyBody(
    req: Request,
    exchange: Exchange,
    claims: Claims,
    { secrets, scope }: FoundSecrets,
    body: Buffer,
    next: NextFunction,
  ): void {
    const { plan } = claims;
    const { now } = exchange;
    const { method, headers, rawHeaders } = req;
    const delivery = { method, url: origin + req.originalUrl, headers, rawHeaders, body };
    const toleranceMs = toleranceOf(plan, toleranceSeconds);
    attempt(() => judgeDelivery(claims, secrets, delivery, now, toleranceMs), secretTimeoutMs, {
      succeed: (verdict) => {
        if (typeof verdict === 'string') {
          fail(req, exchange, verdict, body, next);
          return;
        }
        exchange.verdict = verdict;
        exchange.scope = scope;
        reportAge(exchange, secrets, verdict.secret);
        const signed = { ...verdict.covers, id: verdict.claims.id };
        const code = attach(req, exchange, plan, body, signed);
        next(code === undefined ? undefined : refusalOf(req, code));
      },
      fail: () => next(refusalOf(req, 'ERR_WEBHOOK_SECRET')),
      expire: () => next(refusalOf(req, 'ERR_WEBHOOK_SECRET')),
    });
  }

  function reportAge(
    { notes, now }: Exchange,
    secrets: readonly PreparedSecret[],
    matched: PreparedSecret,
  ): void {
    if (!matched.isNewest) notes.push('old-secret');
    const newest = secrets.find(({ isNewest }) => isNewest);
    if (newest !== undefined && now - newest.createdAt > maxAgeMs) notes.push('secret-age');
  }

  /** Refuses, or in the mode `'report'` lets pass what is not authentic. */
  function fail(
    req: Request,
    exchange: Exchange,
    code: WebhookErrorCode,
    body: Buffer,
    next: NextFunction,
  ): void {
    failAuthentication(req, exchange, code, (error) => {
      if (error === undefined) passUnverified(req, exchange, body, next);
      else next(error);
    });
  }

  function passUnverified(req: Request, exchange: Exchange, body: Buffer, next: NextFunction): void {
    const code = attach(
      req,
      exchange,
      exchange.claims?.plan ?? schemeOf(main, others, req),
      body,
      NOTHING_SIGNED,
    );
    next(code === undefined ? undefined : refusalOf(req, code));
  }
}

/** Parses the payload and puts the webhook on the request. */
function attach(
  req: Request,
  exchange: Exchange,
  plan: Plan,
  body: Buffer,
  signed: SignedFacts,
): WebhookErrorCode | undefined {
  const { verdict } = exchange;
  const payload = parsePayload(plan, req, body);
  if (payload === undefined) return 'ERR_WEBHOOK_PAYLOAD';
  const facts = readFacts(plan, req, payload, signed);
  req.webhook =
    verdict === undefined
      ? makeUnverifiedWebhook(plan, req.method, body, payload.value, facts)
      : makeWebhook(verdict, req.method, body, payload.value, facts);
  exchange.unsignedRouting = !req.webhook.trusted.event;
  req.body = payload.value;
  return facts.disagree ? 'ERR_WEBHOOK_EVENT' : undefined;
}

function makeSources({
  provider,
  secret,
  also = [],
  publicUrl,
}: VerifySignatureOptions): ReadonlyMap<Plan, SecretSource> {
  const sources = new Map<Plan, SecretSource>();
  for (const scheme of [{ provider, secret }, ...also]) {
    checkOptions('option "also"', scheme, ALSO_CHECKS);
    const plan = planOf(scheme.provider);
    if (sources.has(plan)) {
      throw new TypeError(
        `option "also" has ${plan.provider.name} twice: give several secrets as a list in "secret"`,
      );
    }
    if (plan.coversUrl && publicUrl === undefined) throw new TypeError(publicUrlMissing(plan.provider));
    sources.set(plan, makeSecretSource(plan.provider, scheme.secret));
  }
  return sources;
}

/** What `checkHeaders()` found, where it was made for the same providers. */
function claimsOf({ claims }: Exchange, sources: ReadonlyMap<Plan, unknown>): Claims | undefined {
  return claims !== undefined && sources.has(claims.plan) ? claims : undefined;
}
