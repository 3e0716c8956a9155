import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { defineProvider } from '../core/define-provider';
import { decodeHex } from '../core/encoding';
import { formatTimestamp, parseTimestamp } from '../core/timestamp';
import { ownObject, ownText, readUntrustedJson } from '../core/untrusted-json';

const MAX_BODY_BYTES = 1_048_576;
const TOKEN = /^[\x21-\x7e]{50}$/;

/**
 * Mailgun, event webhooks in JSON: the signature is in the body and covers a timestamp and a token, not the event.
 * Who has seen one delivery can send any event with it within the window, once: the token makes copies known. The
 * events of a subaccount are also taken with the key of its primary account (`parent-signature`). Deliveries that
 * Mailgun has held back for long need a larger `toleranceSeconds`. The older webhooks that are forms are not read.
 */
export const mailgun = defineProvider({
  name: 'mailgun',
  docs: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
  headers: [],
  toleranceSeconds: 300,
  event: { body: 'event-data.event' },
  methods: ['POST'],
  bodyLimit: MAX_BODY_BYTES,
  duplicates: { key: 'id' },
  refusal: { status: 401 },

  verify({ body }, { key }) {
    const payload = readUntrustedJson(body, MAX_BODY_BYTES);
    const block = payload && ownObject(payload, 'signature');
    if (block === undefined) return undefined;
    const time = ownText(block, 'timestamp') ?? '';
    const nonce = ownText(block, 'token') ?? '';
    const timestamp = parseTimestamp(time, 'seconds');
    // Of fixed lengths, so that nothing can move from the one to the other.
    if (Number.isNaN(timestamp) || !TOKEN.test(nonce)) return undefined;

    const computed = createHmac('sha256', key).update(time).update(nonce).digest();
    const matches = ['signature', 'parent-signature'].map((name) => {
      const claimed = decodeHex(ownText(block, name) ?? '');
      return claimed?.length === computed.length && timingSafeEqual(claimed, computed);
    });
    return matches.includes(true) ? { timestamp, id: nonce, coversBody: false } : undefined;
  },

  sign: () => ({}),

  signBody({ body }, { key, now }) {
    const payload = readUntrustedJson(body, MAX_BODY_BYTES);
    if (payload === undefined) throw new TypeError('signBody(): mailgun needs a body that is a JSON object');
    const timestamp = formatTimestamp(now, 'seconds');
    const token = randomBytes(25).toString('hex');
    const signature = createHmac('sha256', key).update(timestamp).update(token).digest('hex');
    return Buffer.from(JSON.stringify({ ...payload, signature: { timestamp, token, signature } }));
  },
});
