import { defineProvider, type ProviderDefinition } from 'hooklatch';
import { typeErrorOf } from '../helpers/type-error';

const BASE: ProviderDefinition = {
  name: 'p',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
};
const define = (more: object): ProviderDefinition => defineProvider({ ...BASE, ...more });
const messageOf = (more: object): string => typeErrorOf(() => define(more));

describe('defineProvider() on handshakes', () => {
  const messageOfOne = (handshake: unknown): string => messageOf({ handshakes: [handshake] });

  it.each([
    [{ when: { method: 'GET' }, answer: {} }],
    [{ when: { method: 'HEAD' }, answer: { status: 204 } }],
    [{ when: { method: 'GET', query: { a: 'b' } }, token: 'token', answer: { echo: 'challenge' } }],
    [{ when: { body: { type: 1 } }, answer: { json: { type: 1 } } }],
    [{ when: { body: { type: null } }, answer: { json: { type: null } } }],
    [{ when: { has: 'challenge', lacks: 'event' }, answer: { echo: 'challenge' } }],
    [{ when: { empty: 'events', method: undefined }, token: undefined, answer: { status: undefined } }],
    [{ when: { has: 'a' }, answer: { json: { mac: '{hmac a}', n: 1 } } }],
    [{ when: { has: 'a' }, answer: { echo: 'header:X-Challenge' } }],
    [{ when: { method: 'GET' }, token: 'verify', wrongToken: 404, answer: { status: 204 } }],
  ])('takes %j', (handshake) => {
    expect(define({ handshakes: [handshake] }).handshakes).toEqual([handshake]);
  });

  it.each([
    [{ when: { method: 'GET' }, answer: { json: { a: 1, b: '{hub.challenge}' } } }],
    [{ when: { method: 'GET' }, answer: { json: { verification: '{header:X-Challenge}' } } }],
    [{ when: { method: 'POST', query: { a: 'b' } }, answer: {} }],
    [{ when: { method: 'POST', query: {} }, answer: { echo: 'validationToken' } }],
    [{ when: { method: 'POST' }, answer: { json: { a: '{validationToken}' } } }],
    [{ when: { method: 'POST', content: 'form', only: ['webhook_id'] }, answer: {} }],
    [{ when: { method: 'POST', content: 'json', only: ['a'], body: { a: 'b' } }, answer: { echo: 'a' } }],
    [
      {
        when: { method: 'GET' },
        fields: { a: { alphabet: 'hex', length: 32 }, b: { alphabet: 'text', length: [1, 9] } },
        answer: {
          json: {
            a: '{hmac a}',
            b: { digest: 'hmac', of: ['x', '{a}'], encoding: 'base64', prefix: 'sha256=' },
            c: { digest: 'sha256', of: ['{a}', '{verifyToken}', '{url}'], encoding: 'hex' },
          },
        },
      },
    ],
  ])('takes the unsigned %j', (handshake) => {
    expect(define({ handshakes: [handshake] }).handshakes).toEqual([handshake]);
  });

  it.each([
    [{ when: { method: 'POST' }, answer: {} }, '"when" must say what tells the request from a delivery'],
    [
      { when: { method: 'POST', query: {} }, answer: { json: { a: 1 } } },
      '"when" must say what tells the request from a delivery',
    ],
    [{ when: { method: 'POST', only: ['a'] }, answer: {} }, '"only" needs "content"'],
    [
      { when: { method: 'POST', only: ['a'], content: 'json', query: {} }, answer: {} },
      '"only" is for the body, "query" and "token" are not',
    ],
    [
      { when: { method: 'POST', only: ['a'], content: 'json' }, token: 'a', answer: {} },
      '"only" is for the body, "query" and "token" are not',
    ],
    [{ when: { method: 'POST', content: 'json' }, answer: {} }, '"content" and "only" go together, for POST'],
    [{ when: { method: 'GET', only: ['a'] }, answer: {} }, '"content" and "only" go together, for POST'],
    [
      { when: { method: 'POST', query: { a: 'b' }, has: 'a' }, answer: {} },
      'the fields of an unsigned body need "only", which names all of them',
    ],
    [
      { when: { has: 'a', only: ['a'] }, answer: {} },
      '"content", "only" and "fields" are for unsigned requests, which have a "method"',
    ],
    [
      { when: { has: 'a' }, fields: { a: { alphabet: 'hex', length: 1 } }, answer: {} },
      '"content", "only" and "fields" are for unsigned requests, which have a "method"',
    ],
  ])('refuses %j, which is not known from a delivery', (handshake, message) => {
    expect(messageOfOne(handshake)).toContain(`defineProvider('p') handshakes: ${message}`);
  });

  it.each([
    ['any text', {}],
    ['visible characters', { fields: { a: { alphabet: 'visible', length: 9 } } }],
    ['a text', { fields: { a: { alphabet: 'text', length: 9 } } }],
    ['the letters of another field', { fields: { b: { alphabet: 'hex', length: 9 } } }],
    [
      'what every object inherits',
      { fields: Object.create({ a: { alphabet: 'hex', length: 9 } }) as object },
    ],
  ])(
    'refuses to compute over %s for a stranger, who would have the signature of a delivery',
    (_what, more) => {
      for (const method of ['GET', 'POST']) {
        for (const value of ['{hmac a}', { digest: 'sha256', of: ['{a}'], encoding: 'hex' }]) {
          expect(messageOfOne({ when: { method }, ...more, answer: { json: { mac: value } } })).toContain(
            'an answer to an unsigned request is computed over one field, whose "alphabet" ' +
              '(digits, hex, uuid, base64, base64url, token) and "length" must be in "fields"',
          );
        }
      }
    },
  );

  it.each([
    ['two fields', { of: ['{a}', '{b}'] }, 'computed over one field'],
    ['no field', { of: ['a'] }, 'computed over one field'],
    ['the token', { of: ['{a}', '{verifyToken}'] }, `{verifyToken} and {url} are for the digest 'sha256'`],
    ['the address', { of: ['{a}', '{url}'] }, `{verifyToken} and {url} are for the digest 'sha256'`],
  ])('refuses the HMAC of %s', (_what, more, message) => {
    const field = { alphabet: 'hex', length: 9 };
    const json = { mac: { digest: 'hmac', encoding: 'hex', ...more } };
    expect(
      messageOfOne({ when: { method: 'GET' }, fields: { a: field, b: field }, answer: { json } }),
    ).toContain(message);
  });

  it.each([['{hmac header:X-Challenge}'], [{ digest: 'hmac', of: ['a', '{header:X-A}'], encoding: 'hex' }]])(
    'refuses to compute over a header of a signed request, which a stranger can change: %j',
    (mac) => {
      expect(messageOfOne({ when: { has: 'a' }, answer: { json: { mac } } })).toContain(
        'no header is signed: who has seen one signed request would get the HMAC of any text by its header',
      );
    },
  );

  it.each([
    [{ token: 'verify', wrongToken: 200 }, 'option "wrongToken" must be a status of refusal'],
    [{ wrongToken: 404 }, '"wrongToken" needs a "token"'],
  ])('refuses %j', (more, message) => {
    expect(messageOfOne({ when: { method: 'GET' }, ...more, answer: {} })).toContain(message);
  });

  it('refuses a plain digest where deliveries are signed by one', () => {
    const json = { r: { digest: 'sha256', of: ['{verifyToken}', '{a}'], encoding: 'hex' } };
    const handshake = {
      when: { method: 'GET' },
      fields: { a: { alphabet: 'hex', length: 9 } },
      answer: { json },
    };
    const more = { algorithm: 'sha256', signed: ['{secret}', '{body}'], handshakes: [handshake] };
    expect(messageOf(more)).toContain(`the digest 'sha256' is not for algorithm 'sha256'`);
  });

  it('refuses one by POST where deliveries have other methods, which it would let in', () => {
    const handshake = { when: { method: 'POST', query: { a: 'b' } }, answer: {} };
    expect(messageOf({ methods: ['PUT'], handshakes: [handshake] })).toContain(
      'one by POST needs POST among the "methods" of deliveries',
    );
  });

  it('takes none, and several', () => {
    expect(define({}).handshakes).toBeUndefined();
    const one = { when: { has: 'a' }, answer: {} };
    expect(define({ handshakes: [one, one] }).handshakes).toHaveLength(2);
  });

  it.each([
    [null, 'handshakes: expects an options object, got null'],
    [{}, 'handshakes: option "when" must be an object, got undefined'],
    [{ when: { has: 'a' } }, 'handshakes: option "answer" must be an object, got undefined'],
    [{ when: { has: 'a' }, answer: 'x' }, `option "answer" must be an object, got 'x'`],
    [{ when: { has: 'a' }, answer: {}, more: 1 }, 'handshakes: unknown option "more"'],
    [{ when: { has: 'a' }, answer: {}, token: '' }, 'option "token" must be a string that is not blank'],
    [
      { when: { method: 'PUT' }, answer: {} },
      `when: option "method" must be 'GET' or 'HEAD' or 'OPTIONS' or 'POST', got 'PUT'`,
    ],
    [{ when: { has: 'a', only: 'a' }, answer: {} }, 'when: option "only" must be a list of fields'],
    [{ when: { has: 'a', content: 'text' }, answer: {} }, `when: option "content" must be 'json' or 'form'`],
    [{ when: { method: 'GET' }, fields: { a: {} }, answer: {} }, 'fields "a": option "alphabet" must be'],
    [
      { when: { method: 'GET' }, fields: { a: { alphabet: 'hex', length: [4, 2] } }, answer: {} },
      'fields "a": option "length" must be a number of characters from 1 to 4096',
    ],
    [
      { when: { method: 'GET' }, answer: { json: { a: { digest: 'md5' } } } },
      `answer json: option "digest" must be 'hmac' or 'sha256', got 'md5'`,
    ],
    [{ when: { method: 'GET', query: 'a' }, answer: {} }, 'when: option "query" must be an object'],
    [{ when: { body: [] }, answer: {} }, 'when: option "body" must be an object'],
    [{ when: { has: '' }, answer: {} }, 'when: option "has" must be a string that is not blank'],
    [{ when: { lacks: 1 }, answer: {} }, 'when: option "lacks" must be a string that is not blank'],
    [{ when: { empty: ['a'] }, answer: {} }, 'when: option "empty" must be a string that is not blank'],
    [{ when: { header: 'a' }, answer: {} }, 'when: unknown option "header"'],
    [{ when: { has: 'a' }, answer: { status: 302 } }, 'answer: option "status" must be a status of success'],
    [
      { when: { has: 'a' }, answer: { echo: '' } },
      'answer: option "echo" must be a string that is not blank',
    ],
    [{ when: { has: 'a' }, answer: { json: 'x' } }, 'answer: option "json" must be an object'],
    [{ when: { has: 'a' }, answer: { text: 'x' } }, 'answer: unknown option "text"'],
  ])('refuses %j', (handshake, message) => {
    expect(messageOfOne(handshake)).toContain(message);
  });

  it.each([
    [{ when: {}, answer: {} }],
    [{ when: { body: undefined }, answer: { status: 204 } }],
    [{ when: { query: { a: 'b' } }, answer: {} }],
  ])('refuses %j, which every delivery would be', (handshake) => {
    expect(messageOfOne(handshake)).toBe(
      `defineProvider('p') handshakes: "when" must say what tells the request from a delivery`,
    );
  });

  it.each([
    [{ when: { method: 'GET', body: { a: 1 } }, answer: {} }],
    [{ when: { method: 'GET', has: 'a' }, answer: {} }],
    [{ when: { method: 'HEAD', lacks: 'a' }, answer: {} }],
    [{ when: { method: 'HEAD', empty: 'a' }, answer: {} }],
    [{ when: { has: 'a', query: { a: 'b' } }, answer: {} }],
    [{ when: { has: 'a' }, token: 'token', answer: {} }],
  ])('refuses %j, which mixes what is signed and what is not', (handshake) => {
    expect(messageOfOne(handshake)).toBe(
      `defineProvider('p') handshakes: "query" and "token" are for GET and HEAD, the fields of the body for the rest`,
    );
  });

  it.each([
    ['token', { algorithm: 'token', signature: { header: 'a', encoding: 'utf8' }, signed: [] }],
    ['sha256', { algorithm: 'sha256', signed: ['{secret}', '{body}'] }],
    ['ed25519', { algorithm: 'ed25519', secret: { encoding: 'hex' } }],
    ['ecdsa-p256-sha256', { algorithm: 'ecdsa-p256-sha256' }],
  ])('refuses an HMAC in the answer where the algorithm is %s', (_algorithm, more) => {
    const handshakes = [{ when: { has: 'a' }, answer: { json: { mac: '{hmac a}' } } }];
    expect(messageOf({ ...more, handshakes })).toContain(
      `handshakes: "{hmac …}" is for algorithms that begin with 'hmac-'`,
    );
    expect(define({ algorithm: 'hmac-sha1', handshakes }).handshakes).toEqual(handshakes);
  });

  it.each([null, {}, 'GET', 0])('refuses %p for a list of them', (handshakes) => {
    expect(messageOf({ handshakes })).toContain('option "handshakes" must be a list of handshakes');
  });
});

describe('defineProvider() on id and event', () => {
  it.each([
    [{ body: 'a.b' }],
    [{ body: ['type', 'action'] }],
    [{ body: 'events.[].type', header: ['X-Event', 'X-Old'] }],
    [{ keys: ['message', 'poll'] }],
    [{ header: undefined, body: undefined, keys: undefined }],
  ])('takes %j', (fact) => {
    expect(define({ event: fact, id: fact })).toMatchObject({ event: fact, id: fact });
  });

  it.each([
    [{ body: [] }, 'option "body" must be a field, or a list of fields'],
    [{ body: ['a', ''] }, 'option "body" must be a field, or a list of fields'],
    [{ body: ['a', 1] }, 'option "body" must be a field, or a list of fields'],
    [{ keys: [] }, 'option "keys" must be a field, a list of fields, or an object'],
    [{ keys: [' '] }, 'option "keys" must be a field, a list of fields, or an object'],
    [{ keys: null }, 'option "keys" must be a field, a list of fields, or an object'],
    [{ field: 'a' }, 'unknown option "field"'],
  ])('refuses %j', (fact, message) => {
    expect(messageOf({ event: fact })).toContain(`defineProvider('p') event: ${message}`);
    expect(messageOf({ id: fact })).toContain(`defineProvider('p') id: ${message}`);
  });
});

describe('defineProvider() on answers and copies', () => {
  it.each([
    [{ acknowledge: {} }, 'acknowledge: option "status" must be a status of success'],
    [{ acknowledge: { status: 302 } }, 'acknowledge: option "status" must be a status of success'],
    [{ acknowledge: { status: 200, text: '' } }, 'acknowledge: option "text" must be a string'],
    [{ acknowledge: 200 }, 'option "acknowledge" must be an object'],
    [{ refusal: { status: 401, empty: 'yes' } }, 'refusal: option "empty" must be true or false'],
    [{ duplicates: true }, 'option "duplicates" must be an object or false'],
    [{ duplicates: {} }, `duplicates: option "key" must be 'signed' or 'id'`],
    [{ duplicates: { key: 'body' } }, `duplicates: option "key" must be 'signed' or 'id'`],
    [
      { duplicates: { key: 'id', also: 'X-Id' } },
      'duplicates: option "also" must be a header name or a list',
    ],
    [{ duplicates: { key: 'id', also: [] } }, 'duplicates: option "also" must be a header name or a list'],
    [{ duplicates: { key: 'id', ttlSeconds: 0 } }, 'duplicates: option "ttlSeconds" must be seconds'],
    [{ duplicates: { key: 'id', ttl: 1 } }, 'duplicates: unknown option "ttl"'],
  ])('refuses %j', (more, message) => {
    expect(messageOf(more)).toContain(message);
  });

  it('takes what the providers use', () => {
    const more = {
      acknowledge: { status: 202, text: 'ok' },
      refusal: { status: 403, empty: true, uniform: false },
      duplicates: { key: 'id', also: ['X-Id'], ttlSeconds: 5 },
    };
    expect(define(more)).toMatchObject(more);
    expect(define({ duplicates: false }).duplicates).toBe(false);
    const token = { algorithm: 'token', signature: { header: 'a', encoding: 'utf8' }, signed: [] };
    expect([define({}).duplicates, define(token).duplicates]).toEqual([{ key: 'signed' }, false]);
  });
});
