import {
  fastcomments,
  sign,
  standardWebhooks,
  webhookGuard,
  type Secret,
  type WebhookGuardOptions,
} from 'hooklatch';
import { decisionOf, NOW, send, startGuard, startRouter, warnings, type Receiver } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const DAY = 86_400_000;
const OLD = 'the older secret, long enough';
const NEW = 'the newer secret, long enough';
const OTHER = 'a secret that nobody here knows';

let made = 0;

/** Delivers what somebody has signed who has this secret. */
async function deliver({ port }: Pick<Receiver, 'port'>, secret: string, now = NOW): Promise<number> {
  made += 1;
  const body = JSON.stringify({ made });
  const headers = sign(fastcomments, { secret, now }, { body: Buffer.from(body) });
  return (await send(port, { method: 'PUT', path: '/hooks', headers, body })).status;
}

const guardWith = (secret: WebhookGuardOptions['secret'], more: Partial<WebhookGuardOptions> = {}) =>
  startGuard({ provider: fastcomments, secret, ...more });

const named = (id: string, value: string, more: Partial<Secret> = {}): Secret => ({ id, value, ...more });

describe('option "secret"', () => {
  it.each([
    [OLD, 'old'],
    [NEW, 'new'],
  ])('accepts what is signed with each of several, and names the id that matched', async (value, id) => {
    const receiver = await guardWith([named('new', NEW), named('old', OLD)]);
    expect(await deliver(receiver, value)).toBe(200);
    expect(await decisionOf(receiver)).toMatchObject({ secretId: id, outcome: 'accepted' });
    expect(receiver.webhooks[0]?.secretId).toBe(id);
  });

  it('refuses what none of several has signed', async () => {
    const receiver = await guardWith([named('new', NEW), named('old', OLD)]);
    expect(await deliver(receiver, OTHER)).toBe(401);
    expect(await decisionOf(receiver)).toMatchObject({ secretId: null, notes: [] });
  });

  it.each<[string, number, Partial<Secret>]>([
    ['at notBefore', 200, { notBefore: new Date(NOW) }],
    ['before notBefore', 401, { notBefore: new Date(NOW + 1) }],
    ['at notAfter', 200, { notAfter: new Date(NOW) }],
    ['after notAfter', 401, { notAfter: new Date(NOW - 1) }],
    ['between the two', 200, { notBefore: new Date(NOW - 1), notAfter: new Date(NOW + 1) }],
    ['at both', 200, { notBefore: new Date(NOW), notAfter: new Date(NOW) }],
    ['where neither is given', 200, { notBefore: undefined, notAfter: undefined }],
  ])('is used from notBefore to notAfter, edges included: %s %d', async (_when, status, times) => {
    const receiver = await guardWith(named('timed', NEW, times));
    expect(await deliver(receiver, NEW)).toBe(status);
  });

  it('answers alike for a secret that is over, and for none that matches', async () => {
    const fingerprints = new Set<string>();
    for (const secret of [named('over', NEW, { notAfter: new Date(1) }), OTHER]) {
      const { port } = await guardWith(secret);
      const headers = sign(fastcomments, { secret: NEW, now: NOW }, { body: Buffer.from('{}') });
      fingerprints.add((await send(port, { method: 'PUT', headers, body: '{}' })).fingerprint);
    }
    expect(fingerprints.size).toBe(1);
  });

  it('is not followed when the list is changed later', async () => {
    const list = [named('one', OLD)];
    const receiver = await guardWith(list);
    list.push(named('two', NEW));
    expect(await deliver(receiver, NEW)).toBe(401);
  });

  it('warns of a short one by its id, once, when the guard is made', async () => {
    await guardWith(named('brief', 'fifteen bytes..'));
    expect(warnings).toEqual([expect.stringContaining("the secret 'brief' of fastcomments has 15 bytes")]);
  });

  it('throws where it would never be used, because its times are the wrong way round', () => {
    const secret = named('never', NEW, { notBefore: new Date(2), notAfter: new Date(1) });
    expect(typeErrorOf(() => webhookGuard({ provider: fastcomments, secret }))).toBe(
      'option "secret": "notAfter" of \'never\' is before its "notBefore", so it would never be used',
    );
  });

  it('is the text that the settings of the sender show, with its prefix', async () => {
    const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
    const receiver = await startGuard({ provider: standardWebhooks, secret });
    const headers = sign(standardWebhooks, { secret, now: NOW }, { body: Buffer.from('{}') });
    expect((await send(receiver.port, { headers, body: '{}' })).status).toBe(200);
  });
});

describe('the age of secrets', () => {
  const young = new Date(NOW - 5 * DAY);
  const aged = new Date(NOW - 200 * DAY);

  it.each<[string, WebhookGuardOptions['secret'], string, readonly string[]]>([
    ['the only one, of unknown age', NEW, NEW, []],
    ['the only one, young', named('a', NEW, { createdAt: young }), NEW, []],
    ['the only one, old', named('a', NEW, { createdAt: aged }), NEW, ['secret-age']],
    ['the first of two of unknown age', [named('a', NEW), named('b', OLD)], NEW, []],
    ['the second of two of unknown age', [named('a', NEW), named('b', OLD)], OLD, ['old-secret']],
    [
      'the newer, which stands second',
      [named('a', OLD, { createdAt: aged }), named('b', NEW, { createdAt: young })],
      NEW,
      [],
    ],
    [
      'the older, beside a young one',
      [named('a', OLD, { createdAt: aged }), named('b', NEW, { createdAt: young })],
      OLD,
      ['old-secret'],
    ],
    [
      'the older, beside one that is old too',
      [named('a', OLD, { createdAt: aged }), named('b', NEW, { createdAt: new Date(NOW - 91 * DAY) })],
      OLD,
      ['old-secret', 'secret-age'],
    ],
    [
      'the current one, beside one that waits for its time',
      [
        named('next', NEW, { createdAt: young, notBefore: new Date(NOW + 1) }),
        named('now', OLD, { createdAt: new Date(NOW - 50 * DAY) }),
      ],
      OLD,
      [],
    ],
    [
      'the last one that is in use',
      [named('over', NEW, { notAfter: new Date(NOW - 1) }), named('now', OLD)],
      OLD,
      [],
    ],
  ])('is noted with a match: %s', async (_which, secret, signedWith, notes) => {
    const receiver = await guardWith(secret);
    expect(await deliver(receiver, signedWith)).toBe(200);
    expect((await decisionOf(receiver)).notes).toEqual(notes);
  });

  it.each([
    [undefined, 90 * DAY, []],
    [undefined, 90 * DAY + 1, ['secret-age']],
    [1, DAY, []],
    [1, DAY + 1, ['secret-age']],
    [36_500, 3000 * DAY, []],
  ])('is reported from maxSecretAgeDays on (%p days, %d ms old)', async (maxSecretAgeDays, age, notes) => {
    const secret = named('a', NEW, { createdAt: new Date(NOW - age) });
    const receiver = await guardWith(secret, { maxSecretAgeDays });
    expect(await deliver(receiver, NEW)).toBe(200);
    expect((await decisionOf(receiver)).notes).toEqual(notes);
  });

  it('is not told to those who have failed', async () => {
    const receiver = await guardWith(named('a', NEW, { createdAt: aged }));
    expect(await deliver(receiver, OTHER)).toBe(401);
    expect((await decisionOf(receiver)).notes).toEqual([]);
  });
});

describe('a rotation of secrets', () => {
  it('loses no delivery from its first day to its last', async () => {
    let now = NOW;
    // Known to us on day 0, used by the sender from day 1 on; the old one is over at the end of day 2.
    const secrets = [
      named('2025', OLD, { createdAt: new Date(NOW - 80 * DAY), notAfter: new Date(NOW + 3 * DAY - 1) }),
      named('2026', NEW, { createdAt: new Date(NOW) }),
    ];
    const handle = jest.fn();
    const receiver = await startRouter({
      provider: fastcomments,
      secret: secrets,
      clock: () => now,
      events: { create: handle },
    });
    const seen: unknown[] = [];
    for (let hour = 0; hour < 96; hour += 6) {
      now = NOW + hour * 3_600_000;
      const sender = hour < 24 ? OLD : NEW;
      expect(await deliver(receiver, sender, now)).toBe(200);
      // Deliveries that were on their way when the sender changed over.
      if (hour < 72) expect(await deliver(receiver, OLD, now)).toBe(200);
      else seen.push(await deliver(receiver, OLD, now));
    }
    expect(seen).toEqual([401, 401, 401, 401]);
    expect(handle).toHaveBeenCalledTimes(16 + 12);
    const ids = receiver.decisions.map(({ secretId, notes }) => `${secretId} ${notes.join()}`);
    expect(new Set(ids)).toEqual(new Set(['2025 old-secret', '2026 ', 'null ']));
  });
});
