import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { whenReady } from '../awaitable';
import type { Webhook } from '../core/delivery';
import { valueAt } from '../core/event-and-id';
import { planOf } from '../core/compiled-provider';
import { describeKeyPair } from '../core/key-shapes';
import type { HandshakeDefinition, Provider } from '../core/provider';
import type { PreparedSecret } from '../core/secrets';
import { makeCheck } from '../core/signature';
import { WebhookError, type WebhookErrorCode } from '../errors';
import { A_TEXT, checkOptions, type OptionCheck, type OptionChecks } from '../options';
import { sendText } from '../request/answer';
import { judgeWithinLimits } from '../request/failure-limits';
import { exchangeAt, refusalOf } from '../request/state';
import { A_PROVIDER } from '../request/scheme';

export interface AnswerHandshakesOptions {
  readonly provider: Provider;
  /** What the sender repeats in its challenge by GET, as it is set there (Meta). */
  readonly verifyToken?: string | undefined;
}

/** The check of the option `verifyToken`. */
export const VERIFY_TOKEN: OptionCheck = {
  accepts: (value) => A_TEXT.accepts(value) && describeKeyPair(String(value)) === undefined,
  expects: 'a string that is not blank, and no key of a pair',
  secret: true,
};

const CHECKS: OptionChecks = { provider: A_PROVIDER, verifyToken: VERIFY_TOKEN };

// What is echoed to a stranger: short, visible, and answered as plain text only.
const CHALLENGE = /^[\x21-\x7e]{1,512}$/;
const MAX_ECHO_LENGTH = 4096;
const TEXT_TYPE = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Answers the requests by which a sender tries the receiver, as its provider describes them. Mounted before
 * `checkHeaders()` it answers those that come unsigned by GET or HEAD, behind `verifySignature()` the signed ones;
 * everything else passes.
 */
export function answerHandshakes(options: AnswerHandshakesOptions): RequestHandler {
  checkOptions('answerHandshakes()', options, CHECKS);
  const { provider, verifyToken } = options;
  planOf(provider);
  const handshakes = provider.handshakes ?? [];
  const signed = handshakes.filter(({ when }) => when.method === undefined);
  const check = verifyToken === undefined ? undefined : makeCheck('token', Buffer.from(verifyToken));
  const isToken = (given: string | undefined): boolean =>
    given !== undefined && check?.(NO_CONTENT, [Buffer.from(given)]) === true;

  return function answerHandshakesMiddleware(req: Request, res: Response, next: NextFunction): void {
    const { webhook } = req;
    if (webhook !== undefined) answerSigned(webhook, req, res, next);
    else if (handshakes.some(({ when }) => when.method === req.method)) answerUnsigned(req, res, next);
    else next();
  };

  function answerUnsigned(req: Request, res: Response, next: NextFunction): void {
    // Not by URL, which throws for some paths that Node lets through.
    const query = new URLSearchParams(/\?(.*)/.exec(req.originalUrl)?.[1]);
    const one = (name: string): string | undefined => {
      const values = query.getAll(name);
      return values.length === 1 ? values[0] : undefined;
    };
    const handshake = handshakes.find(
      ({ when }) =>
        when.method === req.method &&
        Object.entries(when.query ?? {}).every(([name, value]) => one(name) === value),
    );
    // A sender whose deliveries come by GET too (HubSpot, Sanity) has no such handshake, so nothing is lost here.
    if (handshake === undefined) {
      next(refusalOf(req, 'ERR_WEBHOOK_METHOD'));
      return;
    }
    const { token, answer } = handshake;
    const conclude = (judged: true | WebhookErrorCode | WebhookError): void => {
      const echo = answer.echo === undefined ? '' : one(answer.echo);
      const isEchoable = echo !== undefined && (answer.echo === undefined || CHALLENGE.test(echo));
      if (judged === true && isEchoable) finish(req, res, answer.status ?? 200, echo, TEXT_TYPE);
      else next(judged instanceof WebhookError ? judged : refusalOf(req, 'ERR_WEBHOOK_EVENT'));
    };
    // A wrong token is a failed guess, which counts.
    const judged =
      token === undefined ||
      judgeWithinLimits(exchangeAt(req), true, () => isToken(one(token)) || ('ERR_WEBHOOK_EVENT' as const));
    void Promise.resolve(whenReady(judged, conclude)).catch(next);
  }

  function answerSigned({ payload }: Webhook, req: Request, res: Response, next: NextFunction): void {
    const { verdict } = exchangeAt(req);
    const handshake = signed.find(({ when }) => matches(when, payload));
    // Not for what passed unverified in the mode 'report', nor by another provider of the same route.
    if (handshake === undefined || verdict?.claims.plan.provider !== provider) {
      next();
      return;
    }
    const { status = 200, echo, json } = handshake.answer;
    const text = json === undefined ? textAt(payload, echo) : fillJson(json, payload, verdict.secret);
    // Half a challenge, or none, would be a wrong answer.
    if (text === undefined) next(refusalOf(req, 'ERR_WEBHOOK_EVENT'));
    else finish(req, res, status, text, json === undefined ? TEXT_TYPE : JSON_TYPE);
  }
}

const NO_CONTENT = { before: '', body: undefined, after: '' };

function finish(req: Request, res: Response, status: number, text: string, type: string): void {
  exchangeAt(req).notes.push('handshake');
  sendText(res, status, text, type);
}

function matches({ body = {}, has, lacks, empty }: HandshakeDefinition['when'], payload: unknown): boolean {
  return (
    Object.entries(body).every(([path, value]) => valueAt(payload, path) === value) &&
    (has === undefined || valueAt(payload, has) !== undefined) &&
    (lacks === undefined || valueAt(payload, lacks) === undefined) &&
    (empty === undefined || isEmptyList(valueAt(payload, empty)))
  );
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The template with its fields filled in; `undefined` where the payload lacks one. */
function fillJson(
  template: Readonly<Record<string, string | number>>,
  payload: unknown,
  secret: PreparedSecret,
): string | undefined {
  const fill = (value: string | number): string | number | undefined => {
    const [, hmac, path] = /^\{(hmac )?(.+)\}$/.exec(String(value)) ?? [];
    if (path === undefined) return value;
    const text = textAt(payload, path);
    if (hmac === undefined || text === undefined) return text;
    return secret.compute({ before: text, body: undefined, after: '' }).toString('hex');
  };
  const fields = Object.entries(template).map(([name, value]) => [name, fill(value)] as const);
  const isWhole = fields.every(([, value]) => value !== undefined);
  return isWhole ? JSON.stringify(Object.fromEntries(fields)) : undefined;
}

/** The text of a field; nothing where there is no field to echo, `undefined` where the field holds no short text. */
function textAt(payload: unknown, path: string | undefined): string | undefined {
  if (path === undefined) return '';
  const value = valueAt(payload, path);
  return typeof value === 'string' && value.length <= MAX_ECHO_LENGTH ? value : undefined;
}
