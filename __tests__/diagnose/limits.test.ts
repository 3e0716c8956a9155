import { createHmac } from 'node:crypto';
import {
  defineProvider,
  fastcomments,
  hubspotV3,
  square,
  stripe,
  telegram,
  telehealth,
  tokenProvider,
  type Delivery,
  type Provider,
} from 'hooklatch';
import { findOtherProviders } from '../../src/diagnose/other-providers';
import { undoBodyTwice, undoBody } from '../../src/diagnose/mistakes/body';
import { fillContent, listContents } from '../../src/diagnose/mistakes/content';
import { makeFinding } from '../../src/diagnose/findings';
import { findBodyHints, nameRenamed } from '../../src/diagnose/hints';
import { findSecretHints } from '../../src/diagnose/mistakes/secret-looks';
import { rewriteJson } from '../../src/diagnose/json-styles';
import { readHeaders } from '../../src/diagnose/read-headers';
import { listKeys, listSenderKeys } from '../../src/diagnose/mistakes/secret';
import { makeSubject, type Subject } from '../../src/diagnose/subject';
import { good, NOW, PUBLIC_URL, secretOf } from '../helpers/deliveries';

// How far a search goes: what is the last that is tried, and the first that is not.

const listRenamed = (...given: Parameters<typeof nameRenamed>): ReturnType<typeof nameRenamed> =>
  nameRenamed(...given).filter(({ code }) => code === 'header-renamed');

const received = (provider: Provider, delivery: Partial<Delivery>): Subject =>
  makeSubject(
    { ...good(provider, '{}'), ...delivery },
    { provider, secret: secretOf(provider), now: NOW, publicUrl: PUBLIC_URL },
  );
const sender = (name: string, header: string, signed = ['{body}']): Provider =>
  defineProvider({
    name,
    algorithm: 'hmac-sha256',
    signature: { header, encoding: 'hex' },
    signed,
    secret: { encoding: 'utf8' },
  });
const NO_SIGNATURE = [makeFinding('signature-missing', 'certain', '', '')];

describe('the bodies that are tried', () => {
  it('are 3,000 of two mistakes at most', () => {
    const inner =
      '"body":"YWJj","data":"x","payload":{"a":"é"},"message":{"b":[]},"event":{"z":1},"detail":{"a":1.0}';
    const body = Buffer.from(`{"a":"b & c é / ' %41",${inner},"content":"q w"}`);
    expect([...undoBodyTwice(body)]).toHaveLength(3000);
  });

  const codesFor = (body: string): readonly string[] =>
    [...undoBody(Buffer.from(body))].map(({ differences }) => differences[0]!.code);

  it('are no JSON in other writings above 1 MiB', () => {
    const list = (size: number): string => `["${'x'.repeat(size - 4)}"]`;
    const writings = [1024 * 1024, 1024 * 1024 + 1].map(
      (size) => codesFor(list(size)).filter((code) => code === 'body-reserialised').length,
    );
    expect(writings).toEqual([8, 0]);
  });

  it('are base64 to its very end', () => {
    // The other one is for a body that was decoded.
    const count = (body: string): number => codesFor(body).filter((code) => code === 'body-base64').length;
    expect(['QUJD', 'QUJD!'].map(count)).toEqual([2, 1]);
  });
});

describe('the writings of JSON that are tried', () => {
  it('escape and count as each serialiser does', () => {
    const text = '{"b":"é<&/\'+`\u2028\\u0001\\"","10":[1.0,-0,1e400,true,null],"a":{},"b":[]}';
    expect(
      [...rewriteJson(text)].map(
        ({ value, differences }) => `${differences[0]!.observed} ${value.toString()}`,
      ),
    ).toMatchSnapshot('writings');
  });

  it('are empty where a part is too deep for JSON.stringify', () => {
    const depth = 20_000;
    const body = `{"body":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const wrapped = [...undoBody(Buffer.from(body))].filter(
      ({ differences }) => differences[0]!.code === 'body-wrapped',
    );
    expect(wrapped.map(({ value }) => value.length)).toEqual([0]);
  });
});

describe('the contents that are tried', () => {
  it('have the first three times of other headers, of less than 40 characters', () => {
    const times = {
      date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      'x-long-time': '1'.repeat(40),
      'x-more-time': ['1', '2'],
      'x-time': '1767225600',
      'x-times': 'a'.repeat(39),
      'x-timer': '3',
      'x-time-of-more': '4',
    };
    const of = received(telehealth, { headers: { ...good(telehealth, '{}').headers, ...times } });
    const before = listContents(of, readHeaders(of)).map(
      ({ value }) => fillContent(value, Buffer.alloc(0)).before,
    );
    expect([...new Set(before)]).toMatchSnapshot('times');
  });

  it('have the method in small and in capital letters', () => {
    const of = received(hubspotV3, { method: 'Patch' });
    const methods = listContents(of, readHeaders(of)).map(({ value }) => value.method);
    expect(new Set(methods)).toEqual(new Set(['Patch', 'POST', 'PUT', 'patch', 'PATCH', 'GET', 'DELETE']));
  });

  it('have other addresses once, and not with all else', () => {
    const of = received(square, {});
    const contents = listContents(of, readHeaders(of));
    expect(contents.map(({ value }) => value.url).indexOf(PUBLIC_URL)).toBe(0);
    expect([String(contents.length)]).toMatchSnapshot('count');
  });
});

describe('the keys that are tried', () => {
  const keysOf = (provider: Provider, value: string): readonly string[] => {
    const [secret] = makeSubject(good(fastcomments, '{}'), { provider, secret: value, now: NOW }).secrets;
    return listKeys(provider, secret!).map(
      ({ value: key, differences }) =>
        `${differences.map(({ code }) => code).join()} ${key.toString('latin1')}`,
    );
  };

  it.each(['" a "', '"a"b', 'x"a"', '!abcd', 'abcd!'])('of %s are none that were not meant', (value) => {
    expect(keysOf(fastcomments, value)).toMatchSnapshot('keys');
  });

  it('are those with a prefix of any form, and without it', () => {
    const keyed = defineProvider({
      name: 'keyed',
      algorithm: 'hmac-sha256',
      signature: { header: 'X-Keyed', encoding: 'hex' },
      signed: ['{body}'],
      secret: { encoding: 'base64', prefix: 'key-' },
    });
    expect([...keysOf(keyed, 'key-QUJDREVGR0g='), '', ...keysOf(keyed, 'QUJDREVGR0g=')]).toMatchSnapshot(
      'keys',
    );
  });

  it('have the names of variables in capitals, with underscores', () => {
    const [first] = listSenderKeys(sender('a-b-c', 'X-Abc')).filter(({ value }) => value[0] === 0x24);
    expect(first!.value.toString()).toBe('$A_B_C_SECRET');
  });
});

describe('the other senders that are told', () => {
  const own = sender('own', 'X-Own');
  const mac = createHmac('sha256', secretOf(own)).update('{}').digest('hex');
  const tell = (of: Subject, others: readonly Provider[], signed = false): readonly string[] =>
    findOtherProviders(of, others, signed).findings.map(
      ({ certainty, observed }) => `${certainty}: ${observed}`,
    );

  it('are those that their own headers mark, where there are any', () => {
    const of = received(own, { headers: { 'x-own': mac, 'x-new': mac } });
    const [same, marked] = [sender('same', 'X-Own'), sender('marked', 'X-New')];
    expect(tell(of, [same, marked])).toEqual([
      'certain: The delivery verifies as one of marked, with a secret that is configured for own.',
    ]);
    expect(tell(of, [same])).toEqual([
      'certain: The delivery verifies as one of same, with a secret that is configured for own.',
    ]);
    expect(tell(of, [own])).toEqual([]);
  });

  it('are tried with each secret, and with the public address where there is one', () => {
    const [other, withUrl] = [sender('other', 'X-New'), sender('with-url', 'X-Url', ['{url}', '{body}'])];
    const urlMac = createHmac('sha256', secretOf(own)).update(`${PUBLIC_URL}{}`).digest('hex');
    const delivery = { ...good(own, '{}'), headers: { 'x-new': mac, 'x-url': urlMac } };
    const of = (publicUrl?: string): Subject =>
      makeSubject(delivery, {
        provider: own,
        secret: [
          { id: 'a', value: 'another secret' },
          { id: 'b', value: secretOf(own) },
        ],
        now: NOW,
        publicUrl,
      });
    expect(tell(of(PUBLIC_URL), [other, withUrl])).toEqual([
      'certain: The delivery verifies as one of other or with-url, with a secret that is configured for own.',
    ]);
    expect(tell(of(), [withUrl], true)).toEqual([]);
    const absolute = makeSubject(
      { ...delivery, url: PUBLIC_URL },
      { provider: own, secret: secretOf(own), now: NOW },
    );
    expect(tell(absolute, [withUrl], true)).toEqual([]);
  });

  it('are four at most, by their signatures', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const headers = Object.fromEntries(names.map((name) => [`x-${name}`, mac.replaceAll('a', 'b')]));
    const of = received(own, { headers });
    const others = names.map((name) => sender(`sender-${name}`, `X-${name.toUpperCase()}`));
    expect(tell(of, others.slice(0, 4))).toEqual([
      'likely: There is X-A and X-B and X-C and X-D, a header of sender-a or sender-b or sender-c or sender-d.',
    ]);
    expect(tell(of, others)).toEqual([
      'likely: There is X-A and X-B and X-C and X-D, a header of sender-a or sender-b or sender-c or sender-d or 1 other.',
    ]);
    expect(tell(of, others, true)).toEqual([]);
  });

  it('are those that send a token in a header of their own name', () => {
    const headers = { 'x-telegram-bot-api-secret-token': 'a', authorization: 'b' };
    const plain = tokenProvider({ name: 'plain', header: 'Authorization' });
    expect(tell(received(own, { headers }), [telegram, plain])).toEqual([
      'likely: There is X-Telegram-Bot-Api-Secret-Token, a header of telegram.',
    ]);
  });
});

describe('what is believed', () => {
  it('of secrets, to the last letter', () => {
    const secrets = [
      'process.env.AB',
      'process.env.',
      'whsec_your',
      'whsec_yourself',
      'aghp_1',
      'gho',
      'whsec_xx',
    ];
    expect(
      secrets.map((value) => {
        const of = makeSubject(good(fastcomments, '{}'), { provider: fastcomments, secret: value, now: NOW });
        return `${value}: ${findSecretHints(of)
          .map(({ code }) => code)
          .join()}`;
      }),
    ).toMatchSnapshot('secrets');
  });

  it('of a body says nothing of a length that came twice', () => {
    const headers = { 'content-length': ['7', '7'] };
    expect(findBodyHints(received(telehealth, { headers, body: Buffer.from('x') }))).toEqual([]);
  });
});

describe('the headers that are read', () => {
  const odd = defineProvider({
    name: 'odd',
    algorithm: 'hmac-sha256',
    signature: { header: 'X-Sig-Id', encoding: 'hex' },
    timestamp: { header: 'X-Time-Id', unit: 'seconds', toleranceSeconds: 300 },
    id: { header: 'X-Odd-Id' },
    signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
    secret: { encoding: 'utf8' },
  });
  const idsAmong = (headers: Delivery['headers']): string[] =>
    readHeaders(received(odd, { headers })).ids.map(
      ({ value, differences }) => `${value} ${differences.map(({ code }) => code).join()}`,
    );
  const numbered = (count: number, name: string): Readonly<Record<string, string>> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}${name}`, `v${index}`]));

  it('are others but for those that have their own meaning', () => {
    const own = { 'x-sig-id': 'a'.repeat(64), 'x-time-id': '1767225600' };
    expect(idsAmong({ ...own, 'other-id': 'here', other: 'there' })).toEqual(['here header-renamed']);
    expect(idsAmong({ ...own, 'more-id': ['a', 'b'], 'long-id': 'a'.repeat(257) })).toEqual([' ']);
  });

  it('are the first 64, and 32 of them', () => {
    expect(idsAmong({ ...numbered(63, ''), 'last-id': 'x' })).toEqual(['x header-renamed']);
    expect(idsAmong({ ...numbered(64, ''), 'last-id': 'x' })).toEqual([' ']);
    expect(idsAmong(numbered(33, '-id'))).toHaveLength(32);
    const similar = (count: number): number => {
      const headers = { ...numbered(count, ''), 'fastcomments-signature': 'x' };
      return listRenamed(received(fastcomments, { headers }), NO_SIGNATURE).length;
    };
    expect([63, 64].map(similar)).toEqual([1, 0]);
  });

  it('are text of up to 1,024 characters', () => {
    const found = (value: string | string[]): number =>
      readHeaders(received(telehealth, { headers: { other: value } })).signatures.length;
    const padded = (size: number): string => 'ab'.repeat(32).padStart(size);
    expect([padded(64), padded(1024), padded(1025), Array(2).fill('ab'.repeat(32))].map(found)).toEqual([
      2, 1, 0, 0,
    ]);
  });

  it('are no signatures of a size that none has, but any token', () => {
    const found = (provider: Provider, value: string): number =>
      readHeaders(received(provider, { headers: { other: value } })).signatures.length;
    expect([found(telehealth, 'ab'.repeat(16)), found(telehealth, 'ab'.repeat(20))]).toEqual([0, 0]);
    expect(found(tokenProvider({ name: 'tokens', header: 'X-Token' }), 'Bearer abc')).toBe(4);
  });

  it('are signatures of up to 4,096 characters', () => {
    const hex = 'ab'.repeat(32);
    const told = (provider: Provider, text: string): string => {
      const [name = ''] = [provider.signature.header].flat();
      const headers = { ...good(provider, '{}').headers, [name.toLowerCase()]: text };
      return readHeaders(received(provider, { headers }))
        .faults.map(({ code, observed }) => `${code}: ${observed}`)
        .join(' + ');
    };
    const items = `t=1767225600,v1=${hex},v0=`;
    expect([
      ...[4096, 4097].map((size) => told(stripe, items.padEnd(size, 'a'))),
      ...[4096, 4097].map((size) => told(telehealth, hex.padStart(size))),
      ...['', '  ', ' a'].map((text) => told(telehealth, text)),
    ]).toMatchSnapshot('faults');
  });

  it('hold items and times however they are separated', () => {
    const timesIn = (provider: Provider, name: string, text: string): readonly string[] =>
      readHeaders(received(provider, { headers: { [name]: text } })).timestamps.map(({ value }) => value);
    const items = `${', '.repeat(40)}t=1767225600;v1=ab`;
    expect(timesIn(stripe, 'stripe-signature', items)[0]).toBe('1767225600');
    for (const text of ['1767225600,1767225601', '1767225600,  1767225601']) {
      expect(timesIn(fastcomments, 'x-fastcomments-timestamp', text).slice(0, 2)).toEqual([
        '1767225600',
        '1767225601',
      ]);
    }
  });

  it('are ids where their names end so, and they are visible', () => {
    for (const headers of [{ 'x-identity': 'x' }, { 'more-id': 'a b' }, { 'more-id': 'é' }, { other: 'x' }]) {
      expect(idsAmong(headers)).toEqual([' ']);
    }
    expect(idsAmong({ 'more-id': 'a'.repeat(256) })).toEqual([`${'a'.repeat(256)} header-renamed`]);
  });

  it('are as Node has them, where the lines name none twice', () => {
    const { headers } = good(telehealth, '{}');
    const right = readHeaders(received(telehealth, { headers }));
    const rawHeaders = [
      'X-Telehealth-Signature',
      'no',
      'X-Trailer',
      'x-telehealth-signature',
      'X-Other',
      'z',
    ];
    for (const lines of [rawHeaders, undefined]) {
      expect(readHeaders(received(telehealth, { headers, rawHeaders: lines }))).toEqual(right);
    }
  });

  it('are alike where 8 characters at an end of their names are', () => {
    const names = [
      ...['ignature', 'gnature', 'fastcomm', 'fastcom', 'X-HTTP-X-FastComments-Signature', 'xsignature'],
      ...[
        'x-original-signature',
        'fastcomments-x-signature',
        'x-forwarded-x-amzn-remapped-signature',
        'http',
        'x',
      ],
      ...[
        'fastcomments_signature',
        'fastcomments-signature-of-more',
        'my-signature',
        'fastcomments-httpsignature',
      ],
    ];
    expect(
      names.map((name) => {
        const hints = listRenamed(received(fastcomments, { headers: { [name]: 'x' } }), NO_SIGNATURE);
        return `${name} ${hints.length === 0 ? 'is another' : 'is alike'}`;
      }),
    ).toMatchSnapshot('names');
  });
});
