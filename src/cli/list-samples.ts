import type { Provider } from '../core/provider';
import { listSamples, makeSample, SAMPLED } from '../samples';
import { UsageError } from './io';
import { didYouMean } from './suggest';
import { paint, type Terminal } from './terminal';

/** Prints the senders of which there are samples, with their events. */
export function printSampled(json: boolean, io: Terminal): number {
  const all = SAMPLED.map((name) => [name, listSamples({ name })] as const);
  if (json) io.printJson(Object.fromEntries(all), 2);
  else
    for (const [name, events] of all)
      io.print(paint.bold(name.padEnd(22)), ' ', events.map(showEvent).join(', '));
  return 0;
}

/** Prints the samples of a sender, or that of one event, as they would be sent now. */
export function printSamples(
  provider: Provider,
  event: string | undefined,
  json: boolean,
  io: Terminal,
): number {
  const events = listSamples(provider);
  if (events.length === 0) {
    throw new UsageError(`has no sample of ${provider.name}'s own; what it sends is generic, and says so`);
  }
  if (event !== undefined && !events.includes(event)) {
    throw new UsageError(
      `has no sample of "${event}" of ${provider.name}${didYouMean(event, events)}; it has ${events.map(showEvent).join(', ')}`,
    );
  }
  const shown = event === undefined ? events : [event];
  const samples = shown.map((name) => [name, makeSample(provider, name, Date.now())] as const);
  if (json) io.printJson(Object.fromEntries(samples), 2);
  else {
    for (const [name, value] of samples) {
      io.print(paint.bold(`${provider.name} ${showEvent(name)}`));
      io.printLines(JSON.stringify(value, undefined, 2));
    }
  }
  return 0;
}

function showEvent(event: string): string {
  return event === '*' ? '(any event)' : event;
}
