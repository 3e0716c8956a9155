import type { StoredDelivery } from 'hooklatch';

/** A delivery that nothing has sent, as it would be stored. */
export function makeDelivery(n: number, orderKey?: string): StoredDelivery {
  const key = `key-${n}`.padEnd(43, 'k');
  return {
    route: 'r',
    keys: [{ key, ttlMs: 1000 }],
    orderKey,
    receivedAt: Date.now(),
    body: Buffer.from(JSON.stringify({ n, text: 'x'.repeat(1000) })),
    meta: {
      provider: 'github',
      event: 'push',
      candidates: ['push'],
      id: String(n),
      webhookKey: key,
      key,
      timestamp: undefined,
      secretId: '0',
      trusted: { event: false, id: false },
      method: 'POST',
      path: '/',
      scope: '',
      orderKey,
      target: undefined,
      reading: { content: 'json', charset: 'utf-8' },
      part: undefined,
      headers: {},
    },
  };
}
