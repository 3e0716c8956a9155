import type { Delivery } from '../core/delivery';
import type { Group } from '../core/groups';
import { headerText, readHeader } from '../core/headers';
import type { Provider, ValueSource } from '../core/provider';
import { formatTimestamp, parseTimestamp } from '../core/timestamp';
import { computeMac, defineKeyedSender, readItems, readMac } from './keyed-family';

const NAMES = /^(?:[a-z0-9-]+(?: [a-z0-9-]+){0,31})?$/;

/** The facts in which senders differ that Hook0 delivers for. */
export interface Hook0Sender {
  readonly name: string;
  readonly group: Group;
  /** Address of the sender's own documentation. */
  readonly docs: string;
  readonly id?: ValueSource | undefined;
  readonly event?: ValueSource | undefined;
}

/** The text in front of the body; `undefined` where a header of the list is not there, once. */
function signedStart(delivery: Delivery, time: string, list: string): string | undefined {
  if (!NAMES.test(list)) return undefined;
  const values = list === '' ? [''] : list.split(' ').map((name) => readHeader(delivery, [name]));
  // A dot is what separates values, so one that has another is known by the list alone; all of it is signed in order.
  const isThere = values.every((value) => typeof value === 'string');
  return isThere ? `${time}.${list}.${values.join('.')}.` : undefined;
}

/**
 * Defines a sender that signs as Hook0 does: time, the names of headers, their values and the body, as `v1`. The older
 * `v0`, which signs no headers, is not taken. See https://documentation.hook0.com/how-to-guides/secure-webhook-endpoints.
 */
export function defineHook0Sender({ name, group, docs, id, event }: Hook0Sender): Provider {
  return defineKeyedSender({
    name,
    group,
    docs,
    about: {
      signed: 'time + the names of the headers that the delivery lists + their values + body',
      notSigned: 'method, address, and the headers that it does not list',
    },
    headers: ['X-Hook0-Signature'],
    hash: 'sha256',
    id,
    event,
    methods: ['POST'],
    retries: { source: docs },
    read(delivery) {
      const { body } = delivery;
      const items = readItems(headerText(delivery, 'x-hook0-signature'), ',');
      const time = items?.get('t') ?? '';
      const list = items?.get('h')?.toLowerCase();
      const timestamp = parseTimestamp(time, 'seconds');
      const claimed = readMac('sha256', items?.get('v1'), 'hex');
      const start = list === undefined ? undefined : signedStart(delivery, time, list);
      if (claimed === undefined || start === undefined || Number.isNaN(timestamp)) return undefined;
      return {
        texts: [{ content: [start, body], signatures: [claimed] }],
        describe: () => ({ timestamp, alsoSigned: start }),
      };
    },
    sign({ body }, { key, now }) {
      const time = formatTimestamp(now, 'seconds');
      const mac = computeMac('sha256', key, [`${time}...`, body]).toString('hex');
      return { 'X-Hook0-Signature': `t=${time},h=,v1=${mac}` };
    },
  });
}
