import { isThenable, whenReady, type Eventually } from '../eventually';
import type { WebhookErrorCode } from '../errors';
import type { Delivery } from './delivery';
import { isFresh, judge, type Claims, type Verdict } from './judge';
import type { PreparedSecret } from './secrets';

/** What a `verify` function of your own works with. */
export interface CustomContext<Key = string> {
  /** What `readSecret` made of one secret; the text itself where there is no `readSecret`. */
  readonly key: Key;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The window on each side of `now`. */
  readonly toleranceMs: number;
}

/** What a `verify` function of your own found authentic. */
export interface CustomVerdict {
  /** The signed time of sending, in milliseconds since 1970; the window is checked for you. */
  readonly timestamp?: number | undefined;
  /** The signed id. */
  readonly id?: string | undefined;
  /** Whether the signature covers the body. @default true */
  readonly coversBody?: boolean | undefined;
}

/** The functions of a provider that is not data. */
export interface CustomScheme {
  readonly headers: readonly string[];
  readonly readSecret: (text: string) => unknown;
  readonly verify: (
    delivery: Delivery,
    context: CustomContext<never>,
  ) => Eventually<CustomVerdict | undefined>;
  readonly sign:
    ((delivery: Delivery, context: CustomContext<never>) => Readonly<Record<string, string>>) | undefined;
}

/** The judgement over the bytes: at once where the provider is data. What a function of its own throws is thrown. */
export function judgeDelivery(
  claims: Claims,
  secrets: readonly PreparedSecret[],
  delivery: Delivery,
  now: number,
  toleranceMs: number,
): Eventually<Verdict | WebhookErrorCode> {
  const { custom } = claims.plan;
  return custom === undefined
    ? judge(claims, secrets, delivery, now, toleranceMs)
    : judgeCustom(claims, custom, secrets, delivery, now, toleranceMs);
}

/** Judges a delivery by a provider's own function, with one secret after the other. */
function judgeCustom(
  claims: Claims,
  scheme: CustomScheme,
  secrets: readonly PreparedSecret[],
  delivery: Delivery,
  now: number,
  toleranceMs: number,
): Eventually<Verdict | WebhookErrorCode> {
  const [secret, ...others] = secrets.filter(
    ({ notBefore, notAfter }) => now >= notBefore && now <= notAfter,
  );
  if (secret === undefined) return 'ERR_WEBHOOK_SIGNATURE';
  const result = secret.verify(scheme, delivery, now, toleranceMs);
  return whenReady(result, (verdict) => {
    if (verdict === undefined) return judgeCustom(claims, scheme, others, delivery, now, toleranceMs);
    const { timestamp, id = '', coversBody = true } = verdict;
    if (!isFresh(timestamp, now, toleranceMs)) return 'ERR_WEBHOOK_TIMESTAMP';
    return { claims: { ...claims, id }, secret, timestamp, covers: { body: coversBody, id: id !== '' } };
  });
}

/** What is there already; a `TypeError` where it is still to come. */
export function nowOrNever<T>(value: Eventually<T>, provider: string): T {
  if (!isThenable(value)) return value;
  // Nobody waits for it any more.
  Promise.resolve(value).catch(() => undefined);
  throw new TypeError(`verifySync() cannot be used for ${provider}, which needs time: use verify()`);
}
