import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { defineProvider } from '../core/define-provider';
import { decodeHex } from '../core/encoding';
import { parseForm } from '../core/form';
import { readSharedSecret } from '../core/key-shapes';
import { computeMac } from './keyed-family';

/** Both keys: the SHA-1 of the private one is what signs. */
interface Keys {
  readonly name: string;
  readonly key: Buffer;
}

interface Message {
  readonly payload: string;
  readonly signatures: readonly { readonly name: string; readonly bytes: Buffer }[];
}

const DOCS = 'https://developer.paypal.com/braintree/docs/guides/webhooks/overview';
const MAX_PAIRS = 8;
const PAYLOAD = /^[A-Za-z0-9+/=\n]+$/;
// Strangers can have such a text signed, as the answer to a challenge, with a line end behind it or not.
const CHALLENGE = /^[0-9a-f]{20,32}\n?$/i;
const KIND = /<kind>([a-z0-9_]{1,128})<\/kind>/;

function readKeys(text: string): Keys {
  const [, name, key] = /^([^:]+):([^:]+)$/.exec(text) ?? [];
  if (name === undefined || key === undefined) {
    throw new TypeError('public and private key are joined by a colon');
  }
  return { name, key: createHash('sha1').update(readSharedSecret(key)).digest() };
}

/**
 * Braintree: a form with XML in base64, signed by HMAC-SHA1. The option `secret` is the public and the private key with a
 * colon between them. `webhook.payload` has the kind, the XML, and `bt_payload` for the parser of its SDK. It tries the
 * address by GET.
 */
export const braintree = defineProvider<Keys, Keys, Message>({
  name: 'braintree',
  group: 'payments',
  docs: DOCS,
  about: {
    signed: 'bt_payload, as it is in the form',
    notSigned: 'method, address, time',
    readFirst: 'the fields of the form',
  },
  headers: [],
  guessable: false,
  content: 'form',
  event: { body: 'kind' },
  methods: ['POST'],
  handshakes: [
    {
      when: { method: 'GET' },
      fields: { bt_challenge: { alphabet: 'hex', length: [20, 32] } },
      answer: { echo: { digest: 'hmac', of: ['{bt_challenge}'], encoding: 'utf8' } },
    },
  ],
  retries: { source: DOCS },
  refusal: { status: 401 },
  readSecret: readKeys,
  makeDummySecret: () => `dummy:${randomBytes(32).toString('hex')}`,
  answerChallenge(challenge, secret) {
    const { name, key } = readKeys(secret);
    return `${name}|${computeMac('sha1', key, [challenge]).toString('hex')}`;
  },
  read({ body }) {
    const { bt_payload: payload, bt_signature: list } = parseForm(body, 'utf-8') ?? {};
    if (typeof payload !== 'string' || typeof list !== 'string') return undefined;
    if (!PAYLOAD.test(payload) || CHALLENGE.test(payload)) return undefined;
    const pairs = list.split('&', MAX_PAIRS + 1);
    const signatures = pairs.flatMap((pair) => {
      const mark = pair.indexOf('|');
      const bytes = decodeHex(pair.slice(mark + 1));
      return mark > 0 && bytes?.length === 20 ? [{ name: pair.slice(0, mark), bytes }] : [];
    });
    return signatures.length > MAX_PAIRS ? undefined : { payload, signatures };
  },
  verify(_delivery, { key: { name, key }, message: { payload, signatures } }) {
    // Its SDK, too, takes a payload whose last line end was lost on the way.
    const wanted = [payload, `${payload}\n`].map((text) => computeMac('sha1', key, [text]));
    const results = signatures
      .filter((signature) => signature.name === name)
      .flatMap(({ bytes }) => wanted.map((computed) => timingSafeEqual(bytes, computed)));
    if (!results.includes(true)) return undefined;
    const xml = Buffer.from(payload, 'base64').toString('utf8');
    return { payload: { kind: KIND.exec(xml)?.[1] ?? '', xml, bt_payload: payload } };
  },
  sign: () => ({ 'Content-Type': 'application/x-www-form-urlencoded' }),
  signBody({ body }, { key: { name, key }, now }) {
    const form = new URLSearchParams(body.toString());
    const time = new Date(now).toISOString().replace(/\.\d+/, '');
    const kind = form.get('kind') ?? 'check';
    const xml = `<notification><timestamp type="datetime">${time}</timestamp><kind>${kind}</kind></notification>`;
    const payload = form.get('bt_payload') ?? `${Buffer.from(xml).toString('base64')}\n`;
    const signature = `${name}|${computeMac('sha1', key, [payload]).toString('hex')}`;
    return Buffer.from(new URLSearchParams({ bt_signature: signature, bt_payload: payload }).toString());
  },
});
