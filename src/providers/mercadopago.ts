import type { Delivery } from '../core/delivery';
import { headerText } from '../core/headers';
import { formatTimestamp, parseTimestamp } from '../core/timestamp';
import { computeMac, defineKeyedSender, readItems, readMac, readQuery } from './keyed-family';

// In the signed text each value ends with a semicolon.
const VALUE = /^[\w.-]{1,200}$/;

/** The signed parts without the time; `undefined` where one could run into the next. */
function signedParts(delivery: Delivery): { readonly text: string; readonly id: string } | undefined {
  const ids = readQuery(delivery.url).getAll('data.id');
  const [id = ''] = ids;
  const requestId = headerText(delivery, 'x-request-id');
  const isRight = ids.length < 2 && [id, requestId].every((value) => value === '' || VALUE.test(value));
  const parts = [
    id === '' ? '' : `id:${id.toLowerCase()};`,
    requestId === '' ? '' : `request-id:${requestId};`,
  ];
  return isRight && parts.join('') !== '' ? { text: parts.join(''), id } : undefined;
}

/**
 * Mercado Pago: the id in the query, the id of the request and the time; a part that is not there is left out. The body is
 * not signed, so it is in `webhook.unsigned`: fetch the object with the signed id, which is `webhook.payload['data.id']`.
 */
export const mercadopago = defineKeyedSender({
  name: 'mercadopago',
  group: 'payments',
  docs: 'https://www.mercadopago.com/developers/en/docs/your-integrations/notifications/webhooks',
  about: {
    signed: 'data.id of the query, x-request-id and time, where they are there',
    notSigned: 'the body, which is in webhook.unsigned; method, address',
  },
  headers: ['x-signature'],
  hash: 'sha256',
  event: { body: 'action', or: [{ body: 'type' }] },
  methods: ['POST'],
  retries: {
    source: 'https://www.mercadopago.com/developers/en/docs/your-integrations/notifications/webhooks',
  },
  read(delivery) {
    const items = readItems(headerText(delivery, 'x-signature'), ',');
    const time = items?.get('ts') ?? '';
    const timestamp = parseTimestamp(time, 'seconds');
    const claimed = readMac('sha256', items?.get('v1'), 'hex');
    const parts = signedParts(delivery);
    if (parts === undefined || claimed === undefined || Number.isNaN(timestamp)) return undefined;
    const { text, id } = parts;
    return {
      texts: [{ content: [text, `ts:${time};`], signatures: [claimed] }],
      describe: () => ({ timestamp, alsoSigned: text, payload: id === '' ? {} : { 'data.id': id } }),
    };
  },
  sign(delivery, { key, now }) {
    const parts = signedParts(delivery);
    if (parts === undefined) {
      throw new TypeError(
        'sign(): mercadopago signs data.id in the query of "publicUrl", or the header x-request-id',
      );
    }
    const time = formatTimestamp(now, 'seconds');
    const mac = computeMac('sha256', key, [parts.text, `ts:${time};`]).toString('hex');
    return { 'x-signature': `ts=${time},v1=${mac}` };
  },
});
