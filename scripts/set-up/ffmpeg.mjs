import { SetUpError, say } from './say.mjs';
import { installLine, installPackages } from './system-packages.mjs';

const PACKAGES = [{ apt: ['ffmpeg'], brew: ['ffmpeg'] }];

/**
 * Installs ffmpeg and ffprobe where they are missing and that needs no question; answers with their
 * paths. Searched by the tool's own code, so that both always agree: after the build only.
 */
export async function ensureFfmpeg() {
  const before = await find();
  if (before !== undefined) return before;
  say('ffmpeg is not installed.');
  if (!(await installPackages(PACKAGES))) {
    throw new SetUpError(`movie-ingest needs ffmpeg. Type: ${await installLine(PACKAGES)}`);
  }
  const after = await find();
  if (after === undefined) throw new SetUpError('ffmpeg was installed, but is not to be found');
  return after;
}

async function find() {
  const { findTools } = await import('../../dist/ffmpeg/tools/find-tools.js');
  const { MOVIE_INGEST_FFMPEG, MOVIE_INGEST_FFPROBE, PATH } = process.env;
  const given = {
    ...(MOVIE_INGEST_FFMPEG ? { ffmpegPath: MOVIE_INGEST_FFMPEG } : {}),
    ...(MOVIE_INGEST_FFPROBE ? { ffprobePath: MOVIE_INGEST_FFPROBE } : {}),
  };
  try {
    return await findTools({ ...given, pathVariable: PATH, platform: process.platform });
  } catch (error) {
    // A wrong path in a variable is no reason to install anything.
    if (Object.keys(given).length > 0) throw new SetUpError([error.message, error.fix].join('. '));
    return undefined;
  }
}
