// Globals of Node that the package uses.
import { failMissing } from './missing.mjs';

export { Buffer } from './buffer.mjs';

export const process = { env: {}, emitWarning: () => undefined, version: 'v20.0.0', versions: {} };

// No key is fetched: nothing leaves the page.
export const fetch = async () => failMissing('fetching the keys that the sender publishes');
