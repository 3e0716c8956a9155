import { chain, type Awaitable } from '../awaitable';
import { WebhookError, type WebhookErrorCode } from '../errors';

/** A limit of failed authentications by address, which `limitRate()` adds to the state of a request. */
export interface FailureLimit {
  /** How a guess is refused whose address had failed too often when the request came; `undefined` where it had not. */
  readonly refuseGuess: () => WebhookError | undefined;
  /** Looks again right before a guess is tried, and waits for its turn: the refusal, or what ends the turn. */
  readonly enter: () => Promise<WebhookError | (() => void)>;
  /** Counts a failed authentication; the refusal where the address had failed too often before. */
  readonly count: () => Promise<WebhookError | undefined>;
}

/** The limits of a request. */
export interface Limited {
  readonly limits: readonly FailureLimit[];
  /** The mode `'report'` counts and refuses nothing. */
  readonly report: boolean;
}

/** The result of an authentication; a code says that it has failed. */
export type AuthenticationResult<T> = T | WebhookErrorCode;

/** The refusal of a guess by what was known when the request came. */
export function refuseGuess({ limits, report }: Limited): WebhookError | undefined {
  if (report) return undefined;
  return findRefusal(limits.map((limit) => limit.refuseGuess()));
}

/**
 * Authenticates a delivery within the limits of its address, and counts a failure. A secret that can be guessed is not
 * compared once the limit is passed. One that cannot is tried all the same: failing from the address of a genuine
 * sender must not shut it out. Only the failure is then answered as one too many.
 */
export function authenticateWithinLimits<T extends object | true>(
  { limits, report }: Limited,
  isGuessable: boolean,
  authenticate: () => Awaitable<AuthenticationResult<T>>,
): Awaitable<AuthenticationResult<T> | WebhookError> {
  if (report || limits.length === 0) return authenticate();
  if (isGuessable) return authenticateInTurn(limits, authenticate);
  return chain(authenticate(), (result) => countIfFailed(limits, result));
}

/** Counts a failed authentication by every limit: its code, or the refusal by a limit that was passed before. */
export async function countFailure(
  limits: readonly FailureLimit[],
  code: WebhookErrorCode,
): Promise<WebhookErrorCode | WebhookError> {
  return findRefusal(await Promise.all(limits.map((limit) => limit.count()))) ?? code;
}

async function authenticateInTurn<T extends object | true>(
  limits: readonly FailureLimit[],
  authenticate: () => Awaitable<AuthenticationResult<T>>,
): Promise<AuthenticationResult<T> | WebhookError> {
  const ends: (() => void)[] = [];
  try {
    for (const limit of limits) {
      const entered = await limit.enter();
      if (entered instanceof WebhookError) return entered;
      ends.push(entered);
    }
    return await countIfFailed(limits, await authenticate());
  } finally {
    for (const end of ends) end();
  }
}

function countIfFailed<T extends object | true>(
  limits: readonly FailureLimit[],
  result: AuthenticationResult<T>,
): Awaitable<AuthenticationResult<T> | WebhookError> {
  return typeof result === 'string' ? countFailure(limits, result) : result;
}

function findRefusal(refusals: readonly (WebhookError | undefined)[]): WebhookError | undefined {
  return refusals.find((refusal) => refusal !== undefined);
}
