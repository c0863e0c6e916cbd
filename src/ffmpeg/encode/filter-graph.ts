import { isCutList } from '../../model/grid.ts';
import type { Plan } from '../../model/plan.ts';
import { isVideoToolbox } from '../../model/toolchain.ts';
import { isTurnedByFfmpeg } from '../picture-input.ts';
import { colourSteps, frameSteps } from './picture-steps.ts';

/** What the graph depends on. */
export type FilterPlan = Pick<Plan, 'source' | 'encoder' | 'picture' | 'grid' | 'video' | 'burnt'>;

/** In the work folder: the text that is drawn into the picture (`extract-burnt.ts`). */
export const BURNT_FILE = 'burnt.ass';

/**
 * The way of every picture from the decoder to the encoders: once for all rungs what does not depend on
 * the size (fields, crop, rate, colours), then for each rung size, square pixels, BT.709, 8-bit 4:2:0,
 * as `[v0]`, `[v1]`, …; a copied rung is left out. ffmpeg turns the picture upright before, by itself.
 * `startSeconds`, from the film's start, is the time of the first picture that comes out.
 */
export function filterGraph(
  { source, picture, grid, video, encoder, burnt }: FilterPlan,
  startSeconds: number,
): string {
  const { num, den } = grid.frameRate;
  const { leadMs = 0 } = picture;
  // `setpts` cuts decimals off: on AVI's clock, of one tick a picture, two would meet at one place.
  const rate = [
    ...(leadMs === 0 ? [] : [`setpts=round(PTS-(${(leadMs / 1000).toFixed(6)})/TB)`]),
    `fps=${num}/${den}:start_time=${startSeconds.toFixed(6)}:round=${picture.frameRounding}`,
  ];
  const fields = frameSteps(picture);
  const colours = [
    ...colourSteps(source.video, picture),
    ...(burnt === undefined ? [] : [drawing(burnt)]),
  ];
  const isForOneSize = fields.length + colours.length > 0;
  const once = [
    ...(isForOneSize && keepsGraph(source) ? [oneSize(source)] : []),
    ...fields,
    // Beside a copied rung the others must have the very pictures of the source (performance.md §2.1).
    ...(isCutList(grid) ? [] : rate),
    ...colours,
  ];
  const encoded = video.filter(({ isCopied }) => isCopied !== true);
  const split = encoded.map((_, index) => `[s${index}]`).join('');
  const pixelFormat = isVideoToolbox(encoder.name) ? 'nv12' : 'yuv420p';
  const rungs = encoded.map(
    ({ width, height }, index) =>
      // Lanczos is worth 16 % of the bytes at 360p; scale before format keeps the dither (quality.md §6).
      `[s${index}]scale=${width}:${height}:flags=lanczos:in_color_matrix=${picture.inputMatrix}:out_color_matrix=bt709:out_range=tv,setsar=1,` +
      `format=${pixelFormat},${BT709}[v${index}]`,
  );
  return [
    `[0:${source.video.index}]${[...once, `split=${encoded.length}`].join(',')}${split}`,
    ...rungs,
  ].join(';');
}

/**
 * Whether the graph stays when the pictures change their size, format or colours in the middle of the
 * film (recordings of broadcasts, video calls). ffmpeg would set it up anew: of each change the picture
 * before it was lost, and two were doubled, so that all behind came 80 ms late (measured on 5.1.9, 8.1.2
 * and 9.0.2). `scale` takes pictures as they come; filters of ffmpeg's own before it do not.
 */
export function keepsGraph({ video }: Pick<FilterPlan['source'], 'video'>): boolean {
  return !isTurnedByFfmpeg(video) && video.isCroppedByFfmpeg !== true;
}

/** For filters that are set up for one size and format. Pictures that have them pass untouched. */
function oneSize({ video }: Pick<FilterPlan['source'], 'video'>): string {
  return `scale=${video.codedWidth}:${video.codedHeight}`;
}

/**
 * Drawn once, at the film's own size and in its final colours, for all rungs. Pictures are laid over
 * from their track as they come; a text's file has a name that needs no escaping.
 */
function drawing({ kind, track }: NonNullable<FilterPlan['burnt']>): string {
  if (kind === 'text') return `subtitles=${BURNT_FILE}`;
  return `null[film];[film][0:${track}]overlay=eof_action=pass:repeatlast=0`;
}

/** Tags by filter: encoder options are ignored by ffmpeg ≥ 7 (ffmpeg-hls.md §0.10). */
const BT709 = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709';
