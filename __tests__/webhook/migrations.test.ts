import {
  fastcomments,
  fastcommentsLegacy,
  medplum,
  sign,
  tokenProvider,
  type Decision,
  type Provider,
} from 'hooklatch';
import { NOW, send, startGuard, startRouter, type Receiver, type Sent } from '../helpers/http';

const SECRET = 'the secret of the new flow, long enough';
const SHARED = 'the shared key of the old flow, long enough';

/** Medplum's advice before `X-Medplum-*`: a shared key in a header of your choice. */
const medplumShared = tokenProvider({
  name: 'medplum-shared-key',
  header: 'Authorization',
  prefix: 'Bearer ',
  refusal: { status: 403, uniform: true },
});

interface Flow {
  readonly provider: Provider;
  readonly secret: string;
}

/** From an old flow to a new one: who sends in which way, and what we accept, phase by phase. */
const MIGRATIONS: readonly (readonly [string, { old: Flow; new: Flow; method: string }])[] = [
  [
    'FastComments, from the token to signatures',
    {
      old: { provider: fastcommentsLegacy, secret: SHARED },
      new: { provider: fastcomments, secret: SECRET },
      method: 'PUT',
    },
  ],
  [
    'Medplum, from a shared key to X-Medplum-*',
    {
      old: { provider: medplumShared, secret: SHARED },
      new: { provider: medplum, secret: SECRET },
      method: 'POST',
    },
  ],
];

let made = 0;

function delivery({ provider, secret }: Flow, method: string): Sent {
  made += 1;
  const body = JSON.stringify({ made });
  return {
    method,
    path: '/hooks',
    body,
    headers: sign(provider, { secret, now: NOW }, { body: Buffer.from(body) }),
  };
}

const startFor = (main: Flow, also: readonly Flow[], handle: () => void): Promise<Receiver> =>
  startRouter({ ...main, also, events: { '*': handle } });

const whoSent = (decisions: readonly Decision[]): readonly string[] =>
  decisions.map(({ provider, outcome }) => `${provider} ${outcome}`);

describe.each(MIGRATIONS)('a migration of %s', (_name, { old, new: fresh, method }) => {
  it('loses no delivery, and its decisions tell who still uses the old flow', async () => {
    const handle = jest.fn();
    const phases: readonly (readonly [Flow, readonly Flow[], readonly Flow[]])[] = [
      [old, [], [old, old]],
      [fresh, [old], [old, old, fresh, old, fresh]],
      [fresh, [old], [fresh, fresh]],
      [fresh, [], [fresh, fresh]],
    ];
    for (const [main, also, senders] of phases) {
      const receiver = await startFor(main, also, handle);
      for (const sender of senders) {
        expect((await send(receiver.port, delivery(sender, method))).status).toBe(200);
      }
      expect(whoSent(receiver.decisions)).toEqual(senders.map(({ provider }) => `${provider.name} accepted`));
      expect(receiver.decisions.map(({ secretId }) => secretId)).toEqual(senders.map(() => 'default'));
    }
    expect(handle).toHaveBeenCalledTimes(11);
  });

  it('lets both flows in at the same time', async () => {
    const receiver = await startFor(fresh, [old], jest.fn());
    const all = Array.from({ length: 20 }, (_, index) => delivery(index % 2 === 0 ? old : fresh, method));
    const answers = await Promise.all(all.map((sent) => send(receiver.port, sent)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const counts = whoSent(receiver.decisions).filter((who) => who === `${old.provider.name} accepted`);
    expect(counts).toHaveLength(10);
  });

  it('refuses the old flow when it is off, and always with the wrong key', async () => {
    const { status } = fresh.provider.refusal;
    const off = await startFor(fresh, [], jest.fn());
    expect((await send(off.port, delivery(old, method))).status).toBe(status);
    const both = await startFor(fresh, [old], jest.fn());
    const wrong = delivery({ ...old, secret: 'a key that nobody has given out' }, method);
    const answer = await send(both.port, wrong);
    expect(answer.status).toBe(status);
    expect(answer.fingerprint).toBe((await send(both.port, { method, path: '/hooks' })).fingerprint);
  });

  it('never falls from a bad signature to the old flow', async () => {
    const handle = jest.fn();
    const receiver = await startFor(fresh, [old], handle);
    const { headers: token } = delivery(old, method);
    const { headers, ...sent } = delivery(fresh, method);
    const both = { ...token, ...headers };
    expect((await send(receiver.port, { ...sent, headers: both })).status).toBe(200);
    const { status } = fresh.provider.refusal;
    expect((await send(receiver.port, { ...sent, headers: both, body: '{}' })).status).toBe(status);
    expect(handle).toHaveBeenCalledTimes(1);
    expect(whoSent(receiver.decisions)).toEqual([
      `${fresh.provider.name} accepted`,
      `${fresh.provider.name} refused`,
    ]);
  });

  it('can begin with a guard that reports and refuses nobody', async () => {
    const receiver = await startGuard({ ...fresh, mode: 'report' });
    for (const sender of [old, fresh, old]) {
      expect((await send(receiver.port, delivery(sender, method))).status).toBe(200);
    }
    expect(whoSent(receiver.decisions)).toEqual([
      `${fresh.provider.name} reported`,
      `${fresh.provider.name} accepted`,
      `${fresh.provider.name} reported`,
    ]);
    expect(receiver.webhooks.map(({ verified }) => verified)).toEqual([false, true, false]);
  });

  it('records no key of either flow', async () => {
    const receiver = await startFor(fresh, [old], jest.fn());
    await send(receiver.port, delivery(old, method));
    await send(receiver.port, delivery({ ...old, secret: `${SHARED}!` }, method));
    expect(receiver.decisions).toHaveLength(2);
    const text = JSON.stringify([receiver.decisions, receiver.causes.map(String)]);
    expect(text).not.toContain(SHARED);
    expect(text).not.toContain(SECRET);
  });
});
