import { diagnose } from 'hooklatch';
import { NOW } from '../helpers/deliveries';
import { ADDRESS, handSigned, type Sender, type Sent } from '../helpers/hand-signed';
import { signatureName, withBody, withHeaders, withSecret, withSignature } from '../helpers/mistakes';

/** One mistake, the senders that can make it, and the code that it is found as. */
interface One {
  readonly name: string;
  readonly code: string;
  readonly breaks: (sent: Sent) => Sent;
  readonly senders?: readonly Sender[];
}

const JSONS: readonly Sender[] = [
  'github',
  'stripe',
  'shopify',
  'clerk',
  'slack',
  'square',
  'line',
  'zendesk',
];
const HEXES: readonly Sender[] = ['github', 'slack', 'dropbox', 'meta'];
const TIMED: readonly Sender[] = ['stripe', 'slack', 'clerk', 'zendesk', 'hubspotV3'];
const WITH_URL: readonly Sender[] = ['square', 'hubspotV3', 'twilio'];

const body =
  (change: (text: string) => string): One['breaks'] =>
  (sent) =>
    withBody(sent, change);
const secret =
  (change: (text: string) => string): One['breaks'] =>
  (sent) =>
    withSecret(sent, change);
const signature =
  (change: (text: string) => string): One['breaks'] =>
  (sent) =>
    withSignature(sent, change);
const settings =
  (more: Partial<Sent['settings']>): One['breaks'] =>
  (sent) => ({ ...sent, settings: { ...sent.settings, ...more } });

const SECRETS: readonly One[] = [
  { name: 'quotes around the secret', code: 'secret-quotes', breaks: secret((s) => `"${s}"`) },
  { name: 'a line break behind the secret', code: 'secret-white-space', breaks: secret((s) => `${s}\n`) },
  { name: 'NAME= before the secret', code: 'secret-format', breaks: secret((s) => `HOOK_SECRET=${s}`) },
  { name: 'the secret in JSON', code: 'secret-format', breaks: secret((s) => JSON.stringify({ s })) },
];
const WRONG_SECRETS: readonly One[] = [
  { name: 'a variable', code: 'secret-not-filled-in', breaks: secret(() => '${HOOK_SECRET}') },
  { name: 'a masked secret', code: 'secret-placeholder', breaks: secret((s) => `${s.slice(0, 6)}••••••••`) },
];
const BODIES: readonly One[] = [
  {
    name: 'JSON written again',
    code: 'body-reserialised',
    senders: JSONS,
    breaks: body((text) => JSON.stringify(JSON.parse(text))),
  },
  { name: 'a line break behind the body', code: 'body-newline', breaks: body((text) => `${text}\n`) },
  { name: 'a byte order mark', code: 'body-bom', breaks: body((text) => `\ufeff${text}`) },
  {
    name: 'the body in base64',
    code: 'body-base64',
    breaks: body((text) => Buffer.from(text).toString('base64')),
  },
  { name: '{} for the body', code: 'body-empty', senders: JSONS, breaks: body(() => '{}') },
  {
    name: 'a body that is cut',
    code: 'body-length',
    senders: JSONS,
    breaks: body((text) => text.slice(0, -15)),
  },
];
const HEADERS: readonly One[] = [
  {
    name: 'a header with the prefix of a gateway',
    code: 'header-renamed',
    breaks: (sent) => {
      const name = signatureName(sent);
      const value = String(sent.delivery.headers[name]);
      return withHeaders(sent, { [name]: undefined, [`x-amzn-remapped-${name}`]: value });
    },
  },
  { name: 'quotes around the signature', code: 'signature-malformed', breaks: signature((v) => `"${v}"`) },
  {
    name: 'a signature that is cut',
    code: 'signature-truncated',
    senders: HEXES,
    breaks: signature((v) => v.slice(0, -6)),
  },
  {
    name: 'base64 for hexadecimal',
    code: 'signature-encoding',
    senders: HEXES,
    breaks: signature((v) =>
      v.replace(/[0-9a-f]{40,}/, (text) => Buffer.from(text, 'hex').toString('base64')),
    ),
  },
];
const TIMES: readonly One[] = [
  {
    name: '47 minutes late',
    code: 'timestamp-stale',
    senders: TIMED,
    breaks: settings({ now: NOW + 2_825_000 }),
  },
];
const URLS: readonly One[] = [
  {
    name: 'http for https',
    code: 'signed-url-scheme',
    senders: WITH_URL,
    breaks: settings({ publicUrl: ADDRESS.replace('https', 'http') }),
  },
  {
    name: 'another host',
    code: 'signed-url-host',
    senders: WITH_URL,
    breaks: (sent) =>
      withHeaders(settings({ publicUrl: ADDRESS.replace('example', 'inside') })(sent), {
        host: 'example.org',
      }),
  },
];

const ALL: readonly Sender[] = [...new Set([...JSONS, ...HEXES, ...TIMED, ...WITH_URL])];
const KINDS = [SECRETS, WRONG_SECRETS, BODIES, HEADERS, TIMES, URLS];

/** Each mistake with each of another kind, for every third of the senders that can make both. */
const PAIRS = KINDS.flatMap((kind, index) =>
  KINDS.slice(index + 1).flatMap((later) =>
    kind === SECRETS && later === WRONG_SECRETS
      ? []
      : kind.flatMap((one) => later.flatMap((other) => pairUp(one, other))),
  ),
);

function pairUp(one: One, other: One): readonly (readonly [string, One, One, Sender])[] {
  const can = ALL.filter(
    (name) => (one.senders ?? ALL).includes(name) && (other.senders ?? ALL).includes(name),
  );
  return can
    .filter((_, index) => index % 3 === 0)
    .map((name) => [`${one.name}, and ${other.name}: ${name}`, one, other, name] as const);
}

describe('two mistakes at once: diagnose() names one of them first, and nothing else for certain', () => {
  it.each(PAIRS)('%s', (_name, one, other, sender) => {
    const { delivery, settings: given } = other.breaks(one.breaks(handSigned(sender)));
    const { findings } = diagnose(delivery, given);
    const listed = findings.map(({ code, certainty, observed }) => `${code} (${certainty}) ${observed}`);
    const codes = [one.code, other.code];
    expect({ first: findings[0]!.code, listed }).toEqual({
      first: expect.stringMatching(`^(?:${codes.join('|')})$`) as string,
      listed: expect.any(Array) as unknown,
    });
    const certain = findings.filter(({ certainty }) => certainty === 'certain').map(({ code }) => code);
    expect(certain.filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('are some hundred', () => {
    expect(PAIRS.length).toBeGreaterThan(150);
  });
});
