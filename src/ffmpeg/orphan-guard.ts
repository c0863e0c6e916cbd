/**
 * Starts a program so that a kill -9 of this process ends it too. ffmpeg itself would not notice: not by
 * its stdin, not by a broken progress pipe (catalog-sync-scale.md §6.2). The shell starts a watcher
 * beside the program and then becomes the program, whose number, signals and exit code are as if there
 * were no shell. The watcher waits for the end of pipe 3, which only this process holds: that comes when
 * the program has ended and `run` lets go of it, or when we are gone, at whatever moment. Then it kills
 * the group, itself with it, and what a wrapper script has left behind.
 *
 * SIGKILL at once: asked politely, ffmpeg would close half a segment under its final name. POSIX sh
 * only (Linux and macOS); run with dash and bash.
 */
const SCRIPT = `
(trap '' HUP INT QUIT TERM
read -r _ <&3
kill -s KILL -- "-$$") </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-
`;

/** Run with a process group of its own and a pipe as descriptor 3. The word after the script is for `ps`. */
export function guarded(
  program: string,
  args: readonly string[],
): Readonly<{ program: string; args: readonly string[] }> {
  return {
    program: '/bin/sh',
    args: ['-c', SCRIPT, 'movie-ingest-guard', program, ...args],
  };
}
