import { basicProvider } from '../core/token-provider';

/** Deepgram callbacks: basic authentication by the address, `https://user:password@…`, which signs nothing. */
export const deepgram = basicProvider({
  name: 'deepgram',
  group: 'ai',
  docs: 'https://developers.deepgram.com/docs/callback',
  id: { body: 'metadata.request_id' },
  methods: ['POST', 'PUT'],
  duplicates: { key: 'id' },
  retries: { source: 'https://developers.deepgram.com/docs/callback' },
  alsoSends: 'the header dg-token, which it no longer supports (27 October 2026): not looked at',
  refusal: { status: 401 },
});
