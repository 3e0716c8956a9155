import { queryTokenProvider } from '../core/token-provider';

/**
 * Mailchimp Marketing signs nothing: give it an address with a token of yours, `?secret=…`, which is the option
 * `secret`. It tries the address by GET.
 */
export const mailchimp = queryTokenProvider({
  name: 'mailchimp',
  group: 'email',
  docs: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/',
  content: 'form',
  nestedForm: true,
  event: { body: 'type' },
  methods: ['POST'],
  handshakes: [{ when: { method: 'GET' }, answer: {} }],
  retries: { source: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/' },
  refusal: { status: 401 },
});
