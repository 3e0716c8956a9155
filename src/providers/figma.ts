import { makeTextScanner, parseJsonObject } from '../core/untrusted-json';
import { defineBodyTokenSender } from './body-token-family';

const MAX_BODY_BYTES = 1_048_576;
const scan = makeTextScanner(['passcode'], MAX_BODY_BYTES);

/** Figma: the passcode of the webhook is in the body, and signs nothing. The first delivery is the event `PING`. */
export const figma = defineBodyTokenSender({
  name: 'figma',
  group: 'work',
  docs: 'https://developers.figma.com/docs/rest-api/webhooks-security/',
  about: {
    signed: 'nothing: "passcode" of the body is a shared token',
    notSigned: 'everything',
    readFirst: 'the text of "passcode", by one pass over at most 1 MB',
  },
  event: { body: 'event_type' },
  methods: ['POST'],
  retries: { source: 'https://developers.figma.com/docs/rest-api/webhooks-security/' },
  bodyLimit: MAX_BODY_BYTES,
  readTokens(body) {
    const passcode = scan(body)?.get('passcode') ?? undefined;
    return passcode === undefined ? undefined : [passcode];
  },
  writeToken: (body, passcode) => ({ ...parseJsonObject(body), passcode }),
});
