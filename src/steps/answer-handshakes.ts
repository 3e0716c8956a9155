import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { runWithTimeout, chain } from '../awaitable';
import type { Webhook } from '../core/delivery';
import {
  computeAnswer,
  readFields,
  handshakePayload,
  isKnownByBody,
  makeAnswer,
  matchesBody,
  MAX_HANDSHAKE_BYTES,
  computeFields,
  unsignedFields,
  type AnswerKeys,
  type FieldReader,
} from '../core/handshakes';
import { readHeader } from '../core/headers';
import { describeKeyPair } from '../core/key-shapes';
import { getCompiled } from '../core/compiled-provider';
import type { HandshakeDefinition } from '../core/handshake-definition';
import type { Provider } from '../core/provider';
import { isDummy, newestAt } from '../core/secrets';
import { isInUse, type SecretOption } from '../core/secret-option';
import { makeCheck } from '../core/signature';
import { makeAddressResolver } from '../core/address';
import { A_SECRET, A_URL } from '../core/checks';
import { WebhookError, type WebhookErrorCode } from '../errors';
import { A_TEXT, checkOptions, integerBetween, type OptionCheck, type OptionChecks } from '../options';
import { sendText } from '../request/answer';
import { authenticateWithinLimits } from '../request/failure-limits';
import { makeSecretSource, type SecretLookup } from '../request/secret-source';
import { ensureState, makeRefusal } from '../request/state';
import { A_PROVIDER } from '../request/scheme';

export interface AnswerHandshakesOptions {
  readonly provider: Provider;
  /** What the sender repeats in its challenge, as it is set there (Meta, Strava, eBay). */
  readonly verifyToken?: string | undefined;
  /** Needed where an answer to an unsigned request has an HMAC (X, LinkedIn). */
  readonly secret?: SecretOption | SecretLookup | undefined;
  /** How long a look-up of secrets may take. @default 5000 */
  readonly secretTimeoutMs?: number | undefined;
  /** The address as the sender knows it, or its origin alone; needed where an answer has the address in it (eBay). */
  readonly publicUrl?: string | undefined;
}

/** The check of the option `verifyToken`. */
export const VERIFY_TOKEN: OptionCheck = {
  accepts: (value) => A_TEXT.accepts(value) && describeKeyPair(String(value)) === undefined,
  expects: 'a string that is not blank, and no key of a pair',
  secret: true,
};

const CHECKS: OptionChecks = {
  provider: A_PROVIDER,
  verifyToken: VERIFY_TOKEN,
  secret: A_SECRET,
  secretTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  publicUrl: A_URL,
};

const TEXT_TYPE = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const EMPTY = Buffer.alloc(0);
const NO_CONTENT = { before: '', body: undefined, after: '' };

/** A handshake that a request is, and its fields. */
interface Found {
  readonly handshake: HandshakeDefinition;
  readonly read: FieldReader;
}

/**
 * Answers the requests by which a sender tries the receiver, as its provider describes them. Mounted before
 * `checkHeaders()` it answers those that come unsigned, behind `verifySignature()` the signed ones; everything else
 * passes. Unsigned ones that are known by their body need `captureRawBody()` before it.
 */
export function answerHandshakes(options: AnswerHandshakesOptions): RequestHandler {
  const checked = checkOptions('answerHandshakes()', options, CHECKS);
  const { provider, verifyToken, secretTimeoutMs = 5000, publicUrl } = checked;
  getCompiled(provider);
  const handshakes = provider.handshakes ?? [];
  const signed = handshakes.filter(({ when }) => when.method === undefined);
  const unsigned = handshakes.filter(({ when }) => when.method !== undefined);
  const isOpen = makeOpenCheck(provider);
  const computed = unsigned.flatMap(computeAnswer);
  const findSecrets = computed.some(({ digest }) => digest === 'hmac')
    ? makeSecretSource(provider, checked.secret)
    : undefined;
  if (publicUrl === undefined && computed.some(({ of }) => of.includes('{url}'))) {
    throw new TypeError(
      `option "publicUrl" is required for ${provider.name}, whose challenge is answered with the address: ` +
        'give the address as the sender knows it, such as https://example.org/webhooks, or its origin alone',
    );
  }
  const resolveAddress = makeAddressResolver(publicUrl);
  const check = verifyToken === undefined ? undefined : makeCheck('token', Buffer.from(verifyToken));
  const isToken = (given: string | undefined): boolean =>
    given !== undefined && check?.(NO_CONTENT, [Buffer.from(given)]) === true;

  return function answerHandshakesMiddleware(req: Request, res: Response, next: NextFunction): void {
    const { webhook } = req;
    if (webhook !== undefined) answerSigned(webhook, req, res, next);
    else if (unsigned.some(({ when }) => when.method === req.method)) answerUnsigned(req, res, next);
    else next();
  };

  function answerUnsigned(req: Request, res: Response, next: NextFunction): void {
    // Not by URL, which throws for some paths that Node lets through.
    const query = new URLSearchParams(/\?(.*)/.exec(req.originalUrl)?.[1]);
    const one = (name: string): string | undefined => {
      const values = query.getAll(name);
      return values.length === 1 ? values[0] : undefined;
    };
    const isPost = req.method === 'POST';
    const found = isPost && !isOpen(req) ? undefined : findUnsigned(req, query, one);
    if (found === undefined) {
      // Any other POST is a delivery. A sender whose deliveries come by GET too (HubSpot, Sanity) has no such handshake.
      next(isPost ? undefined : makeRefusal(req, 'ERR_WEBHOOK_METHOD'));
      return;
    }
    const { token, wrongToken } = found.handshake;
    const conclude = (judged: true | WebhookErrorCode | WebhookError): void => {
      if (judged === true) answerFound(found, req, res, next);
      else if (judged instanceof WebhookError) next(judged);
      else next(wrongToken === undefined ? makeRefusal(req, judged) : new WebhookError(judged, wrongToken));
    };
    // A wrong token is a failed guess, which counts.
    const judged =
      token === undefined ||
      authenticateWithinLimits(
        ensureState(req),
        true,
        () => isToken(one(token)) || ('ERR_WEBHOOK_EVENT' as const),
      );
    void Promise.resolve(chain(judged, conclude)).catch(next);
  }

  /** The handshake that an unsigned request is. */
  function findUnsigned(
    req: Request,
    query: URLSearchParams,
    one: (name: string) => string | undefined,
  ): Found | undefined {
    const { source } = ensureState(req);
    const body = readBody(req);
    for (const handshake of unsigned) {
      const { when } = handshake;
      if (when.method !== req.method) continue;
      const payload = handshakePayload(handshake, source, body);
      const read = unsignedFields(handshake, source, query, payload);
      const isRight = isKnownByBody(handshake)
        ? payload !== undefined && matchesBody(when, payload)
        : Object.entries(when.query ?? {}).every(([name, value]) => one(name) === value);
      const isWhole = req.method !== 'POST' || hasAll(handshake, read, req);
      if (isRight && isWhole) return { handshake, read };
    }
    return undefined;
  }

  function answerFound({ handshake, read }: Found, req: Request, res: Response, next: NextFunction): void {
    const url = resolveAddress(req.originalUrl).replace(/\?[^]*/, '');
    const answer = (hmac: AnswerKeys['hmac']): void =>
      finish(handshake, makeAnswer(handshake.answer, read, { hmac, verifyToken, url }), req, res, next);
    if (findSecrets === undefined || !computeAnswer(handshake).some(({ digest }) => digest === 'hmac')) {
      answer(undefined);
      return;
    }
    const { now } = ensureState(req);
    const fail = (thrown?: unknown): void => next(makeRefusal(req, 'ERR_WEBHOOK_SECRET', thrown));
    runWithTimeout(() => findSecrets(req), secretTimeoutMs, {
      succeed: ({ secrets }) => {
        // A dummy stands where the look-up knows no secret.
        const usable = secrets.filter((secret) => isInUse(secret, now) && !isDummy(secret));
        const hmac = (text: string): Buffer => newestAt(usable, now).compute({ ...NO_CONTENT, before: text });
        answer(usable.length === 0 ? undefined : hmac);
      },
      fail,
      expire: fail,
    });
  }

  function answerSigned({ payload }: Webhook, req: Request, res: Response, next: NextFunction): void {
    const { verdict, source } = ensureState(req);
    const handshake = signed.find(({ when }) => matchesBody(when, payload));
    // Not for what passed unverified in the mode 'report', nor by another provider of the same route.
    if (handshake === undefined || verdict?.parsedSignature.compiled.provider !== provider) {
      next();
      return;
    }
    const { secret } = verdict;
    const hmac = (text: string): Buffer => secret.compute({ ...NO_CONTENT, before: text });
    const text = makeAnswer(handshake.answer, computeFields(payload, source), { hmac, verifyToken, url: '' });
    finish(handshake, text, req, res, next);
  }
}

/** Whether a request may be a handshake that its body tells, of a provider that has one: so that its body is read. */
export function makeHandshakeCheck(provider: Provider): (req: Request) => boolean {
  const isOpen = makeOpenCheck(provider);
  return (req) => {
    const length = Number(req.headers['content-length']);
    return req.method === 'POST' && length > 0 && length <= MAX_HANDSHAKE_BYTES && isOpen(req);
  };
}

/** Whether a request has no header with a signature: who sends one wants it verified. */
function makeOpenCheck(provider: Provider): (req: Request) => boolean {
  const { signatureHeaders } = getCompiled(provider);
  return (req) => readHeader(ensureState(req).source, signatureHeaders) === undefined;
}

function readBody({ body }: { readonly body?: unknown }): Buffer {
  return Buffer.isBuffer(body) ? body : EMPTY;
}

/** Whether the request of a handshake that its query tells has no body, and all that its answer needs. */
function hasAll(handshake: HandshakeDefinition, read: FieldReader, req: Request): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = req.headers;
  const isEmpty = isKnownByBody(handshake) || (Number(length) === 0 && coding === undefined);
  return isEmpty && readFields(handshake).every((name) => read(name) !== undefined);
}

function finish(
  { answer }: HandshakeDefinition,
  text: string | undefined,
  req: Request,
  res: Response,
  next: NextFunction,
): void {
  // Half a challenge, or none, would be a wrong answer.
  if (text === undefined) {
    next(makeRefusal(req, 'ERR_WEBHOOK_EVENT'));
    return;
  }
  ensureState(req).notes.push('handshake');
  sendText(res, answer.status ?? 200, text, answer.json === undefined ? TEXT_TYPE : JSON_TYPE);
}
