import type { ProviderDefinition } from './provider';

type Signed = Pick<ProviderDefinition, 'signed' | 'id'>;

// An address has neither spaces nor control characters (RFC 3986), and Node's parser refuses a request line with them.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const NOT_IN_AN_ADDRESS = /[\u0000-\u0020]/;

/**
 * The neighbouring parts of the signed content between which text can move under the same signature; empty where each
 * part is known from the text alone. From the left every part is known that shows its own end, from the right every
 * part that shows its own beginning; one part may be left in between.
 */
export function movableParts({ signed, id }: Signed, isBodyJson: boolean): readonly string[] {
  const showsEnd = (part: string, index: number): boolean => {
    const next = signed[index + 1] ?? '';
    if (part === '{id}') return id?.length !== undefined || isLiteral(next);
    if (part === '{url}') return isLiteral(next) && NOT_IN_AN_ADDRESS.test(next.charAt(0));
    return part !== '{body}' || isBodyJson;
  };
  const showsStart = (part: string, index: number): boolean => {
    const before = signed[index - 1] ?? '';
    if (part === '{id}') return id?.length !== undefined;
    if (part === '{url}') return isLiteral(before) && NOT_IN_AN_ADDRESS.test(before.slice(-1));
    // One method can be the end of another, of those that Node knows: LOCK and UNLOCK.
    return part !== '{method}' && (part !== '{body}' || isBodyJson);
  };
  const first = signed.map(showsEnd).indexOf(false);
  const last = signed.map(showsStart).lastIndexOf(false);
  return first === -1 || last <= first ? [] : signed.slice(first, last + 1);
}

/** Whether a part is known only because the body is a JSON object or list, which shows where it begins and ends. */
export function restsOnBody(provider: Signed): boolean {
  return movableParts(provider, false).length > 0;
}

/** How to define a scheme whose parts can move otherwise. */
export function fixMovableParts(parts: readonly string[]): string {
  const fixes: Readonly<Record<string, string>> = {
    '{id}': 'put a literal behind {id}, which no id may then contain, or give "id" its fixed "length"',
    '{url}': 'put a literal that begins with a space or a line break behind {url}',
    '{body}': "sign a body of content 'json', which shows where it begins and ends",
  };
  return parts.flatMap((part) => fixes[part] ?? []).join('; or ');
}

function isLiteral(part: string): boolean {
  return part !== '' && !part.startsWith('{');
}
