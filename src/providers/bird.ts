import { makeJwtProvider } from './jwt';

/** Bird (MessageBird): a token with the digests of address and body, the latter only where there is a body. */
export const bird = makeJwtProvider({
  name: 'bird',
  group: 'messaging',
  docs: 'https://developers.messagebird.com/api/#verifying-http-requests',
  token: { header: 'MessageBird-Signature-JWT' },
  algorithms: ['HS256', 'HS384', 'HS512'],
  claims: { iss: 'MessageBird' },
  digests: [
    { claim: 'url_hash', of: 'url', encoding: 'hex' },
    { claim: 'payload_hash', of: 'body', encoding: 'hex', unlessEmpty: true },
  ],
  expires: true,
  idClaim: 'jti',
  methods: ['POST', 'GET'],
  retries: { source: 'https://developers.messagebird.com/api/#verifying-http-requests' },
});
