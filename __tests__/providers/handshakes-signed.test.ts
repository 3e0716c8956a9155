import {
  discord,
  line,
  slack,
  twitch,
  webhookRouter,
  xero,
  zoom,
  type Provider,
  type WebhookHandler,
} from 'hooklatch';
import { deliver, expectPlain, JSON_TYPE, TEXT, zoomAnswer, zoomBody } from '../helpers/handshakes';
import { decisionOf, NOW, send, signed, start, startGuard } from '../helpers/http';
import { keysFor } from '../helpers/keys';

interface Handshake {
  readonly name: string;
  readonly provider: Provider;
  readonly body: string;
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

const HANDSHAKES: readonly Handshake[] = [
  {
    name: 'slack: url_verification',
    provider: slack,
    body: JSON.stringify({
      token: 'x',
      challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXA',
      type: 'url_verification',
    }),
    status: 200,
    text: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXA',
    type: TEXT,
  },
  {
    name: 'zoom: endpoint.url_validation',
    provider: zoom,
    body: zoomBody('qgg8vlvZRS6UYooatFL8Aw'),
    status: 200,
    text: zoomAnswer('qgg8vlvZRS6UYooatFL8Aw'),
    type: JSON_TYPE,
  },
  {
    name: 'twitch: webhook_callback_verification',
    provider: twitch,
    body: JSON.stringify({
      challenge: 'pogchamp-kappa-360noscope-vohiyo',
      subscription: { id: 'f1c2', status: 'webhook_callback_verification_pending', type: 'channel.follow' },
    }),
    status: 200,
    text: 'pogchamp-kappa-360noscope-vohiyo',
    type: TEXT,
  },
  {
    name: 'discord: the ping of interactions',
    provider: discord,
    body: '{"application_id":"1","id":"2","type":1,"version":1}',
    status: 200,
    text: '{"type":1}',
    type: JSON_TYPE,
  },
  {
    name: 'discord: the ping of events',
    provider: discord,
    body: '{"version":1,"application_id":"1","type":0}',
    status: 204,
    text: '',
  },
  {
    name: 'xero: intent to receive',
    provider: xero,
    body: '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4nd0mt3xt"}',
    status: 200,
    text: '',
    type: TEXT,
  },
  {
    name: 'line: no events',
    provider: line,
    body: '{"destination":"U1","events":[]}',
    status: 200,
    text: '',
    type: TEXT,
  },
];

describe.each(HANDSHAKES)('the handshake $name', ({ provider, body, status, text, type }) => {
  it('is answered, without the handler', async () => {
    const { answer, webhooks, ...receiver } = await deliver(provider, body);
    expect([answer.status, answer.text]).toEqual([status, text]);
    expectPlain(answer, type);
    expect(webhooks).toEqual([]);
    expect(await decisionOf(receiver)).toMatchObject({
      outcome: 'accepted',
      code: null,
      status,
      notes: ['handshake'],
    });
  });

  it('is answered every time it comes, because it claims nothing', async () => {
    const { secret, verifyBy } = keysFor(provider);
    const { port, webhooks } = await startGuard({ provider, secret: verifyBy });
    const headers = { 'Content-Type': 'application/json', ...signed(provider, body, { secret, id: 'm-1' }) };
    const first = await send(port, { headers, body });
    const second = await send(port, { headers, body });
    expect([second.fingerprint, webhooks]).toEqual([first.fingerprint, []]);
  });

  it('is refused where the signature is bad, before anything is answered to it', async () => {
    const { answer, webhooks, ...receiver } = await deliver(provider, body, true);
    expect(answer.status).toBe(provider.refusal.status);
    if (text !== '') expect(answer.text).not.toContain(text);
    expect(webhooks).toEqual([]);
    expect(await decisionOf(receiver)).toMatchObject({
      outcome: 'refused',
      code: 'ERR_WEBHOOK_SIGNATURE',
      notes: [],
    });
  });

  it('is refused where it is not signed, as any stranger is', async () => {
    const { port } = await startGuard({ provider, secret: keysFor(provider).verifyBy });
    const answer = await send(port, { headers: { 'Content-Type': 'application/json' }, body });
    const stranger = await send(port, { body: 'anything' });
    expect(answer.fingerprint).toBe(stranger.fingerprint);
  });

  it('is answered by a router, whose handlers do not run', async () => {
    const { secret, verifyBy } = keysFor(provider);
    const calls: unknown[] = [];
    const handler: WebhookHandler = (webhook) => calls.push(webhook);
    const options = { provider, secret: verifyBy, clock: () => NOW, events: { '*': handler } };
    const { port } = await start((app) => app.use(webhookRouter(options)));
    const headers = { 'Content-Type': 'application/json', ...signed(provider, body, { secret }) };
    expect((await send(port, { headers, body })).text).toBe(text);
    expect(calls).toEqual([]);
  });
});

describe('what is no handshake', () => {
  it.each([
    ['slack: an event', slack, '{"type":"event_callback","challenge":"x","event":{"type":"message"}}'],
    ['zoom: an event', zoom, '{"event":"meeting.started","payload":{"plainToken":"x"}}'],
    ['twitch: a notification', twitch, '{"challenge":"x","subscription":{"type":"a"},"event":{}}'],
    ['discord: an event', discord, '{"version":1,"type":1,"event":{"type":"APPLICATION_AUTHORIZED"}}'],
    ['discord: a command', discord, '{"type":2,"id":"1"}'],
    ['xero: an event', xero, '{"events":[{"eventType":"UPDATE"}]}'],
    ['line: an event', line, '{"events":[{"type":"message","webhookEventId":"1"}]}'],
    ['line: no list', line, '{"events":{}}'],
    ['line: a list as text', line, '{"events":""}'],
    ['slack: an inherited field', slack, '{"__proto__":{"type":"url_verification","challenge":"x"}}'],
  ])('%s reaches the handler', async (_name, provider, body) => {
    const { answer, webhooks } = await deliver(provider, body);
    expect([answer.status, webhooks.length]).toEqual([200, 1]);
  });
});
