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

  it.each([
    [
      { when: { method: 'GET' }, answer: { headers: { 'X-Answer': '{hmac code}' } } },
      '"headers" of an answer hold texts and fields, nothing that is computed',
    ],
    [{ when: { method: 'OPTIONS' }, answer: {} }, '"when" must say what tells the request from a delivery'],
    [
      { when: { has: 'a' }, answer: { secret: 'a' } },
      '"headers" of "when", and "secret", are for unsigned requests',
    ],
    [{ when: { has: 'a', headers: { 'x-a': '1' } }, answer: {} }, 'are for unsigned requests'],
    [
      { ...handshake, answer: { echo: { digest: 'hmac', of: ['{code}'], encoding: 'utf8' } } },
      '"encoding" must be \'utf8\' for a text that "answerChallenge" writes, and for no other',
    ],
  ] as const)('refuses %j', (wrong, message) => {
    expect(typeErrorOf(() => checkHandshake('here', wrong, 'hmac-sha256'))).toContain(message);
  });

  it('lets code answer a challenge by a text of its own', () => {
    const own = {
      ...handshake,
      answer: { echo: { digest: 'hmac', of: ['{code}'], encoding: 'utf8' } },
    } as const;
    expect(() => checkHandshake('here', own, 'custom', true)).not.toThrow();
    const hex = { ...handshake, answer: { echo: { ...own.answer.echo, encoding: 'hex' } } } as const;
    expect(typeErrorOf(() => checkHandshake('here', hex, 'custom', true))).toContain('"encoding" must be');
  });
});
