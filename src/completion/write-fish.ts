import type { CommandWords, OptionWords } from './command-words.ts';

/** Lines for fish: `~/.config/fish/completions/movie-ingest.fish`. */
export function writeFish(program: CommandWords): string {
  const lines = [
    '# movie-ingest, for fish: movie-ingest completion fish > ~/.config/fish/completions/movie-ingest.fish',
    'complete -c movie-ingest -f',
    ...program.commands.map((it) => line('__fish_use_subcommand', `-a ${it.name}`, it.about)),
    ...program.options.map((it) => optionLine('__fish_use_subcommand', it)),
    ...program.commands.flatMap((it) => commandLines(it)),
  ];
  return `${lines.join('\n')}\n`;
}

/** `before`: the condition of the commands that lead to this one. */
function commandLines(words: CommandWords, before = ''): readonly string[] {
  const { name, options, commands, choices, takesFiles } = words;
  const seen = `${before}__fish_seen_subcommand_from ${name}`;
  const inner = commands.map((it) => it.name).join(' ');
  const first = inner === '' ? seen : `${seen}; and not __fish_seen_subcommand_from ${inner}`;
  return [
    ...options.map((it) => optionLine(seen, it)),
    ...commands.map((it) => line(first, `-a ${it.name}`, it.about)),
    ...commands.flatMap((it) => commandLines(it, `${seen}; and `)),
    ...(choices.length > 0 ? [line(seen, `-a '${choices.join(' ')}'`, '')] : []),
    ...(takesFiles ? [`complete -c movie-ingest -n ${quote(seen)} -F`] : []),
  ];
}

function optionLine(when: string, { names, about, ...value }: OptionWords): string {
  const flags = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  return line(when, [...flags, ...valueFlags(value)].join(' '), about);
}

function valueFlags({
  takesValue,
  choices,
  isPath,
}: Pick<OptionWords, 'takesValue' | 'choices' | 'isPath'>): readonly string[] {
  if (!takesValue) return [];
  if (choices.length > 0) return [`${isPath ? '-r -F' : '-x'} -a '${choices.join(' ')}'`];
  return isPath ? ['-r -F'] : ['-x'];
}

function line(when: string, what: string, about: string): string {
  const description = about === '' ? '' : ` -d ${quote(about)}`;
  return `complete -c movie-ingest -n ${quote(when)} ${what}${description}`;
}

/** In fish's single quotes a backslash stands for itself but before a quote or another one. */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
