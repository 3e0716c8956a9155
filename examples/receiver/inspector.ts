import { providers, type Inbox } from 'hooklatch';
import { startInspector, type Inspector } from 'hooklatch/inspector';
import { SENDERS, type Secrets } from './app';

const handle = (): undefined => undefined;

// What app.ts configures for FastComments: the page shows which event comes by which method.
const FASTCOMMENTS = {
  create: { method: 'POST', handle },
  update: { method: 'PUT', handle },
  delete: { method: 'DELETE', handle },
} as const;

/**
 * Opens the live page in development, and where INSPECTOR_PORT says on which port. `base` is the address of the
 * receiver. Resolves to the page, and to `undefined` where there is none.
 */
export async function openInspector(
  base: string,
  secrets: Secrets,
  inbox?: Inbox,
): Promise<Inspector | undefined> {
  const { INSPECTOR_PORT, NODE_ENV } = process.env;
  if (INSPECTOR_PORT === undefined && NODE_ENV === 'production') return undefined;
  const endpoints = SENDERS.flatMap((name) => {
    const provider = providers[name];
    const events = name === 'fastcomments' ? FASTCOMMENTS : { '*': handle };
    const url = `${base}/webhooks/${name}`;
    return provider === undefined ? [] : [{ url, provider, events, secret: secrets[name] }];
  });
  const port = INSPECTOR_PORT === undefined ? undefined : Number(INSPECTOR_PORT);
  return startInspector({ port, endpoints, inbox, allowProduction: port !== undefined });
}
