import { brevo, discord, github, postmark, standardWebhooks, standardWebhooksV1a } from 'hooklatch';
import { decodeSecret } from '../../src/core/decode-secret';
import { typeErrorOf } from '../helpers/type-error';

const VALUE = 'a-secret-of-thirty-two-characters';

describe('decodeSecret()', () => {
  it('takes a prefix off where it is there', () => {
    const base64 = Buffer.from(VALUE).toString('base64');
    expect(decodeSecret(standardWebhooks, `whsec_${base64}`).toString()).toBe(VALUE);
    expect(decodeSecret(standardWebhooks, base64).toString()).toBe(VALUE);
  });

  it('leaves a prefix that the provider does not name', () => {
    for (const value of ['whsec_AAAA', 'undefined, alas']) {
      expect(decodeSecret(github, value).toString()).toBe(value);
    }
  });

  it('takes the private prefix off a private key, else the common one', () => {
    const seed = Buffer.alloc(32, 7);
    expect(decodeSecret(standardWebhooksV1a, `whsk_${seed.toString('base64')}`, true)).toEqual(seed);
    expect(decodeSecret(standardWebhooks, `whsec_${seed.toString('base64')}`, true)).toEqual(seed);
    expect(() => decodeSecret(standardWebhooksV1a, `whsk_${seed.toString('base64')}`)).toThrow(TypeError);
  });

  it('takes PEM with space around it for asymmetric schemes only', () => {
    const pem = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----';
    expect(decodeSecret(discord, `\n${pem}\n`).toString()).toBe(pem);
    expect(() => decodeSecret(standardWebhooks, pem)).toThrow(TypeError);
  });

  it.each([
    ['standard-webhooks', standardWebhooks, 'whsec_', 'base64, with or without "whsec_" in front', ''],
    ['standard-webhooks', standardWebhooks, 'not base64!', 'base64, with or without "whsec_" in front', ''],
    ['discord', discord, '0x00', 'hex', ''],
    ['discord', discord, '"00"', 'hex', 'It looks like text in quotes. '],
  ])('of %s, it refuses %p', (_name, provider, value, form, guess) => {
    expect(typeErrorOf(() => decodeSecret(provider, value))).toBe(
      `option "secret" is not what ${provider.name} uses: expected ${form}. ${guess}` +
        'Copy it again from the settings of the sender, without quotes, spaces or line breaks',
    );
  });

  it('refuses a text without a colon where a sender has basic authentication, which always sends one', () => {
    expect(decodeSecret(postmark, 'user:pässword').toString()).toBe('user:pässword');
    expect(decodeSecret(postmark, 'user:').toString()).toBe('user:');
    expect(decodeSecret(brevo, 'no-colon-in-a-token').toString()).toBe('no-colon-in-a-token');
    const message = typeErrorOf(() => decodeSecret(postmark, 'pasted-password-alone'));
    expect(message).toContain('user and password with a colon between them');
    expect(message).not.toContain('pasted');
  });
});
