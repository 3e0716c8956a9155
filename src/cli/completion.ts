import type { Provider } from '../core/provider';
import { providers } from '../providers';
import { listSamples } from '../samples';
import { parseWords, UsageError } from './io';
import type { Terminal } from './terminal';

export const COMPLETION_HELP = `hooklatch completion bash|zsh|fish

Prints a script that completes commands, actions, options, providers and events in your shell.

  bash   eval "$(hooklatch completion bash)", in ~/.bashrc
  zsh    eval "$(hooklatch completion zsh)", in ~/.zshrc behind compinit
  fish   hooklatch completion fish > ~/.config/fish/completions/hooklatch.fish
`;

/** The words of each command: its options, and what its first words are. */
export interface CommandWords {
  readonly options: Readonly<Record<string, unknown>>;
  /** A list for a word that is one of a few. */
  readonly takes: readonly ('provider' | 'event' | 'shell' | readonly string[])[];
  /** The values of options that have only a few. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_hooklatch() {
  local IFS=$'\\n'
  COMPREPLY=($(hooklatch completion --words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _hooklatch hooklatch`,
  zsh: `_hooklatch() {
  local -a found
  found=("\${(@f)$(hooklatch completion --words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
compdef _hooklatch hooklatch`,
  fish: `complete -c hooklatch -a '(hooklatch completion --words -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};

export const COMPLETION_OPTIONS = { words: { type: 'boolean' } } as const;

/** Prints the script of a shell; with `--words` what may stand in the place of the last word. */
export function complete(
  args: readonly string[],
  io: Terminal,
  commands: ReadonlyMap<string, CommandWords>,
): Promise<number> {
  const { values, positionals } = parseWords(args, COMPLETION_OPTIONS);
  if (values.words === true) {
    const found = listWords(positionals, commands);
    if (found.length > 0) io.printLines(found.join('\n'));
    return Promise.resolve(0);
  }
  const [shell = '', ...more] = positionals;
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script === undefined || more.length > 0) {
    throw new UsageError(`needs a shell: ${Object.keys(SCRIPTS).join(', ')}`);
  }
  io.printLines(script);
  return Promise.resolve(0);
}

/** All that the last of the words can become. */
function listWords(words: readonly string[], commands: ReadonlyMap<string, CommandWords>): readonly string[] {
  const [name = '', ...others] = words;
  const last = words.at(-1) ?? '';
  const starting = (known: readonly string[]): readonly string[] =>
    known.filter((word) => word.startsWith(last));
  if (words.length <= 1) return starting([...commands.keys()]);
  const command = commands.get(name);
  if (command === undefined) return [];
  if (last.startsWith('-')) return starting(Object.keys(command.options).map((option) => `--${option}`));
  const before = others.at(-2);
  // A word behind an option is its value, which is mostly not known here.
  if (before?.startsWith('-') === true) return starting(command.values?.[before] ?? []);
  const place = others.slice(0, -1).filter((word) => !word.startsWith('-')).length;
  const all = new Map(Object.entries(providers));
  const taken = command.takes[place];
  if (typeof taken === 'object') return starting(taken);
  switch (taken) {
    case 'provider':
      return starting([...all.keys()]);
    case 'event':
      return starting(listEvents(all.get(String(others[0]))));
    case 'shell':
      return starting(Object.keys(SCRIPTS));
    default:
      return [];
  }
}

/** The events that a sender has by its data, and those of which there are samples. */
function listEvents(provider: Provider | undefined): readonly string[] {
  if (provider === undefined) return [];
  const named = [...Object.keys(provider.events ?? {}), ...listSamples(provider)];
  return [...new Set(named)].filter((event) => event !== '*');
}
