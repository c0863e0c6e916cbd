import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startCli } from './run-cli.ts';
import { until } from './until.ts';

export type CutOffOptions = Readonly<{
  /** With MOVIE_INGEST_WORK_DIR in it, and an ffmpeg that is slow enough to be caught. */
  env: Readonly<Record<string, string>>;
  slug: string;
  /** Path below the folder of an attempt: `180p/seg_00002.ts`. */
  last: string;
  /** And something else about that folder. */
  when?: (folder: string) => boolean;
}>;

/** Kills a run with -9 once that segment is on disk. Answers with the folder of its attempt. */
export async function cutOff(
  args: readonly string[],
  { env, slug, last, when = () => true }: CutOffOptions,
): Promise<string> {
  const parent = join(env['MOVIE_INGEST_WORK_DIR'] ?? '', slug);
  const folder = () =>
    (existsSync(parent) ? readdirSync(parent) : [])
      .map((name) => join(parent, name))
      .find((path) => existsSync(join(path, last)) && when(path));
  const running = startCli(args, { env });
  await until(() => folder() !== undefined);
  running.kill('SIGKILL');
  await running;
  return folder() ?? '';
}
