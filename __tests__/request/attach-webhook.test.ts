import type { Request } from 'express';
import { github } from 'hooklatch';
import { getCompiled } from '../../src/core/compiled-provider';
import { attachWebhook } from '../../src/request/attach-webhook';
import { beginState } from '../../src/request/state';

const NOTHING_SIGNED = { body: false, id: '' };

function arrive(text: string) {
  const req = { headers: { 'x-github-event': 'push' }, method: 'POST', rawHeaders: [] } as unknown as Request;
  const state = beginState(req, { now: 0, provider: 'github', refusal: { status: 401 }, report: true });
  return { req, state, compiled: getCompiled(github), body: Buffer.from(text) };
}

describe('attachWebhook()', () => {
  it('puts an unverified webhook on the request, and the payload into its body', () => {
    const arrival = arrive('{"a":1}');
    expect(attachWebhook(arrival, undefined, NOTHING_SIGNED)).toBeUndefined();
    expect(arrival.req).toMatchObject({ body: { a: 1 }, webhook: { verified: false, event: 'push' } });
    expect(arrival.state.unsignedRouting).toBe(true);
  });

  it('refuses a body that cannot be parsed, and leaves the request as it is', () => {
    const arrival = arrive('{"a":');
    expect(attachWebhook(arrival, undefined, NOTHING_SIGNED)).toMatchObject({ code: 'ERR_WEBHOOK_PAYLOAD' });
    expect(arrival.req.webhook).toBeUndefined();
  });
});
