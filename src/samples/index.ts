import type { Provider } from '../core/provider';
import { CARE } from './care';
import { CODE } from './code';
import { MESSAGES } from './messages';
import { PAYMENTS } from './payments';
import type { Samples } from './sample';

const ALL: Readonly<Record<string, Samples>> = { ...PAYMENTS, ...CODE, ...MESSAGES, ...CARE };
const PLACE = /\{\{(id|uuid|iso)\}\}/g;

/** The names of the senders of which there are samples. */
export const SAMPLED: readonly string[] = Object.keys(ALL);

/** The events of which there is a sample of the sender's own; `'*'` where it names none. */
export function listSamples({ name }: Pick<Provider, 'name'>): readonly string[] {
  return Object.keys(find(name));
}

function find(name: string): Samples {
  const found = Object.hasOwn(ALL, name) ? ALL[name] : undefined;
  return found ?? {};
}

/** The sender's own sample of an event at a time, as a value; `undefined` where there is none. */
export function makeSample(
  provider: Pick<Provider, 'name'>,
  event: string | undefined,
  now: number,
): unknown {
  const samples = new Map(Object.entries(find(provider.name)));
  return fill(samples.get(event ?? '*') ?? samples.get('*'), now);
}

function fill(value: unknown, now: number): unknown {
  if (typeof value === 'string') return fillText(value, now);
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, now));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, now)]));
}

function fillText(text: string, now: number): string | number {
  const numbers: Readonly<Record<string, number>> = { '{{seconds}}': Math.floor(now / 1000), '{{ms}}': now };
  return (
    numbers[text] ??
    text.replace(PLACE, (_place: string, name: string) => {
      if (name === 'iso') return new Date(now).toISOString();
      const uuid = crypto.randomUUID();
      return name === 'uuid' ? uuid : uuid.replaceAll('-', '').slice(0, 24);
    })
  );
}
