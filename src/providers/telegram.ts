import { tokenProvider } from '../core/token-provider';

/** Telegram bots: a token that signs nothing; the event is the field that is there. */
export const telegram = tokenProvider({
  name: 'telegram',
  docs: 'https://core.telegram.org/bots/api#setwebhook',
  header: 'X-Telegram-Bot-Api-Secret-Token',
  id: { body: 'update_id' },
  event: {
    keys: [
      'message',
      'edited_message',
      'channel_post',
      'edited_channel_post',
      'business_connection',
      'business_message',
      'edited_business_message',
      'deleted_business_messages',
      'message_reaction',
      'message_reaction_count',
      'inline_query',
      'chosen_inline_result',
      'callback_query',
      'shipping_query',
      'pre_checkout_query',
      'purchased_paid_media',
      'poll',
      'poll_answer',
      'my_chat_member',
      'chat_member',
      'chat_join_request',
      'chat_boost',
      'removed_chat_boost',
    ],
  },
  methods: ['POST'],
  duplicates: { key: 'id' },
  refusal: { status: 401 },
});
