import {
  fastcomments,
  github,
  linear,
  makeVerifier,
  medplum,
  mux,
  sign,
  square,
  verify,
  verifySync,
  WebhookError,
  workos,
  type Delivery,
  type Provider,
  type VerifySettings,
} from 'hooklatch';
import { createHmac } from 'node:crypto';
import { typeErrorOf } from '../helpers/type-error';

const NOW = 1_700_000_000_000;
const SECRET = 'a-secret-of-thirty-two-characters';

const delivery = (headers: Delivery['headers'], body: string | Buffer, more = {}): Delivery => ({
  method: 'POST',
  url: '/hook',
  headers,
  body: Buffer.from(body as string),
  ...more,
});

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof WebhookError) return error.code;
    throw error;
  }
  return 'none';
}

function signed(provider: Provider, body: string | Buffer, more = {}): Delivery {
  const headers = sign(
    provider,
    { secret: SECRET, now: NOW, id: 'd-1' },
    { body: Buffer.from(body as string) },
  );
  return delivery(headers, body, more);
}

const settings = (more: Partial<VerifySettings> = {}): VerifySettings => ({
  provider: fastcomments,
  secret: SECRET,
  now: NOW,
  ...more,
});

describe('verifySync()', () => {
  it('returns the webhook of an authentic delivery', () => {
    const webhook = verifySync<{ id: number }>(signed(fastcomments, '{"id":1}'), settings());
    expect(webhook).toMatchObject({ provider: 'fastcomments', secretId: 'default', verified: true });
    expect(webhook.timestamp).toEqual(new Date(NOW));
    expect(webhook.payload.id).toBe(1);
  });

  it('refuses with a WebhookError of the status that the provider wants', () => {
    const call = (provider: Provider): unknown => verifySync(delivery({}, '{}'), settings({ provider }));
    for (const provider of [fastcomments, medplum]) {
      const expected = { name: 'WebhookError', code: 'ERR_WEBHOOK_HEADER', status: provider.refusal.status };
      expect(() => call(provider)).toThrow(expect.objectContaining(expected) as Error);
    }
    expect([fastcomments.refusal.status, medplum.refusal.status]).toEqual([401, 403]);
  });

  it('judges the bytes as they came', () => {
    const bodies = [
      '{ "a" : 1.0 }\r\n',
      '{"name":"Zo\\u00eb – café ☕"}',
      '\ufeff{}',
      '',
      '$& $1 $$',
      Buffer.from([0, 0xff, 0xfe, 0x80]),
    ];
    for (const body of bodies) {
      expect(verifySync(signed(fastcomments, body), settings()).rawBody).toEqual(Buffer.from(body as string));
      const other = {
        ...signed(fastcomments, body),
        body: Buffer.concat([Buffer.from(body as string), Buffer.from(' ')]),
      };
      expect(codeOf(() => verifySync(other, settings()))).toBe('ERR_WEBHOOK_SIGNATURE');
    }
    const decoded = { ...signed(github, Buffer.from([0xff])), body: Buffer.from('\ufffd') };
    expect(codeOf(() => verifySync(decoded, settings({ provider: github })))).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('signs the text of the timestamp, not its value', () => {
    const mac = createHmac('sha256', SECRET).update('1700000000000.{}').digest('hex');
    const headers = {
      'x-fastcomments-signature': `sha256=${mac}`,
      'x-fastcomments-timestamp': '1700000000',
    };
    expect(codeOf(() => verifySync(delivery(headers, '{}'), settings()))).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it.each([
    [NOW + 300_000, 'none'],
    [NOW - 300_000, 'none'],
    [NOW + 300_001, 'ERR_WEBHOOK_TIMESTAMP'],
    [NOW - 300_001, 'ERR_WEBHOOK_TIMESTAMP'],
  ])('at %d it answers %s', (now, code) => {
    expect(codeOf(() => verifySync(signed(fastcomments, '{}'), settings({ now })))).toBe(code);
  });

  it('judges the time before the bytes', () => {
    const stale = { ...signed(fastcomments, '{}'), body: Buffer.from('other') };
    expect(codeOf(() => verifySync(stale, settings({ now: NOW + 300_001 })))).toBe('ERR_WEBHOOK_TIMESTAMP');
  });

  it('takes another tolerance', () => {
    const call = (toleranceSeconds: number): string =>
      codeOf(() => verifySync(signed(fastcomments, '{}'), settings({ now: NOW + 5_000, toleranceSeconds })));
    expect([call(5), call(4)]).toEqual(['none', 'ERR_WEBHOOK_TIMESTAMP']);
  });

  it('goes by the clock where no time is given', () => {
    const headers = sign(fastcomments, { secret: SECRET }, { body: Buffer.from('{}') });
    expect(codeOf(() => verifySync(delivery(headers, '{}'), settings({ now: undefined })))).toBe('none');
    expect(codeOf(() => verifySync(signed(fastcomments, '{}'), settings({ now: undefined })))).toBe(
      'ERR_WEBHOOK_TIMESTAMP',
    );
  });

  it('names the secret that matched, and tries all', () => {
    const secret = [
      { id: 'new', value: 'another-secret-of-thirty-two-chars' },
      { id: 'old', value: SECRET },
    ];
    expect(verifySync(signed(fastcomments, '{}'), settings({ secret })).secretId).toBe('old');
  });

  it('refuses repeated headers, by rawHeaders or by the case of a name', () => {
    const good = signed(fastcomments, '{}');
    const rawHeaders = Object.entries(good.headers).flat() as string[];
    expect(codeOf(() => verifySync({ ...good, rawHeaders }, settings()))).toBe('none');
    const twice = [...rawHeaders, ...rawHeaders.slice(0, 2)];
    expect(codeOf(() => verifySync({ ...good, rawHeaders: twice }, settings()))).toBe('ERR_WEBHOOK_HEADER');
    const headers = { ...good.headers, 'x-fastcomments-SIGNATURE': 'sha256=00' };
    expect(codeOf(() => verifySync({ ...good, headers }, settings()))).toBe('ERR_WEBHOOK_HEADER');
  });

  it('takes SHA-1 from no sender that is described with SHA-256', () => {
    const mac = createHmac('sha1', SECRET).update('{}').digest('hex');
    for (const value of [`sha1=${mac}`, `sha256=${mac}`]) {
      const sent = delivery({ 'x-hub-signature': value, 'x-hub-signature-256': value }, '{}');
      expect(codeOf(() => verifySync(sent, settings({ provider: github })))).toBe('ERR_WEBHOOK_HEADER');
    }
  });

  it('takes milliseconds from no sender that is described with seconds', () => {
    const headers = sign(workos, { secret: SECRET, now: NOW }, { body: Buffer.from('{}') });
    const sent = delivery({ 'mux-signature': headers['workos-signature'] }, '{}');
    expect(codeOf(() => verifySync(sent, settings({ provider: mux })))).toBe('ERR_WEBHOOK_HEADER');
  });

  it('signs the address of the option, whatever Host and the proxies say', () => {
    const provider = square;
    const publicUrl = 'https://example.org/hook?a=1';
    const body = Buffer.from('{}');
    const headers = {
      ...sign(provider, { secret: SECRET, publicUrl }, { body }),
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
    };
    const call = (url: string | undefined, path: string): unknown =>
      verifySync(delivery(headers, '{}', { url: path }), settings({ provider, publicUrl: url }));
    expect(codeOf(() => call(publicUrl, '/other'))).toBe('none');
    expect(codeOf(() => call('https://evil.example/hook?a=1', publicUrl))).toBe('ERR_WEBHOOK_SIGNATURE');
    expect(typeErrorOf(() => call(undefined, publicUrl))).toBe(
      'option "publicUrl" is required for square, which signs the address: ' +
        'give the address as the sender knows it, such as https://example.org/webhooks, or its origin alone',
    );
  });
});

describe('verify()', () => {
  it('resolves with the webhook, and rejects where verifySync throws', async () => {
    await expect(verify(signed(fastcomments, '{}'), settings())).resolves.toMatchObject({ verified: true });
    await expect(verify(delivery({}, '{}'), settings())).rejects.toThrow(WebhookError);
    await expect(verify(delivery({}, '{}'), settings({ secret: '' }))).rejects.toThrow(TypeError);
  });
});

describe('a timestamp in the body', () => {
  const provider = linear;
  const verdict = (body: string): string =>
    codeOf(() => verifySync(signed(provider, body), settings({ provider })));

  it.each([
    [`{"webhookTimestamp":${NOW}}`, 'none'],
    [`{"webhookTimestamp":"${NOW}"}`, 'none'],
    [`{"webhookTimestamp":${NOW - 60_001}}`, 'ERR_WEBHOOK_TIMESTAMP'],
    [`{"webhookTimestamp":${NOW + 60_001}}`, 'ERR_WEBHOOK_TIMESTAMP'],
    ['{"webhookTimestamp":1700000000}', 'ERR_WEBHOOK_HEADER'],
    ['{"webhookTimestamp":1.7e21}', 'ERR_WEBHOOK_HEADER'],
    ['{"webhookTimestamp":null}', 'ERR_WEBHOOK_HEADER'],
    ['{"webhookTimestamp":[1700000000000]}', 'ERR_WEBHOOK_HEADER'],
    ['{}', 'ERR_WEBHOOK_HEADER'],
    ['no JSON', 'ERR_WEBHOOK_HEADER'],
  ])('of the authentic body %p it answers %s', (body, code) => {
    expect(verdict(body)).toBe(code);
  });
});

describe('makeVerifier()', () => {
  const body = '{"event":"x"}';
  const headers = sign(medplum, { secret: SECRET, now: NOW }, { body: Buffer.from(body) });

  it('says of each delivery what verifySync() says', () => {
    const settings = { provider: medplum, secret: SECRET, now: NOW };
    const judge = makeVerifier<{ event: string }>(settings);
    for (const text of [body, body]) {
      const webhook = judge(delivery(headers, text));
      expect(webhook.payload.event).toBe('x');
      expect(JSON.stringify(webhook)).toBe(JSON.stringify(verifySync(delivery(headers, text), settings)));
    }
    expect(codeOf(() => judge(delivery(headers, `${body} `)))).toBe('ERR_WEBHOOK_SIGNATURE');
  });

  it('goes by the time of the call, else by that of the settings, else by the clock', () => {
    const settings = { provider: medplum, secret: SECRET };
    const later = NOW + 3_600_000;
    expect(makeVerifier(settings)(delivery(headers, body), NOW).verified).toBe(true);
    expect(makeVerifier({ ...settings, now: NOW })(delivery(headers, body)).verified).toBe(true);
    expect(codeOf(() => makeVerifier({ ...settings, now: NOW })(delivery(headers, body), later))).toBe(
      'ERR_WEBHOOK_TIMESTAMP',
    );
    expect(codeOf(() => makeVerifier(settings)(delivery(headers, body)))).toBe('ERR_WEBHOOK_TIMESTAMP');
  });

  it('throws for wrong settings before there is a delivery', () => {
    expect(() => makeVerifier({ provider: medplum, secret: '' })).toThrow(TypeError);
  });

  it('reads headers in any case, all of them', () => {
    const mixed = { ...headers, 'X-GitHub-Event': 'push' };
    const signed = sign(github, { secret: SECRET, event: 'push' }, { body: Buffer.from(body) });
    const given = { ...mixed, 'x-hub-signature-256': signed['X-Hub-Signature-256'] };
    const webhook = makeVerifier({ provider: github, secret: SECRET })(delivery(given, body));
    expect(webhook.event).toBe('push');
  });
});
