import { isInUse, listSecrets } from '../../src/core/secret-option';

const VALUE = 'a-secret-of-thirty-two-characters';

describe('isInUse()', () => {
  it.each([
    [4, false],
    [5, true],
    [9, true],
    [10, false],
  ])('says at %d of a secret for 5 to 9: %p', (now, expected) => {
    const [secret] = listSecrets({ id: 'a', value: VALUE, notBefore: new Date(5), notAfter: new Date(9) });
    expect(isInUse(secret!, now)).toBe(expected);
  });

  it('takes a secret for one instant', () => {
    const [secret] = listSecrets({ id: 'a', value: VALUE, notBefore: new Date(5), notAfter: new Date(5) });
    expect([4, 5, 6].map((now) => isInUse(secret!, now))).toEqual([false, true, false]);
  });
});
