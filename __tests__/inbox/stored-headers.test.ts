import { trello } from 'hooklatch';
import { checkStoredHeaders, pickHeaders } from '../../src/inbox/stored-headers';

describe('pickHeaders()', () => {
  it('takes the listed ones that are there once, and none by which the sender is known', () => {
    const headers = { 'x-a': '1', 'x-sign': '2', 'x-b': '3' };
    const rawHeaders = ['X-A', '1', 'X-Sign', '2', 'X-B', '3', 'X-B', '4'];
    expect(pickHeaders(['X-A', 'X-Sign', 'X-B', 'X-C'], { headers, rawHeaders }, ['x-sign'])).toEqual({
      'x-a': '1',
    });
  });
});

describe('checkStoredHeaders()', () => {
  it('knows the header of a signature that is not called so', () => {
    expect(() => checkStoredHeaders(['X-Trello-Webhook'], [trello])).toThrow(/may hold a signature/);
    expect(() => checkStoredHeaders(['X-Trello-Webhook', 'X-Author'], [])).not.toThrow();
  });
});
