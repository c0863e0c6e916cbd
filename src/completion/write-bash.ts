import type { CommandWords } from './command-words.ts';

/**
 * A script for bash 3.2 (what macOS has) and newer; needs no bash-completion. Where nothing of ours fits
 * it offers files.
 */
export function writeBash(program: CommandWords): string {
  const valued = allCommands(program).flatMap(({ words }) =>
    words.options.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names),
  );
  return `# movie-ingest, for bash: movie-ingest completion bash > /etc/bash_completion.d/movie-ingest
_movie_ingest() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path='' skip='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ -n "$skip" ]; then skip=''; continue; fi
    case $word in
      ${[...new Set(valued)].join('|')}) skip=1 ;;
      -*) ;;
      *)
        case "$path $word" in
          ${commandPaths(program)}) path="$path $word" ;;
        esac ;;
    esac
  done
  case "$path $before" in
${valueCases(program)}
  esac
  case $path in
${allCommands(program).map(commandCase).join('\n')}
  esac
}
complete -o bashdefault -o default -F _movie_ingest movie-ingest
`;
}

type Placed = Readonly<{ path: string; words: CommandWords }>;

/** Each with the words that lead to it: ` config get`; the program itself has none. */
function allCommands(program: CommandWords, path = ''): readonly Placed[] {
  return [
    { path, words: program },
    ...program.commands.flatMap((it) => allCommands(it, `${path} ${it.name}`)),
  ];
}

function commandPaths(program: CommandWords): string {
  return allCommands(program)
    .filter(({ path }) => path !== '')
    .map(({ path }) => `'${path}'`)
    .join('|');
}

function valueCases(program: CommandWords): string {
  const cases = allCommands(program).flatMap(({ path, words }) =>
    words.options
      .filter(({ takesValue }) => takesValue)
      .map(({ names, choices }) => {
        const patterns = names.map((name) => `'${path} ${name}'`).join('|');
        return `    ${patterns}) ${offer(choices)} return ;;`;
      }),
  );
  return cases.join('\n');
}

function commandCase({ path, words }: Placed): string {
  const options = words.options.flatMap(({ names }) => names);
  const first = [...words.commands.map(({ name }) => name), ...words.choices];
  return `    '${path}') case $current in -*) ${offer(options)} ;; *) ${offer(first)} ;; esac ;;`;
}

/** Nothing where there is nothing to choose from: then bash offers files. */
function offer(words: readonly string[]): string {
  if (words.length === 0) return ':;';
  return `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"));`;
}
