import fc from 'fast-check';
import { defineProvider, verifySync, WebhookError, type ProviderDefinition } from 'hooklatch';
import { movableParts } from '../../src/core/borders';
import { headersByOracle, headerText, macOf } from '../helpers/oracle';

const NOW = 1_767_225_600_000;
const RUNS = Number(process.env.FC_RUNS ?? 100);

interface Case {
  readonly scheme: ProviderDefinition;
  readonly secret: string;
  readonly time: string;
  readonly id: string;
  readonly body: Buffer;
}

/** Text that may stand between the parts of signed content, `$&` and placeholders that are none among it. */
const aLiteral = fc.constantFrom('.', ':', '\n', '$&', 'v0:', '$1', '$`', '--', 'é', '\0');

const aTimestamp = (unit: 'seconds' | 'milliseconds', place: 'header' | 'field') =>
  place === 'header'
    ? ({ header: 'X-Time', unit, toleranceSeconds: 300 } as const)
    : ({ field: 't', unit, toleranceSeconds: 300 } as const);

/** Any scheme with a shared key that `defineProvider` can say. */
const aScheme: fc.Arbitrary<ProviderDefinition> = fc
  .record({
    algorithm: fc.constantFrom('hmac-sha256', 'hmac-sha1', 'sha256'),
    encoding: fc.constantFrom('hex', 'base64', 'base64url'),
    prefix: fc.constantFrom(undefined, 'sha256=', 'v0=', 'x'),
    list: fc.constantFrom(undefined, [',', '='], [' ', ','], [';', '=']),
    unit: fc.constantFrom(undefined, 'seconds', 'milliseconds'),
    inList: fc.boolean(),
    withId: fc.boolean(),
    literals: fc.tuple(aLiteral, aLiteral, aLiteral),
    order: fc.shuffledSubarray(['{timestamp}', '{id}', '{body}', '{method}'], { minLength: 4 }),
    secretEncoding: fc.constantFrom('utf8', 'base64', 'hex'),
  })
  .map(({ algorithm, encoding, prefix, list, unit, inList, withId, literals, order, secretEncoding }) => {
    const [items, assign] = list ?? [];
    const parts = order.filter(
      (part) => (part !== '{timestamp}' || unit !== undefined) && (part !== '{id}' || withId),
    );
    const keyed = algorithm === 'sha256' ? ['{secret}'] : [];
    return {
      name: 'drawn',
      algorithm,
      signature: {
        header: 'X-Mac',
        encoding,
        ...(items === undefined ? { prefix } : { items, assign, key: 'v1' }),
      },
      ...(unit === undefined
        ? {}
        : { timestamp: aTimestamp(unit, inList && items !== undefined ? 'field' : 'header') }),
      signed: [...keyed, ...parts.flatMap((part, index) => [part, literals[index] ?? '']).filter(Boolean)],
      secret: { encoding: secretEncoding },
      ...(withId ? { id: { header: 'X-Id' } } : {}),
      content: 'raw',
    } as const satisfies ProviderDefinition;
  })
  // Where text can move into raw bytes, a description is refused.
  .filter((scheme) => movableParts(scheme, false).length === 0);

// Made once: the expression is read anew each time.
const anId = fc.stringMatching(/^[a-z0-9_]{1,30}$/);

const aCase: fc.Arbitrary<Case> = aScheme.chain((scheme) =>
  fc
    .record({
      key: fc.uint8Array({ minLength: 16, maxLength: 80 }),
      skew: fc.integer({ min: -300, max: 300 }),
      id: anId,
      body: fc.uint8Array({ maxLength: 300 }),
    })
    .map(({ key, skew, id, body }) => {
      const bytes = Buffer.from(key);
      const { encoding } = scheme.secret;
      const secret = encoding === 'utf8' ? `k${bytes.toString('hex')}` : bytes.toString(encoding);
      const now = NOW + skew * 1000;
      const time = scheme.timestamp?.unit === 'seconds' ? String(now / 1000) : String(now);
      return { scheme, secret, time, id, body: Buffer.from(body) };
    }),
);

const contentOf = ({ scheme, time, id, body }: Case) => ({
  ...(scheme.timestamp === undefined ? {} : { timestamp: time }),
  ...(scheme.id === undefined ? {} : { id }),
  method: 'POST',
  body,
});

/** What the library says of a delivery: its verdict, and nothing that is not ours. */
function isAccepted(
  { scheme, secret }: Case,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): boolean {
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  try {
    const delivery = { method: 'POST', url: '/', headers: lower, body };
    return verifySync(delivery, { provider: defineProvider(scheme), secret, now: NOW }).verified;
  } catch (error) {
    if (error instanceof WebhookError && error.status === 401) return false;
    throw error;
  }
}

/** Headers with another text for the signature. */
const withMac = (drawn: Case, written: string): Record<string, string> => {
  const content = contentOf(drawn);
  const headers = headersByOracle(drawn.scheme, drawn.secret, content);
  return { ...headers, 'X-Mac': headerText(drawn.scheme, written, content.timestamp) };
};

describe('verifySync(), against a scheme written anew', () => {
  it('accepts what the description of any sender says', () => {
    fc.assert(
      fc.property(aCase, (drawn) => {
        const headers = headersByOracle(drawn.scheme, drawn.secret, contentOf(drawn));
        expect(isAccepted(drawn, headers, drawn.body)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('accepts of two deliveries just the signatures that the scheme gives', () => {
    fc.assert(
      fc.property(aCase, fc.uint8Array({ maxLength: 300 }), (drawn, other) => {
        const body = Buffer.from(other);
        const own = macOf(drawn.scheme, drawn.secret, contentOf(drawn));
        const theirs = macOf(drawn.scheme, drawn.secret, { ...contentOf(drawn), body });
        const headers = headersByOracle(drawn.scheme, drawn.secret, contentOf(drawn));
        expect(isAccepted(drawn, headers, body)).toBe(own.equals(theirs));
      }),
      { numRuns: RUNS },
    );
  });

  it('accepts no other bytes of a signature, as long or not', () => {
    fc.assert(
      fc.property(
        aCase,
        fc.uint8Array({ minLength: 1, maxLength: 70 }),
        fc.boolean(),
        (drawn, other, isNear) => {
          const mac = macOf(drawn.scheme, drawn.secret, contentOf(drawn));
          // Near: the right bytes but for some.
          const bytes = isNear ? Buffer.from(mac) : Buffer.from(other);
          if (isNear) bytes[(other[0] ?? 0) % bytes.length]! ^= (other[1] ?? 0) & 1;
          const written = bytes.toString(drawn.scheme.signature.encoding);
          expect(isAccepted(drawn, withMac(drawn, written), drawn.body)).toBe(bytes.equals(mac));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('accepts the text of a signature only as the encoding writes it', () => {
    const change = fc.oneof(
      fc.tuple(
        fc.constant('insert'),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 2, unit: 'binary-ascii' }),
      ),
      fc.tuple(fc.constant('delete'), fc.nat(), fc.constant('')),
      fc.tuple(
        fc.constant('replace'),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary-ascii' }),
      ),
    );
    fc.assert(
      fc.property(aCase, change, (drawn, [how, place, text]) => {
        const mac = macOf(drawn.scheme, drawn.secret, contentOf(drawn));
        const { encoding, items } = drawn.scheme.signature;
        const right = mac.toString(encoding);
        const at = place % (right.length + 1);
        const written = right.slice(0, at) + text + right.slice(how === 'insert' ? at : at + 1);
        // What separates items makes another item, and a list may hold those that are wrong beside the right one.
        fc.pre(items === undefined || !written.includes(items));
        const isSame = written === right || (encoding === 'hex' && written.toLowerCase() === right);
        expect(isAccepted(drawn, withMac(drawn, written), drawn.body)).toBe(isSame);
      }),
      { numRuns: 2 * RUNS },
    );
  });

  it('accepts just the times of the window, in just the digits of the unit', () => {
    fc.assert(
      fc.property(
        aCase.filter(({ scheme }) => scheme.timestamp !== undefined),
        fc.oneof(
          fc.integer({ min: -400, max: 400 }).map((seconds) => String(NOW / 1000 + seconds)),
          fc.integer({ min: -400_000, max: 400_000 }).map((milliseconds) => String(NOW + milliseconds)),
          fc.string({ maxLength: 14 }).map((text) => text.replace(/[,; =]/g, '0')),
          fc.nat(2 ** 32).map((number) => `${number}`),
        ),
        (drawn, time) => {
          const unit = drawn.scheme.timestamp?.unit;
          const digits = unit === 'seconds' ? 10 : 13;
          const isNumber =
            time.length === digits && Array.from(time).every((letter) => '0123456789'.includes(letter));
          const milliseconds = BigInt(isNumber ? time : 0) * (unit === 'seconds' ? 1000n : 1n);
          const away = milliseconds - BigInt(NOW);
          const isInside = isNumber && away >= -300_000n && away <= 300_000n;
          const content = { ...contentOf(drawn), timestamp: time };
          const headers = headersByOracle(drawn.scheme, drawn.secret, content);
          expect(isAccepted(drawn, headers, drawn.body)).toBe(isInside);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
