import {
  diagnose,
  fastcomments,
  sign,
  square,
  standardWebhooks,
  stripe,
  verifySync,
  type Delivery,
} from 'hooklatch';
import { typeErrorOf } from '../helpers/type-error';

const NOW = 1_700_000_000_000;
const BODY = Buffer.from('{}');
const SECRET = 'a-secret-of-thirty-two-characters';
const HEADERS = sign(fastcomments, { secret: SECRET, now: NOW }, { body: BODY });
const DELIVERY: Delivery = { method: 'PUT', url: '/', headers: HEADERS, body: BODY };

const verifyWith = (settings: object, delivery: object = {}): unknown =>
  verifySync(
    { ...DELIVERY, ...delivery },
    {
      provider: fastcomments,
      secret: SECRET,
      now: NOW,
      ...settings,
    },
  );

const signWith = (settings: object, delivery: object = {}): Record<string, string> =>
  sign(fastcomments, { secret: SECRET, now: NOW, ...settings }, { body: BODY, ...delivery });

const WRONG = [null, NaN, 0, ''];

function withoutZero(option: string): unknown[] {
  // A time of 0 is one: 1 January 1970.
  return option === 'now' ? WRONG.filter((value) => value !== 0) : WRONG;
}

const combined = (options: readonly string[]): [string, unknown][] =>
  options.flatMap((option) => withoutZero(option).map((value): [string, unknown] => [option, value]));

/** The headers as lists, with a value of each of the given. */
const lists = (...all: Record<string, string>[]): Record<string, string[]> =>
  Object.fromEntries(
    Object.keys(all[0]!).map((name) => [name.toLowerCase(), all.map((headers) => headers[name]!)]),
  );

const upperCased = (headers: object): object =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value as unknown]));

/** A Headers with each value twice. */
function joined(headers: Record<string, string>): Headers {
  const twice = new Headers(headers);
  for (const [name, value] of Object.entries(headers)) twice.append(name, value);
  return twice;
}

describe('settings of verify()', () => {
  it.each(combined(['provider', 'secret', 'now', 'toleranceSeconds', 'publicUrl']))(
    'refuses "%s": %p',
    (option, value) => {
      expect(typeErrorOf(() => verifyWith({ [option]: value }))).toContain(`option "${option}" must be `);
    },
  );

  it.each(['now', 'toleranceSeconds', 'publicUrl'])('takes "%s": undefined as absent', (option) => {
    const now = option === 'now' ? {} : { now: NOW };
    const settings = { provider: fastcomments, secret: SECRET, ...now, [option]: undefined };
    const headers = sign(fastcomments, { secret: SECRET, ...now }, { body: BODY });
    expect(verifySync({ ...DELIVERY, headers }, settings).verified).toBe(true);
  });

  it.each(['provider', 'secret'])('demands "%s"', (option) => {
    expect(typeErrorOf(() => verifyWith({ [option]: undefined }))).toContain(`option "${option}" must be`);
  });

  it.each([
    ['now', -1],
    ['now', '1700000000000'],
    ['now', new Date(NOW)],
    ['now', 8.64e15 + 1],
    ['toleranceSeconds', -1],
    ['toleranceSeconds', 0.5],
    ['toleranceSeconds', 86_401],
    ['toleranceSeconds', Infinity],
    ['toleranceSeconds', '300'],
    ['publicUrl', 'example.org'],
    ['publicUrl', 'ftp://example.org'],
    ['publicUrl', 'xhttps://example.org'],
    ['publicUrl', 'https://'],
    ['publicUrl', new URL('https://example.org')],
    ['provider', 'fastcomments'],
    ['provider', { ...fastcomments }],
  ])('refuses "%s": %p', (option, value) => {
    expect(typeErrorOf(() => verifyWith({ [option]: value }))).toContain(`option "${option}" must be `);
  });

  it.each([
    ['now', -1, 'a number of milliseconds from 0 to 8640000000000000, got -1'],
    ['toleranceSeconds', 0, 'a number of seconds from 1 to 86400, got 0'],
    ['publicUrl', '/hook', "an address that begins with 'https://' or 'http://', got '/hook'"],
  ])('says what "%s" must be, and what %p is', (option, value, expected) => {
    expect(typeErrorOf(() => verifyWith({ [option]: value }))).toBe(
      `verify(): option "${option}" must be ${expected}`,
    );
  });

  it.each(['https://example.org', 'http://localhost:3000/hook?a=1'])(
    'takes %p as "publicUrl"',
    (publicUrl) => {
      expect(verifyWith({ publicUrl })).toMatchObject({ verified: true });
    },
  );

  it('names an unknown option', () => {
    expect(typeErrorOf(() => verifyWith({ tolerance: 5 }))).toContain('verify(): unknown option "tolerance"');
  });

  it.each([null, undefined, 'text', []])('refuses %p as settings and as delivery', (value) => {
    expect(typeErrorOf(() => verifySync(DELIVERY, value as never))).toContain('verify(): expects');
    expect(
      typeErrorOf(() => verifySync(value as never, { provider: fastcomments, secret: SECRET })),
    ).toContain('verify() delivery: expects');
  });

  it('takes no setting from a polluted prototype', () => {
    const polluted = Object.prototype as { toleranceSeconds?: number; now?: number };
    const late = { provider: fastcomments, secret: SECRET, now: NOW + 400_000 };
    polluted.toleranceSeconds = 86_400;
    try {
      expect(() => verifySync(DELIVERY, late)).toThrow('outside the window');
    } finally {
      delete polluted.toleranceSeconds;
    }
    polluted.now = NOW;
    try {
      expect(() => verifySync(DELIVERY, { provider: fastcomments, secret: SECRET })).toThrow('window');
    } finally {
      delete polluted.now;
    }
  });
});

describe('the delivery of verify()', () => {
  it.each(['method', 'headers', 'body'])('demands "%s"', (option) => {
    expect(typeErrorOf(() => verifyWith({}, { [option]: undefined }))).toContain(
      `verify() delivery: option "${option}" must be `,
    );
  });

  it.each([
    ['an object', HEADERS],
    ['a Headers', new Headers(HEADERS)],
  ])('names a misspelled field beside headers that are %s', (_what, headers) => {
    const rawheaders = Object.entries(HEADERS).flat();
    expect(typeErrorOf(() => verifyWith({}, { headers, rawheaders }))).toBe(
      'verify() delivery: unknown option "rawheaders"; the options are method, url, headers, rawHeaders, body',
    );
  });

  it('says of "rawHeaders" what it must be, and nothing of what it is', () => {
    expect(typeErrorOf(() => verifyWith({}, { rawHeaders: 'a-secret' }))).toBe(
      'verify() delivery: option "rawHeaders" must be a list of names and values in turn, got a value of type string',
    );
  });

  it.each(combined(['method', 'headers', 'rawHeaders', 'body']))('refuses "%s": %p', (option, value) => {
    expect(typeErrorOf(() => verifyWith({}, { [option]: value }))).toContain(
      `verify() delivery: option "${option}" must be `,
    );
  });

  it.each([null, NaN, 0])('refuses "url": %p', (url) => {
    expect(typeErrorOf(() => verifyWith({}, { url }))).toContain('option "url" must be a string');
  });

  it.each([
    ['a string', '{}'],
    ['a Uint8Array', new Uint8Array(2)],
    ['parsed JSON', {}],
  ])('refuses %s as body', (_what, body) => {
    expect(typeErrorOf(() => verifyWith({}, { body }))).toContain(
      'option "body" must be a Buffer with the exact bytes received, got a value of type',
    );
  });

  it.each([
    ['a Headers of fetch', new Headers(HEADERS)],
    ['a Map', new Map(Object.entries(HEADERS))],
    ['a list of pairs', Object.entries(HEADERS)],
    ['an iterator of pairs', Object.entries(HEADERS).values()],
    ['a Map of lists', new Map(Object.entries(lists(HEADERS)))],
    ['the multiValueHeaders of API Gateway and of a load balancer', lists(HEADERS)],
    ['the headersDistinct of Node', Object.assign(Object.create(null) as object, lists(HEADERS))],
  ])('takes %s as "headers"', (_what, headers) => {
    expect(verifyWith({}, { headers })).toMatchObject({ verified: true });
  });

  it('takes an object of header fields that has no prototype', () => {
    const headers = Object.assign(Object.create(null) as object, HEADERS);
    expect(verifyWith({}, { headers })).toMatchObject({ verified: true });
  });

  it.each<[string, () => unknown]>([
    ['pairs', () => [...Object.entries(HEADERS), ...Object.entries(HEADERS)].values()],
    ['a list of pairs', () => [...Object.entries(HEADERS), ...Object.entries(HEADERS)]],
    ['a Map of lists', () => new Map(Object.entries(lists(HEADERS, HEADERS)))],
    ['lists', () => lists(HEADERS, HEADERS)],
    ['lists under two names', () => ({ ...lists(HEADERS), ...upperCased(lists(HEADERS)) })],
    ['a Headers of fetch, which joins them', () => joined(HEADERS)],
  ])('refuses a header that is there twice in %s', (_what, twice) => {
    expect(() => verifyWith({}, { headers: twice() })).toThrow(
      expect.objectContaining({ code: 'ERR_WEBHOOK_HEADER' }) as Error,
    );
  });

  it.each([
    ['items', stripe],
    ['spaces', standardWebhooks],
  ])('refuses two headers of %s that a Headers of fetch has joined', (_what, provider) => {
    const secret = provider === stripe ? SECRET : `whsec_${Buffer.from(SECRET).toString('base64')}`;
    const headers = sign(provider, { secret, now: NOW }, { body: BODY });
    const settings = { provider, secret, now: NOW };
    expect(verifySync({ ...DELIVERY, headers: new Headers(headers) }, settings).verified).toBe(true);
    expect(() => verifySync({ ...DELIVERY, headers: joined(headers) }, settings)).toThrow(
      'repeated or malformed',
    );
  });

  it.each([
    ['the rawHeaders of Node', Object.entries(HEADERS).flat()],
    ['a set of names', new Set(Object.keys(HEADERS))],
    ['a map of numbers', new Map([['a', 5]])],
    ['a map of lists of numbers', new Map([['a', [5]]])],
    ['triples', new Set([['a', 'b', 'c']])],
  ])('refuses %s as "headers", and names the fix', (_what, headers) => {
    const message =
      'option "headers" must be an object of header fields, or a Headers, a Map or the like, which gives pairs of ' +
      'name and value; use req.headers, or new Headers(...)';
    expect(typeErrorOf(() => verifyWith({}, { headers }))).toContain(`verify() delivery: ${message}`);
    expect(typeErrorOf(() => signWith({}, { headers }))).toContain(`sign() delivery: ${message}`);
    const delivery = { ...DELIVERY, headers: headers as never };
    const diagnosing = (): unknown => diagnose(delivery, { provider: fastcomments, secret: SECRET });
    expect(typeErrorOf(diagnosing)).toContain(`diagnose() delivery: ${message}`);
  });

  it('takes a Headers of fetch for signing and for a diagnosis', () => {
    const headers = new Headers(HEADERS);
    expect(signWith({}, { headers })).toEqual(HEADERS);
    const settings = { provider: fastcomments, secret: SECRET, now: NOW };
    expect(diagnose({ ...DELIVERY, headers }, settings).verified).toBe(true);
  });

  it('takes "rawHeaders" beside pairs, and counts by it', () => {
    const headers = new Headers(HEADERS);
    const rawHeaders = Object.entries(HEADERS).flat();
    expect(verifyWith({}, { headers, rawHeaders })).toMatchObject({ verified: true });
    expect(() => verifyWith({}, { headers, rawHeaders: [...rawHeaders, ...rawHeaders] })).toThrow('repeated');
  });

  it('takes "rawHeaders": undefined as absent', () => {
    expect(verifyWith({}, { rawHeaders: undefined })).toMatchObject({ verified: true });
  });
});

describe('settings of sign()', () => {
  it.each(combined(['secret', 'now', 'id', 'event', 'publicUrl']))('refuses "%s": %p', (option, value) => {
    expect(typeErrorOf(() => signWith({ [option]: value }))).toContain(`option "${option}" must be `);
  });

  it('says what "now" must be', () => {
    expect(typeErrorOf(() => signWith({ now: -1 }))).toBe(
      'sign(): option "now" must be a number of milliseconds from 0 to 8640000000000000, got -1',
    );
  });

  it.each([
    ['headers', 'an object, got a value of type string'],
    ['body', 'a Buffer with the exact bytes to send, got a value of type string'],
  ])('says what "%s" of a delivery must be, and nothing of what it is', (option, expected) => {
    expect(typeErrorOf(() => signWith({}, { [option]: 'a-secret' }))).toBe(
      `sign() delivery: option "${option}" must be ${expected}`,
    );
  });

  it.each(['now', 'id', 'event', 'publicUrl'])('takes "%s": undefined as absent', (option) => {
    expect(Object.keys(signWith({ [option]: undefined }))).toEqual(Object.keys(HEADERS));
  });

  it.each([
    [undefined],
    [null],
    [[SECRET]],
    [{}],
    [{ value: '' }],
    [{ value: ' ' }],
    [{ id: 'a', value: 5 }],
  ])('refuses the secret %p', (secret) => {
    expect(typeErrorOf(() => signWith({ secret }))).toBe(
      'sign(): option "secret" must be a string that is not blank, or a secret with a "value"',
    );
  });

  it.each(combined(['method', 'headers', 'rawHeaders', 'body']))(
    'refuses a delivery with "%s": %p',
    (option, value) => {
      expect(typeErrorOf(() => signWith({}, { [option]: value }))).toContain(
        `sign() delivery: option "${option}" must be `,
      );
    },
  );

  it.each(['method', 'url', 'headers', 'rawHeaders'])('takes a delivery with "%s": undefined', (option) => {
    expect(signWith({}, { [option]: undefined })).toEqual(HEADERS);
  });

  it.each([null, NaN, 0])('refuses a delivery with "url": %p', (url) => {
    expect(typeErrorOf(() => signWith({}, { url }))).toContain('option "url" must be a string');
  });

  it.each([null, undefined, 'fastcomments', {}])('refuses %p as provider', (provider) => {
    const call = (): unknown => sign(provider as never, { secret: SECRET }, { body: BODY });
    expect(typeErrorOf(call)).toContain('option "provider" must be a provider');
  });

  it('demands the address of a scheme that signs it', () => {
    const call = (): unknown => sign(square, { secret: SECRET }, { body: BODY });
    expect(typeErrorOf(call)).toContain('option "publicUrl" is required for square');
  });
});
