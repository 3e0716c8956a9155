import type { Provider } from '../core/provider';
import { acuity } from './acuity';
import { adyen } from './adyen';
import { adyenPlatform } from './adyen-platform';
import { aftership } from './aftership';
import { airtable } from './airtable';
import { airwallex } from './airwallex';
import { alchemy } from './alchemy';
import { anthropic } from './anthropic';
import { asana } from './asana';
import { attio } from './attio';
import { auth0 } from './auth0';
import { authorizeNet } from './authorize-net';
import { awsSns, makeAwsSns, type AwsSnsOptions } from './aws-sns';
import { azureDevops } from './azure-devops';
import { bigcommerce } from './bigcommerce';
import { bitbucket } from './bitbucket';
import { box } from './box';
import { brex } from './brex';
import { buildkite } from './buildkite';
import { calCom } from './cal-com';
import { calendly } from './calendly';
import { cashfree } from './cashfree';
import { chargebee } from './chargebee';
import { checkoutCom } from './checkout-com';
import { circleci } from './circleci';
import { clerk } from './clerk';
import { clickup } from './clickup';
import { close } from './close';
import { cloudflareStream } from './cloudflare-stream';
import { cloudinary } from './cloudinary';
import { cloudinarySha256 } from './cloudinary-sha256';
import { coinbaseCdp } from './coinbase-cdp';
import { coinbaseCommerce } from './coinbase-commerce';
import { contentful } from './contentful';
import { crisp } from './crisp';
import { customerIo } from './customer-io';
import { discord } from './discord';
import { docusign } from './docusign';
import { dodopayments } from './dodopayments';
import { dropbox } from './dropbox';
import { dwolla } from './dwolla';
import { easypost } from './easypost';
import { elation } from './elation';
import { elevenlabs } from './elevenlabs';
import { fastcomments } from './fastcomments';
import { fastcommentsAgent } from './fastcomments-agent';
import { fastcommentsLegacy } from './fastcomments-legacy';
import { figma } from './figma';
import { fitbit } from './fitbit';
import { formstack } from './formstack';
import { fourthwall } from './fourthwall';
import { front } from './front';
import { gemini } from './gemini';
import { ghost } from './ghost';
import { gitea } from './gitea';
import { github } from './github';
import { gitlab } from './gitlab';
import { gitlabToken } from './gitlab-token';
import { gocardless } from './gocardless';
import { googleChannel } from './google-channel';
import { grafana } from './grafana';
import { helpscout } from './helpscout';
import { heroku } from './heroku';
import { hook0 } from './hook0';
import {
  httpMessageSignatures,
  makeHttpMessageSignatures,
  type HttpMessageSignaturesOptions,
} from './http-message-signatures';
import { hubspotV1 } from './hubspot-v1';
import { hubspotV2 } from './hubspot-v2';
import { hubspotV3 } from './hubspot-v3';
import { hygraph } from './hygraph';
import { imagekit } from './imagekit';
import { incidentIo } from './incident-io';
import { intercom } from './intercom';
import { jira } from './jira';
import { knock } from './knock';
import { kontent } from './kontent';
import { launchdarkly } from './launchdarkly';
import { lemonsqueezy } from './lemonsqueezy';
import { line } from './line';
import { linear } from './linear';
import { linkedin } from './linkedin';
import { lithic } from './lithic';
import { liveblocks } from './liveblocks';
import { logto } from './logto';
import { loops } from './loops';
import { mailerlite } from './mailerlite';
import { mailersend } from './mailersend';
import { mailgun } from './mailgun';
import { mailtrap } from './mailtrap';
import { mandrill } from './mandrill';
import { mautic } from './mautic';
import { medplum } from './medplum';
import { medplumSubscription } from './medplum-subscription';
import { mercadopago } from './mercadopago';
import { meta } from './meta';
import { microsoftGraph } from './microsoft-graph';
import { microsoftTeams } from './microsoft-teams';
import { modernTreasury } from './modern-treasury';
import { mollie } from './mollie';
import { moneybird } from './moneybird';
import { mux } from './mux';
import { notion } from './notion';
import { nylas } from './nylas';
import { okta } from './okta';
import { onfido } from './onfido';
import { onfleet } from './onfleet';
import { openai } from './openai';
import { paddle } from './paddle';
import { pagerduty } from './pagerduty';
import { pandadoc } from './pandadoc';
import { paystack } from './paystack';
import { persona } from './persona';
import { phonepe } from './phonepe';
import { pipedrive } from './pipedrive';
import { plivo } from './plivo';
import { polar } from './polar';
import { postmark } from './postmark';
import { privy } from './privy';
import { pusher } from './pusher';
import { quickbooks } from './quickbooks';
import { razorpay } from './razorpay';
import { recallAi } from './recall-ai';
import { recurly } from './recurly';
import { render } from './render';
import { replicate } from './replicate';
import { resend } from './resend';
import { retell } from './retell';
import { revenuecat } from './revenuecat';
import { revolut } from './revolut';
import { sanity } from './sanity';
import { segment } from './segment';
import { sendgrid } from './sendgrid';
import { sentry } from './sentry';
import { shippo } from './shippo';
import { shopify } from './shopify';
import { sinchConversation } from './sinch-conversation';
import { slack } from './slack';
import { sparkpost } from './sparkpost';
import { square } from './square';
import { standardWebhooks } from './standard-webhooks';
import { standardWebhooksV1a } from './standard-webhooks-v1a';
import { stripe } from './stripe';
import { stytch } from './stytch';
import { supabaseAuth } from './supabase-auth';
import { surveymonkey } from './surveymonkey';
import { svix } from './svix';
import { taiga } from './taiga';
import { tally } from './tally';
import { telegram } from './telegram';
import { telehealth } from './telehealth';
import { telnyx } from './telnyx';
import { terra } from './terra';
import { terraformCloud } from './terraform-cloud';
import { tiktok } from './tiktok';
import { trello } from './trello';
import { twilio } from './twilio';
import { twitch } from './twitch';
import { typeform } from './typeform';
import { unit } from './unit';
import { vanta } from './vanta';
import { vercel } from './vercel';
import { viber } from './viber';
import { webex } from './webex';
import { webflow } from './webflow';
import { whoop } from './whoop';
import { woocommerce } from './woocommerce';
import { workos } from './workos';
import { xTwitter } from './x-twitter';
import { xero } from './xero';
import { zendesk } from './zendesk';
import { zoom } from './zoom';

const ALL = [
  acuity,
  adyen,
  adyenPlatform,
  aftership,
  airtable,
  airwallex,
  alchemy,
  anthropic,
  asana,
  attio,
  auth0,
  authorizeNet,
  awsSns,
  azureDevops,
  bigcommerce,
  bitbucket,
  box,
  brex,
  buildkite,
  calCom,
  calendly,
  cashfree,
  chargebee,
  checkoutCom,
  circleci,
  clerk,
  clickup,
  close,
  cloudflareStream,
  cloudinary,
  cloudinarySha256,
  coinbaseCdp,
  coinbaseCommerce,
  contentful,
  crisp,
  customerIo,
  discord,
  docusign,
  dodopayments,
  dropbox,
  dwolla,
  easypost,
  elation,
  elevenlabs,
  fastcomments,
  fastcommentsAgent,
  fastcommentsLegacy,
  figma,
  fitbit,
  formstack,
  fourthwall,
  front,
  gemini,
  ghost,
  gitea,
  github,
  gitlab,
  gitlabToken,
  gocardless,
  googleChannel,
  grafana,
  helpscout,
  heroku,
  hook0,
  httpMessageSignatures,
  hubspotV1,
  hubspotV2,
  hubspotV3,
  hygraph,
  imagekit,
  incidentIo,
  intercom,
  jira,
  knock,
  kontent,
  launchdarkly,
  lemonsqueezy,
  line,
  linear,
  linkedin,
  lithic,
  liveblocks,
  logto,
  loops,
  mailerlite,
  mailersend,
  mailgun,
  mailtrap,
  mandrill,
  mautic,
  medplum,
  medplumSubscription,
  mercadopago,
  meta,
  microsoftGraph,
  microsoftTeams,
  modernTreasury,
  mollie,
  moneybird,
  mux,
  notion,
  nylas,
  okta,
  onfido,
  onfleet,
  openai,
  paddle,
  pagerduty,
  pandadoc,
  paystack,
  persona,
  phonepe,
  pipedrive,
  plivo,
  polar,
  postmark,
  privy,
  pusher,
  quickbooks,
  razorpay,
  recallAi,
  recurly,
  render,
  replicate,
  resend,
  retell,
  revenuecat,
  revolut,
  sanity,
  segment,
  sendgrid,
  sentry,
  shippo,
  shopify,
  sinchConversation,
  slack,
  sparkpost,
  square,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  stytch,
  supabaseAuth,
  surveymonkey,
  svix,
  taiga,
  tally,
  telegram,
  telehealth,
  telnyx,
  terra,
  terraformCloud,
  tiktok,
  trello,
  twilio,
  twitch,
  typeform,
  unit,
  vanta,
  vercel,
  viber,
  webex,
  webflow,
  whoop,
  woocommerce,
  workos,
  xTwitter,
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
  adyen,
  adyenPlatform,
  aftership,
  airtable,
  airwallex,
  alchemy,
  anthropic,
  asana,
  attio,
  auth0,
  authorizeNet,
  awsSns,
  azureDevops,
  bigcommerce,
  bitbucket,
  box,
  brex,
  buildkite,
  calCom,
  calendly,
  cashfree,
  chargebee,
  checkoutCom,
  circleci,
  clerk,
  clickup,
  close,
  cloudflareStream,
  cloudinary,
  cloudinarySha256,
  coinbaseCdp,
  coinbaseCommerce,
  contentful,
  crisp,
  customerIo,
  discord,
  docusign,
  dodopayments,
  dropbox,
  dwolla,
  easypost,
  elation,
  elevenlabs,
  fastcomments,
  fastcommentsAgent,
  fastcommentsLegacy,
  figma,
  fitbit,
  formstack,
  fourthwall,
  front,
  gemini,
  ghost,
  gitea,
  github,
  gitlab,
  gitlabToken,
  gocardless,
  googleChannel,
  grafana,
  helpscout,
  heroku,
  hook0,
  httpMessageSignatures,
  hubspotV1,
  hubspotV2,
  hubspotV3,
  hygraph,
  imagekit,
  incidentIo,
  intercom,
  jira,
  knock,
  kontent,
  launchdarkly,
  lemonsqueezy,
  line,
  linear,
  linkedin,
  lithic,
  liveblocks,
  logto,
  loops,
  mailerlite,
  mailersend,
  mailgun,
  mailtrap,
  mandrill,
  mautic,
  medplum,
  medplumSubscription,
  mercadopago,
  meta,
  microsoftGraph,
  microsoftTeams,
  modernTreasury,
  mollie,
  moneybird,
  mux,
  notion,
  nylas,
  okta,
  onfido,
  onfleet,
  openai,
  paddle,
  pagerduty,
  pandadoc,
  paystack,
  persona,
  phonepe,
  pipedrive,
  plivo,
  polar,
  postmark,
  privy,
  pusher,
  quickbooks,
  razorpay,
  recallAi,
  recurly,
  render,
  replicate,
  resend,
  retell,
  revenuecat,
  revolut,
  sanity,
  segment,
  sendgrid,
  sentry,
  shippo,
  shopify,
  sinchConversation,
  slack,
  sparkpost,
  square,
  standardWebhooks,
  standardWebhooksV1a,
  stripe,
  stytch,
  supabaseAuth,
  surveymonkey,
  svix,
  taiga,
  tally,
  telegram,
  telehealth,
  telnyx,
  terra,
  terraformCloud,
  tiktok,
  trello,
  twilio,
  twitch,
  typeform,
  unit,
  vanta,
  vercel,
  viber,
  webex,
  webflow,
  whoop,
  woocommerce,
  workos,
  xTwitter,
  xero,
  zendesk,
  zoom,
  makeAwsSns,
  makeHttpMessageSignatures,
  type AwsSnsOptions,
  type HttpMessageSignaturesOptions,
};
