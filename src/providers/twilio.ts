import { createHash, createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import { defineProvider } from '../core/define-provider';
import { decodeBase64, decodeHex } from '../core/encoding';
import { headerText, readHeader } from '../core/headers';
import { readSharedKey } from '../core/key-shapes';

/** The fields of a form, as they are signed: a list where a name is there with several values. */
type Fields = Readonly<Record<string, string | readonly string[]>>;

/** The fields of a delivery that are read before it is authentic. */
interface Message {
  readonly claimed: Buffer;
  /** The addresses that may have been signed. */
  readonly urls: readonly string[];
  /** The text that is signed behind the address. */
  readonly content: Buffer;
  /** `undefined` for a body that the address covers by its digest. */
  readonly fields: Fields | undefined;
}

// The beginning of an address, up to the port.
const HOST = /^https?:\/\/(?:[^/?#@]*@)?(?:\[[^\]/?#]*\]|[^/?#:@]+)/;
const MAX_BODY_BYTES = 262_144;
const MAX_FIELDS = 1000;
const FORM = 'application/x-www-form-urlencoded';
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;
// Conversations sends `MessagingBinding.Address` for each member of a group (twilio-node issue 722), and Twilio's own
// libraries are tested with digits. No value of these holds the name of a field.
const REPEATED_NAME = /^(?:[A-Za-z]+\.[A-Za-z]+|Digits)$/;
// Every form of Twilio's has this field, and in the signed text nothing stands between its name and its value.
const SIGNED_FORM = /AccountSidAC[0-9a-f]{32}/;
const NO_FIELDS: Fields = Object.freeze({});

/**
 * Twilio: by POST the address and the fields of the form, or the address with `bodySHA256` in its query, which covers
 * any other body; by GET, to which a number can be set, the address, whose fields are the payload. The signed address says which it is, and a Content-Type that disagrees is refused. The secret is the
 * auth token of the account.
 *
 * Nothing separates address, names and values where they are signed. Refused is what Twilio does not send: names of
 * another shape, and a name twice but for the fields that it is known to repeat. What remains: who has seen a delivery
 * can move the end of the address, of a name or of a value to its neighbour, so that a field is cut, or made of the
 * text of another one. Treat as checked only what your own calls confirm, such as `CallSid` or `MessageSid`.
 *
 * Nothing is timestamped, and equal deliveries are genuine (the same key pressed twice), and are answered with what
 * to do next; so copies are not looked for. `webhook.id` is the token by which Twilio marks its own retries.
 *
 * The fields of a form are read before they are authentic, once for all secrets.
 */
export const twilio = defineProvider({
  name: 'twilio',
  group: 'messaging',
  docs: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  about: {
    signed:
      'address + sorted names and values of the form; or address with the hash of the body in its query',
    notSigned: 'method, id (I-Twilio-Idempotency-Token), time, and where address, names and values end',
    readFirst: 'the fields of a form: at most 256 KB and 1000 fields',
  },
  headers: ['X-Twilio-Signature'],
  guessable: false,
  signsUrl: true,
  id: { header: 'I-Twilio-Idempotency-Token' },
  methods: ['POST', 'GET'],
  content: 'json-or-form',
  bodyLimit: MAX_BODY_BYTES,
  handlerTimeoutMs: 14_000,
  duplicates: false,
  retries: {
    hours: 0.004,
    signed: 'once',
    source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides',
  },
  alsoSends: 'the fallback address, with ErrorCode and ErrorUrl; Event Streams and Conversations as JSON',
  refusal: { status: 403 },

  readSecret: readSharedKey,

  read(delivery): Message | undefined {
    const claimed = decodeBase64(headerText(delivery, 'x-twilio-signature'));
    if (claimed?.length !== 20) return undefined;
    const digests = bodyDigests(delivery.url);
    const urls = spellings(delivery.url);
    // By GET there is no body to cover. An address with a digest of one is of a delivery that had it.
    if (delivery.method === 'GET' && delivery.body.length === 0 && digests.length === 0) {
      // The signed text of a form that was sent by POST is no address, though it begins with one.
      if (urls.some((url) => SIGNED_FORM.test(url))) return undefined;
      const fields = readFields(Buffer.from(readQuery(delivery.url))) ?? NO_FIELDS;
      return { claimed, urls, content: Buffer.alloc(0), fields };
    }
    const isForm = FORM_TYPE.test(headerText(delivery, 'content-type'));
    if (isForm !== (digests.length === 0)) return undefined;
    const fields = isForm ? readFields(delivery.body) : undefined;
    if (isForm ? fields === undefined : !isDigest(digests, delivery.body)) return undefined;
    return { claimed, urls, content: joinFields(fields ?? NO_FIELDS), fields };
  },

  verify(_delivery, { key, message: { claimed, urls, content, fields } }) {
    const matches = urls.some((url) => timingSafeEqual(claimed, compute(key, url, content)));
    return matches ? { payload: fields } : undefined;
  },

  // Without a Content-Type the address says what the body is, as it does for the receiver.
  sign(delivery, { key }) {
    const { url, body } = delivery;
    const digests = bodyDigests(url);
    const given = readHeader(delivery, ['content-type']) ?? undefined;
    const type = given ?? (digests.length === 0 ? FORM : 'application/json');
    const isForm = FORM_TYPE.test(type);
    if (!isForm && !isDigest(digests, body)) {
      throw new TypeError(
        'sign(): twilio signs a body that is no form by the query of "publicUrl", which must end with ' +
          `bodySHA256=${createHash('sha256').update(body).digest('hex')}`,
      );
    }
    const fields = isForm ? readFields(body) : NO_FIELDS;
    if (fields === undefined || (isForm && digests.length > 0)) {
      throw new TypeError('sign(): twilio sends no such form; see its page for the names that it can have');
    }
    const signature = compute(key, url, joinFields(fields)).toString('base64');
    return {
      ...(given === undefined && { 'Content-Type': type }),
      'X-Twilio-Signature': signature,
    };
  },
});

function compute(key: KeyObject, url: string, content: Buffer): Buffer {
  return createHmac('sha1', key).update(url).update(content).digest();
}

/** The fields of a form, with each value once; `undefined` where Twilio would not have sent them. */
function readFields(body: Buffer): Fields | undefined {
  if (body.length > MAX_BODY_BYTES) return undefined;
  const text = body.toString('utf8');
  if (text.split('&', MAX_FIELDS + 1).length > MAX_FIELDS) return undefined;
  const fields = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(text)) {
    const values = fields.get(name) ?? new Set();
    if (!NAME.test(name) || (fields.has(name) && !REPEATED_NAME.test(name))) return undefined;
    fields.set(name, values.add(value));
  }
  return Object.fromEntries(
    Array.from(fields, ([name, values]) => {
      const list = [...values].sort();
      return [name, list.length === 1 ? list.join() : list];
    }),
  );
}

/** The fields as they are signed: names sorted, each followed by its values. */
function joinFields(fields: Fields): Buffer {
  const sorted = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
  const texts = sorted.flatMap(([name, values]) => [values].flat().map((value) => name + value));
  return Buffer.from(texts.join(''));
}

function bodyDigests(url: string): readonly string[] {
  return new URLSearchParams(readQuery(url)).getAll('bodySHA256');
}

/** Whether there is one digest in the query, and that of the body. */
function isDigest([text = '', ...more]: readonly string[], body: Buffer): boolean {
  const claimed = decodeHex(text);
  if (more.length > 0 || claimed?.length !== 32) return false;
  return timingSafeEqual(claimed, createHash('sha256').update(body).digest());
}

/**
 * The addresses that Twilio may have signed: with the port or without it, and with the query as it came, as browsers
 * write it (`%27` for an apostrophe), or as Node's `querystring` does. The path is only ever as it came.
 */
function spellings(url: string): readonly string[] {
  const query = readQuery(url);
  if (query === '') return listPortVariants(url);
  const before = url.slice(0, -query.length);
  const browsers = new URL(`https://localhost/?${query}`).search.slice(1);
  const queries = [query, browsers, stringify(parse(browsers, '&', '=', { maxKeys: 0 }))];
  return [...new Set(queries.flatMap((text) => listPortVariants(before + text)))];
}

function listPortVariants(url: string): readonly string[] {
  const [host] = HOST.exec(url) ?? [];
  if (host === undefined) return [url];
  const rest = url.slice(host.length).replace(/^:[0-9]*/, '');
  const usual = host + (host.startsWith('https') ? ':443' : ':80') + rest;
  return [...new Set([url, host + rest, usual])];
}

function readQuery(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start + 1);
}
