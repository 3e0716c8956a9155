import { tokenProvider } from '../core/token-provider';

/**
 * CloudEvents over HTTP, as Azure Event Grid and others send them: a bearer token, which signs nothing. The sender asks by
 * OPTIONS for leave to deliver, which whoever asks is given; so mount the guard by `app.use()` or `app.all()`.
 */
export const cloudevents = tokenProvider({
  name: 'cloudevents',
  group: 'standards',
  docs: 'https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md',
  header: 'Authorization',
  prefix: 'Bearer ',
  id: { body: 'id', or: [{ body: '[].id' }] },
  event: { body: 'type', or: [{ body: '[].type' }] },
  methods: ['POST'],
  handshakes: [
    {
      when: { method: 'OPTIONS' },
      answer: {
        headers: {
          Allow: 'POST',
          'WebHook-Allowed-Origin': '{header:WebHook-Request-Origin}',
          'WebHook-Allowed-Rate': '*',
        },
      },
    },
  ],
  duplicates: { key: 'id' },
  retries: { source: 'https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md' },
  alsoSends: 'the binary mode, which has its attributes in headers (ce-type): they are not read',
  refusal: { status: 401 },
});
