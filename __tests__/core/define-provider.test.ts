import { defineProvider, type Provider, type ProviderDefinition } from 'hooklatch';
import { typeErrorOf } from '../helpers/type-error';

const BASE: ProviderDefinition = {
  name: 'p',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
};
const ITEMS = { header: 'X-Signature', encoding: 'hex', items: ',', assign: '=', key: 'v1' };
const TIME = { header: 'X-Time', unit: 'seconds', toleranceSeconds: 300 };
const TIMED = ['{timestamp}', '{body}'];

const define = (more: object): Provider => defineProvider({ ...BASE, ...more });
const messageOf = (more: object): string => typeErrorOf(() => define(more));

describe('defineProvider()', () => {
  it('fills in the defaults', () => {
    expect(define({})).toEqual({
      ...BASE,
      methods: ['POST'],
      content: 'json',
      duplicates: { key: 'signed' },
      refusal: { status: 401 },
    });
  });

  it.each([
    [{}, ['POST']],
    [{ events: {} }, ['POST']],
    [{ events: { create: ['PUT', 'POST'], delete: ['DELETE', 'PUT'] } }, ['PUT', 'POST', 'DELETE']],
    [{ methods: ['GET', 'POST'], events: { create: ['PUT'] } }, ['GET', 'POST']],
  ])('of %p it takes the methods %p', (more, methods) => {
    expect(define(more).methods).toEqual(methods);
  });

  it('takes no part of a description from a polluted prototype', () => {
    const provider = define({});
    const polluted = Object.prototype as { prefix?: string };
    polluted.prefix = 'sha256=';
    try {
      expect([provider.signature.prefix, provider.secret.prefix]).toEqual([undefined, undefined]);
    } finally {
      delete polluted.prefix;
    }
  });

  it('copies and freezes the description to the last list', () => {
    const definition = {
      ...BASE,
      signed: ['{body}'],
      events: { create: ['POST' as const] },
      docs: undefined,
    };
    const provider = defineProvider(definition);
    definition.signed.push('changed');
    definition.events.create.pop();
    expect(provider.signed).toEqual(['{body}']);
    expect(provider.events).toEqual({ create: ['POST'] });
    for (const part of [
      provider,
      provider.signature,
      provider.signed,
      provider.events?.create,
      provider.methods,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('asks nobody else what a description leaves out', () => {
    const provider = defineProvider({ ...BASE, events: { create: ['POST'] } });
    for (const part of [provider, provider.signature, provider.secret, provider.events]) {
      expect(Object.getPrototypeOf(part)).toBeNull();
    }
    expect(provider.methods).toBeInstanceOf(Array);
  });

  it.each([null, undefined, 0, NaN, '', 'github', [], () => BASE])('refuses %p as a description', (value) => {
    expect(typeErrorOf(() => defineProvider(value as never))).toMatch(
      /^defineProvider\(\): expects an options/,
    );
  });

  const REQUIRED = ['name', 'algorithm', 'signature', 'signed', 'secret'];
  const OPTIONAL = [
    ...['docs', 'timestamp', 'id', 'event', 'methods', 'events', 'content', 'formField'],
    ...['bodyLimit', 'handlerTimeoutMs', 'refusal'],
  ];
  const wrong = (options: readonly string[]): [string, unknown][] =>
    options.flatMap((option) => [null, NaN, 0, ''].map((value): [string, unknown] => [option, value]));

  it.each(wrong([...REQUIRED, ...OPTIONAL]))('refuses "%s": %p', (option, value) => {
    expect(messageOf({ [option]: value })).toContain(`defineProvider(): option "${option}" must be `);
  });

  it.each(REQUIRED)('demands "%s"', (option) => {
    expect(messageOf({ [option]: undefined })).toContain(`option "${option}" must be `);
  });

  it.each(OPTIONAL)('takes "%s": undefined as absent', (option) => {
    const absent = define({});
    expect(define({ [option]: undefined })).toEqual({
      ...absent,
      [option]: absent[option as keyof Provider],
    });
  });

  it.each([
    [{ nmae: 'p' }, 'unknown option "nmae"; the options are name, docs,'],
    [{ name: 'My Sender' }, 'option "name" must be lower-case words'],
    [{ name: 'a--b' }, 'option "name" must be lower-case words'],
    [{ algorithm: 'md5' }, `option "algorithm" must be 'hmac-sha256' or`],
    [{ signed: '{body}' }, 'option "signed" must be a list of literals'],
    [{ signed: ['{body}', ''] }, 'option "signed" must be a list of literals'],
    [{ signed: ['{body}', 1] }, 'option "signed" must be a list of literals'],
    [{ methods: [] }, 'option "methods" must be a list of methods'],
    [{ methods: ['post'] }, 'option "methods" must be a list of methods'],
    [{ methods: ['POST', 'post'] }, 'option "methods" must be a list of methods'],
    [
      { methods: ['OPTIONS'] },
      'option "methods" must be a list of methods (GET, HEAD, POST, PUT, PATCH, DELETE)',
    ],
    [{ events: [] }, 'option "events" must be an object'],
    [{ events: { create: [] } }, 'events: option "create" must be a list of methods'],
    [{ events: { create: 'POST' } }, 'events: option "create" must be a list of methods'],
    [{ content: 'xml' }, `option "content" must be 'json' or`],
    [{ bodyLimit: '1 tb' }, 'option "bodyLimit" must be'],
    [{ handlerTimeoutMs: 2 ** 31 }, 'option "handlerTimeoutMs" must be milliseconds'],
    [{ handlerTimeoutMs: 1.5 }, 'option "handlerTimeoutMs" must be milliseconds'],
    [{ refusal: {} }, 'refusal: option "status" must be a status of refusal'],
    [{ refusal: { status: 500 } }, 'refusal: option "status" must be a status of refusal'],
    [{ refusal: { status: '401' } }, 'refusal: option "status" must be a status of refusal'],
    [{ refusal: { status: 401, uniform: 1 } }, 'refusal: option "uniform" must be true or false'],
    [{ id: { heder: 'X-Id' } }, 'id: unknown option "heder"'],
    [{ id: { header: '' } }, 'id: option "header" must be a header name'],
    [{ event: { body: '' } }, 'event: option "body" must be a field, or a list of fields'],
    [{ event: { header: [] } }, 'event: option "header" must be a header name or a list of them'],
    [{ secret: {} }, 'secret: option "encoding" must be'],
    [{ secret: { encoding: 'base64url' } }, `secret: option "encoding" must be 'utf8' or 'base64' or 'hex'`],
    [{ secret: { encoding: 'utf8', prefix: '' } }, 'secret: option "prefix" must be'],
    [{ secret: { encoding: 'utf8', privatePrefix: '' } }, 'secret: option "privatePrefix" must be'],
    [{ secret: { encoding: 'utf8', value: 'x' } }, 'secret: unknown option "value"'],
    [{ secret: { encoding: 'base64', otherwise: 'hex' } }, `secret: option "otherwise" must be 'utf8'`],
    [{ secret: { encoding: 'base64', otherwise: 'utf8' } }, '"otherwise" is for texts without the "prefix"'],
  ])('refuses %p', (more, message) => {
    expect(messageOf(more)).toContain(message);
  });

  it('does not show a secret that is in the wrong place', () => {
    expect(messageOf({ secret: 'hunter2-hunter2-hunter2' })).not.toContain('hunter2');
    expect(typeErrorOf(() => defineProvider('hunter2-hunter2' as never))).not.toContain('hunter2');
  });
});

describe('defineProvider() on the grammar of the signature', () => {
  const signature = (more: object): string => messageOf({ signature: { ...BASE.signature, ...more } });

  it.each(['header', 'encoding'])('refuses "%s": null, NaN, 0, the empty string and undefined', (option) => {
    for (const value of [null, NaN, 0, '', undefined]) {
      expect(signature({ [option]: value })).toContain(`signature: option "${option}" must be `);
    }
  });

  it.each(['prefix', 'items', 'assign', 'key'])(
    'refuses "%s": null, NaN, 0 and the empty string',
    (option) => {
      for (const value of [null, NaN, 0, '']) {
        expect(signature({ [option]: value })).toContain(`signature: option "${option}" must be `);
      }
      expect(define({ signature: { ...BASE.signature, [option]: undefined } }).name).toBe('p');
    },
  );

  it.each([
    [{ header: 'X Signature' }, 'option "header" must be a header name'],
    [{ header: 'X-Signature:' }, 'option "header" must be a header name'],
    [{ header: ['X-A', ''] }, 'option "header" must be a header name'],
    [{ encoding: 'binary' }, 'option "encoding" must be'],
    [{ items: 'a', assign: '=', key: 'v1' }, 'option "items" must be up to three of the characters'],
    [{ items: ', , ', assign: '=', key: 'v1' }, 'option "items" must be up to three of the characters'],
    [{ items: ',', assign: ':', key: 'v1' }, `option "assign" must be '=' or ','`],
    [{ items: ',', assign: '=' }, '"assign" and "key" go together, with "items"'],
    [{ assign: '=', key: 'v1' }, '"assign" and "key" go together, with "items"'],
    [{ key: 'v1' }, '"assign" and "key" go together, with "items"'],
    [{ ...ITEMS, prefix: 'v1=' }, '"prefix" and "scheme" are for a header with one signature'],
    [{ ...ITEMS, scheme: 'Basic' }, '"prefix" and "scheme" are for a header with one signature'],
    [{ prefix: 'a', scheme: 'Basic' }, 'give "prefix" or "scheme", not both'],
    [{ scheme: 'Basic ' }, 'option "scheme" must be the name of a scheme'],
    [{ scheme: 'Basic' }, '"scheme" and "digest" are for algorithm \'token\', and for no other'],
    [{ groups: ' ' }, '"groups" need "items" that have names'],
    [{ items: ',', groups: ' ' }, '"groups" need "items" that have names'],
    [{ repeated: true }, '"repeated" is for a header with "items"'],
    [{ ...ITEMS, repeated: true, all: true }, 'give "all" or "repeated", not both'],
    [{ all: 1 }, 'option "all" must be true or false'],
    [{ items: ',', bare: true }, '"bare" is for a header with "items"'],
    [{ encoding: 'utf8' }, `encoding 'utf8' is for algorithm 'token', and for no other`],
    [{ bare: true }, '"bare" is for a header with "items"'],
    [{ bare: false }, '"bare" is for a header with "items"'],
    [{ ...ITEMS, bare: 1 }, 'option "bare" must be true or false'],
  ])('refuses %p', (more, message) => {
    expect(signature(more)).toContain(message);
  });

  it('takes hexadecimal tokens, and refuses the digest of a secret that is no token', () => {
    const token = { algorithm: 'token', signed: [], timestamp: undefined, id: undefined } as const;
    expect(define({ ...token, signature: { header: 'a', encoding: 'hex' } }).signature.encoding).toBe('hex');
    expect(messageOf({ secret: { encoding: 'utf8', digest: 'sha256' } })).toContain(
      `"scheme" and "digest" are for algorithm 'token', and for no other`,
    );
  });

  it('refuses a named time where the items have no names, and one for each of several headers', () => {
    const time = (field: string): ProviderDefinition['timestamp'] => ({
      field,
      unit: 'seconds',
      toleranceSeconds: 300,
    });
    const items = { header: 'a', items: ',', encoding: 'hex' } as const;
    expect(messageOf({ signature: items, timestamp: time('t') })).toContain(`"field" must be 'first'`);
    expect(define({ signature: items, timestamp: time('first'), signed: TIMED }).timestamp?.field).toBe(
      'first',
    );
    const all = { ...ITEMS, header: ['a', 'b'], all: true, encoding: 'hex' } as const;
    expect(messageOf({ signature: all, timestamp: time('t') })).toContain(
      '"field" is for one signature header, not for "all"',
    );
  });
});

describe('defineProvider() on the timestamp', () => {
  const timestamp = (more: object, signed = TIMED): string =>
    messageOf({ timestamp: { ...TIME, ...more }, signed });

  it.each(['unit', 'toleranceSeconds'])(
    'refuses "%s": null, NaN, 0, the empty string and undefined',
    (option) => {
      for (const value of [null, NaN, 0, '', undefined]) {
        expect(timestamp({ [option]: value })).toContain(`timestamp: option "${option}" must be `);
      }
    },
  );

  it.each([
    [{ unit: 'ms' }, `option "unit" must be 'seconds' or`],
    [{ toleranceSeconds: -1 }, 'option "toleranceSeconds" must be a number of seconds from 1 to 86400'],
    [{ toleranceSeconds: Infinity }, 'option "toleranceSeconds" must be a number of seconds'],
    [{ header: undefined }, 'give one of "header", "field" and "body"'],
    [{ field: 't' }, 'give one of "header", "field" and "body"'],
    [{ body: 'time' }, 'give one of "header", "field" and "body"'],
    [{ header: undefined, field: 't' }, '"field" needs a signature header with "items"'],
    [{ header: null }, 'option "header" must be'],
    [{ header: undefined, field: '' }, 'option "field" must be'],
    [{ header: undefined, body: 0 }, 'option "body" must be'],
  ])('refuses %p', (more, message) => {
    expect(timestamp(more)).toContain(message);
  });

  it.each(['json-or-form', 'text', 'raw'])('refuses one in a body of content %p', (content) => {
    const inBody = { ...TIME, header: undefined, body: 'time' };
    expect(messageOf({ timestamp: inBody, content })).toContain(
      `timestamp: "body" needs content 'json' or 'form', got '${content}'`,
    );
    expect(define({ timestamp: inBody, content: 'form' }).timestamp).toEqual(inBody);
  });
});

describe('the places of an event', () => {
  it.each([
    [{ event: { or: {} } }, /event: option "or" must be a list of places/],
    [{ event: { or: [{ bdy: 'type' }] } }, /event or: unknown option "bdy"/],
    [{ event: { or: [{ body: 'type', or: [] }] } }, /event or: unknown option "or"/],
    [{ event: { names: { 1: 'one' } } }, /event: "names" needs a "body"/],
    [{ event: { body: 'type', names: { 1: 2 } } }, /event: option "names" must be an object of names/],
    [{ event: { body: 'type', or: [{ names: { 1: 'one' } }] } }, /event: "names" needs a "body"/],
    [{ event: { as: 'delete' } }, /event: "as" needs a "header"/],
    [{ event: { keys: { a: 1 } } }, /event: option "keys" must be a field, a list of fields, or an object/],
  ])('throws for %j', (more, message) => {
    expect(messageOf(more)).toMatch(message);
  });
});

describe('the address of a sender that signs it', () => {
  const SIGNED = { signed: ['{url}', '.', '{body}'] };

  it.each([
    [{ address: {} }, /"address" needs \{url\} in "signed"/],
    [{ ...SIGNED, address: 'x' }, /option "address" must be an object/],
    [{ ...SIGNED, address: { unescaped: '' } }, /address: option "unescaped" must be characters of ASCII/],
    [{ ...SIGNED, address: { unescaped: ':%' } }, /address: option "unescaped" must be characters of ASCII/],
    [{ ...SIGNED, address: { unescaped: 'é' } }, /address: option "unescaped" must be characters of ASCII/],
    [{ ...SIGNED, address: { bareOrigin: 1 } }, /address: option "bareOrigin" must be true or false/],
  ])('throws for %j', (more, message) => {
    expect(messageOf(more)).toMatch(message);
  });

  it('is kept as it is described', () => {
    const address = { unescaped: ':', bareOrigin: true };
    expect(define({ ...SIGNED, address }).address).toEqual(address);
  });
});

describe('how a sender repeats', () => {
  it.each([
    [{ retries: { hours: 1, signed: 'once' } }, /retries: option "source" must be a string/],
    [{ retries: { source: 'x', every: 1 } }, /retries: unknown option "every"/],
    [{ alsoSends: '' }, /option "alsoSends" must be a string/],
    [{ retries: { hours: -1, signed: 'once', source: 'x' } }, /option "hours" must be/],
    [{ retries: { hours: 1, signed: 'twice', source: 'x' } }, /option "signed" must be 'once' or 'anew'/],
    [{ retries: { hours: 1, signed: 'once', source: 'x', stopsAt: 406 } }, /option "stopsAt" must be a list/],
  ])('throws for %j', (more, message) => {
    expect(messageOf(more)).toMatch(message);
  });
});
