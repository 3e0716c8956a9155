import {
  basicProvider,
  defineProvider,
  github,
  openai,
  standardWebhooks,
  stripe,
  telehealth,
  tokenProvider,
  type HeaderFields,
  type ProviderDefinition,
} from 'hooklatch';
import {
  findSignatures,
  headerText,
  lowerCaseHeaders,
  readHeader,
  readSignatures,
} from '../../src/core/headers';
import { getCompiled, type CompiledProvider } from '../../src/core/compiled-provider';

const MAC = 'ab'.repeat(32);
const BYTES = Buffer.from(MAC, 'hex');
const BASE64 = BYTES.toString('base64');

describe('readHeader()', () => {
  it('returns the first of several names that is present', () => {
    const headers = { 'x-new': 'new', 'x-old': 'old' };
    expect(readHeader({ headers }, ['x-old', 'x-new'])).toBe('old');
    expect(readHeader({ headers: { ...headers, 'x-old': undefined } }, ['x-old', 'x-new'])).toBe('new');
  });

  it('returns undefined where none is present', () => {
    expect(readHeader({ headers: {} }, ['x-a'])).toBeUndefined();
    expect(readHeader({ headers: { 'x-a': 'a' } }, [])).toBeUndefined();
  });

  it('returns an empty value as it is', () => {
    expect(readHeader({ headers: { 'x-a': '' } }, ['x-a'])).toBe('');
  });

  it('reads no header from a prototype', () => {
    const headers = Object.create({ 'x-a': 'polluted' }) as Record<string, string>;
    expect(readHeader({ headers }, ['x-a', 'constructor'])).toBeUndefined();
  });

  it('refuses a list of values', () => {
    expect(readHeader({ headers: { 'x-a': ['a'] } }, ['x-a'])).toBeNull();
  });

  it('refuses a header that rawHeaders has twice, in any case', () => {
    const headers = { 'x-a': 'a, a' };
    expect(readHeader({ headers, rawHeaders: ['X-A', 'a', 'x-a', 'a'] }, ['x-a'])).toBeNull();
    expect(readHeader({ headers, rawHeaders: ['x-A', 'a, a', 'X-B', 'X-A'] }, ['x-a'])).toBe('a, a');
    expect(readHeader({ headers, rawHeaders: [] }, ['x-a'])).toBe('a, a');
  });

  it('does not go on to the next name where the first is repeated', () => {
    const source = { headers: { a: '1', b: '2' }, rawHeaders: ['A', '1', 'a', '1', 'b', '2'] };
    expect(readHeader(source, ['a', 'b'])).toBeNull();
  });

  it('refuses a value of more than 4096 characters', () => {
    expect(readHeader({ headers: { 'x-a': 'a'.repeat(4096) } }, ['x-a'])).toHaveLength(4096);
    expect(readHeader({ headers: { 'x-a': 'a'.repeat(4097) } }, ['x-a'])).toBeNull();
  });
});

describe('headerText()', () => {
  it('is the text of a header that is there once, else empty', () => {
    const twice = { headers: { 'x-a': 'a, b' }, rawHeaders: ['X-A', 'a', 'x-a', 'b'] };
    expect(headerText({ headers: { 'x-a': 'a' } }, 'x-a')).toBe('a');
    expect([headerText({ headers: {} }, 'x-a'), headerText(twice, 'x-a')]).toEqual(['', '']);
  });
});

describe('readSignatures()', () => {
  it('reads one signature, with and without a prefix', () => {
    expect(readSignatures(getCompiled(telehealth), MAC)?.signatures).toEqual([BYTES]);
    expect(readSignatures(getCompiled(github), `sha256=${MAC.toUpperCase()}`)?.signatures).toEqual([BYTES]);
  });

  it.each([
    '',
    'sha256=',
    MAC,
    `sha1=${MAC}`,
    `SHA256=${MAC}`,
    `sha256=${MAC} `,
    `sha256= ${MAC}`,
    `sha256=sha256=${MAC}`,
    `sha256=${MAC.slice(1)}`,
    `sha256=${MAC.slice(2)}`,
    `sha256=${MAC}ab`,
    `sha256=${MAC}, sha256=${MAC}`,
    `sha256=${BASE64}`,
  ])('refuses %p in a header with one signature', (header) => {
    expect(readSignatures(getCompiled(github), header)).toBeUndefined();
  });

  it('reads the items of a header, the timestamp among them', () => {
    const fields = readSignatures(getCompiled(stripe), `t=1700000000,v1=${MAC}, v1=${MAC},v0=whatever`);
    expect(fields).toEqual({ signatures: [BYTES, BYTES], timestamp: '1700000000' });
  });

  it('splits an item at the first mark only', () => {
    const fields = readSignatures(getCompiled(standardWebhooks), `v1,${BASE64} v1a,a,b v2,`);
    expect(fields).toEqual({ signatures: [BYTES], timestamp: undefined });
  });

  it.each([
    ['nothing', ''],
    ['no signature', 't=1700000000'],
    ['an item without a mark', `t=1700000000,v1=${MAC},v1`],
    ['a separator at the end', `t=1700000000,v1=${MAC},`],
    ['two separators', `t=1700000000,,v1=${MAC}`],
    ['two spaces in front of an item', `t=1700000000,  v1=${MAC}`],
    ['a space behind an item', `t=1700000000,v1=${MAC} ,v0=`],
    ['two timestamps', `t=1,t=1700000000,v1=${MAC}`],
    ['a short signature beside a right one', `t=1700000000,v1=${MAC},v1=abcd`],
    ['an odd signature', `t=1700000000,v1=${MAC}a`],
    ['another separator', `t=1700000000;v1=${MAC}`],
  ])('refuses a header of items with %s', (_what, header) => {
    expect(readSignatures(getCompiled(stripe), header)).toBeUndefined();
  });

  it('reads at most eight signatures and sixteen items', () => {
    const signatures = (count: number): string => Array(count).fill(`v1=${MAC}`).join(',');
    const others = (count: number): string => Array(count).fill('v0=').join(',');
    const count = (header: string): number | undefined =>
      readSignatures(getCompiled(stripe), header)?.signatures.length;
    expect(count(signatures(8))).toBe(8);
    expect(count(signatures(9))).toBeUndefined();
    expect(count(`${others(8)},${signatures(8)}`)).toBe(8);
    expect(count(`${others(9)},${signatures(8)}`)).toBeUndefined();
    expect(count(`${others(15)},${signatures(1)}`)).toBe(1);
    expect(count(`${others(16)},${signatures(1)}`)).toBeUndefined();
  });

  it('takes no signature of an item that the provider does not name', () => {
    expect(readSignatures(getCompiled(standardWebhooks), `v1a,${BASE64}`)).toBeUndefined();
    expect(readSignatures(getCompiled(stripe), `t=1700000000,v0=${MAC}`)).toBeUndefined();
  });

  it('reads a token as the bytes that came over the wire', () => {
    const compiled = getCompiled(
      tokenProvider({ name: 'bearer', header: 'authorization', prefix: 'Bearer ' }),
    );
    const wire = Buffer.from('clé', 'utf8').toString('latin1');
    expect(readSignatures(compiled, `Bearer ${wire}`)?.signatures).toEqual([Buffer.from('clé', 'utf8')]);
    expect(readSignatures(compiled, 'Bearer ')).toBeUndefined();
    expect(readSignatures(compiled, 'bearer token')).toBeUndefined();
  });

  it('reads signatures of any length where the algorithm has none of its own', () => {
    const compiled = getCompiled(
      defineProvider({
        name: 'ec',
        algorithm: 'ecdsa-p256-sha256',
        signature: { header: 'x', encoding: 'base64' },
        signed: ['{body}'],
        secret: { encoding: 'base64' },
      }),
    );
    expect(readSignatures(compiled, 'AAAA')?.signatures).toEqual([Buffer.alloc(3)]);
  });

  it('reads items where the provider has no timestamp', () => {
    const compiled = getCompiled(
      defineProvider({
        name: 'timeless',
        algorithm: 'hmac-sha256',
        signature: { header: 'x', items: ',', assign: '=', key: 's', encoding: 'hex' },
        signed: ['{body}'],
        secret: { encoding: 'utf8' },
      }),
    );
    expect(readSignatures(compiled, `t=1,s=${MAC}`)).toEqual({ signatures: [BYTES], timestamp: undefined });
  });
});

describe('readSignatures() of a header whose signatures may be bare', () => {
  const read = (header: string): number | undefined =>
    readSignatures(getCompiled(openai), header)?.signatures.length;

  it.each([
    [`v1,${BASE64}`, 1],
    [BASE64, 1],
    [`${BASE64} v1,${BASE64}`, 2],
    [`v1,${BASE64} ${BASE64}`, 2],
    [`v1a,AAAA ${BASE64}`, 1],
    [Array.from({ length: 8 }, () => BASE64).join(' '), 8],
  ])('reads %p', (header, count) => {
    expect(read(header)).toBe(count);
    expect(readSignatures(getCompiled(openai), header)?.signatures).toEqual(
      Array.from({ length: count }, () => BYTES),
    );
  });

  it.each([
    [''],
    ['AAAA'],
    [`${BASE64} AAAA`],
    [`${BASE64}  ${BASE64}`],
    [` `],
    ['v1,'],
    [`v1=${BASE64}`],
    [`v1${BASE64}`],
    [MAC],
    ['v1a,AAAA'],
    [Array.from({ length: 9 }, () => BASE64).join(' ')],
  ])('refuses %p', (header) => {
    expect(read(header)).toBeUndefined();
  });

  it('reads none where the provider does not say so', () => {
    expect(readSignatures(getCompiled(standardWebhooks), BASE64)).toBeUndefined();
    expect(readSignatures(getCompiled(standardWebhooks), `v1,${BASE64} ${BASE64}`)).toBeUndefined();
  });
});

describe('lowerCaseHeaders()', () => {
  it('returns headers of Node as they are', () => {
    const headers = { 'x-a': 'a', 'set-cookie': ['a', 'b'] };
    expect(lowerCaseHeaders(headers)).toBe(headers);
  });

  it('makes names lower case, and a list of names that differ in case only', () => {
    const headers = lowerCaseHeaders({ 'X-A': 'a', 'x-a': ['b', 'c'], 'X-B': undefined, 'X-C': 'c' });
    expect({ ...headers }).toEqual({ 'x-a': ['a', 'b', 'c'], 'x-c': 'c' });
  });

  it('gives the value of a list of one, and no header for an empty list', () => {
    const headers = lowerCaseHeaders({ 'x-a': ['a'], 'X-B': ['b'], 'x-c': [] });
    expect({ ...headers }).toEqual({ 'x-a': 'a', 'x-b': 'b' });
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['a list of two', { 'x-a': ['good', 'bad'] }],
    ['the same value twice', { 'x-a': ['good', 'good'] }],
    ['a list of one beside a value', { 'x-a': ['good'], 'X-A': 'bad' }],
    ['lists of one that differ in the case of the name', { 'x-a': ['good'], 'X-A': ['bad'] }],
    ['a list in a list', { 'x-a': [['good', 'bad']] as never }],
    ['a list of one list', { 'x-a': [['good']] as never }],
    ['a list of what is no text', { 'x-a': [5] as never }],
  ])('leaves no way round the count: %s', (_what, given) => {
    expect(readHeader({ headers: lowerCaseHeaders(given) }, ['x-a'])).toBeNull();
  });

  it('counts no header that is undefined', () => {
    const headers = lowerCaseHeaders({ 'x-a': 'a', 'X-A': undefined });
    expect(readHeader({ headers }, ['x-a'])).toBe('a');
  });

  it('leaves no way round the count by the case of a name', () => {
    const headers = lowerCaseHeaders({ 'X-A': 'good', 'x-A': 'bad' });
    expect(readHeader({ headers }, ['x-a'])).toBeNull();
  });
});

describe('findSignatures()', () => {
  const define = (signature: Partial<ProviderDefinition['signature']>, more: object = {}): CompiledProvider =>
    getCompiled(
      defineProvider({
        name: 'p',
        algorithm: 'hmac-sha256',
        signature: { header: 'a', encoding: 'hex', ...signature },
        signed: ['{body}'],
        secret: { encoding: 'utf8' },
        ...more,
      }),
    );
  const found = (
    compiled: CompiledProvider,
    headers: HeaderFields,
    rawHeaders?: readonly string[],
  ): number | undefined => findSignatures(compiled, { headers, rawHeaders })?.signatures.length;

  const NUMBERED = Array.from({ length: 9 }, (_, index) => `s-${index}`);

  it('reads each of several headers that is there, where all count', () => {
    const compiled = define({ header: NUMBERED, all: true });
    expect(found(compiled, { 's-0': MAC, 's-3': MAC, other: 'x' })).toBe(2);
    expect(found(compiled, { other: MAC })).toBeUndefined();
  });

  it.each([
    ['one of them is malformed', { 's-0': MAC, 's-1': 'x' }, undefined],
    ['one of them is there twice', { 's-0': MAC, 's-1': MAC }, ['s-1', MAC, 'S-1', MAC]],
    ['there are more than eight', Object.fromEntries(NUMBERED.map((name) => [name, MAC])), undefined],
  ])('refuses all of several headers where %s', (_what, headers, rawHeaders) => {
    expect(found(define({ header: NUMBERED, all: true }), headers, rawHeaders)).toBeUndefined();
  });

  it('reads a list in several lines, where it may be repeated, and in no other case', () => {
    const list = { items: ',', assign: '=', key: 'v1' } as const;
    const twice = { a: `v1=${MAC}, v1=${MAC}` };
    const lines = ['a', `v1=${MAC}`, 'A', `v1=${MAC}`];
    expect(found(define({ ...list, repeated: true }), twice, lines)).toBe(2);
    expect(found(define({ ...list, repeated: true }), { a: [`v1=${MAC}`, `v1=${MAC}`] })).toBe(2);
    expect(found(define(list), twice, lines)).toBeUndefined();
    expect(found(define({ ...list, repeated: true }), {})).toBeUndefined();
    const long = Array.from({ length: 70 }, () => `v1=${MAC}`).join(', ');
    expect(found(define({ ...list, repeated: true }), { a: long })).toBeUndefined();
  });

  it('refuses a delivery whose sender names another scheme, in whatever header', () => {
    const compiled = define({ declares: { 'X-Algorithm': 'HmacSHA256' } });
    expect(found(compiled, { a: MAC })).toBe(1);
    expect(found(compiled, { a: MAC, 'x-algorithm': 'HmacSHA256' })).toBe(1);
    for (const text of ['HmacSHA1', 'hmacsha256', '', 'HmacSHA256, HmacSHA256']) {
      expect(found(compiled, { a: MAC, 'x-algorithm': text })).toBeUndefined();
    }
    const twice = ['x-algorithm', 'HmacSHA256', 'X-Algorithm', 'HmacSHA256'];
    expect(found(compiled, { a: MAC, 'x-algorithm': 'HmacSHA256' }, twice)).toBeUndefined();
  });
});

describe('readSignatures() of other grammars', () => {
  const TIMED = { signed: ['{timestamp}', '.', '{body}'] };
  const define = (signature: object, more: object = {}): CompiledProvider =>
    getCompiled(
      defineProvider({
        name: 'p',
        algorithm: 'hmac-sha256',
        signature: { header: 'a', encoding: 'hex', ...signature },
        signed: ['{body}'],
        secret: { encoding: 'utf8' },
        ...more,
      } as ProviderDefinition),
    );
  const time = (field: string): object => ({
    ...TIMED,
    timestamp: { field, unit: 'seconds', toleranceSeconds: 300 },
  });

  it('reads a time and signatures without names', () => {
    const compiled = define({ items: ',' }, time('first'));
    expect(readSignatures(compiled, `1700000000,${MAC},${MAC}`)).toEqual({
      signatures: [BYTES, BYTES],
      timestamp: '1700000000',
    });
    for (const header of [`${MAC},1700000000`, '1700000000', `1700000000,${MAC},`, '', `,${MAC},x`]) {
      expect(readSignatures(compiled, header)).toBeUndefined();
    }
    expect(readSignatures(define({ items: ',' }), `${MAC},${MAC}`)?.signatures).toHaveLength(2);
  });

  it('reads groups of items that have the same time, and refuses another time', () => {
    const compiled = define({ items: ',', assign: '=', key: 'v1', groups: ' ' }, time('t'));
    const header = (other: string): string => `t=1700000000,v1=${MAC} t=${other},v1=${MAC}`;
    expect(readSignatures(compiled, header('1700000000'))).toEqual({
      signatures: [BYTES, BYTES],
      timestamp: '1700000000',
    });
    expect(readSignatures(compiled, header('1700000001'))).toBeUndefined();
    expect(readSignatures(compiled, `t=1700000000,v1=${MAC}  t=1700000000`)).toBeUndefined();
  });

  it('reads items that a comma and a space separate', () => {
    const compiled = define({ items: ', ', assign: ',', key: 'v1', encoding: 'base64' });
    expect(readSignatures(compiled, `v1,${BASE64}, v1,${BASE64}`)?.signatures).toEqual([BYTES, BYTES]);
    expect(readSignatures(compiled, `v1,${BASE64},  v1,${BASE64}`)?.signatures).not.toHaveLength(2);
    expect(readSignatures(compiled, `v1,${BASE64} v1,${BASE64}`)).toBeUndefined();
  });

  it('reads the name of a scheme of authentication in either case, and one space behind it', () => {
    const compiled = getCompiled(basicProvider({ name: 'p' }));
    for (const scheme of ['Basic', 'basic', 'BASIC']) {
      expect(readSignatures(compiled, `${scheme} YTpi`)?.signatures).toEqual([Buffer.from('a:b')]);
    }
    for (const header of [
      'YTpi',
      'BasicYTpi',
      'Basic  YTpi',
      'Bearer YTpi',
      'Basic ',
      'Basic YTp',
      ' Basic YTpi',
    ]) {
      expect(readSignatures(compiled, header)).toBeUndefined();
    }
  });
});
