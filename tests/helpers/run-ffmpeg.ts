import { execa } from 'execa';

/**
 * Runs a real ffmpeg for a test's own needs: making clips, decoding results. It is the one that is
 * tested, unless `MOVIE_INGEST_TEST_FFMPEG` names another: one that is tested for what it lacks could
 * not make the films (`npm run test:ffmpeg`). Throws with its messages when it fails. The pipeline's
 * way of running ffmpeg is src/ffmpeg/run.ts; tests that would use that here could not see its faults.
 */
export async function runFfmpeg(
  args: readonly string[],
  { cwd }: Readonly<{ cwd?: string }> = {},
): Promise<{ stdout: Buffer }> {
  const program =
    process.env['MOVIE_INGEST_TEST_FFMPEG'] || process.env['MOVIE_INGEST_FFMPEG'] || 'ffmpeg';
  const always = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y'];
  const { stdout } = await execa(program, [...always, ...args], {
    stdin: 'ignore',
    encoding: 'buffer',
    ...(cwd === undefined ? {} : { cwd }),
    maxBuffer: 1_000_000_000,
  });
  return { stdout: Buffer.from(stdout) };
}

/** ffprobe's JSON answer to `-show_…` arguments. */
export async function runFfprobe(path: string, show: readonly string[]): Promise<unknown> {
  const program = process.env['MOVIE_INGEST_FFPROBE'] || 'ffprobe';
  const { stdout } = await execa(program, ['-v', 'error', '-of', 'json', ...show, path]);
  return JSON.parse(stdout);
}
