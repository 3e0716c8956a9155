import { decodeHex } from '../core/encoding';
import { valueAt } from '../core/event-and-id';
import { parseJsonObject } from '../core/untrusted-json';
import { computeMac, defineKeyedSender, readMac } from './keyed-family';

const MAX_BODY_BYTES = 262_144;
const MAX_ITEMS = 16;
const SIGNED = [
  ...['pspReference', 'originalReference', 'merchantAccountCode', 'merchantReference'],
  ...['amount.value', 'amount.currency', 'eventCode', 'success'],
];

/** The values that an item signs; `undefined` where one is no text, number or truth value. */
function readValues(item: unknown): readonly string[] | undefined {
  const values = SIGNED.map((path) => valueAt(item, path) ?? '');
  const isPlain = values.every((value) => ['string', 'number', 'boolean'].includes(typeof value));
  return isPlain ? values.map(String) : undefined;
}

/** The signed fields of an item, as they stand in it. */
function pickSigned(item: unknown): object {
  const entries = SIGNED.filter((path) => !path.includes('.')).map(
    (name) => [name, valueAt(item, name)] as const,
  );
  const amount = { value: valueAt(item, 'amount.value'), currency: valueAt(item, 'amount.currency') };
  const there = entries.filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(there) as object), amount };
}

/** The items of a notification. */
function readList(body: Buffer): readonly unknown[] {
  const items = body.length > MAX_BODY_BYTES ? undefined : parseJsonObject(body)?.notificationItems;
  const list: readonly unknown[] = Array.isArray(items) ? items : [];
  return list.length > MAX_ITEMS ? [] : list.map((item) => valueAt(item, 'NotificationRequestItem'));
}

/**
 * Adyen payments: each item signs eight of its fields, joined by colons; `webhook.payload` has those alone, and
 * `webhook.unsigned` the rest. Nothing is escaped, so text can move over a colon from one field to the next: compare
 * `merchantAccountCode` with your own. The body is read before it is authentic: 256 KB and 16 items at most.
 */
export const adyen = defineKeyedSender({
  name: 'adyen',
  group: 'payments',
  docs: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/',
  about: {
    signed: `${SIGNED.join(':')} of each item`,
    notSigned: 'all other fields, which are in webhook.unsigned; method, address, time',
    readFirst: 'the body, of at most 256 KB and 16 items',
  },
  headers: [],
  hash: 'sha256',
  event: { body: 'notificationItems.[].NotificationRequestItem.eventCode' },
  methods: ['POST'],
  retries: {
    source: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/',
  },
  bodyLimit: MAX_BODY_BYTES,
  acknowledge: { status: 200, text: '[accepted]' },
  readSecret(text) {
    const key = decodeHex(text);
    if (key === undefined) throw new TypeError('the HMAC key is hexadecimal');
    return key;
  },
  read({ body }) {
    const items = readList(body);
    const texts = items.flatMap((item) => {
      const claimed = readMac('sha256', valueAt(item, 'additionalData.hmacSignature'), 'base64');
      const values = readValues(item);
      return claimed && values ? [{ content: [values.join(':')], signatures: [claimed] }] : [];
    });
    if (texts.length !== items.length) return undefined;
    const describe = (): object => ({
      payload: {
        notificationItems: items.map((item) => ({ NotificationRequestItem: pickSigned(item) })),
      },
    });
    return { texts, describe };
  },
  sign: () => ({}),
  signBody({ body }, { key }) {
    const given = readList(body)[0];
    const item = { pspReference: '7914073381342284', success: 'true', ...(given as object | undefined) };
    const values = readValues(item);
    if (values === undefined) throw new TypeError('signBody(): adyen signs texts and numbers');
    const mac = computeMac('sha256', key, [values.join(':')]).toString('base64');
    const signed = { ...item, additionalData: { hmacSignature: mac } };
    return Buffer.from(JSON.stringify({ notificationItems: [{ NotificationRequestItem: signed }] }));
  },
});
