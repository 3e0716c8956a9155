import { makeIncomingRequest } from '../../src/fetch/incoming-request';
import { OutgoingResponse } from '../../src/fetch/outgoing-response';

const make = () => new OutgoingResponse(makeIncomingRequest(new Request('https://example.org/'), undefined));

describe('OutgoingResponse', () => {
  it('keeps headers whatever the case of their names', async () => {
    const res = make();
    res.setHeader('X-One', 1).setHeader('X-Two', ['a', 'b']).setHeader('X-None', undefined);
    res.setHeader('X-Gone', 'x').removeHeader('x-gone');
    expect([res.getHeader('x-one'), res.hasHeader('X-TWO'), res.hasHeader('x-gone')]).toEqual([
      1,
      true,
      false,
    ]);
    const answer = res.wait();
    res.end('text');
    const { status, headers } = await answer;
    expect([status, [...headers]]).toEqual([
      200,
      [
        ['x-one', '1'],
        ['x-two', 'a, b'],
      ],
    ]);
    expect(res.getHeaders()).toEqual({ 'x-one': 1, 'x-two': ['a', 'b'], 'x-none': undefined });
  });

  it('says when its head is out: by writeHead, by the first bytes, or at the end', () => {
    expect([make().headersSent, make().writeHead(204).headersSent]).toEqual([false, true]);
    const written = make();
    written.write('x');
    expect(written.headersSent).toBe(true);
    const ended = make();
    ended.end();
    expect(ended.headersSent).toBe(true);
  });

  it('is a failure where it is cut', async () => {
    const res = make();
    const answer = res.wait();
    res.writeHead(200);
    res.write('half');
    res.destroy();
    expect([(await answer).status, await (await answer).text()]).toEqual([500, '']);
  });

  it('is not answered twice', async () => {
    const res = make();
    const answer = res.wait();
    res.writeHead(503).end();
    await res.send(new Response('late'));
    expect((await answer).status).toBe(503);
  });
});
