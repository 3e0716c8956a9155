const pad = (number, digits = 2) => String(number).padStart(digits, '0');

export function clockTime(iso, withMilliseconds = false) {
  const time = new Date(iso);
  const text = `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
  return withMilliseconds ? `${text}.${pad(time.getMilliseconds(), 3)}` : text;
}

export function duration(milliseconds) {
  if (milliseconds === null) return '';
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

export function bytes(count) {
  if (count === null) return 'not read';
  if (count < 1024) return `${count} byte${count === 1 ? '' : 's'}`;
  if (count < 1024 ** 2) return `${(count / 1024).toFixed(1)} KiB`;
  return `${(count / 1024 ** 2).toFixed(1)} MiB`;
}

/** Our clock less the sender's, in words. */
export function clockDifference(milliseconds) {
  if (milliseconds === null) return 'no signed time';
  const size = Math.abs(milliseconds);
  if (size < 1000) return 'within a second of ours';
  const seconds = Math.round(size / 1000);
  const long =
    seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : days(seconds);
  return milliseconds > 0 ? `signed ${long} ago` : `signed ${long} in the future`;
}

/** A span from now in its largest whole unit: 'in 5 min', '3 h ago'. */
export function span(milliseconds) {
  const size = Math.abs(milliseconds);
  const [unit, , length] = UNITS.find(([, least]) => size >= least);
  const text = `${Math.floor(size / length)} ${unit}`;
  return milliseconds > 0 ? `in ${text}` : `${text} ago`;
}

const UNITS = [
  ['days', 2 * 86_400_000, 86_400_000],
  ['h', 2 * 3_600_000, 3_600_000],
  ['min', 2 * 60_000, 60_000],
  ['s', 0, 1000],
];

/** A time of today by its clock, another one with its date. */
export function when(milliseconds, withDate = false) {
  const time = new Date(milliseconds);
  const date = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
  if (withDate) return `${date} ${clockTime(milliseconds)}`;
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday ? clockTime(milliseconds) : `${date.slice(5)} ${clockTime(milliseconds).slice(0, 5)}`;
}

function days(seconds) {
  const hours = Math.round(seconds / 3600);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** 'ERR_WEBHOOK_BODY_SIZE' → 'body size' */
export function shortCode(code) {
  return code === null ? '' : code.replace('ERR_WEBHOOK_', '').replaceAll('_', ' ').toLowerCase();
}

/** Bytes as one reads them in an editor for bytes: place, hexadecimal, characters. */
export function hexDump(hex) {
  const lines = [];
  for (let at = 0; at < hex.length; at += 32) {
    const pairs = hex.slice(at, at + 32).match(/../g) ?? [];
    const text = pairs.map((pair) => parseInt(pair, 16)).map((byte) => (byte > 31 && byte < 127 ? byte : 46));
    lines.push(
      `${pad((at / 2).toString(16), 6)}  ${pairs.join(' ').padEnd(47)}  ${String.fromCharCode(...text)}`,
    );
  }
  return lines.join('\n');
}
