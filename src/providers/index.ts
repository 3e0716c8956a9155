import type { Provider } from '../core/provider';
import { fastcomments } from './fastcomments';
import { fastcommentsAgent } from './fastcomments-agent';
import { fastcommentsLegacy } from './fastcomments-legacy';
import { github } from './github';
import { medplum } from './medplum';
import { medplumSubscription } from './medplum-subscription';
import { slack } from './slack';
import { standardWebhooks } from './standard-webhooks';
import { stripe } from './stripe';
import { telehealth } from './telehealth';

const ALL = [
  fastcomments,
  fastcommentsAgent,
  fastcommentsLegacy,
  github,
  medplum,
  medplumSubscription,
  slack,
  standardWebhooks,
  stripe,
  telehealth,
];

/** Every provider by its name: `providers['standard-webhooks']`. */
export const providers: Readonly<Record<string, Provider>> = Object.freeze(
  Object.fromEntries(ALL.map((provider) => [provider.name, provider])),
);

export {
  fastcomments,
  fastcommentsAgent,
  fastcommentsLegacy,
  github,
  medplum,
  medplumSubscription,
  slack,
  standardWebhooks,
  stripe,
  telehealth,
};
