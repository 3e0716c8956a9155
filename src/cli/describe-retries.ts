import type { Provider, RetriesDefinition } from '../core/provider';

/** How a sender tries again, as far as its pages tell, and what that means for what it signs. */
export function describeRetries(provider: Provider): string {
  const { retries } = provider;
  if (retries === undefined) return 'not known here';
  const { hours, signed, stopsAt = [], source } = retries;
  const parts = [
    describeSpan(hours),
    ...(hours === 0 ? [] : [describeTries(signed)]),
    ...(stopsAt.length === 0 ? [] : [`a ${stopsAt.join(' or ')} ends them`]),
    ...listConsequences(provider, retries),
  ];
  return `${parts.join('; ')} (${source})`;
}

function describeSpan(hours: number | undefined): string {
  if (hours === undefined) return 'for how long is not told';
  if (hours === 0) return 'never by itself';
  return hours < 1
    ? `for ${count(Math.max(1, Math.round(hours * 60)), 'minute')}`
    : `for ${count(hours, 'hour')}`;
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

function describeTries(signed: RetriesDefinition['signed']): string {
  if (signed === undefined) return 'whether each try is signed anew is not told';
  return signed === 'once' ? 'with the same signature' : 'each signed anew';
}

/** The tries that are refused, or that are handled as new deliveries, because of what is signed. */
function listConsequences(
  { timestamp, duplicates }: Provider,
  { hours, signed }: RetriesDefinition,
): readonly string[] {
  if (timestamp === undefined || hours === 0) return [];
  const { toleranceSeconds } = timestamp;
  const isInside = hours !== undefined && hours * 3600 <= toleranceSeconds + 60;
  const isKnown = duplicates === false || duplicates.key === 'id';
  return [
    ...(signed === 'anew' || isInside
      ? []
      : [`one with the time of the first is refused after ${toleranceSeconds} s`]),
    ...(signed === 'once' || isKnown ? [] : ['one that is signed anew is another delivery']),
  ];
}
