import type { SignedContent } from '../../core/signature';
import { makeVariant, type Variant } from '../findings';
import type { ParsedHeaders } from '../read-headers';
import type { Subject } from '../subject';
import { listOtherTimes } from './time';
import { listUrls } from './url';

/** Content that may have been signed beside the body: parts as in a provider's `signed`, and their values. */
export interface Content {
  readonly parts: readonly string[];
  readonly timestamp: string;
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly secretLast: boolean;
}

const BODY = '{body}';
const TIME = '{timestamp}';
const ID = '{id}';

// Content that senders sign by mistake.
const LAYOUTS: readonly (readonly [string, readonly string[]])[] = [
  ['the timestamp, a dot and the body', [TIME, '.', BODY]],
  ['the timestamp and the body with nothing in between', [TIME, BODY]],
  ['the timestamp, a colon and the body', [TIME, ':', BODY]],
  ['the timestamp, a line break and the body', [TIME, '\n', BODY]],
  ['the timestamp, a vertical bar and the body', [TIME, '|', BODY]],
  ['the body, a dot and the timestamp', [BODY, '.', TIME]],
  ['the body and the timestamp with nothing in between', [BODY, TIME]],
  ['the id, the timestamp and the body, with dots', [ID, '.', TIME, '.', BODY]],
  ['the id, the timestamp and the body with nothing in between', [ID, TIME, BODY]],
  ['the timestamp, the id and the body, with dots', [TIME, '.', ID, '.', BODY]],
  ['the id, a dot and the body', [ID, '.', BODY]],
  ['version, timestamp and body, with colons', ['v0:', TIME, ':', BODY]],
  ['the address and the body', ['{url}', BODY]],
  ['the method, the address and the body', ['{method}', '{url}', BODY]],
  ['the method, the address, the body and the timestamp', ['{method}', '{url}', BODY, TIME]],
  ['the timestamp alone', [TIME]],
  ['the word "undefined" in place of the timestamp, a dot and the body', ['undefined.', BODY]],
];

/** The content that the provider signs, then other content that may have been signed. */
export function listContents(subject: Subject, reading: ParsedHeaders): readonly Variant<Content>[] {
  const { plan: compiled, delivery } = subject;
  const signed = compiled.provider.signed.filter((part) => part !== '{secret}');
  const urls = listUrls(subject);
  const base = { parts: signed, method: delivery.method, secretLast: compiled.secretLast };
  // Without any address nothing of such a scheme can be tried.
  const filled = urls.slice(0, 1).flatMap((url) =>
    reading.timestamps.flatMap((timestamp) =>
      reading.ids.map((id) => ({
        value: { ...base, url: url.value, timestamp: timestamp.value, id: id.value },
        differences: [...url.differences, ...timestamp.differences, ...id.differences],
      })),
    ),
  );
  const others = filled.slice(0, 1).flatMap((first) => [
    ...urls.slice(1).map(({ value, differences }) => ({
      value: { ...first.value, url: value },
      differences: [...differences, ...first.differences],
    })),
    ...listMethods(subject, first),
    ...listLayouts(subject, first),
  ]);
  return [...filled, ...others];
}

/** The content of a guess with the bytes of a body. */
export function fillContent({ parts, secretLast, ...values }: Content, body: Buffer): SignedContent {
  const fill = (part: string): string => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return name === undefined ? part : values[name as keyof typeof values];
  };
  const cut = parts.indexOf(BODY);
  const before = cut === -1 ? parts : parts.slice(0, cut);
  const after = cut === -1 ? [] : parts.slice(cut + 1);
  return {
    before: before.map(fill).join(''),
    body: cut === -1 ? undefined : body,
    after: after.map(fill).join(''),
    secretLast,
  };
}

function listMethods({ plan: compiled }: Subject, first: Variant<Content>): readonly Variant<Content>[] {
  if (!compiled.provider.signed.includes('{method}')) return [];
  const own = first.value.method;
  return [...new Set([...compiled.provider.methods, 'POST', 'PUT', own.toLowerCase(), own.toUpperCase()])]
    .filter((method) => method !== own)
    .map((method) => {
      const observed = `The delivery came by ${own}, but what was signed has the method ${method}.`;
      const { value, differences } = makeVariant({ ...first.value, method }, 'signed-method', observed);
      return { value, differences: [...differences, ...first.differences] };
    });
}

function listLayouts(
  subject: Subject,
  { value, differences }: Variant<Content>,
): readonly Variant<Content>[] {
  const { provider } = subject.plan;
  const signsTime = provider.signed.includes(TIME);
  const body = makeVariant(
    { ...value, parts: [BODY] },
    signsTime ? 'signed-without-timestamp' : 'signed-other-content',
    `What was signed is the body alone, where ${provider.name} signs more.`,
  );
  // A timestamp that the provider does not sign may be in any header, so these are for what was read.
  const times = value.timestamp === '' ? listTimes(subject) : [value.timestamp];
  const others = LAYOUTS.flatMap(([words, parts]) =>
    (parts.includes(TIME) ? times : ['']).map((timestamp) =>
      makeVariant(
        { ...value, parts, timestamp },
        'signed-other-content',
        `What was signed is ${words}, which is not what ${provider.name} signs.`,
      ),
    ),
  );
  // The faults of the headers stay.
  return [body, ...others].map((variant) => ({
    value: variant.value,
    differences: [...variant.differences, ...differences],
  }));
}

function listTimes({ delivery, plan: compiled }: Subject): readonly string[] {
  return Object.entries(delivery.headers)
    .filter(([name]) => /time|date/i.test(name) && name !== 'date')
    .flatMap(([, value]) => (typeof value === 'string' && value.length < 40 ? [value] : []))
    .slice(0, 3)
    .flatMap((text) => [text, ...listOtherTimes(compiled.provider, text).map(({ value }) => value)]);
}
