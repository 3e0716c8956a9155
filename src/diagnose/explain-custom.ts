import { isThenable, chain } from '../awaitable';
import { readMessage } from '../core/custom';
import type { Delivery } from '../core/delivery';
import type { CompiledProvider } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import {
  keepValue,
  makeFinding,
  proveFindings,
  type Finding,
  type Difference,
  type Variant,
} from './findings';
import { describeMissing, describeRepeated, findLookAlikes, readValues } from './header-values';
import { findBodyHints, nameRenamed } from './hints';
import { findSecretHints } from './mistakes/secret-looks';
import { findWindowFaults } from './mistakes/time';
import { findOtherProviders, putFirst } from './other-providers';
import { describeUnknown, type UsableSecrets } from './verdict';
import { HEADER_MISTAKES } from './mistakes/header-text';
import { undoMistakes } from './mistakes/mistake';
import { findFirst, isUsual, listBodies } from './search';
import { listSecretTexts } from './mistakes/secret';
import { showText, type Subject } from './subject';
import { listUrls } from './mistakes/url';

type CustomScheme = NonNullable<CompiledProvider['custom']>;

/** The parts of a delivery as they may have been. */
type Parts = Readonly<Record<'urls' | 'headers' | 'bodies', readonly Variant<Partial<Delivery>>[]>>;
type Found = readonly Difference[] | undefined;

const MOST_BODY = 256 * 1024;
const PAIRS_UP_TO = 16 * 1024;
const PAIRED_PARTS = 60;
const PAIRED_TEXTS = 12;

/** The differences without which a scheme that is code accepts a delivery, and the time that it then finds. */
interface CustomMatch {
  readonly differences: readonly Difference[];
  readonly timestamp: number | undefined;
}

/** Why a delivery does not verify by a scheme that is code. */
export function explainCustom(
  subject: Subject,
  custom: CustomScheme,
  usable: UsableSecrets,
  providers: readonly Provider[],
): readonly Finding[] {
  const faults = findCustomFaults(subject);
  const found = searchCustom(subject, custom);
  if (found !== undefined) {
    const times = found.timestamp === undefined ? [] : findWindowFaults(subject, found.timestamp);
    const renamed = found.differences.some(({ code }) => code === 'header-renamed');
    return [...proveFindings(found.differences), ...(renamed ? [] : faults), ...times];
  }
  const isUnsigned = faults.length === 0 && hasNoMessage(subject, custom);
  const others = findOtherProviders(subject, providers, faults.length === 0 && !isUnsigned);
  if (others.marked || others.findings.length > 0) return putFirst(others.findings, faults);
  if (faults.length > 0) return nameRenamed(subject, faults);
  if (isUnsigned) return [...findBodyHints(subject), describeNoMessage(subject)];
  const isChecked = usable.secrets.length > 0 && !(subject.plan.coversUrl && subject.publicUrl === undefined);
  return [
    ...findSecretHints(subject),
    ...findBodyHints(subject),
    ...(isChecked ? [describeUnknown(subject)] : []),
  ];
}

/** Whether the scheme finds nothing in the delivery that it could verify, whatever the secret is. */
function hasNoMessage({ delivery, now, toleranceMs, publicUrl }: Subject, custom: CustomScheme): boolean {
  const request = { ...delivery, url: publicUrl ?? delivery.url };
  try {
    return readMessage(custom, request, { now, toleranceMs, secretIds: ['default'] }) === undefined;
  } catch {
    return false;
  }
}

function describeNoMessage({ plan: { provider, signatureHeaders } }: Subject): Finding {
  const isInBody = signatureHeaders.length === 0;
  return makeFinding(
    isInBody ? 'signature-missing' : 'signature-malformed',
    'likely',
    `${isInBody ? 'The body has' : 'Headers and body have'} nothing in the form that ${provider.name} signs.`,
    'It is refused before any secret is tried.',
  );
}

/** Of the headers of a scheme that is code only this is known: each must be there once. */
function findCustomFaults(subject: Subject): readonly Finding[] {
  return subject.plan.signatureHeaders.flatMap((name) => {
    const values = readValues(subject.delivery, [name]);
    const role = name.includes('time') ? 'timestamp' : name.endsWith('-id') ? 'id' : 'signature';
    if (values.length === 0) return [describeMissing(subject, `${role}-missing`, name)];
    if (values.length > 1) return [describeRepeated(name, values.length)];
    if (values[0]?.trim() !== '') return [];
    const why = `${subject.plan.provider.name} never sends it empty.`;
    return [makeFinding(`${role}-malformed`, 'certain', `The header ${name} is empty.`, why)];
  });
}

/**
 * The same search for a scheme that is code: its own function is asked about one change at a time. Nothing is known
 * of its headers.
 */
function searchCustom(subject: Subject, custom: CustomScheme): CustomMatch | undefined {
  const { delivery, secrets, now, toleranceMs } = subject;
  if (delivery.body.length > MOST_BODY) return undefined;
  let timestamp: number | undefined;
  let isSlow = false;
  const accepts = (text: string, request: Delivery): boolean => {
    if (isSlow) return false;
    try {
      const key = custom.readSecret(text) as never;
      const context = { now, toleranceMs, secretIds: ['default'] };
      const verdict = chain(readMessage(custom, request, context), (message) =>
        message === undefined
          ? undefined
          : custom.verify(request, { ...context, key, secretId: 'default', message: message.value }),
      );
      if (isThenable(verdict)) {
        isSlow = true;
        // Its answer is not waited for.
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
  const received: Variant<Delivery> = {
    value: { ...delivery, url: url.value },
    differences: url.differences,
  };
  const attempt = (text: Variant<string>, ...parts: readonly Variant<Partial<Delivery>>[]): Found => {
    const sent = parts.reduce((all, { value }) => ({ ...all, ...value }), received.value);
    // The address of a part is named in place of the one that is tried with the others.
    const own = parts.some(({ value }) => value.url !== undefined) ? [] : received.differences;
    if (!accepts(text.value, sent)) return undefined;
    return [...parts.flatMap(({ differences }) => differences), ...own, ...text.differences];
  };
  const parts = listParts(subject, urls);
  const plain = secrets.map(({ value }) => keepValue(value));
  const texts = secrets.flatMap(listSecretTexts);
  const differences =
    findFirst(plain, (text) => attempt(text)) ??
    findFirst(Object.values(parts).flat(), (part) => findFirst(plain, (text) => attempt(text, part))) ??
    findFirst(texts, (text) => attempt(text)) ??
    (delivery.body.length > PAIRS_UP_TO
      ? undefined
      : tryPairs(plain, texts.slice(0, PAIRED_TEXTS), parts, attempt));
  return differences && { differences, timestamp };
}

function listParts(subject: Subject, urls: readonly Variant<string>[]): Parts {
  return {
    urls: urls.map(({ value, differences }) => ({ value: { url: value }, differences })),
    headers: listHeaderVariants(subject).map(({ value, differences }) => ({
      value: { headers: value },
      differences,
    })),
    bodies: [...listBodies(subject.delivery.body)].map(({ value, differences }) => ({
      value: { body: value },
      differences,
    })),
  };
}

/** A part with a secret that is written otherwise, then two parts of different kinds. */
function tryPairs(
  plain: readonly Variant<string>[],
  texts: readonly Variant<string>[],
  parts: Parts,
  attempt: (text: Variant<string>, ...parts: readonly Variant<Partial<Delivery>>[]) => Found,
): Found {
  const pick = (name: keyof Parts): Parts['urls'] => parts[name].filter(isUsual).slice(0, PAIRED_PARTS);
  const [urls, headers, bodies] = [pick('urls'), pick('headers'), pick('bodies')];
  const withTexts = findFirst([...urls, ...headers, ...bodies], (part) =>
    findFirst(texts, (text) => attempt(text, part)),
  );
  const kinds = [
    [urls, headers],
    [urls, bodies],
    [headers, bodies],
  ] as const;
  return (
    withTexts ??
    findFirst(kinds, ([some, others]) =>
      findFirst(some, (one) =>
        findFirst(others, (other) => findFirst(plain, (text) => attempt(text, one, other))),
      ),
    )
  );
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
  const rewritten = subject.plan.signatureHeaders.flatMap((name) => {
    const received = keepValue(String(headers[name] ?? ''));
    const written = [...undoMistakes(HEADER_MISTAKES, received, (says) => `The value of ${name} ${says}.`)];
    return written.map((text) => ({ ...text, value: { ...headers, [name]: text.value } }));
  });
  return [...(renamed.length === 0 ? [] : [{ value: { ...headers, ...given }, differences }]), ...rewritten];
}
