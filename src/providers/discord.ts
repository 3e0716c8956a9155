import { defineProvider } from '../core/define-provider';

/**
 * Discord interactions and webhook events: Ed25519; it sends bad signatures on purpose. An interaction names its kind by
 * a number, which has the name of Discord's table as its event. See
 * https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-interaction-type.
 */
export const discord = defineProvider({
  name: 'discord',
  group: 'messaging',
  docs: 'https://discord.com/developers/docs/interactions/overview',
  algorithm: 'ed25519',
  signature: { header: 'X-Signature-Ed25519', encoding: 'hex' },
  timestamp: { header: 'X-Signature-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'hex' },
  id: { body: 'id' },
  event: {
    body: 'event.type',
    or: [
      {
        body: 'type',
        names: {
          2: 'APPLICATION_COMMAND',
          3: 'MESSAGE_COMPONENT',
          4: 'APPLICATION_COMMAND_AUTOCOMPLETE',
          5: 'MODAL_SUBMIT',
        },
      },
    ],
  },
  methods: ['POST'],
  handshakes: [
    { when: { body: { type: 1 }, lacks: 'event' }, answer: { json: { type: 1 } } },
    { when: { body: { type: 0 } }, answer: { status: 204 } },
  ],
  acknowledge: { status: 204 },
  handlerTimeoutMs: 2_500,
  retries: { hours: 0.17, source: 'https://discord.com/developers/docs/interactions/overview' },
  alsoSends:
    'pings, which are answered; interactions, which it does not repeat, and whose answer your handler writes',
  refusal: { status: 401 },
});
