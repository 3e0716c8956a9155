import { tokenProvider } from '../core/token-provider';
import { LEAVE_TO_DELIVER } from './cloudevents-family';

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
  handshakes: [LEAVE_TO_DELIVER],
  duplicates: { key: 'id' },
  retries: { source: 'https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md' },
  alsoSends: 'the binary mode, which has its attributes in headers (ce-type): they are not read',
  refusal: { status: 401 },
});
