import {
  defineProvider,
  fastcomments,
  github,
  memoryStore,
  providers,
  redisStore,
  stripe,
  telehealth,
  type DuplicateStore,
  type Provider,
  type SecretOption,
  type WebhookRouterOptions,
} from 'hooklatch';
import { startSequence, type Delivered, type Sequence } from '../../helpers/sequence';
import { describeWithRedis, startRedis, type RedisServer } from '../../helpers/redis';
import { connectIoredis, type RedisClient } from '../../helpers/redis-clients';

const BILLING = 'whsec_billing_0123456789abcdef';
const ANALYTICS = 'whsec_analytics_0123456789abcd';
const EVENT = '{"id":"evt_1","type":"invoice.paid"}';

type More = Partial<Pick<WebhookRouterOptions, 'endpoint' | 'duplicates'>>;

const at = (provider: Provider, store: DuplicateStore, secret: SecretOption, more: More = {}) =>
  startSequence(provider, { secret, duplicates: { store }, ...more });

/** What both handled of one event that the sender sent to both. */
async function handledBy(one: Sequence, other: Sequence, sent: readonly Delivered[]): Promise<number[]> {
  expect(await one.statuses(sent[0]!)).toEqual([200]);
  expect(await other.statuses(sent[1] ?? sent[0]!)).toEqual([200]);
  return [one.handled(), other.handled()];
}

const SENT: readonly Delivered[] = [
  { body: EVENT, id: 'd-1', secret: BILLING },
  { body: EVENT, id: 'd-1', secret: ANALYTICS },
];

function itTellsEndpointsApart(makeStore: () => DuplicateStore): void {
  it.each([
    ['by the id in its body', stripe],
    ['by what GitHub gives to every webhook that asks for an event: one body, one id', github],
    ['by its body', telehealth],
    ['by time and body', fastcomments],
    ['by the id that an update of Telegram has', providers.telegram!],
  ])(
    'handles one event at each of two endpoints with secrets of their own: known %s',
    async (_by, provider) => {
      const store = makeStore();
      const body = EVENT.replace('{', '{"update_id":7,');
      const sent = SENT.map((delivered) => ({ ...delivered, body }));
      const [one, other] = [await at(provider, store, BILLING), await at(provider, store, ANALYTICS)];
      expect(await handledBy(one, other, sent)).toEqual([1, 1]);
      // A try of the sender's is a copy at each.
      expect(await handledBy(one, other, sent)).toEqual([1, 1]);
    },
  );

  it('takes a captured delivery for a copy at every other address that has its secret', async () => {
    const store = makeStore();
    const [one, other] = [
      await at(stripe, store, BILLING),
      await at(stripe, store, [ANALYTICS_SECRET, BILLING_SECRET]),
    ];
    expect(await handledBy(one, other, [SENT[0]!])).toEqual([1, 0]);
  });

  it('opens nothing again by a rotation of the secret, in whatever order its three steps come', async () => {
    const store = makeStore();
    const [before, during, after] = [
      await at(stripe, store, BILLING),
      await at(stripe, store, [ANALYTICS_SECRET, BILLING_SECRET]),
      await at(stripe, store, ANALYTICS),
    ];
    expect(await handledBy(before, during, SENT)).toEqual([1, 0]);
    const next = SENT.map((delivered) => ({ ...delivered, body: EVENT.replace('evt_1', 'evt_2') }));
    expect(await handledBy(during, after, [next[0]!, next[1]!])).toEqual([1, 0]);
  });
}

const BILLING_SECRET = { id: 'billing', value: BILLING };
const ANALYTICS_SECRET = { id: 'analytics', value: ANALYTICS };

describe('endpoints that share a store in memory', () => {
  itTellsEndpointsApart(memoryStore);

  it('are told apart by their names, where one secret serves both', async () => {
    const store = memoryStore();
    const one = await at(stripe, store, BILLING, { endpoint: 'billing' });
    const other = await at(stripe, store, BILLING, { endpoint: 'analytics' });
    expect(await handledBy(one, other, [SENT[0]!])).toEqual([1, 1]);
    expect(await handledBy(one, other, [SENT[0]!])).toEqual([1, 1]);
  });

  it('are one where they have one name', async () => {
    const store = memoryStore();
    const one = await at(stripe, store, BILLING, { endpoint: 'both' });
    const other = await at(stripe, store, ANALYTICS, { endpoint: 'both' });
    expect(await handledBy(one, other, SENT)).toEqual([1, 0]);
  });

  it('are told apart in the keys that a user makes, too', async () => {
    const store = memoryStore();
    const duplicates = { store, key: () => 'invoice 1' };
    const one = await at(fastcomments, store, BILLING, { duplicates });
    const other = await at(fastcomments, store, ANALYTICS, { duplicates });
    expect(await handledBy(one, other, SENT)).toEqual([1, 1]);
    expect(await one.statuses({ ...SENT[0]!, body: '{"id":"another"}' })).toEqual([200]);
    expect(one.handled()).toBe(1);
  });

  it('need not be named where the sender signs the address', async () => {
    const provider = defineProvider({ ...providers.square!, name: 'own' });
    const store = memoryStore();
    const options = { secret: BILLING, duplicates: { store } };
    const [one, other] = [
      await startSequence(provider, { ...options, publicUrl: 'https://one.example.org' }),
      await startSequence(provider, { ...options, publicUrl: 'https://two.example.org' }),
    ];
    const body = '{"event_id":"evt_1"}';
    const publicUrl = (host: string) => ({
      body,
      secret: BILLING,
      publicUrl: `https://${host}.example.org/hooks`,
    });
    expect(await handledBy(one, other, [publicUrl('one'), publicUrl('two')])).toEqual([1, 1]);
    expect(await handledBy(one, other, [publicUrl('one'), publicUrl('two')])).toEqual([1, 1]);
  });

  it.each(['', ' ', 7, null])('refuse a name that is none: %p', async (endpoint) => {
    await expect(at(stripe, memoryStore(), BILLING, { endpoint: endpoint as string })).rejects.toThrow(
      /"endpoint"/,
    );
  });
});

describeWithRedis('endpoints that share a Redis', () => {
  let server: RedisServer;
  let client: RedisClient;
  let prefixes = 0;

  beforeAll(async () => {
    server = await startRedis();
    client = await connectIoredis(server.socket);
  });

  afterAll(async () => {
    await client.close();
    await server.close();
  });

  itTellsEndpointsApart(() => {
    prefixes += 1;
    return redisStore({ sendCommand: client.sendCommand, prefix: `endpoints-${prefixes}:` });
  });
});
