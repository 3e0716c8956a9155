import { decodeHex } from '../core/encoding';
import { valueAt } from '../core/event-and-id';
import { parsePayload } from '../core/payload';
import { computeMac, defineKeyedSender } from './keyed-family';

const CONTENT = { content: 'json-or-form', formField: 'json', multipartForm: true } as const;
const DOCS = 'https://developers.hellosign.com/docs/events/walkthrough/';
const BOUNDARY = 'hooklatch-sample';
const TIME = /^\d{10}$/;
const TYPE = /^[a-z_]{1,64}$/;

function readEvent(body: Buffer): unknown {
  return valueAt(parsePayload({ provider: CONTENT, charset: 'utf-8' }, body)?.value, 'event');
}

/**
 * Dropbox Sign (HelloSign): the time and the type of an event are signed, by the API key, and nothing else: all other
 * fields are in `webhook.unsigned`, so ask for the signature request before you act on it. It sends multipart/form-data.
 */
export const dropboxSign = defineKeyedSender({
  name: 'dropbox-sign',
  group: 'work',
  docs: DOCS,
  about: {
    signed: 'event_time + event_type of the event',
    notSigned: 'all other fields, which are in webhook.unsigned; method, address',
    readFirst: 'the body, of at most 1 MB',
  },
  headers: [],
  hash: 'sha256',
  ...CONTENT,
  event: { body: 'event.event_type' },
  methods: ['POST'],
  // Two events of one second and one type have the same signed fields.
  duplicates: false,
  acknowledge: { status: 200, text: 'Hello API Event Received' },
  retries: { source: DOCS },
  read({ body }) {
    const event = readEvent(body);
    const read = (name: string): string => String(valueAt(event, name));
    const [time, type] = [read('event_time'), read('event_type')];
    const claimed = decodeHex(read('event_hash'));
    if (claimed?.length !== 32 || !TIME.test(time) || !TYPE.test(type)) return undefined;
    return {
      texts: [{ content: [`${time}${type}`], signatures: [claimed] }],
      describe: () => ({ payload: { event: { event_time: time, event_type: type } } }),
    };
  },
  sign: () => ({ 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` }),
  signBody({ body }, { key, now }) {
    const given = parsePayload({ provider: CONTENT, charset: 'utf-8' }, body)?.value;
    const time = String(Math.floor(now / 1000));
    const named = valueAt(given, 'event.event_type');
    const type = typeof named === 'string' ? named : 'callback_test';
    const hash = computeMac('sha256', key, [time, type]).toString('hex');
    const event = { ...(valueAt(given, 'event') as object | undefined), event_time: time, event_type: type };
    const json = JSON.stringify({ ...(given as object | undefined), event: { ...event, event_hash: hash } });
    const lines = [`--${BOUNDARY}`, 'Content-Disposition: form-data; name="json"', '', json];
    return Buffer.from([...lines, `--${BOUNDARY}--`, ''].join('\r\n'));
  },
});
