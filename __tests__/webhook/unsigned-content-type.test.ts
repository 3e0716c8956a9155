import { createHash, createHmac } from 'node:crypto';
import {
  defineProvider,
  github,
  memoryStore,
  slack,
  twilio,
  verifySync,
  WebhookError,
  type Provider,
} from 'hooklatch';
import { decisionOf, eventually, SECRET, send, signed, startGuard, startRouter } from '../helpers/http';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

// A text that a third person wrote, and that the sender signs with all the rest.
const INJECTED = 'x&command=/deploy&user_id=U_ADMIN&payload=%7B%22ref%22%3A%22refs/heads/production%22%7D&z=';

describe('who sends a signed delivery again with another Content-Type', () => {
  it('makes no slash command of a text in a Slack event, and gets no second run of it', async () => {
    const body = JSON.stringify({ event_id: 'Ev1', event: { type: 'message', text: INJECTED } });
    const { port, webhooks, decisions } = await startGuard({
      provider: slack,
      duplicates: { store: memoryStore() },
    });
    const headers = signed(slack, body);
    expect((await send(port, { headers: { ...headers, 'Content-Type': JSON_TYPE }, body })).status).toBe(200);
    expect((await send(port, { headers: { ...headers, 'Content-Type': FORM_TYPE }, body })).status).toBe(400);
    expect((await send(port, { headers: { ...headers, 'Content-Type': 'text/plain' }, body })).status).toBe(
      200,
    );
    await eventually(() => decisions.length === 3);
    expect(webhooks.map(({ payload }) => payload)).toEqual([JSON.parse(body)]);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'refused', 'duplicate']);
  });

  it('makes no payload of the title of a GitHub issue', async () => {
    const body = JSON.stringify({ action: 'opened', issue: { title: INJECTED } });
    const { port, webhooks } = await startGuard({ provider: github, duplicates: false });
    const headers = { ...signed(github, body), 'X-GitHub-Event': 'push' };
    const statuses: number[] = [];
    for (const type of [JSON_TYPE, 'text/plain', FORM_TYPE, `${FORM_TYPE}; charset=utf-8`]) {
      statuses.push((await send(port, { headers: { ...headers, 'Content-Type': type }, body })).status);
    }
    expect(statuses).toEqual([200, 200, 400, 400]);
    expect(webhooks.map(({ payload }) => payload)).toEqual(Array(2).fill(JSON.parse(body)));
  });

  it('makes no form of JSON that Twilio has signed by its digest', () => {
    const body = Buffer.from(JSON.stringify({ text: INJECTED }));
    const url = `https://example.org/?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const signature = createHmac('sha1', SECRET).update(url).digest('base64');
    const read = (type: string, bytes: Buffer): unknown => {
      const headers = { 'content-type': type, 'x-twilio-signature': signature };
      const delivery = { method: 'POST', url: '/', headers, body: bytes };
      return verifySync(delivery, { provider: twilio, secret: SECRET, publicUrl: url }).payload;
    };
    expect(read(JSON_TYPE, body)).toEqual({ text: INJECTED });
    expect(() => read(FORM_TYPE, body)).toThrow(WebhookError);
    // The digest covers no body but its own: an empty form, whose fields add nothing to the address, is none.
    expect(() => read(FORM_TYPE, Buffer.alloc(0))).toThrow(WebhookError);
  });

  it('gets a form read as a form, or refused where it is called JSON', async () => {
    const body = 'command=%2Fgo&text=%7B%22a%22%3A1%7D';
    const { port, webhooks } = await startGuard({ provider: slack, duplicates: false });
    const statuses: number[] = [];
    for (const type of [FORM_TYPE, 'text/plain', JSON_TYPE, 'application/x+json; a=b']) {
      const headers = { ...signed(slack, body), 'Content-Type': type };
      statuses.push((await send(port, { headers, body })).status);
    }
    expect(statuses).toEqual([200, 200, 400, 400]);
    expect(webhooks.map(({ payload }) => payload)).toEqual(
      Array(2).fill({ command: '/go', text: '{"a":1}' }),
    );
  });

  it.each(['eager', 'lazy'] as const)(
    'gets no text by a charset of the header: JSON is UTF-8 or refused (%s)',
    async (parse) => {
      const provider = withContent({});
      const body = '{"name":"Zoë"}';
      const latin1 = Buffer.from(body, 'latin1');
      const { port, decisions } = await startRouter({
        provider,
        parse,
        duplicates: false,
        events: { '*': (webhook) => void JSON.stringify(webhook.payload) },
      });
      const sendAs = async (type: string, bytes: string | Buffer = body): Promise<number> => {
        const headers = { ...signed(provider, bytes), 'Content-Type': type };
        return (await send(port, { path: '/hooks', headers, body: bytes })).status;
      };
      expect(await sendAs('application/json; charset=utf-8')).toBe(200);
      expect(await sendAs('application/json; charset=iso-8859-1')).toBe(200);
      expect(await sendAs('application/json', latin1)).toBe(400);
      expect(await sendAs('application/json; charset=iso-8859-1', latin1)).toBe(415);
      await eventually(() => decisions.length === 4);
      expect(decisions.map(({ code }) => code)).toEqual([
        null,
        null,
        'ERR_WEBHOOK_PAYLOAD',
        'ERR_WEBHOOK_CHARSET',
      ]);
    },
  );

  it('gets no answer to the charset before the signature is right', async () => {
    const receiver = await startGuard({ provider: withContent({}) });
    const headers = { 'X-Sig': '0'.repeat(64), 'Content-Type': 'application/json; charset=utf-16' };
    expect((await send(receiver.port, { headers, body: '{"name":"Zoë"}' })).status).toBe(401);
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_SIGNATURE');
  });
});

describe('a sender with a charset of its own', () => {
  it('is read by the charset of its provider, whatever its header says of the same', async () => {
    const provider = withContent({ content: 'form', charset: 'windows-1252' });
    const body = 'first_name=Jos%E9&memo=5+%80';
    const { port, webhooks } = await startGuard({ provider, duplicates: false });
    for (const type of [FORM_TYPE, `${FORM_TYPE}; charset=windows-1252`, `${FORM_TYPE}; charset=latin1`]) {
      const headers = { ...signed(provider, body), 'Content-Type': type };
      expect((await send(port, { headers, body })).status).toBe(200);
    }
    expect(webhooks.map(({ payload }) => payload)).toEqual(
      Array(3).fill({ first_name: 'José', memo: '5 €' }),
    );
  });
});

function withContent(more: object): Provider {
  return defineProvider({
    name: 'of-its-own',
    algorithm: 'hmac-sha256',
    signature: { header: 'X-Sig', encoding: 'hex' },
    signed: ['{body}'],
    secret: { encoding: 'utf8' },
    ...more,
  });
}
