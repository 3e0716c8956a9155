import {
  defineProvider,
  fastcomments,
  github,
  standardWebhooks,
  stripe,
  telegram,
  telehealth,
  type Provider,
} from 'hooklatch';
import { duplicateKey, ownKey, type DuplicateKey } from '../../src/core/duplicate-key';
import type { Verdict } from '../../src/core/judge';
import { planOf } from '../../src/core/plan';
import { prepareSecrets } from '../../src/core/secrets';
import { keysFor } from '../support/keys';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const BODY = Buffer.from('{}');

interface Case {
  readonly provider?: Provider;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timestamp?: number;
  readonly timestampText?: string;
  readonly id?: string;
  readonly scope?: string;
  readonly now?: number;
  readonly ttlMs?: number;
}

function keyOf({ provider = fastcomments, body = '{}', headers = {}, ...more }: Case = {}):
  DuplicateKey | undefined {
  const { timestamp, timestampText = '1700000000', id, scope = '', now = NOW, ttlMs } = more;
  const [secret] = prepareSecrets(provider, keysFor(provider).verifyBy, () => undefined);
  const claims = { plan: planOf(provider), signatures: [], timestampText, timestamp, id: '' };
  const covers = { body: true, id: false, event: false };
  const verdict: Verdict = { claims, secret: secret!, timestamp, covers };
  return duplicateKey(verdict, { headers }, Buffer.from(body), id, scope, now, 300_000, ttlMs);
}

describe('duplicateKey()', () => {
  it('is the same for the same signed material, whatever the unsigned headers are', () => {
    expect(keyOf({ headers: { 'x-other': '1' } })?.key).toBe(keyOf()?.key);
    expect(keyOf()?.key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it.each<[string, Case, Case]>([
    ['provider', {}, { provider: telehealth }],
    ['body', {}, { body: '{ }' }],
    ['text of the timestamp', {}, { timestampText: '1700000001' }],
    ['tenant', {}, { scope: 'b' }],
    [
      'tenant and timestamp, which do not run together',
      { scope: 'a1', timestampText: '2' },
      { scope: 'a', timestampText: '12' },
    ],
    [
      'header that is named for it',
      { provider: github },
      { provider: github, headers: { 'x-github-delivery': 'd' } },
    ],
    ['signed id', { provider: stripe, id: 'a' }, { provider: stripe, id: 'b' }],
    ['lack of an id', { provider: stripe, id: 'a' }, { provider: stripe }],
    ['id, which is no timestamp', { provider: stripe, id: '5' }, { provider: stripe, timestampText: 'id 5' }],
  ])('rule 25: is another by the %s', (_what, one, other) => {
    expect(keyOf(one)?.key).not.toBe(keyOf(other)?.key);
  });

  it('rule 25: goes by the signed id alone where the provider says so, and not by the body', () => {
    const one = keyOf({ provider: standardWebhooks, id: 'a', timestampText: '1' });
    expect(keyOf({ provider: standardWebhooks, id: 'a', timestampText: '2', body: 'other' })?.key).toBe(
      one?.key,
    );
    expect(keyOf({ id: 'a' })?.key).toBe(keyOf({ id: 'b' })?.key);
  });

  it('is none where deliveries recur, or where a token signs nothing and there is no id', () => {
    const never = defineProvider({
      name: 'recurring',
      algorithm: 'hmac-sha256',
      signature: { header: 'x-signature', encoding: 'hex' },
      signed: ['{body}'],
      secret: { encoding: 'utf8' },
      duplicates: false,
    });
    expect([keyOf({ provider: never }), keyOf({ provider: telegram })]).toEqual([undefined, undefined]);
    expect(keyOf({ provider: telegram, id: '7' })).toBeDefined();
  });

  it.each<[string, Case, number, number]>([
    ['until a signed time is stale, with a margin', { timestamp: NOW }, 360_000, 360_000],
    ['until a signed time of the past is stale', { timestamp: NOW, now: NOW + 100_000 }, 260_000, 260_000],
    ['for a day where nothing is timestamped', { provider: telehealth }, 24 * HOUR, 0],
    ['for the time of the option', { provider: telehealth, ttlMs: 5 }, 5, 0],
    [
      'for the time of the provider by its id',
      { provider: stripe, id: 'a', timestamp: NOW },
      72 * HOUR,
      360_000,
    ],
    ['for a day by an id', { provider: standardWebhooks, id: 'a', timestamp: NOW }, 24 * HOUR, 360_000],
    [
      'as long as it is fresh, even by a shorter option',
      { provider: stripe, id: 'a', timestamp: NOW, ttlMs: 5 },
      360_000,
      360_000,
    ],
    [
      'until it is stale where it has no id',
      { provider: stripe, timestamp: NOW, ttlMs: 5 },
      360_000,
      360_000,
    ],
  ])('is remembered %s', (_what, given, ttlMs, freshMs) => {
    expect(keyOf(given)).toMatchObject({ ttlMs, freshMs });
  });
});

describe('ownKey()', () => {
  it('is the same for the same text, and another by provider, tenant and text', () => {
    const keys = [
      ownKey('a', 'b', 'c'),
      ownKey('ab', '', 'c'),
      ownKey('a', 'bc', ''),
      ownKey('a', 'b', 'd'),
      ownKey('a', '', 'c'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(ownKey('a', 'b', 'c')).toBe(keys[0]);
  });

  it('is never that of a delivery', () => {
    expect(ownKey('fastcomments', '', `at 1700000000${BODY.toString()}`)).not.toBe(keyOf()?.key);
  });
});
