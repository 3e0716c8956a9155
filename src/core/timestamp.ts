/** How a timestamp is written: 10 digits, 13 digits, or RFC 3339. */
export type TimestampUnit = 'seconds' | 'milliseconds' | 'rfc3339';

const SECONDS = /^[0-9]{10}$/;
const MILLISECONDS = /^[0-9]{13}$/;
const RFC3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Milliseconds since 1970 of a timestamp in exactly the stated unit; `NaN` for any other text. */
export function parseTimestamp(text: string, unit: TimestampUnit): number {
  switch (unit) {
    case 'seconds':
      return SECONDS.test(text) ? Number(text) * 1000 : NaN;
    case 'milliseconds':
      return MILLISECONDS.test(text) ? Number(text) : NaN;
    case 'rfc3339':
      return parseRfc3339(text);
  }
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

// Date.parse is lenient (30 February, hour 24): the fields are checked one by one. A leap second is refused.
function parseRfc3339(text: string): number {
  const match = RFC3339.exec(text);
  if (match === null) return NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const exact =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (!exact || offsetHours > 23 || offsetMinutes > 59) return NaN;
  const fraction = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000 * (match[8] === '-' ? -1 : 1);
  return date.getTime() + fraction - offset;
}
