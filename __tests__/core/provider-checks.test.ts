import { CUSTOM_CHECKS, HEADER_NAMES, ID_CHECKS, PROVIDER_CHECKS } from '../../src/core/provider-checks';
import { checkOptions } from '../../src/options';
import { typeErrorOf } from '../helpers/type-error';

describe('the checks of a description', () => {
  it.each([['X-Signature'], [['a', 'B-1']]])('take %p for header names', (names) => {
    expect(HEADER_NAMES.accepts(names)).toBe(true);
  });

  it.each([[''], [[]], [['a', '']], ['a b'], ['-a'], ['a:'], ['ä'], [7], [null], [['a', 7]]])(
    'refuse %p for header names',
    (names) => {
      expect(HEADER_NAMES.accepts(names)).toBe(false);
    },
  );

  it('do not show a secret that stands in the place of its description', () => {
    const check = (): unknown => checkOptions('here', { secret: 'kept-to-itself' }, PROVIDER_CHECKS);
    expect(typeErrorOf(check)).not.toContain('kept');
    expect(PROVIDER_CHECKS.secret).toMatchObject({ secret: true, required: true });
  });

  it('let a scheme that is code have no header, as one that signs in the body', () => {
    expect(CUSTOM_CHECKS.headers?.accepts([])).toBe(true);
    expect(CUSTOM_CHECKS.headers?.accepts('X-A')).toBe(false);
  });

  it('hold the length of an id to what a header can have', () => {
    expect([1, 4096].every((length) => ID_CHECKS.length?.accepts(length))).toBe(true);
    expect([0, 4097, 1.5].some((length) => ID_CHECKS.length?.accepts(length))).toBe(false);
  });
});
