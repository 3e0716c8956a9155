import { getCompiled } from '../core/compiled-provider';
import { GROUPS } from '../core/groups';
import type { Provider } from '../core/provider';
import { providers as all } from '../providers';
import { describeProvider, exportName, writeSnippet, type Description } from './describe-provider';
import { parseWords, UsageError } from './io';
import { didYouMean } from './suggest';
import { layOut } from './table';
import { paint, type Terminal } from './terminal';

export const PROVIDERS_HELP = `hooklatch providers [name | words]

Shows the senders that hooklatch knows, by groups: a table of all; of those that have all words in their name, their group
or the names of their headers; or one in detail, with a snippet to copy.

  --json       print JSON
  --markdown   print the page docs/providers.md

The groups: ${GROUPS.join(', ')}.

  hooklatch providers
  hooklatch providers payments
  hooklatch providers x-hub-signature
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
  ['group', 'group'],
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
const WIDEST = 220;

/** Prints what hooklatch knows of its senders. */
export function showProviders(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseWords(args, PROVIDERS_OPTIONS);
  const name = positionals.join(' ');
  const named = Object.hasOwn(all, name) ? all[name] : undefined;
  if (values.markdown === true) io.printLines(markdownPage().trimEnd());
  else if (named !== undefined) showOne(named, values.json === true, io);
  else showSome(findProviders(positionals), values.json === true, io);
  return Promise.resolve(0);
}

/** The providers that have all words. Throws a `UsageError` where there is none. */
function findProviders(words: readonly string[]): readonly Provider[] {
  const found = Object.values(all).filter((provider) => {
    const text = describeForSearch(provider);
    return words.every((word) => text.includes(word.toLowerCase()));
  });
  if (found.length > 0) return found;
  if (words.length > 1) {
    throw new UsageError(
      'takes one name, or words that a sender has in its name, group or headers: none has all these',
    );
  }
  const names = Object.keys(all);
  const word = words.join();
  const meant = didYouMean(word, [...names, ...GROUPS]);
  const known = meant === '' ? `; the providers are ${names.join(', ')}` : meant;
  throw new UsageError(`does not know "${word}"${known}`);
}

function describeForSearch(provider: Provider): string {
  const { signatureHeaders, timestampHeaders, idHeaders, eventHeaders } = getCompiled(provider);
  const headers = [signatureHeaders, timestampHeaders, idHeaders, eventHeaders].flat();
  return [provider.name, provider.group, ...headers].join(' ');
}

/** Providers by their groups. */
function groupProviders(list: readonly Provider[]): readonly (readonly [string, readonly Provider[]])[] {
  return GROUPS.map((group) => [group, list.filter((provider) => provider.group === group)] as const).filter(
    ([, members]) => members.length > 0,
  );
}

/** The page docs/providers.md, made from the providers themselves. */
export function markdownPage(): string {
  const groups = groupProviders(Object.values(all));
  const index = groups.map(
    ([group, members]) => `- **${group}**: ${members.map(({ name }) => `[${name}](#${name})`).join(', ')}`,
  );
  const sections = groups.map(
    ([group, members]) =>
      `# ${group.charAt(0).toUpperCase()}${group.slice(1)}\n\n${members.map(writeSection).join('\n')}`,
  );
  return `# Providers

Made by \`npm run docs:providers\` from the providers themselves; do not edit. \`hooklatch providers\` shows the same in a
terminal, and finds them by words. A sender that is not here is described in ten lines: see
[Your own sender](custom-senders.md).

${index.join('\n')}

${sections.join('\n')}`;
}

function writeSection(provider: Provider): string {
  const description = describeProvider(provider);
  const rows = DETAILS.map(([key, title]) => `| ${title} | ${cell(key, description[key])} |`);
  return `## ${provider.name}

\`import { ${exportName(provider.name)} } from 'hooklatch'\`

| | |
| --- | --- |
${rows.join('\n')}
`;
}

function showSome(found: readonly Provider[], json: boolean, terminal: Terminal): void {
  const { print, printLines, printJson, columns = WIDEST } = terminal;
  if (json) {
    printJson(found.map(describeProvider), 2);
    return;
  }
  const groups = groupProviders(found);
  const rows = groups.flatMap(([, members]) =>
    members.map((provider) => {
      const description = describeProvider(provider);
      return COLUMNS.map(([key]) => shorten(description[key]));
    }),
  );
  const lines = [...layOut([COLUMNS.map(([, title]) => title), ...rows], columns)];
  for (const head of lines.splice(0, 1)) print(paint.bold(head));
  for (const [group, members] of groups) {
    print('');
    print(paint.bold(`${group} (${members.length})`));
    for (const line of lines.splice(0, members.length)) print(line);
  }
  printLines(`\n${found.length} providers; 'hooklatch providers <name>' shows one whole.`);
}

function showOne(provider: Provider, json: boolean, { print, printLines, printJson }: Terminal): void {
  const description = describeProvider(provider);
  if (json) {
    printJson({ ...description, snippet: writeSnippet(provider) }, 2);
    return;
  }
  print(paint.bold(provider.name));
  for (const [key, title] of DETAILS) print(`  ${title.padEnd(15)}  ${description[key]}`);
  printLines(`\n${writeSnippet(provider)}`);
}

function shorten(text: string): string {
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 3)}...` : text;
}

function cell(key: keyof Description, text: string): string {
  if (key === 'docs') return `<${text}>`;
  const exact = key === 'signature' || key === 'signed';
  return exact ? `\`${text}\`` : text;
}
