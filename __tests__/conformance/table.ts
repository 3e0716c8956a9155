/** Held here against the package that is named: it verifies what sign() signs (v), and signs what verify() verifies (s). */
export const HELD: Readonly<Record<string, readonly [packageName: string, ways: 'v' | 'vs', note?: string]>> =
  {
    'adyen-platform': ['@adyen/api-library', 'vs'],
    clerk: ['@clerk/backend', 'vs', 'signed by svix, which delivers for them'],
    discord: ['discord-interactions', 'v'],
    github: ['@octokit/webhooks-methods', 'vs'],
    gitlab: ['standardwebhooks', 'vs', 'GitLab has no package; it signs by the standard'],
    'hubspot-v1': ['@hubspot/api-client', 'vs'],
    'hubspot-v2': ['@hubspot/api-client', 'vs'],
    'hubspot-v3': ['@hubspot/api-client', 'vs'],
    kontent: ['@kontent-ai/webhook-helper', 'vs'],
    line: ['@line/bot-sdk', 'v'],
    linear: ['@linear/sdk', 'v'],
    mux: ['@mux/mux-node', 'vs'],
    openai: ['openai', 'vs', 'signed by standardwebhooks'],
    paddle: ['@paddle/paddle-node-sdk', 'v'],
    polar: ['@polar-sh/sdk', 'vs', 'signed by standardwebhooks, as their server does'],
    razorpay: ['razorpay', 'v'],
    resend: ['resend', 'vs', 'signed by svix, which delivers for them'],
    sanity: ['@sanity/webhook', 'vs'],
    sendgrid: ['@sendgrid/eventwebhook', 'v'],
    shopify: ['@shopify/shopify-api', 'vs'],
    slack: ['@slack/bolt', 'v'],
    square: ['square', 'v'],
    'standard-webhooks': ['standardwebhooks', 'vs'],
    stripe: ['stripe', 'vs'],
    svix: ['svix', 'vs'],
    telegram: ['grammy', 'v', 'not Telegram’s own, which publishes none'],
    twitch: ['@twurple/eventsub-http', 'v', 'not Twitch’s own, which publishes none'],
    workos: ['@workos-inc/node', 'vs'],
    zoom: ['@zoom/rivet', 'v'],
  };

/** Against nothing, and why. */
export const NONE: Readonly<Record<string, string>> = {
  auth0: 'a token that the receiver chose; the package auth0 has nothing for it',
  bitbucket: 'no package of Atlassian verifies webhooks; the scheme is that of github',
  calendly: 'no official package for Node',
  'coinbase-commerce':
    'coinbase-commerce-node is of 2020 and brings request and an old lodash, which have known holes',
  dropbox: 'the package dropbox does not verify webhooks',
  fastcomments: 'no package of FastComments verifies webhooks',
  'fastcomments-agent': 'no package of FastComments verifies webhooks',
  'fastcomments-legacy': 'no package of FastComments verifies webhooks',
  'gitlab-token': 'a token that is compared; no package of GitLab does it',
  intercom: 'the package intercom-client does not verify webhooks',
  lemonsqueezy: 'the package @lemonsqueezy/lemonsqueezy.js does not verify webhooks',
  medplum: 'a document describes it; no package signs by it',
  'medplum-subscription': 'only their server signs; it is no library',
  meta: 'no official package for Node verifies; the scheme is that of github',
  pagerduty: 'the package @pagerduty/pdjs does not verify webhooks; their Go library does',
  sentry: 'their example has the code; no package has it',
  'standard-webhooks-v1a': 'the package standardwebhooks knows only v1',
  telehealth: 'Kairo Connect publishes no package for Node',
  typeform: 'the package @typeform/api-client does not verify webhooks',
  vercel: 'their documentation has the code; no package has it',
  xero: 'the package xero-node does not verify webhooks',
};

/** Schemes that are code have tests of their own, their vendors' packages in them. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'aws-sns': 'sns-validator',
  contentful: '@contentful/node-apps-toolkit',
  'http-message-signatures': 'http-message-signatures',
  mailgun: 'no package verifies',
  twilio: 'twilio',
};
