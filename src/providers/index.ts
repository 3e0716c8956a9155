import type { Provider } from '../core/provider';
import * as senders from './senders';

type SenderName = Exclude<keyof typeof senders, `make${string}`>;

/** Every provider by its name: `providers['standard-webhooks']`. */
export const providers: Readonly<Record<string, Provider>> = listProviders();

// Each is read when it is asked for: in the package that is when its file is loaded.
function listProviders(): Readonly<Record<string, Provider>> {
  const list: Record<string, Provider> = {};
  for (const variable of Object.keys(senders).filter(isSenderName)) {
    const name = variable.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    Object.defineProperty(list, name, { enumerable: true, get: () => senders[variable] });
  }
  return Object.freeze(list);
}

function isSenderName(variable: string): variable is SenderName {
  return !/^make[A-Z]/.test(variable);
}
