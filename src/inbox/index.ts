export { sqliteInbox } from './sqlite/inbox';
export type { SqliteInboxOptions } from './sqlite/options';
export { PermanentError } from './attempt';
export { restoreWebhook } from './stored-delivery';
export type { RetryOptions } from './retry';
export type { SealKey, SealOptions } from './seal';
export type {
  DeliveryMeta,
  Inbox,
  InboxAttempt,
  InboxCounts,
  InboxDelivery,
  InboxEntry,
  InboxFilter,
  InboxHandler,
  InboxState,
  InboxView,
  OnAttempt,
  PayloadReading,
  RunStatement,
  StoredDelivery,
  StoredKey,
  WorkOptions,
} from './inbox';
