import type { Provider } from '../../core/provider';
import { formatTimestamp, parseTimestamp } from '../../core/timestamp';
import { makeVariant, makeFinding, type Finding, type Variant } from '../findings';
import { showText, type Subject } from '../subject';

interface Form {
  readonly words: string;
  readonly parse: (text: string) => number;
}

const digits =
  (pattern: RegExp, perUnit: number) =>
  (text: string): number =>
    pattern.test(text) ? Math.floor(Number(text) * perUnit) : NaN;

// How times are written out there; those of providers first.
const FORMS: readonly Form[] = [
  { words: 'seconds', parse: (text) => parseTimestamp(text, 'seconds') },
  { words: 'milliseconds', parse: (text) => parseTimestamp(text, 'milliseconds') },
  { words: 'rfc3339', parse: (text) => parseTimestamp(text, 'rfc3339') },
  { words: 'microseconds', parse: digits(/^[0-9]{16}$/, 1e-3) },
  { words: 'nanoseconds', parse: digits(/^[0-9]{19}$/, 1e-6) },
  { words: 'seconds with a fraction', parse: digits(/^[0-9]{10}\.[0-9]{1,9}$/, 1000) },
  { words: 'a date in words', parse: (text) => (/^[A-Z][a-z]{2},? /.test(text) ? Date.parse(text) : NaN) },
  {
    words: 'a date without a zone',
    parse: (text) => (/^\d{4}-\d\d-\d\d[T ]/.test(text) ? Date.parse(text) : NaN),
  },
];

const UNITS = ['seconds', 'milliseconds', 'rfc3339', 'microseconds', 'nanoseconds'];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
// The offsets of time zones from UTC (IANA time zone database).
const ZONES = [
  1, 2, 3, 3.5, 4, 4.5, 5, 5.5, 5.75, 6, 6.5, 7, 8, 8.75, 9, 9.5, 10, 10.5, 11, 12, 12.75, 13, 14,
];

/** Milliseconds since 1970 of a time in any usual form, and which form that is. */
export function readTime(text: string): { readonly time: number; readonly words: string } | undefined {
  const plain = text.trim();
  if (plain.length > 64) return undefined;
  for (const { words, parse } of FORMS) {
    const time = parse(plain);
    if (!Number.isNaN(time)) return { time, words };
  }
  return undefined;
}

/** The same time as other senders write it: what may have been signed in its place. */
export function listOtherTimes({ name }: Provider, text: string): readonly Variant<string>[] {
  const { time, words } = readTime(text) ?? {};
  if (time === undefined || words === undefined) return [];
  const code = UNITS.includes(words) ? 'timestamp-unit' : 'timestamp-malformed';
  return (['seconds', 'milliseconds', 'rfc3339'] as const)
    .map((unit) => ({ unit, other: formatTimestamp(time, unit) }))
    .filter(({ other }) => other !== text)
    .map(({ unit, other }) =>
      makeVariant(
        other,
        code,
        `What was signed is the time in ${unit}, which is not what the delivery of ${name} carries.`,
      ),
    );
}

/** The fault in the writing of a timestamp. */
export function findTimeFault({ name, timestamp }: Provider, text: string): Finding | undefined {
  if (timestamp === undefined || !Number.isNaN(parseTimestamp(text, timestamp.unit))) return undefined;
  const why = `${name} sends ${nameUnit(timestamp.unit)}, and hooklatch takes nothing else.`;
  const words = readTime(text)?.words ?? 'no time';
  if (UNITS.includes(words)) {
    return makeFinding('timestamp-unit', 'certain', `The timestamp ${showText(text)} is in ${words}.`, why);
  }
  const observed = `The timestamp is ${words}: ${text.length} characters that are not ${nameUnit(timestamp.unit)}.`;
  return makeFinding('timestamp-malformed', 'certain', observed, why);
}

/** Whether a time is too old or ahead, and by how much. */
export function findWindowFaults(
  { now, toleranceMs, plan: compiled }: Subject,
  time: number,
): readonly Finding[] {
  const behind = now - time;
  if (Math.abs(behind) <= toleranceMs) return [];
  const window = `the window is ${formatSpan(toleranceMs)} on each side`;
  const direction = behind > 0 ? 'old' : 'ahead of this clock';
  const observed = `The delivery is dated ${formatDate(time)}, ${formatSpan(behind)} ${direction}; ${window}.`;
  const hours = findZone(behind);
  // Such a difference is a zone first, and then nothing is certain.
  const certainty = hours === undefined ? 'certain' : 'likely';
  const fault =
    behind > 0
      ? makeFinding(
          'timestamp-stale',
          certainty,
          observed,
          `${compiled.provider.name} signs the time of sending, so that an old delivery cannot be sent again. ` +
            'Either this one is old, or one of the two clocks is wrong.',
        )
      : makeFinding(
          'timestamp-future',
          certainty,
          observed,
          'No delivery can come before it was sent, so one of the two clocks is wrong.',
        );
  return hours === undefined ? [fault] : [describeZone(hours), fault];
}

/** The hours of a time zone that explain a difference; a delivery takes a while. */
function findZone(behind: number): number | undefined {
  const size = Math.abs(behind);
  return ZONES.find((hours) => Math.abs(size - hours * HOUR) < MINUTE);
}

function describeZone(hours: number): Finding {
  return makeFinding(
    'time-zone',
    'likely',
    `The difference is ${hours} h to the minute.`,
    'Local time that is taken for UTC, or the other way round, differs by just that. A delivery that waited or was ' +
      'sent again can be as old.',
  );
}

function formatDate(time: number): string {
  return Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : 'beyond all dates';
}

function nameUnit(unit: string): string {
  if (unit === 'rfc3339') return 'a time by RFC 3339';
  return `the digits of ${unit}`;
}

/** A span of time in words: the two largest units. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest %= size;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ') || '0 s';
}
