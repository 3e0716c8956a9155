import { checkHandshake } from '../../src/core/handshake-checks';
import type { HandshakeDefinition } from '../../src/core/handshake-definition';
import { typeErrorOf } from '../helpers/type-error';

// What descriptions may say is tried in define-handshakes.test.ts.
describe('checkHandshake()', () => {
  const field = { alphabet: 'hex', length: 32 } as const;
  const json = { mac: { digest: 'hmac', of: ['{code}'], encoding: 'hex' } } as const;
  const handshake: HandshakeDefinition = {
    when: { method: 'GET' },
    fields: { code: field },
    answer: { json },
  };

  it.each(['hmac-sha256', 'hmac-sha1'] as const)(
    'lets %s compute an answer over a field that is held',
    (algorithm) => {
      expect(() => checkHandshake('here', handshake, algorithm)).not.toThrow();
    },
  );

  it.each(['sha256', 'ed25519', 'ecdsa-p256-sha256', 'token', 'custom'] as const)(
    'has no HMAC for %s',
    (algorithm) => {
      expect(typeErrorOf(() => checkHandshake('here', handshake, algorithm))).toContain(
        'here: "{hmac …}" is for',
      );
    },
  );

  it('names the place of a field that makes no sense', () => {
    const fields = { code: { ...field, length: 0 } };
    expect(typeErrorOf(() => checkHandshake('here', { ...handshake, fields }, 'hmac-sha256'))).toContain(
      'here fields "code": option "length" must be a number of characters from 1 to 4096',
    );
  });
});
