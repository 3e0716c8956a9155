import type { Request, RequestHandler, Response } from 'express';
import { chain, runWithTimeout, type Awaitable } from '../awaitable';
import { cutQuery, makeAddressResolver } from '../core/address';
import type { Webhook } from '../core/delivery';
import {
  computeAnswer,
  computeFields,
  makeAnswer,
  makeAnswerHeaders,
  type AnswerKeys,
} from '../core/handshakes';
import { matchesBody } from '../core/handshake-body';
import { describeKeyPair } from '../core/key-shapes';
import { getCompiled } from '../core/compiled-provider';
import type { HandshakeDefinition } from '../core/handshake-definition';
import type { Provider } from '../core/provider';
import { isDummy, newestAt } from '../core/secrets';
import { isInUse, type SecretOption } from '../core/secret-option';
import { makeCheck } from '../core/signature';
import { A_SECRET, A_URL } from '../core/checks';
import { WebhookError, type WebhookErrorCode } from '../errors';
import {
  A_FUNCTION,
  A_TEXT,
  checkOptions,
  integerBetween,
  type OptionCheck,
  type OptionChecks,
} from '../options';
import { sendText } from '../request/answer';
import { authenticateWithinLimits } from '../request/failure-limits';
import { findHandshake, makeOpenCheck, readOnce, type FoundHandshake } from '../request/find-handshake';
import { makeSecretSource, type SecretLookup, type SecretSource } from '../request/secret-source';
import { listUnsigned, tellSecret, type OnSecret } from '../request/handed-over-secret';
import { makeRefusal } from '../request/refuse';
import type { RequestState } from '../request/state';
import { asMiddleware, type Step, type StepResult } from '../request/step';
import { A_PROVIDER } from '../request/scheme';

export interface AnswerHandshakesOptions {
  readonly provider: Provider;
  /** The text that the sender repeats in its challenge, as it is set there (Meta, Strava, eBay). */
  readonly verifyToken?: string | undefined;
  /** Needed where an answer to an unsigned request has an HMAC (X, LinkedIn). */
  readonly secret?: SecretOption | SecretLookup | undefined;
  /**
   * Called with the secret that a sender hands over before it signs (Asana, Notion). Anyone can send such a request, so
   * keep the secret only while you set the webhook up, and look at `req`. What it throws, or rejects with, is answered
   * 503. @default none: such a request is refused
   */
  readonly onSecret?: OnSecret | undefined;
  /** How long a look-up of secrets, or `onSecret`, may take. @default 5000 */
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
  onSecret: A_FUNCTION,
  secretTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  publicUrl: A_URL,
};

const TEXT_TYPE = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const NO_CONTENT = { before: '', body: undefined, after: '' };

/** The handshakes of a provider, with all that their answers need. */
interface Settings {
  readonly provider: Provider;
  readonly signed: readonly HandshakeDefinition[];
  readonly unsigned: readonly HandshakeDefinition[];
  readonly verifyToken: string | undefined;
  /** Makes the address as the sender knows it of that of a request. */
  readonly resolveAddress: (url: string) => string;
  /** `undefined` where no answer to an unsigned request has an HMAC. */
  readonly findSecrets: SecretSource | undefined;
  readonly onSecret: OnSecret | undefined;
  readonly secretTimeoutMs: number;
  /** Whether a request has no signature header. */
  readonly isOpen: (req: Request) => boolean;
  /** Whether a text is the verify token, compared in constant time. */
  readonly isToken: (given: string | undefined) => boolean;
}

/** The parts of an answer, each `undefined` where a field of it is missing. */
interface Filled {
  readonly text: string | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** A request that may be a handshake. */
interface Arrival {
  readonly state: RequestState;
  readonly req: Request;
  readonly res: Response;
}

/**
 * Answers the requests by which a sender tries the receiver, as its provider describes them. Mounted before
 * `checkHeaders()` it answers those that come unsigned, behind `verifySignature()` the signed ones; everything else
 * passes. Unsigned ones that are known by their body need `captureRawBody()` before it.
 */
export function answerHandshakes(options: AnswerHandshakesOptions): RequestHandler {
  return asMiddleware(answerHandshakesStep(options));
}

/** The step of `answerHandshakes()`. */
export function answerHandshakesStep(options: AnswerHandshakesOptions): Step {
  const settings = readSettings(checkOptions('answerHandshakes()', options, CHECKS));
  const { unsigned } = settings;

  return function answerHandshakes(state, req, res) {
    const { webhook } = req;
    const arrival = { state, req, res };
    if (webhook !== undefined) return answerSigned(settings, webhook, arrival);
    const isMethod = unsigned.some(({ when }) => when.method === req.method);
    return isMethod ? answerUnsigned(settings, arrival) : undefined;
  };
}

function readSettings(checked: AnswerHandshakesOptions): Settings {
  const { provider, verifyToken, onSecret, secretTimeoutMs = 5000, publicUrl } = checked;
  getCompiled(provider);
  const handshakes = provider.handshakes ?? [];
  const unsigned = listUnsigned(provider, onSecret);
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
  const check = verifyToken === undefined ? undefined : makeCheck('token', Buffer.from(verifyToken));
  return {
    provider,
    signed: handshakes.filter(({ when }) => when.method === undefined),
    unsigned,
    verifyToken,
    resolveAddress: makeAddressResolver(publicUrl),
    findSecrets,
    onSecret,
    secretTimeoutMs,
    isOpen,
    isToken: (given) => given !== undefined && check?.(NO_CONTENT, [Buffer.from(given)]) === true,
  };
}

function answerUnsigned(settings: Settings, arrival: Arrival): Awaitable<StepResult> {
  const { state, req } = arrival;
  // Not by URL, which throws for some paths that Node lets through.
  const query = new URLSearchParams(/\?(.*)/.exec(req.originalUrl)?.[1]);
  const isPost = req.method === 'POST';
  const found =
    isPost && !settings.isOpen(req) ? undefined : findHandshake(settings.unsigned, state, req, query);
  if (found === undefined) {
    // Any other POST is a delivery. A sender whose deliveries come by GET too (HubSpot, Sanity) has no such handshake.
    return isPost ? undefined : makeRefusal(state, 'ERR_WEBHOOK_METHOD');
  }
  const { token, wrongToken } = found.handshake;
  if (token === undefined) return answerFound(settings, found, arrival);
  // A wrong token is a failed guess, which counts.
  const checkToken = (): true | WebhookErrorCode =>
    settings.isToken(readOnce(query, token)) || 'ERR_WEBHOOK_EVENT';
  return chain(authenticateWithinLimits(state, true, checkToken), (result) => {
    if (result === true) return answerFound(settings, found, arrival);
    if (result instanceof WebhookError) return result;
    return wrongToken === undefined ? makeRefusal(state, result) : new WebhookError(result, wrongToken);
  });
}

function answerFound(settings: Settings, found: FoundHandshake, arrival: Arrival): Awaitable<StepResult> {
  const told = tellSecret(settings, found, arrival);
  return chain(told, (refusal) => refusal ?? answerUntold(settings, found, arrival));
}

function answerUntold(
  { resolveAddress, findSecrets, secretTimeoutMs, verifyToken }: Settings,
  { handshake, read }: FoundHandshake,
  arrival: Arrival,
): Awaitable<StepResult> {
  const { state, req } = arrival;
  const url = cutQuery(resolveAddress(req.originalUrl));
  const answer = (hmac: AnswerKeys['hmac']): StepResult =>
    sendAnswer(
      handshake,
      {
        text: makeAnswer(handshake.answer, read, { hmac, verifyToken, url }),
        headers: makeAnswerHeaders(handshake.answer, read),
      },
      arrival,
    );
  const needsHmac = computeAnswer(handshake).some(({ digest }) => digest === 'hmac');
  if (findSecrets === undefined || !needsHmac) return answer(undefined);
  return chain(
    runWithTimeout(() => findSecrets(req), secretTimeoutMs),
    (outcome) => {
      if (outcome.kind !== 'value') {
        const cause = outcome.kind === 'thrown' ? outcome.thrown : undefined;
        return makeRefusal(state, 'ERR_WEBHOOK_SECRET', cause);
      }
      const { now } = state;
      // A dummy stands where the look-up knows no secret.
      const usable = outcome.value.secrets.filter((secret) => isInUse(secret, now) && !isDummy(secret));
      const hmac = (text: string): Buffer => newestAt(usable, now).compute({ ...NO_CONTENT, before: text });
      return answer(usable.length === 0 ? undefined : hmac);
    },
  );
}

function answerSigned(settings: Settings, { payload }: Webhook, arrival: Arrival): StepResult {
  const { signed, provider, verifyToken } = settings;
  const { verdict, source } = arrival.state;
  const handshake = signed.find(({ when }) => matchesBody(when, payload));
  // Not for a delivery that passed unverified in the mode 'report', nor by another provider of the same route.
  if (handshake === undefined || verdict?.parsedSignature.compiled.provider !== provider) return undefined;
  const { secret } = verdict;
  const hmac = (text: string): Buffer => secret.compute({ ...NO_CONTENT, before: text });
  const read = computeFields(payload, source);
  const text = makeAnswer(handshake.answer, read, { hmac, verifyToken, url: '' });
  return sendAnswer(handshake, { text, headers: makeAnswerHeaders(handshake.answer, read) }, arrival);
}

function sendAnswer(
  { answer }: HandshakeDefinition,
  { text, headers }: Filled,
  { state, res }: Arrival,
): StepResult {
  // Half a challenge, or none, would be a wrong answer.
  if (text === undefined || headers === undefined) return makeRefusal(state, 'ERR_WEBHOOK_EVENT');
  state.notes.push('handshake');
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  sendText(res, answer.status ?? 200, text, answer.json === undefined ? TEXT_TYPE : JSON_TYPE);
  return 'answered';
}
