export {
  webhookGuard,
  webhookRouter,
  type WebhookGuardOptions,
  type WebhookInboxRouterOptions,
  type WebhookMiddleware,
  type WebhookRouterOptions,
} from './webhook';
export { requireHttps, type RequireHttpsOptions } from './steps/require-https';
export { allowIps } from './steps/allow-ips';
export { limitRate, type LimitRateOptions } from './steps/limit-rate';
export { checkHeaders, type CheckHeadersOptions } from './steps/check-headers';
export { captureRawBody, type CaptureRawBodyOptions } from './steps/capture-raw-body';
export { keepRawBody, type KeepRawBody, type KeepRawBodyJsonOptions } from './steps/keep-raw-body';
export {
  rejectDuplicates,
  type DuplicatesOptions,
  type RejectDuplicatesOptions,
} from './steps/reject-duplicates';
export { verifySignature, type VerifySignatureOptions } from './steps/verify-signature';
export { routeEvents, type RouteEventsOptions } from './steps/route-events';
export type {
  ResolveEvent,
  WebhookEvent,
  WebhookEventDefinition,
  WebhookEvents,
  WebhookHandler,
  WebhookSchemaDefinition,
} from './request/event-handlers';
export { storeDelivery, type StoreDeliveryOptions, type StorerOptions } from './steps/store-delivery';
export type {
  InboxEventDefinition,
  InboxEvents,
  InboxSchemaDefinition,
  RouterInboxOptions,
  WithInbox,
} from './router-inbox';
export type {
  DeliveryMeta,
  Inbox,
  InboxCounts,
  InboxDelivery,
  InboxEntry,
  InboxFilter,
  InboxHandler,
  InboxState,
  InboxView,
  PayloadReading,
  RunStatement,
  StoredDelivery,
  StoredKey,
  WorkOptions,
} from './inbox/inbox';
export { validatePayload, type ValidatePayloadOptions } from './steps/validate-payload';
export { answerHandshakes, type AnswerHandshakesOptions } from './steps/answer-handshakes';
export type { OnSecret } from './request/handed-over-secret';
export { webhookErrors, type WebhookErrorsOptions } from './steps/webhook-errors';
export { getWebhook } from './request/state';
export { cachedSecrets, type CachedSecretsOptions } from './request/cached-secrets';
export type { SecretLookup, SecretLookupResult } from './request/secret-source';
export { memoryStore, type MemoryStoreOptions } from './duplicates/memory-store';
export { redisStore, type RedisStoreOptions } from './duplicates/redis-store';
export type { ClaimState, DuplicateStore } from './duplicates/store';
export type { OnDecision } from './request/decisions';
export { makeVerifier, verify, verifySync, type Verifier, type VerifySettings } from './core/verify';
export { sign, signBody, type DeliveryDraft, type SignSettings } from './core/sign';
export { diagnose, type DiagnoseSettings } from './diagnose';
export type { Certainty, Diagnosis, Finding } from './diagnose/findings';
export { defineProvider, type ProviderOf } from './core/define-provider';
export {
  basicProvider,
  queryTokenProvider,
  tokenProvider,
  type BasicProviderOptions,
  type QueryTokenProviderOptions,
  type TokenProviderOptions,
} from './core/token-provider';
export type { FetchCertificate } from './keys/certificate-keys';
export { makeKeySet, makeSingleKeys, type FetchKey, type FetchKeys, type KeySet } from './keys/key-set';
export type { KeySetOptions, SingleKeyOptions } from './keys/options';
export type {
  ClaimDigest,
  Claims,
  ClaimValue,
  FindKey,
  JwtAlgorithm,
  JwtProviderOptions,
  TokenHeader,
  WriteContent,
} from './providers/jwt';
export type { ListKeys, NamedSignature, WriteSigned } from './providers/fetched-keys';
export type { CustomContext, CustomVerdict } from './core/custom-scheme';
export type {
  AddressDefinition,
  Algorithm,
  DuplicatesDefinition,
  ValueSource,
  IdDefinition,
  HeaderNames,
  Method,
  Provider,
  ProviderDefinition,
  RetriesDefinition,
  RefusalDefinition,
  SignatureDefinition,
  TimestampDefinition,
  TypedProvider,
} from './core/provider';
export type { Group } from './core/groups';
export type { CustomProviderDefinition } from './core/custom-scheme';
export type { ComputedDefinition, FieldDefinition, HandshakeDefinition } from './core/handshake-definition';
export type { TextEncoding } from './core/encoding';
export type { MessageAlgorithm } from './providers/http-message-signatures/message-keys';
export type { RouteDefinition, RouteTable } from './core/routes';
export type { TimestampUnit } from './core/timestamp';
export type { Awaitable } from './awaitable';
export type { SchemaIssue, SchemaResult, StandardSchema } from './core/schema';
export type { Secret, SecretOption } from './core/secret-option';
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
export * from './providers/senders';
export { providers } from './providers';
