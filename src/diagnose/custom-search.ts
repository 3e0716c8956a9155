import { isThenable, chain } from '../awaitable';
import { readMessage } from '../core/custom';
import type { Delivery } from '../core/delivery';
import type { CompiledProvider } from '../core/compiled-provider';
import { changed, unchanged, type Change, type Variant } from './findings';
import { lookAlikes } from './header-values';
import { HEADER_MISTAKES } from './mistakes/header-text';
import { bodiesOf, first } from './search';
import { secretTexts } from './mistakes/secret';
import { shown, type Subject } from './subject';
import { urlVariants } from './mistakes/url';

export type CustomScheme = NonNullable<CompiledProvider['custom']>;

const MOST_BODY = 256 * 1024;

/** What makes a scheme that is code accept a delivery, and the time that it then finds. */
export interface CustomMatch {
  readonly changes: readonly Change[];
  readonly timestamp: number | undefined;
}

/**
 * The same search for a scheme that is code: its own function is asked about one change at a time. Nothing is known
 * of its headers.
 */
export function searchCustom(subject: Subject, custom: CustomScheme): CustomMatch | undefined {
  const { delivery, secrets, now, toleranceMs } = subject;
  if (delivery.body.length > MOST_BODY) return undefined;
  let timestamp: number | undefined;
  const accepts = (text: string, request: Delivery): boolean => {
    try {
      const key = custom.readSecret(text) as never;
      const context = { now, toleranceMs, secretIds: ['default'] };
      const verdict = chain(readMessage(custom, request, context), (message) =>
        message === undefined
          ? undefined
          : custom.verify(request, { ...context, key, secretId: 'default', message: message.value }),
      );
      if (isThenable(verdict)) {
        // Nobody waits for it.
        Promise.resolve(verdict).catch(() => undefined);
        return false;
      }
      timestamp = verdict?.timestamp;
      return verdict !== undefined;
    } catch {
      return false;
    }
  };
  const [url = unchanged(delivery.url), ...urls] = urlVariants(subject);
  const request = { ...delivery, url: url.value };
  const attempt = (text: Variant<string>, sent: Variant<Delivery>): readonly Change[] | undefined =>
    accepts(text.value, sent.value) ? [...sent.changes, ...text.changes] : undefined;
  const plain = secrets.map(({ value }) => unchanged(value));
  const received = { value: request, changes: url.changes };
  const requests = [
    received,
    ...urls.map(({ value, changes }) => ({ value: { ...request, url: value }, changes })),
    ...listHeaderVariants(subject).map(({ value, changes }) => ({
      value: { ...request, headers: value },
      changes: [...changes, ...url.changes],
    })),
    ...[...bodiesOf(delivery.body)].map(({ value, changes }) => ({
      value: { ...request, body: value },
      changes: [...changes, ...url.changes],
    })),
  ];
  const changes =
    first(requests, (sent) => first(plain, (text) => attempt(text, sent))) ??
    first(secrets.flatMap(secretTexts), (text) => attempt(text, received));
  return changes && { changes, timestamp };
}

/** The headers as they may have been: those that are missing under their own names, and those that are written otherwise. */
function listHeaderVariants(subject: Subject): readonly Variant<Delivery['headers']>[] {
  const { headers } = subject.delivery;
  const missing = subject.plan.signatureHeaders.filter((name) => !Object.hasOwn(headers, name));
  const renamed = missing.flatMap((name) =>
    lookAlikes(subject, name)
      .slice(0, 1)
      .map((other) => [name, other] as const),
  );
  const given = Object.fromEntries(renamed.map(([name, other]) => [name, headers[other]]));
  const changes = renamed.map(([name, other]) => {
    const observed = `What belongs into ${name} is in the header "${shown(other)}".`;
    return { code: 'header-renamed' as const, observed };
  });
  const rewritten = subject.plan.signatureHeaders.flatMap((name) =>
    HEADER_MISTAKES.flatMap(({ code, says, undo }) =>
      [...undo(String(headers[name] ?? ''))].map((text) =>
        changed({ ...headers, [name]: text }, code, `The value of ${name} ${says}.`),
      ),
    ),
  );
  return [...(renamed.length === 0 ? [] : [{ value: { ...headers, ...given }, changes }]), ...rewritten];
}
