import type { Command, Option } from 'commander';

/** What can be typed after a command, as completion scripts need it. */
export type CommandWords = Readonly<{
  name: string;
  about: string;
  options: readonly OptionWords[];
  /** `path` of `config path`. */
  commands: readonly CommandWords[];
  /** Words that its first argument can be; empty where it is a name or a file. */
  choices: readonly string[];
  takesFiles: boolean;
}>;

export type OptionWords = Readonly<{
  /** `--out`, `-q`. */
  names: readonly string[];
  about: string;
  takesValue: boolean;
  /** What the value can be; empty where it is free. With `isPath`: what it can be as well. */
  choices: readonly string[];
  /** The value is a file or a folder. */
  isPath: boolean;
}>;

/** By option: values that may be offered and are not all that there are. */
export type Suggestions = Readonly<Record<string, readonly string[]>>;

/** The command tree, as commander has it, in its order. */
export function commandWords(program: Command, suggestions: Suggestions): CommandWords {
  const [argument] = program.registeredArguments;
  return {
    name: program.name(),
    about: program.description(),
    options: [...program.options, ...HELP].map((it) => optionWords(it, suggestions)),
    commands: program.commands.map((it) => commandWords(it, suggestions)),
    choices: argument?.argChoices ?? [],
    takesFiles: /^(?:films|folder|file|dir)$/.test(argument?.name() ?? ''),
  };
}

const HELP: readonly Pick<Option, 'short' | 'long' | 'description'>[] = [
  { short: '-h', long: '--help', description: 'display help' },
];

function optionWords(
  option: Pick<Option, 'short' | 'long' | 'description'>,
  suggestions: Suggestions,
): OptionWords {
  const { flags = '', argChoices, required = false } = option as Partial<Option>;
  const names = [option.short, option.long].filter((it) => it !== undefined);
  const value = /<([^>]*)>/.exec(flags)?.[1] ?? '';
  return {
    names,
    about: option.description,
    takesValue: required,
    choices: argChoices ?? suggestions[option.long ?? ''] ?? [],
    isPath: /file|dir|list/.test(value) && option.long !== '--player-origins',
  };
}
