import fc from 'fast-check';
import {
  providers,
  sign,
  verifySync,
  WebhookError,
  type Delivery,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { restsOnBody } from '../../src/core/borders';
import { getCompiled } from '../../src/core/compiled-provider';
import { keysFor, ORIGIN, signsUrl } from '../helpers/keys';

const data = Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom');
const named = data.map((provider): [string, Provider] => [provider.name, provider]);

// Key pairs take longer than shared keys.
const runsOf = ({ algorithm }: Provider): number => (/^(ed|ec)/.test(algorithm) ? 15 : 40);

interface Sent {
  readonly provider: Provider;
  readonly delivery: Delivery;
  readonly now: number;
  readonly publicUrl: string | undefined;
}

/** Visible ASCII; the dot is what separates a signed id from what follows. */
const anId = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes).replaceAll('.', '_'));

// Every time that is written with ten digits of seconds, thirteen of milliseconds.
const aTime = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 });

function aBody(provider: Provider, now: number): fc.Arbitrary<Buffer> {
  const { timestamp } = provider;
  // Joined to an address or an id without a border between them, only JSON shows where it begins.
  // A text that a stranger can get signed, as the answer to a challenge, is no body either.
  if (restsOnBody(provider) || getCompiled(provider).challenges.length > 0)
    return fc.object().map((value) => Buffer.from(JSON.stringify(value)));
  if (timestamp?.body === undefined)
    return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const name = timestamp.body;
  return fc.json().map((json) => Buffer.from(`{"${name}":${now},"more":${json}}`));
}

/** A delivery that the sender has signed. */
function aDelivery(provider: Provider): fc.Arbitrary<Sent> {
  return fc.tuple(aTime, anId, fc.constantFrom(...provider.methods)).chain(([now, id, method]) =>
    aBody(provider, now).map((body) => {
      const publicUrl = signsUrl(provider) ? `${ORIGIN}/hook?a=%2F&b=1` : undefined;
      const settings = { secret: keysFor(provider).secret, now, id, publicUrl };
      const headers = sign(provider, settings, { method, body });
      return { provider, now, publicUrl, delivery: { method, url: '/hook', headers, body } };
    }),
  );
}

const receive = ({ provider, delivery, now, publicUrl }: Sent): Webhook =>
  verifySync(delivery, { provider, secret: keysFor(provider).verifyBy, now, publicUrl });

function isRefused(sent: Sent): boolean {
  try {
    receive(sent);
    return false;
  } catch (error) {
    if (error instanceof WebhookError && error.status === sent.provider.refusal.status) return true;
    throw error;
  }
}

/** The headers with signed text: those of the signature, the timestamp and a signed id. */
function signedHeaders({ signature, timestamp, id, signed }: Provider): readonly string[] {
  const names = [
    signature.header,
    timestamp?.header ?? [],
    signed.includes('{id}') ? (id?.header ?? []) : [],
  ];
  return names.flatMap((alternatives) => [alternatives].flat().slice(0, 1));
}

const flipBit = (bytes: Buffer, bit: number): Buffer => {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
};

describe.each(named)('%s', (_name, provider) => {
  const numRuns = runsOf(provider);

  it('verifies what it signs, every time, id and byte of it', () => {
    fc.assert(
      fc.property(aDelivery(provider), (sent) => {
        const webhook = receive(sent);
        expect(webhook.verified).toBe(true);
        expect(webhook.rawBody).toBe(sent.delivery.body);
        if (provider.timestamp === undefined) return;
        const skew = sent.now - webhook.timestamp!.getTime();
        expect(skew).toBeGreaterThanOrEqual(0);
        expect(skew).toBeLessThan(1000);
      }),
      { numRuns },
    );
  });

  it('refuses a signed header with one bit flipped, wherever it is', () => {
    const { encoding, scheme = '' } = provider.signature;
    fc.assert(
      fc.property(
        aDelivery(provider),
        fc.constantFrom(...signedHeaders(provider)),
        fc.nat(),
        (sent, name, n) => {
          const text = sent.delivery.headers[name] as string;
          const flipped = flipBit(Buffer.from(text, 'latin1'), n % (text.length * 8)).toString('latin1');
          // Hexadecimal letters mean the same in either case; what is around them does not.
          const letter = Math.floor((n % (text.length * 8)) / 8);
          const isHex =
            encoding === 'hex' && name === signedHeaders(provider)[0] && letter >= text.lastIndexOf('=');
          // So does the name of a scheme of authentication.
          const isSame = (isHex || letter < scheme.length) && flipped.toLowerCase() === text.toLowerCase();
          const headers = { ...sent.delivery.headers, [name]: flipped };
          expect(isRefused({ ...sent, delivery: { ...sent.delivery, headers } })).toBe(!isSame);
        },
      ),
      { numRuns: 2 * numRuns },
    );
  });

  it('refuses a body with one bit flipped, or more or fewer bytes, unless it signs none', () => {
    const isSigned = provider.signed.includes('{body}');
    fc.assert(
      fc.property(aDelivery(provider), fc.nat(), (sent, n) => {
        const { body } = sent.delivery;
        const others = [
          Buffer.concat([body, Buffer.from([n & 255])]),
          ...(body.length === 0
            ? []
            : [flipBit(body, n % (body.length * 8)), body.subarray(1), body.subarray(0, -1)]),
        ];
        for (const other of others) {
          expect(isRefused({ ...sent, delivery: { ...sent.delivery, body: other } })).toBe(isSigned);
        }
      }),
      { numRuns },
    );
  });

  it('refuses every time outside the window, and takes those inside', () => {
    const { timestamp } = provider;
    const window = (timestamp?.toleranceSeconds ?? 0) * 1000;
    fc.assert(
      fc.property(
        aDelivery(provider),
        fc.integer({ min: 0, max: 2 * window }),
        fc.boolean(),
        (sent, away, late) => {
          const signedAt = receive(sent).timestamp?.getTime() ?? sent.now;
          const now = late ? signedAt + away : signedAt - away;
          expect(isRefused({ ...sent, now })).toBe(timestamp !== undefined && away > window);
        },
      ),
      { numRuns },
    );
  });
});

describe.each(named.filter(([, provider]) => signsUrl(provider)))('the address of %s', (_name, provider) => {
  it('is signed to the last character', () => {
    const address = `${ORIGIN}/hook?a=%2F&b=1`;
    fc.assert(
      fc.property(aDelivery(provider), fc.nat(), (sent, n) => {
        const place = 'https://'.length + (n % (address.length - 'https://'.length));
        const publicUrl = `${address.slice(0, place)}x${address.slice(place + 1)}`;
        fc.pre(publicUrl !== address && URL.canParse(publicUrl));
        expect(isRefused({ ...sent, publicUrl })).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('is signed together with the method, where that is signed', () => {
    const isSigned = provider.signed.includes('{method}');
    fc.assert(
      fc.property(aDelivery(provider), (sent) => {
        const delivery = { ...sent.delivery, method: `${sent.delivery.method}S` };
        expect(isRefused({ ...sent, delivery })).toBe(isSigned);
      }),
      { numRuns: 20 },
    );
  });
});
