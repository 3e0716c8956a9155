import { randomBytes } from 'node:crypto';
import type { Delivery } from '../core/delivery';
import { headerText } from '../core/headers';
import { computeMac, defineKeyedSender, readMac, readQuery } from './keyed-family';

const NONCE = /^[\w-]{1,128}$/;
const MAX_BODY_BYTES = 262_144;
const MAX_FIELDS = 1000;
const MAX_SIGNATURES = 8;

type Fields = ReadonlyMap<string, readonly string[]>;

/** Names, each with its values, both sorted. */
function sortFields(pairs: URLSearchParams): Fields {
  const names = [...new Set(pairs.keys())].sort();
  return new Map(names.map((name) => [name, pairs.getAll(name).sort()]));
}

/** The text in front of the nonce. */
function signedStart({ method, url, body }: Delivery): string {
  const write = (fields: Fields, mark: string, separator: string): string =>
    Array.from(fields, ([name, values]) => values.map((value) => name + mark + value).join(separator)).join(
      separator,
    );
  const [address] = url.split(/[?#]/, 1);
  const query = write(sortFields(readQuery(url)), '=', '&');
  if (method === 'GET') return `${address}?${query}`;
  const fields = write(sortFields(new URLSearchParams(body.toString())), '', '');
  return `${address}?${query === '' ? '' : `${query}.`}${fields}`;
}

/**
 * Plivo, version 3: the address, its sorted query, the sorted fields of the form, and a nonce. Nothing separates the names
 * and values of fields where they are signed, so who has seen a delivery can move their ends: confirm what matters.
 */
export const plivo = defineKeyedSender({
  name: 'plivo',
  group: 'messaging',
  docs: 'https://www.plivo.com/docs/voice/concepts/signature-validation',
  about: {
    signed: 'address + sorted query + sorted names and values of the form + nonce',
    notSigned: 'method, time, and where names and values end',
    readFirst: 'the fields of the form: at most 256 KB and 1000 fields',
  },
  headers: ['X-Plivo-Signature-V3', 'X-Plivo-Signature-V3-Nonce'],
  hash: 'sha256',
  signsUrl: true,
  methods: ['POST', 'GET'],
  content: 'form',
  bodyLimit: MAX_BODY_BYTES,
  read(delivery) {
    const { method, url, body } = delivery;
    const nonce = headerText(delivery, 'x-plivo-signature-v3-nonce');
    const claimed = headerText(delivery, 'x-plivo-signature-v3')
      .split(',', MAX_SIGNATURES + 1)
      .map((text) => readMac('sha256', text, 'base64'));
    const signatures = claimed.filter((one) => one !== undefined);
    const pairs = method === 'GET' ? readQuery(url) : new URLSearchParams(body.toString());
    const isRight = NONCE.test(nonce) && body.length <= MAX_BODY_BYTES && pairs.size <= MAX_FIELDS;
    const isList = signatures.length === claimed.length && claimed.length <= MAX_SIGNATURES;
    if (!isRight || !isList || (method === 'GET' && body.length > 0)) return undefined;
    const describe = (): object => ({
      alsoSigned: `${url} ${nonce}`,
      payload: Object.fromEntries(
        Array.from(sortFields(pairs), ([name, values]) => [name, values.length === 1 ? values[0] : values]),
      ),
    });
    return { texts: [{ content: [`${signedStart(delivery)}.${nonce}`], signatures }], describe };
  },
  sign(delivery, { key }) {
    const nonce = randomBytes(10).toString('hex');
    const mac = computeMac('sha256', key, [`${signedStart(delivery)}.${nonce}`]).toString('base64');
    const type = delivery.method === 'GET' ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' };
    return { ...type, 'X-Plivo-Signature-V3': mac, 'X-Plivo-Signature-V3-Nonce': nonce };
  },
  retries: { source: 'https://www.plivo.com/docs/voice/concepts/signature-validation' },
});
