import {
  diagnose,
  providers,
  sign,
  type Delivery,
  type Diagnosis,
  type Provider,
  type SignSettings,
  type VerifySettings,
} from 'hooklatch';

export const NOW = 1_767_225_600_000;
export const PUBLIC_URL = 'https://example.org/hooks/in?tenant=7';

/** Text that every serialiser writes in its own way. */
export const PAYLOAD = {
  webhookTimestamp: NOW,
  id: 'evt_1',
  type: 'comment.created',
  url: 'https://example.org/a/b',
  text: 'Zoë says <b>"hello"</b> & ☕',
  list: [1, 2.5, true, null],
  nested: { b: 1, a: { c: [] } },
};
export const PRETTY = JSON.stringify(PAYLOAD, null, 2);

/** The providers that are data and share a key with the sender. */
export const HMACS: readonly Provider[] = Object.values(providers).filter(({ algorithm }) =>
  algorithm.startsWith('hmac-'),
);

/**
 * One of them for each way to sign, to write and to read: senders that differ by names alone are diagnosed alike, and
 * their number would cost minutes.
 */
export const SHAPES: readonly Provider[] = [
  ...new Map([...HMACS].reverse().map((provider) => [shapeOf(provider), provider])).values(),
];

function shapeOf({
  algorithm,
  signature,
  timestamp,
  signed,
  secret,
  id,
  content,
  address,
}: Provider): string {
  const { header, ...form } = signature;
  const places = [typeof header, timestamp?.unit, timestamp?.header === undefined, id?.header === undefined];
  return JSON.stringify([algorithm, form, signed, secret, content, address, places]);
}

/** A secret of the form that the provider uses. */
export function secretOf({ secret }: Provider): string {
  if (secret.encoding === 'hex') return '5ec2e7'.repeat(12);
  if (secret.encoding === 'base64') {
    return `${secret.prefix ?? ''}${Buffer.from('thirty-two bytes of secret keys!').toString('base64')}`;
  }
  return 'vR8#kLm2%pQ9-zXw5tYn7';
}

/** A delivery as the provider sends it. */
export function good(
  provider: Provider,
  body: string | Buffer = PRETTY,
  settings: Partial<SignSettings> & { readonly method?: string } = {},
): Delivery {
  const { method = 'POST', ...more } = settings;
  const bytes = Buffer.from(body as string);
  const headers = sign(
    provider,
    { secret: secretOf(provider), now: NOW, id: 'msg_1', publicUrl: PUBLIC_URL, ...more },
    { method, body: bytes },
  );
  return { method, url: '/hooks/in?tenant=7', headers: lower(headers), body: bytes };
}

export function lower(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The diagnosis by a receiver that is configured well, but for what is given. */
export function diagnosed(
  provider: Provider,
  delivery: Delivery,
  settings: Partial<VerifySettings> = {},
): Diagnosis {
  return diagnose(delivery, {
    provider,
    secret: secretOf(provider),
    now: NOW,
    publicUrl: PUBLIC_URL,
    ...settings,
  });
}

/** The name of the signature header, as Node has it. */
export function signatureHeader({ signature }: Provider): string {
  return [signature.header].flat()[0]!.toLowerCase();
}

/** The delivery with another text in its signature header. */
export function withSignature(
  provider: Provider,
  delivery: Delivery,
  change: (value: string) => string,
): Delivery {
  const name = signatureHeader(provider);
  return { ...delivery, headers: { ...delivery.headers, [name]: change(String(delivery.headers[name])) } };
}

/** The delivery with another body, as something on the way made it. */
export function withBody(delivery: Delivery, body: string | Buffer): Delivery {
  return { ...delivery, body: Buffer.from(body as string) };
}
