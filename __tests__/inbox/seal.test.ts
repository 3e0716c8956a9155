import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { InboxAttempt } from 'hooklatch/inbox';
import { makeSealer, openBytes, openText, sealBytes, sealText } from '../../src/inbox/seal';
import { eventually } from '../helpers/http';
import { makeStored, numberIn, openFile, openInbox } from '../helpers/inbox';
import { typeErrorOf } from '../helpers/type-error';

const OLD = { id: 'old', key: randomBytes(32) };
const NEW = { id: 'new', key: randomBytes(32).toString('base64') };
const PLACE = { part: 'body', route: 'r', key: 'k', receivedAt: 1 } as const;

describe('makeSealer()', () => {
  const old = makeSealer('x', { keys: [OLD] });
  const both = makeSealer('x', { keys: [NEW, OLD] });
  const fresh = makeSealer('x', { keys: [NEW] });
  const text = Buffer.from('a name and a diagnosis');

  it('seals with the newest key, and opens what an older one has sealed', () => {
    expect(both.open(old.seal(text, PLACE), PLACE)).toEqual(text);
    expect(fresh.open(both.seal(text, PLACE), PLACE)).toEqual(text);
    expect(() => fresh.open(old.seal(text, PLACE), PLACE)).toThrow(/no key .* is that of this delivery/);
  });

  it('makes other bytes each time, none of them those of the text', () => {
    const [one, other] = [old.seal(text, PLACE), old.seal(text, PLACE)];
    expect(one.equals(other)).toBe(false);
    expect(one.includes('diagnosis')).toBe(false);
  });

  it.each([
    ['another route', { ...PLACE, route: 's' }],
    ['another key', { ...PLACE, key: 'l' }],
    ['no key', { ...PLACE, key: undefined }],
    ['another time', { ...PLACE, receivedAt: 2 }],
    ['another part', { ...PLACE, part: 'meta' as const }],
  ])('does not open what was moved to %s', (_name, place) => {
    expect(() => old.open(old.seal(text, PLACE), place)).toThrow();
  });

  it('opens nothing of which a byte was changed, or that was cut', () => {
    const sealed = old.seal(text, PLACE);
    for (const index of [0, 5, 11, 14, 20, 30, sealed.length - 1].slice(1)) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      if (index > 11) expect(() => old.open(changed, PLACE)).toThrow();
    }
    for (const length of [12, 20, 30]) expect(() => old.open(sealed.subarray(0, length), PLACE)).toThrow();
  });

  it('leaves alone what was stored before there was a key, and does not read what needs one', () => {
    expect(openBytes(old, text, PLACE)).toEqual(text);
    expect(sealBytes(undefined, text, PLACE)).toBe(text);
    expect(sealText(undefined, 'x', PLACE)).toBe('x');
    expect(openText(old, 'x', PLACE)).toBe('x');
    expect(openText(old, sealText(old, 'x', PLACE), PLACE)).toBe('x');
    expect(() => openBytes(undefined, old.seal(text, PLACE), PLACE)).toThrow(/there is no option "seal"/);
  });

  it.each([
    [{ keys: [] }, /option "keys" must be a list/],
    [{ keys: [{ id: 'a', key: randomBytes(16) }] }, /must be 32 bytes.*openssl rand -base64 32/],
    [{ keys: [{ id: 'a', key: 'not base64 of anything' }] }, /the key "a" must be 32 bytes/],
    [{ keys: [{ id: 'a', key: 7 }] }, /got a value of type number/],
    [{ keys: [{ id: 'a b', key: OLD.key }] }, /each key needs an "id" of its own/],
    [{ keys: [{ id: 7, key: OLD.key }] }, /each key needs an "id"/],
    [{ keys: [OLD, OLD] }, /each key needs an "id" of its own/],
  ])('refuses the keys %#', (options, message) => {
    const text = typeErrorOf(() => makeSealer('sqliteInbox()', options as never));
    expect(text).toMatch(message);
    expect(text).not.toContain('not base64 of anything');
  });
});

describe('sqliteInbox({ seal })', () => {
  it('has no byte of body, order key or error in its file, and handles what it has sealed', async () => {
    const inbox = openInbox({ seal: { keys: [NEW] }, retry: { firstMs: 1, maxMs: 1 } });
    const seen: unknown[] = [];
    inbox.work('r', (webhook, { attempt, orderKey }) => {
      if (attempt === 1) throw new Error('marker of an error');
      seen.push([numberIn(webhook), orderKey]);
    });
    await inbox.put(makeStored('marker of a body', { orderKey: 'marker of an order' }));
    await eventually(() => seen.length === 1);
    expect(seen).toEqual([['marker of a body', 'marker of an order']]);
    const [entry] = await inbox.view.list({}, 1);
    expect((await inbox.view.show(entry!.id))!.meta!.id).toBe('id marker of a body');
    expect((await inbox.view.body(entry!.id))!.toString()).toBe('{"n":"marker of a body"}');
    const files = ['', '-wal'].map((end) => readFileSync(inbox.file + end, 'latin1'));
    for (const text of files) expect(text).not.toMatch(/marker of an? (body|error|order)"?[^\0]{0,3}\}/);
    expect(files.join('')).not.toContain('marker of an error');
    expect(files.join('')).not.toContain('marker of an order');
  });

  it('makes a delivery dead that was swapped with another, and says so', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = openInbox({ seal: { keys: [NEW] }, onAttempt: (attempt) => attempts.push(attempt) });
    await Promise.all([inbox.put(makeStored(1)), inbox.put(makeStored(2))]);
    const db = openFile(inbox.file);
    db.exec('UPDATE hooklatch_body SET body = (SELECT body FROM hooklatch_body WHERE id = 2) WHERE id = 1');
    db.close();
    const handled: unknown[] = [];
    inbox.work('r', (webhook) => handled.push(numberIn(webhook)));
    await eventually(() => attempts.length === 2);
    expect(handled).toEqual([2]);
    expect(attempts.map(({ outcome, code }) => [outcome, code])).toContainEqual([
      'dead',
      'ERR_WEBHOOK_SETUP',
    ]);
    await eventually(async () => (await inbox.view.counts()).dead === 1);
    const [dead] = await inbox.view.list({ state: 'dead' }, 1);
    expect(dead!.error).toMatch(/cannot be opened/);
  });

  it('shows what is sealed as sealed where there is no key', async () => {
    const inbox = openInbox({ seal: { keys: [NEW] }, retry: { attempts: 1 } });
    inbox.work('r', () => {
      throw new Error('marker');
    });
    await inbox.put(makeStored(1));
    await eventually(async () => (await inbox.view.counts()).dead === 1);
    const plain = openInbox({ file: inbox.file, work: false });
    const [entry] = await plain.view.list({}, 1);
    expect(entry!.error).toBe('(the delivery is sealed, and there is no option "seal")');
    expect((await plain.view.show(entry!.id))!.meta).toBeNull();
    expect(() => plain.view.body(entry!.id)).toThrow(/sealed/);
  });
});
