export { bullmqInbox } from './inbox';
export type { BullmqInbox } from './inbox';
export type { BullmqInboxOptions } from './options';
