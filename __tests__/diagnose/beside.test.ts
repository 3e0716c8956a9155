import { hubspotV2, standardWebhooks, type Delivery, type Provider } from 'hooklatch';
import { diagnosed, good } from '../helpers/deliveries';

describe('what a diagnosis finds beside something else', () => {
  const codes = (provider: Provider, sent: Delivery): string[] =>
    diagnosed(provider, sent).findings.map(({ code }) => code);

  it('is a signature header that is too long, beside one that was renamed', () => {
    const sent = good(standardWebhooks);
    const { 'webhook-id': id, ...others } = sent.headers;
    const signature = `${String(others['webhook-signature'])}${' v1,AAAA'.repeat(512)}`;
    const headers = { ...others, 'webhook-signature': signature, 'x-webhook-id': id };
    expect(codes(standardWebhooks, { ...sent, headers })).toEqual(['header-renamed', 'signature-malformed']);
  });

  it('is the method in capitals, where the delivery has it in small letters', () => {
    const sent = good(hubspotV2, '{}', { method: 'DELETE' });
    expect(codes(hubspotV2, { ...sent, method: 'delete' })).toEqual(['signed-method']);
  });
});
