import {
  defineProvider,
  github,
  slack,
  standardWebhooks,
  telehealth,
  type ProviderDefinition,
} from 'hooklatch';
import { parsePayload, readFacts, valueAt, type Facts } from '../../src/core/payload';
import { planOf, type Plan } from '../../src/core/plan';

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

  it.each([undefined, 'application/json', 'application/x-www-form-urlencoded2', ['a', 'b']])(
    'reads JSON where it may be either and the Content-Type is %p',
    (type) => {
      const source = { headers: { 'content-type': type } };
      expect(parsePayload(planOf(slack), source, Buffer.from('{"a":1}'))).toEqual({ value: { a: 1 } });
    },
  );

  it('reads the JSON in the field of a form', () => {
    expect(parse(planOf(github), 'payload=%7B%22a%22%3A1%7D', FORM)).toEqual({ value: { a: 1 } });
    expect(parse(planOf(github), 'payload=%7B', FORM)).toBeUndefined();
    expect(parse(planOf(github), 'other=1', FORM)).toBeUndefined();
  });
});

describe('readFacts()', () => {
  const facts = (plan: Plan, headers: Record<string, string>, payload: unknown, signedId = ''): Facts =>
    readFacts(plan, { headers }, payload === undefined ? undefined : { value: payload }, signedId);

  it('says that event and id of a signed body are trusted', () => {
    const plan = planWith({ event: { body: 'event.type' }, id: { body: 'id' } });
    expect(facts(plan, {}, { id: 7, event: { type: 'a' } })).toEqual({
      event: 'a',
      id: '7',
      trusted: { event: true, id: true },
      disagree: false,
    });
  });

  it('takes event and id of a header, untrusted', () => {
    expect(facts(planOf(github), { 'x-github-event': 'push', 'x-github-delivery': 'd' }, {})).toEqual({
      event: 'push',
      id: 'd',
      trusted: { event: false, id: false },
      disagree: false,
    });
  });

  it('takes no event of a repeated or an empty header', () => {
    const source = {
      headers: { 'x-github-event': 'a', 'x-github-delivery': '' },
      rawHeaders: ['X-GitHub-Event', 'a', 'X-GitHub-Event', 'b'],
    };
    expect(readFacts(planOf(github), source, { value: {} }, '')).toMatchObject({
      event: undefined,
      id: undefined,
    });
  });

  it('prefers what is signed, and says where the header disagrees', () => {
    const header = { 'x-telehealth-event': 'b' };
    expect(facts(planOf(telehealth), header, { event: 'a' })).toMatchObject({ event: 'a', disagree: true });
    expect(facts(planOf(telehealth), header, { event: 'b' })).toMatchObject({ event: 'b', disagree: false });
    expect(facts(planOf(telehealth), header, {})).toMatchObject({
      event: 'b',
      disagree: false,
      trusted: { event: false },
    });
  });

  it('takes the signed id and trusts it', () => {
    expect(facts(planOf(standardWebhooks), { 'webhook-id': 'msg' }, { type: 'a' }, 'msg')).toMatchObject({
      id: 'msg',
      trusted: { event: true, id: true },
    });
  });

  it('trusts nothing of a body that is not signed', () => {
    const plan = planWith({
      timestamp: { header: 'x-time', unit: 'seconds', toleranceSeconds: 300 },
      signed: ['{timestamp}'],
      event: { body: 'type' },
      id: { body: 'id' },
    });
    expect(facts(plan, {}, { type: 'a', id: 'b' })).toMatchObject({
      event: 'a',
      id: 'b',
      trusted: { event: false, id: false },
    });
  });

  it('knows neither where the body could not be parsed', () => {
    expect(facts(planOf(slack), {}, undefined)).toMatchObject({ event: undefined, id: undefined });
  });

  it.each([[{}], [null], [true], [['a']], ['']])('takes %p for no event', (event) => {
    expect(facts(planOf(telehealth), {}, { event }).event).toBeUndefined();
  });
});

describe('valueAt()', () => {
  it.each([
    [{ a: { b: 1 } }, 'a.b', 1],
    [{ a: [{ b: 1 }] }, 'a.0.b', 1],
    [{ a: null }, 'a', null],
    [{ a: null }, 'a.b', undefined],
    [{ a: 'text' }, 'a.length', undefined],
    [{}, 'toString', undefined],
    [{}, '__proto__.toString', undefined],
    [{ a: 1 }, 'a.', undefined],
    [undefined, 'a', undefined],
  ])('finds in %p at %p the value %p', (payload, path, value) => {
    expect(valueAt(payload, path)).toBe(value);
  });
});
