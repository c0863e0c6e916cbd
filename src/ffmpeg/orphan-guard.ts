import type { Writable } from 'node:stream';

/**
 * What a kill -9 of this process would leave running, a shell of a few lines ends: it reads which
 * process groups live, and when the pipe closes, because we are gone, kills those that are left. ffmpeg
 * itself does not notice: not by its stdin, not by a broken progress pipe (catalog-sync-scale.md §6.2).
 * SIGKILL at once: asked politely, ffmpeg would close half a segment under its final name.
 * Built-ins of POSIX sh only (Linux and macOS); seen with dash and bash.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
all=' '
while read -r what group; do
  case $what in
  +) all="$all$group " ;;
  -) case $all in *" $group "*) all="\${all%% $group *} \${all#* $group }" ;; esac ;;
  esac
done
for group in $all; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

/** Arguments of sh. The two words after the script are only for whoever reads `ps`. */
export function guardArgs(pid: number): readonly string[] {
  return ['-c', SCRIPT, 'movie-ingest-guard', String(pid)];
}

/** Tells a running guard, through its stdin. Repeating either does no harm. */
export class OrphanGuard {
  readonly #pipe: Writable;

  constructor(pipe: Writable) {
    this.#pipe = pipe;
    pipe.on('error', () => {}); // somebody has killed the guard: we work without
  }

  /** Written by the time this returns: a pipe takes so few bytes at once. */
  begun(group: number): void {
    this.#pipe.write(`+ ${group}\n`);
  }

  over(group: number): void {
    this.#pipe.write(`- ${group}\n`);
  }
}
