import { createHmac } from 'node:crypto';
import {
  defineProvider,
  diagnose,
  fastcomments,
  github,
  medplum,
  square,
  stripe,
  telehealth,
  tokenProvider,
  twitch,
  type Delivery,
  type Provider,
} from 'hooklatch';
import { explain } from '../../src/diagnose/explain';
import { FIXES } from '../../src/diagnose/fixes';
import { readTime, formatSpan } from '../../src/diagnose/mistakes/time';
import {
  diagnosed,
  good,
  lower,
  NOW,
  PRETTY,
  PUBLIC_URL,
  secretOf,
  withSignature,
} from '../helpers/deliveries';

const first = (...args: Parameters<typeof diagnosed>): string => diagnosed(...args).findings[0]!.code;

describe('the time in a diagnosis', () => {
  it.each([
    ['1767225600', 'seconds'],
    ['1767225600000', 'milliseconds'],
    ['1767225600000000', 'microseconds'],
    ['1767225600000000000', 'nanoseconds'],
    ['1767225600.25', 'seconds with a fraction'],
    ['2026-01-01T00:00:00Z', 'rfc3339'],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 'a date in words'],
    ['2026-01-01 00:00:00', 'a date without a zone'],
  ])('%s is %s', (text, words) => {
    expect(readTime(text)?.words).toBe(words);
    expect(Math.abs(readTime(text)!.time - NOW)).toBeLessThan(15 * 3_600_000);
  });

  it('is none in other text', () => {
    for (const text of ['', 'x', '12', 'Thu, nonsense', '9'.repeat(100)])
      expect(readTime(text)).toBeUndefined();
  });

  it('is told in its two largest units', () => {
    expect([90_061_000, -61_000, 400, 7_200_000].map(formatSpan)).toEqual([
      '1 d 1 h',
      '1 min 1 s',
      '0 s',
      '2 h',
    ]);
  });

  it('is named where it is no time, without showing what it is', () => {
    const sent = good(fastcomments);
    const headers = { ...sent.headers, 'x-fastcomments-timestamp': 'a secret thing' };
    expect(diagnosed(fastcomments, { ...sent, headers }).findings[0]).toMatchObject({
      code: 'timestamp-malformed',
      observed: 'The timestamp is no time: 14 characters that are not the digits of seconds.',
    });
    const other = good(twitch, PRETTY, { event: 'x' });
    const changed = { ...other.headers, 'twitch-eventsub-message-timestamp': 'soon' };
    expect(diagnosed(twitch, { ...other, headers: changed }).findings[0]!.why).toContain(
      'a time by RFC 3339',
    );
  });

  it('is the real one where none is given', () => {
    const sent = good(fastcomments, PRETTY, { now: Date.now() });
    const settings = { provider: fastcomments, secret: secretOf(fastcomments) };
    expect(diagnose(sent, settings).verified).toBe(true);
  });
});

describe('the headers in a diagnosis', () => {
  it('may be too long, hold too many items or be escaped', () => {
    expect(
      first(
        github,
        withSignature(github, good(github), (value) => value + 'a'.repeat(5000)),
      ),
    ).toBe('signature-malformed');
    const many = withSignature(stripe, good(stripe), (value) => `${value}${',v2=ab'.repeat(20)}`);
    expect(diagnosed(stripe, many).findings[0]).toMatchObject({
      code: 'signature-malformed',
      observed: 'The signature is right, but the headers are not written as stripe does.',
    });
    const escaped = withSignature(square, good(square), (value) => value.replaceAll('=', '%3D'));
    expect(first(square, escaped)).toBe('signature-malformed');
  });

  it('are not blamed for a body that only JSON would tell from the address', () => {
    expect(diagnosed(square, good(square, Buffer.from('a=1'))).findings).toMatchObject([
      {
        code: 'body-not-json',
        observed: 'The signature is right, but the body is neither a JSON object nor a list.',
      },
    ]);
    const many = withSignature(square, good(square, Buffer.from('a=1')), (value) => `${value}, ${value}`);
    expect(first(square, many)).toBe('header-joined');
  });

  it('may have an id that is no visible ASCII', () => {
    const sent = good(twitch);
    const headers = { ...sent.headers, 'twitch-eventsub-message-id': 'a b' };
    expect(diagnosed(twitch, { ...sent, headers }).findings[0]).toMatchObject({
      code: 'id-malformed',
      observed: 'Twitch-Eventsub-Message-Id is empty, or is not visible ASCII.',
    });
  });

  it('may hold a token without its word, or with it twice', () => {
    const bearer = tokenProvider({ name: 'bearer', header: 'Authorization', prefix: 'Bearer ' });
    const sent = (authorization: string): Delivery => ({
      method: 'POST',
      url: '/',
      headers: { authorization },
      body: Buffer.from('{}'),
    });
    const secret = 'a token of some length';
    const code = (text: string): string => first(bearer, sent(text), { secret });
    expect(code(`Bearer ${secret}`)).toBe('verified');
    expect(code(secret)).toBe('signature-prefix-missing');
    expect(code(`Token ${secret}`)).toBe('signature-prefix-wrong');
    expect(code(`Bearer Bearer ${secret}`)).toBe('signature-prefix-doubled');
    expect(code('Bearer another one')).toBe('secret-unknown');
  });
});

describe('the address in a diagnosis', () => {
  it('cannot be found where there is nothing to make it of', () => {
    const settings = { publicUrl: undefined };
    expect(first(square, good(square), settings)).toBe('public-url-missing');
    expect(first(square, { ...good(square), url: 'http://[' }, settings)).toBe('public-url-missing');
    const odd = { ...good(square), headers: { ...good(square).headers, host: 'x:' } };
    expect(first(square, odd)).toBe('verified');
    expect(first(square, { ...odd, body: Buffer.from('x') })).toBe('secret-unknown');
  });

  it('may differ in nothing but its last slash', () => {
    const sent = good(square, PRETTY, { publicUrl: 'https://example.org/hook/' });
    expect(first(square, sent, { publicUrl: 'https://example.org/hook' })).toBe('signed-url-slash');
  });

  it('is not looked for in headers that are none', () => {
    const sent = { ...good(square), headers: { ...good(square).headers, host: ['a', 'b'] } };
    expect(first(square, { ...sent, body: Buffer.from('x') }, { publicUrl: PUBLIC_URL })).toBe(
      'secret-unknown',
    );
  });
});

describe('the other providers in a diagnosis', () => {
  const key = 'a key of the coded provider';
  const coded = (answer: (right: boolean) => unknown): Provider =>
    defineProvider({
      name: 'coded',
      headers: ['X-Coded'],
      verify: ({ headers, body }, { key: used }) => {
        const right = createHmac('sha256', used).update(body).digest('hex');
        return answer([headers['x-coded']].includes(right)) as undefined;
      },
    });
  const sent: Delivery = {
    method: 'POST',
    url: '/',
    headers: { 'x-coded': createHmac('sha256', key).update(PRETTY).digest('hex') },
    body: Buffer.from(PRETTY),
  };
  const codesAmong = (others: readonly Provider[], delivery = sent): string[] =>
    explain(delivery, { provider: medplum, secret: key, now: NOW }, others).findings.map(({ code }) => code);

  // The header is taken for one that was renamed, which explains the delivery.
  const GUESSED = ['header-renamed', 'signed-without-timestamp'];

  it('may be code', () => {
    expect(codesAmong([coded((right) => (right ? {} : undefined))])).toEqual(['other-provider']);
    expect(codesAmong([coded(() => undefined)])).toEqual(GUESSED);
  });

  it('are not waited for, and may fail', () => {
    expect(codesAmong([coded(() => Promise.reject(new Error('later')))])).toEqual(GUESSED);
    const broken = coded(() => {
      throw new Error('broken');
    });
    expect(codesAmong([broken])).toEqual(GUESSED);
  });

  it('are tried without a public address as well', () => {
    const delivery = {
      ...sent,
      headers: lower(good(telehealth, PRETTY, { secret: key }).headers as Record<string, string>),
    };
    expect(codesAmong([telehealth, square], delivery)).toEqual(['other-provider']);
  });

  it('are counted where there are many', () => {
    const many = Array.from({ length: 6 }, (_, index) =>
      defineProvider({
        name: `sender-${index}`,
        algorithm: 'hmac-sha256',
        signature: { header: 'X-Coded', encoding: 'hex' },
        signed: ['{body}'],
        secret: { encoding: 'utf8' },
      }),
    );
    const { findings } = explain(sent, { provider: medplum, secret: key, now: NOW }, many);
    expect(findings[0]!.observed).toContain('sender-0 or sender-1 or sender-2 or sender-3 or 2 others');
  });

  it('may say a time that is none', () => {
    const { findings } = diagnose(sent, {
      provider: coded(() => ({ timestamp: NaN })),
      secret: key,
      now: NOW,
    });
    expect(findings[0]).toMatchObject({
      code: 'timestamp-future',
      observed: expect.stringContaining('dated beyond all dates') as string,
    });
    const timeless = coded((right) => (right ? {} : undefined));
    const settings = { provider: timeless, secret: `${key}\n`, now: NOW };
    expect(diagnose(sent, settings).findings.map(({ code }) => code)).toEqual(['secret-white-space']);
    const plain = diagnose(
      { ...sent, body: Buffer.from('{"a":1}') },
      {
        provider: coded((right) => (right ? {} : undefined)),
        secret: key,
        now: NOW,
      },
    );
    expect(plain.findings[0]!.code).toBe('secret-unknown');
  });
});

describe('what to do', () => {
  it.each(Object.entries(FIXES))('about %s is held word for word', (code, fix) =>
    expect([fix]).toMatchSnapshot(code),
  );
});

describe('texts from outside', () => {
  it('are cut and made harmless', () => {
    const name = `x-\u001b[31m${'long-'.repeat(30)}signature-256`;
    const sent = good(github);
    const headers = { [name]: String(sent.headers['x-hub-signature-256']) };
    const { observed } = diagnosed(github, { ...sent, headers }).findings[0]!;
    expect(observed).toMatch(
      /^What belongs into X-Hub-Signature-256 is in the header "x-\?\[31mlong-.*\.\.\."\.$/,
    );
  });
});
