import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFfmpeg } from './run-ffmpeg.ts';

/** sRGB, 8 bits. */
export type Rgb = readonly [number, number, number];

/** Greys in even steps, two skins, and colours at the corners of the gamut, where mistakes are largest. */
export const PATCHES: readonly Rgb[] = [
  ...[0, 32, 64, 96, 128, 160, 192, 224, 255].map((grey): Rgb => [grey, grey, grey]),
  [197, 140, 117],
  [94, 58, 42],
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [0, 255, 255],
  [255, 0, 255],
];

const ACROSS = 4;
export const CHART_SIDE = 256;
const PATCH_SIDE = CHART_SIDE / ACROSS;

/** Writes the chart as a picture file, and answers with its path. */
export function writeChart(dir: string): string {
  const pixels = Buffer.alloc(CHART_SIDE * CHART_SIDE * 3);
  for (let index = 0; index < CHART_SIDE * CHART_SIDE; index += 1) {
    const column = Math.floor((index % CHART_SIDE) / PATCH_SIDE);
    const row = Math.floor(index / CHART_SIDE / PATCH_SIDE);
    pixels.set(PATCHES[row * ACROSS + column] ?? [0, 0, 0], index * 3);
  }
  const path = join(dir, 'chart.ppm');
  writeFileSync(path, Buffer.concat([Buffer.from(`P6 ${CHART_SIDE} ${CHART_SIDE} 255\n`), pixels]));
  return path;
}

/**
 * The patches of a decoded film's first picture, as a player shows it: read as BT.709 of standard
 * range whatever the file says, by zimg, not by the scaler that made it.
 */
export async function readPatches(path: string): Promise<readonly Rgb[]> {
  const asPlayed =
    'setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709,' +
    'zscale=m=gbr:r=full:min=709:rin=limited,format=gbrp,format=rgb24';
  const { stdout } = await runFfmpeg([
    ...['-i', path, '-map', '0:v:0', '-frames:v', '1', '-vf', asPlayed],
    ...['-f', 'rawvideo', 'pipe:1'],
  ]);
  const side = Math.sqrt(stdout.length / 3);
  return PATCHES.map((_, index): Rgb => {
    const x = Math.floor((((index % ACROSS) + 0.5) * side) / ACROSS);
    const y = Math.floor(((Math.floor(index / ACROSS) + 0.5) * side) / ACROSS);
    const at = (y * side + x) * 3;
    return [stdout[at] ?? 0, stdout[at + 1] ?? 0, stdout[at + 2] ?? 0];
  });
}

/** The largest difference of one channel of one patch. */
export function largestDifference(found: readonly Rgb[], expected: readonly Rgb[]): number {
  return Math.max(
    ...expected.flatMap((rgb, index) =>
      rgb.map((value, channel) => Math.abs(value - (found[index]?.[channel] ?? Number.NaN))),
    ),
  );
}
