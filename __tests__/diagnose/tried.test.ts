import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib';
import {
  discord,
  fastcomments,
  fastcommentsLegacy,
  github,
  hubspotV1,
  hubspotV3,
  linear,
  medplum,
  slack,
  square,
  standardWebhooks,
  stripe,
  telehealth,
  tokenProvider,
  twitch,
  type Delivery,
  type Provider,
  type VerifySettings,
} from 'hooklatch';
import { undoBody } from '../../src/diagnose/mistakes/body';
import { compress, inflate } from '../../src/diagnose/compression';
import { fillContent, listContents } from '../../src/diagnose/mistakes/content';
import {
  sortFindings,
  makeFinding,
  type Difference,
  type Finding,
  type Variant,
} from '../../src/diagnose/findings';
import { listForms } from '../../src/diagnose/forms';
import { findBodyHints, nameRenamed } from '../../src/diagnose/hints';
import { findSecretHints } from '../../src/diagnose/mistakes/secret-looks';
import { rewriteJson } from '../../src/diagnose/json-styles';
import { makeMatch, matchConstructions } from '../../src/diagnose/match';
import { readHeaders } from '../../src/diagnose/read-headers';
import { listBodies } from '../../src/diagnose/search';
import { listKeys, listSenderKeys } from '../../src/diagnose/mistakes/secret';
import { findShape, listSignatures } from '../../src/diagnose/mistakes/signature';
import { showText, makeSubject, type Subject } from '../../src/diagnose/subject';
import {
  listOtherTimes,
  readTime,
  formatSpan,
  findTimeFault,
  findWindowFaults,
} from '../../src/diagnose/mistakes/time';
import { listUrls } from '../../src/diagnose/mistakes/url';
import { getCompiled } from '../../src/core/compiled-provider';
import { isAsymmetric } from '../../src/core/signature';
import { good, NOW, PUBLIC_URL, secretOf } from '../helpers/deliveries';

const listRenamed = (...given: Parameters<typeof nameRenamed>): ReturnType<typeof nameRenamed> =>
  nameRenamed(...given).filter(({ code }) => code === 'header-renamed');

// What a search tries, in its order. Each list is held word for word, so that nothing is left out unseen.

const visible = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1'));
const because = (differences: readonly Difference[]): string =>
  differences.map(({ code, observed }) => `${code}: ${observed}`).join(' + ');
const codes = (differences: readonly Difference[]): string => differences.map(({ code }) => code).join('+');
const told = (findings: readonly Finding[]): string[] =>
  findings.map(({ code, certainty, observed, why }) => `${code}, ${certainty}: ${observed} ${why}`);
const bytesOf = (variants: Iterable<Variant<Buffer>>): string[] =>
  [...variants].map(({ value, differences }) => `${codes(differences)} ${visible(value)}`);

const bearer = tokenProvider({ name: 'bearer', header: 'Authorization', prefix: 'Bearer ' });
const NOTHING: Delivery = { method: 'POST', url: '/', headers: {}, body: Buffer.from('{}') };

function subject(
  provider: Provider,
  delivery: Partial<Delivery> = {},
  settings: Partial<VerifySettings> = {},
): Subject {
  return makeSubject(
    { ...(isAsymmetric(provider.algorithm) ? NOTHING : good(provider, '{}')), ...delivery },
    { provider, secret: secretOf(provider), now: NOW, publicUrl: PUBLIC_URL, ...settings },
  );
}

describe('the bodies that are tried', () => {
  it.each([
    ['nothing', ''],
    ['one character', 'x'],
    ['white space', ' \t{} \r\n'],
    ['lines of both kinds', 'a\r\nb\nc'],
    ['a byte order mark', '\ufeffx'],
    ['text in another charset', '"é€"'],
    ['accents', 'e\u0301'],
    ['base64', 'eyJhIjoxfQ==\n'],
    ['base64 of three bytes', 'QUJD'],
    ['no base64', 'QUI=!'],
    ['text behind base64', '!QUJDRA=='],
    ['a string of JSON', '"{\\"a\\":1}"'],
    ['null', 'null'],
    ['a number', '12'],
    ['an empty list', '[]'],
    ['an envelope of text', '{"body":"QUJDRA==","data":"x","payload":7,"Message":"m","message":"n"}'],
    ['an envelope of more', '{"rawBody":"r","content":{"c":1},"event":[2],"detail":"d","body":null}'],
    ['a form', 'a=1+2&b=%C3%A9%2F'],
  ])('for %s', (_name, body) => {
    const variants = [...undoBody(Buffer.from(body))];
    expect(
      bytesOf(variants.filter(({ differences }) => differences[0]!.code !== 'body-inflated')),
    ).toMatchSnapshot('bodies');
  });

  it('for a character that stands for lost bytes', () => {
    const lost = bytesOf(undoBody(Buffer.from('a\ufffd\ufffdb'))).filter((text) =>
      text.startsWith('body-utf8-replaced'),
    );
    expect(lost).toHaveLength(128);
    expect(lost[0]).toBe('body-utf8-replaced "a\x80\x80b"');
    expect(lost[127]).toBe('body-utf8-replaced "aÿÿb"');
  });

  it('for bytes that are no text', () => {
    expect(bytesOf(undoBody(Buffer.from([0x22, 0xe9, 0x22]))).slice(0, 24)).toMatchSnapshot('bodies');
  });

  it('of large bodies are few', () => {
    const found = (size: number, text = false): string => {
      const body = text ? Buffer.from(`"${'é'.repeat(size / 2 - 1)}"`) : Buffer.alloc(size, 'é ');
      const all = [...undoBody(body)].map(({ differences }) => differences[0]!.code);
      return [...new Set(all)].join(' ');
    };
    const sizes = [64 * 1024, 64 * 1024 + 2, 1024 * 1024, 1024 * 1024 + 2];
    expect(
      sizes.flatMap((size) => [`${size} ${found(size)}`, `${size} text ${found(size, true)}`]),
    ).toMatchSnapshot('kinds');
  });

  it('are each tried once, what arrived first, and made no second time', () => {
    const bodies = listBodies(Buffer.from('x'));
    const texts = [...bodies].map(({ value }) => value.toString('latin1'));
    expect(texts[0]).toBe('x');
    expect(new Set(texts).size).toBe(texts.length);
    const [one] = [...bodies].slice(3);
    expect([...bodies][3]).toBe(one);
  });

  it.each([
    ['small', Buffer.from('{"a":1}')],
    ['of 8 KiB', Buffer.alloc(8 * 1024, 'ab')],
    ['of more', Buffer.alloc(8 * 1024 + 1, 'ab')],
  ])('are compressed in every usual way, one that is %s', (_name, body) => {
    const variants = [...compress(body)].map(({ value }) => value);
    const zipped = [6, 9, 1].flatMap((level) => [
      ...[3, 255, 10, 19, 0].map((system) => {
        const bytes = Buffer.from(gzipSync(body, { level }));
        bytes[9] = system;
        return bytes;
      }),
      deflateSync(body, { level }),
    ]);
    const quick = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
    const best = body.length > 8 * 1024 ? [] : [brotliCompressSync(body)];
    expect(variants).toEqual([...zipped, quick, ...best]);
    expect([gunzipSync(variants[0]!), inflateSync(variants[5]!)]).toEqual([body, body]);
  });

  it.each([
    ['gzip', gzipSync],
    ['zlib', deflateSync],
    ['deflate', deflateRawSync],
    ['brotli', brotliCompressSync],
  ])('are inflated from %s, up to 4 MiB', (_name, deflate) => {
    const inflatedOf = (size: number): Buffer[] =>
      [...inflate(deflate(Buffer.alloc(size, 'a')))]
        .map(({ value }) => value)
        // What one way has made can now and then be read in another, as something short.
        .filter(({ length }) => length >= size);
    expect(inflatedOf(10)).toEqual([Buffer.alloc(10, 'a')]);
    expect(inflatedOf(4 * 1024 * 1024)).toHaveLength(1);
    expect(inflatedOf(4 * 1024 * 1024 + 1)).toEqual([]);
  });
});

describe('the writings of JSON that are tried', () => {
  it.each([
    ['a list', '[1,[2,{"x":"y"}],[]]'],
    ['names of several lengths', '{"bb":1,"c":2,"aa":3}'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['no JSON', '{"a":}'],
  ])('for %s', (_name, text) => {
    const written = [...rewriteJson(text)].map(
      ({ value, differences: [change] }) => `${change!.observed} ${JSON.stringify(value.toString())}`,
    );
    expect(written).toMatchSnapshot('writings');
  });

  it('are those of JSON.stringify alone for large texts and deep ones', () => {
    const count = (text: string): number => [...rewriteJson(text)].length;
    const sized = (size: number): string => `["${'x'.repeat(size - 4)}"]`;
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect([128 * 1024, 128 * 1024 + 1].map((size) => count(sized(size)))).toEqual([count('["x"]'), 8]);
    expect(
      [nested(200), nested(201), nested(202), `{"a":${nested(200)}}`, `{"a":${nested(201)}}`].map(count),
    ).toEqual([count('[[]]'), count('[[]]'), 0, count('[[]]'), 0]);
  });
});

describe('the forms that are tried', () => {
  it.each([
    ['a form', 'a=1&b=x+y%2Fz'],
    ['JSON', '{"a":"x y","b":[1,{"c":"é"}],"c":null}'],
    ['half a character', '{"a":"\\ud800"}'],
    ['other text', 'a = b'],
    ['a list', '["a","b"]'],
    ['a number', '7'],
    ['a long name', `${'n'.repeat(200)}=`],
    ['a longer name', `${'n'.repeat(201)}=`],
    ['braces', 'a={}'],
    ['quotes', 'a="b"'],
    ['a name with a bracket', 'a[b]=c'],
  ])('for %s', (_name, text) =>
    expect(listForms(text).map((form) => JSON.stringify(form))).toMatchSnapshot('forms'),
  );
});

describe('the contents that are tried', () => {
  const TIMES = {
    'x-time': '1767225600',
    'x-date-a': 'Thu, 01 Jan 2026 00:00:00 GMT',
    'x-times': 'a'.repeat(39),
    'x-timer': '3',
    date: 'Thu, 01 Jan 2026 00:00:00 GMT',
    'x-long-time': '1'.repeat(40),
    'x-more-time': ['1', '2'],
    other: '1767225601',
  };

  it.each<[string, Provider, Readonly<Record<string, string | string[]>>, Partial<Delivery>]>([
    ['telehealth with times', telehealth, TIMES, {}],
    ['telehealth', telehealth, {}, { url: '/x' }],
    ['fastcomments', fastcomments, {}, {}],
    ['standardWebhooks', standardWebhooks, {}, {}],
    ['slack', slack, {}, {}],
    ['twitch', twitch, {}, {}],
    ['hubspotV1', hubspotV1, {}, {}],
    ['hubspotV3', hubspotV3, {}, { method: 'PATCH' }],
  ])('for %s', (_name, provider, headers, delivery) => {
    const sent = good(provider, '{}');
    const of = subject(provider, { ...delivery, headers: { ...sent.headers, ...headers } });
    const variants = listContents(of, readHeaders(of));
    expect(
      variants
        .filter(({ value: { url } }) => url === variants[0]!.value.url)
        .map(({ value, differences }) => {
          const { before, body, after } = fillContent(value, Buffer.from('BODY'));
          return `${because(differences)} ${JSON.stringify([before, body?.toString() ?? null, after])}`;
        }),
    ).toMatchSnapshot('contents');
  });

  it('are none without an address', () => {
    const of = subject(square, { url: 'http://[' }, { publicUrl: undefined });
    expect(listContents(of, readHeaders(of))).toEqual([]);
  });
});

describe('the addresses that are tried', () => {
  const list = (delivery: Partial<Delivery>, publicUrl?: string): string[] =>
    listUrls(subject(square, delivery, { publicUrl })).map(
      ({ value, differences }) => `${value} ${because(differences)}`,
    );
  const headers = { ...good(square).headers, host: 'inner.test:8443', 'x-forwarded-host': 'outer.test' };

  it('with a public address', () => {
    const all = list({ headers, url: '/a/?b=c' }, 'https://example.org/hooks/in?tenant=7');
    expect(all).toHaveLength(201);
    expect(all.slice(0, 40)).toMatchSnapshot('nearest');
  });

  it('without one', () =>
    expect(list({ headers: { host: 'inner.test' }, url: '/a/?b=c' })).toMatchSnapshot('all'));

  it('with the usual port written out, or another slash', () => {
    expect(list({ headers: {}, url: '/' }, 'https://example.org:8080')).toMatchSnapshot('port');
    expect(list({ headers: {}, url: 'http://[' }, 'http://example.org/a/')).toMatchSnapshot('slash');
  });

  it('is the one of the delivery where none is signed', () => {
    expect(listUrls(subject(github, { url: '/x' }))).toEqual([{ value: '/x', differences: [] }]);
  });
});

describe('the keys that are tried', () => {
  const keys = (provider: Provider, value: string): string[] => {
    const [secret] = subject(provider, {}, { secret: value }).secrets;
    return listKeys(provider, secret!).map(
      ({ value: key, differences }) => `${because(differences)} ${visible(key)}`,
    );
  };

  it.each<[string, Provider, string]>([
    ['text', fastcomments, 'aB1'],
    ['text in quotes and spaces', fastcomments, ' "a b" '],
    ['text in other quotes', fastcomments, '`a\nb`'],
    ['half a pair of quotes', fastcomments, '"a\''],
    ['an escaped line break', fastcomments, 'a\\nb\\n'],
    ['text that is percent-encoded', fastcomments, 'a%2Fé'],
    ['text that cannot be decoded', fastcomments, 'a%zz\ud800'],
    ['text with a prefix', fastcomments, 'whsec_k3L9'],
    ['a short prefix', fastcomments, 'a_b'],
    ['a long prefix', fastcomments, 'abcdefghijklm_n'],
    ['text in hexadecimal', fastcomments, '0aFF'],
    ['digits of odd number', fastcomments, '0aF'],
    ['base64 of URLs', fastcomments, 'ab-_=='],
    ['a letter beyond ASCII', fastcomments, 'é'],
    ['base64', standardWebhooks, 'whsec_dGhpcnR5LXR3byBieXRlcw=='],
    ['base64 without its prefix', standardWebhooks, 'dGhpcnR5LXR3byBieXRlcw=='],
    ['base64 without its end', standardWebhooks, 'whsec_dGhpcnR5LXR3byBieXRlcw'],
  ])('for %s', (_name, provider, value) => expect(keys(provider, value)).toMatchSnapshot('keys'));

  it('where the sender has none', () => {
    expect(
      listSenderKeys(medplum).map(({ value, differences }) => `${because(differences)} ${visible(value)}`),
    ).toMatchSnapshot('keys');
  });
});

describe('the signatures that are tried', () => {
  const HEX = '0123456789abcdef0123456789abcdef';
  const list = (provider: Provider, text: string): string[] => [
    ...listSignatures(getCompiled(provider), text).map(
      ({ value, differences }) => `${because(differences)} ${value.toString('hex')}`,
    ),
    `shape: ${because(findShape(getCompiled(provider), text))}`,
  ];

  it.each<[string, Provider, string]>([
    ['as it must be', github, `sha256=${HEX}${HEX}`],
    ['no prefix', github, HEX + HEX],
    ['the prefix twice', github, `sha256=sha256=${HEX}${HEX}`],
    ['another prefix', github, `v1=${HEX}`],
    ['a version with a comma', github, `v1,${HEX}`],
    ['a version of more', github, `v1a, ${HEX}`],
    ['no version', github, `v12,${HEX}`],
    ['two names', github, `a=b=${HEX}`],
    ['a long name', github, `abcdefghijklmnop=${HEX}`],
    ['a longer name', github, `abcdefghijklmnopq=${HEX}`],
    ['a name of a digit', github, `1a=${HEX}`],
    ['quotes', github, ` "${HEX}" `],
    ['brackets', github, `<${HEX}>`],
    ['half a pair of quotes', github, `"${HEX}`],
    ['escapes', github, `sha256%3D${HEX}%2C%2b%2F%20`],
    ['two values', github, `${HEX},sha256=${HEX}; ${HEX}`],
    ['a short value', github, '0123456789abcdef'],
    ['a shorter value', github, '0123456789abcde'],
    ['base64', github, 'ASNFZ4mrze8BI0VniavN7w=='],
    ['base64 without its end', github, 'ASNFZ4mrze8BI0VniavN7w'],
    ['base64 of URLs', github, 'ASNFZ4mrze8BI0Vn-_vN7w=='],
    ['base64 of digits', github, Buffer.from(HEX).toString('base64')],
    ['digits of base64', github, Buffer.from('ASNFZ4mrze8BI0Vn').toString('hex')],
    ['nothing', github, ''],
    ['base64 where it is right', square, Buffer.from(HEX).toString('base64')],
    ['digits where base64 is right', square, HEX],
    ['a prefix where there is none', telehealth, `sha256=${HEX}${HEX}`],
    ['items', stripe, `t=1767225600,v1=${HEX}${HEX},v0=${HEX}`],
    ['items of another kind', stripe, `t=1767225600 v1:${HEX}${HEX}`],
    ['a list', standardWebhooks, `v1,${Buffer.from(HEX).toString('base64')} v1a,${HEX}`],
    ['a token', fastcommentsLegacy, 'a token'],
    ['a token behind a word', fastcommentsLegacy, 'Bearer  Token a'],
    ['a token in quotes', fastcommentsLegacy, '"token"'],
    ['no token', fastcommentsLegacy, ''],
    ['a bearer', bearer, 'Bearer abc'],
    ['a bearer without its word', bearer, 'abc'],
    ['a bearer with another word', bearer, 'basic abc'],
    ['a bearer with both', bearer, 'Secret Bearer abc'],
  ])('for %s', (_name, provider, text) => expect(list(provider, text)).toMatchSnapshot('signatures'));

  it('are no more than 24, of 8,192 characters', () => {
    const many = (count: number): string =>
      Array.from({ length: count }, (_, index) => HEX.slice(0, 20) + String(index).padStart(2, '0')).join(
        ',',
      );
    const values = (text: string): number =>
      new Set(listSignatures(getCompiled(github), text).map(({ value }) => value.toString('hex'))).size;
    expect(values(many(25))).toBe(values(many(24)));
    expect(values(many(23))).toBeLessThan(values(many(24)));
    expect(values(`${' '.repeat(8192 - 32)}${HEX}`)).toBe(values(HEX));
    expect(values(`${' '.repeat(8193)}${HEX}`)).toBe(0);
  });
});

describe('the headers that are read', () => {
  const NAMES = {
    'x-amzn-remapped-x-fastcomments-signature': 'a'.repeat(64),
    'x-fastcomments-signatur': 'b'.repeat(64),
    'fastcomments-timestamp': '1767225600',
  };
  const read = (provider: Provider, delivery: Partial<Delivery>): string[] => {
    const { signatures, timestamps, ids, faults, signed } = readHeaders(subject(provider, delivery));
    return [
      ...signatures.map(
        ({ value, differences }) => `signature ${value.toString('hex')} ${because(differences)}`,
      ),
      ...timestamps.map(({ value, differences }) => `timestamp ${value} ${because(differences)}`),
      ...ids.map(({ value, differences }) => `id ${value} ${because(differences)}`),
      ...told(faults),
      `signed ${signed}`,
    ];
  };
  const sent = (provider: Provider): Readonly<Record<string, string>> =>
    good(provider, '{}').headers as Record<string, string>;
  const without = (provider: Provider, name: string): Delivery['headers'] =>
    Object.fromEntries(Object.entries(sent(provider)).filter(([other]) => other !== name));

  it.each<[string, Provider, Delivery['headers']]>([
    ['all', fastcomments, sent(fastcomments)],
    ['none', fastcomments, {}],
    ['other names', fastcomments, NAMES],
    ['no signature', fastcomments, without(fastcomments, 'x-fastcomments-signature')],
    ['an empty signature', fastcomments, { ...sent(fastcomments), 'x-fastcomments-signature': '' }],
    ['a signature that is none', fastcomments, { ...sent(fastcomments), 'x-fastcomments-signature': 'no' }],
    [
      'two signatures',
      fastcomments,
      { ...sent(fastcomments), 'x-fastcomments-signature': ['a'.repeat(64), 'b'.repeat(64)] },
    ],
    [
      'two signatures in one line',
      fastcomments,
      { ...sent(fastcomments), 'x-fastcomments-signature': `${'a'.repeat(64)}, ${'b'.repeat(64)}` },
    ],
    [
      'two timestamps',
      fastcomments,
      { ...sent(fastcomments), 'x-fastcomments-timestamp': ['1767225600', '1767225601'] },
    ],
    [
      'two timestamps in one line',
      fastcomments,
      { ...sent(fastcomments), 'x-fastcomments-timestamp': '1767225600, 1767225601' },
    ],
    [
      'a timestamp in milliseconds',
      fastcomments,
      { ...sent(fastcomments), 'x-fastcomments-timestamp': '1767225600000' },
    ],
    [
      'a timestamp that is none',
      fastcomments,
      { ...sent(fastcomments), 'x-fastcomments-timestamp': ' soon ' },
    ],
    ['an empty timestamp', fastcomments, { ...sent(fastcomments), 'x-fastcomments-timestamp': '' }],
    ['no id', standardWebhooks, without(standardWebhooks, 'webhook-id')],
    ['two ids', standardWebhooks, { ...sent(standardWebhooks), 'webhook-id': ['a', 'b'] }],
    ['an id with a dot', standardWebhooks, { ...sent(standardWebhooks), 'webhook-id': 'a.b' }],
    ['an empty id', standardWebhooks, { ...sent(standardWebhooks), 'webhook-id': '' }],
    [
      'an id under another name',
      standardWebhooks,
      { ...without(standardWebhooks, 'webhook-id'), 'http-webhook-id': 'msg_1', 'x-webhook-id': 'msg_2' },
    ],
    ['a timestamp in the signature', stripe, sent(stripe)],
    ['no timestamp in the signature', stripe, { 'stripe-signature': `v1=${'a'.repeat(64)}` }],
    ['a signature without a version', stripe, { 'stripe-signature': `t=1767225600,v9=${'a'.repeat(64)}` }],
    ['two headers of items', stripe, { 'stripe-signature': [`t=1,v1=${'a'.repeat(64)}`, 't=2'] }],
    ['one of two names', hubspotV3, sent(hubspotV3)],
    ['a time in the body', linear, sent(linear)],
    ['a token', bearer, { authorization: 'Bearer a token of some length' }],
    ['no token', bearer, { authorization: 'a token of some length' }],
    [
      'an asymmetric one',
      discord,
      { 'x-signature-ed25519': 'ab'.repeat(64), 'x-signature-timestamp': '1767225600' },
    ],
  ])('with %s', (_name, provider, headers) => expect(read(provider, { headers })).toMatchSnapshot('headers'));

  it('by the lines that came, where they are known', () => {
    const lines = Object.entries(sent(fastcomments)).flat();
    const rawHeaders = [
      ...lines,
      'X-FastComments-Signature',
      'c'.repeat(64),
      'X-FastComments-Timestamp',
      '5',
    ];
    expect(read(fastcomments, { rawHeaders })).toMatchSnapshot('headers');
  });
});

describe('the times that are read', () => {
  const TEXTS = [
    ...['1767225600', '1767225600000', '176722560000', '1767225600000000', '1767225600000000000'],
    ...['17672256000000000', '1767225600.25', '1767225600.', '1767225600.0123456789', 'x1767225600.5'],
    ...['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5+01:00', '2026-01-01 00:00:00', '2026-01-01'],
    ...['Thu, 01 Jan 2026 00:00:00 GMT', 'Thu 01 Jan 2026 00:00:00 GMT', 'thu, 01 Jan 2026 00:00:00 GMT'],
    ...['Thursday, 01 Jan 2026', ' 1767225600 ', '', 'soon', '9'.repeat(64), '9'.repeat(65), '-1', '0'],
    ...['8640000000001', '99999999999999999', 'x 2026-01-01 00:00:00'],
  ];

  it('in every form, wherever this runs', () => {
    const local = /^\d{4}-\d\d-\d\d |^Thu.*2026$/;
    expect(
      TEXTS.map((text) => {
        const { time, words } = readTime(text) ?? {};
        return `${JSON.stringify(text)} ${words} ${local.test(text) ? 'by its zone' : time}`;
      }),
    ).toMatchSnapshot('times');
  });

  it('are written as others do', () => {
    const others = TEXTS.filter((text) => /^[-0-9.TZ]*$/.test(text)).flatMap((text) =>
      listOtherTimes(medplum, text).map(
        ({ value, differences }) => `${text}: ${value} ${because(differences)}`,
      ),
    );
    expect(others).toMatchSnapshot('times');
  });

  it('are faults where they are written otherwise', () => {
    const faults = [fastcomments, medplum, twitch, telehealth].flatMap((provider) =>
      TEXTS.map((text) =>
        [
          `${provider.name} ${text}`,
          ...told([findTimeFault(provider, text)].flatMap((one) => one ?? [])),
        ].join(' '),
      ),
    );
    expect(faults).toMatchSnapshot('faults');
  });

  it('are faults outside of the window', () => {
    const MINUTE = 60_000;
    const distances = [
      ...[0, 300_000, 300_001, -300_000, -300_001, 15 * MINUTE, 15 * MINUTE + 1, 16 * MINUTE, 29 * MINUTE],
      ...[29 * MINUTE + 1, 30 * MINUTE, 31 * MINUTE - 1, 31 * MINUTE, 45 * MINUTE, 60 * MINUTE, -90 * MINUTE],
      ...[
        14 * 60 * MINUTE,
        14.5 * 60 * MINUTE - 1,
        14.5 * 60 * MINUTE,
        -14.5 * 60 * MINUTE,
        15 * 60 * MINUTE,
      ],
      ...[NOW - 8.64e15, NOW - 8.64e15 + 1, NOW + 8.64e15, -NOW - 1e16],
    ];
    const faults = distances.map((distance) =>
      [String(distance), ...told(findWindowFaults(subject(fastcomments), NOW - distance))].join(' '),
    );
    expect(faults).toMatchSnapshot('faults');
  });

  it('are told in words', () => {
    const SPANS = [
      0, 499, 500, 999, 1000, 59_000, 60_000, 61_500, 3_599_499, 3_600_000, 3_661_000, 86_399_000,
    ];
    expect(
      [...SPANS, 86_400_000, 90_061_000, -86_460_000, 1e15].map((span_) => `${span_} ${formatSpan(span_)}`),
    ).toMatchSnapshot('spans');
  });
});

describe('what is believed', () => {
  it('of secrets', () => {
    const SECRETS = [
      ...['$A', '${A_B}', '%A_B%', '{{ a }}', '${{ a }}', '<% a %>', 'process.env.A', 'os.environ["A"]'],
      ...['undefined', 'null', 'None', '$1', 'x$A', '$A x', 'a%A%', '{{a', 'a{{b}}', 'nullx', 'xnull'],
      ...[
        '<secret>',
        '[secret]',
        'xxx',
        'xx',
        '***',
        '...',
        'change-me',
        'replace_this',
        'changeit now',
        'change',
      ],
      ...['your-webhook-secret', 'my_secret', 'some key', 'test-token', 'the-key-1', 'yoursecret', 'secret'],
      ...[
        'password',
        'todo',
        'whsec_...',
        'whsec_xxx',
        'whsec_***',
        'whsec_yours',
        'whsec_',
        'whsec_abc',
        'a<b>',
      ],
      ...[
        'sk_live_1',
        'rk_test_1',
        'pk_live_1',
        'ask_live_1',
        'https://a',
        'http://a',
        'xhttps://a',
        'ghp_1',
        'gho_1',
      ],
      ...[
        'xoxb-1',
        'xox-1',
        'axoxb-1',
        'eyJa-_.eyJ',
        'eyJ.eyJ',
        'a eyJa.eyJ',
        '-----BEGIN A',
        'a-----BEGIN ',
        'whpk_1',
        'awhpk_1',
      ],
      ...['"quoted"', ' spaced', '" both"', 'plain'],
    ];
    for (const provider of [fastcomments, discord]) {
      expect(
        SECRETS.map((secret) =>
          [secret, ...told(findSecretHints(subject(provider, {}, { secret })))].join(' | '),
        ),
      ).toMatchSnapshot(provider.name);
    }
  });

  it('of bodies', () => {
    const sent = (body: string, headers: Delivery['headers'] = {}, method = 'POST'): string =>
      [
        JSON.stringify([body.slice(0, 40), headers, method]),
        ...told(findBodyHints(subject(github, { body: Buffer.from(body), headers, method }))),
      ].join(' | ');
    expect([
      sent(''),
      sent('', {}, 'DELETE'),
      sent('', { 'content-length': '0' }),
      sent('', { 'content-length': '5' }),
      sent('', { 'content-length': 'x' }),
      sent('', { 'content-type': 'a/b' }),
      sent('', {}, 'A-METHOD-OF-LENGTH'),
      sent('x', { 'content-encoding': 'gzip' }),
      sent('x', { 'content-encoding': 'identity' }),
      sent('x', { 'content-encoding': ['gzip', 'br'] }),
      sent('[object Object]'),
      sent('[object Map] '),
      sent(' [object Map]'),
      sent('x', { 'content-length': '2' }),
      sent('x', { 'content-length': '1' }),
      sent('x', { 'content-length': 'a1' }),
      sent('x', { 'content-length': '1a' }),
      sent('x', { 'content-length': '2', 'content-encoding': 'identity' }),
      sent('x', { 'content-length': '1'.repeat(16) }),
      sent('a\ufffd'),
    ]).toMatchSnapshot('bodies');
    const binary = subject(github, { body: Buffer.from([0xff]), headers: { 'content-encoding': 'gzip' } });
    expect(findBodyHints(binary)).toEqual([]);
    expect(findBodyHints(subject(fastcommentsLegacy, { body: Buffer.alloc(0) }))).toEqual([]);
  });

  it('of headers that are missing', () => {
    const headers = {
      'fastcomments-signature': 'a',
      'http-x-fastcomments-signature': 'b',
      'x-fastcomments-signature-v2': 'c',
      'fastcomments-signature-old': 'd',
      'x-fastcomments-timestamp-ms': 'e',
      signature: 'f',
    };
    const missing = (['signature-missing', 'timestamp-missing', 'id-missing', 'verified'] as const).map(
      (code) => makeFinding(code, 'certain', '', ''),
    );
    for (const provider of [fastcomments, telehealth, standardWebhooks, bearer]) {
      expect(told(listRenamed(subject(provider, { headers }), missing))).toMatchSnapshot(provider.name);
    }
  });
});

describe('the signatures that match', () => {
  const content = { before: 'a', body: Buffer.from('b'), after: 'c' };
  const key = Buffer.from('a key of some length');
  const whole = Buffer.from('abc');
  const one = (value: Buffer): Variant<Buffer>[] => [
    { value, differences: [{ code: 'header-joined', observed: '' }] },
  ];
  const hashed = (hash: string, ...parts: Buffer[]): Buffer =>
    createHash(hash).update(Buffer.concat(parts)).digest();

  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])('are an HMAC with %s', (hash) => {
    const mac = createHmac(hash, key).update(whole).digest();
    for (const algorithm of ['hmac-sha256', 'hmac-sha1', 'sha256'] as const) {
      const found = makeMatch(algorithm, one(mac))(key, content);
      expect([found === undefined ? 'no' : because(found)]).toMatchSnapshot(algorithm);
      expect(makeMatch(algorithm, one(mac))(key, { ...content, after: 'd' })).toBeUndefined();
    }
    expect(makeMatch('hmac-sha256', one(mac))(Buffer.from('another'), content)).toBeUndefined();
  });

  it('are the beginning of one, of 8 bytes and more', () => {
    const mac = createHmac('sha256', key).update(whole).digest();
    const found = [7, 8, 20, 31, 32].map((size) => {
      const differences = makeMatch('hmac-sha256', one(mac.subarray(0, size)))(key, content);
      return `${size} ${differences && because(differences)}`;
    });
    expect(found).toMatchSnapshot('beginnings');
    expect(makeMatch('hmac-sha256', one(Buffer.concat([mac, mac])))(key, content)).toBeUndefined();
  });

  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])('are made of %s in other ways', (hash) => {
    const digests = [
      hashed(hash, key, whole),
      hashed(hash, whole, key),
      hashed(hash, whole),
      createHmac(hash, whole).update(key).digest(),
      createHmac(hash, key).update(hashed(hash, whole)).digest(),
      createHmac(hash, key).update(hashed(hash, whole).toString('hex')).digest(),
    ];
    const found = digests.map((digest) => because(matchConstructions(one(digest), key, content) ?? []));
    expect(new Set(found).size).toBe(6);
    expect(found).toMatchSnapshot('ways');
    expect(matchConstructions(one(Buffer.alloc(7)), key, content)).toBeUndefined();
    expect(matchConstructions(one(digests[0]!), key, { ...content, body: undefined })).toBeUndefined();
    const bodiless = { before: 'abc', body: undefined, after: '' };
    expect(matchConstructions(one(digests[2]!), key, bodiless)).toBeDefined();
  });

  it('are those of tokens and of public keys as hooklatch checks them', () => {
    expect(makeMatch('token', one(key))(key, content)).toHaveLength(1);
    expect(makeMatch('token', one(key))(Buffer.from('x'), content)).toBeUndefined();
    const { publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    expect(makeMatch('ed25519', one(Buffer.alloc(64)))(raw, content)).toBeUndefined();
    expect(makeMatch('ed25519', one(Buffer.alloc(64)))(Buffer.from('no key'), content)).toBeUndefined();
  });
});

describe('what is shown', () => {
  it('is cut, and has nothing that moves a cursor', () => {
    expect([
      showText('a\u0007é~ '),
      showText('x'.repeat(60)),
      showText('x'.repeat(61)),
      showText('abcdef', 5),
    ]).toEqual(['a??~ ', 'x'.repeat(60), `${'x'.repeat(57)}...`, 'ab...']);
  });

  it('is the most certain first, and each code once', () => {
    const some = (['possible', 'certain', 'likely', 'certain'] as const).map((certainty, index) =>
      makeFinding(
        index === 3 ? 'body-bom' : (['id-missing', 'verified', 'time-zone'] as const)[index]!,
        certainty,
        String(index),
        '',
      ),
    );
    const again = makeFinding('id-missing', 'certain', 'again', '');
    expect(sortFindings([...some, again]).map(({ observed }) => observed)).toEqual(['1', '3', '2', '0']);
  });
});
