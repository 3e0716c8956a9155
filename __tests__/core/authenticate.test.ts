import {
  defineProvider,
  fastcomments,
  github,
  hubspotV3,
  linear,
  svix,
  twitch,
  type Provider,
} from 'hooklatch';
import {
  authenticate,
  parseSignatureHeaders,
  writeSignedContent,
  getToleranceMs,
} from '../../src/core/authenticate';
import { isFresh } from '../../src/core/timestamp';
import { getCompiled } from '../../src/core/compiled-provider';
import type { PreparedSecret } from '../../src/core/secrets';
import type { SignedContent } from '../../src/core/signature';

const NOW = 1_700_000_000_000;
const MAC = 'ab'.repeat(32);
const REQUEST = { method: 'POST', url: 'https://example.org/a', body: Buffer.from('{}') };

describe('parseSignatureHeaders()', () => {
  const headers = (time: string | undefined): Record<string, string | undefined> => ({
    'x-fastcomments-signature': `sha256=${MAC}`,
    'x-fastcomments-timestamp': time,
  });

  it('returns the signatures and the text of the timestamp', () => {
    expect(parseSignatureHeaders(getCompiled(fastcomments), { headers: headers('1700000000') })).toEqual({
      compiled: getCompiled(fastcomments),
      signatures: [Buffer.from(MAC, 'hex')],
      timestampText: '1700000000',
      timestamp: NOW,
      id: '',
    });
  });

  it.each([undefined, '', 'NaN', 'undefined', '1700000000123', '1700000000.0', ' 1700000000'])(
    'refuses the timestamp %p before anything is computed',
    (time) => {
      expect(parseSignatureHeaders(getCompiled(fastcomments), { headers: headers(time) })).toBe(
        'ERR_WEBHOOK_HEADER',
      );
    },
  );

  it.each(['X-FastComments-Signature', 'X-FastComments-Timestamp'])('refuses %s twice', (name) => {
    const rawHeaders = [name, 'a', name.toLowerCase(), 'a'];
    const source = { headers: headers('1700000000'), rawHeaders };
    expect(parseSignatureHeaders(getCompiled(fastcomments), source)).toBe('ERR_WEBHOOK_HEADER');
  });

  it('knows no timestamp where the scheme has none, or has it in the body', () => {
    expect(
      parseSignatureHeaders(getCompiled(linear), { headers: { 'linear-signature': MAC } }),
    ).toMatchObject({
      timestamp: undefined,
      timestampText: '',
    });
    expect(
      parseSignatureHeaders(getCompiled(github), { headers: { 'x-hub-signature-256': `sha256=${MAC}` } }),
    ).toMatchObject({ timestamp: undefined, timestampText: '' });
  });

  describe('of a scheme that signs the id', () => {
    const source = (id: string | undefined): { headers: Record<string, string | undefined> } => ({
      headers: {
        'svix-id': id,
        'svix-timestamp': '1700000000',
        'svix-signature': `v1,${Buffer.from(MAC, 'hex').toString('base64')}`,
      },
    });

    it('returns the id', () => {
      expect(parseSignatureHeaders(getCompiled(svix), source('msg_1-a~'))).toMatchObject({ id: 'msg_1-a~' });
    });

    it.each(['msg.1', '.', 'msg.1700000000.{}'])('refuses %p, which has the separator', (id) => {
      expect(parseSignatureHeaders(getCompiled(svix), source(id))).toBe('ERR_WEBHOOK_HEADER');
    });

    it.each([undefined, '', ' ', 'a b', 'a, a', 'é', 'a\n', '\u0000'])('refuses the id %p', (id) => {
      expect(parseSignatureHeaders(getCompiled(svix), source(id))).toBe('ERR_WEBHOOK_HEADER');
    });

    it('refuses the id twice', () => {
      const rawHeaders = ['Svix-Id', 'a', 'svix-id', 'b'];
      expect(parseSignatureHeaders(getCompiled(svix), { ...source('a'), rawHeaders })).toBe(
        'ERR_WEBHOOK_HEADER',
      );
    });

    it('takes any visible id where no literal follows it', () => {
      const source = {
        headers: {
          'twitch-eventsub-message-id': 'a.b',
          'twitch-eventsub-message-timestamp': '2023-11-14T22:13:20Z',
          'twitch-eventsub-message-signature': `sha256=${MAC}`,
        },
      };
      expect(parseSignatureHeaders(getCompiled(twitch), source)).toMatchObject({ id: 'a.b', timestamp: NOW });
    });
  });
});

describe('authenticate()', () => {
  const parsedSignature = (provider: Provider): Parameters<typeof authenticate>[0] => ({
    compiled: getCompiled(provider),
    signatures: [Buffer.alloc(32), Buffer.alloc(32, 1)],
    timestampText: '1700000000',
    timestamp: NOW,
    id: '',
  });
  const tried: string[] = [];
  const secret = (id: string, matches: boolean, more: Partial<PreparedSecret> = {}): PreparedSecret => ({
    id,
    notBefore: -Infinity,
    notAfter: Infinity,
    createdAt: NaN,
    compute: () => Buffer.alloc(0),
    mark: () => id,
    verify: () => undefined,
    check: (_content: SignedContent, signatures) => {
      tried.push(`${id}:${signatures.length}`);
      return matches;
    },
    ...more,
  });
  const run = (secrets: readonly PreparedSecret[], now = NOW): ReturnType<typeof authenticate> => {
    tried.length = 0;
    return authenticate(parsedSignature(fastcomments), secrets, REQUEST, { now, toleranceMs: 300_000 });
  };

  it('tries every secret with every signature before it refuses', () => {
    expect(run([secret('a', false), secret('b', false), secret('c', false)])).toBe('ERR_WEBHOOK_SIGNATURE');
    expect(tried).toEqual(['a:2', 'b:2', 'c:2']);
  });

  it('names the secret that matched', () => {
    expect(run([secret('a', false), secret('b', true), secret('c', true)])).toMatchObject({
      secret: { id: 'b' },
    });
    expect(tried).toEqual(['a:2', 'b:2']);
  });

  it('tries the one that matched last before the others, which a failure has tried all the same', () => {
    const secrets = [secret('a', false), secret('b', true), secret('c', false)];
    const one = { ...parsedSignature(fastcomments), signatures: [Buffer.alloc(32)] };
    const judgeOne = (): unknown => authenticate(one, secrets, REQUEST, { now: NOW, toleranceMs: 300_000 });
    tried.length = 0;
    judgeOne();
    expect(tried.splice(0)).toEqual(['a:1', 'b:1']);
    expect(judgeOne()).toMatchObject({ secret: { id: 'b' } });
    expect(tried.splice(0)).toEqual(['b:1']);
    secrets.splice(1, 1, secret('b', false));
    expect(judgeOne()).toBe('ERR_WEBHOOK_SIGNATURE');
    expect(tried).toEqual(['b:1', 'c:1', 'a:1']);
  });

  it('names the first in the list that matches where there are several signatures', () => {
    const secrets = [secret('a', false), secret('b', true)];
    run(secrets);
    secrets.splice(0, 1, secret('a', true));
    tried.length = 0;
    expect(run(secrets)).toMatchObject({ secret: { id: 'a' } });
    expect(tried).toEqual(['a:2']);
  });

  it.each([
    ['before its time', { notBefore: NOW + 1 }, []],
    ['after its time', { notAfter: NOW - 1 }, []],
    ['at the first moment', { notBefore: NOW }, ['a:2']],
    ['at the last moment', { notAfter: NOW }, ['a:2']],
    ['at no time that is a number', { notBefore: NaN }, []],
  ])('uses a secret %s as it says', (_when, times, expected) => {
    const verdict = run([secret('a', true, times)]);
    expect(tried).toEqual(expected);
    expect(verdict).toEqual(
      expected.length === 0
        ? 'ERR_WEBHOOK_SIGNATURE'
        : expect.objectContaining({ secret: expect.objectContaining({ id: 'a' }) as unknown }),
    );
  });

  it('uses no secret out of its time where another is in use', () => {
    const late = secret('late', true, { notAfter: NOW - 1 });
    const early = secret('early', true, { notBefore: NOW + 1 });
    expect(run([late, secret('a', false), early])).toBe('ERR_WEBHOOK_SIGNATURE');
    expect(tried).toEqual(['a:2']);
  });

  it.each([
    ['no secret', []],
    ['no secret of this time', [secret('a', true, { notAfter: 0 })]],
  ])('computes against a dummy where there is %s', (_what, secrets) => {
    // A provider of its own, of which no test before has made the dummy.
    const provider = defineProvider({ ...fastcomments, name: 'own' });
    let compared = 0;
    const signatures = [Buffer.alloc(32)];
    signatures[Symbol.iterator] = function* () {
      compared += 1;
      yield Buffer.alloc(32);
    } as never;
    for (const time of [1, 2]) {
      const verdict = authenticate({ ...parsedSignature(provider), signatures }, secrets, REQUEST, {
        now: NOW,
        toleranceMs: 300_000,
      });
      expect([verdict, compared]).toEqual(['ERR_WEBHOOK_SIGNATURE', time]);
    }
  });

  it('says nothing of the time before the signature is right', () => {
    expect(run([secret('a', false)], 0)).toBe('ERR_WEBHOOK_SIGNATURE');
    expect(run([secret('a', true)], 0)).toBe('ERR_WEBHOOK_TIMESTAMP');
  });
});

describe('writeSignedContent()', () => {
  it('puts the received text together, in the order of the scheme', () => {
    const content = writeSignedContent(getCompiled(hubspotV3), REQUEST, '1700000000000', '');
    expect(content).toEqual({
      before: 'POSThttps://example.org/a',
      body: REQUEST.body,
      after: '1700000000000',
      secretLast: false,
    });
    expect(content.body).toBe(REQUEST.body);
  });

  it.each(['$&', "$'", '$1', '{body}', '{timestamp}', '%7B'])('expands nothing in %p', (text) => {
    const content = writeSignedContent(getCompiled(svix), REQUEST, text, text);
    expect(content.before).toBe(`${text}.${text}.`);
  });
});

describe('isFresh()', () => {
  it.each([
    [NOW, true],
    [NOW - 300_000, true],
    [NOW + 300_000, true],
    [NOW - 300_001, false],
    [NOW + 300_001, false],
    [NaN, false],
    [Infinity, false],
    [undefined, true],
  ])('of a timestamp %p it says %p', (timestamp, fresh) => {
    expect(isFresh(timestamp, NOW, 300_000)).toBe(fresh);
  });

  it('refuses where the clock or the tolerance is no number', () => {
    expect(isFresh(NOW, NaN, 300_000)).toBe(false);
    expect(isFresh(NOW, NOW, NaN)).toBe(false);
  });
});

describe('toleranceOf()', () => {
  it('takes the option, then the provider, then nothing', () => {
    expect(getToleranceMs(getCompiled(fastcomments), 5)).toBe(5_000);
    expect(getToleranceMs(getCompiled(fastcomments), undefined)).toBe(300_000);
    expect(getToleranceMs(getCompiled(github), undefined)).toBe(0);
  });
});
