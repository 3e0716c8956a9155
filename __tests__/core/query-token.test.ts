import {
  azureEventGrid,
  mailchimp,
  queryTokenProvider,
  sign,
  strava,
  verifySync,
  WebhookError,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { SECRET, send, startGuard } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const BODY = '{"object_type":"activity","aspect_type":"create"}';
const path = (token = SECRET): string => `/hook?${new URLSearchParams({ secret: token }).toString()}`;

function receive(provider: Provider, url: string, publicUrl?: string): Webhook {
  const delivery = { method: 'POST', url, headers: {}, body: Buffer.from(BODY) };
  return verifySync(delivery, { provider, secret: SECRET, publicUrl });
}

describe('queryTokenProvider()', () => {
  it('takes the token in the query of the address, which signs nothing', () => {
    expect(receive(strava, path())).toMatchObject({
      event: 'activity.create',
      verified: true,
      key: undefined,
      payload: {},
      unsigned: JSON.parse(BODY) as object,
      trusted: { event: false, id: false },
    });
    expect(receive(azureEventGrid, `${path()}&a=1#x`).verified).toBe(true);
  });

  it('has another name for the field where one is given', () => {
    const provider = queryTokenProvider({ name: 'acme', parameter: 'key' });
    expect(receive(provider, path().replace('secret', 'key')).verified).toBe(true);
    expect(() => receive(provider, path())).toThrow(WebhookError);
  });

  it.each([
    '/hook',
    '/hook?secret=',
    path('other'),
    `${path()}&secret=x`,
    `${path()}&${path().slice(6)}`,
    path(`${SECRET} `),
  ])('refuses %s', (url) => {
    expect(() => receive(strava, url)).toThrow(WebhookError);
  });

  it('takes the token of the request alone: that of the option publicUrl would let everyone in', async () => {
    const publicUrl = `https://example.org${path()}`;
    expect(() => receive(strava, '/hook', publicUrl)).toThrow(WebhookError);
    const { port, webhooks } = await startGuard({ provider: strava, publicUrl });
    expect((await send(port, { path: '/hook', body: BODY })).status).toBe(401);
    expect((await send(port, { path: path(), body: BODY })).status).toBe(200);
    expect(webhooks).toHaveLength(1);
  });

  it('leaves no token in a decision', async () => {
    const { port, decisions } = await startGuard({ provider: strava });
    await send(port, { path: path(), body: BODY });
    expect(decisions.map((decision) => decision.path)).toEqual(['/hook']);
    expect(JSON.stringify(decisions)).not.toContain(encodeURIComponent(SECRET));
  });

  it('reads a nested form of Mailchimp', async () => {
    const { port, webhooks } = await startGuard({ provider: mailchimp });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = 'type=subscribe&data%5Bid%5D=8a25ff1d98&data%5Bmerges%5D%5BEMAIL%5D=api%40mailchimp.com';
    expect((await send(port, { path: path(), headers, body })).status).toBe(200);
    expect(webhooks[0]).toMatchObject({
      event: 'subscribe',
      unsigned: { data: { id: '8a25ff1d98', merges: { EMAIL: 'api@mailchimp.com' } } },
    });
  });

  it('signs nothing: the token is in the address', () => {
    expect(sign(strava, { secret: SECRET }, { body: Buffer.from(BODY) })).toEqual({});
  });

  it('refuses wrong options', () => {
    expect(typeErrorOf(() => queryTokenProvider({ name: 'a', parameter: '' }))).toContain('"parameter"');
    expect(typeErrorOf(() => queryTokenProvider({ name: 'a', header: 'b' } as never))).toContain('header');
  });
});
