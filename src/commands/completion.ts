import type { Command } from 'commander';
import { commandWords } from '../completion/command-words.ts';
import { writeBash } from '../completion/write-bash.ts';
import { writeFish } from '../completion/write-fish.ts';
import { writeZsh } from '../completion/write-zsh.ts';
import { presetNames } from '../config/preset-names.ts';
import type { ExitName } from '../errors.ts';
import type { Session } from './session.ts';

const WRITERS = { bash: writeBash, zsh: writeZsh, fish: writeFish } as const;

/** `movie-ingest completion <shell>`: a script for that shell, from the command tree as it stands. */
export async function runCompletion(
  shell: keyof typeof WRITERS,
  program: Command,
  session: Session,
): Promise<ExitName> {
  session.print(WRITERS[shell](commandWords(program, { '--preset': await presetNames() })));
  return 'ok';
}
