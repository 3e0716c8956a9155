import { defineProvider, hubspotV2, hubspotV3 } from 'hooklatch';
import { getCompiled } from '../../src/core/compiled-provider';
import { BASE } from '../helpers/definition';

describe('compileProvider()', () => {
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
  ])('of %p it knows the separator %p', (signed, separator) => {
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
});
