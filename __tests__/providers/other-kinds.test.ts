import {
  discord,
  gitlab,
  medplumSubscription,
  meta,
  sign,
  slack,
  twitch,
  verifySync,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { NOW, send, signed, startRouter } from '../helpers/http';
import { keysFor } from '../helpers/keys';

type Headers = Readonly<Record<string, string>>;

/** What a receiver reads in a delivery that the sender has signed. */
function read(provider: Provider, text: string, headers: Headers = {}): Webhook {
  const { secret, verifyBy } = keysFor(provider);
  const body = Buffer.from(text);
  const own = sign(provider, { secret, now: NOW, id: 'd-1' }, { body });
  const delivery = { method: 'POST', url: '/', headers: { ...own, ...headers }, body };
  return verifySync(delivery, { provider, secret: verifyBy, now: NOW });
}

const eventOf = (provider: Provider, fields: unknown): string | undefined =>
  read(provider, JSON.stringify(fields)).event;

describe('Slack', () => {
  const interaction = { type: 'block_actions', user: { id: 'U1' }, actions: [{ action_id: 'a' }] };
  const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

  it('names a slash command by the command', () => {
    const webhook = read(slack, form({ command: '/weather', text: '94070', trigger_id: '1.2' }), FORM);
    expect([webhook.event, webhook.trusted.event]).toEqual(['/weather', true]);
    expect(webhook.payload).toEqual({ command: '/weather', text: '94070', trigger_id: '1.2' });
  });

  it.each([
    'block_actions',
    'view_submission',
    'view_closed',
    'shortcut',
    'message_action',
    'block_suggestion',
  ])('gives an interaction as its JSON, and names it by its type: %s', (type) => {
    const webhook = read(slack, form({ payload: JSON.stringify({ ...interaction, type }) }), FORM);
    expect([webhook.event, webhook.payload]).toEqual([type, { ...interaction, type }]);
  });

  it('names an event of the Events API by the inner type, and the envelope where there is none', () => {
    expect(eventOf(slack, { type: 'event_callback', event: { type: 'app_mention' } })).toBe('app_mention');
    expect(eventOf(slack, { type: 'app_rate_limited' })).toBe('app_rate_limited');
  });

  it('calls the handler of a command, of an interaction and of an event', async () => {
    const seen: unknown[] = [];
    const events = {
      '/weather': ({ payload }: Webhook<{ text?: string }>) => seen.push(payload.text),
      block_actions: ({ payload }: Webhook<typeof interaction>) => seen.push(payload.user.id),
      message: () => seen.push('message'),
    };
    const receiver = await startRouter({ provider: slack, events });
    const deliver = async (body: string, headers: Headers): Promise<number> => {
      const sent = { ...headers, ...signed(slack, body) };
      return (await send(receiver.port, { path: '/hooks', headers: sent, body })).status;
    };
    expect(await deliver(form({ command: '/weather', text: '94070' }), FORM)).toBe(200);
    expect(await deliver(form({ payload: JSON.stringify(interaction) }), FORM)).toBe(200);
    expect(await deliver('{"event":{"type":"message"}}', { 'Content-Type': 'application/json' })).toBe(200);
    expect(seen).toEqual(['94070', 'U1', 'message']);
  });

  it('takes no text of a member for a command, whatever it says of its Content-Type', () => {
    const text = '&command=%2Fdeploy&payload=%7B%22type%22%3A%22block_actions%22%7D&x=';
    const body = JSON.stringify({ type: 'event_callback', event: { type: 'message', text } });
    expect(read(slack, body, { 'Content-Type': 'application/json' }).event).toBe('message');
    const command = form({ command: '/weather', text });
    expect(read(slack, command, FORM).event).toBe('/weather');
  });

  it('refuses a payload that is no JSON', () => {
    expect(() => read(slack, form({ payload: 'no JSON' }), FORM).payload).toThrow('cannot be parsed');
  });
});

describe('Meta', () => {
  const messaging = (...items: readonly object[]) => ({
    object: 'page',
    entry: items.map((item) => ({ id: '1', messaging: [{ sender: { id: 'u' }, ...item }] })),
  });

  it.each([
    ['a message', { message: { mid: 'm' } }, 'messages'],
    ['a postback', { postback: { payload: 'p' } }, 'messaging_postbacks'],
    ['a delivery', { delivery: { watermark: 1 } }, 'message_deliveries'],
    ['that it was read', { read: { watermark: 1 } }, 'message_reads'],
    ['a reaction', { reaction: { action: 'react' } }, 'message_reactions'],
    ['a referral', { referral: { ref: 'r' } }, 'messaging_referrals'],
    ['what is not known yet', { something: {} }, undefined],
  ])('names %s of Messenger by the field that was subscribed to', (_what, item, event) => {
    expect(eventOf(meta, messaging(item))).toBe(event);
  });

  it('names a change by its field, as before', () => {
    const change = { object: 'page', entry: [{ changes: [{ field: 'feed' }] }] };
    expect(eventOf(meta, change)).toBe('feed');
  });

  it('names what another app holds of a conversation', () => {
    expect(eventOf(meta, { object: 'page', entry: [{ standby: [{}] }] })).toBe('standby');
  });

  it('names several of one kind as one, and says of several kinds which they are', () => {
    expect(eventOf(meta, messaging({ message: {} }, { message: {} }))).toBe('messages');
    const mixed = read(meta, JSON.stringify(messaging({ message: {} }, { read: {} })));
    expect([mixed.event, mixed.candidates]).toEqual([undefined, ['messages', 'message_reads']]);
    const both = {
      object: 'page',
      entry: [{ changes: [{ field: 'feed' }] }, ...messaging({ read: {} }).entry],
    };
    const webhook = read(meta, JSON.stringify(both));
    expect([webhook.event, webhook.candidates]).toEqual([undefined, ['feed', 'message_reads']]);
  });

  it('names nothing where one of several has no name', () => {
    const webhook = read(meta, JSON.stringify(messaging({ message: {} }, { something: {} })));
    expect([webhook.event, webhook.candidates]).toEqual([undefined, ['messages']]);
  });
});

describe('Medplum', () => {
  const RESOURCE = { 'X-Medplum-Deleted-Resource': 'Patient/1' };

  it('tells a delete of an older server by the resource that was deleted', () => {
    const webhook = read(medplumSubscription, '{}', RESOURCE);
    expect([webhook.event, webhook.trusted.event]).toEqual(['delete', false]);
  });

  it('goes by the interaction where there is one, so that no header more makes a create into a delete', () => {
    const created = { 'X-Medplum-Interaction': 'create', ...RESOURCE };
    expect(read(medplumSubscription, '{"resourceType":"Patient"}', created).event).toBe('create');
  });

  it('names nothing where neither is there, or where the resource is there twice', () => {
    expect(read(medplumSubscription, '{"resourceType":"Patient"}').event).toBeUndefined();
    expect(read(medplumSubscription, '{}', { 'X-Medplum-Deleted-Resource': '' }).event).toBeUndefined();
  });
});

describe('Twitch', () => {
  const subscription = { type: 'channel.follow', status: 'enabled' };

  it('names a notification by its type', () => {
    expect(eventOf(twitch, { subscription, event: {} })).toBe('channel.follow');
  });

  it.each(['user_removed', 'authorization_revoked', 'notification_failures_exceeded', 'version_removed'])(
    'tells by a signed status that a subscription has ended, so that no handler waits for its event: %s',
    (status) => {
      expect(eventOf(twitch, { subscription: { ...subscription, status } })).toBe('revocation');
    },
  );
});

describe('Discord', () => {
  it.each([
    [2, 'APPLICATION_COMMAND'],
    [3, 'MESSAGE_COMPONENT'],
    [4, 'APPLICATION_COMMAND_AUTOCOMPLETE'],
    [5, 'MODAL_SUBMIT'],
    [99, undefined],
  ])('names an interaction of the type %p', (type, event) => {
    expect(eventOf(discord, { id: '1', type })).toBe(event);
  });

  it('names an event by its own type', () => {
    expect(eventOf(discord, { type: 1, event: { type: 'ENTITLEMENT_CREATE' } })).toBe('ENTITLEMENT_CREATE');
  });
});

describe('GitLab', () => {
  it('names a system hook, which has no object_kind', () => {
    expect(eventOf(gitlab, { event_name: 'project_create' })).toBe('project_create');
    expect(eventOf(gitlab, { object_kind: 'push', event_name: 'push' })).toBe('push');
  });
});
