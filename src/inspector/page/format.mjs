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

function days(seconds) {
  const hours = Math.round(seconds / 3600);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** 'ERR_WEBHOOK_BODY_SIZE' → 'body size' */
export function shortCode(code) {
  return code === null ? '' : code.replace('ERR_WEBHOOK_', '').replaceAll('_', ' ').toLowerCase();
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

// A stranger can send brackets alone: each level costs its indentation on every line.
const MAX_DEPTH = 100;
const MAX_PRETTY = 1024 ** 2;

/**
 * JSON with line breaks, every number and escape as it was written; `undefined` for what is no JSON, and for what is
 * too deep or would become too long.
 */
export function prettyJson(text) {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  let depth = 0;
  let pretty = '';
  const line = () => `\n${'  '.repeat(depth)}`;
  const tokens = text.match(TOKEN) ?? [];
  for (const [index, token] of tokens.entries()) {
    if (depth > MAX_DEPTH || pretty.length > MAX_PRETTY) return undefined;
    const isEmpty = '[{'.includes(token) && ']}'.includes(tokens[index + 1] ?? '.');
    const closesEmpty = ']}'.includes(token) && '[{'.includes(tokens[index - 1] ?? '.');
    if (']}'.includes(token)) {
      depth -= 1;
      pretty += closesEmpty ? token : line() + token;
    } else if ('[{'.includes(token)) {
      depth += 1;
      pretty += isEmpty ? token : token + line();
    } else if (token === ',') pretty += token + line();
    else pretty += token === ':' ? ': ' : token;
  }
  return pretty;
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
