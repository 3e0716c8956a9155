import { defineProvider, woocommerce, type ProviderDefinition } from 'hooklatch';

// A description of one's own for a sender that is known by the header it signs in.
const OWN: ProviderDefinition = {
  name: 'my-shop',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-wc-webhook-SIGNATURE', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
};

describe('the handshakes of a description that names none', () => {
  it('are those of the sender whose signature header it has', () => {
    expect(woocommerce.handshakes).toHaveLength(1);
    expect(defineProvider(OWN).handshakes).toEqual(woocommerce.handshakes);
    const signature = { header: ['X-Other', 'X-WC-Webhook-Signature'], encoding: 'base64' } as const;
    expect(defineProvider({ ...OWN, signature }).handshakes).toEqual(woocommerce.handshakes);
  });

  it('are none where its header says nothing, or is a name that every object has', () => {
    for (const header of ['X-Signature', 'constructor']) {
      const signature = { header, encoding: 'base64' } as const;
      expect(defineProvider({ ...OWN, signature }).handshakes).toBeUndefined();
    }
  });

  it('are none where nothing comes by POST', () => {
    expect(defineProvider({ ...OWN, methods: ['PUT'] }).handshakes).toBeUndefined();
  });

  it('stay none where the description says so', () => {
    expect(defineProvider({ ...OWN, handshakes: [] }).handshakes).toEqual([]);
  });
});
