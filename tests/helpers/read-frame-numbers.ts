import { BITS, READ_STRIP, readNumber } from './frame-number.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

/**
 * The painted number (see frame-number.ts) of each decoded picture of a film, a segment or a playlist,
 * in presentation order; undefined for a picture without one. Nothing is dropped or repeated.
 */
export async function readFrameNumbers(input: string): Promise<readonly (number | undefined)[]> {
  const isPlaylist = /\.m3u8($|\?)/.test(input);
  const { stdout } = await runFfmpeg([
    ...(isPlaylist ? ['-allowed_extensions', 'ALL'] : []),
    ...['-i', input, '-map', '0:v:0', '-fps_mode', 'passthrough', '-vf', READ_STRIP],
    ...['-f', 'rawvideo', 'pipe:1'],
  ]);
  const cells = 2 * BITS;
  const pictures = stdout.length / cells;
  return Array.from({ length: pictures }, (_, index) =>
    readNumber(stdout.subarray(index * cells, (index + 1) * cells)),
  );
}
