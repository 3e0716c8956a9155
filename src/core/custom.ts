import { isThenable, chain, type Awaitable } from '../awaitable';
import type { WebhookErrorCode } from '../errors';
import { AN_OBJECT, checkOptions, describeType, type OptionChecks } from '../options';
import type { CustomScheme, CustomVerdict, ReadContext, SecretContext } from './custom-scheme';
import type { Delivery } from './delivery';
import { getDummies } from './dummies';
import { authenticate, type ParsedSignature, type TimeWindow, type Verdict } from './authenticate';
import { isFresh } from './timestamp';
import { isDummy, type PreparedSecret } from './secrets';
import { isInUse } from './secret-option';
import type { SignedContent } from './signature';

// Of a function it is not known what it has hashed.
const NO_CONTENT: SignedContent = { before: '', body: undefined, after: '' };

// Messages about a verdict show no values, because these come from the delivery.
const VERDICT_CHECKS: OptionChecks = {
  timestamp: { accepts: (value) => typeof value === 'number', expects: 'milliseconds', secret: true },
  id: { accepts: (value) => typeof value === 'string', expects: 'a string', secret: true },
  coversBody: { accepts: (value) => typeof value === 'boolean', expects: 'true or false' },
  payload: { ...AN_OBJECT, secret: true },
  coversEvent: { accepts: (value) => typeof value === 'boolean', expects: 'true or false' },
  alsoSigned: { accepts: (value) => typeof value === 'string', expects: 'a string', secret: true },
};

/** Authenticates the bytes: at once where the provider is data. What a function of its own throws is thrown. */
export function authenticateDelivery(
  parsedSignature: ParsedSignature,
  secrets: readonly PreparedSecret[],
  delivery: Delivery,
  window: TimeWindow,
): Awaitable<Verdict | WebhookErrorCode> {
  const { custom } = parsedSignature.compiled;
  if (custom === undefined) return authenticate(parsedSignature, secrets, delivery, window);
  const valid = secrets.filter((secret) => isInUse(secret, window.now));
  const tried = valid.length === 0 ? getDummies(parsedSignature.compiled) : valid;
  const context = { ...window, secretIds: tried.map(({ id }) => id) };
  return chain(readMessage(custom, delivery, context), (message) => {
    if (message === undefined) return 'ERR_WEBHOOK_SIGNATURE';
    const known = { ...context, message: message.value };
    return authenticateCustom({ parsedSignature, scheme: custom, delivery, context: known }, tried);
  });
}

/** The fields that a scheme reads of a delivery, once for all secrets; `undefined` where it refuses already. */
export function readMessage(
  { read }: CustomScheme,
  delivery: Delivery,
  context: ReadContext,
): Awaitable<{ readonly value: never } | undefined> {
  // The cast is safe: only the functions of the same provider see the value, and they have its type.
  if (read === undefined) return { value: undefined as never };
  return chain(read(delivery, context), (value) =>
    value === undefined ? undefined : { value: value as never },
  );
}

/** A delivery, and the function that says of each secret whether it is authentic by it. */
interface Question {
  readonly parsedSignature: ParsedSignature;
  readonly scheme: CustomScheme;
  readonly delivery: Delivery;
  readonly context: SecretContext;
}

/** Authenticates a delivery by a provider's own function, with one secret after the other. */
function authenticateCustom(
  question: Question,
  [secret, ...others]: readonly PreparedSecret[],
): Awaitable<Verdict | WebhookErrorCode> {
  if (secret === undefined) return 'ERR_WEBHOOK_SIGNATURE';
  const { parsedSignature, scheme, delivery, context } = question;
  const own = { ...context, secretId: secret.id };
  return chain(secret.verify(scheme, delivery, own), (verdict) =>
    // A function that does not look at its key finds a dummy right.
    verdict === undefined || isDummy(secret)
      ? authenticateCustom(question, others)
      : acceptVerdict(parsedSignature, secret, verdict, context),
  );
}

function acceptVerdict(
  parsedSignature: ParsedSignature,
  secret: PreparedSecret,
  given: CustomVerdict,
  { now, toleranceMs }: SecretContext,
): Verdict | WebhookErrorCode {
  const verdict = checkVerdict(parsedSignature.compiled.provider.name, given);
  const { timestamp, id = '', coversBody = true, coversEvent = false, alsoSigned = '' } = verdict;
  if (!isFresh(timestamp, now, toleranceMs)) return 'ERR_WEBHOOK_TIMESTAMP';
  const timestampText = `${timestamp ?? ''} ${alsoSigned}`;
  const part = verdict.payload ?? (coversBody ? undefined : {});
  const covers = { body: part === undefined, part, id, event: coversEvent };
  const own = { ...parsedSignature, timestampText, timestamp, id };
  return { parsedSignature: own, secret, timestamp, covers, content: NO_CONTENT };
}

// Without types `false` may come from a comparison: it must not pass for a verdict without facts.
function checkVerdict(provider: string, verdict: CustomVerdict): CustomVerdict {
  if (!AN_OBJECT.accepts(verdict)) {
    throw new TypeError(
      `the "verify" of ${provider} must answer with a verdict or undefined, got ${describeType(verdict)}`,
    );
  }
  return checkOptions(`the verdict of ${provider}`, verdict, VERDICT_CHECKS);
}

/** The value itself. Throws a `TypeError` where it is still a promise. */
export function nowOrNever<T>(value: Awaitable<T>, provider: string): T {
  if (!isThenable(value)) return value;
  // Its result is not wanted any more, and a rejection must not end the process.
  Promise.resolve(value).catch(() => undefined);
  throw new TypeError(`verifySync() cannot be used for ${provider}, which needs time: use verify()`);
}
