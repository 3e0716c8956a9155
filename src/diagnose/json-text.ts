/** JSON as it was written: numbers keep their digits, fields their order and their copies. */
export type JsonNode =
  | { readonly literal: string }
  | { readonly text: string }
  | { readonly list: readonly JsonNode[] }
  | { readonly fields: readonly (readonly [string, JsonNode])[] };

/** How a serialiser writes. */
export interface JsonStyle {
  /** The text between items, and between a name and its value. */
  readonly comma: string;
  readonly colon: string;
  /** The indentation of one level; empty for one line. */
  readonly indent: string;
  /** A string, in its quotes. */
  readonly quote: (text: string) => string;
  readonly order: ((one: string, other: string) => number) | undefined;
  readonly number: (literal: string) => string;
}

// Deeper bodies are left alone, so that no delivery exhausts the stack.
const MAX_DEPTH = 200;
const TOKEN = /\s*("[^"\\]*(?:\\.[^"\\]*)*"|[-+.0-9A-Za-z]+|[{}[\],:])/y;

/** The tree of a text that is JSON; `undefined` for any other, and for one that is nested too deeply. */
export function readJson(text: string): JsonNode | undefined {
  if (parseJson(text) === undefined) return undefined;
  const token = new RegExp(TOKEN);
  const next = (): string => String(token.exec(text)?.[1]);
  return readNode(next, next(), 0);
}

/** The result of `JSON.parse`, in an object of its own; `undefined` where the text is not JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** The result of `JSON.stringify`; empty where the value is nested too deeply for that. */
export function formatJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}

export function writeJson(node: JsonNode, style: JsonStyle, margin = ''): string {
  if ('literal' in node) return style.number(node.literal);
  if ('text' in node) return style.quote(node.text);
  const inner = margin + style.indent;
  const items =
    'list' in node
      ? node.list.map((item) => writeJson(item, style, inner))
      : sortFields(node.fields, style).map(
          ([name, value]) => style.quote(name) + style.colon + writeJson(value, style, inner),
        );
  const [open, close] = 'list' in node ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return open + close;
  if (style.indent === '') return open + items.join(style.comma) + close;
  return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${margin}${close}`;
}

// The text is known to be JSON, so the tokens come as they must.
function readNode(next: () => string, first: string, depth: number): JsonNode | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (first.startsWith('"')) return { text: JSON.parse(first) as string };
  if (first !== '[' && first !== '{') return { literal: first };
  const list: JsonNode[] = [];
  const fields: [string, JsonNode][] = [];
  for (let token = next(); token !== ']' && token !== '}'; token = next()) {
    const start = token === ',' ? next() : token;
    if (first === '{') next();
    const node = readNode(next, first === '{' ? next() : start, depth + 1);
    if (node === undefined) return undefined;
    if (first === '{') fields.push([JSON.parse(start) as string, node]);
    else list.push(node);
  }
  return first === '[' ? { list } : { fields };
}

function sortFields(
  fields: readonly (readonly [string, JsonNode])[],
  { order }: JsonStyle,
): readonly (readonly [string, JsonNode])[] {
  return order === undefined ? fields : [...fields].sort(([one], [other]) => order(one, other));
}
