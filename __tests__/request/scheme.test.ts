import { github, hubspotV3, stripe } from 'hooklatch';
import { getCompiled } from '../../src/core/compiled-provider';
import { ALTERNATIVES, makeSchemes, readScheme } from '../../src/request/scheme';
import { typeErrorOf } from '../helpers/type-error';

const secret = 'a secret for tests, long enough';

describe('makeSchemes()', () => {
  it('has the main scheme first, then its alternatives', () => {
    const schemes = makeSchemes({ provider: github, secret, also: [{ provider: stripe, secret }] });
    expect(schemes.map(({ compiled }) => compiled)).toEqual([getCompiled(github), getCompiled(stripe)]);
  });

  it('refuses one provider twice, and one that signs an address which is not given', () => {
    const also = [{ provider: github, secret }];
    expect(typeErrorOf(() => makeSchemes({ provider: github, secret, also }))).toContain('has github twice');
    expect(typeErrorOf(() => makeSchemes({ provider: hubspotV3, secret }))).toContain(
      '"publicUrl" is required',
    );
    expect(
      typeErrorOf(() => makeSchemes({ provider: github, secret, also: [{ secret } as never] })),
    ).toContain('option "also"');
  });
});

describe('readScheme()', () => {
  const main = { compiled: getCompiled(github) };
  const other = { compiled: getCompiled(stripe) };

  it.each([
    ['the main one where none is there', {}, main],
    ['the main one where both are there', { 'x-hub-signature-256': 'x', 'stripe-signature': 'x' }, main],
    ['the other where its header alone is there', { 'stripe-signature': 'x' }, other],
  ])('is %s', (_what, headers, expected) => {
    expect(readScheme(main, [other], { headers })).toBe(expected);
    expect(readScheme(main, [], { headers })).toBe(main);
  });
});

describe('the option "also"', () => {
  it('is a list of objects', () => {
    expect([[], [{}]].every(ALTERNATIVES.accepts)).toBe(true);
    expect([{}, [1], ['github'], null].some(ALTERNATIVES.accepts)).toBe(false);
  });
});
