import { isThenable } from '../../eventually';
import type { Delivery } from '../delivery';
import { unchanged, type Change, type Variant } from './findings';
import { bodiesOf, first } from './search';
import { secretTexts } from './secret-changes';
import type { Subject } from './subject';
import { urlVariants } from './urls';

const MOST_BODY = 256 * 1024;

/**
 * The same search for a scheme that is code: its own function is asked about one change at a time. Nothing is known
 * of its headers.
 */
export function searchCustom(subject: Subject): readonly Change[] | undefined {
  const { plan, delivery, secrets, now, toleranceMs } = subject;
  const { custom } = plan;
  if (custom === undefined || delivery.body.length > MOST_BODY) return undefined;
  const accepts = (text: string, request: Delivery): boolean => {
    try {
      const key = custom.readSecret(text) as never;
      const verdict = custom.verify(request, { key, now, toleranceMs });
      if (!isThenable(verdict)) return verdict !== undefined;
      Promise.resolve(verdict).catch(() => undefined);
      return false;
    } catch {
      return false;
    }
  };
  const [url, ...urls] = urlVariants(subject);
  const request = { ...delivery, url: url?.value ?? delivery.url };
  const attempt = (text: Variant<string>, sent: Variant<Delivery>): readonly Change[] | undefined =>
    accepts(text.value, sent.value) ? [...sent.changes, ...text.changes, ...(url?.changes ?? [])] : undefined;
  const plain = secrets.map(({ value }) => unchanged(value));
  const requests = [
    ...urls.map(({ value, changes }) => ({ value: { ...request, url: value }, changes })),
    ...[...bodiesOf(delivery.body)].map(({ value, changes }) => ({
      value: { ...request, body: value },
      changes,
    })),
  ];
  return (
    first(secrets.flatMap(secretTexts), (text) => attempt(text, unchanged(request))) ??
    first(requests, (sent) => first(plain, (text) => attempt(text, sent)))
  );
}
