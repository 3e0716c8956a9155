import {
  adyen,
  coinbaseCdp,
  figma,
  gitea,
  hook0,
  hygraph,
  mandrill,
  mercadopago,
  microsoftGraph,
  pandadoc,
  plivo,
  sign,
  signBody,
  verifySync,
  WebhookError,
  type Delivery,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { createHmac } from 'node:crypto';
import { typeErrorOf } from '../helpers/type-error';

const NOW = 1_795_320_000_000;
const SECRET = 'a-secret-for-tests-of-some-length';
const HEX_KEY = 'ab'.repeat(32);
const FORM = 'application/x-www-form-urlencoded';

interface Sent {
  readonly provider: Provider;
  readonly secret?: string;
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** A delivery as the sender would sign it. */
function deliver({ provider, secret = SECRET, url, method = 'POST', headers = {}, body }: Sent): Delivery {
  const settings = { secret, now: NOW, publicUrl: url };
  const written = signBody(provider, settings, { method, headers, body: Buffer.from(body) });
  const signed = sign(provider, settings, { method, headers, body: written });
  return { method, url: url ?? '/hook', headers: { ...headers, ...signed }, body: written };
}

function receive({ provider, secret = SECRET, url }: Sent, delivery: Delivery): Webhook {
  return verifySync(delivery, { provider, secret, now: NOW, publicUrl: url });
}

const isRefused = (sent: Sent, delivery: Delivery): boolean => {
  try {
    receive(sent, delivery);
    return false;
  } catch (error) {
    if (error instanceof WebhookError && error.code === 'ERR_WEBHOOK_SIGNATURE') return true;
    throw error;
  }
};

const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
const ITEM = { pspReference: '1', amount: { value: 5, currency: 'EUR' }, eventCode: 'REFUND', reason: 'x' };
const notification = (item: object = ITEM): string =>
  JSON.stringify({ live: 'false', notificationItems: [{ NotificationRequestItem: item }] });

const SENDERS: readonly Sent[] = [
  { provider: adyen, secret: HEX_KEY, body: notification() },
  { provider: adyen, secret: HEX_KEY, body: '{}' },
  { provider: coinbaseCdp, body: '{"eventType":"a"}' },
  { provider: hook0, body: '{"a":1}' },
  { provider: figma, body: '{"event_type":"PING"}' },
  { provider: gitea, body: '{"ref":"main"}' },
  { provider: gitea, body: form({ payload: '{"ref":"main"}' }), headers: { 'content-type': FORM } },
  { provider: hygraph, body: '{"operation":"publish"}' },
  {
    provider: mandrill,
    url: 'https://example.org/m',
    body: form({ mandrill_events: '[{"event":"send"}]', a: '1' }),
  },
  { provider: mercadopago, url: 'https://example.org/m?data.id=1A', body: '{"type":"payment"}' },
  { provider: microsoftGraph, body: '{"value":[{"changeType":"created"}]}' },
  { provider: microsoftGraph, body: '{}' },
  { provider: plivo, url: 'https://example.org/p?b=2&a=1&a=0', body: form({ From: '1', Text: 'b c' }) },
  { provider: plivo, url: 'https://example.org/p', body: 'From=1&Digits=2&Digits=1' },
  { provider: plivo, url: 'https://example.org/p?b=2&a=1', method: 'GET', body: '' },
];

describe('senders that sign a text put together of parts', () => {
  it.each(SENDERS.map((sent) => [sent.provider.name, sent.body, sent] as const))(
    '%s verifies what it signs itself, and refuses it by another secret: %s',
    (_name, _body, sent) => {
      const delivery = deliver(sent);
      expect(receive(sent, delivery).verified).toBe(true);
      const secret = sent.secret === undefined ? `${SECRET}x` : 'cd'.repeat(32);
      expect(isRefused({ ...sent, secret }, delivery)).toBe(true);
    },
  );

  it.each([
    ['gitea signs a form by its field', gitea, form({ other: '1' })],
    ['mandrill sends a form with the field', mandrill, form({ other: '1' })],
    ['mercadopago signs data.id', mercadopago, '{}'],
  ])('sign() refuses what the sender would not send: %s', (message, provider, body) => {
    expect(typeErrorOf(() => deliver({ provider, url: 'https://example.org/', body }))).toContain(message);
  });

  it('signBody() refuses an item of Adyen with an object where a text is signed', () => {
    const body = notification({ ...ITEM, pspReference: {} });
    expect(typeErrorOf(() => deliver({ provider: adyen, secret: HEX_KEY, body }))).toContain(
      'texts and numbers',
    );
  });

  it.each([
    [gitea, { 'x-gitea-signature': '0'.repeat(64) }, 'payload=\xff'],
    [hygraph, { 'gcms-signature': 'x' }, '{}'],
    [mercadopago, { 'x-signature': 'x' }, '{}'],
    [plivo, { 'x-plivo-signature-v3': 'x', 'x-plivo-signature-v3-nonce': 'a' }, 'a=1'],
  ])('refuse what is not written as theirs: %#', (provider, headers, body) => {
    const delivery = { method: 'POST', url: '/', headers, body: Buffer.from(body, 'latin1') };
    expect(isRefused({ provider, url: 'https://example.org/?data.id=1', body }, delivery)).toBe(true);
  });

  it('sign() has nothing for a signature in the query', () => {
    expect(typeErrorOf(() => deliver({ provider: pandadoc, body: '[]' }))).toContain('pandadoc');
  });
});

describe('the parts that a signature covers', () => {
  it('are alone in the payload of Adyen, item by item, and the others apart', () => {
    const sent = { provider: adyen, secret: HEX_KEY, body: notification() };
    const webhook = receive(sent, deliver(sent));
    expect(webhook.event).toBe('REFUND');
    const signed = { pspReference: '1', success: 'true', amount: ITEM.amount, eventCode: 'REFUND' };
    expect(webhook.payload).toEqual({ notificationItems: [{ NotificationRequestItem: signed }] });
    expect(webhook.unsigned).toEqual({
      notificationItems: [
        {
          NotificationRequestItem: {
            reason: 'x',
            additionalData: { hmacSignature: expect.any(String) as string },
          },
        },
      ],
    });
  });

  it('are the signed id alone of Mercado Pago, whose body anyone can write', () => {
    const sent = SENDERS.find(({ provider }) => provider === mercadopago)!;
    const other = { ...deliver(sent), body: Buffer.from('{"type":"other"}') };
    expect(receive(sent, other)).toMatchObject({ payload: { 'data.id': '1A' }, unsigned: { type: 'other' } });
    expect(receive(sent, other).trusted).toEqual({ event: false, id: false });
    const without = { ...sent, url: 'https://example.org/m', headers: { 'x-request-id': 'r-1' } };
    expect(receive(without, deliver(without)).payload).toEqual({});
  });

  it.each([
    ['two ids', 'https://example.org/m?data.id=1&data.id=1', undefined],
    ['an id that ends a part', 'https://example.org/m?data.id=1;request-id:2', undefined],
    ['a request id that ends a part', 'https://example.org/m?data.id=1', '2;ts:1795320000'],
    ['neither id', 'https://example.org/m', undefined],
  ])('are refused where Mercado Pago has %s', (_what, url, requestId) => {
    const sent = { provider: mercadopago, url, body: '{}' };
    const headers = {
      'x-signature': `ts=1795320000,v1=${'0'.repeat(64)}`,
      ...(requestId !== undefined && { 'x-request-id': requestId }),
    };
    expect(isRefused(sent, { method: 'POST', url, headers, body: Buffer.from('{}') })).toBe(true);
  });

  it('are nothing of what came with a token in the body', () => {
    const sent = { provider: figma, body: '{"event_type":"PING"}' };
    expect(receive(sent, deliver(sent))).toMatchObject({
      event: 'PING',
      payload: {},
      unsigned: { event_type: 'PING' },
      trusted: { event: false, id: false },
    });
  });

  it('make one key for a form of Gitea, however it is written', () => {
    const sent = SENDERS.find(({ provider, headers }) => provider === gitea && headers !== undefined)!;
    const delivery = deliver(sent);
    const other = {
      ...delivery,
      body: Buffer.from(`${delivery.body.toString().replace(/%22/, '%2' + '2')}&a=1`),
    };
    expect(receive(sent, other).key).toBe(receive(sent, delivery).key);
    const twice = { ...delivery, body: Buffer.from(`${delivery.body.toString()}&payload=%7B%7D`) };
    expect(isRefused(sent, twice)).toBe(true);
  });
});

describe('what a stranger changes', () => {
  it.each([
    ['an item of Adyen that signs an object', notification({ ...ITEM, pspReference: {} })],
    [
      'seventeen items of Adyen',
      JSON.stringify({ notificationItems: Array(17).fill({ NotificationRequestItem: ITEM }) }),
    ],
    ['a body of Adyen beyond 256 KB', JSON.stringify({ notificationItems: [], a: 'x'.repeat(262_144) })],
  ])('is refused: %s', (_what, body) => {
    const delivery = { method: 'POST', url: '/', headers: {}, body: Buffer.from(body) };
    expect(isRefused({ provider: adyen, secret: HEX_KEY, body }, delivery)).toBe(true);
  });

  it.each([
    ['a thousand and one items', JSON.stringify({ value: Array(1001).fill({ clientState: SECRET }) })],
    ['more than 1 MB', JSON.stringify({ value: [{ clientState: SECRET }], a: 'x'.repeat(1_048_576) })],
  ])('is refused: %s of Microsoft Graph', (_what, body) => {
    const delivery = { method: 'POST', url: '/', headers: {}, body: Buffer.from(body) };
    expect(isRefused({ provider: microsoftGraph, body }, delivery)).toBe(true);
  });

  const mandrillOf = (body: string): boolean => {
    const sent = { provider: mandrill, url: 'https://example.org/m', body };
    const fields = new Map([...new URLSearchParams(body)].sort());
    const text = `https://example.org/m${[...fields].flat().join('')}`;
    const headers = { 'x-mandrill-signature': createHmac('sha1', SECRET).update(text).digest('base64') };
    return isRefused(sent, { method: 'POST', url: '/', headers, body: Buffer.from(body) });
  };

  it('is refused where a form of Mandrill has other names, too many, or the charset is another', () => {
    expect(mandrillOf('mandrill_events=[]')).toBe(false);
    expect(mandrillOf('mandrill_events=no+json')).toBe(false);
    expect(mandrillOf('Mandrill=1&mandrill_events=[]')).toBe(true);
    expect(mandrillOf('a=1')).toBe(true);
    const many = Array.from({ length: 16 }, (_, index) => `${'a'.repeat(index + 1)}=1`).join('&');
    expect(mandrillOf(`${many}&mandrill_events=[]`)).toBe(true);
    const body = Buffer.from('mandrill_events=\xff', 'latin1');
    const headers = { 'x-mandrill-signature': Buffer.alloc(20).toString('base64') };
    expect(
      isRefused(
        { provider: mandrill, url: 'https://example.org/', body: '' },
        { method: 'POST', url: '/', headers, body },
      ),
    ).toBe(true);
  });

  it('is refused where a header of Hook0 has other words, an item twice, or one without a name', () => {
    const sent = { provider: hook0, body: '{}' };
    const delivery = deliver(sent);
    const header = String(delivery.headers['X-Hook0-Signature']);
    for (const text of [
      `${header},t=1`,
      `${header},x`,
      header.replace('h=', 'h=a_b'),
      header.replace('h=,', ''),
    ]) {
      expect(isRefused(sent, { ...delivery, headers: { 'x-hook0-signature': text } })).toBe(true);
    }
  });

  it('is refused where Plivo has nine signatures, a body by GET, or an odd nonce', () => {
    const [post, get] = [SENDERS[13]!, SENDERS[14]!];
    const delivery = deliver(post);
    const mac = String(delivery.headers['X-Plivo-Signature-V3']);
    const nine = { ...delivery.headers, 'X-Plivo-Signature-V3': Array(9).fill(mac).join(',') };
    const odd = { ...delivery.headers, 'X-Plivo-Signature-V3-Nonce': 'a.b' };
    for (const headers of [nine, odd]) expect(isRefused(post, { ...delivery, headers })).toBe(true);
    expect(isRefused(get, { ...deliver(get), body: Buffer.from('a=1') })).toBe(true);
  });

  it('is refused where Hygraph has another environment or bytes that are no UTF-8', () => {
    const sent = { provider: hygraph, body: '{}' };
    const delivery = deliver(sent);
    const headers = { 'gcms-signature': String(delivery.headers['gcms-signature']).replace('master', 'm"x') };
    expect(isRefused(sent, { ...delivery, headers })).toBe(true);
    expect(isRefused(sent, { ...delivery, body: Buffer.from([0x7b, 0xff]) })).toBe(true);
  });

  it('is refused at start-up: a key of Adyen that is not hexadecimal', () => {
    const delivery = { method: 'POST', url: '/', headers: {}, body: Buffer.from('{}') };
    expect(typeErrorOf(() => verifySync(delivery, { provider: adyen, secret: SECRET }))).toContain('adyen');
  });
});
