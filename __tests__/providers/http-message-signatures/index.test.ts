import { createVerifier, createSigner, httpbis } from 'http-message-signatures';
import {
  httpMessageSignatures,
  makeHttpMessageSignatures,
  providers,
  sign,
  verifySync,
  WebhookError,
  type Delivery,
  type HttpMessageSignaturesOptions,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { isDummy, makeDummySecret } from '../../../src/core/secrets';
import crypto, { createHash, createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { NOW, SECRET, send, startGuard, startRouter } from '../../helpers/http';
import { rawVectors } from '../../helpers/vectors';

const URL_ = 'https://example.org/hooks?x=1';
const BODY = Buffer.from('{"id":"e1","text":"Zoë – café ☕"}\n');
const CREATED = NOW / 1000;

interface Vector {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly secret: { readonly base64: string; readonly require?: readonly string[] };
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly now: number;
  readonly expect: 'valid' | 'invalid';
}
const vectors = rawVectors.filter(
  ({ scheme }) => scheme === 'http-message-signatures',
) as unknown as readonly Vector[];

const digest = (body: Buffer, algorithm = 'sha256'): string =>
  `${algorithm.replace('sha', 'sha-')}=:${createHash(algorithm).update(body).digest('base64')}:`;

function judge(
  delivery: Delivery,
  settings: { provider?: Provider; secret?: unknown; now?: number; publicUrl?: string } = {},
): Webhook | string {
  const { provider = httpMessageSignatures, secret = SECRET, now = NOW, publicUrl = URL_ } = settings;
  try {
    return verifySync(delivery, { provider, secret: secret as string, now, publicUrl });
  } catch (error) {
    if (error instanceof WebhookError && error.status === 401) return error.code;
    throw error;
  }
}

const ACCEPTED = expect.objectContaining({ verified: true });
const REFUSED = 'ERR_WEBHOOK_SIGNATURE';

/** A delivery that is signed as the text of `input` says, over the given lines of the signature base. */
function handmade(
  input: string,
  lines: readonly string[],
  {
    label = 'sig1',
    headers = {},
    body = BODY,
    secret = SECRET,
  }: Partial<{ label: string; headers: Record<string, string>; body: Buffer; secret: string }> = {},
): Delivery {
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const signature = createHmac('sha256', secret).update(base).digest('base64');
  return {
    method: 'POST',
    url: '/',
    headers: {
      'content-digest': digest(body),
      'signature-input': `${label}=${input}`,
      signature: `${label}=:${signature}:`,
      ...headers,
    },
    body,
  };
}

const LINES = ['"@method": POST', `"@target-uri": ${URL_}`, `"content-digest": ${digest(BODY)}`];
const COVERED = '("@method" "@target-uri" "content-digest")';
const withParameters = (parameters: string): Delivery => handmade(`${COVERED}${parameters}`, LINES);

describe('http-message-signatures', () => {
  const providerFor = ({ secret }: Vector): Provider =>
    makeHttpMessageSignatures({ components: secret.require ?? ['@authority'], secretEncoding: 'base64' });

  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'judges %s as its vector says',
    (_id, vector) => {
      const { method, url, headers, body, secret, now } = vector;
      const delivery = { method, url: '/', headers, body: Buffer.from(body) };
      const verdict = judge(delivery, {
        provider: providerFor(vector),
        secret: secret.base64,
        now,
        publicUrl: url,
      });
      expect(verdict).toEqual(vector.expect === 'valid' ? ACCEPTED : REFUSED);
    },
  );

  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'answers %s over HTTP',
    async (_id, vector) => {
      const { method, url, headers, body, secret, now } = vector;
      const { origin } = new URL(url);
      const options = {
        provider: providerFor(vector),
        secret: secret.base64,
        publicUrl: origin,
        clock: () => now,
      };
      const { port } = await startGuard(options);
      const { status } = await send(port, { method, path: url.slice(origin.length), headers, body });
      expect(status).toBe(vector.expect === 'valid' ? 200 : 401);
    },
  );

  it('refuses the same messages where they do not cover what is demanded', () => {
    for (const { id, method, url, headers, body, secret, now } of vectors) {
      const provider = makeHttpMessageSignatures({ secretEncoding: 'base64' });
      const verdict = judge(
        { method, url: '/', headers, body: Buffer.from(body) },
        { provider, secret: secret.base64, now, publicUrl: url },
      );
      expect([id, verdict]).toEqual([id, id === 'rfc9421/lib-signed' ? ACCEPTED : REFUSED]);
    }
  });

  it('verifies the Ed25519 example of the RFC (B.2.6)', () => {
    const provider = makeHttpMessageSignatures({
      algorithm: 'ed25519',
      components: ['@method', '@authority', '@path'],
    });
    const input =
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
    const delivery = {
      method: 'POST',
      url: '/',
      headers: {
        date: 'Tue, 20 Apr 2021 02:07:55 GMT',
        'content-type': 'application/json',
        'content-length': '18',
        'signature-input': input,
        signature:
          'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
      },
      body: Buffer.from('{"hello": "world"}'),
    };
    const settings = {
      provider,
      secret: 'MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=',
      now: 1618884473000,
      publicUrl: 'https://example.com/foo?param=Value&Pet=dog',
    };
    expect(judge(delivery, settings)).toMatchObject({ verified: true, trusted: { id: false, event: false } });
    expect(judge({ ...delivery, method: 'PUT' }, settings)).toBe(REFUSED);
  });

  it('answers 400 to a body that is authentic but no JSON', async () => {
    const { port } = await startGuard({ provider: httpMessageSignatures, publicUrl: 'https://example.org' });
    const headers = sign(
      httpMessageSignatures,
      { secret: SECRET, now: NOW, publicUrl: 'https://example.org/' },
      { body: Buffer.from('{') },
    );
    expect((await send(port, { headers, body: '{' })).status).toBe(400);
  });

  it('trusts event and id where their headers are covered, and only there', () => {
    const provider = makeHttpMessageSignatures({
      event: { header: 'X-Event' },
      id: { header: ['X-Id', 'X-Old-Id'] },
    });
    const settings = { secret: SECRET, now: NOW, publicUrl: URL_, event: 'paid', id: 'd1' };
    const headers = sign(provider, settings, { body: BODY });
    expect(headers['Signature-Input']).toContain('"x-id" "x-event")');
    const delivery = { method: 'POST', url: '/', headers, body: BODY };
    expect(judge(delivery, { provider })).toMatchObject({
      event: 'paid',
      id: 'd1',
      trusted: { event: true, id: true },
    });
    expect(judge({ ...delivery, headers: { ...headers, 'X-Event': 'void' } }, { provider })).toBe(REFUSED);
    const uncovered = { ...withParameters(`;created=${CREATED}`) };
    const added = { ...uncovered, headers: { ...uncovered.headers, 'x-event': 'paid', 'x-old-id': 'd1' } };
    expect(judge(added, { provider })).toMatchObject({
      event: 'paid',
      id: 'd1',
      trusted: { event: false, id: false },
    });
  });

  it('takes the same body for another address or method as another delivery, and a copy for a copy', async () => {
    const { port, webhooks } = await startGuard({
      provider: httpMessageSignatures,
      publicUrl: 'https://example.org',
    });
    for (const [method, path] of [
      ['POST', '/a'],
      ['POST', '/a'],
      ['POST', '/b'],
      ['PUT', '/b'],
    ] as const) {
      const settings = { secret: SECRET, now: NOW, publicUrl: `https://example.org${path}` };
      const headers = sign(httpMessageSignatures, settings, { method, body: BODY });
      expect((await send(port, { method, path, headers, body: BODY })).status).toBe(200);
    }
    expect(webhooks).toHaveLength(3);
  });

  it('routes by method and path where no header names the event', async () => {
    const handled: string[] = [];
    const { port } = await startRouter({
      provider: httpMessageSignatures,
      publicUrl: 'https://example.org',
      events: { made: { method: 'POST', handle: () => void handled.push('made') } },
    });
    const settings = { secret: SECRET, now: NOW, publicUrl: 'https://example.org/hooks' };
    const headers = sign(httpMessageSignatures, settings, { body: BODY });
    expect((await send(port, { path: '/hooks', headers, body: BODY })).status).toBe(200);
    expect(handled).toEqual(['made']);
  });

  it('needs the address', () => {
    expect(() =>
      verifySync(withParameters(''), { provider: providers['http-message-signatures']!, secret: SECRET }),
    ).toThrow('option "publicUrl" is required');
  });

  it.each([
    [{ algorithm: 'rsa-pss-sha512' }, 'algorithm'],
    [{ secretEncoding: 'hex' }, 'secretEncoding'],
    [{ components: [] }, 'components'],
    [{ components: ['Date'] }, 'components'],
    [{ components: ['@status'] }, 'components'],
    [{ components: ['@signature-params'] }, 'components'],
    [{ components: [1] }, 'components'],
    [{ components: 'date' }, 'components'],
    [{ label: 'Sig1' }, 'label'],
    [{ label: 1 }, 'label'],
    [{ name: 'Not A Name' }, 'name'],
    [{ toleranceSeconds: 0 }, 'toleranceSeconds'],
    [{ verify: () => ({}) }, 'unknown option "verify"'],
  ])('throws for the options %p', (options, text) => {
    expect(() => makeHttpMessageSignatures(options as HttpMessageSignaturesOptions)).toThrow(text);
  });
});

describe('what a signature must cover', () => {
  const created = `;created=${CREATED}`;

  it.each([
    ['all of it', COVERED, LINES],
    [
      'the address in parts',
      '("@method" "@authority" "@path" "@query" "content-digest")',
      [
        '"@method": POST',
        '"@authority": example.org',
        '"@path": /hooks',
        '"@query": ?x=1',
        `"content-digest": ${digest(BODY)}`,
      ],
    ],
    [
      'the address as authority and request target',
      '("content-digest" "@request-target" "@authority" "@scheme" "@method")',
      [
        `"content-digest": ${digest(BODY)}`,
        '"@request-target": /hooks?x=1',
        '"@authority": example.org',
        '"@scheme": https',
        '"@method": POST',
      ],
    ],
  ])('is %s', (_what, covered, lines) => {
    const delivery = handmade(covered + created, lines);
    expect(judge(delivery)).toEqual(ACCEPTED);
    expect(judge(delivery, { secret: `${SECRET}.` })).toBe(REFUSED);
    expect(judge({ ...delivery, method: 'PUT' })).toBe(REFUSED);
    expect(judge(delivery, { publicUrl: 'https://example.org/hooks?x=2' })).toBe(REFUSED);
    expect(judge(delivery, { publicUrl: 'https://example.com/hooks?x=1' })).toBe(REFUSED);
    expect(judge({ ...delivery, body: Buffer.from(`${BODY.toString()} `) })).toBe(REFUSED);
  });

  it.each([
    ['no method', '("@target-uri" "content-digest")', LINES.slice(1)],
    ['no address', '("@method" "content-digest")', [LINES[0]!, LINES[2]!]],
    ['no digest', '("@method" "@target-uri")', LINES.slice(0, 2)],
    [
      'no query',
      '("@method" "@authority" "@path" "content-digest")',
      [LINES[0]!, '"@authority": example.org', '"@path": /hooks', LINES[2]!],
    ],
    ['nothing', '()', []],
  ])('is not there: %s', (_what, covered, lines) => {
    expect(judge(handmade(covered + created, lines))).toBe(REFUSED);
  });

  it('needs no query where there is none', () => {
    const lines = [LINES[0]!, '"@authority": example.org', '"@path": /', LINES[2]!];
    const delivery = handmade(`("@method" "@authority" "@path" "content-digest")${created}`, lines);
    for (const publicUrl of ['https://example.org', 'https://example.org/', 'https://EXAMPLE.org:443/']) {
      expect(judge({ ...delivery, url: '/' }, { publicUrl })).toEqual(ACCEPTED);
    }
    expect(judge(delivery, { publicUrl: 'https://example.org/?x' })).toBe(REFUSED);
    expect(judge(delivery, { publicUrl: 'https://example.org/#x' })).toBe(REFUSED);
    expect(judge(delivery, { publicUrl: 'https:///example.org' })).toBe(REFUSED);
  });

  it('writes an absent query as "?", and the path as it came', () => {
    const covered = `("@method" "@authority" "@path" "@query" "content-digest")${created}`;
    const lines = (path: string): string[] => [
      LINES[0]!,
      '"@authority": example.org',
      `"@path": ${path}`,
      '"@query": ?',
      LINES[2]!,
    ];
    expect(judge(handmade(covered, lines('/a')), { publicUrl: 'https://example.org/a' })).toEqual(ACCEPTED);
    expect(judge(handmade(covered, lines('/b')), { publicUrl: 'https://example.org/a/../b' })).toBe(REFUSED);
    expect(judge(handmade(covered, lines('/a/../b')), { publicUrl: 'https://example.org/a/../b' })).toEqual(
      ACCEPTED,
    );
  });

  it('is what the options demand beside', () => {
    const provider = makeHttpMessageSignatures({
      components: ['@method', '@target-uri', 'content-digest', 'x-tenant'],
    });
    expect(judge(withParameters(created), { provider })).toBe(REFUSED);
    const covered = '("@method" "@target-uri" "content-digest" "x-tenant")';
    const delivery = handmade(covered + created, [...LINES, '"x-tenant": a'], {
      headers: { 'x-tenant': 'a' },
    });
    expect(judge(delivery, { provider })).toEqual(ACCEPTED);
    expect(judge(delivery)).toEqual(ACCEPTED);
    expect(judge({ ...delivery, headers: { ...delivery.headers, 'x-tenant': 'b' } })).toBe(REFUSED);
    expect(judge({ ...delivery, headers: { ...delivery.headers, 'x-tenant': ['a', 'a'] } })).toBe(REFUSED);
    expect(judge({ ...delivery, headers: { ...delivery.headers, 'x-tenant': undefined } })).toBe(REFUSED);
    const rawHeaders = ['X-Tenant', 'a', 'x-tenant', 'a'];
    expect(judge({ ...delivery, rawHeaders })).toBe(REFUSED);
  });

  it.each(['ü', 'a\nb', '\u0161'])('is ASCII on one line: %j', (value) => {
    const covered = '("@method" "@target-uri" "content-digest" "x-tenant")';
    const delivery = handmade(covered + created, [...LINES, `"x-tenant": ${value}`], {
      headers: { 'x-tenant': value },
    });
    expect(judge(delivery)).toBe(REFUSED);
  });

  it.each([
    ['a component twice', '("@method" "@method" "@target-uri" "content-digest")', [LINES[0]!, ...LINES]],
    [
      'a component with a parameter',
      '("@method" "@target-uri" "content-digest";sf)',
      [LINES[0]!, LINES[1]!, `"content-digest";sf: ${digest(BODY)}`],
    ],
    [
      'a component of a request',
      '("@method";req "@target-uri" "content-digest")',
      ['"@method";req: POST', ...LINES.slice(1)],
    ],
    [
      'a query parameter',
      '("@method" "@target-uri" "content-digest" "@query-param";name="x")',
      [...LINES, '"@query-param";name="x": 1'],
    ],
    ['a status', '("@method" "@target-uri" "content-digest" "@status")', [...LINES, '"@status": 200']],
    [
      'its own parameters',
      '("@method" "@target-uri" "content-digest" "@signature-params")',
      [...LINES, '"@signature-params": x'],
    ],
    [
      'a name in upper case',
      '("@method" "@target-uri" "Content-Digest")',
      [LINES[0]!, LINES[1]!, `"Content-Digest": ${digest(BODY)}`],
    ],
    [
      'a prototype',
      '("@method" "@target-uri" "content-digest" "__proto__")',
      [...LINES, '"__proto__": [object Object]'],
    ],
    ['a token', '(@method "@target-uri" "content-digest")', LINES],
    ['a number', '("@method" "@target-uri" "content-digest" 1)', [...LINES, '1: 1']],
    [
      'too many',
      `("@method" "@target-uri" "content-digest" ${Array.from({ length: 30 }, (_n, i) => `"x-${i}"`).join(' ')})`,
      [...LINES, ...Array.from({ length: 30 }, (_n, i) => `"x-${i}": 1`)],
    ],
  ])('is not %s', (_what, covered, lines) => {
    const extra = Object.fromEntries(Array.from({ length: 30 }, (_n, i) => [`x-${i}`, '1']));
    expect(judge(handmade(covered + created, lines, { headers: extra }))).toBe(REFUSED);
  });
});

describe('the parameters of a signature', () => {
  it.each([
    [`;created=${CREATED}`, true],
    [`;created=${CREATED};keyid="k1";alg="hmac-sha256";nonce="n";tag="t";expires=${CREATED}`, true],
    [`;created=${CREATED - 300}`, true],
    [`;created=${CREATED};expires=${CREATED + 1}`, true],
    [`;created=${CREATED};expires=${CREATED - 1}`, false],
    [`;created=${CREATED};expires="never"`, false],
    [`;created="${CREATED}"`, false],
    [`;created=${CREATED}.5`, false],
    [';created', false],
    ['', false],
    [`;created=${CREATED};alg="ed25519"`, false],
    [`;created=${CREATED};alg="none"`, false],
    [`;created=${CREATED};alg=hmac-sha256`, false],
    [`;created=${CREATED};keyid=5`, false],
    [`;created=${CREATED};keyid=token`, false],
    [`;created=${CREATED};keyid=:AAAA:`, false],
    [`;created=${CREATED};nonce=@1`, false],
    [`;created=${CREATED};x=?1`, false],
    [`;created=${CREATED};x=1.5`, false],
  ])('%j are accepted: %p', (parameters, accepted) => {
    expect(judge(withParameters(parameters))).toEqual(accepted ? ACCEPTED : REFUSED);
  });

  it.each([-301, 301, -1e10, 999_999_999_999_999 - CREATED])(
    '%d seconds off are outside the window',
    (seconds) => {
      expect(judge(withParameters(`;created=${CREATED + seconds}`))).toBe('ERR_WEBHOOK_TIMESTAMP');
    },
  );

  it('computes as often for a key that does not exist as for one that does, whichever it is', () => {
    const secret = ['k1', 'k2', 'k3'].map((id) => ({
      id,
      value: `${id} another-secret-of-thirty-two-chars`,
    }));
    const hmac = jest.spyOn(crypto, 'createHmac');
    const counts = ['k1', 'k2', 'k3', 'unknown', ''].map((keyid) => {
      const forged = withParameters(`;created=${CREATED};keyid="${keyid}"`);
      hmac.mockClear();
      expect(judge(forged, { secret })).toBe(REFUSED);
      return hmac.mock.calls.length;
    });
    expect(counts).toEqual([1, 1, 1, 1, 1]);
  });

  it('is refused where it is right by a secret that its keyid does not name', () => {
    const right = withParameters(`;created=${CREATED};keyid="unknown"`);
    const others = [
      { id: 'k1', value: SECRET },
      { id: 'k2', value: `${SECRET}.` },
    ];
    expect(judge(right, { secret: others })).toBe(REFUSED);
    expect(judge(right, { secret: [{ id: 'k1', value: SECRET }] })).toEqual(ACCEPTED);
  });

  it('shows a body that it does not cover as unsigned', () => {
    const provider = makeHttpMessageSignatures({ components: ['@method'] });
    const webhook = judge(handmade(`("@method");created=${CREATED}`, ['"@method": POST']), { provider });
    expect(webhook).toMatchObject({ payload: {}, unsigned: { id: 'e1' } });
  });

  it('choose among several secrets by their id, and any one fits a single secret', () => {
    const one = { id: 'one', value: SECRET };
    const two = { id: 'two', value: `${SECRET}.` };
    const by = (keyid: string): Delivery => withParameters(`;created=${CREATED};keyid="${keyid}"`);
    const without = withParameters(`;created=${CREATED}`);
    expect(judge(by('one'), { secret: [two, one] })).toMatchObject({ secretId: 'one' });
    expect(judge(by('two'), { secret: [two, one] })).toBe(REFUSED);
    expect(judge(by('three'), { secret: [two, one] })).toBe(REFUSED);
    expect(judge(without, { secret: [two, one] })).toMatchObject({ secretId: 'one' });
    expect(judge(by('three'), { secret: one })).toMatchObject({ secretId: 'one' });
    const old = { ...two, notAfter: new Date(NOW - 1) };
    expect(judge(by('three'), { secret: [one, old] })).toMatchObject({ secretId: 'one' });
  });

  it('are written as they were: spaces in them are not signed', () => {
    const { headers, ...rest } = withParameters(`;created=${CREATED};keyid="k"`);
    const spaced = String(headers['signature-input'])
      .replace('("@method" ', '( "@method"  ')
      .replace(';keyid', '; keyid');
    expect(judge({ ...rest, headers: { ...headers, 'signature-input': spaced } })).toEqual(ACCEPTED);
  });
});

describe('several signatures', () => {
  const good = withParameters(`;created=${CREATED}`);
  const join = (...deliveries: readonly Delivery[]): Delivery => {
    const all = (name: string): string => deliveries.map(({ headers }) => headers[name]).join(', ');
    return {
      ...good,
      headers: { ...good.headers, 'signature-input': all('signature-input'), signature: all('signature') },
    };
  };
  const labelled = (label: string, secret = SECRET): Delivery =>
    handmade(`${COVERED};created=${CREATED}`, LINES, { label, secret });

  it('are tried one after the other, or by the label that is set', () => {
    const both = join(labelled('proxy', 'another'), labelled('sender'));
    expect(judge(both)).toEqual(ACCEPTED);
    expect(judge(both, { provider: makeHttpMessageSignatures({ label: 'sender' }) })).toEqual(ACCEPTED);
    expect(judge(both, { provider: makeHttpMessageSignatures({ label: 'proxy' }) })).toBe(REFUSED);
    expect(judge(both, { provider: makeHttpMessageSignatures({ label: 'other' }) })).toBe(REFUSED);
  });

  it('are at most eight', () => {
    const eight = Array.from({ length: 7 }, (_none, index) => labelled(`p${index}`, 'another'));
    expect(judge(join(...eight, labelled('last')))).toEqual(ACCEPTED);
    expect(judge(join(...eight, labelled('p8', 'another'), labelled('last')))).toBe(REFUSED);
  });

  it.each([
    ['other labels', { signature: 'sig2=:AAAA:' }],
    ['no bytes', { signature: 'sig1="x"' }],
    ['a list of bytes', { signature: 'sig1=(:AAAA:)' }],
    ['no signature', { signature: 'sig1' }],
    ['no dictionary', { signature: '=:' }],
    ['another length', { signature: 'sig1=:AAAA:' }],
    ['an empty one', { signature: 'sig1=::' }],
    ['an input that is no dictionary', { 'signature-input': 'sig1=(' }],
    ['an input that is no list', { 'signature-input': 'sig1="@method"' }],
    ['an empty input', { 'signature-input': ' ' }],
    ['two keys, of which the last counts', { signature: `${String(good.headers.signature)}, sig1=:AAAA:` }],
    ['a prototype for a label', { 'signature-input': '__proto__=()' }],
  ])('are refused with %s', (_what, headers) => {
    expect(judge({ ...good, headers: { ...good.headers, ...headers } })).toBe(REFUSED);
  });

  it.each([
    { signature: undefined },
    { 'signature-input': undefined },
    { signature: ['a', 'b'] },
    { signature: 'x'.repeat(5000) },
  ])('are missing in %p', (headers) => {
    expect(judge({ ...good, headers: { ...good.headers, ...headers } })).toBe('ERR_WEBHOOK_HEADER');
  });
});

describe('the digest of the content', () => {
  const withDigest = (header: string): Delivery =>
    handmade(`${COVERED};created=${CREATED}`, [LINES[0]!, LINES[1]!, `"content-digest": ${header}`], {
      headers: { 'content-digest': header },
    });

  it.each([
    [digest(BODY), true],
    [digest(BODY, 'sha512'), true],
    [`${digest(BODY)}, ${digest(BODY, 'sha512')}`, true],
    [`md5=:AAAA:, ${digest(BODY)}`, true],
    [`${digest(BODY)}, ${digest(Buffer.from('x'), 'sha512')}`, false],
    [digest(Buffer.from('x')), false],
    ['md5=:AAAA:', false],
    ['sha-256=:AAAA:', false],
    ['sha-256="x"', false],
    ['sha-256', false],
    ['sha-256=(', false],
    ['', false],
  ])('%j is right: %p', (header, right) => {
    expect(judge(withDigest(header))).toEqual(right ? ACCEPTED : REFUSED);
  });

  it('is checked where it is not demanded nor covered, and the body is then not trusted', () => {
    const provider = makeHttpMessageSignatures({ components: ['@method'], event: { body: 'id' } });
    const delivery = handmade(`("@method");created=${CREATED}`, LINES.slice(0, 1));
    expect(judge(delivery, { provider })).toMatchObject({ event: 'e1', trusted: { event: false } });
    expect(judge({ ...delivery, body: Buffer.from('{}') }, { provider })).toBe(REFUSED);
    const none = { ...delivery, headers: { ...delivery.headers, 'content-digest': undefined } };
    expect(judge(none, { provider })).toEqual(ACCEPTED);
    const repeated = {
      ...delivery,
      rawHeaders: ['Content-Digest', digest(BODY), 'Content-Digest', digest(BODY)],
    };
    expect(judge(repeated, { provider })).toBe(REFUSED);
  });
});

describe('the keys of HTTP Message Signatures', () => {
  const pem = (key: KeyObject): string =>
    key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();
  const der = (key: KeyObject): string =>
    key.export({ format: 'der', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString('base64');
  const PAIRS = {
    ed25519: generateKeyPairSync('ed25519'),
    'ecdsa-p256-sha256': generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  };
  const ALGORITHMS = ['ed25519', 'ecdsa-p256-sha256'] as const;

  it.each(ALGORITHMS)('sign and verify by %s, as PEM and as base64', (algorithm) => {
    const { publicKey, privateKey } = PAIRS[algorithm];
    const provider = makeHttpMessageSignatures({ algorithm });
    for (const write of [pem, der]) {
      const headers = sign(
        provider,
        { secret: write(privateKey), now: NOW, publicUrl: URL_ },
        { body: BODY },
      );
      const delivery = { method: 'POST', url: '/', headers, body: BODY };
      expect(judge(delivery, { provider, secret: write(publicKey) })).toEqual(ACCEPTED);
      expect(judge({ ...delivery, method: 'PUT' }, { provider, secret: write(publicKey) })).toBe(REFUSED);
      const wrong = { ...delivery, headers: { ...headers, Signature: 'sig1=:AAAA:' } };
      expect(judge(wrong, { provider, secret: write(publicKey) })).toBe(REFUSED);
    }
  });

  it.each([
    ['ed25519', pem(PAIRS.ed25519.privateKey)],
    ['ed25519', pem(PAIRS['ecdsa-p256-sha256'].publicKey)],
    ['ecdsa-p256-sha256', pem(PAIRS.ed25519.publicKey)],
    ['ed25519', 'no base64!'],
    ['hmac-sha256', pem(PAIRS.ed25519.publicKey)],
  ] as const)('are refused for %s: %j', (algorithm, secret) => {
    const provider = makeHttpMessageSignatures({ algorithm });
    expect(() => judge(withParameters(''), { provider, secret })).toThrow('option "secret" is not what');
  });

  it('can be a secret in base64', () => {
    const provider = makeHttpMessageSignatures({ secretEncoding: 'base64' });
    const secret = Buffer.from(SECRET).toString('base64');
    expect(judge(withParameters(`;created=${CREATED}`), { provider, secret })).toEqual(ACCEPTED);
    expect(() => judge(withParameters(''), { provider, secret: 'no base64!' })).toThrow(TypeError);
  });

  it('are named by their id, with the label that is set', () => {
    const provider = makeHttpMessageSignatures({ label: 'own', name: 'mine' });
    const secret = { id: 'k1', value: SECRET };
    const headers = sign(provider, { secret, now: NOW, publicUrl: URL_ }, { body: BODY });
    expect(headers['Signature-Input']).toBe(`own=${COVERED};created=${CREATED};keyid="k1";alg="hmac-sha256"`);
    const webhook = judge({ method: 'POST', url: '/', headers, body: BODY }, { provider, secret: [secret] });
    expect(webhook).toMatchObject({ provider: 'mine', secretId: 'k1' });
  });

  it('cannot sign a header that is not there', () => {
    const provider = makeHttpMessageSignatures({ components: ['x-tenant'] });
    const settings = { secret: SECRET, publicUrl: URL_ };
    expect(() => sign(provider, settings, { body: BODY })).toThrow('lacks what');
    expect(sign(provider, settings, { body: BODY, headers: { 'X-Tenant': 'a' } })).toHaveProperty(
      'Signature',
    );
  });
});

describe('http-message-signatures (npm)', () => {
  const now = Date.now();
  const pairs = {
    'hmac-sha256': { ours: SECRET, private: SECRET, theirs: SECRET },
    ed25519: keysOf(generateKeyPairSync('ed25519')),
    'ecdsa-p256-sha256': keysOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' })),
  };
  function keysOf({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) {
    const spki = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    return {
      ours: spki,
      private: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      theirs: spki,
    };
  }
  const FIELDS = [
    ['@method', '@target-uri', 'content-digest'],
    ['content-digest', '@path', '@query', '@authority', '@method', 'content-type'],
    ['@request-target', '@authority', '@scheme', '@method', 'content-digest'],
  ];
  const URLS = [URL_, 'https://example.org/', 'http://example.org:8080/a%20b?q=%5Bx%5D&r='];
  const CASES = Object.keys(pairs).flatMap((algorithm) =>
    URLS.flatMap((url) => FIELDS.map((fields) => [algorithm as keyof typeof pairs, url, fields] as const)),
  );

  it.each(CASES)('signs by %s what is verified: %s %j', async (algorithm, url, fields) => {
    const provider = makeHttpMessageSignatures({ algorithm });
    const headers = { 'Content-Type': 'application/json', 'Content-Digest': digest(BODY, 'sha512') };
    const config = {
      key: createSigner(pairs[algorithm].private, algorithm, 'k1'),
      fields,
      paramValues: { created: new Date(now) },
    };
    const signed = await httpbis.signMessage(config, { method: 'POST', url, headers });
    const delivery = { method: 'POST', url: '/', headers: signed.headers, body: BODY };
    const settings = { provider, secret: pairs[algorithm].ours, now, publicUrl: url };
    expect(judge(delivery, settings)).toEqual(ACCEPTED);
    expect(judge({ ...delivery, method: 'PUT' }, settings)).toBe(REFUSED);
    expect(judge({ ...delivery, body: Buffer.from('{}') }, settings)).toBe(REFUSED);
    expect(judge(delivery, { ...settings, publicUrl: `${url}x` })).toBe(REFUSED);
  });

  it.each(CASES)('verifies by %s what is signed: %s %j', async (algorithm, url, components) => {
    const provider = makeHttpMessageSignatures({ algorithm, components });
    const given = { 'Content-Type': 'application/json' };
    const settings = { secret: { id: 'k1', value: pairs[algorithm].private }, now, publicUrl: url };
    const headers = { ...given, ...sign(provider, settings, { body: BODY, headers: given }) };
    const check = async (method: string): Promise<boolean | null> =>
      httpbis.verifyMessage(
        {
          keyLookup: async ({ keyid }) =>
            keyid === 'k1'
              ? { algs: [algorithm], verify: createVerifier(pairs[algorithm].theirs, algorithm) }
              : null,
          requiredFields: components.filter((name) => name !== 'content-type'),
          requiredParams: ['created', 'keyid', 'alg'],
        },
        { method, url, headers },
      );
    expect(await check('POST')).toBe(true);
    expect(await check('PUT')).toBe(false);
  });
});

describe('the secret that stands in for one that is not known', () => {
  it.each(['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256'] as const)('is of the kind of %s', (algorithm) => {
    const provider = makeHttpMessageSignatures({ algorithm });
    expect(isDummy(makeDummySecret(provider))).toBe(true);
  });
});
