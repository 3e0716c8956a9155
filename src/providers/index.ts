import type { Provider } from '../core/provider';
import { acuity } from './acuity';
import { adyenPlatform } from './adyen-platform';
import { aftership } from './aftership';
import { airtable } from './airtable';
import { airwallex } from './airwallex';
import { alchemy } from './alchemy';
import { anthropic } from './anthropic';
import { asana } from './asana';
import { attio } from './attio';
import { auth0 } from './auth0';
import { awsSns, makeAwsSns, type AwsSnsOptions } from './aws-sns';
import { bigcommerce } from './bigcommerce';
import { bird } from './bird';
import { bitbucket } from './bitbucket';
import { buildkite } from './buildkite';
import { calCom } from './cal-com';
import { calendly } from './calendly';
import { cashfree } from './cashfree';
import { checkoutCom } from './checkout-com';
import { circle, makeCircle } from './circle';
import { circleci } from './circleci';
import { clerk } from './clerk';
import { clickup } from './clickup';
import { close } from './close';
import { cloudflareStream } from './cloudflare-stream';
import { coinbaseCommerce } from './coinbase-commerce';
import { contentful } from './contentful';
import { crisp } from './crisp';
import { customerIo } from './customer-io';
import { discord } from './discord';
import { dodopayments } from './dodopayments';
import { dropbox } from './dropbox';
import { dwolla } from './dwolla';
import { easypost } from './easypost';
import { ebay, makeEbay, type EbayOptions } from './ebay';
import { elation } from './elation';
import { elevenlabs } from './elevenlabs';
import { fal, makeFal } from './fal';
import { fastcomments } from './fastcomments';
import { fastcommentsAgent } from './fastcomments-agent';
import { fastcommentsLegacy } from './fastcomments-legacy';
import { fireblocks } from './fireblocks';
import { makeFetchedKeysProvider, type FetchedKeysOptions } from './fetched-keys';
import { fitbit } from './fitbit';
import { formstack } from './formstack';
import { fourthwall } from './fourthwall';
import { front } from './front';
import { fusionauth, makeFusionauth } from './fusionauth';
import { gemini } from './gemini';
import { geminiDynamic, makeGeminiDynamic } from './gemini-dynamic';
import { ghost } from './ghost';
import { github } from './github';
import { gitlab } from './gitlab';
import { gitlabToken } from './gitlab-token';
import { gocardless } from './gocardless';
import { googlePubsub, makeGooglePubsub, type GooglePubsubOptions } from './google-pubsub';
import { grafana } from './grafana';
import { helpscout } from './helpscout';
import { heroku } from './heroku';
import {
  httpMessageSignatures,
  makeHttpMessageSignatures,
  type HttpMessageSignaturesOptions,
} from './http-message-signatures';
import { hubspotV1 } from './hubspot-v1';
import { hubspotV2 } from './hubspot-v2';
import { hubspotV3 } from './hubspot-v3';
import { imagekit } from './imagekit';
import { intercom } from './intercom';
import { jira } from './jira';
import { makeJwtProvider, type JwtProviderOptions } from './jwt';
import { kick } from './kick';
import { kinde, makeKinde } from './kinde';
import { knock } from './knock';
import { kontent } from './kontent';
import { launchdarkly } from './launchdarkly';
import { lemonsqueezy } from './lemonsqueezy';
import { line } from './line';
import { linear } from './linear';
import { linkedin } from './linkedin';
import { lithic } from './lithic';
import { liveblocks } from './liveblocks';
import { livekit } from './livekit';
import { logto } from './logto';
import { mailerlite } from './mailerlite';
import { mailersend } from './mailersend';
import { mailgun } from './mailgun';
import { mailtrap } from './mailtrap';
import { medplum } from './medplum';
import { medplumSubscription } from './medplum-subscription';
import { meta } from './meta';
import { microsoftTeams } from './microsoft-teams';
import { modernTreasury } from './modern-treasury';
import { monday } from './monday';
import { mux } from './mux';
import { netlify } from './netlify';
import { notion } from './notion';
import { nylas } from './nylas';
import { onfido } from './onfido';
import { openai } from './openai';
import { paddle } from './paddle';
import { pagerduty } from './pagerduty';
import { paypal, makePaypal, type PaypalOptions } from './paypal';
import { plaid, makePlaid, type PlaidOptions } from './plaid';
import { polar } from './polar';
import { postal } from './postal';
import { pusher } from './pusher';
import { qstash } from './qstash';
import { quickbooks } from './quickbooks';
import { razorpay } from './razorpay';
import { replicate } from './replicate';
import { resend } from './resend';
import { retell } from './retell';
import { revenuecat } from './revenuecat';
import { revolut } from './revolut';
import { saleor, makeSaleor } from './saleor';
import { sanity } from './sanity';
import { segment } from './segment';
import { sendgrid } from './sendgrid';
import { sentry } from './sentry';
import { shippo } from './shippo';
import { shopify } from './shopify';
import { sinchConversation } from './sinch-conversation';
import { slack } from './slack';
import { square } from './square';
import { standardWebhooks } from './standard-webhooks';
import { standardWebhooksV1a } from './standard-webhooks-v1a';
import { stripe } from './stripe';
import { surveymonkey } from './surveymonkey';
import { svix } from './svix';
import { taiga } from './taiga';
import { tally } from './tally';
import { telegram } from './telegram';
import { telehealth } from './telehealth';
import { telnyx } from './telnyx';
import { terra } from './terra';
import { tiktok } from './tiktok';
import { trello } from './trello';
import { truelayer, makeTruelayer } from './truelayer';
import { twilio } from './twilio';
import { twitch } from './twitch';
import { typeform } from './typeform';
import { unit } from './unit';
import { vercel } from './vercel';
import { viber } from './viber';
import { vonage } from './vonage';
import { webex } from './webex';
import { webflow } from './webflow';
import { whoop } from './whoop';
import { wise } from './wise';
import { wix } from './wix';
import { woocommerce } from './woocommerce';
import { workos } from './workos';
import { xero } from './xero';
import { zendesk } from './zendesk';
import { zoom } from './zoom';

const ALL = [
  acuity,
  adyenPlatform,
  aftership,
  airtable,
  airwallex,
  alchemy,
  anthropic,
  asana,
  attio,
  auth0,
  awsSns,
  bigcommerce,
  bird,
  bitbucket,
  buildkite,
  calCom,
  calendly,
  cashfree,
  checkoutCom,
  circle,
  circleci,
  clerk,
  clickup,
  close,
  cloudflareStream,
  coinbaseCommerce,
  contentful,
  crisp,
  customerIo,
  discord,
  dodopayments,
  dropbox,
  dwolla,
  easypost,
  ebay,
  elation,
  elevenlabs,
  fal,
  fastcomments,
  fastcommentsAgent,
  fastcommentsLegacy,
  fireblocks,
  fitbit,
  formstack,
  fourthwall,
  front,
  fusionauth,
  gemini,
  geminiDynamic,
  ghost,
  github,
  gitlab,
  gitlabToken,
  gocardless,
  googlePubsub,
  grafana,
  helpscout,
  heroku,
  httpMessageSignatures,
  hubspotV1,
  hubspotV2,
  hubspotV3,
  imagekit,
  intercom,
  jira,
  kick,
  kinde,
  knock,
  kontent,
  launchdarkly,
  lemonsqueezy,
  line,
  linear,
  linkedin,
  lithic,
  liveblocks,
  livekit,
  logto,
  mailerlite,
  mailersend,
  mailgun,
  mailtrap,
  medplum,
  medplumSubscription,
  meta,
  microsoftTeams,
  modernTreasury,
  monday,
  mux,
  netlify,
  notion,
  nylas,
  onfido,
  openai,
  paddle,
  pagerduty,
  paypal,
  plaid,
  polar,
  postal,
  pusher,
  qstash,
  quickbooks,
  razorpay,
  replicate,
  resend,
  retell,
  revenuecat,
  revolut,
  saleor,
  sanity,
  segment,
  sendgrid,
  sentry,
  shippo,
  shopify,
  sinchConversation,
  slack,
  square,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  surveymonkey,
  svix,
  taiga,
  tally,
  telegram,
  telehealth,
  telnyx,
  terra,
  tiktok,
  trello,
  truelayer,
  twilio,
  twitch,
  typeform,
  unit,
  vercel,
  viber,
  vonage,
  webex,
  webflow,
  whoop,
  wise,
  wix,
  woocommerce,
  workos,
  xero,
  zendesk,
  zoom,
];

/** Every provider by its name: `providers['standard-webhooks']`. */
export const providers: Readonly<Record<string, Provider>> = Object.freeze(
  Object.fromEntries(ALL.map((provider) => [provider.name, provider])),
);

export {
  acuity,
  adyenPlatform,
  aftership,
  airtable,
  airwallex,
  alchemy,
  anthropic,
  asana,
  attio,
  auth0,
  awsSns,
  bigcommerce,
  bird,
  bitbucket,
  buildkite,
  calCom,
  calendly,
  cashfree,
  checkoutCom,
  circle,
  circleci,
  clerk,
  clickup,
  close,
  cloudflareStream,
  coinbaseCommerce,
  contentful,
  crisp,
  customerIo,
  discord,
  dodopayments,
  dropbox,
  dwolla,
  easypost,
  ebay,
  elation,
  elevenlabs,
  fal,
  fastcomments,
  fastcommentsAgent,
  fastcommentsLegacy,
  fireblocks,
  fitbit,
  formstack,
  fourthwall,
  front,
  fusionauth,
  gemini,
  geminiDynamic,
  ghost,
  github,
  gitlab,
  gitlabToken,
  gocardless,
  googlePubsub,
  grafana,
  helpscout,
  heroku,
  httpMessageSignatures,
  hubspotV1,
  hubspotV2,
  hubspotV3,
  imagekit,
  intercom,
  jira,
  kick,
  kinde,
  knock,
  kontent,
  launchdarkly,
  lemonsqueezy,
  line,
  linear,
  linkedin,
  lithic,
  liveblocks,
  livekit,
  logto,
  mailerlite,
  mailersend,
  mailgun,
  mailtrap,
  medplum,
  medplumSubscription,
  meta,
  microsoftTeams,
  modernTreasury,
  monday,
  mux,
  netlify,
  notion,
  nylas,
  onfido,
  openai,
  paddle,
  pagerduty,
  paypal,
  plaid,
  polar,
  postal,
  pusher,
  qstash,
  quickbooks,
  razorpay,
  replicate,
  resend,
  retell,
  revenuecat,
  revolut,
  saleor,
  sanity,
  segment,
  sendgrid,
  sentry,
  shippo,
  shopify,
  sinchConversation,
  slack,
  square,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  surveymonkey,
  svix,
  taiga,
  tally,
  telegram,
  telehealth,
  telnyx,
  terra,
  tiktok,
  trello,
  truelayer,
  twilio,
  twitch,
  typeform,
  unit,
  vercel,
  viber,
  vonage,
  webex,
  webflow,
  whoop,
  wise,
  wix,
  woocommerce,
  workos,
  xero,
  zendesk,
  zoom,
  makeAwsSns,
  makeCircle,
  makeEbay,
  makeFal,
  makeFetchedKeysProvider,
  makeFusionauth,
  makeGeminiDynamic,
  makeGooglePubsub,
  makeHttpMessageSignatures,
  makeJwtProvider,
  makeKinde,
  makePaypal,
  makePlaid,
  makeSaleor,
  makeTruelayer,
  type AwsSnsOptions,
  type EbayOptions,
  type FetchedKeysOptions,
  type GooglePubsubOptions,
  type HttpMessageSignaturesOptions,
  type JwtProviderOptions,
  type PaypalOptions,
  type PlaidOptions,
};
