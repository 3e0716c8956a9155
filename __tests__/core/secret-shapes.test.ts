import {
  adyenPlatform,
  discord,
  github,
  openai,
  sendgrid,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  verifySync,
  webhookGuard,
  type Provider,
} from 'hooklatch';
import { generateKeyPairSync } from 'node:crypto';
import { decodeSecret } from '../../src/core/decode-secret';
import { prepareSecrets } from '../../src/core/secrets';
import { typeErrorOf } from '../helpers/type-error';

const KEPT = 'kept-to-itself-and-shown-to-nobody';
const KEPT_BASE64 = Buffer.from(KEPT).toString('base64');
const KEPT_HEX = Buffer.from(KEPT).toString('hex');

const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privatePem = (pair: typeof rsa): string =>
  pair.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
const publicPem = (pair: typeof rsa): string =>
  pair.publicKey.export({ format: 'pem', type: 'spki' }) as string;

const CERTIFICATE = `-----BEGIN CERTIFICATE-----\n${KEPT_BASE64}\n-----END CERTIFICATE-----\n`;

/** What is warned of, and thrown, where a text is used as a secret. */
function use(provider: Provider, value: string): { readonly warnings: string[]; readonly thrown?: string } {
  const warnings: string[] = [];
  const prepare = (): unknown =>
    prepareSecrets(provider, { id: 'mine', value }, (message) => warnings.push(message));
  try {
    prepare();
  } catch {
    return { warnings, thrown: typeErrorOf(prepare) };
  }
  return { warnings };
}

/** No part of a text of five characters or more, but for the words that say what it is. */
function expectNothingShown(message: string, value: string): void {
  const parts = value.replaceAll(/-----[A-Z ]+-----|https?:\/\/|wh[a-z]+_|(sk|rk|pk)_(live|test)_/g, ' ');
  for (const part of parts.match(/[A-Za-z0-9+/=-]{5,}/g) ?? []) expect(message).not.toContain(part);
}

describe('a mistake in pasting a secret', () => {
  it.each([
    ['a private key, which only the sender has', standardWebhooks, privatePem(rsa)],
    [
      'a private key, which only the sender has',
      adyenPlatform,
      privatePem(p256).replace('PRIVATE', 'EC PRIVATE'),
    ],
    ['a private key, which only the sender has', discord, privatePem(ed25519)],
    ['a private key, which only the sender has', sendgrid, privatePem(p256)],
    ['a private key, which only the sender has', sendgrid, `\n${privatePem(rsa)}`],
    ['a certificate', standardWebhooks, CERTIFICATE],
    ['a certificate', sendgrid, CERTIFICATE],
    ['a public key', standardWebhooks, publicPem(rsa)],
    ['a public key', standardWebhooks, publicPem(rsa).replaceAll('PUBLIC', 'RSA PUBLIC')],
    ['a public key', adyenPlatform, publicPem(ed25519)],
    ['an address', standardWebhooks, `https://example.org/${KEPT}`],
    ['an address', sendgrid, `http://example.org/${KEPT}`],
    [
      'a private key of Standard Webhooks, which only the sender has',
      standardWebhooks,
      `whsk_${KEPT_BASE64}`,
    ],
    [
      'a private key of Standard Webhooks, which only the sender has',
      standardWebhooksV1a,
      `whsk_${KEPT_BASE64}`,
    ],
    ['a public key of Standard Webhooks', standardWebhooks, `whpk_${KEPT_BASE64}`],
    ['a secret of Standard Webhooks or Stripe', standardWebhooksV1a, `whsec_${KEPT_BASE64}`],
    ['a secret of Standard Webhooks or Stripe', adyenPlatform, `whsec_${KEPT_BASE64}`],
    ['an API key', standardWebhooks, `sk_live_${KEPT}`],
    ['an API key', adyenPlatform, `rk_test_${KEPT}`],
    ['an API key', sendgrid, `pk_test_${KEPT}`],
    ['the name of a variable that was not filled in', standardWebhooks, '$KEPT_TO_ITSELF'],
    ['the name of a variable that was not filled in', adyenPlatform, '${KEPT_TO_ITSELF}'],
    ['text in quotes', adyenPlatform, `"${KEPT_HEX}"`],
    ['text in quotes', standardWebhooks, `'${KEPT_BASE64}'`],
    ['text in quotes', standardWebhooks, `${KEPT_BASE64}"`],
    ['text in quotes', standardWebhooks, `whsec_"${KEPT_BASE64}"`],
    ['text with white space at an end', standardWebhooks, ` ${KEPT_BASE64}`],
    ['text with white space at an end', standardWebhooks, `whsec_${KEPT_BASE64}\n`],
    ['text with white space at an end', adyenPlatform, `${KEPT_HEX}\r\n`],
    ['hexadecimal text', standardWebhooks, KEPT_HEX.slice(0, 34)],
    ['hexadecimal text', sendgrid, KEPT_HEX],
  ])('is told to be %s (%#)', (looks, provider, value) => {
    const { thrown, warnings } = use(provider, value);
    expect(thrown).toContain(`option "secret" `);
    expect(thrown).toContain(`. It looks like ${looks}`);
    // A text that is refused needs no warning on top.
    expect(warnings).toEqual([]);
    expectNothingShown(thrown!, value);
  });

  it.each([
    ['hexadecimal text is what it wants', adyenPlatform, `${KEPT_HEX}0`],
    ['hexadecimal text is what it wants', discord, '00'.repeat(31)],
    ['a public key is what it wants', discord, publicPem(p256)],
    ['a public key is what it wants', sendgrid, publicPem(rsa)],
    ['the prefix is its own', standardWebhooks, `whsec_${KEPT_BASE64}!`],
    ['nothing is known', standardWebhooks, `${KEPT_BASE64}!`],
    ['nothing is known', adyenPlatform, KEPT],
    ['an address is in the middle', standardWebhooks, `-https://${KEPT}`],
    ['the mark of a key is in the middle', standardWebhooks, `-whsk_${KEPT_BASE64}`],
    ['the mark of a key is in the middle', standardWebhooks, `-whpk_${KEPT_BASE64}`],
    ['the mark of a secret is in the middle', standardWebhooks, `-whsec_${KEPT_BASE64}`],
    ['the mark of an API key is in the middle', standardWebhooks, `-sk_live_${KEPT}`],
    ['a dollar sign is in the middle', standardWebhooks, `-$${KEPT}`],
    ['quotes are in the middle', standardWebhooks, `-"${KEPT_BASE64}"-`],
    ['hexadecimal text is not all of it', standardWebhooks, `-${KEPT_HEX}`],
    ['hexadecimal text is not all of it', standardWebhooks, `${KEPT_HEX}-`],
  ])('is not guessed at where %s (%#)', (_why, provider, value) => {
    const { thrown } = use(provider, value);
    expect(thrown).toContain(provider.name);
    expect(thrown).not.toContain('looks like');
    expectNothingShown(thrown!, value);
  });

  it('is told the same by a guard and by verifySync(), with what to do', () => {
    const secret = `whsk_${KEPT_BASE64}`;
    const delivery = { method: 'POST', url: '/', headers: {}, body: Buffer.from('{}') };
    const provider = standardWebhooks;
    const message =
      'option "secret" is not what standard-webhooks uses: expected base64, with or without "whsec_" in front. ' +
      'It looks like a private key of Standard Webhooks, which only the sender has. ' +
      'Copy it again from the settings of the sender, without quotes, spaces or line breaks';
    expect(typeErrorOf(() => webhookGuard({ provider, secret }))).toBe(message);
    expect(typeErrorOf(() => verifySync(delivery, { provider, secret }))).toBe(message);
  });
});

describe('an odd secret', () => {
  const SPACE = 'has white space at an end, which is part of the key';
  const QUOTES = 'is in quotes, which are part of the key';
  const VARIABLE = 'looks like the name of a variable that was not filled in';

  it.each([
    [SPACE, ` ${KEPT}`],
    [SPACE, `${KEPT}\n`],
    [SPACE, `\t${KEPT}\r\n`],
    [SPACE, `${KEPT}\u00a0`],
    [SPACE, ` "${KEPT}"`],
    [QUOTES, `"${KEPT}"`],
    [QUOTES, `'${KEPT}'`],
    [QUOTES, `"${KEPT}\n${KEPT}"`],
    [VARIABLE, '$GITHUB_WEBHOOK_SECRET'],
    [VARIABLE, '${GITHUB_WEBHOOK_SECRET}'],
  ])('%s: it is used all the same, with a warning (%#)', (looks, value) => {
    const { thrown, warnings } = use(github, value);
    expect([thrown, warnings]).toEqual([undefined, [`the secret 'mine' of github ${looks}`]]);
    expectNothingShown(warnings.join(), value);
    expect(decodeSecret(github, value).toString()).toBe(value);
  });

  it.each([
    ['without a mark', github, KEPT],
    ['with a quote inside', github, `${KEPT}"${KEPT}`],
    ['with a quote at one end', github, `"${KEPT}`],
    ['with two kinds of quotes', github, `"${KEPT}'`],
    ['with white space inside', github, `${KEPT} ${KEPT}`],
    ['with a dollar sign', github, `$${KEPT}`],
    ['with quotes at its end', github, `${KEPT}"${KEPT}"`],
    ['with quotes at its start', github, `"${KEPT}"${KEPT}`],
    ['with the name of a variable at its end', github, `${KEPT}$KEPT`],
    ['with the name of a variable at its start', github, `$KEPT-${KEPT}`],
    ['with its prefix', stripe, `whsec_${KEPT}`],
    ['of two encodings, by one', openai, KEPT],
    ['of two encodings, by the other', openai, `whsec_${KEPT_BASE64}`],
    ['in PEM', discord, publicPem(ed25519)],
    ['in PEM with lines around it', discord, `\n \n${publicPem(ed25519)}\r\n\n`],
    ['in PEM', sendgrid, publicPem(p256)],
  ])('is none %s', (_what, provider, value) => {
    expect(use(provider, value)).toEqual({ warnings: [] });
  });

  it('is warned of beside its length', () => {
    expect(use(github, '"short"').warnings).toEqual([
      `the secret 'mine' of github ${QUOTES}`,
      "the secret 'mine' of github has 7 bytes: use at least 16 random ones",
    ]);
  });
});

describe('a secret in one of two encodings', () => {
  it('is base64 behind the prefix, and text without it', () => {
    expect(decodeSecret(openai, `whsec_${KEPT_BASE64}`).toString()).toBe(KEPT);
    expect(decodeSecret(openai, KEPT_BASE64).toString()).toBe(KEPT_BASE64);
  });

  it.each(['whsec_', 'whsec_not base64', `whsec_ ${KEPT_BASE64}`])('refuses %p', (value) => {
    expect(typeErrorOf(() => decodeSecret(openai, value))).toContain('is not what openai uses');
  });
});
