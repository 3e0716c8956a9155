import { defineKeyedSender, readMac, readQuery } from './keyed-family';

/** PandaDoc: the signature of the body is in the query, so `sign()` has no header to give. */
export const pandadoc = defineKeyedSender({
  name: 'pandadoc',
  group: 'work',
  docs: 'https://developers.pandadoc.com/reference/webhooks-verification',
  about: { signed: 'body; the signature is in the query', notSigned: 'method, address, time' },
  headers: [],
  hash: 'sha256',
  event: { body: '[].event' },
  methods: ['POST'],
  retries: { source: 'https://developers.pandadoc.com/reference/webhooks-verification' },
  read({ url, body }) {
    const [text, ...more] = readQuery(url).getAll('signature');
    const claimed = more.length === 0 ? readMac('sha256', text, 'hex') : undefined;
    return claimed && { texts: [{ content: [body], signatures: [claimed] }], describe: () => ({}) };
  },
});
