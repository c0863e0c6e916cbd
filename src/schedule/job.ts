/** What is to be started at its time. */
export type Job = Readonly<{
  /** Absolute: node, then this program. Schedulers have no PATH to speak of. */
  program: readonly [node: string, script: string];
  /** After the program: `sync --quiet`. */
  words: readonly string[];
  /** In 24 hours, local time. */
  hour: number;
  minute: number;
  /** Where it runs: `.env` and project files are found from there. */
  folder: string;
  /** PATH: ffmpeg has to be found. */
  path: string;
  /** Where it writes, where the scheduler keeps no log. */
  logFile: string;
  home: string;
}>;

/** `watch` and `worker` run on; everything else has its hour. */
export function runsOn({ words }: Pick<Job, 'words'>): boolean {
  return words[0] === 'watch' || words[0] === 'worker';
}

/** `movie-ingest-sync`: one job for each command. */
export function jobName({ words }: Pick<Job, 'words'>): string {
  return `movie-ingest-${words[0] ?? 'sync'}`;
}
