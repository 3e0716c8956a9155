import { defineProvider, github, slack, twilio, type ProviderDefinition } from 'hooklatch';
import { contradictsType, isFormBody, namesOtherCharset, parsePayload } from '../../src/core/payload';
import { getCompiled, type CompiledProvider } from '../../src/core/compiled-provider';

const planWith = (more: Partial<ProviderDefinition>): CompiledProvider =>
  getCompiled(
    defineProvider({
      name: 'p',
      algorithm: 'hmac-sha256',
      signature: { header: 'x-signature', encoding: 'hex' },
      signed: ['{body}'],
      secret: { encoding: 'utf8' },
      ...more,
    }),
  );

const parse = (compiled: CompiledProvider, body: string | Buffer): unknown =>
  parsePayload(compiled, Buffer.from(body as string));

const EVERY_CONTENT = ['json', 'form', 'json-or-form', 'text', 'raw'] as const;
const PARSED = ['json', 'form', 'json-or-form'] as const;

describe('parsePayload()', () => {
  it.each(['{"a":[1,null,"é"]}', '[]', '"text"', '1', 'null', ' {}\r\n'])('reads the JSON %p', (text) => {
    expect(parse(planWith({}), text)).toEqual({ value: JSON.parse(text) as unknown });
  });

  it.each([' ', '{', '{}{}', "{'a':1}", 'undefined', 'a=1'])(
    'returns nothing for %p, which is not JSON',
    (text) => {
      expect(parse(planWith({}), text)).toBeUndefined();
    },
  );

  it.each(['json', 'form', 'json-or-form', 'text'] as const)(
    'returns nothing for bytes that are not UTF-8 where the content is %s',
    (content) => {
      expect(parse(planWith({ content }), Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
    },
  );

  it('keeps __proto__ as an own key of JSON and of a form', () => {
    const json = parse(planWith({}), '{"__proto__":{"admin":true}}') as { value: object };
    expect(Object.keys(json.value)).toEqual(['__proto__']);
    expect((json.value as { admin?: boolean }).admin).toBeUndefined();
    const form = parse(planWith({ content: 'form' }), '__proto__=1&a=2') as { value: object };
    expect(Object.keys(form.value)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(form.value)).toBe(Object.prototype);
  });

  it('returns the bytes where the content is raw, and text where it is text', () => {
    const bytes = Buffer.from([0xff, 0]);
    expect(parse(planWith({ content: 'raw' }), bytes)).toEqual({ value: bytes });
    expect(parse(planWith({ content: 'text' }), '\ufeffé')).toEqual({ value: '\ufeffé' });
  });

  it('reads a form, and makes a list of a repeated name', () => {
    expect(parse(planWith({ content: 'form' }), 'a=1&b=%C3%A9+x&a=2&a=3&c')).toEqual({
      value: { a: ['1', '2', '3'], b: 'é x', c: '' },
    });
  });

  it('reads the JSON in the field of a form', () => {
    expect(parse(getCompiled(github), 'payload=%7B%22a%22%3A1%7D')).toEqual({ value: { a: 1 } });
    expect(parse(getCompiled(github), 'payload=%7B')).toBeUndefined();
    expect(parse(getCompiled(github), 'other=1')).toBeUndefined();
    expect(parse(getCompiled(github), 'toString=1')).toBeUndefined();
  });
});

describe('parsePayload() of an empty body', () => {
  it.each(PARSED)('returns a payload that is undefined where the content is %s', (content) => {
    expect(parse(planWith({ content }), '')).toEqual({ value: undefined });
  });

  it('returns no text and no bytes where the content is text or raw', () => {
    expect(parse(planWith({ content: 'text' }), '')).toEqual({ value: '' });
    expect(parse(planWith({ content: 'raw' }), '')).toEqual({ value: Buffer.alloc(0) });
  });

  it.each(EVERY_CONTENT)('returns nothing where the provider requires a body (%s)', (content) => {
    expect(parse(planWith({ content, bodyRequired: true }), '')).toBeUndefined();
    expect(parse(planWith({ content, bodyRequired: true }), '[]')).toBeDefined();
  });
});

describe('parsePayload() of a body that may be JSON or a form', () => {
  it.each(['command=%2Fgo', '\ufeffcommand=%2Fgo', '&command=%2Fgo'])('reads %p as a form', (text) => {
    expect(parse(getCompiled(slack), text)).toEqual({ value: { command: '/go' } });
  });

  // What a member of a workspace, or the author of an issue, can write into a text that the sender signs.
  it.each([
    '{"event":{"text":"&command=/deploy&user_id=U_ADMIN&"}}',
    ' \r\n\t{"title":"&payload=%7B%22ref%22%3A1%7D&"}',
    '\ufeff{"title":"&payload=%7B%7D&"}',
    '[{"a":"&payload=%7B%7D&"}]',
    '"&payload=%7B%7D&"',
  ])('reads no field out of the JSON %p', (text) => {
    const value: unknown = JSON.parse(text.replace('\ufeff', ''));
    for (const compiled of [getCompiled(slack), getCompiled(github), getCompiled(twilio)]) {
      expect(parse(compiled, text)).toEqual({ value });
    }
  });

  it('takes no form for JSON, whatever is in it', () => {
    for (const field of ['{"a":1}', '[', '"', ' ']) {
      const form = new URLSearchParams([[field, field]]).toString();
      expect(isFormBody(Buffer.from(form))).toBe(true);
      expect(parse(getCompiled(slack), form)).toEqual({ value: { [field]: field } });
    }
    // Of a text without an equals sign JSON is what may come of it.
    expect(['', ' \r\n', 'null', '1'].map((text) => isFormBody(Buffer.from(text)))).toEqual(
      Array(4).fill(false),
    );
  });
});

describe('parsePayload() of a body with a byte order mark', () => {
  it.each(['json', 'json-or-form'] as const)('skips it in front of JSON (%s)', (content) => {
    expect(parse(planWith({ content }), '\ufeff{"a":1}')).toEqual({ value: { a: 1 } });
  });

  it('skips it in front of a form', () => {
    expect(parse(planWith({ content: 'form' }), '\ufeffa=1')).toEqual({ value: { a: '1' } });
    expect(parse(getCompiled(github), '\ufeffpayload={}')).toEqual({ value: {} });
  });

  it.each(['\ufeff', '\ufeff\ufeff{}', '{\ufeff}', '{}\ufeff', ' \ufeff{}', '\ufffe{}'])(
    'returns nothing for %p, where it is not one mark in front',
    (text) => {
      expect(parse(planWith({}), text)).toBeUndefined();
    },
  );

  it('returns nothing for the marks of other encodings', () => {
    const utf16 = Buffer.from('\ufeff{}', 'utf16le');
    expect(parse(planWith({}), utf16)).toBeUndefined();
    expect(parse(planWith({ charset: 'utf-16le' }), utf16)).toEqual({ value: {} });
  });
});

describe('parsePayload() of a body in another charset', () => {
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

  it.each([
    ['json', '{"name":"Zo\xeb \x80"}', { name: 'Zoë €' }],
    ['form', 'name=Zo%EB+%80&city=K\xf6ln', { name: 'Zoë €', city: 'Köln' }],
    ['text', 'Zo\xeb', 'Zoë'],
  ] as const)('reads it as the provider says (%s)', (content, text, value) => {
    expect(parse(planWith({ content, charset: 'windows-1252' }), latin1(text))).toEqual({ value });
  });

  it('returns nothing where the bytes are not of that charset', () => {
    expect(parse(planWith({ charset: 'shift_jis' }), latin1('{"a":"\x80\xff"}'))).toBeUndefined();
    expect(parse(planWith({ content: 'form', charset: 'shift_jis' }), latin1('a=\xff'))).toBeUndefined();
  });
});

describe('parsePayload() of a form with brackets', () => {
  it('nests where the provider says so, and nowhere else', () => {
    const text = 'data%5Bid%5D=1&data[list][]=a&data[list][]=b';
    expect(parse(planWith({ content: 'form', nestedForm: true }), text)).toEqual({
      value: { data: { id: '1', list: ['a', 'b'] } },
    });
    expect(parse(planWith({ content: 'form' }), text)).toEqual({
      value: { 'data[id]': '1', 'data[list][]': ['a', 'b'] },
    });
  });

  it('returns nothing for a bracket bomb', () => {
    const compiled = planWith({ content: 'form', nestedForm: true });
    expect(parse(compiled, `a${'[b]'.repeat(100_000)}=1`)).toBeUndefined();
    expect(parse(compiled, 'a[]=1&'.repeat(1001))).toBeUndefined();
  });
});

describe('namesOtherCharset()', () => {
  const names = (compiled: CompiledProvider, type: unknown, body: string | Buffer): boolean =>
    namesOtherCharset(compiled, { headers: { 'content-type': type as string } }, Buffer.from(body as string));

  it.each([
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset="UTF8"',
    'application/json; utf-8',
    'application/json; charset=',
    ['application/json; charset=latin1'],
    'text/plain; x-charset=latin1',
  ])('is false for %p, which names none or the usual one', (type) => {
    expect(names(planWith({}), type, '{"name":"Zoë"}')).toBe(false);
  });

  it.each(['latin1', 'ISO-8859-1', '"windows-1252"', 'utf-16', 'utf-16be', 'shift_jis', 'koi8-r', 'utf-32'])(
    'is true for a text in UTF-8 that would read otherwise by %s, and false for JSON, which is UTF-8 by its RFC',
    (charset) => {
      const type = `a/b ;\tCharset = ${charset}`;
      expect(names(planWith({ content: 'text' }), type, '{"name":"Zoë"}')).toBe(true);
      expect(names(planWith({}), type, '{"name":"Zoë"}')).toBe(false);
    },
  );

  it('is true for bytes that only the named charset can read', () => {
    expect(names(planWith({}), 'a/b; charset=latin1', Buffer.from('{"name":"Zo\xeb"}', 'latin1'))).toBe(true);
    expect(names(planWith({}), 'a/b; charset=utf-16le', Buffer.from('{}', 'utf16le'))).toBe(true);
    expect(names(planWith({}), 'a/b; charset=utf-32', Buffer.from('{\0\0\0}\0\0\0'))).toBe(true);
  });

  it('is false where both read alike', () => {
    for (const charset of ['latin1', 'us-ascii', 'shift_jis', 'nonsense']) {
      expect(names(planWith({ content: 'text' }), `a/b; charset=${charset}`, 'Zoe')).toBe(false);
      expect(names(planWith({}), `a/b; charset=${charset}`, '')).toBe(false);
    }
    expect(names(planWith({ charset: 'latin1' }), 'a/b; charset=windows-1252', Buffer.from([0xeb]))).toBe(
      false,
    );
    expect(names(planWith({ content: 'raw' }), 'a/b; charset=latin1', Buffer.from([0xeb]))).toBe(false);
  });

  it('looks into the escapes of a form', () => {
    const type = 'application/x-www-form-urlencoded; charset=windows-1252';
    for (const content of ['form', 'json-or-form'] as const) {
      expect(names(planWith({ content }), type, 'name=Zo%EB')).toBe(true);
      expect(names(planWith({ content }), type, 'name=Zo%C3%AB')).toBe(true);
      expect(names(planWith({ content }), type, 'name=Zoe+%26')).toBe(false);
    }
    expect(names(planWith({}), type, '"%EB"')).toBe(false);
  });
});

describe('contradictsType()', () => {
  const FORM = 'application/x-www-form-urlencoded';
  const contradicts = (compiled: CompiledProvider, type: unknown, body: string): boolean =>
    contradictsType(compiled, { headers: { 'content-type': type as string } }, Buffer.from(body));

  it.each([
    ['{"a":1}', FORM],
    ['\ufeff [1]', `${FORM.toUpperCase()} ; charset=x`],
    ['a=1', 'application/json'],
    ['a=1', 'Application/vnd.x.v1+json; charset=utf-8'],
  ])('is true for %p that is called %s', (body, type) => {
    for (const compiled of [getCompiled(slack), getCompiled(github)])
      expect(contradicts(compiled, type, body)).toBe(true);
    for (const content of ['json', 'form', 'text', 'raw'] as const) {
      expect(contradicts(planWith({ content }), type, body)).toBe(false);
    }
  });

  it.each([
    ['{"a":1}', 'application/json'],
    ['a=1', FORM],
    ...[undefined, '', 'text/plain', `${FORM}2`, `text/plain; was=${FORM}`, [FORM]].flatMap((type) => [
      ['{"a":1}', type],
      ['a=1', type],
    ]),
    ['', FORM],
    ['', 'application/json'],
  ])('is false for %p that is called %p', (body, type) => {
    expect(contradicts(getCompiled(slack), type, body as string)).toBe(false);
  });
});
