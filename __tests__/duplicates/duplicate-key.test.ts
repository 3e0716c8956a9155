import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  defineProvider,
  fastcomments,
  fastcommentsLegacy,
  github,
  medplumSubscription,
  providers,
  sign,
  slack,
  standardWebhooks,
  stripe,
  telehealth,
  tokenProvider,
  type Provider,
  type SecretOption,
  type SignSettings,
} from 'hooklatch';
import {
  againKey,
  duplicateKeys,
  ownKey,
  usualLifeMs,
  type DuplicateKey,
} from '../../src/duplicates/duplicate-key';
import { findUniqueId, makeDeliveryKey } from '../../src/core/delivery-key';
import { markSecret, nameEndpoint } from '../../src/core/endpoint';
import { lowerCaseHeaders } from '../../src/core/headers';
import { authenticateDelivery } from '../../src/core/custom';
import {
  authenticate,
  parseSignatureHeaders,
  getToleranceMs,
  type ParsedSignature,
  type Verdict,
} from '../../src/core/authenticate';
import { makeWebhook } from '../../src/core/make-webhook';
import { readEventAndId } from '../../src/core/event-and-id';
import { parsePayload } from '../../src/core/payload';
import { getCompiled } from '../../src/core/compiled-provider';
import { prepareSecrets } from '../../src/core/secrets';

const NOW = 1_767_225_600_000;
const DAY = 86_400_000;
const MINUTE = 60_000;
const SECRET = 'c2VjcmV0IGZvciB0ZXN0cywgbG9uZyBlbm91Z2g=';

interface Circumstances extends Partial<SignSettings> {
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly known?: SecretOption;
  readonly scope?: string;
  readonly endpoint?: string;
  readonly at?: number;
  readonly toleranceSeconds?: number;
  readonly ttlMs?: number;
}

/** What tells a delivery apart that arrives as the sender signed it: a key for each secret of the receiver. */
function records(provider: Provider, text: string, more: Circumstances = {}): readonly DuplicateKey[] {
  const { headers = {}, known, scope = '', endpoint, at = NOW, toleranceSeconds, ttlMs, ...settings } = more;
  const body = Buffer.from(text);
  const own = sign(provider, { secret: SECRET, now: NOW, ...settings }, { body });
  const source = { headers: lowerCaseHeaders({ ...own, ...headers }) };
  const compiled = getCompiled(provider);
  const tolerance = getToleranceMs(compiled, toleranceSeconds);
  const parsedSignature = parseSignatureHeaders(compiled, source);
  if (typeof parsedSignature === 'string') throw new Error(parsedSignature);
  const secrets = prepareSecrets(provider, known ?? settings.secret ?? SECRET, jest.fn());
  const verdict = authenticate(
    parsedSignature,
    secrets,
    { method: 'POST', url: '/', body },
    { now: at, toleranceMs: tolerance },
  );
  if (typeof verdict === 'string') throw new Error(verdict);
  const payload = parsePayload(compiled, body)!;
  const eventAndId = readEventAndId(compiled, source, payload, verdict.covers);
  const endpoints = nameEndpoint(endpoint, secrets);
  const received = { source, method: 'POST', rawBody: body, scope, endpoint: endpoints[0] };
  const webhook = makeWebhook(verdict, received, payload, eventAndId);
  const id = findUniqueId(provider, webhook, () => payload);
  const life = { now: at, toleranceMs: tolerance, ttlMs };
  return duplicateKeys({ verdict, source, body, id, scope }, endpoints, webhook.key, life);
}

function record(...args: Parameters<typeof records>): DuplicateKey | undefined {
  return records(...args)[0];
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

const keyOf = (...args: Parameters<typeof record>): string | undefined => record(...args)?.key;

describe('duplicateKeys()', () => {
  it('is short text that shows nothing of the delivery', () => {
    expect(keyOf(stripe, '{"id":"evt_1","type":"a"}')).toMatch(/^[\w-]{43}$/);
  });

  // Those of running receivers are in Redis.
  it.each([
    ['header and body', github, { id: 'one' }, '6:github0:6:name e0:3:one6:signed0:0:{"id":"evt_1"}'],
    [
      'a header that is not there',
      github,
      { headers: { 'X-GitHub-Delivery': undefined } },
      '6:github0:6:name e0:0:6:signed0:0:{"id":"evt_1"}',
    ],
    ['an id', stripe, { scope: 'tenant' }, '6:stripe6:tenant6:name e0:2:id5:evt_1'],
    [
      'timestamp and body',
      fastcomments,
      {},
      '12:fastcomments0:6:name e0:6:signed10:17672256000:{"id":"evt_1"}',
    ],
  ])('is the same in every version, of %s', (_what, provider, more, text) => {
    expect(keyOf(provider, '{"id":"evt_1"}', { ...more, endpoint: 'e' })).toBe(sha256(text));
  });

  it('is the same in every version, of an endpoint that is known by its secret', () => {
    const mark = '9QS7-YoOjpfZuGfX9mKiR1Z_duBBlKdN0bfszFNpSA8';
    expect(markSecret(Buffer.from(SECRET))).toBe(mark);
    expect(keyOf(stripe, '{"id":"evt_1"}')).toBe(sha256(`6:stripe0:50:secret ${mark}0:2:id5:evt_1`));
  });

  it('tells two providers apart', () => {
    const keys = [fastcomments, providers.medplum!, telehealth].map((provider) => keyOf(provider, '{}'));
    expect(new Set(keys).size).toBe(3);
  });

  it('tells tenants apart by their scope', () => {
    const keys = ['', 'a', 'b', 'a:b'].map((scope) => keyOf(telehealth, '{}', { scope }));
    expect(new Set(keys).size).toBe(4);
  });

  it('runs no two parts together to the same text', () => {
    const named = (name: string): Provider => defineProvider({ ...github, name });
    const keys = [
      keyOf(named('a'), '{}', { scope: 'bc', id: 'd' }),
      keyOf(named('ab'), '{}', { scope: 'c', id: 'd' }),
      keyOf(named('a'), '{}', { scope: 'b', id: 'cd' }),
      keyOf(named('a'), '{}', { scope: 'b1:c', id: 'd' }),
      keyOf(named('a'), '{}', { scope: '', id: 'bcd' }),
    ];
    expect(new Set(keys).size).toBe(5);
  });

  it('is made of timestamp and body where nothing else is signed', () => {
    const key = keyOf(fastcomments, '{}');
    expect(keyOf(fastcomments, '{}')).toBe(key);
    expect(keyOf(fastcomments, '{ }')).not.toBe(key);
    expect(keyOf(fastcomments, '{}', { now: NOW + 1000 })).not.toBe(key);
  });

  it('leaves out ids that are not signed', () => {
    const key = keyOf(telehealth, '{"event":"a"}', { id: 'one', event: 'a' });
    expect(keyOf(telehealth, '{"event":"a"}', { id: 'two', event: 'a' })).toBe(key);
  });

  it('does not know which secret matched, so that a rotation opens nothing again', () => {
    const known = [
      { id: 'new', value: 'another secret of some length' },
      { id: 'old', value: SECRET },
    ];
    const key = keyOf(fastcomments, '{}');
    expect(keyOf(fastcomments, '{}', { known })).toBe(key);
    expect(keyOf(fastcomments, '{}', { known, secret: 'another secret of some length' })).toBe(key);
  });

  it('does not know the bytes of the signature, which can be altered and still verify', () => {
    const sendgrid = providers.sendgrid!;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const known = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const name = 'X-Twilio-Email-Event-Webhook-Signature';
    const key = keyOf(sendgrid, '{}', { secret, known });
    const signature = sign(sendgrid, { secret, now: NOW }, { body: Buffer.from('{}') })[name]!;
    const other = otherSignature(Buffer.from(signature, 'base64')).toString('base64');
    expect(other).not.toBe(signature);
    expect(keyOf(sendgrid, '{}', { secret, known, headers: { [name]: other } })).toBe(key);
  });

  it('goes by the delivery id of GitHub, whose bodies recur', () => {
    const key = keyOf(github, '{}', { id: 'one' });
    expect(keyOf(github, '{}', { id: 'one' })).toBe(key);
    expect(keyOf(github, '{}', { id: 'two' })).not.toBe(key);
    expect(keyOf(github, '{"a":1}', { id: 'one' })).not.toBe(key);
    for (const none of [undefined, '', ['one', 'two']]) {
      expect(keyOf(github, '{}', { headers: { 'X-GitHub-Delivery': none } })).not.toBe(key);
    }
  });

  it('tells the deletes of Medplum apart, whose body is always {}', () => {
    const named = (subscription: string, interaction: string, resource: string): string | undefined =>
      keyOf(medplumSubscription, '{}', {
        headers: {
          'X-Medplum-Subscription': subscription,
          'X-Medplum-Interaction': interaction,
          'X-Medplum-Deleted-Resource': resource,
        },
      });
    const key = named('Subscription/1', 'delete', 'Patient/1');
    expect(named('Subscription/1', 'delete', 'Patient/1')).toBe(key);
    expect(named('Subscription/1', 'delete', 'Patient/2')).not.toBe(key);
    expect(named('Subscription/2', 'delete', 'Patient/1')).not.toBe(key);
    expect(named('Subscription/1', 'create', 'Patient/1')).not.toBe(key);
  });

  it('goes by the id of Stripe, whose retries are signed anew', () => {
    const key = keyOf(stripe, '{"id":"evt_1","type":"a"}');
    expect(keyOf(stripe, '{"id":"evt_1","type":"a"}', { now: NOW - 9000 })).toBe(key);
    expect(keyOf(stripe, '{"id":"evt_2","type":"a"}')).not.toBe(key);
  });

  it('goes by the signed id of Standard Webhooks', () => {
    const key = keyOf(standardWebhooks, '{"a":1}', { id: 'msg_1' });
    expect(keyOf(standardWebhooks, '{"a":1}', { id: 'msg_1', now: NOW + 5000 })).toBe(key);
    expect(keyOf(standardWebhooks, '{"a":1}', { id: 'msg_2' })).not.toBe(key);
  });

  it('goes by timestamp and body where a delivery has no id', () => {
    const key = keyOf(slack, '{"command":1}');
    expect(key).toBeDefined();
    expect(keyOf(slack, '{"command":1}', { now: NOW + 1000 })).not.toBe(key);
    expect(keyOf(slack, '{"command":2}')).not.toBe(key);
    expect(keyOf(slack, '{"event_id":"Ev1"}')).toBe(keyOf(slack, '{"event_id":"Ev1"}', { now: NOW + 1000 }));
  });

  it('takes no two signed ids for one, though a provider does not say that they are unique', () => {
    const svix = providers.svix!;
    const key = keyOf(svix, '{}', { id: 'msg_1' });
    expect(keyOf(svix, '{}', { id: 'msg_1' })).toBe(key);
    expect(keyOf(svix, '{}', { id: 'msg_2' })).not.toBe(key);
  });

  it('is undefined where deliveries recur to the letter', () => {
    expect(record(defineProvider({ ...telehealth, duplicates: false }), '{}')).toBeUndefined();
    expect(record(fastcommentsLegacy, '{}')).toBeUndefined();
  });

  it('goes by the id in a body that came with a token, and by nothing else', () => {
    const telegram = tokenProvider({
      name: 'telegram',
      header: 'X-Telegram-Bot-Api-Secret-Token',
      id: { body: 'update_id', header: 'X-Id' },
      duplicates: { key: 'id' },
    });
    const key = keyOf(telegram, '{"update_id":7}');
    expect(keyOf(telegram, '{"update_id":7,"again":true}')).toBe(key);
    expect(keyOf(telegram, '{"update_id":8}')).not.toBe(key);
    expect(record(telegram, '{"message":"hello"}')).toBeUndefined();
    expect(record(telegram, '{"message":"hello"}', { headers: { 'X-Id': '7' } })).toBeUndefined();
  });
});

describe('the key of an endpoint', () => {
  const other = 'another secret of some length';
  const event = '{"id":"evt_1"}';
  const list = (...values: string[]): SecretOption => values.map((value) => ({ id: value, value }));
  const keysOf = (secret: string, known: SecretOption, more: Circumstances = {}): readonly string[] =>
    records(stripe, event, { secret, known, ...more }).map(({ key }) => key);

  it('is another one where no secret is shared, so that no event of one is lost for the other', () => {
    expect(keysOf(SECRET, SECRET)).not.toEqual(keysOf(other, other));
  });

  it('is the same where a secret is shared, so that no other address takes a captured delivery', () => {
    const third = 'a third secret of some length';
    const [first] = keysOf(SECRET, SECRET);
    expect(keysOf(SECRET, list(SECRET, other))).toContain(first);
    expect(keysOf(SECRET, list(third, SECRET, other))).toContain(first);
  });

  it('is known before, in and after a rotation, so that nothing is opened again', () => {
    const before = keysOf(SECRET, SECRET);
    const during = keysOf(SECRET, list(other, SECRET));
    const after = keysOf(other, other);
    expect(during).toEqual([...before, ...after]);
    // By which of two secrets it matched has no part in it.
    expect(keysOf(other, list(other, SECRET))).toEqual(during);
  });

  it('begins with the oldest secret, by its date or by its place in the list', () => {
    const dated = (value: string, day: number) => ({ id: value, value, createdAt: new Date(day * DAY) });
    const [first] = keysOf(SECRET, SECRET);
    expect(keysOf(SECRET, list(other, SECRET))[0]).toBe(first);
    expect(keysOf(SECRET, [dated(SECRET, 1), dated(other, 2)])[0]).toBe(first);
    expect(keysOf(SECRET, [dated(other, 2), dated(SECRET, 1)])[0]).toBe(first);
  });

  it('is there once for a secret that is listed twice', () => {
    const twice = [
      { id: 'a', value: SECRET },
      { id: 'b', value: SECRET },
    ];
    expect(keysOf(SECRET, twice)).toHaveLength(1);
  });

  it('is that of the name where there is one, whatever the secrets are', () => {
    const named = keysOf(SECRET, SECRET, { endpoint: 'billing' });
    expect(keysOf(other, list(other, SECRET), { endpoint: 'billing' })).toEqual(named);
    expect(keysOf(SECRET, SECRET, { endpoint: 'analytics' })).not.toEqual(named);
    expect(named).toHaveLength(1);
  });

  it('cannot be had by a name that is written like a secret', () => {
    const mark = markSecret(Buffer.from(SECRET));
    expect(keysOf(SECRET, SECRET, { endpoint: `secret ${mark}` })).not.toEqual(keysOf(SECRET, SECRET));
  });

  it('is the same for one public key, however it is written', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
    const discord = providers.discord!;
    const key = keyOf(discord, '{}', { secret, known: pem });
    expect(keyOf(discord, '{}', { secret, known: raw.toString('hex') })).toBe(key);
  });

  it('has the method and the address in it where they are signed', () => {
    const covering = (request: string) => {
      const source = { headers: {} };
      const provider = providers['hubspot-v3']!;
      const parsedSignature = {
        compiled: getCompiled(provider),
        signatures: [],
        timestampText: '1',
        timestamp: 1,
        id: '',
      };
      const [secret] = prepareSecrets(provider, SECRET, jest.fn());
      const verdict = {
        parsedSignature,
        secret: secret!,
        timestamp: 1,
        covers: { body: true, id: '', request },
        content: { before: '', body: undefined, after: '' },
      };
      const received = { verdict, source, body: Buffer.alloc(0), id: undefined, scope: '' };
      return makeDeliveryKey(received, { text: '', secret: undefined });
    };
    expect(covering('GET/a')).not.toEqual(covering('GET/b'));
  });
});

describe('the key of what is signed', () => {
  const SIGNED = { key: 'signed' } as const;

  it('is not that of the id, though the body has one', () => {
    const provider = defineProvider({ ...telehealth, name: 'own', id: { body: 'id' }, duplicates: SIGNED });
    expect(keyOf(provider, '{"id":1,"a":1}')).not.toBe(keyOf(provider, '{"id":1,"a":2}'));
  });

  it('is that of the body where a token came with it', () => {
    const provider = tokenProvider({ name: 'own', header: 'X-Token', duplicates: SIGNED });
    expect(keyOf(provider, '{"a":1}')).toBe(keyOf(provider, '{"a":1}'));
    expect(keyOf(provider, '{"a":1}')).not.toBe(keyOf(provider, '{"a":2}'));
  });
});

describe('the key of a delivery that a function has judged', () => {
  it.each([
    ['nothing but the body', {}, '3:own0:1:e0:6:signed1: 0:{}'],
    ['the time and more', { timestamp: NOW, alsoSigned: '/hook' }, `3:own0:1:e0:6:signed19:${NOW} /hook0:{}`],
    ['an id', { id: 'msg_1' }, '3:own0:1:e0:6:signed1: 5:msg_1{}'],
  ])('is the same in every version, where it signs %s', (_what, verdict, text) => {
    const provider = defineProvider({ name: 'own', headers: [], verify: () => verdict });
    const body = Buffer.from('{}');
    const source = { headers: {} };
    const parsedSignature = parseSignatureHeaders(getCompiled(provider), source) as ParsedSignature;
    const secrets = prepareSecrets(provider, SECRET, jest.fn());
    const judged = authenticateDelivery(
      parsedSignature,
      secrets,
      { method: 'POST', url: '/', ...source, body },
      { now: NOW, toleranceMs: 0 },
    );
    const received = { verdict: judged as Verdict, source, body, id: undefined, scope: '' };
    expect(makeDeliveryKey(received, { text: 'e', secret: undefined })).toBe(sha256(text));
  });
});

describe('the life of a record', () => {
  it.each([
    ['now', NOW, 6 * MINUTE],
    ['almost stale', NOW - 5 * MINUTE, MINUTE],
    ['ahead of our clock', NOW + 5 * MINUTE, 11 * MINUTE],
  ])('is until the delivery can no longer be fresh, of one signed %s', (_when, now, milliseconds) => {
    const { ttlMs, freshMs } = record(fastcomments, '{}', { now })!;
    expect([ttlMs, freshMs]).toEqual([milliseconds, milliseconds]);
  });

  it('grows with the window', () => {
    expect(record(fastcomments, '{}', { toleranceSeconds: 900 })!.ttlMs).toBe(16 * MINUTE);
  });

  it('is the lifetime of the provider where nothing is timestamped, a day where it names none', () => {
    expect(record(telehealth, '{}')).toMatchObject({ ttlMs: DAY, freshMs: 0 });
    const week = defineProvider({ ...telehealth, duplicates: { key: 'signed', ttlSeconds: 604_800 } });
    expect(record(week, '{}')).toMatchObject({ ttlMs: 7 * DAY, freshMs: 0 });
    expect(record(week, '{}', { ttlMs: 1000 })).toMatchObject({ ttlMs: 1000, freshMs: 0 });
  });

  it('is longer than the window for ids, whose retries are signed anew', () => {
    const event = '{"id":"evt_1","type":"a"}';
    expect(record(stripe, event)).toMatchObject({ ttlMs: 3 * DAY, freshMs: 6 * MINUTE });
    expect(record(stripe, event, { ttlMs: DAY })).toMatchObject({ ttlMs: DAY, freshMs: 6 * MINUTE });
  });

  it('is never shorter than the window, whatever the option says', () => {
    expect(record(fastcomments, '{}', { ttlMs: 1 })!.ttlMs).toBe(6 * MINUTE);
    expect(record(stripe, '{"id":"evt_1"}', { ttlMs: 1 })!.ttlMs).toBe(6 * MINUTE);
  });
});

describe('usualLifeMs()', () => {
  const lasting = (retries: Provider['retries'], duplicates?: Provider['duplicates']): number =>
    usualLifeMs(defineProvider({ ...telehealth, retries, duplicates }));
  const source = 'https://example.org';

  it('is a day, and an hour more than the sender tries where that is longer', () => {
    expect(lasting(undefined)).toBe(DAY);
    expect(lasting({ source })).toBe(DAY);
    expect(lasting({ hours: 4, source })).toBe(DAY);
    expect(lasting({ hours: 24, source })).toBe(DAY + 60 * MINUTE);
    expect(lasting({ hours: 72, source })).toBe(3 * DAY + 60 * MINUTE);
  });

  it('is what the provider says, whatever the sender does', () => {
    expect(lasting({ hours: 72, source }, { key: 'signed', ttlSeconds: 60 })).toBe(MINUTE);
    expect(lasting({ hours: 72, source }, false)).toBe(3 * DAY + 60 * MINUTE);
  });

  it('is how long a delivery of PagerDuty is remembered, which it repeats for two days', () => {
    expect(record(providers.pagerduty!, '{"event":{"id":"e-1"}}')).toMatchObject({
      ttlMs: 49 * 60 * MINUTE,
    });
  });
});

describe('ownKey()', () => {
  it('is apart from every other key', () => {
    const keys = [
      ownKey('github', '', '', 'one'),
      ownKey('github', 'one', '', ''),
      ownKey('github', '', 'one', ''),
      ownKey('stripe', '', '', 'one'),
      ownKey('github', '', '', 'two'),
      keyOf(github, '{}', { id: 'one' }),
    ];
    expect(new Set(keys).size).toBe(6);
    expect(ownKey('github', '', 'e', 'one')).toBe(sha256('15:key of the user6:github0:1:e3:one'));
  });
});

describe('againKey()', () => {
  it('is another one for each reason, and for each delivery', () => {
    const keys = [againKey('a', 'b'), againKey('a', 'c'), againKey('b', 'b'), againKey('ab', '')];
    expect(new Set(keys).size).toBe(4);
    expect(againKey('a', 'b')).toBe(sha256('5:again1:a1:b'));
  });

  it('counts against the share of the tenant whose delivery it is', () => {
    expect(againKey('tenant:key', 'b')).toBe(`tenant:${sha256('5:again10:tenant:key1:b')}`);
  });
});

/** The other signature that verifies as well: (r, s) has a twin (r, n - s). */
function otherSignature(der: Buffer): Buffer {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const rLength = der[3]!;
  const s = der.subarray(6 + rLength);
  let hex = (order - BigInt(`0x${s.toString('hex')}`)).toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (parseInt(hex.slice(0, 2), 16) > 127) hex = `00${hex}`;
  const twin = Buffer.from(hex, 'hex');
  const r = der.subarray(2, 4 + rLength);
  return Buffer.concat([
    Buffer.from([0x30, r.length + 2 + twin.length]),
    r,
    Buffer.from([2, twin.length]),
    twin,
  ]);
}
