import type { HandshakeDefinition } from './handshake-definition';
import type { ProviderDefinition } from './provider';

// By the header that a sender signs in. WooCommerce posts `webhook_id=7` as a form, without a signature, before it
// saves a webhook, and saves it for a 2xx alone: `deliver_ping()` in its class-wc-webhook.php.
const KNOWN: ReadonlyMap<string, readonly HandshakeDefinition[]> = new Map([
  [
    'x-wc-webhook-signature',
    [
      {
        when: { method: 'POST', content: 'form', only: ['webhook_id'] },
        fields: { webhook_id: { alphabet: 'digits', length: [1, 20] } },
        answer: {},
      },
    ],
  ],
]);

/**
 * The handshakes that a description has, or else those of a sender whose signature header tells who it is: without
 * them it never delivers, whatever else the description says. A description with a list of its own keeps that list.
 */
export function completeHandshakes(
  definition: Pick<ProviderDefinition, 'handshakes' | 'signature' | 'methods'>,
): readonly HandshakeDefinition[] | undefined {
  const { handshakes, signature, methods = ['POST'] } = definition;
  if (handshakes !== undefined || !methods.includes('POST')) return handshakes;
  const known = [signature.header].flat().map((name) => KNOWN.get(name.toLowerCase()));
  return known.find((list) => list !== undefined);
}
