import type { Provider } from '../core/provider';
import { readKeySet, type KeySetOptions } from '../keys/options';
import { EVENT_GRID as DELIVERIES } from './event-grid-family';
import { makeJwtProvider } from './jwt';

// Of Event Grid, for all its customers.
const EVENT_GRID = '4962773b-9cdb-44cf-a8bf-237846a00ab7';
const OWNER = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\S{1,256})$/;

function splitOwner(owner: string): { readonly tenant: string; readonly audience: string } {
  const mark = owner.indexOf(':');
  return { tenant: owner.slice(0, mark), audience: owner.slice(mark + 1) };
}

/** Azure Event Grid with settings of your own; `azureEventGridEntra` is the same without any. */
export function makeAzureEventGridEntra(options: KeySetOptions = {}): Provider {
  const keySet = readKeySet('makeAzureEventGridEntra()', options);
  return makeJwtProvider({
    ...DELIVERIES,
    name: 'azure-event-grid-entra',
    docs: 'https://learn.microsoft.com/en-us/azure/event-grid/secure-webhook-delivery',
    token: { header: 'Authorization', prefix: 'Bearer ' },
    algorithms: ['RS256'],
    keys: ({ kid }, owner) =>
      keySet.find(`https://login.microsoftonline.com/${splitOwner(owner).tenant}/discovery/v2.0/keys`, kid),
    owner: { pattern: OWNER, example: 'tenant id:application id' },
    claims: {
      iss: { of: 'owner', list: listIssuers },
      aud: { of: 'owner', list: (owner) => [splitOwner(owner).audience] },
      'azp|appid': EVENT_GRID,
    },
    expires: true,
  });
}

/**
 * Azure Event Grid with tokens of Microsoft Entra. The option `secret` is the id of your tenant and that of your
 * application, with a colon between them. The token says nothing of the events, which are in `webhook.unsigned`.
 */
export const azureEventGridEntra = makeAzureEventGridEntra();

/** Of tokens of version 2 and of version 1. */
function listIssuers(owner: string): readonly string[] {
  const { tenant } = splitOwner(owner);
  return [`https://login.microsoftonline.com/${tenant}/v2.0`, `https://sts.windows.net/${tenant}/`];
}
