import { createHmac, timingSafeEqual } from 'node:crypto';
import { escape } from 'node:querystring';
import { defineProvider } from '../core/define-provider';
import type { Delivery } from '../core/delivery';
import { decodeHex } from '../core/encoding';
import { headerText, readHeader } from '../core/headers';
import { formatTimestamp, parseTimestamp } from '../core/timestamp';

const SIGNATURE = 'x-contentful-signature';
const SIGNED_HEADERS = 'x-contentful-signed-headers';
const TIMESTAMP = 'x-contentful-timestamp';
const TOPIC = 'x-contentful-topic';

const SECRET = /^[0-9A-Za-z+/=_-]{64}$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const MAX_SIGNED_HEADERS = 64;

/**
 * Contentful, request verification: method, path, body, and the headers that the delivery lists, within 30 seconds.
 * The event is `X-Contentful-Topic`, trusted where it is listed. The secret is the signing secret of 64 characters.
 * Its headers are signed as `name:value;name:value`, so a value that reads like another signed header is refused.
 * Deliveries by GET have no payload and are not taken. Behind a proxy that changes the path, give `publicUrl`.
 */
export const contentful = defineProvider({
  name: 'contentful',
  group: 'content',
  docs: 'https://www.contentful.com/developers/docs/webhooks/request-verification/',
  about: {
    signed: 'method + path + the headers that the delivery lists + body',
    notSigned: 'origin, and the headers that it does not list',
  },
  headers: [SIGNATURE, SIGNED_HEADERS, TIMESTAMP],
  guessable: false,
  toleranceSeconds: 30,
  event: { header: 'X-Contentful-Topic' },
  methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  retries: { hours: 0.017, source: 'https://www.contentful.com/developers/docs/webhooks/retry-policy/' },
  alsoSends:
    'any of its content types for JSON, and forms, by setting; GET, which has no payload and is not taken',
  refusal: { status: 401 },

  readSecret(text) {
    if (!SECRET.test(text)) throw new TypeError('the signing secret has 64 characters of base64 or hex');
    return text;
  },

  verify(delivery, { key }) {
    const time = headerText(delivery, TIMESTAMP);
    const timestamp = parseTimestamp(time, 'milliseconds');
    const claimed = decodeHex(headerText(delivery, SIGNATURE));
    const names = readNames(headerText(delivery, SIGNED_HEADERS));
    const headers = names && headerLine(names, delivery);
    if (Number.isNaN(timestamp) || claimed?.length !== 32 || names === undefined || headers === undefined) {
      return undefined;
    }
    const path = spellings(delivery.url).find((spelling) =>
      timingSafeEqual(claimed, compute(key, delivery, spelling, headers)),
    );
    if (path === undefined) return undefined;
    const alsoSigned = [delivery.method, path, headers].join('\n');
    return { timestamp, coversEvent: names.includes(TOPIC), alsoSigned };
  },

  sign(delivery, { key, now }) {
    const own = Object.keys(delivery.headers).filter((name) => name === TOPIC || name === 'content-type');
    const names = [...own, SIGNED_HEADERS, TIMESTAMP].sort();
    const made = { [SIGNED_HEADERS]: names.join(','), [TIMESTAMP]: formatTimestamp(now, 'milliseconds') };
    const headers = headerLine(names, { headers: { ...delivery.headers, ...made } });
    const [path] = spellings(delivery.url);
    if (path === undefined || headers === undefined) {
      throw new TypeError('sign(): contentful cannot sign this address with these headers');
    }
    return { ...made, [SIGNATURE]: compute(key, delivery, path, headers).toString('hex') };
  },
});

function compute(key: string, { method, body }: Delivery, path: string, headers: string): Buffer {
  return createHmac('sha256', key).update(`${method}\n${path}\n${headers}\n`).update(body).digest();
}

/** The names that are signed, sorted; they must have those of the list itself and of the time among them. */
function readNames(list: string): readonly string[] | undefined {
  const names = list.split(',').sort();
  const isClean =
    names.length <= MAX_SIGNED_HEADERS &&
    names.every((name, index) => HEADER_NAME.test(name) && name !== names[index + 1]);
  return isClean && names.includes(SIGNED_HEADERS) && names.includes(TIMESTAMP) ? names : undefined;
}

/**
 * The signed headers as they are signed, each there exactly once. `undefined` where a value reads like the next header,
 * because nothing else says where a value ends.
 */
function headerLine(
  names: readonly string[],
  source: Pick<Delivery, 'headers' | 'rawHeaders'>,
): string | undefined {
  const pairs: string[] = [];
  for (const name of names) {
    const value = name === SIGNED_HEADERS ? names.join(',') : readHeader(source, [name]);
    if (typeof value !== 'string' || names.some((other) => value.includes(`;${other}:`))) return undefined;
    pairs.push(`${name}:${value.trim()}`);
  }
  return pairs.join(';');
}

/**
 * The path as it is signed. Their toolkit encodes what it is given once more, the query twice; whether that was the
 * address as configured or as sent cannot be told, so both are tried. A second question mark ends what it signs, so
 * an address that has one is not taken.
 */
function spellings(url: string): readonly string[] {
  const received = url.replace(/^https?:\/\/[^/?#]*/, '');
  if (received.split('?').length > 2) return [];
  try {
    return [...new Set([encodeValue(received), encodeValue(decodeURI(received))])];
  } catch {
    // A value that cannot be decoded was not signed.
    return [];
  }
}

function encodeValue(received: string): string {
  const mark = received.indexOf('?');
  if (mark === -1 || mark === received.length - 1) return encodeURI(received.replace('?', ''));
  return encodeURI(received.slice(0, mark + 1) + escape(received.slice(mark + 1)));
}
