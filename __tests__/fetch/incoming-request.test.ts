import { buffer } from 'node:stream/consumers';
import { findRequest, makeIncomingRequest } from '../../src/fetch/incoming-request';

const post = (body: string | undefined, headers: Record<string, string> = {}): Request =>
  new Request('https://example.org/a%20b?c=d', { method: 'POST', headers, ...(body && { body }) });

describe('makeIncomingRequest()', () => {
  it('has method, address, headers and protocol as a server of Node has them', () => {
    const request = post('x', { 'X-One': '1' });
    const req = makeIncomingRequest(request, undefined);
    expect(req).toMatchObject({
      method: 'POST',
      url: '/a%20b?c=d',
      originalUrl: '/a%20b?c=d',
      path: '/a%20b',
      secure: true,
      ip: undefined,
    });
    expect(req.headers['x-one']).toBe('1');
    expect(req.rawHeaders.slice(-2)).toEqual(['x-one', '1']);
    expect(findRequest(req)).toBe(request);
    expect(() => findRequest({})).toThrow('was not made of a Request');
  });

  it('takes the word of the platform for address and protocol, and asks nothing of a proxy then', () => {
    const req = makeIncomingRequest(post('x'), { address: '192.0.2.7', secure: false }) as never as {
      ip: string;
      secure: boolean;
      app: { get: (name: string) => unknown };
    };
    expect([req.ip, req.secure, req.app.get('trust proxy')]).toEqual(['192.0.2.7', false, true]);
    expect((req.app.get('trust proxy fn') as () => boolean)()).toBe(false);
  });

  it('is complete when its body has ended', async () => {
    const req = makeIncomingRequest(post('bytes'), undefined);
    expect(req.complete).toBe(false);
    expect((await buffer(req)).toString()).toBe('bytes');
    expect(req.complete).toBe(true);
    expect(await buffer(makeIncomingRequest(post(undefined), undefined))).toHaveLength(0);
  });

  it('cancels the body where its connection is to end', async () => {
    let isCancelled = false;
    const body = new ReadableStream({ cancel: () => void (isCancelled = true) });
    const request = new Request('https://example.org/', {
      method: 'POST',
      body,
      duplex: 'half',
    });
    const req = makeIncomingRequest(request, undefined);
    req.socket.destroySoon();
    await new Promise((resolve) => req.once('close', resolve));
    expect(isCancelled).toBe(true);
  });
});
