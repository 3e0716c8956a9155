import type { Request, Response } from 'express';
import { fastcomments, github, standardWebhooks, stripe, type Provider } from 'hooklatch';
import { beginState } from '../../src/request/state';
import { verifySignatureStep } from '../../src/steps/verify-signature';
import { decisionOf, SECRET, send, signed, startGuard } from '../helpers/http';

const BODY = '{"id":"b-1","type":"charge.captured"}';

describe('verifySignature()', () => {
  it.each<[string, Provider, boolean, boolean]>([
    ['nowhere', fastcomments, false, false],
    ['in headers that are not signed', github, false, false],
    ['in the body, the id in a header that is signed', standardWebhooks, true, true],
    ['in the body', stripe, true, true],
  ])(
    'trusts event and id as far as they are signed: the event is %s',
    async (_where, provider, event, id) => {
      const secret = provider === standardWebhooks ? Buffer.alloc(32, 5).toString('base64') : SECRET;
      const receiver = await startGuard({ provider, secret });
      const headers = signed(provider, BODY, { secret, id: 'd-1', event: 'push' });
      const [method] = provider.methods;
      expect((await send(receiver.port, { method, headers, body: BODY })).status).toBe(200);
      expect(receiver.webhooks).toMatchObject([{ verified: true, trusted: { event, id } }]);
      expect(await decisionOf(receiver)).toMatchObject({ unsignedRouting: !event });
    },
  );
});

describe('the step of verifySignature()', () => {
  it('goes on unverified in the mode "report" where it finds no signature itself', async () => {
    const bare: unknown = { headers: {}, method: 'POST', rawHeaders: [], body: Buffer.from('{"a":1}') };
    const req = bare as Request;
    const res: unknown = {};
    const state = beginState(req, { now: 0, provider: 'github', refusal: { status: 401 }, report: true });
    const step = verifySignatureStep({ provider: github, secret: SECRET });
    expect(await step(state, req, res as Response)).toBeUndefined();
    expect(state.waived).toBe('ERR_WEBHOOK_HEADER');
    expect(req.webhook).toMatchObject({ verified: false, payload: { a: 1 } });
  });
});
