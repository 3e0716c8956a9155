import { isUtf8 } from 'node:buffer';
import { headerText } from '../core/headers';
import { formatTimestamp, parseTimestamp } from '../core/timestamp';
import { computeMac, defineKeyedSender, readItems, readMac } from './keyed-family';

const ENVIRONMENT = /^[\w.-]{1,100}$/;

/** The signed text: JSON with the body as a text in it. */
function signedText(body: Buffer, environment: string, timestamp: number): string {
  return JSON.stringify({ Body: body.toString(), EnvironmentName: environment, TimeStamp: timestamp });
}

/** Hygraph: JSON of body, environment and time; signature, environment and time are in one header. */
export const hygraph = defineKeyedSender({
  name: 'hygraph',
  group: 'content',
  docs: 'https://hygraph.com/docs/api-reference/basics/webhooks',
  about: { signed: 'JSON of body, environment and time', notSigned: 'method, address' },
  headers: ['gcms-signature'],
  hash: 'sha256',
  event: { body: 'operation' },
  methods: ['POST'],
  retries: { source: 'https://hygraph.com/docs/api-reference/basics/webhooks' },
  read(delivery) {
    const { body } = delivery;
    const items = readItems(headerText(delivery, 'gcms-signature'), ', ');
    const claimed = readMac('sha256', items?.get('sign'), 'base64');
    const environment = items?.get('env') ?? '';
    const timestamp = parseTimestamp(items?.get('t') ?? '', 'milliseconds');
    const isRight = ENVIRONMENT.test(environment) && !Number.isNaN(timestamp) && isUtf8(body);
    if (claimed === undefined || !isRight) return undefined;
    return {
      texts: [{ content: [signedText(body, environment, timestamp)], signatures: [claimed] }],
      describe: () => ({ timestamp, alsoSigned: environment }),
    };
  },
  sign({ body }, { key, now }) {
    const time = formatTimestamp(now, 'milliseconds');
    const mac = computeMac('sha256', key, [signedText(body, 'master', Number(time))]).toString('base64');
    return { 'gcms-signature': `sign=${mac}, env=master, t=${time}` };
  },
});
