import { headerText } from '../core/headers';
import { parseForm } from '../core/form';
import { isFormBody } from '../core/payload';
import { parseJsonObject } from '../core/untrusted-json';
import { computeMac, defineKeyedSender, readMac } from './keyed-family';

/** The text that is signed: the body, or the field `payload` of a form. */
function signedText(body: Buffer): Buffer | undefined {
  if (!isFormBody(body)) return body;
  const { payload } = parseForm(body, 'utf-8') ?? {};
  return typeof payload === 'string' ? Buffer.from(payload) : undefined;
}

/**
 * Gitea and Forgejo: the body as JSON, or the field `payload` of a form, not its bytes, as GitHub signs them. See
 * `Deliver()` in https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go.
 */
export const gitea = defineKeyedSender({
  name: 'gitea',
  group: 'code',
  docs: 'https://docs.gitea.com/usage/webhooks',
  about: {
    signed: 'body; of a form the field "payload"',
    notSigned: 'method, address, event (X-Gitea-Event), id (X-Gitea-Delivery), time',
    readFirst: 'the field "payload" of a form',
  },
  headers: ['X-Gitea-Signature'],
  hash: 'sha256',
  id: { header: 'X-Gitea-Delivery' },
  event: { header: 'X-Gitea-Event' },
  methods: ['POST'],
  retries: { source: 'https://docs.gitea.com/usage/webhooks' },
  content: 'json-or-form',
  formField: 'payload',
  read(delivery) {
    const { body } = delivery;
    const claimed = readMac('sha256', headerText(delivery, 'x-gitea-signature'), 'hex');
    const text = signedText(body);
    if (claimed === undefined || text === undefined) return undefined;
    // A form can be written in many ways, so its fields tell a copy and not its bytes.
    const payload = (): object => ({ payload: parseJsonObject(text) });
    return {
      texts: [{ content: [text], signatures: [claimed] }],
      describe: () => (isFormBody(body) ? payload() : {}),
    };
  },
  sign({ body }, { key }) {
    const text = signedText(body);
    if (text === undefined) throw new TypeError('sign(): gitea signs a form by its field "payload", once');
    return { 'X-Gitea-Signature': computeMac('sha256', key, [text]).toString('hex') };
  },
});
