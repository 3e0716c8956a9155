import { defineProvider } from '../core/define-provider';

/** SurveyMonkey: the key is the client's id, an ampersand and its secret. */
export const surveymonkey = defineProvider({
  name: 'surveymonkey',
  group: 'work',
  docs: 'https://api.surveymonkey.com/v3/docs#webhooks',
  algorithm: 'hmac-sha1',
  signature: { header: 'Sm-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: 'event_type' },
  methods: ['POST'],
  handshakes: [{ when: { method: 'HEAD' }, answer: {} }],
  retries: { signed: 'once', source: 'https://api.surveymonkey.com/v3/docs#webhooks' },
  alsoSends: 'HEAD at set-up; legacy apps sign with another key',
  refusal: { status: 401 },
});
