import { createHash, createHmac } from 'node:crypto';
import { defineProvider, github, memoryStore, slack, twilio, verifySync, type Provider } from 'hooklatch';
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
    expect((await send(port, { headers: { ...headers, 'Content-Type': FORM_TYPE }, body })).status).toBe(200);
    await eventually(() => decisions.length === 2);
    expect(webhooks.map(({ payload }) => payload)).toEqual([JSON.parse(body)]);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'duplicate']);
  });

  it('makes no payload of the title of a GitHub issue', async () => {
    const body = JSON.stringify({ action: 'opened', issue: { title: INJECTED } });
    const { port, webhooks } = await startGuard({ provider: github, duplicates: false });
    const headers = { ...signed(github, body), 'X-GitHub-Event': 'push' };
    for (const type of [JSON_TYPE, FORM_TYPE, `${FORM_TYPE}; charset=utf-8`]) {
      expect((await send(port, { headers: { ...headers, 'Content-Type': type }, body })).status).toBe(200);
    }
    expect(webhooks.map(({ payload }) => payload)).toEqual(Array(3).fill(JSON.parse(body)));
  });

  it('makes no form of JSON that Twilio has signed by its digest', () => {
    const body = Buffer.from(JSON.stringify({ text: INJECTED }));
    const url = `https://example.org/?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const signature = createHmac('sha1', SECRET).update(url).digest('base64');
    for (const type of [JSON_TYPE, FORM_TYPE]) {
      const headers = { 'content-type': type, 'x-twilio-signature': signature };
      const delivery = { method: 'POST', url: '/', headers, body };
      const { payload } = verifySync(delivery, { provider: twilio, secret: SECRET, publicUrl: url });
      expect(payload).toEqual({ text: INJECTED });
    }
  });

  it('gets a form read as a form, by any name', async () => {
    const body = 'command=%2Fgo&text=%7B%22a%22%3A1%7D';
    const { port, webhooks } = await startGuard({ provider: slack, duplicates: false });
    for (const type of [JSON_TYPE, FORM_TYPE, 'text/plain']) {
      const headers = { ...signed(slack, body), 'Content-Type': type };
      expect((await send(port, { headers, body })).status).toBe(200);
    }
    expect(webhooks.map(({ payload }) => payload)).toEqual(
      Array(3).fill({ command: '/go', text: '{"a":1}' }),
    );
  });

  it.each(['eager', 'lazy'] as const)(
    'gets 415 for a charset that would change the text (%s)',
    async (parse) => {
      const provider = withContent({});
      const body = '{"name":"Zoë"}';
      const { port, decisions } = await startRouter({
        provider,
        parse,
        duplicates: false,
        events: { '*': (webhook) => void JSON.stringify(webhook.payload) },
      });
      const sendAs = async (type: string): Promise<number> => {
        const headers = { ...signed(provider, body), 'Content-Type': type };
        return (await send(port, { path: '/hooks', headers, body })).status;
      };
      expect(await sendAs('application/json; charset=utf-8')).toBe(200);
      expect(await sendAs('application/json; charset=iso-8859-1')).toBe(415);
      await eventually(() => decisions.length === 2);
      expect(decisions[1]!.code).toBe('ERR_WEBHOOK_CHARSET');
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
