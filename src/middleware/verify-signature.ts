import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { A_FUNCTION, checkOptions, type OptionChecks } from '../options';
import { judge, readClaims, toleranceOf, type Claims } from '../core/judge';
import { makeWebhook } from '../core/make-webhook';
import { parsePayload, readFacts } from '../core/payload';
import { planOf, type Plan } from '../core/plan';
import type { Provider } from '../core/provider';
import { prepareSecrets, type PreparedSecret, type SecretOption } from '../core/secrets';
import { A_SECRET, A_URL, publicUrlMissing, TOLERANCE } from '../core/verify';
import type { WebhookErrorCode } from '../errors';
import { beginExchange, exchangeOf, refusalOf, type Exchange } from './exchange';
import { A_PROVIDER, ALTERNATIVES, schemeOf } from './scheme';
import { warn, warnOnce } from './warnings';

export interface VerifySignatureOptions {
  readonly provider: Provider;
  /** One secret, or several that are valid at once. Undefined or empty throws. */
  readonly secret: SecretOption | undefined;
  /** Other schemes, used only where the signature header of `provider` is absent. */
  readonly also?:
    readonly { readonly provider: Provider; readonly secret: SecretOption | undefined }[] | undefined;
  /** The window on each side of now. @default the provider's */
  readonly toleranceSeconds?: number | undefined;
  /** The origin as the sender knows it, for schemes that sign the address. */
  readonly publicUrl?: string | undefined;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: (() => number) | undefined;
}

const CHECKS: OptionChecks = {
  provider: A_PROVIDER,
  secret: A_SECRET,
  also: ALTERNATIVES,
  toleranceSeconds: TOLERANCE,
  publicUrl: A_URL,
  clock: A_FUNCTION,
};

const ALSO_CHECKS: OptionChecks = { provider: A_PROVIDER, secret: A_SECRET };

/**
 * Verifies the signature over the raw bytes in `req.body`, then sets `req.webhook`, and `req.body` to the parsed
 * payload. Needs `captureRawBody()` before it.
 */
export function verifySignature(options: VerifySignatureOptions): RequestHandler {
  checkOptions('verifySignature()', options, CHECKS);
  const { provider, secret, also = [], toleranceSeconds, publicUrl, clock = Date.now } = options;
  const schemes = new Map<Plan, readonly PreparedSecret[]>();
  for (const scheme of [{ provider, secret }, ...also]) {
    checkOptions('option "also"', scheme, ALSO_CHECKS);
    const plan = planOf(scheme.provider);
    if (schemes.has(plan)) {
      throw new TypeError(
        `option "also" has ${plan.provider.name} twice: give several secrets as a list in "secret"`,
      );
    }
    if (plan.coversUrl && publicUrl === undefined) throw new TypeError(publicUrlMissing(plan.provider));
    schemes.set(plan, prepareSecrets(plan.provider, scheme.secret, warn));
  }
  const origin = publicUrl?.replace(/\/$/, '') ?? '';
  const main = planOf(provider);
  const others = [...schemes.keys()].slice(1);

  return function verifySignatureMiddleware(req: Request, _res: Response, next: NextFunction): void {
    const exchange = exchangeOf(req) ?? beginExchange(req, clock(), provider.name, provider.refusal);
    const claims = claimsOf(exchange, schemes) ?? readClaims(schemeOf(main, others, req), req);
    const code = typeof claims === 'string' ? claims : verifyBody(req, exchange, claims);
    if (code === undefined) next();
    else next(refusalOf(req, code));
  };

  function verifyBody(req: Request, exchange: Exchange, claims: Claims): WebhookErrorCode | undefined {
    const body: unknown = req.body;
    if (!Buffer.isBuffer(body)) {
      warnOnce('no-raw-body', 'verifySignature() found no raw body: mount captureRawBody() before it');
      return 'ERR_WEBHOOK_SETUP';
    }
    const { plan } = claims;
    const { method } = req;
    // eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- claims are of one of these schemes
    const secrets = schemes.get(plan)!;
    const request = { method, url: origin + req.originalUrl, body };
    const verdict = judge(claims, secrets, request, exchange.now, toleranceOf(plan, toleranceSeconds));
    if (typeof verdict === 'string') return verdict;
    exchange.verdict = verdict;

    const payload = parsePayload(plan, req, body);
    if (payload === undefined) return 'ERR_WEBHOOK_PAYLOAD';
    const facts = readFacts(plan, req, payload, claims.id);
    exchange.unsignedRouting = !facts.trusted.event;
    req.webhook = makeWebhook(verdict, method, body, payload.value, facts);
    req.body = payload.value;
    return facts.disagree ? 'ERR_WEBHOOK_EVENT' : undefined;
  }
}

/** What `checkHeaders()` found, where it was made for the same providers. */
function claimsOf({ claims }: Exchange, schemes: ReadonlyMap<Plan, unknown>): Claims | undefined {
  return claims !== undefined && schemes.has(claims.plan) ? claims : undefined;
}
