import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import { defineProvider } from '../core/define-provider';
import type { Delivery } from '../core/delivery';
import { decodeBase64, decodeHex } from '../core/encoding';
import { headerText } from '../core/headers';
import { isFormType } from '../core/payload';

// What an address begins with, up to the port.
const HOST = /^https?:\/\/(?:[^/?#@]*@)?(?:\[[^\]/?#]*\]|[^/?#:@]+)/;
const MAX_FIELDS = 1000;
const TYPE = 'application/x-www-form-urlencoded';

/**
 * Twilio, by POST: the address and either the fields of the form, or `bodySHA256` in its query, which must be right
 * for the body. A JSON body that this does not cover is refused. The secret is the auth token of the account.
 *
 * Nothing is timestamped, and equal deliveries are genuine (the same key pressed twice), and are answered with what
 * to do next; so copies are not looked for. `webhook.id` is the token by which Twilio marks its own retries.
 */
export const twilio = defineProvider({
  name: 'twilio',
  docs: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  headers: ['X-Twilio-Signature'],
  signsUrl: true,
  id: { header: 'I-Twilio-Idempotency-Token' },
  methods: ['POST'],
  content: 'json-or-form',
  handlerTimeoutMs: 14_000,
  duplicates: false,
  refusal: { status: 403 },

  verify(delivery, { key }) {
    const claimed = decodeBase64(headerText(delivery, 'x-twilio-signature'));
    if (claimed?.length !== 20) return undefined;
    const contents = signedContents(delivery);
    const matches = spellings(delivery.url).some((url) =>
      contents.some((content) => timingSafeEqual(claimed, compute(key, url + content))),
    );
    return matches ? {} : undefined;
  },

  // Without a Content-Type the body is taken for a form, which is what Twilio mostly sends.
  sign({ url, headers, body, method }, { key }) {
    const type = { 'content-type': headers['content-type'] ?? TYPE };
    const [content] = signedContents({ method, url, headers: type, body });
    if (content === undefined) {
      throw new TypeError(
        'sign(): twilio signs a body that is no form by the query of "publicUrl", which must end with ' +
          `bodySHA256=${createHash('sha256').update(body).digest('hex')}`,
      );
    }
    const signature = compute(key, url + content).toString('base64');
    return {
      ...(headers['content-type'] === undefined && { 'Content-Type': TYPE }),
      'X-Twilio-Signature': signature,
    };
  },
});

function compute(key: string, content: string): Buffer {
  return createHmac('sha1', key).update(content).digest();
}

/** What can be signed behind the address; nothing where neither form nor digest covers the body. */
function signedContents(delivery: Delivery): readonly string[] {
  const fields = isFormType(delivery) && !hasBodyDigest(delivery.url) ? formFields(delivery.body) : undefined;
  return [...(fields === undefined ? [] : [fields]), ...(hasDigest(delivery) ? [''] : [])];
}

/** The fields of a form: names sorted, each followed by its values, which are sorted and there once. */
function formFields(body: Buffer): string | undefined {
  const text = body.toString('utf8');
  if (text.split('&', MAX_FIELDS + 1).length > MAX_FIELDS) return undefined;
  const fields = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(text)) {
    const values = fields.get(name) ?? new Set();
    fields.set(name, values.add(value));
  }
  const sorted = [...fields].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.flatMap(([name, values]) => [...values].sort().map((value) => name + value)).join('');
}

// Where the address covers a body by its digest, an empty form must not do in its place.
function hasBodyDigest(url: string): boolean {
  return new URLSearchParams(queryOf(url)).has('bodySHA256');
}

/** Whether the query holds the digest of the body, once. */
function hasDigest({ url, body }: Delivery): boolean {
  const [text = '', ...more] = new URLSearchParams(queryOf(url)).getAll('bodySHA256');
  const claimed = decodeHex(text);
  const computed = createHash('sha256').update(body).digest();
  return more.length === 0 && claimed?.length === computed.length && timingSafeEqual(claimed, computed);
}

/**
 * The addresses that Twilio may have signed: with the port or without it, and with the query as it came, as browsers
 * write it (`%27` for an apostrophe), or as Node's `querystring` does. The path is only ever as it came.
 */
function spellings(url: string): readonly string[] {
  const query = queryOf(url);
  if (query === '') return withAndWithoutPort(url);
  const before = url.slice(0, -query.length);
  const browsers = new URL(`https://localhost/?${query}`).search.slice(1);
  const queries = [query, browsers, stringify(parse(browsers, '&', '=', { maxKeys: 0 }))];
  return [...new Set(queries.flatMap((text) => withAndWithoutPort(before + text)))];
}

function withAndWithoutPort(url: string): readonly string[] {
  const [host] = HOST.exec(url) ?? [];
  if (host === undefined) return [url];
  const rest = url.slice(host.length).replace(/^:[0-9]*/, '');
  const usual = host + (host.startsWith('https') ? ':443' : ':80') + rest;
  return [url, host + rest, usual];
}

function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start + 1);
}
