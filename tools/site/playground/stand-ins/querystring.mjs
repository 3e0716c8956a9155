// `node:querystring` for a page, as far as the package uses it.
export const escape = encodeURIComponent;

export function parse(text) {
  const fields = Object.create(null);
  for (const pair of text.split('&').filter((part) => part !== '')) {
    const [name, ...rest] = pair.split('=');
    const key = unescape(name);
    const value = unescape(rest.join('='));
    fields[key] = Object.hasOwn(fields, key) ? [fields[key], value].flat() : value;
  }
  return fields;
}

export function stringify(fields) {
  return Object.entries(fields)
    .flatMap(([name, values]) => [values].flat().map((value) => `${escape(name)}=${escape(value)}`))
    .join('&');
}

function unescape(text) {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
