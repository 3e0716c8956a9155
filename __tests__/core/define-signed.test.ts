import { defineProvider, hubspotV2, hubspotV3, type ProviderDefinition } from 'hooklatch';
import { getCompiled } from '../../src/core/compiled-provider';
import { isMethod, METHODS } from '../../src/core/provider';
import { typeErrorOf } from '../helpers/type-error';

const BASE: ProviderDefinition = {
  name: 'p',
  algorithm: 'hmac-sha256',
  signature: { header: ['X-Signature', 'X-Old-Signature'], encoding: 'hex' },
  timestamp: { header: 'X-Time', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Id' },
};

describe('defineProvider() on the signed content', () => {
  it.each([
    [
      { signed: ['{timestamp}', '{bdy}'] },
      '"signed" knows only {timestamp}, {id}, {method}, {url}, {body}, {secret}',
    ],
    [{ signed: ['{timestamp}.{body}'] }, '"signed" knows only'],
    [{ signed: ['{timestamp}', '}', '{body}'] }, '"signed" knows only'],
    [{ signed: ['{timestamp}', '{body}', '{body}'] }, '"signed" must have {body} once'],
    [{ signed: [] }, `"signed" must be empty for 'token', and only there`],
    [
      { algorithm: 'token', signature: { header: 'a', encoding: 'utf8' } },
      `"signed" must be empty for 'token', and only there`,
    ],
    [
      { signed: ['{secret}', '{timestamp}', '{body}'] },
      `"signed" must have {secret} for 'sha1', 'sha256' and 'sha512', and only there`,
    ],
    [
      { algorithm: 'sha256' },
      `"signed" must have {secret} for 'sha1', 'sha256' and 'sha512', and only there`,
    ],
    [
      { algorithm: 'sha256', signed: ['{timestamp}', '{secret}', '{body}'] },
      '"signed" must begin or end with {secret}',
    ],
    [
      { signed: ['{id}', '{timestamp}', '{body}'], id: undefined },
      '"signed" has {id}, so "id" must name its header',
    ],
    [
      { signed: ['{id}', '{timestamp}', '{body}'], id: { body: 'id' } },
      '"signed" has {id}, so "id" must name its header',
    ],
    [
      { signed: ['{body}'] },
      '"signed" must have {timestamp} exactly when "timestamp" names a header or a field',
    ],
    [{ timestamp: undefined }, '"signed" must have {timestamp} exactly when'],
    [
      {
        timestamp: { body: 'time', unit: 'seconds', toleranceSeconds: 300 },
        signed: ['{timestamp}', '{body}'],
      },
      '"signed" must have {timestamp} exactly when',
    ],
    [
      { timestamp: { body: 'time', unit: 'seconds', toleranceSeconds: 300 }, signed: ['{method}'] },
      '"signed" must have {body}, where the timestamp is',
    ],
  ])('refuses %p', (more, message) => {
    const call = (): unknown => defineProvider({ ...BASE, ...(more as Partial<ProviderDefinition>) });
    expect(typeErrorOf(call)).toContain(`defineProvider('p'): ${message}`);
  });

  it('takes literals twice', () => {
    const signed = ['.', '{timestamp}', '.', '{body}', '.'];
    expect(defineProvider({ ...BASE, signed }).signed).toEqual(signed);
  });
});

describe('getCompiled()', () => {
  it('has the header names in lower case and the parts around the body', () => {
    const compiled = getCompiled(defineProvider(BASE));
    expect(compiled).toMatchObject({
      signatureHeaders: ['x-signature', 'x-old-signature'],
      timestampHeaders: ['x-time'],
      idHeaders: ['x-id'],
      eventHeaders: [],
      before: ['{timestamp}', '.'],
      after: [],
      coversBody: true,
      coversId: false,
      coversUrl: false,
      idSeparator: '',
      signatureBytes: 32,
    });
  });

  it('leaves the secret of a plain digest out of the parts', () => {
    expect(getCompiled(hubspotV2)).toMatchObject({
      before: ['{method}', '{url}'],
      after: [],
      coversUrl: true,
      signatureBytes: 32,
    });
  });

  it('has parts after the body', () => {
    expect(getCompiled(hubspotV3).after).toEqual(['{timestamp}']);
  });

  it.each([
    [['{id}', '.', '{timestamp}', '{body}'], '.'],
    [['{timestamp}', '{id}', '::', '{body}'], '::'],
    [['{id}', '{timestamp}', '.', '{body}'], ''],
    [['{timestamp}', '.', '{id}'], ''],
  ])('rule 8: of %p it knows the separator %p', (signed, separator) => {
    const compiled = getCompiled(defineProvider({ ...BASE, signed }));
    expect([compiled.coversId, compiled.idSeparator]).toEqual([true, separator]);
  });

  it('covers no body where the scheme has none', () => {
    expect(getCompiled(defineProvider({ ...BASE, signed: ['{timestamp}', '.', '{id}'] }))).toMatchObject({
      before: ['{timestamp}', '.', '{id}'],
      after: [],
      coversBody: false,
    });
  });

  it('refuses what defineProvider() did not make, and does not show it', () => {
    const provider = defineProvider(BASE);
    for (const value of [{ ...provider }, Object.create(provider) as never, 'hunter2', undefined, null]) {
      expect(typeErrorOf(() => getCompiled(value as never))).toMatch(
        /^option "provider" must be a provider: .*; got (undefined|null|a value of type (object|string))$/,
      );
    }
  });
});

describe('isMethod()', () => {
  it('knows the methods in capitals, and no other value', () => {
    expect(METHODS.every(isMethod)).toBe(true);
    expect(['post', 'OPTIONS', 'TRACE', '', null, undefined, 0].some(isMethod)).toBe(false);
  });
});
