import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import {
  defineProvider,
  discord,
  hubspotV2,
  hubspotV3,
  makeVerifier,
  sendgrid,
  sign,
  square,
  twitch,
  verifySync,
  type Provider,
  type ProviderDefinition,
} from 'hooklatch';
import { movableParts, restsOnBody } from '../../src/core/borders';
import { typeErrorOf } from '../helpers/type-error';

const SECRET = 'a secret for tests, long enough';
const NOW = 1_790_000_000_000;
const SECONDS = '1790000000';

const BASE: ProviderDefinition = {
  name: 'p',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
};
const TIMED = { timestamp: { header: 'X-Time', unit: 'seconds', toleranceSeconds: 300 } } as const;
const WITH_ID = { id: { header: 'X-Id' } } as const;
const define = (more: Partial<ProviderDefinition>): Provider => defineProvider({ ...BASE, ...more });

describe('defineProvider() on borders that can be moved', () => {
  it.each<[string, Partial<ProviderDefinition>, string]>([
    ['an id into a text', { ...WITH_ID, signed: ['{id}', '{body}'], content: 'text' }, '{id}{body}'],
    ['an id into raw bytes', { ...WITH_ID, signed: ['{id}', '{body}'], content: 'raw' }, '{id}{body}'],
    ['an address into a form', { signed: ['{url}', '{body}'], content: 'form' }, '{url}{body}'],
    ['an address into a text', { signed: ['{url}', '{body}'], content: 'text' }, '{url}{body}'],
    [
      'an address into what may be a form',
      { signed: ['{url}', '{body}'], content: 'json-or-form' },
      '{url}{body}',
    ],
    [
      'an address into a text, behind the method',
      { signed: ['{method}', '{url}', '{body}'], content: 'text' },
      '{url}{body}',
    ],
    ['an id into an address', { ...WITH_ID, signed: ['{id}', '{url}'] }, '{id}{url}'],
    [
      'an id into an address, in front of JSON',
      { ...WITH_ID, signed: ['{id}', '{url}', '{body}'] },
      '{id}{url}',
    ],
    [
      'an id over the time into a text',
      { ...WITH_ID, ...TIMED, signed: ['{id}', '{timestamp}', '{body}'], content: 'text' },
      '{id}{timestamp}{body}',
    ],
    [
      'an address over a dot, which it may hold',
      { signed: ['{url}', '.', '{body}'], content: 'text' },
      '{url}.{body}',
    ],
    [
      'a text into the id behind it',
      { ...WITH_ID, signed: ['{body}', '.', '{id}'], content: 'text' },
      '{body}.{id}',
    ],
    ['a text into the address behind it', { signed: ['{body}', '{url}'], content: 'text' }, '{body}{url}'],
    [
      'a text into the method behind it',
      { signed: ['{body}', '{method}'], content: 'text' },
      '{body}{method}',
    ],
    [
      'JSON between two that are open',
      { ...WITH_ID, signed: ['{id}', '{body}', '{url}'] },
      '{id}{body}{url}',
    ],
  ])('refuses %s', (_what, more, parts) => {
    const message = typeErrorOf(() => define(more));
    expect(message).toContain(
      `defineProvider('p'): "signed" lets text move within ${parts} under one signature: `,
    );
  });

  it('names the fix for each part', () => {
    const message = typeErrorOf(() =>
      define({ ...WITH_ID, signed: ['{id}', '{url}', '{body}'], content: 'text' }),
    );
    expect(message).toContain(
      'put a literal behind {id}, which no id may then contain, or give "id" its fixed "length"; or ' +
        'put a literal that begins with a space or a line break behind {url}; or ' +
        `sign a body of content 'json', which shows where it begins and ends, got [`,
    );
  });

  it.each<[string, Partial<ProviderDefinition>]>([
    ['an id and JSON', { ...WITH_ID, signed: ['{id}', '{body}'] }],
    ['an address and JSON', { signed: ['{url}', '{body}'] }],
    ['JSON and an address', { signed: ['{body}', '{url}'] }],
    ['a method and an address', { signed: ['{method}', '{url}'] }],
    ['a time and any body', { ...TIMED, signed: ['{timestamp}', '{body}'], content: 'raw' }],
    ['a method and any body', { signed: ['{method}', '{body}'], content: 'form' }],
    ['any body and a time', { ...TIMED, signed: ['{body}', '{timestamp}'], content: 'text' }],
    [
      'an id of one length and any body',
      { id: { header: 'X-Id', length: 36 }, signed: ['{id}', '{body}'], content: 'text' },
    ],
    [
      'any body and an id of one length',
      { id: { header: 'X-Id', length: 36 }, signed: ['{body}', '{id}'], content: 'text' },
    ],
    ['an id that a literal ends', { ...WITH_ID, signed: ['{id}', '.', '{body}'], content: 'text' }],
    ['an address that a line break ends', { signed: ['{url}', '\n', '{body}'], content: 'text' }],
    ['an address that a space begins', { signed: ['{body}', ' ', '{url}'], content: 'text' }],
    ['a time and an id', { ...WITH_ID, ...TIMED, signed: ['{timestamp}', '{id}'] }],
  ])('takes %s, whose border shows', (_what, more) => {
    expect(define(more).signed).toEqual(more.signed);
  });

  it.each([0, 4097, 1.5, '36'])('refuses an id of the length %p', (length) => {
    const more = { id: { header: 'X-Id', length } } as unknown as Partial<ProviderDefinition>;
    expect(typeErrorOf(() => define({ ...more, signed: ['{id}', '{body}'] }))).toContain(
      `defineProvider('p') id: option "length" must be characters (an integer from 1 to 4096), got `,
    );
  });

  it('refuses the length of an id that is not signed', () => {
    expect(typeErrorOf(() => define({ id: { header: 'X-Id', length: 36 } }))).toContain(
      '"signed" has no {id}, which the "length" of "id" is for',
    );
  });
});

describe('the senders that join without a separator', () => {
  it.each([
    ['twitch', twitch, true],
    ['square', square, true],
    ['hubspot-v2', hubspotV2, true],
    ['hubspot-v3', hubspotV3, true],
    ['discord', discord, false],
    ['sendgrid', sendgrid, false],
  ])('%s stays, because its borders show', (_name, provider, onBody) => {
    expect(movableParts(provider, provider.content === 'json')).toEqual([]);
    expect(restsOnBody(provider)).toBe(onBody);
  });
});

/** Everything that a scheme can sign, in the places where it is sent. */
interface Sent {
  readonly id: string;
  readonly url: string;
  readonly body: string;
}

/** A provider, its signature over a text, and how a text is sent once it is cut into parts. */
function scheme(more: Partial<ProviderDefinition>) {
  const provider = define(more);
  const verify = (text: string, { id, url, body }: Sent): unknown => {
    const headers = {
      'x-signature': createHmac('sha256', SECRET).update(text).digest('hex'),
      'x-id': id,
      'x-time': SECONDS,
    };
    const publicUrl = url === '' ? undefined : url;
    const check = makeVerifier({ provider, secret: SECRET, now: NOW, publicUrl });
    return check({ method: 'POST', url: '/', headers, body: Buffer.from(body) });
  };
  return (text: string, sent: Sent): boolean => {
    try {
      return verify(text, sent) !== undefined;
    } catch {
      return false;
    }
  };
}

const json = fc
  .oneof(fc.object({ maxDepth: 2 }), fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 }))
  .map((value) => JSON.stringify(value));
// Texts that look like the end of what is in front of a body and the beginning of one.
const hostile = fc
  .array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      'a',
      '{}',
      '[]',
      '"a":',
      '{"a":1}',
      '\\"',
      SECONDS,
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => JSON.stringify({ a: parts.join(''), b: [parts.join('')] }));

describe('a moved border', () => {
  it('never verifies beside JSON, wherever the text is cut', () => {
    const inId = scheme({ ...WITH_ID, signed: ['{id}', '{body}'] });
    const behind = scheme({ ...WITH_ID, signed: ['{body}', '{id}'] });
    const inUrl = scheme({ signed: ['{url}', '{body}'] });
    let genuine = 0;
    fc.assert(
      fc.property(fc.oneof(json, hostile), (body) => {
        const id = 'msg_1';
        const url = 'https://example.org/hooks';
        for (let cut = 0; cut <= id.length + body.length; cut += 1) {
          const text = id + body;
          const verified = inId(text, { id: text.slice(0, cut), url: '', body: text.slice(cut) });
          expect([text.slice(cut), verified]).toEqual([text.slice(cut), cut === id.length]);
          const back = body + id;
          const other = behind(back, { id: back.slice(cut), url: '', body: back.slice(0, cut) });
          expect([back.slice(0, cut), other]).toEqual([back.slice(0, cut), cut === body.length]);
          genuine += Number(verified) + Number(other);
        }
        for (let cut = url.length - 5; cut <= url.length + body.length; cut += 1) {
          const text = url + body;
          const verified = inUrl(text, { id: '', url: text.slice(0, cut), body: text.slice(cut) });
          expect([text.slice(cut), verified]).toEqual([text.slice(cut), cut === url.length]);
        }
      }),
      { numRuns: 60 },
    );
    expect(genuine).toBe(120);
  });

  it('never verifies between an id and a literal of several characters', () => {
    const check = scheme({ ...WITH_ID, signed: ['{id}', '::', '{body}'], content: 'text' });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(':', 'a'), minLength: 1, maxLength: 12 }), (text) => {
        const cuts = Array.from(text, (_character, index) => index).filter((cut) =>
          text.startsWith('::', cut),
        );
        const verified = cuts.filter((cut) =>
          check(text, { id: text.slice(0, cut), url: '', body: text.slice(cut + 2) }),
        );
        expect(verified.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
    expect(check('a:::x', { id: 'a', url: '', body: ':x' })).toBe(true);
    expect(check('a:::x', { id: 'a:', url: '', body: 'x' })).toBe(false);
  });

  it('never verifies between an id of one length and a text', () => {
    const check = scheme({ id: { header: 'X-Id', length: 4 }, signed: ['{id}', '{body}'], content: 'text' });
    const cuts = [1, 2, 3, 4, 5, 6].filter((cut) =>
      check('abcdef', { id: 'abcdef'.slice(0, cut), url: '', body: 'abcdef'.slice(cut) }),
    );
    expect(cuts).toEqual([4]);
  });
});

describe('a scheme whose borders rest on JSON', () => {
  const send = (provider: Provider, body: string, publicUrl: string): unknown => {
    const headers = sign(provider, { secret: SECRET, now: NOW, publicUrl }, { body: Buffer.from(body) });
    const delivery = { method: 'POST', url: '/', headers, body: Buffer.from(body) };
    return verifySync(delivery, { provider, secret: SECRET, now: NOW, publicUrl }).rawBody.toString();
  };
  const URL_OF_OURS = 'https://example.org/hooks';

  it.each(['{}', '[]', ' [1]\n', '{"a":"}{"}', ''])('takes the body %p', (body) => {
    expect(send(square, body, URL_OF_OURS)).toBe(body);
  });

  it.each(['12', '"a"', 'null', 'true', '{"a":1', '{"a":1}}', 'a=1'])(
    'refuses the body %p, before the payload is read',
    (body) => {
      expect(() => send(square, body, URL_OF_OURS)).toThrow(
        expect.objectContaining({ code: 'ERR_WEBHOOK_PAYLOAD' }) as Error,
      );
    },
  );

  it.each([`${URL_OF_OURS}{"a":1}`, `${URL_OF_OURS}?a=[1]`])(
    'refuses no body at the address %p',
    (publicUrl) => {
      expect(() => send(square, '', publicUrl)).toThrow(
        expect.objectContaining({ code: 'ERR_WEBHOOK_PAYLOAD' }) as Error,
      );
    },
  );

  it('makes ids of the length that a description states', () => {
    for (const length of [1, 7, 36, 64]) {
      const provider = define({
        id: { header: 'X-Id', length },
        signed: ['{id}', '{body}'],
        content: 'text',
      });
      const body = Buffer.from('a text');
      expect(sign(provider, { secret: SECRET }, { body })['X-Id']).toHaveLength(length);
      expect(
        typeErrorOf(() => sign(provider, { secret: SECRET, id: 'a'.repeat(length + 1) }, { body })),
      ).toContain(`option "id" must be ${length} visible ASCII characters`);
    }
  });
});
