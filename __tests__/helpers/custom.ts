import {
  defineProvider,
  WebhookError,
  type CustomContext,
  type CustomProviderDefinition,
  type Delivery,
  type VerifySettings,
} from 'hooklatch';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { NOW, SECRET } from './http';

export const BODY = Buffer.from('{"id":"b-1","type":"created"}');

export const mac = (key: string, body: Buffer): string =>
  createHmac('sha512', key).update(body).digest('hex');

const matches = ({ headers, body }: Delivery, { key }: CustomContext): boolean => {
  const given = Buffer.from(String(headers['x-mac']));
  const expected = Buffer.from(mac(key, body));
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** A scheme that is no data: HMAC-SHA512. */
export const DEFINITION: CustomProviderDefinition = {
  name: 'own',
  headers: ['X-Mac'],
  verify: (delivery, context) => (matches(delivery, context) ? {} : undefined),
  sign: ({ body }, { key }) => ({ 'X-Mac': mac(key, body) }),
};

/** Settings with a provider that differs from it. */
export const define = (more: Partial<CustomProviderDefinition> = {}): VerifySettings => ({
  provider: defineProvider({ ...DEFINITION, ...more }),
  secret: SECRET,
  now: NOW,
});

/** A delivery that it signs. */
export const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  method: 'POST',
  url: '/hook',
  headers: { 'X-Mac': mac(SECRET, BODY) },
  body: BODY,
  ...more,
});

/** The code of the `WebhookError` that a call throws, or `'none'`. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof WebhookError) return error.code;
    throw error;
  }
  return 'none';
}
