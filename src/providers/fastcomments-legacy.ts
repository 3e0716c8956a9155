import { tokenProvider } from '../core/token-provider';

/** Webhooks of FastComments made before signatures came: the API secret itself in the header `token`. */
export const fastcommentsLegacy = tokenProvider({
  name: 'fastcomments-legacy',
  group: 'support',
  docs: 'https://docs.fastcomments.com/guide-webhooks.html',
  header: 'token',
  events: { create: ['PUT', 'POST'], update: ['PUT', 'POST'], delete: ['DELETE', 'POST', 'PUT'] },
  retries: { signed: 'once', stopsAt: [410], source: 'https://docs.fastcomments.com/guide-webhooks.html' },
  alsoSends: 'PUT for creations and updates, DELETE, or what is set',
  refusal: { status: 401 },
});
