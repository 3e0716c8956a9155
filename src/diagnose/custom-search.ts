import { isThenable, chain } from '../awaitable';
import { readMessage } from '../core/custom';
import type { Delivery } from '../core/delivery';
import type { CompiledProvider } from '../core/compiled-provider';
import { makeVariant, keepValue, type Difference, type Variant } from './findings';
import { findLookAlikes } from './header-values';
import { HEADER_MISTAKES } from './mistakes/header-text';
import { listBodies, findFirst } from './search';
import { listSecretTexts } from './mistakes/secret';
import { showText, type Subject } from './subject';
import { listUrls } from './mistakes/url';

export type CustomScheme = NonNullable<CompiledProvider['custom']>;

const MOST_BODY = 256 * 1024;

/** What makes a scheme that is code accept a delivery, and the time that it then finds. */
export interface CustomMatch {
  readonly differences: readonly Difference[];
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
  const [url = keepValue(delivery.url), ...urls] = listUrls(subject);
  const request = { ...delivery, url: url.value };
  const attempt = (text: Variant<string>, sent: Variant<Delivery>): readonly Difference[] | undefined =>
    accepts(text.value, sent.value) ? [...sent.differences, ...text.differences] : undefined;
  const plain = secrets.map(({ value }) => keepValue(value));
  const received = { value: request, differences: url.differences };
  const requests = [
    received,
    ...urls.map(({ value, differences }) => ({ value: { ...request, url: value }, differences })),
    ...listHeaderVariants(subject).map(({ value, differences }) => ({
      value: { ...request, headers: value },
      differences: [...differences, ...url.differences],
    })),
    ...[...listBodies(delivery.body)].map(({ value, differences }) => ({
      value: { ...request, body: value },
      differences: [...differences, ...url.differences],
    })),
  ];
  const differences =
    findFirst(requests, (sent) => findFirst(plain, (text) => attempt(text, sent))) ??
    findFirst(secrets.flatMap(listSecretTexts), (text) => attempt(text, received));
  return differences && { differences, timestamp };
}

/** The headers as they may have been: those that are missing under their own names, and those that are written otherwise. */
function listHeaderVariants(subject: Subject): readonly Variant<Delivery['headers']>[] {
  const { headers } = subject.delivery;
  const missing = subject.plan.signatureHeaders.filter((name) => !Object.hasOwn(headers, name));
  const renamed = missing.flatMap((name) =>
    findLookAlikes(subject, name)
      .slice(0, 1)
      .map((other) => [name, other] as const),
  );
  const given = Object.fromEntries(renamed.map(([name, other]) => [name, headers[other]]));
  const differences = renamed.map(([name, other]) => {
    const observed = `What belongs into ${name} is in the header "${showText(other)}".`;
    return { code: 'header-renamed' as const, observed };
  });
  const rewritten = subject.plan.signatureHeaders.flatMap((name) =>
    HEADER_MISTAKES.flatMap(({ code, says, undo }) =>
      [...undo(String(headers[name] ?? ''))].map((text) =>
        makeVariant({ ...headers, [name]: text }, code, `The value of ${name} ${says}.`),
      ),
    ),
  );
  return [...(renamed.length === 0 ? [] : [{ value: { ...headers, ...given }, differences }]), ...rewritten];
}
