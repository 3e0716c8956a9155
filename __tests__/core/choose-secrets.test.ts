import { chooseSecrets } from '../../src/core/choose-secrets';
import type { PreparedSecret } from '../../src/core/secrets';

const NOW = 1000;
const secret = (notBefore: number, notAfter: number) => ({ notBefore, notAfter }) as PreparedSecret;
const dummies = [secret(-Infinity, Infinity)];

describe('chooseSecrets()', () => {
  it.each([
    ['in use', [secret(0, 2000)]],
    ['in use at its first moment', [secret(NOW, 2000)]],
    ['in use at its last moment', [secret(0, NOW)]],
    ['in use behind one that is over', [secret(0, 1), secret(-Infinity, Infinity)]],
  ])('tries a list with a secret that is %s', (_what, list) => {
    expect(chooseSecrets(list, dummies, NOW)).toBe(list);
  });

  it.each([
    ['no secret', []],
    ['one that is over', [secret(0, NOW - 1)]],
    ['one that waits', [secret(NOW + 1, Infinity)]],
    ['one that is over and one that waits', [secret(0, 1), secret(2000, 3000)]],
  ])('tries the dummies where the list has %s', (_what, list) => {
    expect(chooseSecrets(list, dummies, NOW)).toBe(dummies);
  });

  it('has none to try where there is neither', () => {
    expect(chooseSecrets([], [], NOW)).toEqual([]);
  });

  it('keeps a list of which none is in use where there are no dummies', () => {
    const over = [secret(0, 1)];
    expect(chooseSecrets(over, [], NOW)).toBe(over);
  });
});
