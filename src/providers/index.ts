import type { Provider } from '../core/provider';
import { adyenPlatform } from './adyen-platform';
import { auth0 } from './auth0';
import { awsSns, makeAwsSns, type AwsSnsOptions } from './aws-sns';
import { bitbucket } from './bitbucket';
import { calendly } from './calendly';
import { clerk } from './clerk';
import { coinbaseCommerce } from './coinbase-commerce';
import { contentful } from './contentful';
import { discord } from './discord';
import { dropbox } from './dropbox';
import { fastcomments } from './fastcomments';
import { fastcommentsAgent } from './fastcomments-agent';
import { fastcommentsLegacy } from './fastcomments-legacy';
import { github } from './github';
import { gitlab } from './gitlab';
import { gitlabToken } from './gitlab-token';
import {
  httpMessageSignatures,
  makeHttpMessageSignatures,
  type HttpMessageSignaturesOptions,
} from './http-message-signatures';
import { hubspotV1 } from './hubspot-v1';
import { hubspotV2 } from './hubspot-v2';
import { hubspotV3 } from './hubspot-v3';
import { intercom } from './intercom';
import { kontent } from './kontent';
import { lemonsqueezy } from './lemonsqueezy';
import { line } from './line';
import { linear } from './linear';
import { mailgun } from './mailgun';
import { medplum } from './medplum';
import { medplumSubscription } from './medplum-subscription';
import { meta } from './meta';
import { mux } from './mux';
import { openai } from './openai';
import { paddle } from './paddle';
import { pagerduty } from './pagerduty';
import { polar } from './polar';
import { razorpay } from './razorpay';
import { resend } from './resend';
import { sanity } from './sanity';
import { sendgrid } from './sendgrid';
import { sentry } from './sentry';
import { shopify } from './shopify';
import { slack } from './slack';
import { square } from './square';
import { standardWebhooks } from './standard-webhooks';
import { standardWebhooksV1a } from './standard-webhooks-v1a';
import { stripe } from './stripe';
import { svix } from './svix';
import { telegram } from './telegram';
import { telehealth } from './telehealth';
import { twilio } from './twilio';
import { twitch } from './twitch';
import { typeform } from './typeform';
import { vercel } from './vercel';
import { workos } from './workos';
import { xero } from './xero';
import { zoom } from './zoom';

const ALL = [
  adyenPlatform,
  auth0,
  awsSns,
  bitbucket,
  calendly,
  clerk,
  coinbaseCommerce,
  contentful,
  discord,
  dropbox,
  fastcomments,
  fastcommentsAgent,
  fastcommentsLegacy,
  github,
  gitlab,
  gitlabToken,
  httpMessageSignatures,
  hubspotV1,
  hubspotV2,
  hubspotV3,
  intercom,
  kontent,
  lemonsqueezy,
  line,
  linear,
  mailgun,
  medplum,
  medplumSubscription,
  meta,
  mux,
  openai,
  paddle,
  pagerduty,
  polar,
  razorpay,
  resend,
  sanity,
  sendgrid,
  sentry,
  shopify,
  slack,
  square,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  svix,
  telegram,
  telehealth,
  twilio,
  twitch,
  typeform,
  vercel,
  workos,
  xero,
  zoom,
];

/** Every provider by its name: `providers['standard-webhooks']`. */
export const providers: Readonly<Record<string, Provider>> = Object.freeze(
  Object.fromEntries(ALL.map((provider) => [provider.name, provider])),
);

export {
  adyenPlatform,
  auth0,
  awsSns,
  bitbucket,
  calendly,
  clerk,
  coinbaseCommerce,
  contentful,
  discord,
  dropbox,
  fastcomments,
  fastcommentsAgent,
  fastcommentsLegacy,
  github,
  gitlab,
  gitlabToken,
  httpMessageSignatures,
  hubspotV1,
  hubspotV2,
  hubspotV3,
  intercom,
  kontent,
  lemonsqueezy,
  line,
  linear,
  mailgun,
  medplum,
  medplumSubscription,
  meta,
  mux,
  openai,
  paddle,
  pagerduty,
  polar,
  razorpay,
  resend,
  sanity,
  sendgrid,
  sentry,
  shopify,
  slack,
  square,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  svix,
  telegram,
  telehealth,
  twilio,
  twitch,
  typeform,
  vercel,
  workos,
  xero,
  zoom,
  makeAwsSns,
  makeHttpMessageSignatures,
  type AwsSnsOptions,
  type HttpMessageSignaturesOptions,
};
