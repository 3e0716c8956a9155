import { github } from 'hooklatch';
import { getCompiled, rememberCompiled } from '../../src/core/compiled-provider';
import { typeErrorOf } from '../helpers/type-error';

describe('getCompiled()', () => {
  it('finds what was remembered for that very provider', () => {
    const provider = Object.create(github) as typeof github;
    const compiled = { ...getCompiled(github), provider };
    rememberCompiled(compiled);
    expect(getCompiled(provider)).toBe(compiled);
    expect(getCompiled(github)).not.toBe(compiled);
  });

  it('refuses what defineProvider() did not make, and does not show it', () => {
    const provider = github;
    for (const value of [{ ...provider }, Object.create(provider) as never, 'hunter2', undefined, null]) {
      expect(typeErrorOf(() => getCompiled(value as never))).toMatch(
        /^option "provider" must be a provider: .*; got (undefined|null|a value of type (object|string))$/,
      );
    }
  });
});
