import { runFfmpeg } from './run-ffmpeg.ts';

/** A copy of a film that is to be turned by a quarter, as a phone leaves one that was held upright. */
export async function turnFilm(from: string, path: string): Promise<string> {
  const copy = ['-i', from, '-map', '0', '-c', 'copy'];
  await runFfmpeg(['-display_rotation', '90', ...copy, path]).catch(() =>
    // ffmpeg before 6 has no such option, and takes the tag of old.
    runFfmpeg([...copy, '-metadata:s:v:0', 'rotate=270', path]),
  );
  return path;
}
