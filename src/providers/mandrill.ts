import { parseForm } from '../core/form';
import { headerText } from '../core/headers';
import { computeMac, defineKeyedSender, readMac } from './keyed-family';

type Fields = Readonly<Record<string, string>>;

const NAME = /^[a-z_]{1,64}$/;
const MAX_FIELDS = 16;

/** The fields of a form that is as Mandrill writes it: each name once, and the events among them. */
function readFields(body: Buffer): Fields | undefined {
  const entries = Object.entries(parseForm(body, 'utf-8') ?? {});
  const isRight =
    entries.length <= MAX_FIELDS &&
    entries.every(([name, value]) => NAME.test(name) && typeof value === 'string');
  const fields = Object.fromEntries(entries) as Fields;
  return isRight && Object.hasOwn(fields, 'mandrill_events') ? fields : undefined;
}

/** Names sorted, each followed by its value. */
function joinFields(fields: Fields): string {
  const names = Object.keys(fields).sort();
  return names.map((name) => `${name}${fields[name]}`).join('');
}

function parseEvents(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * Mailchimp Transactional (Mandrill): the address and the sorted fields of the form. The test of its settings page, which
 * is signed by the public key `test-webhook`, is refused. `webhook.payload.mandrill_events` is the list of events.
 */
export const mandrill = defineKeyedSender({
  name: 'mandrill',
  group: 'email',
  docs: 'https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/',
  about: {
    signed: 'address + sorted names and values of the form',
    notSigned: 'method, time, and where names and values end',
    readFirst: 'the fields of the form, 16 at most',
  },
  headers: ['X-Mandrill-Signature'],
  hash: 'sha1',
  signsUrl: true,
  event: { body: 'mandrill_events.[].event' },
  methods: ['POST'],
  retries: {
    source: 'https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/',
  },
  content: 'form',
  handshakes: [{ when: { method: 'HEAD' }, answer: {} }],
  read(delivery) {
    const claimed = readMac('sha1', headerText(delivery, 'x-mandrill-signature'), 'base64');
    const fields = readFields(delivery.body);
    if (claimed === undefined || fields === undefined) return undefined;
    const describe = (): object => ({
      payload: { ...fields, mandrill_events: parseEvents(String(fields.mandrill_events)) },
    });
    return { texts: [{ content: [delivery.url, joinFields(fields)], signatures: [claimed] }], describe };
  },
  sign({ url, body }, { key }) {
    const fields = readFields(body);
    if (fields === undefined)
      throw new TypeError('sign(): mandrill sends a form with the field "mandrill_events"');
    const mac = computeMac('sha1', key, [url, joinFields(fields)]).toString('base64');
    return { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Mandrill-Signature': mac };
  },
});
