import type { Provider, WebhookRouterOptions } from 'hooklatch';
import { eventually, send, signed, startRouter } from './http';

export interface Sequence {
  /** The statuses of deliveries that are sent one after the other. */
  readonly statuses: (...deliveries: Delivered[]) => Promise<number[]>;
  readonly handled: () => number;
}

export interface Delivered {
  readonly body?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly now?: number;
  readonly id?: string;
  readonly secret?: string;
  readonly publicUrl?: string;
}

/** A router of one handler, to which deliveries are sent one after the other. */
export async function startSequence(
  provider: Provider,
  options: Partial<WebhookRouterOptions> = {},
): Promise<Sequence> {
  const handle = jest.fn();
  const method = [...provider.methods];
  const { port, decisions } = await startRouter({
    provider,
    events: { '*': { method, handle } },
    ...options,
  });
  let sent = 0;
  const deliver = async ({
    body = '{}',
    headers,
    path = '',
    method: verb = method[0]!,
    ...settings
  }: Delivered) => {
    const all = { ...signed(provider, body, settings), ...headers };
    const { status } = await send(port, { path: `/hooks${path}`, method: verb, headers: all, body });
    sent += 1;
    await eventually(() => decisions.length === sent);
    return status;
  };
  return {
    async statuses(...deliveries) {
      const statuses: number[] = [];
      for (const delivery of deliveries) statuses.push(await deliver(delivery));
      return statuses;
    },
    handled: () => handle.mock.calls.length,
  };
}
