import { defineProvider, github, slack, type ProviderDefinition } from 'hooklatch';
import { parsePayload } from '../../src/core/payload';
import { planOf, type Plan } from '../../src/core/compiled-provider';

const FORM = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
const NO_HEADERS = { headers: {} };

const planWith = (more: Partial<ProviderDefinition>): Plan =>
  planOf(
    defineProvider({
      name: 'p',
      algorithm: 'hmac-sha256',
      signature: { header: 'x-signature', encoding: 'hex' },
      signed: ['{body}'],
      secret: { encoding: 'utf8' },
      ...more,
    }),
  );

const parse = (plan: Plan, body: string | Buffer, source = NO_HEADERS): unknown =>
  parsePayload(plan, source, Buffer.from(body as string));

describe('parsePayload()', () => {
  it.each(['{"a":[1,null,"é"]}', '[]', '"text"', '1', 'null', ' {}\r\n'])('reads the JSON %p', (text) => {
    expect(parse(planWith({}), text)).toEqual({ value: JSON.parse(text) as unknown });
  });

  it.each(['', ' ', '{', '{}{}', "{'a':1}", 'undefined', '\ufeff{}', 'a=1'])(
    'rule 18: returns nothing for %p, which is not JSON',
    (text) => {
      expect(parse(planWith({}), text)).toBeUndefined();
    },
  );

  it.each(['json', 'form', 'json-or-form', 'text'] as const)(
    'rule 18: returns nothing for bytes that are not UTF-8 where the content is %s',
    (content) => {
      expect(parse(planWith({ content }), Buffer.from([0x22, 0xff, 0x22]), FORM)).toBeUndefined();
    },
  );

  it('rule 18: keeps __proto__ as an own key of JSON and of a form', () => {
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

  it.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded;charset=utf-8',
    'APPLICATION/X-WWW-FORM-URLENCODED ; charset=utf-8',
  ])('goes by the Content-Type %p where it may be either', (type) => {
    expect(parse(planOf(slack), 'command=%2Fgo', { headers: { 'content-type': type } })).toEqual({
      value: { command: '/go' },
    });
  });

  it.each([
    undefined,
    'application/json',
    'application/x-www-form-urlencoded2',
    'text/plain; was=application/x-www-form-urlencoded',
    ['a', 'b'],
    ['application/x-www-form-urlencoded'],
  ])('reads JSON where it may be either and the Content-Type is %p', (type) => {
    const source = { headers: { 'content-type': type } };
    expect(parsePayload(planOf(slack), source, Buffer.from('{"a":1}'))).toEqual({ value: { a: 1 } });
  });

  it('reads JSON whatever the Content-Type, where it can be nothing else', () => {
    expect(parse(planWith({}), '{"a":1}', FORM)).toEqual({ value: { a: 1 } });
  });

  it('reads the JSON in the field of a form', () => {
    expect(parse(planOf(github), 'payload=%7B%22a%22%3A1%7D', FORM)).toEqual({ value: { a: 1 } });
    expect(parse(planOf(github), 'payload=%7B', FORM)).toBeUndefined();
    expect(parse(planOf(github), 'other=1', FORM)).toBeUndefined();
  });
});
