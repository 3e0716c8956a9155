import { queryTokenProvider } from '../core/token-provider';
import { EVENT_GRID } from './event-grid-family';

/**
 * Azure Event Grid: a token in the query of the address, `?secret=…`. It tries the address by OPTIONS too, so mount the
 * guard by `app.use()` or `app.all()`.
 */
export const azureEventGrid = queryTokenProvider({
  ...EVENT_GRID,
  name: 'azure-event-grid',
  docs: 'https://learn.microsoft.com/en-us/azure/event-grid/security-authentication',
  refusal: { status: 401 },
});
