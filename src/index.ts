export {
  webhookGuard,
  webhookRouter,
  type WebhookGuardOptions,
  type WebhookMiddleware,
  type WebhookRouterOptions,
} from './webhook';
export { requireHttps, type RequireHttpsOptions } from './middleware/require-https';
export { allowIps } from './middleware/allow-ips';
export { limitRate, type LimitRateOptions } from './middleware/limit-rate';
export { checkHeaders, type CheckHeadersOptions } from './middleware/check-headers';
export { captureRawBody, type CaptureRawBodyOptions } from './middleware/capture-raw-body';
export { keepRawBody } from './middleware/keep-raw-body';
export {
  rejectDuplicates,
  type DuplicatesOptions,
  type RejectDuplicatesOptions,
} from './middleware/reject-duplicates';
export { verifySignature, type VerifySignatureOptions } from './middleware/verify-signature';
export {
  routeEvents,
  type ResolveEvent,
  type RouteEventsOptions,
  type WebhookEvent,
  type WebhookEventDefinition,
  type WebhookEvents,
  type WebhookHandler,
  type WebhookSchemaDefinition,
} from './middleware/route-events';
export { validatePayload, type ValidatePayloadOptions } from './middleware/validate-payload';
export { answerHandshakes, type AnswerHandshakesOptions } from './middleware/answer-handshakes';
export { webhookErrors, type WebhookErrorsOptions } from './middleware/webhook-errors';
export { getWebhook } from './middleware/exchange';
export type { SecretLookup, SecretLookupResult } from './middleware/secret-source';
export { memoryStore, type MemoryStoreOptions } from './stores/memory';
export { redisStore, type RedisStoreOptions } from './stores/redis';
export type { ClaimState, DuplicateStore } from './stores/store';
export type { OnDecision } from './middleware/decisions';
export { makeVerifier, verify, verifySync, type Verifier, type VerifySettings } from './core/verify';
export { sign, signBody, type DeliveryDraft, type SignSettings } from './core/sign';
export { diagnose } from './diagnose';
export type { Certainty, Diagnosis, Finding } from './core/diagnose/findings';
export { defineProvider, type ProviderOf } from './core/define-provider';
export { tokenProvider, type TokenProviderOptions } from './core/token-provider';
export type { FetchCertificate } from './core/certificates';
export type { CustomContext, CustomVerdict } from './core/custom';
export type {
  Algorithm,
  CustomProviderDefinition,
  DuplicatesDefinition,
  FactDefinition,
  HandshakeDefinition,
  HeaderNames,
  Method,
  Provider,
  ProviderDefinition,
  RefusalDefinition,
  SignatureDefinition,
  TimestampDefinition,
  TypedProvider,
} from './core/provider';
export type { TextEncoding } from './core/encoding';
export type { MessageAlgorithm } from './core/message-keys';
export type { RouteDefinition, RouteTable } from './core/routes';
export type { TimestampUnit } from './core/timestamp';
export type { Eventually } from './eventually';
export type { SchemaIssue, SchemaResult, StandardSchema } from './core/schema';
export type { Secret, SecretOption } from './core/secrets';
export type {
  Decision,
  DecisionNote,
  Delivery,
  DeliveryInput,
  HeaderFields,
  HeaderPairs,
  Webhook,
} from './core/delivery';
export { WebhookError, type WebhookErrorCode } from './errors';
export {
  providers,
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
} from './providers';
