import type { Provider } from '../core/provider';
import { makeKeySet } from '../keys/key-set';
import { KEY_SET_CHECKS, type KeySetOptions } from '../keys/options';
import { A_TEXT, checkOptions } from '../options';
import { makeJwtProvider } from './jwt';

export interface GooglePubsubOptions extends KeySetOptions {
  /** The audience of the subscription. @default the address, by the option `publicUrl` */
  readonly audience?: string | undefined;
}

/** Google Cloud Pub/Sub with settings of your own; `googlePubsub` is the same without any. */
export function makeGooglePubsub(options: GooglePubsubOptions = {}): Provider {
  const checks = { ...KEY_SET_CHECKS, audience: A_TEXT };
  const { fetchKeys, keysTimeoutMs, audience } = checkOptions('makeGooglePubsub()', options, checks);
  const keySet = makeKeySet(fetchKeys, keysTimeoutMs);
  return makeJwtProvider({
    name: 'google-pubsub',
    group: 'code',
    docs: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
    token: { header: 'Authorization', prefix: 'Bearer ' },
    algorithms: ['RS256'],
    keys: ({ kid }) => keySet.find('https://www.googleapis.com/oauth2/v3/certs', kid),
    owner: { pattern: /^[^\s@]+@[^\s@]+$/, example: 'name@project.iam.gserviceaccount.com' },
    claims: {
      iss: ['https://accounts.google.com', 'accounts.google.com'],
      aud: audience ?? { of: 'url' },
      email: { of: 'owner' },
      email_verified: true,
    },
    expires: true,
    id: { body: 'message.messageId' },
    methods: ['POST'],
    retries: { source: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions' },
  });
}

/**
 * Google Cloud Pub/Sub, authenticated push. The option `secret` is the e-mail of the service account of the
 * subscription, because Google signs tokens for any of its customers. The token says nothing of the message, which is
 * in `webhook.unsigned`.
 */
export const googlePubsub = makeGooglePubsub();
