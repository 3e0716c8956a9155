import { providers as all } from '../providers';
import { describeProvider, exportName, writeSnippet, type Description } from './describe-provider';
import { parseWords, UsageError } from './io';
import { didYouMean } from './suggest';
import { paint, type Terminal } from './terminal';

export const PROVIDERS_HELP = `hooklatch providers [name]

Shows the senders that hooklatch knows: a table of all, or one in detail with a snippet to copy.

  --json       print JSON
  --markdown   print the page docs/providers.md

  hooklatch providers
  hooklatch providers stripe
`;

export const PROVIDERS_OPTIONS = { json: { type: 'boolean' }, markdown: { type: 'boolean' } } as const;

const COLUMNS = [
  ['name', 'name'],
  ['signature', 'signature'],
  ['signed', 'signed content'],
  ['window', 'window'],
  ['event', 'event'],
] as const satisfies readonly (readonly [keyof Description, string])[];

export const DETAILS = [
  ['docs', 'documentation'],
  ['signature', 'signature'],
  ['algorithm', 'algorithm'],
  ['signed', 'signed content'],
  ['window', 'window'],
  ['secret', 'secret'],
  ['methods', 'methods'],
  ['address', 'address'],
  ['event', 'event'],
  ['id', 'id'],
  ['notSigned', 'not signed'],
  ['readFirst', 'read before it is authentic'],
  ['duplicates', 'copies known by'],
  ['refusal', 'refusal'],
  ['handshakes', 'handshakes'],
  ['retries', 'tries again'],
  ['alsoSends', 'also sends'],
] as const satisfies readonly (readonly [keyof Description, string])[];

const MAX_CELL = 44;

/** Prints what hooklatch knows of its senders. */
export function showProviders(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseWords(args, PROVIDERS_OPTIONS);
  const [name, ...more] = positionals;
  if (more.length > 0) throw new UsageError('takes one name, or none');
  if (values.markdown === true) io.printLines(markdownPage().trimEnd());
  else if (name === undefined) showAll(values.json === true, io);
  else showOne(name, values.json === true, io);
  return Promise.resolve(0);
}

/** The page docs/providers.md, made from the providers themselves. */
export function markdownPage(): string {
  const sections = Object.values(all).map((provider) => {
    const description = describeProvider(provider);
    const rows = DETAILS.map(([key, title]) => `| ${title} | ${cell(key, description[key])} |`);
    return `## ${provider.name}

\`import { ${exportName(provider.name)} } from 'hooklatch'\`

| | |
| --- | --- |
${rows.join('\n')}
`;
  });
  return `# Providers

Made by \`npm run docs:providers\` from the providers themselves; do not edit. A sender that is not here is described in
ten lines: see [Your own sender](custom-senders.md).

${sections.join('\n')}`;
}

function showAll(json: boolean, { print, printLines, printJson }: Terminal): void {
  const descriptions = Object.values(all).map(describeProvider);
  if (json) {
    printJson(descriptions, 2);
    return;
  }
  const columns = COLUMNS.map(([key, title]) => {
    const cells = [title, ...descriptions.map((description) => cut(description[key]))];
    const width = Math.max(...cells.map(({ length }) => length));
    return cells.map((text) => text.padEnd(width));
  });
  const lines = ['title', ...descriptions].map((_, row) =>
    columns
      .map((cells) => cells[row])
      .join('  ')
      .trimEnd(),
  );
  lines.forEach((line, row) => print(row === 0 ? paint.bold(line) : line));
  printLines(`\n${descriptions.length} providers; 'hooklatch providers <name>' shows one whole.`);
}

function showOne(name: string, json: boolean, { print, printLines, printJson }: Terminal): void {
  const provider = Object.hasOwn(all, name) ? all[name] : undefined;
  if (provider === undefined) {
    const meant = didYouMean(name, Object.keys(all));
    const known = meant === '' ? `; the providers are ${Object.keys(all).join(', ')}` : meant;
    throw new UsageError(`does not know "${name}"${known}`);
  }
  const description = describeProvider(provider);
  if (json) {
    printJson({ ...description, snippet: writeSnippet(provider) }, 2);
    return;
  }
  print(paint.bold(name));
  for (const [key, title] of DETAILS) print(`  ${title.padEnd(15)}  ${description[key]}`);
  printLines(`\n${writeSnippet(provider)}`);
}

function cut(text: string): string {
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 3)}...` : text;
}

function cell(key: keyof Description, text: string): string {
  if (key === 'docs') return `<${text}>`;
  const exact = key === 'signature' || key === 'signed';
  return exact ? `\`${text}\`` : text;
}
