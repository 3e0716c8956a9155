import type { Request } from 'express';
import { meta, microsoftTeams, twitch } from 'hooklatch';
import { findHandshake, makeHandshakeCheck, makeOpenCheck, readOnce } from '../../src/request/find-handshake';
import { ensureState } from '../../src/request/state';

const requestWith = (more: object): Request =>
  ({ headers: {}, rawHeaders: [], method: 'GET', ...more }) as unknown as Request;

describe('findHandshake()', () => {
  const find = (text: string) => {
    const req = requestWith({});
    return findHandshake(meta.handshakes ?? [], ensureState(req), req, new URLSearchParams(text));
  };

  it('finds the handshake of a request by its query', () => {
    const found = find('hub.mode=subscribe&hub.challenge=17');
    expect([found?.handshake, found?.read('hub.challenge')]).toEqual([meta.handshakes?.[0], '17']);
  });

  it.each(['', 'hub.mode=unsubscribe', 'hub.mode=subscribe&hub.mode=subscribe'])(
    'finds none in %p',
    (text) => {
      expect(find(text)).toBeUndefined();
    },
  );
});

describe('readOnce()', () => {
  it.each([
    ['a=1', '1'],
    ['a=1&a=1', undefined],
    ['b=1', undefined],
  ])('of %p is %p', (text, value) => {
    expect(readOnce(new URLSearchParams(text), 'a')).toBe(value);
  });
});

describe('makeOpenCheck()', () => {
  it('finds a request with a signature not open, however often the header is there', () => {
    const isOpen = makeOpenCheck(twitch);
    const [name = ''] = [twitch.signature.header].flat();
    const headers = { [name.toLowerCase()]: 'sha256=00' };
    expect([isOpen(requestWith({})), isOpen(requestWith({ headers }))]).toEqual([true, false]);
  });
});

describe('makeHandshakeCheck()', () => {
  it.each([
    ['POST', '1', true],
    ['POST', '4096', true],
    ['POST', '4097', false],
    ['POST', '0', false],
    ['POST', undefined, false],
    ['GET', '1', false],
  ])('of a %s with %p bytes is %p', (method, length, expected) => {
    const req = requestWith({ method, headers: { 'content-length': length } });
    expect(makeHandshakeCheck(microsoftTeams)(req)).toBe(expected);
  });
});
