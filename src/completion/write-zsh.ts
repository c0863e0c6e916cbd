import type { CommandWords, OptionWords } from './command-words.ts';

/** A script for zsh's own completion system: `_movie-ingest` in a folder of `$fpath`, or sourced. */
export function writeZsh(program: CommandWords): string {
  return `#compdef movie-ingest
# movie-ingest, for zsh: movie-ingest completion zsh > ~/.zfunc/_movie-ingest
${commandFunction(program, '_movie_ingest')}
if [ "$funcstack[1]" = "_movie_ingest" ] || [ "$funcstack[1]" = "_movie-ingest" ]; then
  _movie_ingest "$@"
else
  compdef _movie_ingest movie-ingest
fi
`;
}

function commandFunction(words: CommandWords, name: string): string {
  const { options, commands } = words;
  const specs = options.map(optionSpec);
  const nested = commands.map((it) => commandFunction(it, functionName(name, it)));
  if (commands.length === 0) {
    const rest = restSpec(words);
    const all = [...specs, ...(rest === undefined ? [] : [rest])];
    return `${name}() {
  _arguments -s -S \\
${all.map((it) => `    ${it}`).join(' \\\n')}
}
`;
  }
  return `${nested.join('\n')}
${name}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${[...specs, "'1:command:->command'", "'*::argument:->argument'"].map((it) => `    ${it}`).join(' \\\n')}
  case $state in
    command)
      local -a known
      known=(
${commands.map((it) => `        ${quote(`${it.name}:${it.about}`)}`).join('\n')}
      )
      _describe command known ;;
    argument)
      case $line[1] in
${commands.map((it) => `        ${it.name}) ${functionName(name, it)} ;;`).join('\n')}
      esac ;;
  esac
}
`;
}

function functionName(parent: string, { name }: CommandWords): string {
  return `${parent}_${name.replaceAll('-', '_')}`;
}

function restSpec({ choices, takesFiles }: CommandWords): string | undefined {
  if (choices.length > 0) return `'1: :(${choices.join(' ')})'`;
  return takesFiles ? "'*:file:_files'" : undefined;
}

function optionSpec(option: OptionWords): string {
  const { names, about } = option;
  const description = `[${about.replace(/[[\]:\\]/g, '\\$&')}]`;
  const exclusive = names.length > 1 ? `(${names.join(' ')})` : '';
  return names
    .map((name) => quote(`${exclusive}${name}${description}${valueSpec(option)}`))
    .join(' ');
}

function valueSpec({ takesValue, choices, isPath }: OptionWords): string {
  if (!takesValue) return '';
  if (choices.length > 0 && isPath) return `: :{compadd ${choices.join(' ')}; _files}`;
  if (choices.length > 0) return `: :(${choices.join(' ')})`;
  return isPath ? ':file:_files' : ': : ';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
