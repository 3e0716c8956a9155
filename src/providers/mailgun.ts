import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { defineProvider } from '../core/define-provider';
import { decodeHex } from '../core/encoding';
import { readSharedKey } from '../core/key-shapes';
import { formatTimestamp, parseTimestamp } from '../core/timestamp';
import { makeTextScanner, parseJsonObject } from '../core/untrusted-json';

/** The fields of a body that are read before it is authentic. */
interface Block {
  readonly time: string;
  readonly timestamp: number;
  readonly token: string;
  readonly signatures: readonly Buffer[];
}

const MAX_BODY_BYTES = 262_144;
const TOKEN = /^[\x21-\x7e]{50}$/;
const SIGNATURES = ['signature', 'parent-signature'] as const;

const scan = makeTextScanner(
  ['timestamp', 'token', ...SIGNATURES].map((name) => `signature.${name}`),
  MAX_BODY_BYTES,
);

/**
 * Mailgun, event webhooks in JSON: the signature is in the body and covers a timestamp and a token, not the event.
 * Who has seen one delivery can send any event with it within the window, once: the token makes copies known. So
 * `webhook.payload` has the timestamp and the token alone, and the event is in `webhook.unsigned['event-data']`. The
 * events of a subaccount are also taken with the key of its primary account (`parent-signature`). The older webhooks
 * that are forms are not read.
 *
 * Of a body that is not authentic the four texts of `signature` are read, once for all secrets.
 */
export const mailgun = defineProvider({
  name: 'mailgun',
  group: 'email',
  docs: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
  about: {
    signed: 'signature.timestamp + signature.token, of fixed lengths',
    notSigned: 'the event itself, which is in webhook.unsigned; method, address',
    readFirst: 'the texts of "signature", by one pass over at most 256 KB',
  },
  headers: [],
  guessable: false,
  // It sends the same signature again for 8 hours, which may begin late.
  toleranceSeconds: 9 * 3600,
  event: { body: 'event-data.event' },
  methods: ['POST'],
  bodyLimit: MAX_BODY_BYTES,
  duplicates: { key: 'id' },
  retries: {
    hours: 8,
    signed: 'once',
    stopsAt: [406],
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries',
  },
  refusal: { status: 401 },

  readSecret: readSharedKey,

  read({ body }): Block | undefined {
    const texts = scan(body);
    const time = texts?.get('signature.timestamp') ?? '';
    const token = texts?.get('signature.token') ?? '';
    const timestamp = parseTimestamp(time, 'seconds');
    // Of fixed lengths, so that nothing can move from the one to the other.
    if (Number.isNaN(timestamp) || !TOKEN.test(token)) return undefined;
    const signatures = SIGNATURES.flatMap((name) => {
      const claimed = decodeHex(texts?.get(`signature.${name}`) ?? '');
      return claimed?.length === 32 ? [claimed] : [];
    });
    return signatures.length === 0 ? undefined : { time, timestamp, token, signatures };
  },

  verify(_delivery, { key, message: { time, timestamp, token, signatures } }) {
    const computed = createHmac('sha256', key).update(time).update(token).digest();
    const matches = signatures.map((claimed) => timingSafeEqual(claimed, computed));
    if (!matches.includes(true)) return undefined;
    return { timestamp, id: token, payload: { signature: { timestamp: time, token } } };
  },

  sign: () => ({}),

  signBody({ body }, { key, now }) {
    const payload = parseJsonObject(body);
    if (payload === undefined) throw new TypeError('signBody(): mailgun needs a body that is a JSON object');
    const timestamp = formatTimestamp(now, 'seconds');
    const token = randomBytes(25).toString('hex');
    const signature = createHmac('sha256', key).update(timestamp).update(token).digest('hex');
    return Buffer.from(JSON.stringify({ ...payload, signature: { timestamp, token, signature } }));
  },
});
