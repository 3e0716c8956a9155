import { EventWebhook } from '@sendgrid/eventwebhook';
import { verifyKey } from 'discord-interactions';
import { Bot, webhookCallback } from 'grammy';
import { discord, sendgrid, telegram } from 'hooklatch';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describeVendor } from './harness';
import { ours, signOurs, theirs, URL_OF_HOOK, type Signed, type Vendor } from './sides';

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const publicDer = ({ publicKey }: KeyPair): Buffer => publicKey.export({ type: 'spki', format: 'der' });
const privatePem = ({ privateKey }: KeyPair): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const ed25519 = generateKeyPairSync('ed25519');
const otherEd25519 = generateKeyPairSync('ed25519');
const ED25519_PRIVATE = privatePem(ed25519);
// Discord shows the 32 bytes at the end of the DER.
const rawHex = (pair: KeyPair): string => publicDer(pair).subarray(-32).toString('hex');

const discordVendor: Vendor = {
  provider: discord,
  package: 'discord-interactions',
  secret: rawHex(ed25519),
  otherSecret: rawHex(otherEd25519),
  privateKey: ED25519_PRIVATE,
  sdkVerify: ({ headers, body }, key) =>
    verifyKey(body, headers['x-signature-ed25519']!, headers['x-signature-timestamp']!, key),
  window: 'none',
};
describeVendor(discordVendor);

const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const otherP256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

describeVendor({
  provider: sendgrid,
  package: '@sendgrid/eventwebhook',
  secret: publicDer(p256).toString('base64'),
  otherSecret: publicDer(otherP256).toString('base64'),
  privateKey: privatePem(p256),
  sdkVerify: ({ headers, body }, key) => {
    const webhook = new EventWebhook();
    return webhook.verifySignature(
      webhook.convertPublicKeyToECDSA(key),
      body,
      headers['x-twilio-email-event-webhook-signature']!,
      headers['x-twilio-email-event-webhook-timestamp']!,
    );
  },
  window: 'none',
});

const botInfo = {
  id: 1,
  is_bot: true,
  first_name: 'hooklatch',
  username: 'hooklatch_bot',
} as unknown as NonNullable<ConstructorParameters<typeof Bot>[1]>['botInfo'] & object;

// No vendor's own: Telegram's documentation names it among its libraries.
describeVendor({
  provider: telegram,
  package: 'grammy',
  secret: 'secret_token-0123456789',
  otherSecret: 'secret_token-0123456780',
  sdkVerify: async ({ headers, body }, secretToken) => {
    const receive = webhookCallback(new Bot('1:hooklatch', { botInfo }), 'std/http', { secretToken });
    const { status } = await receive(new Request(URL_OF_HOOK, { method: 'POST', headers, body }));
    if (status !== 200) throw new Error(String(status));
  },
  refusal: /^401$/,
});

describe('discord-interactions', () => {
  it('takes a timestamp that holds the beginning of another body; verify() wants ten digits', async () => {
    const signed = signOurs(discord, '1{"type":2}', ED25519_PRIVATE);
    const timestamp = `${signed.headers['x-signature-timestamp']!}1`;
    const moved = { headers: { ...signed.headers, 'x-signature-timestamp': timestamp }, body: '{"type":2}' };
    expect(await theirs(discordVendor, moved)).toMatchObject({ accepted: true });
    expect(ours(discord, moved, rawHex(ed25519)).reason).toBe('ERR_WEBHOOK_HEADER');
  });

  it('reads what is no hexadecimal as zeros; verify() refuses it', async () => {
    const header = 'x-signature-ed25519';
    // One signature in sixteen ends with a byte that is zero.
    const sign = (tries: number): Signed => signOurs(discord, `{"type":2,"id":${tries}}`, ED25519_PRIVATE);
    let tries = 0;
    while (!sign(tries).headers[header]!.endsWith('00')) tries += 1;
    const { headers, body } = sign(tries);
    const odd = { headers: { ...headers, [header]: headers[header]!.replace(/00$/, 'zz') }, body };
    expect(await theirs(discordVendor, odd)).toMatchObject({ accepted: true });
    expect(ours(discord, odd, rawHex(ed25519)).reason).toBe('ERR_WEBHOOK_HEADER');
  });
});
