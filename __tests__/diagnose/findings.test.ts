import { createHmac } from 'node:crypto';
import {
  defineProvider,
  fastcomments,
  linear,
  square,
  standardWebhooks,
  telehealth,
  type Delivery,
  type Provider,
} from 'hooklatch';
import { explain } from '../../src/diagnose/explain';
import { diagnosed, good, NOW, PRETTY, PUBLIC_URL, secretOf, withBody } from '../helpers/deliveries';

describe('the findings of a diagnosis', () => {
  const codes = (...args: Parameters<typeof diagnosed>): string[] =>
    diagnosed(...args).findings.map(({ code }) => code);

  it('name the secret that was used, and all where none was', () => {
    const other = { id: 'other', value: 'another secret' };
    const own = { id: 'own', value: secretOf(telehealth) };
    const [right] = diagnosed(telehealth, good(telehealth), { secret: [other, own] }).findings;
    expect(right!.observed).toMatch(/with the secret "own" \(fingerprint [0-9a-f]{8}\)\.$/);
    const sent = good(telehealth, PRETTY, { secret: 'a third one' });
    const [unknown] = diagnosed(telehealth, sent, { secret: [other, own] }).findings;
    expect(unknown!.observed).toMatch(/the secret "other" \(.*\), the secret "own" \(.*\)\.$/);
  });

  it('tell of a secret that cannot be used, unless one is proved wrong', () => {
    const bad = { id: 'bad', value: 'not base64!' };
    const value = secretOf(standardWebhooks);
    const sent = withBody(good(standardWebhooks), JSON.stringify(JSON.parse(PRETTY)));
    expect(codes(standardWebhooks, sent, { secret: [bad, { id: 'good', value }] })).toEqual([
      'secret-format',
      'body-reserialised',
    ]);
    expect(codes(standardWebhooks, sent, { secret: [bad, { id: 'good', value: `${value}\n` }] })).toEqual([
      'body-reserialised',
      'secret-white-space',
    ]);
  });

  it('are none where another secret is right, or the address is not known', () => {
    const bad = { id: 'bad', value: 'not base64!' };
    const secret = [bad, { id: 'good', value: secretOf(standardWebhooks) }];
    expect(codes(standardWebhooks, good(standardWebhooks), { secret })).toEqual(['verified']);
    const absolute = { ...good(square), url: PUBLIC_URL };
    expect(codes(square, absolute, { publicUrl: undefined })).toEqual(['public-url-missing']);
  });

  it('say nothing of a time in a body that is not authentic', () => {
    const stale = JSON.stringify({ webhookTimestamp: NOW - 600_000 });
    expect(codes(linear, good(linear, stale))).toEqual(['timestamp-stale']);
    expect(codes(linear, good(linear, stale), { secret: 'another secret' })).toEqual(['secret-unknown']);
    expect(codes(linear, good(linear, 'no JSON'))).toEqual(['timestamp-missing']);
  });

  it('are the other sender alone where that is proved', () => {
    const reversed = (body: Buffer): string =>
      createHmac('sha256', 'a key').update(Buffer.from(body).reverse()).digest('hex');
    const other = defineProvider({
      name: 'reversing',
      headers: ['X-Telehealth-Signature'],
      verify: ({ headers, body }) => (headers['x-telehealth-signature'] === reversed(body) ? {} : undefined),
    });
    const sent = {
      ...good(telehealth),
      headers: { 'x-telehealth-signature': reversed(Buffer.from(PRETTY)) },
    };
    const settings = { provider: telehealth, secret: 'a key', now: NOW };
    expect(explain(sent, settings, [other]).findings.map(({ code }) => code)).toEqual(['other-provider']);
  });

  it('keep what is missing where nothing was found under another name', () => {
    const sent = good(standardWebhooks);
    const timestamp = String(sent.headers['webhook-timestamp']);
    const key = Buffer.from(secretOf(standardWebhooks).slice('whsec_'.length), 'base64');
    const mac = createHmac('sha256', key).update(`${timestamp}.${PRETTY}`).digest('base64');
    const headers = { 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
    expect(codes(standardWebhooks, { ...sent, headers })).toEqual(['signed-other-content', 'id-missing']);
  });

  const compact = JSON.stringify(JSON.parse(PRETTY));
  it.each<[string, string, (secret: string) => string, (body: string) => string]>([
    ['secret-quotes', 'body-reserialised', (secret) => `"${secret}"`, () => compact],
    [
      'secret-encoding',
      'body-reserialised',
      (secret) => Buffer.from(secret).toString('base64'),
      () => compact,
    ],
    ['secret-white-space', 'body-newline', (secret) => ` ${secret}`, (body) => `${body}\n`],
    [
      'secret-white-space',
      'body-line-ends',
      (secret) => ` ${secret}`,
      (body) => body.replaceAll('\n', '\r\n'),
    ],
    ['secret-white-space', 'body-bom', (secret) => ` ${secret}`, (body) => `\ufeff${body}`],
  ])('are two at once, such as %s and %s', (one, other, configure, change) => {
    const sent = withBody(good(telehealth), change(PRETTY));
    const found = codes(telehealth, sent, { secret: configure(secretOf(telehealth)) });
    expect(new Set(found)).toEqual(new Set([one, other]));
  });

  it('are a secret with white space and a time that was not signed', () => {
    const sent = good(fastcomments);
    const mac = createHmac('sha256', secretOf(fastcomments)).update(PRETTY).digest('hex');
    const headers = { ...sent.headers, 'x-fastcomments-signature': `sha256=${mac}` };
    const secret = `${secretOf(fastcomments)}\n`;
    expect(new Set(codes(fastcomments, { ...sent, headers }, { secret }))).toEqual(
      new Set(['secret-white-space', 'signed-without-timestamp']),
    );
  });

  it.each([
    [NOW - 1, '', ['secret-expired', 'body-reserialised']],
    [NOW - 1, '\n', ['secret-expired', 'secret-white-space', 'body-reserialised']],
    [NOW, '', ['body-reserialised']],
  ])('tell of an old secret beside them, with its end at %p and %p behind it', (until, more, expected) => {
    const secret = [{ id: 'old', value: secretOf(telehealth) + more, notAfter: new Date(until) }];
    const found = codes(telehealth, withBody(good(telehealth), compact), { secret });
    expect(new Set(found)).toEqual(new Set(expected));
  });

  it('tell of a new secret from the millisecond on at which it is valid', () => {
    const secretFrom = (from: number) => [
      { id: 'new', value: secretOf(telehealth), notBefore: new Date(from) },
      { id: 'old', value: 'an old secret' },
    ];
    const found = [NOW, NOW + 1].map(
      (from) => codes(telehealth, withBody(good(telehealth), compact), { secret: secretFrom(from) }).length,
    );
    expect(found).toEqual([1, 2]);
  });

  it('put what has one code into one', () => {
    const sent = good(fastcomments);
    const rawHeaders = [sent.headers, sent.headers].flatMap((all) => Object.entries(all).flat() as string[]);
    const { findings } = diagnosed(fastcomments, { ...sent, rawHeaders });
    expect(findings.map(({ code, observed }) => [code, observed])).toEqual([
      [
        'header-repeated',
        'X-FastComments-Signature is there 2 times. X-FastComments-Timestamp is there 2 times.',
      ],
    ]);
  });

  it.each([
    ['abcdef', 'abcdef', '"[secret]"'],
    [' abcdef\n', 'abcdef', '"[secret]"'],
    [' abcdef ', ' abcdef ', '"[secret]"'],
    ['abcde', 'abcde', '"abcde"'],
  ])('mask the secret %p where a header has %p', (secret, encoding, shown) => {
    const sent = good(telehealth, PRETTY, { secret: 'another secret' });
    const headers = { ...sent.headers, 'content-encoding': encoding };
    const { findings } = diagnosed(telehealth, { ...sent, headers }, { secret });
    const { observed } = findings.find(({ code }) => code === 'body-inflated')!;
    expect(observed).toBe(`Content-Encoding is ${shown}, but the body is plain text.`);
  });
});

describe('the findings of a provider that is code', () => {
  const secret = 'a secret for the coded one';
  const macOf = (body: Buffer): string =>
    createHmac('sha256', secret).update(PUBLIC_URL).update(body).digest('hex');
  const coded = (answer: (right: boolean) => unknown = (right) => (right ? {} : undefined)): Provider =>
    defineProvider({
      name: 'coded',
      headers: ['X-Coded'],
      signsUrl: true,
      verify: ({ headers, body }) => answer(headers['x-coded'] === macOf(body)) as undefined,
    });
  const sentWith = (headers: Delivery['headers'], body = Buffer.from(PRETTY)): Delivery => ({
    method: 'POST',
    url: '/',
    headers,
    body,
  });
  const mac = macOf(Buffer.from(PRETTY));

  it('are looked for in bodies of up to 256 KiB', () => {
    const codeFor = (size: number): string => {
      const body = Buffer.alloc(size, 'x');
      body[0] = 0x20;
      const headers = { 'x-coded': macOf(body.subarray(1)) };
      return diagnosed(coded(), sentWith(headers, body), { secret }).findings[0]!.code;
    };
    expect([256 * 1024, 256 * 1024 + 1].map(codeFor)).toEqual(['body-white-space', 'secret-unknown']);
  });

  it('come of what a receiver would hand over', () => {
    const seen: unknown[] = [];
    const noting = defineProvider({
      name: 'noting',
      headers: ['X-Coded'],
      verify: (_delivery, { key, ...more }) => void seen.push({ ...more, key }),
    });
    const settings = { secret: [{ id: 'mine', value: 'abc' }], toleranceSeconds: 7 };
    diagnosed(noting, sentWith({ 'x-coded': mac }), settings);
    const handed = { key: 'abc', now: NOW, toleranceMs: 7000 };
    expect(seen.slice(0, 2)).toEqual([
      { ...handed, secretId: 'mine', secretIds: ['mine'] },
      { ...handed, secretId: 'default', secretIds: ['default'] },
    ]);
  });

  it('name other senders by their headers where its own is missing', () => {
    const codes = (headers: Delivery['headers']): string[] =>
      diagnosed(coded(), sentWith(headers), { secret }).findings.map(({ code }) => code);
    const foreign = { 'stripe-signature': `t=1767225600,v1=${mac}` };
    expect(codes(foreign)).toEqual(['other-provider', 'signature-missing']);
    expect(codes({ ...foreign, 'x-coded': mac.toUpperCase() })).toEqual(['secret-unknown']);
  });

  it('are none that verify where it needs time', () => {
    const waiting = coded(() => Promise.resolve({}));
    expect(diagnosed(waiting, sentWith({ 'x-coded': mac }), { secret }).verified).toBe(false);
  });
});
