import { providers, sign, twilio, verifySync, WebhookError, type Delivery } from 'hooklatch';
import { createHmac } from 'node:crypto';
import twilioSdk from 'twilio';
import { NOW, SECRET, send, startGuard } from '../helpers/http';
import { rawVectors } from '../helpers/vectors';

const { getExpectedBodyHash, getExpectedTwilioSignature, validateRequest, validateRequestWithBody } =
  twilioSdk;

const FORM = 'application/x-www-form-urlencoded';
const ADDRESS = 'https://example.org/hooks/twilio?foo=1&bar=2';

interface Vector {
  readonly id: string;
  readonly secret: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly now: number;
  readonly expect: 'valid' | 'invalid';
}
const vectors = rawVectors.filter(({ scheme }) => scheme === 'twilio') as unknown as readonly Vector[];

function deliver(body: string, signature: string, type: string | undefined = FORM): Delivery {
  const headers = { 'content-type': type, 'x-twilio-signature': signature };
  return { method: 'POST', url: '/', headers, body: Buffer.from(body) };
}

function accepts(delivery: Delivery, publicUrl = ADDRESS, secret = SECRET): boolean {
  try {
    return verifySync(delivery, { provider: twilio, secret, publicUrl, now: NOW }).verified;
  } catch (error) {
    expect(error).toMatchObject({ status: 403 });
    return false;
  }
}

const hmac = (text: string): string => createHmac('sha1', SECRET).update(text).digest('base64');

describe('twilio', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'judges %s as its vector says',
    (_id, vector) => {
      const { secret, url, headers, body } = vector;
      const delivery = { method: 'POST', url: '/', headers, body: Buffer.from(body) };
      expect(accepts(delivery, url, secret)).toBe(vector.expect === 'valid');
    },
  );

  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'answers %s over HTTP',
    async (_id, vector) => {
      const { origin } = new URL(vector.url);
      const { port, webhooks } = await startGuard({
        provider: twilio,
        secret: vector.secret,
        publicUrl: origin,
      });
      const path = vector.url.slice(origin.length);
      const { status } = await send(port, { path, headers: vector.headers, body: vector.body });
      expect(status).toBe(vector.expect === 'valid' ? 200 : 403);
      expect(webhooks).toHaveLength(vector.expect === 'valid' ? 1 : 0);
    },
  );

  it('gives the fields of the form, and the token of retries as an id that nobody signed', async () => {
    const { port, webhooks } = await startGuard({ provider: twilio, publicUrl: 'https://example.org' });
    const body = 'From=%2B1&Body=caf%C3%A9';
    const headers = {
      'Content-Type': FORM,
      'I-Twilio-Idempotency-Token': 'token-1',
      'X-Twilio-Signature': getExpectedTwilioSignature(SECRET, 'https://example.org/a', {
        From: '+1',
        Body: 'café',
      }),
    };
    // Twilio's caller can press the same key twice: no copy is looked for.
    for (const round of [1, 2]) {
      expect((await send(port, { path: '/a', headers, body })).status).toBe(200);
      expect(webhooks).toHaveLength(round);
    }
    expect(webhooks[0]).toMatchObject({
      payload: { From: '+1', Body: 'café' },
      id: 'token-1',
      trusted: { event: false, id: false },
    });
  });

  it('answers 400 to JSON that is covered but cannot be parsed', async () => {
    const body = '{"a":';
    const path = `/a?bodySHA256=${getExpectedBodyHash(body)}`;
    const { port } = await startGuard({ provider: twilio, publicUrl: 'https://example.org' });
    const headers = {
      'X-Twilio-Signature': hmac(`https://example.org${path}`),
      'Content-Type': 'application/json',
    };
    expect((await send(port, { path, headers, body })).status).toBe(400);
  });

  it('needs the address', () => {
    expect(() => accepts(deliver('', ''), undefined)).not.toThrow();
    expect(() => verifySync(deliver('', hmac('')), { provider: providers.twilio!, secret: SECRET })).toThrow(
      'option "publicUrl" is required for twilio',
    );
  });
});

describe('what twilio signs', () => {
  const SIGNATURE = hmac(`${ADDRESS}a1`);

  it('is the address and the fields, whatever their order', () => {
    expect(accepts(deliver('a=1', SIGNATURE))).toBe(true);
    expect(accepts(deliver('a=2', SIGNATURE))).toBe(false);
    expect(accepts(deliver('b=x&a=1', hmac(`${ADDRESS}a1bx`)))).toBe(true);
    expect(accepts(deliver('__proto__=x&a=1', hmac(`${ADDRESS}__proto__xa1`)))).toBe(true);
    expect(accepts(deliver('a=1&b=x', hmac(`${ADDRESS}bxa1`)))).toBe(false);
  });

  const payload = (body: string, content: string): unknown =>
    verifySync(deliver(body, hmac(ADDRESS + content)), {
      provider: twilio,
      secret: SECRET,
      publicUrl: ADDRESS,
    }).payload;

  it('has each value once, where Twilio repeats a name: a copy with one value twice shows the same payload', () => {
    const content = 'MessagingBinding.Address+1MessagingBinding.Address+2';
    const twice = 'MessagingBinding.Address=%2B2&MessagingBinding.Address=%2B1';
    const expected = { 'MessagingBinding.Address': ['+1', '+2'] };
    expect(payload(twice, content)).toEqual(expected);
    expect(payload(`${twice}&MessagingBinding.Address=%2B1`, content)).toEqual(expected);
    expect(payload('Digits=1&Digits=1', 'Digits1')).toEqual({ Digits: '1' });
  });

  it.each([
    ['a value twice, to make a list of it', 'From=%2B1&From=%2B1', 'From+1'],
    ['a list out of a text that holds the name of its field', 'Body=1&Body=2', 'Body1Body2'],
    ['a name that takes in a sign', 'From%2B=1', 'From+1'],
    ['a name that takes in a digit, from its front', '1a=2', '1a2'],
    ['a name that takes in a space', 'Body+a=2', 'Body a2'],
    ['a name that is empty', '=a1', 'a1'],
    ['a name of 129 letters', `${'a'.repeat(129)}=1`, `${'a'.repeat(129)}1`],
  ])('does not give a stranger %s', (_what, body, content) => {
    expect(accepts(deliver(body, hmac(ADDRESS + content)))).toBe(false);
  });

  it('takes the names that apps give their own parameters', () => {
    const body = 'SipHeader_X-Id=1&customerId=2&_x=3&a.b=4';
    expect(payload(body, 'SipHeader_X-Id1_x3a.b4customerId2')).toEqual({
      'SipHeader_X-Id': '1',
      customerId: '2',
      _x: '3',
      'a.b': '4',
    });
  });

  it('reads a body as the signed address says, and refuses a Content-Type that disagrees', () => {
    const json = '{"text":"a&From=%2B1999&Body=transfer"}';
    const covered = `${ADDRESS}&bodySHA256=${getExpectedBodyHash(json)}`;
    expect(accepts(deliver(json, hmac(covered), 'application/json'), covered)).toBe(true);
    expect(accepts(deliver(json, hmac(covered), FORM), covered)).toBe(false);
    expect(accepts(deliver(json, hmac(covered), `${FORM}; charset=utf-8`), covered)).toBe(false);
    const form = 'a=1';
    const both = `${ADDRESS}&bodySHA256=${getExpectedBodyHash(form)}`;
    expect(accepts(deliver(form, hmac(`${both}a1`), FORM), both)).toBe(false);
    expect(accepts(deliver(form, SIGNATURE, 'application/json'))).toBe(false);
  });

  it('is read once for all secrets, and not at all where the signature cannot be one', () => {
    const read = jest.spyOn(Buffer.prototype, 'toString');
    const secret = Array.from({ length: 10 }, (_none, at) => ({ id: String(at), value: `secret-${at}` }));
    const judged = (signature: string): number => {
      const given = deliver('a=1', signature);
      read.mockClear();
      expect(() => verifySync(given, { provider: twilio, secret, publicUrl: ADDRESS })).toThrow(WebhookError);
      return read.mock.contexts.filter((bytes) => bytes === given.body).length;
    };
    expect([judged(SIGNATURE), judged('AAAA')]).toEqual([1, 0]);
  });

  it('signs no form that it would not send', () => {
    const settings = { secret: SECRET, publicUrl: ADDRESS };
    expect(() => sign(twilio, settings, { body: Buffer.from('no name!=1') })).toThrow('sends no such form');
  });

  it('covers what a number that is set to GET sends: the fields in the address', () => {
    const sms = `${ADDRESS}&From=%2B15551234567&Body=Hi+there`;
    const get = (body: string, url: string, type?: string): Delivery => {
      const headers = { 'content-type': type, 'x-twilio-signature': hmac(url) };
      return { method: 'GET', url: '/', headers, body: Buffer.from(body) };
    };
    expect(accepts(get('', sms), sms)).toBe(true);
    expect(accepts(get('', sms), `${sms}&Body=other`)).toBe(false);
    // A body that nothing covers, and one that was taken away.
    expect(accepts(get('{"a":1}', sms, 'application/json'), sms)).toBe(false);
    expect(accepts(get('{"a":1}', sms), sms)).toBe(false);
    const covered = `${ADDRESS}&bodySHA256=${getExpectedBodyHash('{"a":1}')}`;
    expect(accepts(get('', covered), covered)).toBe(false);
  });

  it('lets no form of a POST be sent again by GET, as an address whose fields a text of it has named', () => {
    const account = `AC${'0af'.repeat(11).slice(1)}`;
    const text = '&From=%2B15550001&Body=deploy&z=';
    const fields = { AccountSid: account, Body: text, From: '+15551234567' };
    const content = Object.entries(fields).flat().join('');
    const form = new URLSearchParams(fields).toString();
    expect(accepts(deliver(form, hmac(ADDRESS + content)))).toBe(true);
    const moved = (url: string): boolean => {
      const headers = { 'x-twilio-signature': hmac(ADDRESS + content) };
      return accepts({ method: 'GET', url: '/', headers, body: Buffer.alloc(0) }, url);
    };
    expect(moved(ADDRESS + content)).toBe(false);
    // Written otherwise, where a spelling of it is what was signed.
    expect(moved(ADDRESS + content.replace('AccountSid', '%41ccountSid'))).toBe(false);
    // A delivery of a number that is set to GET has the same field.
    const sms = `${ADDRESS}&AccountSid=${account}&From=%2B15551234567&Body=Hi+there`;
    const headers = { 'x-twilio-signature': hmac(sms) };
    expect(accepts({ method: 'GET', url: '/', headers, body: Buffer.alloc(0) }, sms)).toBe(true);
  });

  it('covers a body that is no form only by its digest in the query', () => {
    const body = '{"a":1}';
    const covered = `${ADDRESS}&bodySHA256=${getExpectedBodyHash(body)}`;
    expect(accepts(deliver(body, hmac(covered), 'application/json'), covered)).toBe(true);
    const untyped = { ...deliver(body, ''), headers: { 'x-twilio-signature': hmac(covered) } };
    expect(accepts(untyped, covered)).toBe(true);
    expect(accepts(deliver(`${body} `, hmac(covered), 'application/json'), covered)).toBe(false);
    expect(accepts(deliver(body, hmac(ADDRESS), 'application/json'))).toBe(false);
    expect(accepts(deliver('', hmac(ADDRESS), 'application/json'))).toBe(false);
    const upper = `${ADDRESS}&bodySHA256=${getExpectedBodyHash(body).toUpperCase()}`;
    expect(accepts(deliver(body, hmac(upper), 'application/json'), upper)).toBe(true);
    for (const query of [`bodySHA256=${'0'.repeat(64)}`, 'bodySHA256=', 'bodySHA256=zz', 'bodysha256=ab']) {
      const url = `${ADDRESS}&${query}`;
      expect(accepts(deliver(body, hmac(url), 'application/json'), url)).toBe(false);
    }
    const twice = `${covered}&bodySHA256=${getExpectedBodyHash('{}')}`;
    expect(accepts(deliver(body, hmac(twice), 'application/json'), twice)).toBe(false);
  });

  it.each([
    ['https://example.org/a', 'https://example.org:443/a'],
    ['https://example.org:443/a', 'https://example.org/a'],
    ['https://example.org:8443/a', 'https://example.org/a'],
    ['https://example.org:8443/a', 'https://example.org:8443/a'],
    ['http://example.org/a', 'http://example.org:80/a'],
    ['http://user:pass@example.org/a', 'http://user:pass@example.org:80/a'],
    ['https://[::1]/a', 'https://[::1]:443/a'],
    ['https://[::1]:8443/a', 'https://[::1]/a'],
    ['https://example.org/a?q=%5B', 'https://example.org:443/a?q=%5B'],
    ['https://example.org/a?q=[x]&n=a b', 'https://example.org/a?q=%5Bx%5D&n=a%20b'],
    ["https://example.org/a?q=it's", 'https://example.org/a?q=it%27s'],
    ['https://example.org/a?', 'https://example.org:443/a?'],
  ])('takes %s for %s', (known, signed) => {
    expect(accepts(deliver('a=1', hmac(`${signed}a1`)), known)).toBe(true);
  });

  it.each([
    ['https://example.org/a/../b', 'https://example.org/b'],
    ['https://example.org/a', 'http://example.org/a'],
    ['https://example.org/a', 'https://example.org/A'],
    ['https://example.org/a', 'https://example.org/a/'],
    ['https://example.org/a?x=1', 'https://example.org/a'],
  ])('does not take %s for %s', (known, signed) => {
    expect(accepts(deliver('a=1', hmac(`${signed}a1`)), known)).toBe(false);
  });

  it('reads an address that has no host as it is', async () => {
    const { port } = await startGuard({ provider: twilio, publicUrl: 'https://example.org' });
    const headers = { 'Content-Type': FORM, 'X-Twilio-Signature': hmac('https://example.org*a1') };
    expect((await send(port, { path: '*', headers, body: 'a=1' })).status).not.toBe(500);
    const delivery = deliver('a=1', hmac('https://?a=1a1'));
    expect(accepts(delivery, 'https:///x')).toBe(false);
  });

  it.each([
    ['an empty one', ''],
    ['no base64', 'no base64!'],
    ['another length', Buffer.alloc(32).toString('base64')],
    ['without padding', SIGNATURE.replace('=', '')],
    ['with white space', `${SIGNATURE} `],
    ['two', `${SIGNATURE},${SIGNATURE}`],
    ['a very long one', 'A'.repeat(5000)],
  ])('refuses a signature that is %s', (_what, signature) => {
    expect(accepts(deliver('a=1', signature))).toBe(false);
  });

  it('refuses a form with more than a thousand fields', () => {
    const fields = Array.from({ length: 1000 }, (_none, index) => `f${index}=`);
    const text = [...fields]
      .map((field) => field.slice(0, -1))
      .sort()
      .join('');
    expect(accepts(deliver(fields.join('&'), hmac(ADDRESS + text)))).toBe(true);
    expect(accepts(deliver([...fields, ''].join('&'), hmac(ADDRESS + text)))).toBe(false);
  });

  it('refuses a form of more than 256 KB', () => {
    const text = 'x'.repeat(262_142);
    expect(accepts(deliver(`a=${text}`, hmac(`${ADDRESS}a${text}`)))).toBe(true);
    expect(accepts(deliver(`a=${text}x`, hmac(`${ADDRESS}a${text}x`)))).toBe(false);
  });

  it('does not fail over bytes that are no text', () => {
    const body = Buffer.from([0x61, 0x3d, 0xff]);
    expect(accepts({ ...deliver('', SIGNATURE), body })).toBe(false);
  });
});

describe('sign() for twilio', () => {
  it.each([
    ['a name that Twilio does not send', ADDRESS, '1=2'],
    ['a form at an address with a digest', `${ADDRESS}&bodySHA256=${getExpectedBodyHash('a=1')}`, 'a=1'],
  ])('throws for %s, which the receiver would refuse', (_what, publicUrl, text) => {
    const draft = { body: Buffer.from(text), headers: { 'Content-Type': FORM } };
    expect(() => sign(twilio, { secret: SECRET, publicUrl }, draft)).toThrow('twilio sends no such form');
  });

  it('takes the address’s word for what a body without a type is', () => {
    const text = '{"a":1}';
    const publicUrl = `${ADDRESS}&bodySHA256=${getExpectedBodyHash(text)}`;
    const headers = sign(twilio, { secret: SECRET, publicUrl }, { body: Buffer.from(text) });
    expect(headers['Content-Type']).toBe('application/json');
    expect(accepts(deliver(text, headers['X-Twilio-Signature']!, 'application/json'), publicUrl)).toBe(true);
  });
});

describe('the twilio package', () => {
  const FORMS: readonly Record<string, string | string[]>[] = [
    { CallSid: 'CA1', From: '+15005550006', Body: 'Zoë – café ☕' },
    { 'A.B': ['2', '1', '2'], B: '', 'a.b': "it's (ok) ~*!" },
    {},
  ];
  const encode = (form: Record<string, string | string[]>): string =>
    new URLSearchParams(
      Object.entries(form).flatMap(([name, values]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
    ).toString();
  const URLS = [
    ADDRESS,
    'https://example.org:8443/x',
    "http://example.org/x?q=it's+a%20b",
    'https://example.org/x',
  ];

  it.each(URLS)('signs forms that are verified, and verifies what is signed, at %s', (url) => {
    for (const form of FORMS) {
      const theirs = getExpectedTwilioSignature(SECRET, url, form);
      expect(accepts(deliver(encode(form), theirs), url)).toBe(true);
      expect(accepts(deliver(encode(form), theirs), url, `${SECRET}.`)).toBe(false);
      expect(accepts(deliver(`${encode(form)}&x=1`, theirs), url)).toBe(false);

      const body = Buffer.from(encode(form));
      const ours = sign(twilio, { secret: SECRET, publicUrl: url }, { body });
      expect(ours['Content-Type']).toBe(FORM);
      expect(validateRequest(SECRET, ours['X-Twilio-Signature']!, url, form)).toBe(true);
      expect(validateRequest(SECRET, ours['X-Twilio-Signature']!, url, { ...form, x: '1' })).toBe(false);
    }
  });

  it.each(URLS)('does the same with JSON at %s', (base) => {
    const body = '{"text":"Zoë – café ☕","amount":1.0}\n';
    const url = `${base}${base.includes('?') ? '&' : '?'}bodySHA256=${getExpectedBodyHash(body)}`;
    const theirs = getExpectedTwilioSignature(SECRET, url, {});
    expect(accepts(deliver(body, theirs, 'application/json'), url)).toBe(true);
    expect(accepts(deliver(`${body} `, theirs, 'application/json'), url)).toBe(false);

    const headers = { 'Content-Type': 'application/json' };
    const ours = sign(twilio, { secret: SECRET, publicUrl: url }, { body: Buffer.from(body), headers });
    expect(ours['Content-Type']).toBeUndefined();
    expect(validateRequestWithBody(SECRET, ours['X-Twilio-Signature']!, url, body)).toBe(true);
    expect(() =>
      sign(twilio, { secret: SECRET, publicUrl: base }, { body: Buffer.from(body), headers }),
    ).toThrow(getExpectedBodyHash(body));
  });
});
