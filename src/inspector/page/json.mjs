const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

// A stranger can send brackets alone: each level costs its indentation on every line.
const MAX_DEPTH = 100;
const MAX_PRETTY = 1024 ** 2;

/**
 * JSON laid out in lines, every number and escape as it was written; `undefined` for what is no JSON, and for what is
 * too deep or would become too long. A line is `{ parts: [[kind, text]], opens }`, where `opens` is the number of the
 * line that closes what this one opens.
 */
export function layOutJson(text) {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = text.match(TOKEN) ?? [];
  const lines = [];
  const open = [];
  let size = 0;
  let parts = [];
  const breakLine = () => {
    lines.push({ parts, opens: undefined });
    parts = [];
    if (open.length > 0) put('space', '  '.repeat(open.length));
  };
  const put = (kind, part) => {
    size += part.length;
    parts.push([kind, part]);
  };
  for (const [index, token] of tokens.entries()) {
    if (open.length > MAX_DEPTH || size > MAX_PRETTY) return undefined;
    const isEmpty = '[{'.includes(token) && ']}'.includes(tokens[index + 1] ?? '.');
    const closesEmpty = ']}'.includes(token) && '[{'.includes(tokens[index - 1] ?? '.');
    if (isEmpty || closesEmpty) put('mark', token);
    else if (']}'.includes(token)) {
      const from = open.pop();
      breakLine();
      lines[from].opens = lines.length;
      put('mark', token);
    } else if ('[{'.includes(token)) {
      put('mark', token);
      open.push(lines.length);
      breakLine();
    } else if (token === ',') {
      put('mark', token);
      breakLine();
    } else put(kindOf(token, tokens[index + 1]), token === ':' ? ': ' : token);
  }
  return [...lines, { parts, opens: undefined }];
}

/** The lines as one text. */
export function joinLines(lines) {
  return lines.map(({ parts }) => parts.map(([, text]) => text).join('')).join('\n');
}

function kindOf(token, next) {
  if (token === ':') return 'mark';
  if (token.startsWith('"')) return next === ':' ? 'key' : 'string';
  return /^[-\d]/.test(token) ? 'number' : 'word';
}
