/** How a timestamp is written: 10 digits, 13 digits, or RFC 3339. */
export type TimestampUnit = 'seconds' | 'milliseconds' | 'rfc3339';

const SECONDS_DIGITS = 10;
const MILLISECONDS_DIGITS = 13;
const RFC3339 =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Milliseconds since 1970 of a timestamp in exactly the stated unit; `NaN` for any other text. */
export function parseTimestamp(text: string, unit: TimestampUnit): number {
  switch (unit) {
    case 'seconds':
      return parseDigits(text, SECONDS_DIGITS) * 1000;
    case 'milliseconds':
      return parseDigits(text, MILLISECONDS_DIGITS);
    case 'rfc3339':
      return parseRfc3339(text);
  }
}

// A scan, because a regular expression costs as much as the rest of the header.
function parseDigits(text: string, digits: number): number {
  if (text.length !== digits) return NaN;
  let value = 0;
  for (let index = 0; index < digits; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The text that a sender would write for a time in milliseconds. */
export function formatTimestamp(milliseconds: number, unit: TimestampUnit): string {
  switch (unit) {
    case 'seconds':
      return String(Math.floor(milliseconds / 1000));
    case 'milliseconds':
      return String(Math.floor(milliseconds));
    case 'rfc3339':
      return new Date(milliseconds).toISOString();
  }
}

// Date.parse is lenient (30 February, hour 24): what it reads must be written the same way again. A leap second is
// refused.
function parseRfc3339(text: string): number {
  const match = RFC3339.exec(text);
  if (match === null) return NaN;
  const [, local, fraction = '', sign, hours = '', minutes = ''] = match;
  const time = Date.parse(`${local}Z`);
  if (Number.isNaN(time) || new Date(time).toISOString() !== `${local}.000Z`) return NaN;
  if (Number(hours) > 23 || Number(minutes) > 59) return NaN;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return time + Math.floor(Number(`0.${fraction}`) * 1000) + (sign === '-' ? offset : -offset);
}

/**
 * Whether a time in milliseconds is inside the window, its edges included. Written so that NaN is refused. A scheme
 * without a timestamp has no window.
 */
export function isFresh(timestamp: number | undefined, now: number, toleranceMs: number): boolean {
  return timestamp === undefined || Math.abs(now - timestamp) <= toleranceMs;
}
