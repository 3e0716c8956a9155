import { inspect } from 'node:util';
import {
  dropbox,
  github,
  sign,
  stripe,
  telegram,
  telehealth,
  verify,
  verifySync,
  type Provider,
  type VerifySettings,
} from 'hooklatch';
import { NOW, SECRET, send, startGuard } from '../helpers/http';
import { storeWith } from '../helpers/handling';

const OTHER = 'another secret of some length';

interface Sent extends Partial<VerifySettings> {
  readonly id?: string;
  readonly signedBy?: string;
}

function keyOf(provider: Provider, text: string, more: Sent = {}): string | undefined {
  const { id = 'd-1', signedBy = SECRET, ...settings } = more;
  const body = Buffer.from(text);
  const headers = sign(provider, { secret: signedBy, now: NOW, id, event: 'e' }, { body });
  const delivery = { method: 'POST', url: '/', headers, body };
  return verifySync(delivery, { provider, secret: SECRET, now: NOW, ...settings }).key;
}

describe('webhook.key', () => {
  it('is not moved by the id that an attacker writes into an old delivery, who so names the next genuine one', () => {
    const old = keyOf(telehealth, '{"event":"e","n":1}', { id: 'next' });
    const next = keyOf(telehealth, '{"event":"e","n":2}', { id: 'next' });
    expect(old).not.toBe(next);
    expect(keyOf(telehealth, '{"event":"e","n":1}', { id: 'another' })).toBe(old);
  });

  it('is the same for a try that is signed anew, where the sender gives it the same id', () => {
    expect(keyOf(stripe, '{"id":"evt_1"}', {})).toBe(keyOf(stripe, '{"id":"evt_1"}'));
    expect(keyOf(stripe, '{"id":"evt_1"}')).not.toBe(keyOf(stripe, '{"id":"evt_2"}'));
  });

  it('is another one at an endpoint with a secret of its own, or with a name of its own', () => {
    const here = keyOf(stripe, '{"id":"evt_1"}');
    expect(keyOf(stripe, '{"id":"evt_1"}', { secret: OTHER, signedBy: OTHER })).not.toBe(here);
    expect(keyOf(stripe, '{"id":"evt_1"}', { endpoint: 'billing' })).not.toBe(here);
    expect(keyOf(stripe, '{"id":"evt_1"}', { scope: 'tenant' })).not.toBe(here);
  });

  it('stays the same when the secret of an endpoint with a name is replaced', () => {
    const before = keyOf(stripe, '{"id":"evt_1"}', { endpoint: 'billing' });
    const after = keyOf(stripe, '{"id":"evt_1"}', { endpoint: 'billing', secret: OTHER, signedBy: OTHER });
    expect(after).toBe(before);
  });

  it('is undefined where nothing tells a copy from a new delivery', () => {
    expect(keyOf(dropbox, '{}')).toBeUndefined();
    expect(keyOf(telegram, '{"message":1}')).toBeUndefined();
    expect(keyOf(telegram, '{"update_id":7}')).toBeDefined();
    expect(keyOf(telegram, 'no JSON')).toBeUndefined();
  });

  it('shows nothing of the secret', () => {
    const key = keyOf(github, '{}') ?? '';
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(inspect(key)).not.toContain(SECRET.slice(0, 8));
  });

  it.each([
    ['github', github, '{}'],
    ['stripe', stripe, '{"id":"evt_1"}'],
    ['telegram', telegram, '{"update_id":7}'],
  ])('is what the store is asked with, and what verify() says: %s', async (_name, provider, text) => {
    const { store, calls } = storeWith();
    const receiver = await startGuard({ provider, secret: SECRET, clock: () => NOW, duplicates: { store } });
    const body = Buffer.from(text);
    const headers = sign(provider, { secret: SECRET, now: NOW, id: 'd-1', event: 'e' }, { body });
    await send(receiver.port, { headers: { 'Content-Type': 'application/json', ...headers }, body: text });
    const [webhook] = receiver.webhooks;
    const delivery = { method: 'POST', url: '/', headers, body };
    const verified = await verify(delivery, { provider, secret: SECRET, now: NOW });
    expect(webhook?.key).toMatch(/^[\w-]{43}$/);
    expect(calls.map(([, key]) => key)).toEqual(calls.map(() => webhook?.key));
    expect(verified.key).toBe(webhook?.key);
  });

  it('names the endpoint by what a guard was told', async () => {
    const settings = { provider: stripe, secret: SECRET, endpoint: 'billing' };
    const { store, calls } = storeWith();
    const receiver = await startGuard({ ...settings, clock: () => NOW, duplicates: { store } });
    const body = '{"id":"evt_1"}';
    const headers = sign(stripe, { secret: SECRET, now: NOW }, { body: Buffer.from(body) });
    await send(receiver.port, { headers: { 'Content-Type': 'application/json', ...headers }, body });
    expect(calls[0]?.[1]).toBe(keyOf(stripe, body, { endpoint: 'billing' }));
  });
});
